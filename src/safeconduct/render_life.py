"""The life of a request, drawn: the table that the program runs, as a page. `docs/life.md` is this page, and a test holds it to it."""

from __future__ import annotations

from collections.abc import Iterator

from safeconduct.core.case import life
from safeconduct.core.case.life import State

_ENDS = ", ".join(f"`{one}`" for one in State if one in life.ENDS)
_HEAD = f"""\
# The life of a request

Drawn by `safeconduct case life` from the table that the program runs (`core/case/life.py`). A state is left by an event of its row and
by no other. Before the look everything is told to the asker, with its cure; from `passed` on the asker reads *under review* until the
day of the answer, and then *released* or *not released*.

Ends: {_ENDS}.
"""


def page() -> str:
    """The page, in Markdown."""
    return "\n".join([_HEAD, *_drawing(), "", *_table(), "", *_remarks()]) + "\n"


def _drawing() -> Iterator[str]:
    yield "```mermaid"
    yield "stateDiagram-v2"
    for state, event, after in life.table():
        if state is not after:
            yield f"    {state} --> {after}: {event}"
    yield "```"


def _table() -> Iterator[str]:
    yield "| in the state | may follow | and leads to |"
    yield "|---|---|---|"
    for state, event, after in life.table():
        yield f"| `{state}` | `{event}` | {'the same' if after is state else f'`{after}`'} |"


def _remarks() -> Iterator[str]:
    until = ", ".join(f"`{one}`" for one in State if one in life.UNTIL_THE_LOOK)
    yield f"In any state, and changing none: {_named(life.REMARKS)}."
    yield ""
    yield f"Until the look alone ({until}): {_named(life.BEFORE_THE_LOOK)}."
    yield ""
    yield f"At the second review: {_named(life.AT_REVIEW)}. Of an end as well: {_named(life.OF_THE_LOG)}."
    yield ""
    yield f"While a stop bears on the request nothing happens but {_named(life.WHILE_STOPPED)}."
    yield ""
    yield f"While the law of now permits it: {_named(life.UNDER_THE_LAW)}; and {_named(life.AT_PICK_UP)}."
    yield ""
    yield f"In any state before a release `{life.PLANTED_ENDED}` leads to `{State.PLANTED}`."


def _named(kinds: frozenset[str]) -> str:
    return ", ".join(f"`{one}`" for one in sorted(kinds))
