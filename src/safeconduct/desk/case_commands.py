"""The commands of a case: parse, call, print. Who may give which, and what follows, says the core."""

from __future__ import annotations

import hashlib
import json
import secrets
from collections.abc import Iterator
from pathlib import Path
from typing import Annotated

import typer

from safeconduct import render_life, shelf
from safeconduct.core import documents
from safeconduct.core.case import commands as tell_to
from safeconduct.core.case.case import Case, card_digest, digest, ruling_digest
from safeconduct.core.case.remarks import token_of
from safeconduct.core.days import iso
from safeconduct.core.gate.commands import MarkPerson
from safeconduct.core.gate.persons import fingerprint
from safeconduct.core.log.refusals import Refused
from safeconduct.desk import planting, views
from safeconduct.desk.desk import Desk
from safeconduct.desk.speaking import (
    DEFAULT,
    As,
    AsJson,
    At,
    CaseId,
    Key,
    document_digest,
    end_for_asker,
    facts,
    fresh,
    gate,
    held,
    print_json,
    refuse,
    seen,
    signed,
    tell,
)
from safeconduct.desk.speaking import desk_at as desk_of
from safeconduct.journal import projections
from safeconduct.journal.journal import reading
from safeconduct.keys import person as keys
from safeconduct.letters.letter import Language
from safeconduct.shelf import Misplaced

app = typer.Typer(no_args_is_help=True, help="A request in its life: receipt, review, look, decision.")

Says = Annotated[str, typer.Option("--says", metavar="TEXT", help="What is said.")]
Why = Annotated[str, typer.Option("--why", metavar="TEXT", help="Why; it is kept for good.")]
Found = Annotated[
    list[str] | None,
    typer.Option("--found", metavar="FACT=VALUE", help="What you found: yes, no, a number or a word; may be repeated."),
]
Items = Annotated[
    list[str] | None, typer.Option("--item", metavar="ITEM", help="What is to be released; may be repeated.")
]
Release = Annotated[bool, typer.Option("--release/--no-release", help="Release, or not.")]
Document = Annotated[
    Path, typer.Option("--document", metavar="FILE", readable=False, help="The document; its digest is kept.")
]


# Asking


@app.command()
def receive(
    requests: Annotated[
        Path, typer.Argument(metavar="REQUEST.json", readable=False, help="A request, or a file of them (.ndjson).")
    ],
    *,
    desk: At = DEFAULT,
    channel: Annotated[str, typer.Option(help="By which way it came: form, file or api.")] = "form",
    resubmits: Annotated[str | None, typer.Option(metavar="CASE", help="The refused case that it makes again.")] = None,
    answer: Annotated[
        list[str] | None,
        typer.Option(metavar="RULE=TEXT", help="What answers a point of that refusal; may be repeated."),
    ] = None,
) -> None:
    """Take a request in, and rule on it. Of a file every request is a case of its own, and the file's tripwires count."""
    at = desk_of(desk)
    if requests.suffix == ".ndjson":
        _receive_file(requests, at)
        return
    document = shelf.document(requests)
    if not isinstance(document, dict):
        raise Misplaced(requests, "is no request", "write one JSON object")
    answers = dict(_answer(one) for one in answer or ())
    command = tell_to.Receive(fresh(), "asker", channel, document, secrets.token_hex(32), resubmits, answers)
    end_for_asker(at, at.receive(command))


def _answer(said: str) -> tuple[str, str]:
    rule, equals, text = said.partition("=")
    if not equals:
        raise Misplaced("--answer", "is no rule and its answer", 'write it as in --answer i2.B.i.address="12 Elm St …"')
    return rule, text


