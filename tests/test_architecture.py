"""The core stays pure and its order true; the pins keep in step; every command, key and outcome is in the docs."""

from __future__ import annotations

import ast
import re
import tomllib
from pathlib import Path

import pytest
from packaging.requirements import Requirement
from packaging.version import Version

import source
from safeconduct.core import ORDER
from safeconduct.core.law import Verdict
from safeconduct.core.rules import KEYS, Outcome

ROOT = Path(__file__).parent.parent
SOURCE = ROOT / "src" / "safeconduct"
CORE = SOURCE / "core"
MODULES = sorted(
    path.relative_to(CORE).with_suffix("").as_posix().replace("/", ".")
    for path in CORE.rglob("*.py")
    if path.stem != "__init__"
)
IMPURE = {
    "asyncio", "glob", "importlib", "io", "logging", "multiprocessing", "os", "pathlib", "random", "secrets", "select", "shutil",
    "socket", "sqlite3", "subprocess", "sys", "tempfile", "threading", "time", "urllib", "uuid",
}  # fmt: skip
CLOCKS = {"now", "today", "utcnow"}


def tree(module: str) -> ast.Module:
    return source.tree(f"core.{module}")


def imported(module: str) -> frozenset[str]:
    """The modules that `module` imports, by their full names."""
    return source.imported(f"core.{module}")


def test_the_order_of_the_core_names_every_module_once() -> None:
    assert sorted(ORDER) == MODULES


@pytest.mark.parametrize("module", MODULES)
def test_imports_run_down_the_order(module: str) -> None:
    above = set(ORDER[: ORDER.index(module)])
    own = {name.removeprefix("safeconduct.core.") for name in imported(module)}
    assert own & set(MODULES) <= above


@pytest.mark.parametrize("module", MODULES)
def test_the_core_knows_no_shell_and_no_world(module: str) -> None:
    names = imported(module)
    assert not {name for name in names if name.startswith("safeconduct.") and not name.startswith("safeconduct.core")}
    assert not {name.split(".")[0] for name in names} & IMPURE


@pytest.mark.parametrize("module", MODULES)
def test_the_core_opens_nothing_and_asks_no_clock(module: str) -> None:
    called = [node.func for node in ast.walk(tree(module)) if isinstance(node, ast.Call)]
    assert not [
        func.id
        for func in called
        if isinstance(func, ast.Name) and func.id in {"open", "print", "input", "exec", "eval"}
    ]
    assert not [func.attr for func in called if isinstance(func, ast.Attribute) and func.attr in CLOCKS]


@pytest.mark.parametrize("module", MODULES)
def test_no_module_imports_what_another_keeps_to_itself(module: str) -> None:
    for node in ast.walk(tree(module)):
        if isinstance(node, ast.ImportFrom) and (node.module or "").startswith("safeconduct"):
            assert not [alias.name for alias in node.names if alias.name.startswith("_")]


def test_a_pack_holds_no_python() -> None:
    assert not list((SOURCE / "packs").rglob("*.py"))


def test_the_program_knows_no_clause_agency_or_court() -> None:
    law = re.compile(r"6103|1253|\bDHS\b|\bICE\b|D\.D\.C\.")
    for path in [*CORE.rglob("*.py"), *SOURCE.glob("*.py")]:
        code = ast.parse(path.read_text(encoding="utf-8"))
        docs = {id(node.body[0].value) for node in ast.walk(code) if isinstance(node, ast.Module | ast.ClassDef | ast.FunctionDef)
                and node.body and isinstance(node.body[0], ast.Expr)}  # fmt: skip
        said = [
            node
            for node in ast.walk(code)
            if isinstance(node, ast.Constant) and isinstance(node.value, str) and id(node) not in docs
        ]
        examples = {"cite by title and section, as in 8 USC 1253(a)(1)", "us_irc_6103"}
        found = [node.value for node in said if law.search(str(node.value)) and node.value not in examples]
        assert path.name in {"lesser_addresses.py", "postal_codes_table.py", "demo.py"} or not found, (path.name, found)


# Pins and docs


def test_every_requirement_is_pinned_with_hashes_and_fits_pyproject() -> None:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    wanted = {
        "run": project["dependencies"],
        "dev": [*project["dependencies"], *project["optional-dependencies"]["dev"]],
        "spark": [*project["dependencies"], *project["optional-dependencies"]["spark"]],
    }
    for file, requirements in wanted.items():
        text = (ROOT / "requirements" / f"{file}.txt").read_text(encoding="utf-8")
        pins = dict(re.findall(r"^([a-z0-9._-]+)==(\S+)", text, re.MULTILINE))
        assert text.count("--hash=sha256:") >= len(pins)
        assert "://" not in text
        for requirement in map(Requirement, requirements):
            assert Version(pins[requirement.name]) in requirement.specifier, requirement.name


def test_every_verdict_outcome_and_key_of_a_rule_is_in_the_docs() -> None:
    table = (ROOT / "docs" / "truth-table.md").read_text(encoding="utf-8")
    assert all(f"`{word}`" in table for word in [*Verdict, *(outcome.name.lower() for outcome in Outcome)])
    guide = (ROOT / "docs" / "rule-packs.md").read_text(encoding="utf-8")
    assert all(f"`{key}`" in guide for key in KEYS)


def test_every_module_of_the_core_has_its_line_in_the_architecture() -> None:
    page = (ROOT / "ARCHITECTURE.md").read_text(encoding="utf-8")
    assert [module for module in MODULES if f"`{module}`" not in page] == []


def test_every_decision_is_dated_and_says_what_still_hurts() -> None:
    records = sorted((ROOT / "docs" / "decisions").glob("[0-9]*.md"))
    assert [int(path.name[:4]) for path in records] == list(range(1, len(records) + 1))
    for path in records:
        text = path.read_text(encoding="utf-8")
        assert re.search(r"^Date: \d{4}-\d{2}-\d{2}$", text, re.MULTILINE), path.name
        assert "## What still hurts" in text, path.name
