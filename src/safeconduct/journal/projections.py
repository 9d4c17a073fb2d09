"""What is counted and looked up by, made from events as they are added, and made again from all of them by `rebuild`.

No decision rests on a list here but on counts (`tallies`), which are taken in the transaction of whoever decides. Keys are digests.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from hashlib import sha256

from django.db.models import Count, Q

from safeconduct.core import names, subject
from safeconduct.core.case import ceilings, life, passage
from safeconduct.core.case.case import FIRST, SECOND, Case, apply
from safeconduct.core.case.ceilings import Counts, Key
from safeconduct.core.case.events import (
    Completed,
    Event,
    FirstDecided,
    FirstPassed,
    Held,
    Hold,
    LetThrough,
    LookPermitted,
    PlantedEnded,
    Received,
    Refused,
    SecondDecided,
)
from safeconduct.core.case.life import State
from safeconduct.core.fields import At
from safeconduct.core.gate.policy import Ceiling, Counted
from safeconduct.core.identifiers import identifiers
from safeconduct.journal import events, journal
from safeconduct.journal.models import Standing, Tally

PERSON, REQUEST, ID, DECISION, EMERGENCY = "person", "request", "id", "decision", "emergency"
OF_THE_LOG = "log:"
"""How what counts as a case's begins that the journal has lost, and the log has kept."""
_ALL, _BATCH = "all", 500
_ENTERED = [str(one) for one in (State.LOOK_PERMITTED, State.DECIDED, *life.ENDS)]
_OPEN_TO_MACHINE = frozenset(
    [State.RULED, State.PASSED, State.LOOK_PERMITTED, State.LOOK_LOGGED, State.LOOKED, State.FIRST_DECIDED, State.DECIDED,
     State.LOGGED, State.FIRST_REVIEW]
)  # fmt: skip


def project(case: Case, happened: Sequence[Event], position: int) -> None:
    """Bring the lists and counts up to events that were just added to a case, which is now `case`."""
    for event in happened:
        _tally(case, event)
    _stand(case, position)


def _tally(case: Case, event: Event) -> None:
    day = event.at.date().toordinal()
    if isinstance(event, PlantedEnded):
        Tally.objects.filter(case=case.id).delete()
        return
    Tally.objects.bulk_create(Tally(of=of, key=key, day=day, case=case.id) for of, key in tallies(case, event))


def tallies(case: Case, event: Event) -> Iterable[tuple[str, str]]:
    """As what an event makes its case count, from its day on."""
    match event:
        case Received() | Completed():
            yield REQUEST, event.digest.removeprefix("sha256:")
            yield ID, _of(str(event.request.get("request_id")))
            yield from ((PERSON, key) for key in persons_asked_about(event.request))
        case LetThrough():
            yield from ((str(of), key) for of, key in ceilings.keys(case.request or {}))
        case Held():
            yield from ((f"~{of}", key) for of, _, key in (one.partition(":") for one in event.keys))
        case LookPermitted() if case.emergency:
            yield EMERGENCY, _ALL
        case FirstPassed() | FirstDecided() | SecondDecided():
            yield DECISION, event.by
        case Refused() if event.signature is not None:
            yield DECISION, event.by


def persons_asked_about(request: Mapping[str, object]) -> list[str]:
    """By what two requests of one agency are about one person."""
    agency = At(request, 0).look("asker.agency")
    asks = " ".join(names.words(agency)) if isinstance(agency, str) else ""
    found = identifiers(subject.sought(request))
    return sorted({_of("\x00".join((asks, *one))) for one in found})


def _of(text: str) -> str:
    return sha256(text.encode()).hexdigest()[:32]


def _stand(case: Case, position: int) -> None:
    said = {
        "state": str(case.state),
        "hold": str(case.held.hold) if case.held and case.state is State.HELD else "",
        "due": _due(case),
        "is_open": not case.has_ended,
        "owes": _may_owe(case),
        "person": _turn(case),
    }
    if not Standing.objects.filter(case=case.id).update(**said):
        Standing.objects.create(case=case.id, received=position, **said)


def _may_owe(case: Case) -> bool:
    if case.entry is not None:
        return True
    if case.state in life.ENDS:
        is_lacking = case.entered(passage.DECISION) is None or case.release_entered
        return is_lacking and case.state not in {State.PLANTED, State.DESTROYED}
    waits = case.state is State.HELD and case.held is not None and case.held.hold is Hold.CEILING
    return waits or case.state in _OPEN_TO_MACHINE or (case.state is State.SECOND_REVIEW and case.fact is None)


def _due(case: Case) -> str:
    if case.state is State.INCOMPLETE:
        return case.sent_back_until
    if case.state is State.HELD and case.held:
        return case.held.until
    return case.answer_on if case.state is not State.COOLING else ""