def _receive_file(path: Path, at: Desk) -> None:
    """Every request of a file, one after the other; a file that sets off a tripwire is held, request by request."""
    from safeconduct.bulk.screen import trips  # noqa: PLC0415  # with what bulk work needs, slow to import

    tripped = trips(path, gate(at).on)  # as one that comes to the pre-flight
    taken = refused = 0
    for nth, line in enumerate(path.read_text(encoding="utf-8").splitlines(), 1):
        try:
            document = documents.read(line)
        except documents.NoDocument as fault:
            print(f"row {nth}: {fault}")
            refused += 1
            continue
        said = document if isinstance(document, dict) else {}
        of_row = hashlib.sha256(f"{path.name}\n{nth}\n{line}".encode()).hexdigest()[:32]
        done = at.receive(tell_to.Receive(of_row, "asker", "file", said, secrets.token_hex(32)), tripped=tripped)
        if isinstance(done, Refused):
            print(f"row {nth}: {done.why}")
            refused += 1
        else:
            taken += 1
    print(
        f"{taken} received, {refused} not{'; the file set off a tripwire, and every request of it is held' if tripped else ''}"
    )
    if refused:
        raise typer.Exit(1)


@app.command()
def complete(
    case: CaseId,
    request: Annotated[Path, typer.Argument(metavar="REQUEST.json", readable=False)],
    *,
    desk: At = DEFAULT,
) -> None:
    """Put a completed request in the place of one that was sent back or asked about."""
    at, document = desk_of(desk), shelf.document(request)
    end_for_asker(
        at, at.of_asker(tell_to.Complete(fresh(), "asker", case, document if isinstance(document, dict) else {}))
    )


@app.command()
def clarify(case: CaseId, *, says: Says, desk: At = DEFAULT) -> None:
    """Answer a reviewer's question."""
    at = desk_of(desk)
    end_for_asker(at, at.of_asker(tell_to.Clarify(fresh(), "asker", case, says)))


@app.command()
def withdraw(case: CaseId, *, desk: At = DEFAULT) -> None:
    """Withdraw a request."""
    at = desk_of(desk)
    end_for_asker(at, at.of_asker(tell_to.Withdraw(fresh(), "asker", case)))


@app.command()
def preserve(case: CaseId, *, desk: At = DEFAULT) -> None:
    """Ask that the record be kept as it is, and nothing be sent."""
    at = desk_of(desk)
    end_for_asker(at, at.of_asker(tell_to.Preserve(fresh(), "asker", case)))


@app.command("deny-kin")
def deny_kin(case: CaseId, *, by: As, key: Key = None, desk: At = DEFAULT) -> None:
    """As officer or signatory, sign that the person asked about is no family, household or acquaintance of yours."""
    at = desk_of(desk)
    tell(at, tell_to.DenyKin(fresh(), by, case, held(case).digest), desk, key)


@app.command()
def status(case: CaseId, *, desk: At = DEFAULT, as_json: AsJson = False) -> None:
    """What the asker reads: before the first review has passed it everything, from then on one state until its day."""
    at = desk_of(desk)
    stands = gate(at)
    said = views.for_asker(held(case), stands.on, at.laws.policy(stands))
    if as_json:
        print_json({"state": said.stands, "due": said.due, "day": iso(said.seen.day) if said.seen.day else None,
                    "reasons": [{"rule": one.rule, "cites": one.cites, "means": one.means, "cure": one.cure} for one in said.reasons],
                    "question": said.question, "hold": said.hold, "letter": said.seen.letter})  # fmt: skip
    else:
        print("\n".join(seen(at, case)))


@app.command()
def letter(
    case: CaseId,
    *,
    out: Annotated[Path, typer.Option("--out", metavar="FILE", readable=False, help="The PDF.")],
    language: Annotated[Language, typer.Option(help="In which language.")] = Language.ENGLISH,
    desk: At = DEFAULT,
) -> None:
    """The letter of a case as it stands, for its asker: a tagged PDF, signed, with the proof of the decision where there is one."""
    from safeconduct.desk import letters  # noqa: PLC0415  # with Typst and pyHanko, which take half a second

    made = letters.written(desk_of(desk), case, language)
    if isinstance(made, Refused):
        refuse(made.why)
    shelf.put_whole(out, made)
    print(out)


# Reviewing


