"""What the commands of the desk share: which desk, who speaks and with which key, and how an answer is printed."""

from __future__ import annotations

import hashlib
import json
import secrets
import sys
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Annotated, NoReturn

import typer

from safeconduct.core import records
from safeconduct.core.case.case import Case
from safeconduct.core.days import iso
from safeconduct.core.gate import commands
from safeconduct.core.gate.gate import Gate, Signed
from safeconduct.core.log.refusals import Refused
from safeconduct.desk import loaded, settings, views
from safeconduct.desk.desk import Desk, Done
from safeconduct.journal.journal import reading
from safeconduct.keys import person as keys
from safeconduct.logbook import settings as logs
from safeconduct.shelf import Misplaced
from safeconduct.town import clock

At = Annotated[
    Path,
    typer.Option("--desk", envvar="SAFECONDUCT_DESK", metavar="DESK.toml", readable=False, help="The desk's settings."),
]
As = Annotated[str, typer.Option("--as", metavar="PERSON", help="Who gives the command, by their id.")]
Key = Annotated[
    Path | None,
    typer.Option(
        "--key", metavar="KEY", readable=False, help="Their key; people/PERSON.key beside the settings if left out."
    ),
]
AsJson = Annotated[bool, typer.Option("--json", help="Print one JSON document and nothing else.")]
CaseId = Annotated[str, typer.Argument(metavar="CASE", help="The id of a case, as it was given at receipt.")]
DEFAULT = Path(settings.FILE)
_NO = 1


def fresh() -> str:
    """An id for one command."""
    return secrets.token_hex(16)


def document_digest(path: Path) -> str:
    """The digest of a document that is not kept here.

    Raises:
        Misplaced: it cannot be read.
    """
    try:
        return f"sha256:{hashlib.sha256(path.read_bytes()).hexdigest()}"
    except OSError:
        raise Misplaced(path, "cannot be read", "name the document") from None


def desk_at(path: Path) -> Desk:
    """The desk of the settings in the file `path`. A town's log, which has no tick, is brought up to now.

    Raises:
        Misplaced: it cannot be used.
    """
    from safeconduct.desk import ticking  # noqa: PLC0415  # with the log's writer

    told = settings.settings(path)
    desk = Desk(told, clock.clock(path.parent, logs.settings(told.log).policy))
    if not desk.log.tick_s and isinstance(desk.dated.now(), Refused):
        ticking.tick(desk)
    return desk


def held(case_id: str) -> Case:
    """The case of that id.

    Raises:
        Misplaced: there is none.
    """
    with reading() as at:
        case = loaded.case(at, case_id).case
    if case.request is None:
        raise Misplaced(case_id, "is no case of this desk", "name one that `safeconduct case list` prints")
    return case


def gate(desk: Desk) -> Gate:
    """The gate as it stands now.

    Raises:
        Misplaced: there is no date in law.
    """
    at = desk.dated.now()
    if isinstance(at, Refused):
        raise Misplaced("the desk", at.why, "see that `safeconduct desk run` ticks")
    with reading() as here:
        return desk.gate_of.at(here, at)


def signed(command: object, desk: Desk, path: Path, key: Path | None) -> Signed:
    """A command with the signature of whoever gives it.

    Raises:
        Misplaced: the key cannot be used.
    """
    by = str(getattr(command, "by", ""))
    place = key or path.parent / "people" / f"{by}.key"
    return Signed(command, keys.signs(place, commands.signed_bytes(command, desk.log.origin)))


def tell(desk: Desk, command: object, path: Path, key: Path | None) -> None:
    """Give a signed command to a case, let the machine go on from there, and print what happened."""
    end(desk, desk.tell(signed(command, desk, path, key)))


def end(desk: Desk, done: Done | Refused) -> None:
    """Print what was done, and what the machine did then; end with status 1 where nothing was."""
    if isinstance(done, Refused):
        refuse(done.why)
    if done.before:
        print(f"{done.stream}: done before")
        return
    happened = [commands.name(type(one)) for one in done.happened]
    advanced = desk.advance(done.stream)
    print(f"{done.stream}: {', '.join([*happened, *advanced.happened])}")
    print(f"  now {held(done.stream).state}{f'; waits: {advanced.waits}' if advanced.waits else ''}")


def end_for_asker(desk: Desk, done: Done | Refused) -> None:
    """Print what an asker may read of what was done, and nothing of what the machine does then; end with status 1 where nothing was."""
    if isinstance(done, Refused):
        refuse(done.why)
    print("\n".join(seen(desk, done.stream)))


def seen(desk: Desk, case_id: str) -> Iterator[str]:
    """A case as its asker reads it."""
    stands = gate(desk)
    said = views.for_asker(held(case_id), stands.on, desk.laws.policy(stands))
    day = f" until {iso(said.seen.day)}" if said.seen.day and not said.seen.letter else ""
    yield f"{case_id}: {said.stands.replace('_', ' ')}{day}"
    yield from (f"  {one.cites}: {one.means}{f' Cure: {one.cure}' if one.cure else ''}" for one in said.reasons)
    told = (("until", said.due), ("held for", said.hold), ("asked", said.question))
    yield from (f"  {what}: {text}" for what, text in told if text)
    if said.seen.letter:
        yield said.seen.letter.rstrip()
    if recalled := held(case_id).recalled:
        yield f"recalled: to be acknowledged by {recalled.acknowledge_by}, and its destruction certified by {recalled.destroy_by}"


def refuse(why: str) -> NoReturn:
    """Say why nothing was done, and end with status 1."""
    print(f"safeconduct: not done: {why}", file=sys.stderr)
    raise typer.Exit(_NO)


def say(what: str) -> None:
    """Say something beside the answer."""
    print(f"safeconduct: {what}", file=sys.stderr, flush=True)


def print_json(said: object) -> None:
    """Print one JSON document: a record, or what is one already."""
    document = said if isinstance(said, Mapping | list) else records.document(said)
    print(json.dumps(document, ensure_ascii=False, indent=2))


def facts(said: list[str]) -> dict[str, bool | int | str]:
    """Facts as they are written on the command line: NAME=yes, NAME=no, NAME=12, NAME=member.

    Raises:
        Misplaced: one is not written so.
    """
    found: dict[str, bool | int | str] = {}
    for one in said:
        name, equals, value = one.partition("=")
        if not equals or not name or not value:
            raise Misplaced("--found", "is no fact and its value", "write it as in --found review.reason_specific=yes")
        found[name] = {"yes": True, "no": False}.get(value, int(value) if value.isdecimal() else value)
    return found
