"""The broker's commands: parse, call, print. What a reply means is said in `reply`."""

from __future__ import annotations

import datetime as dt
import json
import sys
from collections.abc import Iterator
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from safeconduct import shelf
from safeconduct.town import clock

if TYPE_CHECKING:
    from safeconduct.broker.reply import Reply

app = typer.Typer(no_args_is_help=True, help="The register's only reader: one permit, one look, one record at most.")

AsJson = Annotated[bool, typer.Option("--json", help="Print one JSON document and nothing else.")]
Request = Annotated[Path, typer.Argument(metavar="REQUEST.json", readable=False, help="One request, as JSON.")]
SocketAt = Annotated[Path, typer.Option("--socket", metavar="S", readable=False, help="The broker's socket.")]
ConfigAt = Annotated[Path, typer.Option("--config", metavar="C", readable=False, help="The broker's settings.")]
_NO = 1


@app.command()
def serve(
    *,
    register: Annotated[
        str,
        typer.Option(metavar="R", help="A synthetic register: Parquet, CSV, or postgresql://account@host/database."),
    ],
    socket: SocketAt,
    config: ConfigAt,
) -> None:
    """Serve looks, one permit each, until ended."""
    from safeconduct.broker import serve as serving  # noqa: PLC0415  # with the register's engines, slow to import
    from safeconduct.broker.settings import settings  # noqa: PLC0415  # as above

    told = settings(config)
    serving.serve(register, socket, told, clock.clock(config.parent, told.log), _tell)


@app.command()
def permit(
    request: Request,
    *,
    config: ConfigAt,
    key: Annotated[Path, typer.Option(metavar="KEY", readable=False, help="The key of the town's desk.")],
    out: Annotated[Path, typer.Option(metavar="P", readable=False, help="The file for the permit.")],
) -> None:
    """The town's desk: a permit for one look, if today's law permits the request; entered in the town's log, if it has one."""
    from safeconduct.broker.issue import Desk, issue  # noqa: PLC0415  # as above
    from safeconduct.broker.settings import has_log, register_name  # noqa: PLC0415  # as above
    from safeconduct.core.log.refusals import Refused  # noqa: PLC0415  # as above
    from safeconduct.logbook.settings import FILE  # noqa: PLC0415  # as above

    log = config.with_name(FILE) if has_log(config) else None
    issued = issue(shelf.document(request), Desk(key, register_name(config), log), dt.datetime.now(dt.UTC))
    if isinstance(issued, Refused):
        _tell(f"no permit: {issued.why}")
        raise typer.Exit(_NO)
    with out.open("x", encoding="utf-8") as file:
        json.dump(issued, file, indent=2)
    print(out)


@app.command()
def look(
    request: Request,
    *,
    socket: SocketAt,
    permit: Annotated[Path, typer.Option(metavar="P", readable=False, help="The permit for this look.")],
    sealed: Annotated[
        Path | None, typer.Option(metavar="F", readable=False, help="Write here what is sealed to the sealer.")
    ] = None,
    as_json: AsJson = False,
) -> None:
    """Look once, under a permit, and print what the desk is told."""
    from safeconduct.broker.ask import ask  # noqa: PLC0415  # as above

    call = {"call": "look", "permit": shelf.document(permit), "request": shelf.document(request)}
    reply = ask(socket, call)
    if sealed:
        sealed.write_bytes(reply.sealed)
    _end(reply, as_json=as_json)


@app.command()
def mark(
    person: Annotated[str, typer.Argument(metavar="PERSON", help="The person's id in the register.")],
    *,
    socket: SocketAt,
    by: Annotated[list[str], typer.Option(metavar="NAME", help="Who does it; twice, for two persons.")],
    present: Annotated[bool, typer.Option("--set/--clear", help="Set the mark, or clear it.")],
    as_json: AsJson = False,
) -> None:
    """Set or clear the mark of a protected person. The answer is the same whatever was there."""
    from safeconduct.broker.ask import ask  # noqa: PLC0415  # as above

    _end(ask(socket, {"call": "mark", "person": person, "present": present, "by": list(by)}), as_json=as_json)


@app.command()
def town(
    folder: Annotated[Path, typer.Argument(metavar="DIR", readable=False, help="A folder that is not there yet.")],
) -> None:
    """A town with a broker to try: a register of nobody, keys, settings, an empty store, a log, a few requests."""
    from safeconduct.broker import town as making  # noqa: PLC0415  # as above

    for file in making.make(folder, dt.datetime.now(dt.UTC)):
        print(file)


def _end(reply: Reply, *, as_json: bool) -> None:
    if as_json:
        said = {name: value for name, value in asdict(reply).items() if name != "sealed"}
        print(json.dumps({**said, "sealed_bytes": len(reply.sealed)}, ensure_ascii=False, indent=2))
    else:
        print("\n".join(_lines(reply)))
    if reply.answer == "refused":
        raise typer.Exit(_NO)


def _lines(reply: Reply) -> Iterator[str]:
    """The reply for a person."""
    if reply.answer != "looked":
        yield f"{reply.answer}: {reply.why}" if reply.why else str(reply.answer)
        return
    yield f"looked: {reply.found}; look {reply.look} of this broker; the case takes the {reply.route} route"
    yield from (f"  {line.what:<10}  {line.said:<12}  {line.how}".rstrip() for line in reply.card)
    yield f"sealed to the sealer: {len(reply.sealed):,} bytes"


def _tell(what: str) -> None:
    print(f"safeconduct: {what}", file=sys.stderr, flush=True)
