"""The commands of the gate: stops, orders of courts, roles, keys, duty, and whatever else governs it. Parse, call, print.

One person stops, alone and at once. What widens is a proposal until another person, of another office, approves it.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Annotated

import typer

from safeconduct import shelf
from safeconduct.core.days import iso
from safeconduct.core.gate import commands, persons, recipients, stops
from safeconduct.core.gate.commands import Approve, BeginDuty, Dismiss, EndDuty, SetControl
from safeconduct.core.gate.events import Controlled, Proposed
from safeconduct.core.gate.gate import Gate
from safeconduct.core.gate.persons import Named, Role
from safeconduct.core.log import controls
from safeconduct.core.log.refusals import Refused
from safeconduct.desk.agencies import also_called
from safeconduct.desk.desk import Desk, Done
from safeconduct.desk.speaking import DEFAULT, As, At, Key, desk_at, document_digest, fresh, gate, refuse, say, signed
from safeconduct.shelf import Misplaced

stop = typer.Typer(
    no_args_is_help=True, help="Stop a request, an officer, an agency, or everything: one person, at once."
)
order = typer.Typer(no_args_is_help=True, help="Orders of courts: in effect the moment they are entered.")
role = typer.Typer(no_args_is_help=True, help="Who is named to what.")
key_app = typer.Typer(no_args_is_help=True, help="By which key a person signs; used from the seventh day on.")
duty = typer.Typer(no_args_is_help=True, help="Who is on duty: reviewers are drawn from them.")
policy = typer.Typer(no_args_is_help=True, help="What governs the gate: pack, ceilings, what is proposed.")

Name = Annotated[str, typer.Argument(metavar="NAME", help="The name by which it is ended again.")]
Why = Annotated[str, typer.Option("--why", metavar="TEXT", help="Why; it is kept for good.")]
Document = Annotated[
    Path, typer.Option("--document", metavar="FILE", readable=False, help="The document that lifts it.")
]


def _give(at: Desk, control: SetControl, path: Path, key: Path | None, reviewed: object = None) -> None:
    """Set or end something; where it widens, propose it."""
    done = at.govern(signed(control, at, path, key), reviewed)
    if isinstance(done, Refused):
        refuse(done.why)
    for line in _happened(done):
        print(line)


def _happened(done: Done) -> Iterator[str]:
    """What was done to the gate, a line each."""
    for event in done.happened:
        match event:
            case Controlled(control=control):
                yield f"{control.subject} `{control.name}` {control.act}"
            case Proposed(control=control, signature=signature):
                yield f"proposed: {control.subject} `{control.name}` {control.act}"
                yield f"  it takes another person of another office: safeconduct policy approve {signature.command} --as …"
            case _:
                yield commands.name(type(event)).replace("_", " ")
    if done.before:
        yield "done before"


def _today(at: Desk, waits: int = 0) -> str:
    """The day in law, or so many days from tomorrow, when an entry of today is first proved to stand in the log."""
    return iso(gate(at).on + (waits + 1 if waits else 0))


# Stops


@stop.command("set")
def set_stop(
    name: Name,
    *,
    by: As,
    why: Why,
    request: Annotated[str, typer.Option(metavar="ID", help="Stop the request of this id.")] = "",
    officer: Annotated[str, typer.Option(metavar="NAME", help="Stop whatever this officer or signatory asks.")] = "",
    agency: Annotated[
        str, typer.Option(metavar="NAME", help="Stop whatever this agency asks, with its components.")
    ] = "",
    everything: Annotated[bool, typer.Option("--everything", help="Stop everything.")] = False,
    key: Key = None,
    desk: At = DEFAULT,
) -> None:
    """Stop a request, an officer, an agency, or everything."""
    named = {stops.Target.REQUEST: request, stops.Target.OFFICER: officer, stops.Target.AGENCY: agency}
    chosen = [(target, of) for target, of in named.items() if of] + (
        [(stops.Target.EVERYTHING, "")] if everything else []
    )
    if len(chosen) != 1:
        raise Misplaced(
            "stop", "is against nothing, or against several", "name one: --request, --officer, --agency or --everything"
        )
    at = desk_at(desk)
    [(target, of)] = chosen
    also = also_called(of, at, gate(at)) if target is stops.Target.AGENCY else ()
    _give(
        at,
        SetControl(fresh(), by, "stop", name, "set", stops.written(stops.Stop(target, of, why, also)), _today(at)),
        desk,
        key,
    )
    for untold in at.tell_broker():
        say(f"the broker has not taken the stop `{untold}` yet; see that it runs. The desk has it")


@stop.command("lift")
def lift_stop(name: Name, *, by: As, document: Document, key: Key = None, desk: At = DEFAULT) -> None:
    """Propose to lift a stop, by a document; another person of another office approves it."""
    at = desk_at(desk)
    _give(at, SetControl(fresh(), by, "stop", name, "ended", document_digest(document), _today(at)), desk, key)


@stop.command("list")
def list_stops(*, desk: At = DEFAULT) -> None:
    """The stops that stand."""
    stands = gate(desk_at(desk))
    for name, one in (stands.stops or {}).items():
        print(f"{name}: {one.target}{f' {one.of}' if one.of else ''}; {one.why}")


# Orders


@order.command("enter")
def enter_order(
    file: Annotated[
        Path, typer.Argument(metavar="ORDER.toml", readable=False, help="The order, as docs/rule-packs.md has it.")
    ],
    *,
    by: As,
    key: Key = None,
    desk: At = DEFAULT,
) -> None:
    """Enter an order of a court. What narrows has effect at once; what takes the place of another widens."""
    at = desk_at(desk)
    text, stands = shelf.text_of(file, 100_000), gate(at)
    shelf.orders_of(
        at.laws.opened(stands).pack, {**stands.orders, file.stem: text}
    )  # or nothing could be ruled on any more
    _give(at, SetControl(fresh(), by, "order", file.stem, "set", text, _today(at)), desk, key)


@order.command("end")
def end_order(name: Name, *, by: As, document: Document, key: Key = None, desk: At = DEFAULT) -> None:
    """Propose that an order no longer stands, by the document that says so."""
    at = desk_at(desk)
    _give(at, SetControl(fresh(), by, "order", name, "ended", document_digest(document), _today(at)), desk, key)


@order.command("list")
def list_orders(*, desk: At = DEFAULT) -> None:
    """The orders of courts that were entered."""
    for name in gate(desk_at(desk)).orders:
        print(name)


# People


@role.command("name")
def name_role(
    person: Annotated[str, typer.Argument(metavar="PERSON", help="The person's id.")],
    *,
    by: As,
    name: Annotated[str, typer.Option(help="The person's name.")],
    office: Annotated[str, typer.Option(help="The office, or of an officer the agency.")],
    to: Annotated[list[Role], typer.Option(help="A role; may be repeated.")],
    key: Key = None,
    desk: At = DEFAULT,
) -> None:
    """Propose to name a person to roles."""
    at = desk_at(desk)
    content = persons.written(Named(person, name, office, tuple(to)))
    _give(at, SetControl(fresh(), by, "role", person, "set", content, _today(at)), desk, key)


@role.command("end")
def end_role(
    person: Annotated[str, typer.Argument(metavar="PERSON")], *, by: As, key: Key = None, desk: At = DEFAULT
) -> None:
    """End a person's roles, at once."""
    at = desk_at(desk)
    _give(at, SetControl(fresh(), by, "role", person, "ended", "", _today(at)), desk, key)


