"""What a control entry says: that something by which the custodian's gate is governed was set or ended, by whom, from when.

    {"act":"set","by":[{"office":"counsel","person":"A. Lund"}],"content":"…","digest":"sha256:…","effective_on":"2026-11-28",
     "name":"D.D.C. 2026-11-28","part":[1,1],"signatures":[{"command":"…","person":"a.lund","signature":"…"}],"subject":"stop",
     "widens":false}

What widens bears the signatures of those who did it, each over the command of its id (`gate.commands`): names prove nothing to whoever
believes only what was signed. Contents longer than an entry's body are parted over several entries. Narrowing is at once and one person's act. Widening takes
the names of two persons of two offices and thirty days in the log. Without the thirty days: a stop is lifted, or a court's order
ended, by the two and the digest of the document that says so; a person is named to a role by the two; a key by the two, and seven
days; a pack that narrows another by the two. Whether a control widens is concluded from what it does to what stood before; where that cannot be told, it does. What was
entered otherwise is there for everybody with a key to see, and has no effect.

The first pack, engine, orders, roles and keys are one **founding** of two offices, once and before anything else: there is nothing
yet that it could widen. Its keys wait their seven days.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cache, lru_cache
from hashlib import sha256

from safeconduct.core import records
from safeconduct.core.days import day as day_of
from safeconduct.core.log.lines import Malformed
from safeconduct.core.log.refusals import Refused

ORDERS_AND_STOPS = "orders and stops"
"""The set of orders and stops that stand, entered at each change and at least hourly: so that it can be proved that none stood."""
ERASURE = "erasure"
FOUNDING = "founding"
JOURNAL = "journal"
"""A root over events of the desk's journal, entered at each of its ticks: so that none can be changed or left out unseen."""
SUBJECTS = (
    FOUNDING, "pack", "engine", "finding", "reading", "agreement", "order", "stop", "role", "key", "recipient", "ceiling",
    "threshold", "witness policy", ORDERS_AND_STOPS, "hold", "slots", ERASURE, "figures", JOURNAL,
)  # fmt: skip
ACTS = ("set", "ended")
WAITING = 30
"""Days that a widening stands in the log before it has effect."""
KEY_WAITS = 7
"""Days that a person's key, or the certificate to which is sealed, stands in the log before it is used."""
_WAITS = {"order": 0, "stop": 0, "role": 0, "key": KEY_WAITS, "recipient": KEY_WAITS}
PART = 9_000
"""Bytes of a content, as JSON has it, that one entry holds."""
_LONGEST_NAME = 200
_MOST_SIGNATURES = 4
_OWN = {"act", "content", "digest", "effective_on", "name", "subject", "widens"}
_FIELDS = _OWN | {"by", "part", "signatures"}
NARROWS = frozenset({"stop", "order", "hold"})
"""What narrows by being there: ending it, or setting another in its place, widens."""
_ADMITS = frozenset({"role", "key", "recipient"})
"""What admits somebody by being there: setting it widens, ending it narrows."""
BOUNDS = frozenset({"ceiling", "threshold"})
"""What bounds: none narrows as much as the least number; ending it, or setting a greater one or none in its place, widens."""
_BY_DOCUMENT = frozenset({"stop", "order"})
"""What is lifted by a document: a decision of the two, or a court's."""
_DIGEST = re.compile(r"sha256:[0-9a-f]{64}")
RECORDS = frozenset({ORDERS_AND_STOPS, "slots", ERASURE, "figures", JOURNAL})
"""What was done and governs nothing."""


@dataclass(frozen=True, slots=True)
class Person:
    """Who did it, and for which office."""

    person: str
    office: str


@dataclass(frozen=True, slots=True)
class Control:
    """That a thing was set, or ended. `digest` is of the whole content; of a content in parts this is one.

    `widens` says that it widens; that it does not say so proves nothing.
    """

    subject: str
    name: str
    act: str
    content: str
    digest: str
    by: tuple[Person, ...]
    effective_on: str
    widens: bool = False
    part: tuple[int, int] = (1, 1)


@dataclass(frozen=True, slots=True)
class Signed:
    """By whom a control was signed: the person's id, the id of the command that was signed, and the signature."""

    person: str
    command: str
    signature: bytes