@app.command("list")
def list_command(
    *, person: Annotated[str, typer.Option("--of", metavar="PERSON", help="Whose turn it is.")], desk: At = DEFAULT
) -> None:
    """The cases in which it is somebody's turn: one line each, to be taken up one by one."""
    desk_of(desk)
    with reading():
        waiting = projections.waiting_for(person)
    for case, state, due in waiting:
        print(f"{case}  {state}{f'  until {due}' if due else ''}")


@app.command()
def turn(case: CaseId, *, desk: At = DEFAULT) -> None:
    """Whose turn it is in a case: a person, an office, the asker, or the machine."""
    desk_of(desk)
    held(case)
    print(projections.turn_of(case) or "the machine")


@app.command()
def show(case: CaseId, *, by: As, desk: At = DEFAULT, as_json: AsJson = False) -> None:
    """The case as whoever judges it reads it: the request, the ruling, the card, and what is to be found."""
    at = desk_of(desk)
    here = held(case)
    weighed = at.weighed(case)
    if isinstance(weighed, Refused):
        refuse(weighed.why)
    said = views.for_reviewer(here, by, weighed)
    if as_json:
        print_json({"request": here.request, "request_digest": here.digest, **_plain(said)})
    else:
        print("\n".join(_for_reviewer(here, said)))


def _plain(said: views.ForReviewer) -> dict[str, object]:
    return {"place": said.place, "state": said.stands, "card": list(said.card), "fact": said.fact, "own": said.own,
            "to_find": dict(said.to_find), "to_establish": dict(said.to_establish)}  # fmt: skip


def _for_reviewer(here: Case, said: views.ForReviewer) -> Iterator[str]:
    yield f"{here.id}: {said.stands}{f'; you are the {said.place} reviewer' if said.place else '; you were not drawn'}"
    yield f"request {here.digest}"
    yield json.dumps(here.request, ensure_ascii=False, indent=2)
    if here.ruled:
        yield f"the law on the request: {here.ruled.outcome} ({ruling_digest(here.ruled)}), items {', '.join(here.ruled.items) or 'none'}"
    yield from (f"  card  {line}" for line in said.card)
    yield from (f"  find  {name}: {meaning}" for name, meaning in said.to_find)
    yield from (f"  establish  {name}: {meaning}" for name, meaning in said.to_establish)
    if said.fact:
        yield f"  check against its document: {said.fact}"
    if said.own:
        yield f"  you decided: {said.own}"


@app.command("pass")
def pass_(case: CaseId, *, by: As, key: Key = None, desk: At = DEFAULT) -> None:
    """As the first reviewer, pass the request and sign the look."""
    at = desk_of(desk)
    here = held(case)
    ruling = ruling_digest(here.ruled) if here.ruled else ""
    again = here.state == "lapsed"
    kind = tell_to.RenewLook if again else tell_to.PassFirst
    tell(at, kind(fresh(), by, case, here.digest, ruling), desk, key)


@app.command("refuse")
def refuse_command(case: CaseId, *, by: As, why: Why, cure: Annotated[str, typer.Option(help="What would cure it.")] = "",
                   key: Key = None, desk: At = DEFAULT) -> None:  # fmt: skip
    """As the first reviewer, refuse the request, before any look: it is told in full."""
    at = desk_of(desk)
    tell(at, tell_to.RefuseFirst(fresh(), by, case, why, cure), desk, key)


@app.command()
def ask(case: CaseId, *, by: As, says: Says, key: Key = None, desk: At = DEFAULT) -> None:
    """As the first reviewer, ask the asker something, before any look."""
    at = desk_of(desk)
    tell(at, tell_to.AskAsker(fresh(), by, case, says), desk, key)


@app.command()
def hold(case: CaseId, *, by: As, why: Why, key: Key = None, desk: At = DEFAULT) -> None:
    """As the first reviewer, hold the request for counsel."""
    at = desk_of(desk)
    tell(at, tell_to.HoldCase(fresh(), by, case, why), desk, key)


