"""The log's commands: parse, call, print. Here is what anybody does with a log; what its keeper does is in `acts`."""

from __future__ import annotations

import base64
import datetime as dt
import json
import sys
from collections.abc import Iterable
from pathlib import Path
from typing import Annotated, NoReturn

import typer

from safeconduct import kit, shelf
from safeconduct.core.log import disclosures, notes, policy_changes, proofs
from safeconduct.core.log import policy as policies
from safeconduct.core.log.lines import Malformed
from safeconduct.core.log.policy import Believed, Policy
from safeconduct.core.log.refusals import Refused
from safeconduct.logbook import audit as auditing
from safeconduct.logbook import disk, reading, render, served, settings
from safeconduct.logbook import monitor as monitoring
from safeconduct.logbook import verify as verifying
from safeconduct.logbook.reading import Office
from safeconduct.shelf import Misplaced, bytes_of
from safeconduct.witness import client

app = typer.Typer(no_args_is_help=True, help="The log that anyone can check: verify it, prove of it, keep it.")

AsJson = Annotated[bool, typer.Option("--json", help="Print one JSON document and nothing else.")]
Log = Annotated[str, typer.Argument(metavar="LOG", help="A log's folder, or its address; the demo's if left out.")]
PolicyAt = Annotated[
    Path | None,
    typer.Option(
        "--policy", metavar="P", readable=False, help="Whom to believe; policy.txt beside the log if left out."
    ),
]
Config = Annotated[Path, typer.Argument(metavar="CONFIG", readable=False, help="The log's settings: its logbook.toml.")]
DEMO = "safeconduct-demo/log"
_NO = 1


@app.command()
def verify(
    log: Log = DEMO,
    *,
    policy: PolicyAt = None,
    proof: Annotated[
        Path | None, typer.Option(metavar="F.tlog-proof", readable=False, help="A proof instead of a log, offline.")
    ] = None,
    entry: Annotated[Path | None, typer.Option(metavar="F", readable=False, help="The entry that is proved.")] = None,
    as_json: AsJson = False,
) -> None:
    """Is a log's checkpoint to be believed, and are its tiles of that tree? Or, offline: does a proof hold?"""
    by = policy_for(log, policy)
    if entry and not proof:
        raise Misplaced("--proof", "is left out", "name the proof of that entry, F.tlog-proof")
    found = _proved(proof, entry, by) if proof else verifying.verify(served.at(log), by)
    _tell(found.under if isinstance(found, verifying.Verified) else found, by, as_json=as_json)


def _proved(proof: Path, entry: Path | None, by: Policy) -> Believed | Refused:
    if entry is None:
        raise Misplaced("--entry", "is left out", "name the file of the entry that the proof is of")
    try:
        return proofs.verified(
            proofs.read(bytes_of(proof, proofs.LONGEST + 1)), bytes_of(entry, proofs.LONGEST + 1), by
        )
    except Malformed as fault:
        return Refused(str(fault))


@app.command()
def audit(log: Log = DEMO, *, policy: PolicyAt = None, as_json: AsJson = False) -> None:
    """Compute everything that a log serves again, from its entries up."""
    by = policy_for(log, policy)
    found = auditing.audit(log, by, lambda what, count: tell(f"{count:,} {what}"))
    _tell(found.under if isinstance(found, auditing.Audited) else found, by, as_json=as_json)
    if isinstance(found, auditing.Audited) and not as_json:
        print(f"  computed      every leaf, {found.files:,} tiles and bundles, the root: all as served")


@app.command()
def prove(
    entry: Annotated[str, typer.Argument(metavar="ENTRY", help="An entry's index, or a file that holds it.")],
    log: Log = DEMO,
    *,
    policy: PolicyAt = None,
    out: Annotated[
        Path | None, typer.Option(metavar="F", readable=False, help="Write F.tlog-proof and the entry itself, F.entry.")
    ] = None,
    as_json: AsJson = False,
) -> None:
    """A proof that an entry is in the log, to be verified offline by whoever has the policy."""
    by = policy_for(log, policy)
    found = verifying.prove(served.at(log), by, _index(entry, log, by))
    if isinstance(found, Refused):
        end(f"not verified: {found.why}")
    said, proof = found
    text = proofs.written(proof)
    if out:
        for name in (f"{out}.tlog-proof", f"{out}.entry"):
            new_file(Path(name))
        for name, content in ((f"{out}.tlog-proof", text), (f"{out}.entry", said)):
            _put(Path(name), content)
            tell(f"wrote {name}")
    if as_json:
        print_json({"index": proof.index, "entry": base64.b64encode(said).decode(), "proof": text.decode()})
    elif not out:
        print(text.decode(), end="")


