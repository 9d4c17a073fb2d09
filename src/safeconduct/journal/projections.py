"""What is counted and looked up by, made from events as they are added, and made again from all of them by `rebuild`.

No decision rests on a list here but on counts (`tallies`), which are taken in the transaction of whoever decides. Keys are digests.
"""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from hashlib import sha256

from django.db.models import Q

from safeconduct.core import names, subject
from safeconduct.core.case import ceilings, life
from safeconduct.core.case.case import DECISION as DECIDED
from safeconduct.core.case.case import FIRST, SECOND, Case, apply, fold
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
from safeconduct.journal import events, journal, sql, store
from safeconduct.journal.events import Row
from safeconduct.journal.models import Standing, Tally

PERSON, REQUEST, ID, DECISION, EMERGENCY = "person", "request", "id", "decision", "emergency"
OF_THE_LOG = "log:"
"""How what counts as a case's begins that the journal has lost, and the log has kept."""
_ALL, _BATCH = "all", 500
_ENTERED = [str(one) for one in (State.LOOK_PERMITTED, State.DECIDED, State.SEALED, *life.ENDS)]
_OPEN_TO_MACHINE = frozenset(
    [State.RULED, State.PASSED, State.LOOK_PERMITTED, State.LOOK_LOGGED, State.LOOKED, State.FIRST_DECIDED, State.DECIDED,
     State.LOGGED, State.FIRST_REVIEW, State.PICKED_UP, State.SEALED, State.ENTERED]
)  # fmt: skip


def project(case: Case, happened: Sequence[Event], position: int) -> None:
    """Bring the lists and counts up to events that were just added to a case, which is now `case`."""
    if any(isinstance(event, PlantedEnded) for event in happened):
        _count_no_more(case.id)
    else:
        sql.insert(_TALLIES, [one for event in happened for one in _tallied(case, event)])
    _stand(case, position)


_TALLIES = 'journal_tally ("of", "key", day, "case")'


def _tallied(case: Case, event: Event) -> Iterable[tuple[str, str, int, str]]:
    """The rows of the tallies that an event makes."""
    day = event.at.date().toordinal()
    return ((of, key, day, case.id) for of, key in tallies(case, event))


def _count_no_more(case_id: str) -> None:
    sql.change('DELETE FROM journal_tally WHERE "case" = %s', [case_id])


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
    held = case.held if case.state is State.HELD else None
    hold = str(held.hold) if held else ""
    said = (case.id, str(case.state), position, hold, _due(case), not case.has_ended, _may_owe(case), _turn(case))
    sql.change(_STAND, said)


_STAND = """
    INSERT INTO journal_standing ("case", state, received, hold, due, is_open, owes, person)
    VALUES (%s, %s, %s, %s, %s, %s, %s, %s)
    ON CONFLICT ("case") DO UPDATE SET state = excluded.state, hold = excluded.hold, due = excluded.due,
        is_open = excluded.is_open, owes = excluded.owes, person = excluded.person
"""


def _may_owe(case: Case) -> bool:
    if case.entry is not None:
        return True
    if case.state in life.ENDS:
        is_lacking = case.entered(DECIDED) is None or case.release_entered
        return is_lacking and case.state not in {State.PLANTED, State.DESTROYED}
    waits = case.state is State.HELD and case.held is not None and case.held.hold is Hold.CEILING
    return waits or case.state in _OPEN_TO_MACHINE or (case.state is State.SECOND_REVIEW and case.fact is None)


def _due(case: Case) -> str:
    if case.state is State.INCOMPLETE:
        return case.sent_back_until
    if case.state is State.HELD and case.held:
        return case.held.until
    if case.recalled and case.state in life.HANDED_OVER:
        return case.recalled.acknowledge_by if case.state is State.RECALLED else case.recalled.destroy_by
    return case.answer_on if case.state not in life.AWAITED else ""


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
    asked = [(counted, key, days) for counted, key in keys for days in {one.days for one in of if one.of is counted}]
    found = _within(keys, sorted({days for _, _, days in asked}), today) if asked else {}
    return Counts({one: found[one] for one in asked}, _waited_on(keys, before))


def _within(keys: Sequence[Key], windows: Sequence[int], today: int) -> dict[tuple[Counted, str, int], int]:
    """How many count by each key in each window of days."""
    each = '(SELECT COUNT(*) FROM journal_tally AS t WHERE t."of" = asked."of" AND t."key" = asked."key" AND day > %s)'
    query = f"""
        WITH asked("of", "key") AS (VALUES {sql.marks(keys)})
        SELECT "of", "key", {", ".join([each] * len(windows))} FROM asked
    """
    values: list[sql.Value] = [*map(str, sql.flat(keys)), *(today - days for days in windows)]
    return {
        (Counted(of), key, days): many
        for of, key, *counted in sql.rows(query, values)
        for days, many in zip(windows, counted, strict=True)
    }