@role.command("list")
def list_roles(*, desk: At = DEFAULT) -> None:
    """Who is named to what, and from which day on their key is used."""
    stands = gate(desk_at(desk))
    print("\n".join(_people(stands)))


def _people(stands: Gate) -> Iterator[str]:
    for one in stands.persons.values():
        key = f"key from {iso(one.key_from)}" if one.key_from else "no key"
        duty_ = ", on duty" if one.person in stands.duty else ""
        yield f"{one.person}: {one.name}, {one.office}: {', '.join(sorted(one.roles))}; {key}{duty_}"


@key_app.command("register")
def register_key(
    person: Annotated[str, typer.Argument(metavar="PERSON", help="Whose key it is.")],
    certificate: Annotated[
        Path, typer.Argument(metavar="CERT", readable=False, help="Their X.509 certificate, P-256 or P-384.")
    ],
    *,
    by: As,
    key: Key = None,
    desk: At = DEFAULT,
) -> None:
    """Propose a person's key. It is used once it is proved to have stood in the log for seven days."""
    at = desk_at(desk)
    _give(at, _certified("key", person, certificate, by, at), desk, key)


@key_app.command("recipient")
def register_recipient(
    person: Annotated[str, typer.Argument(metavar="PERSON", help="Which officer it is.")],
    certificate: Annotated[
        Path, typer.Argument(metavar="CERT", readable=False, help="The X.509 certificate to which is sealed for them.")
    ],
    *,
    by: As,
    key: Key = None,
    desk: At = DEFAULT,
) -> None:
    """Propose the certificate to which is sealed for an officer. It is sealed to after seven days in the log, as a key is used."""
    at = desk_at(desk)
    _give(at, _certified(recipients.SUBJECT, person, certificate, by, at), desk, key)


def _certified(subject: str, person: str, certificate: Path, by: str, at: Desk) -> SetControl:
    text = shelf.text_of(certificate, 20_000)
    return SetControl(fresh(), by, subject, person, "set", text, _today(at, controls.KEY_WAITS))


@key_app.command("end")
def end_key(
    person: Annotated[str, typer.Argument(metavar="PERSON")], *, by: As, key: Key = None, desk: At = DEFAULT
) -> None:
    """End a person's key, at once."""
    at = desk_at(desk)
    _give(at, SetControl(fresh(), by, "key", person, "ended", "", _today(at)), desk, key)