def _index(entry: str, log: str, by: Policy) -> int:
    """The index that is named, or that of the entry in the file that is."""
    if entry.isascii() and entry.isdecimal():
        return int(entry)
    said = bytes_of(Path(entry), proofs.LONGEST + 1)
    found = verifying.checkpoint(served.at(log), by)
    if isinstance(found, Refused):
        end(f"not verified: {found.why}")
    size = found.under.checkpoint.size
    at = next((index for index, one in reading.raw(served.at(log), 0, size) if one == said), None)
    return end("that entry is not in the log") if at is None else at


@app.command()
def show(
    disclosure: Annotated[Path, typer.Argument(metavar="DISCLOSURE", readable=False, help="What was shown to you.")],
    *,
    policy: Annotated[Path, typer.Option(metavar="P", readable=False, help="Whom you believe.")],
    as_json: AsJson = False,
) -> None:
    """What a disclosure of an entry shows: is the entry in the log, and are these the values it committed to?"""
    by = settings.policy(policy)
    try:
        found = disclosures.verified(disclosures.read(shelf.document(disclosure)), by)
    except Malformed as fault:
        found = Refused(str(fault))
    if isinstance(found, Refused):
        end(f"not verified: {found.why}")
    if as_json:
        values = {group: value.decode("utf-8", "replace") for group, value in found.values.items()}
        print_json(
            {**render.as_document(found.under, by), "index": found.index, "kind": found.entry.kind, "values": values}
        )
    else:
        print_lines(render.shown(found, by))


@app.command()
def follow(
    policy: Annotated[Path, typer.Argument(metavar="P", readable=False, help="The policy that you believe.")],
    change: Annotated[
        Path, typer.Argument(metavar="CHANGE", readable=False, help="The change, as `log policy` wrote it.")
    ],
    *,
    out: Annotated[Path, typer.Option(metavar="NEW", readable=False, help="The file for the new policy.")],
) -> None:
    """Follow a change of policy, if the policy that you believe has it cosigned, and its day has come."""
    today = dt.datetime.now(dt.UTC).date().isoformat()
    try:
        found = policy_changes.followed(
            shelf.text_of(policy, policies.LONGEST), policy_changes.read(shelf.document(change)), today
        )
    except Malformed as fault:
        found = Refused(str(fault))
    if isinstance(found, Refused):
        end(f"not verified: {found.why}")
    _put(out, found.encode())
    print(out)


@app.command()
def monitor(
    log: Log = DEMO,
    *,
    memory: Annotated[Path, typer.Option(metavar="F", readable=False, help="Where the monitor remembers.")],
    policy: PolicyAt = None,
    view: Annotated[
        list[str] | None,
        typer.Option(metavar="PLACE", help="Another folder or address of the same log; may be repeated."),
    ] = None,
    config: Annotated[
        Path | None, typer.Option(metavar="CONFIG", readable=False, help="With --key: the log's settings.")
    ] = None,
    key: Annotated[Path | None, typer.Option(metavar="KEY", readable=False, help="The key of an office.")] = None,
    fresh: Annotated[int, typer.Option(min=1, help="Seconds without a cosignature that are too many.")] = 900,
    as_json: AsJson = False,
) -> None:
    """Look at a log once more: did it go back, fork, freeze, or show others something else?"""
    by = policy_for(log, policy)
    office = _office(config, key) if key else None
    elsewhere = monitoring.shown_elsewhere({place: served.at(place).checkpoint() for place in view or ()})
    elsewhere |= _at_witnesses(by)
    watch = monitoring.Watch(served.at(log), by, elsewhere, office, monitoring.Bounds(fresh=fresh))
    remembered = _remembered(memory)
    found = monitoring.look(watch, remembered, dt.datetime.now(dt.UTC))
    if found.note is not None and found.note != remembered:
        disk.replace(memory, notes.written(found.note))
    if as_json:
        print_json(render.seen_as_document(found))
    else:
        print_lines(render.seen(found))
    raise typer.Exit(_NO if found.alarms else 0)


