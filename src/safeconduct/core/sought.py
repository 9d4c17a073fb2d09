"""A fact that is sought in a request: the finding that seeks it, and the settings that the pack gives that finding.

What every finding of the library needs stands here; the findings themselves are in `stated`,
`standing`, `bearing`, `lookup` and `wording`.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable

from safeconduct.core.facts import Fact
from safeconduct.core.faults import PackFault
from safeconduct.core.fields import ABSENT, At, Found, Missing, Wrong
from safeconduct.core.rulepack import Pack
from safeconduct.core.tables import line_of

Finding = Callable[[At], Found | Wrong]
"""Finds one fact in a request, on one day of the law."""

UNKNOWN = Found(None)


def fault(fact: Fact, pack: Pack, what: str, mend: str) -> PackFault:
    """What is wrong with the declaration of `fact`, on its line in facts.toml, and what would mend it."""
    line = line_of(pack.files["facts.toml"], f"[{fact.name}]")
    return PackFault("facts.toml", line, f"`{fact.name}` {what}", mend)


def setting(fact: Fact, pack: Pack, key: str) -> str:
    """The setting `key` of the finding of `fact`.

    Raises:
        PackFault: there is none.
    """
    value = fact.settings.get(key)
    if not isinstance(value, str):
        raise fault(fact, pack, f"is found by `{fact.finding}` and has no `{key}`", f'add {key} = "…"')
    return value


def table_of(fact: Fact, pack: Pack, key: str) -> tuple[str, str]:
    """The table of the pack that the setting `key` names: its file and its text.

    Raises:
        PackFault: the pack has it not.
    """
    file = setting(fact, pack, key)
    if file not in pack.files:
        raise fault(fact, pack, f"rests on the table {file}, which the pack has not", "add the file, or name another")
    return file, pack.files[file]


def owes(fact: Fact, pack: Pack, members: Iterable[str]) -> None:
    """Hold the fact, a choice, to the members that its finding may find.

    Raises:
        PackFault: it lacks one.
    """
    for member in sorted(set(members) - set(fact.sort.members)):
        what = f"is found by `{fact.finding}` and lacks the member `{member}`"
        raise fault(fact, pack, what, "add it, with its sample")


def missing(fact: Fact, raw: Missing, absent: str = "none") -> Found:
    """What a choice is where nothing is stated: its member `absent` for null, else unknown."""
    return Found(absent) if raw is ABSENT and absent in fact.sort.members else UNKNOWN


def no_text(fact: Fact) -> Wrong:
    """What is wrong where a text should stand and something else does."""
    return Wrong(fact.path, "is no text", "write it between quotation marks")


def field_of_each(path: str, key: str, at: At) -> list[str | None] | Missing | Wrong:
    """The text at `key` of every object listed at `path`; None where there is none."""
    listed = at.objects(path)
    if not isinstance(listed, list):
        return listed
    texts = [At(one, at.on).look(key) for one in listed]
    odd = next((number for number, text in enumerate(texts) if not isinstance(text, str | Missing)), None)
    if odd is not None:
        return Wrong(f"{path}[{odd}].{key}", "is no text", "write it between quotation marks")
    return [text if isinstance(text, str) else None for text in texts]
