"""The commands of whoever keeps the desk: make it, run it, audit it, back it up, and make it good again after a restore."""

from __future__ import annotations

import datetime as dt
from pathlib import Path
from typing import Annotated

import typer

from safeconduct.core.log.refusals import Refused
from safeconduct.desk import backup, behind, founding, settings
from safeconduct.desk import town as towns
from safeconduct.desk.audit import audit as audited
from safeconduct.desk.speaking import DEFAULT, AsJson, At, desk_at, print_json, refuse, say
from safeconduct.journal import projections, store
from safeconduct.journal.journal import writing

app = typer.Typer(no_args_is_help=True, help="The desk itself: make it, run it, audit it.")

OfficeKey = Annotated[
    Path,
    typer.Option(
        "--key", metavar="KEY", readable=False, help="The key of an office to which the log's bodies are sealed."
    ),
]
_NO = 1


@app.command()
def init(*, desk: At = DEFAULT) -> None:
    """Make the journal that the settings name, or bring its tables up to date."""
    told = settings.settings(desk)
    store.make(told.journal, told.account)
    print(f"the journal is at {told.journal}")


@app.command()
def found(
    file: Annotated[
        Path, typer.Argument(metavar="FOUNDING.toml", readable=False, help="Who is named, and which two found.")
    ],
    *,
    desk: At = DEFAULT,
    dry: Annotated[bool, typer.Option("--dry", help="Print what would be founded, and enter nothing.")] = False,
) -> None:
    """Found the gate, once: pack, program, orders, people with their roles and keys, as one entry of two offices."""
    at, (people, by) = desk_at(desk), founding.read(file)
    said = founding.control(at.told.packs[0], people, by, at.clock().date())
    if isinstance(said, Refused):
        refuse(said.why)
    if not dry and (why := founding.found(at, said)):
        refuse(why.why)
    for what, value in founding.facts(said).items():
        print(f"{what}  {value}")


@app.command()
def town(
    folder: Annotated[Path, typer.Argument(metavar="DIR", readable=False, help="A folder that is not there yet.")],
    *,
    journal: Annotated[str, typer.Option(help="A file, or postgresql://account@host/database.")] = "journal.sqlite",
) -> None:
    """A town with a desk to try: people with keys, founded nine days ago by a clock of its own; nobody in it exists."""
    for path in towns.make(folder, dt.datetime.now(dt.UTC), journal):
        print(path)


@app.command()
def later(days: Annotated[int, typer.Argument(min=1, max=3_650, help="So many days.")], *, desk: At = DEFAULT) -> None:
    """In a town, let days pass: its clock is put on. A log whose policy is evidence has no such clock."""
    at = desk_at(desk)
    if at.log.policy.evidence:
        refuse("the policy of the log is evidence: its dates are the witnesses' own")
    for _ in range(days):
        towns.later(desk.parent, dt.timedelta(days=1))
        desk_at(desk)  # whose log is brought up to the day, so that the witnesses have dated it
    print(f"{days} days later")


@app.command()
def run(
    *, desk: At = DEFAULT, ticks: Annotated[int | None, typer.Option(min=1, help="End after so many ticks.")] = None
) -> None:
    """Tick until ended: bring what must stand in the log there, publish it, and take every step that is owed."""
    from safeconduct.desk import jobs  # noqa: PLC0415  # with the queue

    at = desk_at(desk)
    if at.log.policy.evidence is False:
        say(
            "on one account the boundary between desk, broker and sealer is for show; the log's policy says it is no evidence"
        )
    jobs.run(at, say, ticks=ticks)


@app.command()
def tick(*, desk: At = DEFAULT) -> None:
    """One tick."""
    from safeconduct.desk import ticking  # noqa: PLC0415  # with the log's writer

    ticked = ticking.tick(desk_at(desk))
    if isinstance(ticked, Refused):
        refuse(ticked.why)
    print(f"{ticked.entered} entries brought to the log")
    for case, one in ticked.advanced.items():
        print(f"  {case}: {', '.join(one.happened) or 'nothing'}{f'; waits: {one.waits}' if one.waits else ''}")


@app.command()
def audit(*, key: OfficeKey, desk: At = DEFAULT, as_json: AsJson = False) -> None:
    """Audit the journal against the log: nothing changed, left out or put between; every life by the table; every signature good."""
    found = audited(desk_at(desk), key)
    if isinstance(found, Refused):
        refuse(found.why)
    if as_json:
        print_json(found)
    else:
        print(
            f"{found.events} events of {found.cases} cases under {found.anchors} anchors; {found.unproved} since the last one"
        )
        for wrong in found.wrong:
            print(f"WRONG {wrong}")
        print("nothing is wrong" if not found.wrong else f"{len(found.wrong)} things are wrong")
    if found.wrong:
        raise typer.Exit(_NO)


@app.command()
def rebuild(
    *,
    key: OfficeKey,
    desk: At = DEFAULT,
    lists: Annotated[bool, typer.Option(help="Make the lists and counts again from the journal first.")] = True,
) -> None:
    """After a restore: bring back from the log what governs the gate, and count the looks that the journal has lost."""
    at = desk_at(desk)
    if lists:
        with writing(alone=True):
            projections.rebuild()
    found = behind.rebuild(at, key)
    print(f"{found.controls} controls brought back from the log, {found.looks} looks counted")
    if found.controls or found.looks:
        print(
            "everything stays stopped until two persons of two offices lift it by their report: safeconduct stop lift"
        )


@app.command("backup")
def backup_command(
    out: Annotated[Path, typer.Argument(metavar="FILE", readable=False, help="A file that is not there yet.")],
    *,
    to: Annotated[
        list[Path], typer.Option(metavar="CERT", readable=False, help="Whose certificate opens it; may be repeated.")
    ],
    desk: At = DEFAULT,
) -> None:
    """A backup of the journal, sealed: nothing of it touches the disk unsealed. It holds what was committed when it began."""
    desk_at(desk)
    many = backup.write(out, to)
    print(f"{many} events, sealed to {len(to)} certificate{'s' if len(to) > 1 else ''}: {out}")


@app.command()
def restore(
    file: Annotated[Path, typer.Argument(metavar="FILE", readable=False, help="A backup.")],
    *,
    key: OfficeKey,
    desk: At = DEFAULT,
) -> None:
    """Restore a backup into an empty journal. If the log has gone on since, everything starts stopped; see `rebuild`."""
    told = settings.settings(desk)
    store.make(told.journal, told.account)
    print(
        f"{backup.restore(file, key)} events restored; next: safeconduct desk tick, and if it stops, safeconduct desk rebuild"
    )