def digest_of(content: str) -> str:
    """The digest of a content."""
    return f"sha256:{sha256(content.encode()).hexdigest()}"


def parted(whole: Control) -> list[Control]:
    """A control with its whole content, as as many as its content takes."""
    content = whole.content
    cuts = list(_cuts(content))
    rest = (whole.subject, whole.name, whole.act)
    last = (whole.by, whole.effective_on, whole.widens)
    return [Control(*rest, cut, digest_of(content), *last, (nth, len(cuts))) for nth, cut in enumerate(cuts, 1)]


def _cuts(content: str) -> Iterator[str]:
    begin = size = 0
    for at, char in enumerate(content):
        size += _size(char)
        if size > PART:
            yield content[begin:at]
            begin, size = at, _size(char)
    yield content[begin:]


@cache
def _size(char: str) -> int:
    return len(json.dumps(char, ensure_ascii=False).encode()) - 2


def written(control: Control, signatures: Sequence[Signed] = ()) -> dict[str, object]:
    """A control as JSON, with the signatures of those who did it."""
    by = [{"office": one.office, "person": one.person} for one in control.by]
    said = {name: getattr(control, name) for name in _OWN}
    return {**said, "by": by, "part": list(control.part), "signatures": [records.document(one) for one in signatures]}


def read(document: object) -> Control:
    """The control in a parsed JSON document.

    Raises:
        Malformed: it is none.
    """
    if not isinstance(document, dict) or document.keys() != _FIELDS:
        raise Malformed("a control has not the fields of one")
    said = {name: document[name] for name in ("subject", "name", "act", "content", "digest", "effective_on")}
    if not all(isinstance(one, str) for one in said.values()) or not isinstance(document["widens"], bool):
        raise Malformed("a control says something that is no text where text stands")
    control = Control(**said, by=_persons(document["by"]), widens=document["widens"], part=_part(document["part"]))
    if control.subject not in SUBJECTS:
        raise Malformed(f"a control is of something that there is not; it is of one of {', '.join(SUBJECTS)}")
    if control.act not in ACTS:
        raise Malformed(f"a control does something that there is not; it is {' or '.join(ACTS)}")
    if not 0 < len(control.name) <= _LONGEST_NAME or not control.name.isprintable():
        raise Malformed("a control has no name that can be printed on a line")
    if day_of(control.effective_on) is None:
        raise Malformed("a control has a day that is none of the calendar")
    if control.part == (1, 1) and control.digest != digest_of(control.content):
        raise Malformed("a control's digest is not that of its content")
    signatures(document)
    return control


def signatures(document: Mapping[str, object]) -> tuple[Signed, ...]:
    """The signatures in a control as JSON; nobody has verified them.

    Raises:
        Malformed: they are none.
    """
    said = document["signatures"]
    if not isinstance(said, list) or len(said) > _MOST_SIGNATURES:
        raise Malformed("a control has no list of the signatures of those who did it")
    return tuple(records.read(Signed, one) for one in said)


def _persons(said: object) -> tuple[Person, ...]:
    if not isinstance(said, list) or not said:
        raise Malformed("a control was done by nobody")
    for one in said:
        if not isinstance(one, dict) or one.keys() != {"office", "person"}:
            raise Malformed("a person who did a control is not named with an office")
        if not all(
            isinstance(value, str) and 0 < len(value.strip()) <= _LONGEST_NAME and value.isprintable()
            for value in one.values()
        ):
            raise Malformed("a person who did a control, or the office, has no name that can be printed on a line")
    return tuple(Person(one["person"], one["office"]) for one in said)


def _part(said: object) -> tuple[int, int]:
    match said:
        case [int(nth), int(of)] if 1 <= nth <= of and not isinstance(nth, bool) and not isinstance(of, bool):
            return nth, of
    raise Malformed("a control's part is none of so many")


