"""The keeper's commands: a log made, something entered, published at the tick, shown to somebody, or made unreadable."""

from __future__ import annotations

import datetime as dt
import json
from pathlib import Path
from typing import Annotated

import typer

from safeconduct import shelf
from safeconduct.core.days import day
from safeconduct.core.log import controls, disclosures, policy_changes
from safeconduct.core.log import policy as policies
from safeconduct.core.log.controls import ACTS, SUBJECTS, Control, Person
from safeconduct.core.log.lines import Malformed
from safeconduct.core.log.refusals import Refused
from safeconduct.core.log.shares import OFFICES
from safeconduct.keys import log as keys
from safeconduct.keys.log import Role
from safeconduct.logbook import figures, keeping, making, orders_and_stops, reading, render, run, served, settings
from safeconduct.logbook.commands import Config, app, end, new_file, print_lines, tell
from safeconduct.logbook.reading import Office, Read
from safeconduct.shelf import Misplaced

_OWN_COMMANDS = {
    "witness policy": "use `safeconduct log policy`",
    "figures": "use `safeconduct log figures`",
    "erasure": "use `safeconduct log erase`",
    "orders and stops": "enter a stop or an order; `safeconduct log run` enters the set of them",
    "slots": "the broker's map is entered by the desk",
}
By = Annotated[
    list[str],
    typer.Option("--by", metavar="PERSON, OFFICE", help="Who does it, and for which office; may be repeated."),
]


def now() -> dt.datetime:
    """The clock."""
    return dt.datetime.now(dt.UTC)


@app.command()
def init(
    folder: Annotated[Path, typer.Argument(metavar="DIR", readable=False, help="A folder that is not there yet.")],
    *,
    origin: Annotated[
        str, typer.Option(help="The log's name: its address without the scheme, as in tax.example.gov/log.")
    ],
    witness: Annotated[
        list[str], typer.Option(metavar="VKEY URL", help="A witness's key and its address; may be repeated.")
    ],
    quorum: Annotated[int, typer.Option(min=1, help="How many of them must cosign.")],
    office: Annotated[
        list[Path],
        typer.Option(metavar="CERT", readable=False, help="To whom bodies are sealed: sealer, broker, inspector."),
    ],
    custodian: Annotated[Path, typer.Option(metavar="CERT", readable=False, help="The custodian's certificate.")],
    inspector_general: Annotated[Path, typer.Option(metavar="CERT", readable=False, help="The inspector general's.")],
    court: Annotated[Path, typer.Option(metavar="CERT", readable=False, help="The court's.")],
) -> None:
    """Make a log: its keys, its folders, its policy and its settings. It is made once."""
    held = dict(zip(OFFICES, (custodian, inspector_general, court), strict=True))
    for file in making.make(folder, making.Log(origin, tuple(witness), quorum, tuple(office), held)):
        print(file)


@app.command()
def town(
    folder: Annotated[Path, typer.Argument(metavar="DIR", readable=False, help="A folder that is not there yet.")],
    *,
    step: Annotated[int, typer.Option(min=1, max=256, help="Fill each tick up to a multiple of so many entries.")] = 8,
) -> None:
    """A town's log to try: two witnesses in this very process, keys that are worth nothing elsewhere."""
    for file in making.town(folder, now(), step):
        print(file)


@app.command("key")
def key_command(
    file: Annotated[Path, typer.Argument(metavar="FILE", readable=False, help="A file that is not there yet.")],
    *,
    config: Annotated[Path, typer.Option(metavar="CONFIG", readable=False, help="The log's settings.")],
    ed25519: Annotated[bool, typer.Option("--ed25519", help="Ed25519 instead of ML-DSA-44.")] = False,
) -> None:
    """Make a further key for the log. Prints its line for a policy."""
    origin = settings.origin(config)
    keys.make(file, quantum_safe=not ed25519)
    print(f"log {keys.signer(file, origin, Role.LOG).key}")