def _remembered(memory: Path) -> notes.Note | None:
    try:
        return notes.read(bytes_of(memory, proofs.LONGEST + 1)) if memory.exists() else None
    except Malformed as fault:
        raise Misplaced(
            memory, f"is no monitor's memory: {fault}", "name the one that it wrote; a new one forgets what it saw"
        ) from None


def _at_witnesses(by: Policy) -> dict[str, notes.Note]:
    """What the witnesses show of the log; those that do not answer show nothing."""
    asked = {
        f"the witness {one.name}": client.latest(one.url, origin)
        for one in by.witnesses
        for origin in by.origins
        if one.url.startswith(("http://", "https://"))
    }
    return {place: note for place, note in asked.items() if isinstance(note, notes.Note)}


@app.command()
def state(
    config: Config,
    *,
    key: Annotated[
        Path, typer.Option(metavar="KEY", readable=False, help="The key of an office to which bodies are sealed.")
    ],
    as_json: AsJson = False,
) -> None:
    """What governs the gate, rebuilt from the log by an office: what is in force, what waits, who asked how often."""
    told = settings.settings(config)
    found = verifying.verify(served.Folder(told.log), told.policy)
    if isinstance(found, Refused):
        end(f"not verified: {found.why}")
    reads = list(reading.read(served.Folder(told.log), found.under, told.policy, _office(config, key)))
    today = dt.datetime.now(dt.UTC).date()
    said = (reading.standing(reads, today), reads, reading.tally(reads, "agency", "0001-01-01"))
    if as_json:
        print_json(render.standing_as_document(*said))
    else:
        print_lines(render.standing(*said))
    raise typer.Exit(_NO if any(one.is_lacking for one in reads) else 0)


def _office(config: Path | None, key: Path) -> Office:
    if config is None:
        raise Misplaced("--config", "is left out", "name the settings of the log whose bodies are to be read")
    told = settings.settings(config)
    return Office(told.state, key, told.decoys)


@app.command("kit")
def lay_out_kit(
    out: Annotated[Path, typer.Argument(metavar="DIR", readable=False, help="A folder that is not there yet.")],
    log: Annotated[Path, typer.Argument(metavar="LOG", readable=False, help="The log's folder.")] = Path(DEMO),
    *,
    policy: PolicyAt = None,
    proof: Annotated[
        list[Path] | None,
        typer.Option(
            metavar="F.tlog-proof", readable=False, help="A proof to put in, its F.entry beside it; may be repeated."
        ),
    ] = None,
) -> None:
    """Lay out a folder with which anybody verifies the log offline, by tools that share no code with this program."""
    pairs = [(one, one.with_suffix(".entry")) for one in proof or ()]
    for file in kit.put(out, log, policy or log.resolve().parent / "policy.txt", pairs):
        print(file)


# What all of them do


def policy_for(log: str, path: Path | None) -> Policy:
    """The policy by which a log is read.

    Raises:
        Misplaced: there is none.
    """
    if path is None and log.startswith(("http://", "https://")):
        what = "is left out, and who serves a log does not say whom to believe"
        raise Misplaced("--policy", what, "name the policy that you were given otherwise")
    if path is None and not Path(log).is_dir():
        raise Misplaced(log, "is no folder", "name the folder of a log, or its address")
    return settings.policy(path or Path(log).resolve().parent / "policy.txt")


def _tell(found: Believed | Refused, by: Policy, *, as_json: bool) -> None:
    if as_json:
        print_json(render.as_document(found, by))
    if isinstance(found, Refused):
        end("" if as_json else f"not verified: {found.why}")
    if not as_json:
        print_lines(render.believed(found, by))


def end(why: str) -> NoReturn:
    """End with the answer no, and why."""
    if why:
        tell(why)
    raise typer.Exit(_NO)


def tell(what: str) -> None:
    """Say something on standard error."""
    print(f"safeconduct: {what}", file=sys.stderr, flush=True)


def print_lines(lines: Iterable[str]) -> None:
    """Print lines."""
    print("\n".join(lines))


def print_json(document: object) -> None:
    """Print one JSON document."""
    print(json.dumps(document, ensure_ascii=False, indent=2))


def new_file(path: Path) -> None:
    """Hold a file that is to be written to not being there yet.

    Raises:
        Misplaced: it is.
    """
    if path.exists():
        raise Misplaced(path, "is there already", "name another file")


def _put(path: Path, content: bytes) -> None:
    new_file(path)
    disk.replace(path, content)