def _waited_on(keys: Sequence[Key], before: int | None) -> frozenset[Key]:
    """The keys by which an open request is above a ceiling."""
    if not keys:
        return frozenset()
    earlier = "" if before is None else "AND standing.received < %s"
    query = f"""
        WITH asked("of", "key") AS (VALUES {sql.marks(keys)})
        SELECT "of", "key" FROM asked WHERE EXISTS (
            SELECT 1 FROM journal_tally AS tally JOIN journal_standing AS standing ON standing."case" = tally."case"
            WHERE tally."of" = '~' || asked."of" AND tally."key" = asked."key"
                AND standing.is_open AND standing.hold = %s {earlier})
    """
    values: list[sql.Value] = [*map(str, sql.flat(keys)), str(Hold.CEILING), *([] if before is None else [before])]
    return frozenset((Counted(of), key) for of, key in sql.rows(query, values))


def decisions_on(day: int) -> dict[str, int]:
    """How many decisions each reviewer has taken on a day."""
    query = 'SELECT "key", COUNT(*) FROM journal_tally WHERE "of" = %s AND day = %s GROUP BY "key"'
    return dict(sql.rows(query, [DECISION, day]))


def emergencies_on(day: int) -> int:
    """How many looks were permitted in emergencies on a day."""
    query = 'SELECT COUNT(*) FROM journal_tally WHERE "of" = %s AND "key" = %s AND day = %s'
    [(many,)] = sql.rows(query, [EMERGENCY, _ALL, day])
    return int(many)


def cases_about(keys: Sequence[str], since: int) -> list[str]:
    """The cases of one agency about one person, received from a day on."""
    if not keys:
        return []
    among = ", ".join(["%s"] * len(keys))
    query = f'SELECT DISTINCT "case" FROM journal_tally WHERE "of" = %s AND "key" IN ({among}) AND day >= %s'
    return sorted(case for (case,) in sql.rows(query, [PERSON, *keys, since]))


def case_of(digest: str) -> str | None:
    """The case of a request that says exactly this, if it was received."""
    query = 'SELECT "case" FROM journal_tally WHERE "of" = %s AND "key" = %s ORDER BY id LIMIT 1'
    return next((case for (case,) in sql.rows(query, [REQUEST, digest.removeprefix("sha256:")])), None)


def cases_of_id(request_id: str) -> list[str]:
    """The cases whose request has that id."""
    return sorted(set(Tally.objects.filter(of=ID, key=_of(request_id)).values_list("case", flat=True)))


def refused_among(cases: Sequence[str]) -> str | None:
    """That of the cases which was refused last, before any look."""
    if not cases:
        return None
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
    if not cases:
        return []
    found = Standing.objects.filter(case__in=list(cases), is_open=True).values_list("case", flat=True)
    return sorted(found)


# Made again


def rebuild() -> int:
    """Make all of it again from the journal; how many events it was made of. Within a transaction."""
    with store.long():
        Tally.objects.exclude(case__startswith=OF_THE_LOG).delete()
        Standing.objects.all().delete()
        many, made = 0, _Made()
        for row in journal.every():
            many += 1
            if row.stream != events.GATE:
                made.add(row)
        made.end()
    return many


_LIVES, _ROWS = 10_000, 2_000


@dataclass(frozen=True, slots=True)
class _Life:
    """A case while its events come by, and the position of its receipt."""

    case: Case
    received: int


@dataclass(slots=True)
class _Made:
    """What is made again, in the order of the journal. The cases moved last are held; one that rested is read again."""

    lives: OrderedDict[str, _Life] = field(default_factory=OrderedDict)
    rows: list[tuple[str, str, int, str]] = field(default_factory=list)

    def add(self, row: Row) -> None:
        """One event more."""
        event, before = events.read(row), self.lives.pop(row.stream, None) or _life(row)
        case = apply(before.case, event)
        self.lives[row.stream] = _Life(case, before.received)
        self.rows += _tallied(case, event)
        if isinstance(event, PlantedEnded):
            self._count()
            _count_no_more(case.id)
        if len(self.rows) >= _ROWS:
            self._count()
        if len(self.lives) > _LIVES:
            _, rested = self.lives.popitem(last=False)
            _stand(rested.case, rested.received)

    def end(self) -> None:
        """There are no more."""
        self._count()
        for one in self.lives.values():
            _stand(one.case, one.received)

    def _count(self) -> None:
        sql.insert(_TALLIES, self.rows)
        self.rows.clear()


def _life(row: Row) -> _Life:
    """The case as it was before an event."""
    earlier = journal.before(row) if row.version else []
    received = earlier[0].position if earlier else row.position
    return _Life(fold(row.stream, map(events.read, earlier)), received)