def widens(control: Control, replaced: Control | None) -> bool:
    """Whether more may pass after a control than before, where that one stood under its name; where it cannot be told, it widens."""
    another = replaced is not None and replaced.digest != control.digest
    if control.widens or control.subject in RECORDS:
        return control.widens
    if control.subject in NARROWS:
        return control.act == "ended" or another
    if control.subject in _ADMITS:
        return control.act == "set" and (replaced is None or another)
    if control.subject in BOUNDS:
        return control.act == "ended" or (replaced is not None and another and not _is_lower(control, replaced))
    return control.act == "ended" or replaced is None or another


def narrows(control: Control, replaced: Control | None) -> bool:
    """Whether a pack is said to narrow the one in whose place it comes: `sha256:… narrows sha256:…`, the new and the old.

    It then waits for nothing but the two persons. That it is so whoever has both packs can prove (`law diff`), and the desk does.
    """
    if control.subject != "pack" or control.act != "set" or replaced is None:
        return False
    new, said, old = control.content.partition(" narrows ")
    return bool(said) and bool(_DIGEST.fullmatch(new)) and old == replaced.content.partition(" ")[0]


def _is_lower(control: Control, replaced: Control) -> bool:
    numbers = (control.content.strip(), replaced.content.strip())
    return all(one.isascii() and one.isdecimal() for one in numbers) and int(numbers[0]) <= int(numbers[1])


def refusal(control: Control, entered_on: str, replaced: Control | None = None) -> Refused | None:
    """Why a control that was entered on that day has no effect; None where it has, from its day on.

    `replaced` is what stood under its subject and name before.
    """
    if not widens(control, replaced):
        return None
    if few := two_of_two_offices(control.by):
        return few
    if (
        control.act == "set"
        and control.subject == "stop"
        and replaced is not None
        and replaced.digest != control.digest
    ):
        return Refused("another stop has that name; a stop is lifted by a document, and none takes its place")
    if control.act == "ended" and control.subject in _BY_DOCUMENT and not _DIGEST.fullmatch(control.content):
        return Refused("it takes the digest of the document that lifts it as its content")
    first, effective = day_of(entered_on) or 0, day_of(control.effective_on) or 0
    waits = 0 if narrows(control, replaced) else _WAITS.get(control.subject, WAITING)
    if (
        waits and effective < first + waits
    ):  # an entry is dated a day late at most; what need not wait loses nothing by it
        return Refused(f"it widens, and was to have effect before {waits} days in the log")
    return None


def two_of_two_offices(by: Sequence[Person]) -> Refused | None:
    """Why those are not two persons of two offices; None where they are."""
    persons = {" ".join(one.person.split()).casefold() for one in by}
    offices = {" ".join(one.office.split()).casefold() for one in by}
    return Refused("it takes two persons of two offices") if len(persons) < 2 or len(offices) < 2 else None


# What stands


@dataclass(frozen=True, slots=True)
class Entered:
    """A control with where and when it was entered, and the signatures with it, which nobody has verified."""

    index: int
    entered_on: str
    control: Control
    signatures: tuple[Signed, ...] = ()


@dataclass(frozen=True, slots=True)
class Standing:
    """What is in force on a day, by subject and name; what waits for its day; what was entered and has no effect, and why."""

    in_force: Mapping[tuple[str, str], Entered]
    waiting: tuple[Entered, ...] = ()
    without_effect: tuple[tuple[Entered, str], ...] = ()


@dataclass(slots=True)
class _Fold:
    in_force: dict[tuple[str, str], Entered] = field(default_factory=dict)
    waiting: list[Entered] = field(default_factory=list)
    without: list[tuple[Entered, str]] = field(default_factory=list)
    packs: list[Entered] = field(default_factory=list)
    """Every pack that has or will have effect, in the order of entry."""

    def stood(self, one: Entered) -> Entered | None:
        """What stood under a control's name, by which it is judged whether it widens.

        Of a pack it is what stood on the day on which this one was entered: otherwise one that narrowed at once would lose its
        effect afterwards, on the day on which a wider one, entered before it and waiting since, has its own.
        """
        name, on = one.control.name, day_of(one.entered_on) or 0
        if one.control.subject != "pack":
            return self.in_force.get((one.control.subject, name))
        before = [each for each in self.packs if each.control.name == name and _from(each) <= on]
        return before[-1] if before and before[-1].control.act == "set" else None


