"""The program's own source, as tests read it: its modules, what each imports, and which calls it answers."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from functools import cache
from pathlib import Path

import safeconduct

SOURCE = Path(safeconduct.__file__).parent
MODULES = sorted(path.relative_to(SOURCE).with_suffix("").as_posix().replace("/", ".") for path in SOURCE.rglob("*.py"))


@cache
def tree(module: str) -> ast.Module:
    """The source of a module, read."""
    return ast.parse((SOURCE / f"{module.replace('.', '/')}.py").read_text(encoding="utf-8"))


@cache
def imports(module: str) -> tuple[tuple[str, str], ...]:
    """What a module imports, by its full name, and what it calls it."""
    return tuple(_imports(module))


def _imports(module: str) -> Iterator[tuple[str, str]]:
    for node in ast.walk(tree(module)):
        if isinstance(node, ast.Import):
            yield from ((alias.name, alias.asname or alias.name.partition(".")[0]) for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            yield from ((f"{node.module}.{alias.name}", alias.asname or alias.name) for alias in node.names)


@cache
def imported(module: str) -> frozenset[str]:
    """The modules, and what is in them, that a module imports."""
    froms = (node.module or "" for node in ast.walk(tree(module)) if isinstance(node, ast.ImportFrom))
    return frozenset((*froms, *(name for name, _ in imports(module))))


def who_imports(name: str) -> set[str]:
    """The modules that import that one, or something in it."""
    return {module for module in MODULES if any(one == name or one.startswith(f"{name}.") for one in imported(module))}


def answered(module: str) -> list[str]:
    """The calls that a module tells apart by the one word in a `case` of its own; "" where a case is something else."""
    return [_word(case) for case in ast.walk(tree(module)) if isinstance(case, ast.match_case)]


def _word(case: ast.match_case) -> str:
    words = [
        str(pattern.value.value)
        for pattern in (case.pattern.patterns if isinstance(case.pattern, ast.MatchMapping) else [])
        if isinstance(pattern, ast.MatchValue) and isinstance(pattern.value, ast.Constant)
    ]
    return " ".join(words)