@app.command("end-hold")
def end_hold(
    case: CaseId,
    *,
    by: As,
    decision: Annotated[str, typer.Option(help="goes_on, stays or refused.")],
    why: Why,
    key: Key = None,
    desk: At = DEFAULT,
) -> None:
    """Decide at a hold's end. Its expiry alone grants nothing."""
    at = desk_of(desk)
    tell(at, tell_to.EndHold(fresh(), by, case, decision, why), desk, key)


@app.command("call-back")
def call_back(
    case: CaseId,
    *,
    by: As,
    says: Says,
    number_from: Annotated[str, typer.Option(help="From which of the custodian's records the number is.")],
    bears_out: Annotated[bool, typer.Option("--bears-out/--denies", help="Whether the agency bears it out.")],
    key: Key = None,
    desk: At = DEFAULT,
) -> None:
    """Record the call back to the agency's watch desk."""
    at = desk_of(desk)
    tell(at, tell_to.CallBack(fresh(), by, case, bears_out, number_from, says), desk, key)


@app.command()
def claim(case: CaseId, *, by: As, key: Key = None, desk: At = DEFAULT) -> None:
    """As the first reviewer, take up the case that was matched."""
    at = desk_of(desk)
    tell(at, tell_to.Claim(fresh(), by, case), desk, key)


@app.command()
def establish(
    case: CaseId, *, by: As, found: Found = None, document: Document, key: Key = None, desk: At = DEFAULT
) -> None:
    """Establish facts that are the custodian's, by a document."""
    at = desk_of(desk)
    tell(at, tell_to.Establish(fresh(), by, case, facts(found or []), document_digest(document)), desk, key)


@app.command()
def decide(
    case: CaseId,
    *,
    by: As,
    release: Release,
    why: Why,
    item: Items = None,
    confirm: Annotated[
        list[str] | None,
        typer.Option(
            "--confirm", metavar="ITEM", help="Of the items those that are only confirmed, as the request states them."
        ),
    ] = None,
    found: Found = None,
    key: Key = None,
    desk: At = DEFAULT,
) -> None:
    """Decide, after the card, as the reviewer you were drawn for. The second sees nothing of the first's."""
    at = desk_of(desk)
    here = held(case)
    kind = tell_to.DecideSecond if here.person("second") == by else tell_to.DecideFirst
    card = card_digest(here.matched) if here.matched else ""
    items = tuple(dict.fromkeys([*(item or ()), *(confirm or ())]))
    said = (release, items, facts(found or []), why, tuple(confirm or ()))
    command = kind(fresh(), by, case, here.digest, card, *said)
    tell(at, command, desk, key)


@app.command("check-fact")
def check_fact(
    case: CaseId,
    *,
    by: As,
    document: Document,
    agrees: Annotated[bool, typer.Option("--agrees/--differs", help="Whether the document bears the fact out.")],
    key: Key = None,
    desk: At = DEFAULT,
) -> None:
    """As the second reviewer, record whether the document bears out the fact that was drawn."""
    at = desk_of(desk)
    drawn = held(case).fact
    tell(
        at,
        tell_to.CheckFact(fresh(), by, case, drawn.fact if drawn else "", agrees, document_digest(document)),
        desk,
        key,
    )


@app.command()
def settle(
    case: CaseId,
    *,
    by: As,
    send_on: Annotated[bool, typer.Option("--send-on/--not-released", help="To another reviewer, or to its end.")],
    why: Why,
    key: Key = None,
    desk: At = DEFAULT,
) -> None:
    """As counsel, settle what two reviewers dispute. Counsel alone releases nothing."""
    at = desk_of(desk)
    tell(at, tell_to.SettleDispute(fresh(), by, case, send_on, why), desk, key)


@app.command()
def reverse(case: CaseId, *, by: As, why: Why, key: Key = None, desk: At = DEFAULT) -> None:
    """Reverse a decision to release, before anything is handed over."""
    at = desk_of(desk)
    tell(at, tell_to.Reverse(fresh(), by, case, why), desk, key)