def _turn(case: Case) -> str:
    match case.state:
        case State.FIRST_REVIEW | State.MATCHED | State.CLAIMED | State.LAPSED:
            return case.person(FIRST)
        case State.SECOND_REVIEW:
            return case.person(SECOND)
        case State.ESCALATED:
            return "counsel"
        case State.HELD:
            return str(case.held.owner) if case.held else ""
        case State.INCOMPLETE:
            return "asker"
    return ""


# Counting


def counts(keys: Sequence[Key], of: Sequence[Ceiling], today: int, before: int | None = None) -> Counts:
    """How many requests were let through by these keys in the days of each ceiling; and which keys others wait on.

    `before` is the position of a request that waits itself: only those received before it stand in its way.
    """
    within = {
        (counted, key, days): _within(counted, key, today - days)
        for counted, key in keys
        for days in {ceiling.days for ceiling in of if ceiling.of is counted}
    }
    return Counts(within, _waited_on(keys, before))


def _within(counted: Counted, key: str, after: int) -> int:
    return Tally.objects.filter(of=str(counted), key=key, day__gt=after).count()


def _waited_on(keys: Sequence[Key], before: int | None) -> frozenset[Key]:
    waiting = Standing.objects.filter(is_open=True, hold=str(Hold.CEILING))
    if before is not None:
        waiting = waiting.filter(received__lt=before)
    cases = list(waiting.order_by("received").values_list("case", flat=True)[:200])
    if not cases:
        return frozenset()
    marked = Tally.objects.filter(case__in=cases, of__startswith="~").values_list("of", "key")
    mine = {(f"~{counted}", key): (counted, key) for counted, key in keys}
    return frozenset(mine[found] for found in marked if found in mine)


def decisions_on(day: int) -> dict[str, int]:
    """How many decisions each reviewer has taken on a day."""
    found = Tally.objects.filter(of=DECISION, day=day).values_list("key").annotate(Count("id"))
    return dict(found)


def emergencies_on(day: int) -> int:
    """How many looks were permitted in emergencies on a day."""
    return Tally.objects.filter(of=EMERGENCY, day=day).count()


def cases_about(keys: Sequence[str], since: int) -> list[str]:
    """The cases of one agency about one person, received from a day on."""
    found = Tally.objects.filter(of=PERSON, key__in=list(keys), day__gte=since).values_list("case", flat=True)
    return sorted(set(found))


def case_of(digest: str) -> str | None:
    """The case of a request that says exactly this, if it was received."""
    return Tally.objects.filter(of=REQUEST, key=digest.removeprefix("sha256:")).values_list("case", flat=True).first()


def cases_of_id(request_id: str) -> list[str]:
    """The cases whose request has that id."""
    return sorted(set(Tally.objects.filter(of=ID, key=_of(request_id)).values_list("case", flat=True)))


def refused_among(cases: Sequence[str]) -> str | None:
    """That of the cases which was refused last, before any look."""
    found = Standing.objects.filter(case__in=list(cases), state=str(State.REFUSED)).order_by("-received")
    return found.values_list("case", flat=True).first()


def owing(today: str) -> Iterator[str]:
    """The cases to which the machine may owe a step today, in the order of receipt; some hundred at a time."""
    due = Q(owes=True) | Q(is_open=True, due__gt="", due__lte=today)
    after = 0
    while found := list(
        Standing.objects.filter(due, received__gt=after).order_by("received").values_list("case", "received")[:_BATCH]
    ):
        yield from (case for case, _ in found)
        after = found[-1][1]


def to_be_entered(most: int) -> list[str]:
    """The cases of which an entry may be lacking in the log, in the order of receipt: none waits behind one that owes none."""
    found = Standing.objects.filter(owes=True, state__in=_ENTERED).order_by("received")
    return list(found.values_list("case", flat=True)[:most])


def waiting_for(person: str) -> list[tuple[str, str, str]]:
    """The open cases in which it is that person's turn: id, state, and the day on which something is due."""
    found = Standing.objects.filter(is_open=True, person=person).order_by("received")
    return list(found.values_list("case", "state", "due"))


def turn_of(case: str) -> str:
    """Whose turn it is in a case; "" where the machine is to act, or nobody."""
    return Standing.objects.filter(case=case).values_list("person", flat=True).first() or ""


def open_among(cases: Sequence[str]) -> list[str]:
    """Those of the cases that are open."""
    found = Standing.objects.filter(case__in=list(cases), is_open=True).values_list("case", flat=True)
    return sorted(found)


def rebuild() -> int:
    """Make all of it again from the journal; how many events it was made of. Within a transaction."""
    Tally.objects.exclude(case__startswith=OF_THE_LOG).delete()
    Standing.objects.all().delete()
    cases: dict[str, Case] = {}
    many = 0
    for row in journal.every():
        many += 1
        if row.stream == events.GATE:
            continue
        event = events.read(row)
        cases[row.stream] = case = apply(cases.get(row.stream) or Case(row.stream), event)
        project(case, [event], row.position)
    return many