def standing(entered: Iterable[Entered], on: str) -> Standing:
    """What is in force on a day, of controls in the order in which they were entered.

    A later control of one subject and name takes the place of the earlier from the day on from which it has effect.
    """
    fold, today = _Fold(), day_of(on) or 0
    for one in _founded(_joined(entered, fold), fold):
        before = fold.stood(one)
        why = refusal(one.control, one.entered_on, before.control if before else None)
        if why:
            fold.without.append((one, why.why))
            continue
        if one.control.subject == "pack":
            fold.packs.append(one)
        if _from(one) > today:
            fold.waiting.append(one)
        elif one.control.act == "set":
            fold.in_force[one.control.subject, one.control.name] = one
        else:
            fold.in_force.pop((one.control.subject, one.control.name), None)
    return Standing(fold.in_force, tuple(fold.waiting), tuple(fold.without))


def _from(one: Entered) -> int:
    return day_of(one.control.effective_on) or 0


def founding(parts: Iterable[tuple[str, str, str]]) -> str:
    """The content of a founding: what is set first, each as subject, name and content."""
    said = [{"content": content, "name": name, "subject": subject} for subject, name, content in parts]
    return json.dumps(said, ensure_ascii=False, separators=(",", ":"))


def _founded(entered: Iterable[Entered], fold: _Fold) -> Iterator[Entered]:
    """What was entered; of a founding that has effect what it sets goes in force here, in one step."""
    for one in entered:
        if one.control.subject != FOUNDING:
            yield one
            continue
        why = two_of_two_offices(one.control.by)
        parts = parts_of(one.control)
        on = day_of(one.entered_on) or 0
        begun = any(of not in RECORDS | NARROWS and _from(each) <= on for (of, _), each in fold.in_force.items())
        if why or begun or not parts:
            fold.without.append((one, why.why if why else "a founding comes first, once, and sets what can be set"))
            continue
        set_first = {(part.subject, part.name): Entered(one.index, one.entered_on, part) for part in parts}
        fold.packs += [each for (of, _), each in set_first.items() if of == "pack"]
        fold.in_force |= {(FOUNDING, one.control.name): one} | set_first | fold.in_force


def parts_of(control: Control) -> list[Control]:
    """What a founding sets; nothing where it is none."""
    return list(_parts_of(control))


@lru_cache(maxsize=4)  # the gate is folded anew with each of its events, and begins with this one
def _parts_of(control: Control) -> tuple[Control, ...]:
    try:
        said = json.loads(control.content)
        parts = [
            Control(part["subject"], part["name"], "set", part["content"], digest_of(part["content"]), control.by,
                    control.effective_on)
            for part in said
        ]  # fmt: skip
        return tuple(read(written(part)) for part in parts if part.subject not in {FOUNDING, *RECORDS})
    except (ValueError, KeyError, TypeError, Malformed):
        return ()


def joined(parts: Sequence[Entered]) -> Control | None:
    """The one control of which those are the parts, all of them and in their order; None where they are not."""
    fold = _Fold()
    whole = list(_joined(parts, fold))
    return whole[0].control if len(whole) == 1 and not fold.without else None


def _joined(entered: Iterable[Entered], fold: _Fold) -> Iterator[Entered]:
    """Controls with their whole contents: parts are joined where the last of them stands."""
    parts: list[Entered] = []
    for one in entered:
        nth, of = one.control.part
        if nth != len(parts) + 1 or (parts and one.control.digest != parts[0].control.digest):
            fold.without += [(other, "parts of it are lacking") for other in parts]
            parts = []
        parts.append(one)
        if nth == of and len(parts) == of:
            whole = _whole(parts)
            if whole is None:
                fold.without.append((one, "its content is not that of its digest"))
            else:
                yield whole
            parts = []
    fold.without += [(other, "parts of it are lacking") for other in parts]


def _whole(parts: Sequence[Entered]) -> Entered | None:
    last = parts[-1].control
    content = "".join(one.control.content for one in parts)
    if digest_of(content) != last.digest:
        return None
    control = Control(last.subject, last.name, last.act, content, last.digest, last.by, last.effective_on, last.widens)
    return Entered(parts[-1].index, parts[-1].entered_on, control, parts[-1].signatures)