@app.command()
def control(
    config: Config,
    *,
    subject: Annotated[str, typer.Option(help=f"What it is of: {', '.join(SUBJECTS)}.")],
    name: Annotated[str, typer.Option(help="Which one: a docket, a person's office, a key's digest, a pack's name.")],
    by: By,
    act: Annotated[str, typer.Option(help=f"{' or '.join(ACTS)}.")] = "set",
    content: Annotated[
        Path | None, typer.Option(metavar="FILE", readable=False, help="What it says; nothing if left out.")
    ] = None,
    effective_on: Annotated[str, typer.Option(metavar="YYYY-MM-DD", help="From when; today if left out.")] = "",
    widens: Annotated[bool, typer.Option("--widens", help="More may pass after it than before.")] = False,
) -> None:
    """Enter that something was set or ended: a stop, an order, a role, a key, a ceiling, a pack."""
    said = shelf.text_of(content, 10_000_000) if content else ""
    from_when = effective_on or now().date().isoformat()
    persons = tuple(map(_person, by))
    one = _held(Control(subject, name, act, said, controls.digest_of(said), persons, from_when, widens))
    if subject in _OWN_COMMANDS:
        raise Misplaced("--subject", f"is `{subject}`, which is not entered by hand", _OWN_COMMANDS[subject])
    with keeping.kept(config, now) as at:
        refusal = orders_and_stops.refusal(at.told.state, one, now().date().isoformat())
        tell(f"entered{_places(at, at.control(one))}")
    if refusal:
        end(f"it is entered and has no effect: {refusal.why}")


def _held(one: Control) -> Control:
    """The control, which is of its form.

    Raises:
        Misplaced: it is not.
    """
    try:
        return controls.read(controls.written(one))
    except Malformed as fault:
        mend = "say --subject, --name, --act, --by and --effective-on as the help has it"
        raise Misplaced("log control", str(fault), mend) from None


def _person(said: str) -> Person:
    person, comma, office = said.rpartition(",")
    if not comma or not person.strip() or not office.strip():
        raise Misplaced("--by", "is no person and office", 'write it as in --by "A. Lund, counsel"')
    return Person(person.strip(), office.strip())


def _places(at: keeping.Kept, numbers: range) -> str:
    """Where something stands: in a town, which has no tick, it is published at once; elsewhere that is drawn at the tick."""
    if at.told.tick_s:
        return ", to be in the tree at the next tick"
    at.publish()
    return f" at {', '.join(f'{index:,}' for index in at.indices(numbers))}"


@app.command()
def publish(config: Config) -> None:
    """One tick: fill up, bring the tree up, have it cosigned, serve it."""
    with keeping.kept(config, now) as at:
        found = at.publish()
        print_lines(render.believed(found, at.told.policy))


@app.command("run")
def run_command(
    config: Config,
    *,
    listen: Annotated[str, typer.Option(metavar="HOST:PORT", help="Serve the log's folder there as well.")] = "",
) -> None:
    """Tick until ended; enter the orders and stops every hour; serve the log over HTTP if asked."""
    run.run(config, listen, tell)


@app.command("open")
def open_entry(
    config: Config,
    entry: Annotated[int, typer.Argument(metavar="ENTRY", min=0, help="The index of an entry.")],
    *,
    key: Annotated[list[str], typer.Option(metavar="OFFICE=KEY", help=f"The keys of two of {', '.join(OFFICES)}.")],
    group: Annotated[list[str] | None, typer.Option(help="Show this group alone; may be repeated.")] = None,
    out: Annotated[Path, typer.Option(metavar="F", readable=False, help="The file for the disclosure.")],
) -> None:
    """Open what an entry commits to, with the keys of two offices, and write it down with its proof."""
    found = keeping.openings_of(config, entry, dict(map(_office, key)))
    if isinstance(found, Refused):
        end(f"not verified: {found.why}")
    strange = next((name for name in group or () if name not in found.openings), None)
    if strange is not None:
        held = ", ".join(found.openings) or "none"
        raise Misplaced("--group", f"names `{strange}`, to which the entry commits nothing", f"it commits to: {held}")
    chosen = {name: one for name, one in found.openings.items() if not group or name in group}
    shown = disclosures.Disclosure(found.entry, chosen, found.proof)
    shelf.put_new(out, json.dumps(disclosures.written(shown), indent=2) + "\n")
    print(out)


def _office(said: str) -> tuple[str, Path]:
    office, equals, path = said.partition("=")
    if office not in OFFICES or not equals:
        raise Misplaced(
            "--key", "is no office and key", f"write one of {', '.join(OFFICES)}, =, and the file of its key"
        )
    return office, Path(path)