@app.command()
def redraw(case: CaseId, *, by: As, why: Why, key: Key = None, desk: At = DEFAULT) -> None:
    """Have another reviewer drawn in the place of one who is off duty."""
    at = desk_of(desk)
    tell(at, tell_to.Redraw(fresh(), by, case, why), desk, key)


@app.command("review-emergency")
def review_emergency(case: CaseId, *, by: As, says: Says, key: Key = None, desk: At = DEFAULT) -> None:
    """As counsel, review an emergency afterwards."""
    at = desk_of(desk)
    tell(at, tell_to.ReviewEmergency(fresh(), by, case, says), desk, key)


# Handing over, and calling back


@app.command("pick-up")
def pick_up(
    case: CaseId,
    *,
    by: As,
    out: Annotated[
        Path, typer.Option("--out", metavar="FILE.p7m", readable=False, help="A file that is not there yet.")
    ],
    certificate: Annotated[
        Path | None,
        typer.Option(
            metavar="CERT", readable=False, help="Your certificate, as it is enrolled; PERSON-sealing.pem if left out."
        ),
    ] = None,
    key: Key = None,
    desk: At = DEFAULT,
) -> None:
    """As an officer named in the request, have what is released sealed to you, entered in the log, and handed over."""
    from safeconduct.desk import picking_up  # noqa: PLC0415  # with the log's writer

    at, here = desk_of(desk), held(case)
    own = certificate or (key or desk.parent / "people" / by).with_name(f"{by}-sealing.pem")
    picking_up.is_free(out)
    asked = signed(
        tell_to.PickUp(fresh(), by, case, here.digest, fingerprint(shelf.text_of(own, 20_000))), at, desk, key
    )
    had = picking_up.picked_up(at, asked)
    if isinstance(had, Refused):
        refuse(had.why)
    print("\n".join(str(path) for path in picking_up.put(out, had)))


@app.command("receipt")
def receipt_command(
    case: CaseId,
    receipt: Annotated[
        Path, typer.Argument(metavar="RECEIPT.json", readable=False, help="As `safeconduct open` wrote it.")
    ],
    *,
    by: As,
    key: Key = None,
    desk: At = DEFAULT,
) -> None:
    """As the officer, send the receipt: that the package was opened."""
    at, said = desk_of(desk), shelf.document(receipt)
    package = said.get("package") if isinstance(said, dict) else None
    if not isinstance(package, str):
        raise Misplaced(receipt, "is no receipt", "name the one that `safeconduct open` wrote")
    tell(at, tell_to.ReportOpening(fresh(), by, case, package), desk, key)


@app.command()
def recall(case: CaseId, *, by: As, why: Why, key: Key = None, desk: At = DEFAULT) -> None:
    """Recall what was released from whoever has it. It unsends nothing."""
    tell(desk_of(desk), tell_to.Recall(fresh(), by, case, why), desk, key)


@app.command()
def acknowledge(case: CaseId, *, by: As, key: Key = None, desk: At = DEFAULT) -> None:
    """As the officer, say that the recall was received."""
    tell(desk_of(desk), tell_to.AcknowledgeRecall(fresh(), by, case), desk, key)


@app.command()
def quarantine(case: CaseId, *, by: As, says: Says, key: Key = None, desk: At = DEFAULT) -> None:
    """As the officer, say that it is kept from all use: where, and who else had it."""
    tell(desk_of(desk), tell_to.Quarantine(fresh(), by, case, says), desk, key)


@app.command()
def destroyed(case: CaseId, *, by: As, says: Says, key: Key = None, desk: At = DEFAULT) -> None:
    """As the officer, certify that it is destroyed: how, and that no copy is left."""
    tell(desk_of(desk), tell_to.CertifyDestruction(fresh(), by, case, says), desk, key)


# For good


@app.command("object")
def object_(case: CaseId, *, by: As, says: Says, key: Key = None, desk: At = DEFAULT) -> None:
    """Object. Nothing removes it."""
    at = desk_of(desk)
    tell(at, tell_to.Object(fresh(), by, case, says), desk, key)