@duty.command("begin")
def begin_duty(
    person: Annotated[str, typer.Argument(metavar="PERSON")], *, by: As, key: Key = None, desk: At = DEFAULT
) -> None:
    """Put a person on duty."""
    at = desk_at(desk)
    _governed(at, BeginDuty(fresh(), by, person), desk, key)


@duty.command("end")
def end_duty(
    person: Annotated[str, typer.Argument(metavar="PERSON")], *, by: As, key: Key = None, desk: At = DEFAULT
) -> None:
    """Take a person off duty."""
    at = desk_at(desk)
    _governed(at, EndDuty(fresh(), by, person), desk, key)


@duty.command("list")
def list_duty(*, desk: At = DEFAULT) -> None:
    """Who is on duty."""
    for person in sorted(gate(desk_at(desk)).duty):
        print(person)


def _governed(at: Desk, command: object, path: Path, key: Path | None) -> None:
    done = at.govern(signed(command, at, path, key))
    if isinstance(done, Refused):
        refuse(done.why)
    print("\n".join(_happened(done)))


# What governs


@policy.command("show")
def show_policy(*, desk: At = DEFAULT) -> None:
    """What is in force: the pack, the ceilings, and what is proposed and waits for another's approval, or for its day."""
    at = desk_at(desk)
    stands = gate(at)
    said = at.laws.policy(stands)
    for subject in ("pack", "engine"):
        for (what, name), one in stands.standing.in_force.items():
            if what == subject:
                print(f"{what} {name}: {one.control.content}")
    for ceiling in said.ceilings:
        print(f"ceiling {ceiling.cites}: {ceiling.most}")
    for proposal, proposed in (stands.proposals or {}).items():
        control, by = proposed.control, proposed.control.by[0]
        print(f"proposed {proposal}: {control.subject} `{control.name}` {control.act}, by {by.person} ({by.office})")
    for waiting in stands.standing.waiting:
        print(
            f"waits until {waiting.control.effective_on}: {waiting.control.subject} `{waiting.control.name}` {waiting.control.act}"
        )


@policy.command()
def ceiling(
    name: Annotated[str, typer.Argument(metavar="NAME", help='As policy show prints it: "officer in 30 days".')],
    most: Annotated[int, typer.Argument(metavar="N", min=0, help="At most so many.")],
    *,
    by: As,
    key: Key = None,
    desk: At = DEFAULT,
) -> None:
    """Lower a ceiling, at once; raising it again widens and waits."""
    at = desk_at(desk)
    stands = gate(at)
    if name not in {one.cites for one in at.laws.policy(stands).ceilings}:
        raise Misplaced(name, "is no ceiling of the policy", "name one that `safeconduct policy show` prints")
    before = stands.set_to("ceiling", name)
    widens = before is not None and before.isdecimal() and int(before) < most
    _give(
        at,
        SetControl(fresh(), by, "ceiling", name, "set", str(most), _today(at, controls.WAITING if widens else 0)),
        desk,
        key,
    )


@policy.command()
def pack(
    new: Annotated[str, typer.Argument(metavar="PACK", help="The new pack: a folder.")],
    *,
    by: As,
    key: Key = None,
    desk: At = DEFAULT,
) -> None:
    """Propose another pack: its cases and proofs must pass; it is compared with the one in force, and the journal replayed."""
    from safeconduct.desk.changes import reviewed  # noqa: PLC0415  # with the prover, slow to import

    at = desk_at(desk)
    found = reviewed(at, new)
    if isinstance(found, Refused):
        refuse(found.why)
    print(f"{found.cases} cases and {found.proofs} proofs pass; it {'widens' if found.widens else 'narrows'}")
    flips = ", ".join(f"{many} from {what}" for what, many in found.flips.items()) or "fewer than eleven flip any way"
    print(f"{found.replayed} requests of the journal ruled on again; {flips}")
    if found.differing:
        print("a request that it permits, and the one in force does not:")
        print(json.dumps(found.differing, ensure_ascii=False, indent=2))
    waits = controls.WAITING if found.widens else 0
    _give(at, SetControl(fresh(), by, "pack", found.pack, "set", found.content, _today(at, waits)), desk, key, found)


@policy.command()
def approve(
    proposal: Annotated[str, typer.Argument(metavar="PROPOSAL", help="As policy show prints it.")],
    *,
    by: As,
    key: Key = None,
    desk: At = DEFAULT,
) -> None:
    """Approve what a person of another office has proposed."""
    at = desk_at(desk)
    found = (gate(at).proposals or {}).get(proposal)
    if found is None:
        refuse("nothing of that name is proposed; `safeconduct policy show` lists what is")
    _governed(at, Approve(fresh(), by, proposal, commands.proposal_digest(found.control)), desk, key)


@policy.command()
def dismiss(
    proposal: Annotated[str, typer.Argument(metavar="PROPOSAL")],
    *,
    by: As,
    why: Why,
    key: Key = None,
    desk: At = DEFAULT,
) -> None:
    """Dismiss a proposal."""
    at = desk_at(desk)
    _governed(at, Dismiss(fresh(), by, proposal, why), desk, key)