@app.command()
def erase(
    config: Config,
    entry: Annotated[int, typer.Argument(metavar="ENTRY", min=0, help="The index of an entry.")],
    *,
    by: By,
    key: Annotated[Path, typer.Option(metavar="KEY", readable=False, help="An office's key: holds are read with it.")],
) -> None:
    """Make what an entry commits to unreadable for good, if no law and no hold keeps it. Two persons' act, and entered."""
    with keeping.kept(config, now) as at:
        at.publish()  # or a hold that was entered a moment ago would not be seen
        standing = reading.standing(_read(at, key), now().date())
        persons = tuple(map(_person, by))
        taken = keeping.erase(at, entry, persons, shelf.kept_for_good(at.opened.pack), standing)
        if isinstance(taken, Refused):
            end(f"nothing was erased: {taken.why}")
        print(f"entry {entry:,} stays, and nobody can open it; that is entered{_places(at, taken)}")


def _read(at: keeping.Kept, key: Path) -> list[Read]:
    """Every entry as an office reads it, which can read all of them.

    Raises:
        Misplaced: there is one that it cannot, and that is not nothing.
    """
    under = at.writer.published
    office = Office(at.told.state, key, at.told.decoys)
    reads = list(reading.read(served.Folder(at.told.log), under, at.told.policy, office)) if under else []
    lacking = next((one for one in reads if one.is_lacking), None)
    if lacking:
        mend = "name the key of an office to which bodies are sealed; if it is one, its body is gone: `log monitor` tells more"
        raise Misplaced(key, f"does not read entry {lacking.index:,}", mend)
    return reads


@app.command("figures")
def figures_command(
    config: Config,
    *,
    since: Annotated[str, typer.Option(metavar="YYYY-MM-DD", help="The first day.")],
    until: Annotated[str, typer.Option(metavar="YYYY-MM-DD", help="The day after the last.")],
    by: By,
    key: Annotated[
        Path, typer.Option(metavar="KEY", readable=False, help="The key of an office, which reads the bodies.")
    ],
    out: Annotated[Path, typer.Option(metavar="F", readable=False, help="The file for the figures with their proof.")],
) -> None:
    """Enter how many looks and releases there were, by agency, none under eleven told; and write it down for everybody."""
    if day(since) is None or day(until) is None or since >= until:
        raise Misplaced("--since, --until", "are no first day and the day after the last", "write both as YYYY-MM-DD")
    new_file(out)  # or something would be entered whose proof then could not be written down
    with keeping.kept(config, now) as at:
        one = figures.figures(_read(at, key), since, until, tuple(map(_person, by)), now())
        shown = keeping.entered_and_shown(at, _held(one))
    shelf.put_new(out, json.dumps(disclosures.written(shown[0]), indent=2) + "\n")
    print(one.content)


@app.command("policy")
def policy_command(
    config: Config,
    new: Annotated[Path, typer.Argument(metavar="NEW", readable=False, help="The policy to come.")],
    *,
    by: By,
    effective_on: Annotated[str, typer.Option(metavar="YYYY-MM-DD", help="From when.")],
    out: Annotated[
        Path, typer.Option(metavar="CHANGE", readable=False, help="The file for the change, to be followed.")
    ],
) -> None:
    """Enter a change of whom to believe, and write it down so that whoever believes the old policy can follow it."""
    new_file(out)  # or something would be entered whose proof then could not be written down
    told, said = settings.settings(config), shelf.text_of(new, policies.LONGEST)
    old = shelf.text_of(told.policy_file, policies.LONGEST)
    if told.origin not in settings.policy(new).origins:
        raise Misplaced(new, "lists no key of this log", "copy its lines `log` from the policy it has")
    by_whom, name = tuple(map(_person, by)), controls.digest_of(old)
    one = _held(Control("witness policy", name, "set", said, controls.digest_of(said), by_whom, effective_on))
    if refusal := policy_changes.refusal(told.policy, one, now().date().isoformat()):
        end(f"nothing was entered: {refusal.why}")
    with keeping.kept(config, now) as at:
        shown = keeping.entered_and_shown(at, one)
    shelf.put_new(out, json.dumps([disclosures.written(each) for each in shown], indent=2) + "\n")
    print(out)
