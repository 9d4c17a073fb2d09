"""What a table of the pack says of a name: findings that look up a court, a program, and who administers it.

How such a table is written and searched is for `entries`; what follows from it is for the rules.
"""

from __future__ import annotations

from functools import lru_cache

from safeconduct.core import agencies
from safeconduct.core.entries import Entries, Entry, entries, sought
from safeconduct.core.facts import Fact
from safeconduct.core.fields import ABSENT, At, Found, Missing, Wrong
from safeconduct.core.rulepack import Pack
from safeconduct.core.sought import UNKNOWN, Finding, missing, no_text, owes, setting, table_of
from safeconduct.core.standing import agencies_of

_entries = lru_cache(maxsize=8)(entries)  # several facts rest on one table; it is read once


def listed(fact: Fact, pack: Pack) -> Finding:
    """What the text at the path is by the table: one of its members, `unlisted`, or `none` for null."""
    table = _entries(*table_of(fact, pack, "table"))
    owes(fact, pack, (entry.member for entry in table.all))

    def find(at: At) -> Found | Wrong:
        raw = at.look(fact.path)
        if not isinstance(raw, str):
            return missing(fact, raw) if isinstance(raw, Missing) else no_text(fact)
        entry = sought(raw, table)
        return Found(entry.member) if entry else Found("unlisted", "the custodian's table does not know it")

    return find


def administers(fact: Fact, pack: Pack) -> Finding:
    """Whether the agency at `asking` administers the program at the path, by the tables of programs and of agencies.

    `listed`: it, or one above it, is listed with the program, or bears a mark that is. `above`: one of its components is.
    `standing`: all of its standing may. `other`: neither; or it administers none of them all, whatever is said of a
    program. `unlisted`: the table of agencies lacks it. `none`: no agency, or no program for one that administers some.
    Unknown where one is left out or the program is not listed.
    """
    programs, known = _entries(*table_of(fact, pack, "table")), agencies_of(fact, pack, "agencies")
    asking_path = setting(fact, pack, "asking")
    _hold_to(programs, known)

    def find(at: At) -> Found | Wrong:
        program, asking = at.look(fact.path), at.look(asking_path)
        if not isinstance(program, str | Missing):
            return no_text(fact)
        if asking is ABSENT:
            return Found("none")
        if not isinstance(asking, str):
            return UNKNOWN
        agency = agencies.find(asking, known, at.on)
        if agency is None:
            return Found("unlisted")
        if isinstance(program, str) and (entry := sought(program, programs)):
            return Found(_administers(agency, entry, known))
        if all(_administers(agency, entry, known) == "other" for entry in programs.all):
            return Found("other", "it administers none of the programs listed")
        return Found("none") if program is ABSENT else UNKNOWN

    return find


def _administers(agency: agencies.Agency, program: Entry, known: agencies.Agencies) -> str:
    if not set(program.agencies).isdisjoint(agency.line) or any(agency.marks.get(mark) for mark in program.marks):
        return "listed"
    if any(agency.id in known.lines[ident] for ident in program.agencies):
        return "above"
    may = agency.standing in program.standings and not any(agency.marks.get(mark) for mark in program.save_marks)
    return "standing" if may else "other"


def _hold_to(programs: Entries, known: agencies.Agencies) -> None:
    """Hold the agencies, standings and marks that programs name to those of the table of agencies."""
    for entry in programs.all:
        for key, named, there in (
            ("agencies", entry.agencies, known.lines.keys()),
            ("standings", entry.standings, known.standings),
            ("marks", entry.marks, known.marks),
            ("save_marks", entry.save_marks, known.marks),
        ):
            strange = next((one for one in named if one not in there), None)
            if strange:
                what = f"names `{strange}` in `{key}`, which the table of agencies has not"
                raise entry.at.fault(what, "list it there, or take it out here", key, f'"{strange}"')