@app.command()
def instruction(
    case: CaseId,
    *,
    by: As,
    from_whom: Annotated[str, typer.Option("--from", metavar="WHOM", help="Who instructed.")],
    says: Says,
    key: Key = None,
    desk: At = DEFAULT,
) -> None:
    """Record an instruction from above. Nothing removes it."""
    at = desk_of(desk)
    tell(at, tell_to.RecordInstruction(fresh(), by, case, from_whom, says), desk, key)


@app.command()
def correct(
    case: CaseId,
    *,
    by: As,
    of: Annotated[int, typer.Option(metavar="N", min=0, help="Which event of the case, counted from 0.")],
    says: Says,
    key: Key = None,
    desk: At = DEFAULT,
) -> None:
    """Correct what an event says, by a new one; the old one stays."""
    at = desk_of(desk)
    tell(at, tell_to.Correct(fresh(), by, case, of, says), desk, key)


@app.command()
def history(case: CaseId, *, desk: At = DEFAULT, as_json: AsJson = False) -> None:
    """Every event of a case, by number, kind and time; with --json everything that it says."""
    desk_of(desk)
    with reading() as journal:
        rows = journal.read(case)
    if as_json:
        print_json(
            [
                {"version": row.version, "kind": row.kind, "position": row.position, "body": json.loads(row.body)}
                for row in rows
            ]
        )
        return
    for row in rows:
        print(f"{row.version:>4}  {json.loads(row.body)['at']}  {row.kind}")


@app.command()
def life() -> None:
    """The table of what may follow what, as docs/life.md has it."""
    print(render_life.page(), end="")


# Protected persons


@app.command()
def mark(
    person: Annotated[str, typer.Argument(metavar="PERSON", help="The person's id in the register.")],
    *,
    by: Annotated[
        list[str], typer.Option("--as", metavar="PERSON", help="Who does it: twice, for two persons of two offices.")
    ],
    present: Annotated[bool, typer.Option("--set/--clear", help="Set the mark, or clear it.")],
    desk: At = DEFAULT,
) -> None:
    """Set or clear the mark of a protected person. It goes to the broker, and is written down nowhere else."""
    at = desk_of(desk)
    both = [signed(MarkPerson(fresh(), one, person, present), at, desk, None) for one in by]
    done = at.mark(both)
    if isinstance(done, Refused):
        refuse(done.why)
    print("done")


# Planted


@app.command()
def plant(
    request: Annotated[
        Path, typer.Argument(metavar="REQUEST.json", readable=False, help="A bad request about nobody.")
    ],
    *,
    key: Annotated[Path, typer.Option("--key", metavar="KEY", readable=False, help="The inspector's key.")],
    desk: At = DEFAULT,
) -> None:
    """As the inspector, plant a bad request. Only your key can tell it from others."""
    at, document = desk_of(desk), shelf.document(request)
    said = document if isinstance(document, dict) else {}
    token = token_of(keys.planted(key, digest(said)))
    end_for_asker(at, at.receive(tell_to.Receive(fresh(), "asker", "form", said, token)))


@app.command()
def planted(
    *,
    by: As,
    key: Key = None,
    reveal: Annotated[bool, typer.Option(help="End those that have been judged.")] = False,
    desk: At = DEFAULT,
    as_json: AsJson = False,
) -> None:
    """As the inspector, how many requests were planted, how many are due, and what share of them the reviewers approved."""
    at = desk_of(desk)
    place = key or desk.parent / "people" / f"{by}.key"
    found = planting.planted(place, at.laws.policy(gate(at)).planted_one_in)
    if reveal:
        for case_id in found.to_be_ended:
            here = held(case_id)
            command = tell_to.EndPlanted(fresh(), by, case_id, keys.planted(place, here.digest))
            done = at.tell(signed(command, at, desk, key))
            if isinstance(done, Refused):
                refuse(done.why)
    if as_json:
        print_json(found)
        return
    print(f"{found.planted} planted of {found.received} received; {found.due} due (one in {found.one_in})")
    print(f"  judged {found.judged}, approved {found.approved}")
