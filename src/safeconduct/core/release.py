"""The release: the least that answers, as it is signed and sealed to one named officer.

    {"fields": [{"clauses": ["26 USC 6103(i)(2)(A)"], "form": "value", "item": "mailing_address", "value": {…}}],
     "format": "safeconduct release v1",
     "manifest": {"authority": …, "case": …, "decision": 41, "entry": "<the decision's leaf>", "log": …, "periods": ["2023"],
                  "purpose": …, "recall": …, "recipient": {"agency": …, "certificate": "sha256:…", "name": …},
                  "request": "sha256:…", "request_id": …, "use_until": "2027-02-27"}}

Fields start from none: each is of an item that was decided, bears the clauses that reach it, and holds nothing but what the record
has under that name. One that is *confirmed* holds no value; it says that what the request states is so, and there is no "different".
The manifest names the recipient's certificate, so that what is signed cannot be sealed once more to somebody else as if it were
theirs. All releases are filled up to the same length. What may be decided is `case.review`'s; how it is sealed, `package`'s.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum

from safeconduct.core import addresses, canonical, documents, records, same_name
from safeconduct.core.days import day as day_of
from safeconduct.core.fields import At
from safeconduct.core.log.lines import Malformed
from safeconduct.core.log.refusals import Refused
from safeconduct.core.matching import number
from safeconduct.core.places import place
from safeconduct.core.same_name import Name
from safeconduct.core.subject import sought

FORMAT = "safeconduct release v1"
LENGTH = 8_192
"""Bytes of a release before it is signed, filled up with blanks."""
Value = str | Mapping[str, str]


class Form(StrEnum):
    """How an item is answered."""

    VALUE = "value"
    CONFIRMED = "confirmed"


@dataclass(frozen=True, slots=True)
class Recipient:
    """Who is to open it: the officer as the request names them, the agency, the digest of the certificate."""

    name: str
    agency: str
    certificate: str


@dataclass(frozen=True, slots=True)
class Manifest:
    """What a release is of and for. `request` and `certificate` are digests, `decision` an index of `log`, `entry` its leaf's hash."""

    request: str
    request_id: str
    case: str
    log: str
    decision: int
    entry: str
    authority: str
    recipient: Recipient
    purpose: str
    periods: tuple[str, ...]
    use_until: str
    recall: str


@dataclass(frozen=True, slots=True)
class Field:
    """One item that is released: the clauses that reach it, and its value; None where it is confirmed."""

    item: str
    clauses: tuple[str, ...]
    form: Form
    value: Value | None


@dataclass(frozen=True, slots=True)
class Wanted:
    """An item that was decided to be released, the clauses that reach it, and whether it is only confirmed."""

    item: str
    clauses: tuple[str, ...]
    confirmed: bool


@dataclass(frozen=True, slots=True)
class Release:
    """What is signed."""

    manifest: Manifest
    fields: tuple[Field, ...]


@dataclass(frozen=True, slots=True)
class _Document:
    format: str
    manifest: Manifest
    fields: tuple[Field, ...]


# The least that answers


def least(
    record: Mapping[str, object], wanted: Iterable[Wanted], request: Mapping[str, object]
) -> tuple[Field, ...] | Refused:
    """The fields that are released of a record: those that were decided, one by one; or why there is none to release."""
    found: list[Field] = []
    for one in wanted:
        if not one.clauses:
            return Refused(f"no clause reaches `{one.item}`")
        value = _value(record.get(one.item), request)
        if value is None:
            continue
        if one.confirmed:
            found += [Field(one.item, one.clauses, Form.CONFIRMED, None)] if is_stated(one.item, value, request) else []
        else:
            found.append(Field(one.item, one.clauses, Form.VALUE, value))
    return tuple(found) if found else Refused("nothing of the record answers what was decided")


_PERIOD = "period"


def _value(said: object, request: Mapping[str, object]) -> Value | None:
    """A text, or a flat object of texts; of no newer a period than the request asks for."""
    if isinstance(said, str):
        return said or None
    if not isinstance(said, dict) or not all(isinstance(one, str) for one in said.values()):
        return None
    return None if _is_newer(said.get(_PERIOD, ""), request) else dict(said)


def _is_newer(period: str, request: Mapping[str, object]) -> bool:
    """Whether a value belongs to a later period than every one that is asked for."""
    asked = periods(request)
    return bool(period) and "all" not in asked and all(period[:4] > one[:4] for one in asked)


def periods(request: Mapping[str, object]) -> tuple[str, ...]:
    """The taxable periods that a request asks for."""
    listed = At(request, 0).texts("taxable_periods")
    return tuple(listed) if isinstance(listed, list) else ()


CONFIRMABLE = frozenset({"name", "mailing_address", "tin"})
"""What a request states of a person, and so what can be confirmed."""


def is_stated(item: str, value: Value, request: Mapping[str, object]) -> bool:
    """Whether the request states of its subject what the record says: then it can be confirmed, and else nothing is said."""
    asked = sought(request)
    if item == "tin" and isinstance(value, str):
        return asked.number is not None and number(value) == asked.number
    if item == "name" and isinstance(value, dict):
        return bool(value.get("family")) and _same_words(asked.name, value)
    if item == "mailing_address" and isinstance(value, dict):
        return asked.place is not None and _place(value) == asked.place
    return False


def _same_words(asked: Name, value: Mapping[str, str]) -> bool:
    """Whether a name is the record's word for word; where it is given as a whole, nobody said where the family name begins."""
    held = same_name.read("", value.get("given", ""), value["family"])
    if asked.unparted or held.unparted:
        return asked.suffix == held.suffix and (*asked.given, *asked.family) == (*held.given, *held.family)
    return asked == held


def _place(value: Mapping[str, str]) -> object:
    street, city, state, code = (value.get(part, "") for part in ("street", "city", "state", "postal_code"))
    return place(addresses.grade(f"{street}, {city}, {state} {code}").parts)


# As it is signed


def written(release: Release) -> bytes:
    """A release as it is signed.

    Raises:
        ValueError: it is longer than a release is, or none that could be read again.
    """
    said = canonical.written(records.document(_Document(FORMAT, release.manifest, release.fields)))
    if len(said) > LENGTH:
        raise ValueError("the release is longer than every release is")
    if read(said) != release:
        raise ValueError("the release is none that could be read again")
    return said.ljust(LENGTH)


def read(said: bytes) -> Release:
    """The release in `said`.

    Raises:
        Malformed: it is none.
    """
    try:
        document = documents.read(said.decode("utf-8"))
    except (documents.NoDocument, UnicodeDecodeError):
        raise Malformed("the release is no JSON") from None
    found = records.read(_Document, document)
    if found.format != FORMAT:
        raise Malformed("the release is of another format")
    if canonical.written(records.document(found)) != said.rstrip(b" "):
        raise Malformed("the release is not in its one form")
    for name in (found.manifest.request, found.manifest.recipient.certificate):
        if not canonical.is_digest(name):
            raise Malformed("the release names a digest that is none")
    if day_of(found.manifest.use_until) is None:
        raise Malformed("the release has a `use_until` that is no day")
    for field in found.fields:
        if (field.form is Form.CONFIRMED) != (field.value is None):
            raise Malformed(f"the field `{field.item}` is confirmed and has a value, or neither")
    return Release(found.manifest, found.fields)


def refusal(said: bytes, manifest: Manifest, wanted: Sequence[Wanted]) -> Refused | None:
    """Why what is about to be sealed may not leave: it is read again, and held to what was decided, field by field."""
    try:
        found = read(said)
    except Malformed as fault:
        return Refused(f"what is to be sealed cannot be read: {fault}")
    if found.manifest != manifest or len(said) != LENGTH:
        return Refused("what is to be sealed is of another decision")
    decided = {one.item: one for one in wanted}
    for field in found.fields:
        one = decided.pop(field.item, None)
        if one is None:
            return Refused(f"`{field.item}` was not decided to be released, or stands there twice")
        if one.clauses != field.clauses or one.confirmed != (field.form is Form.CONFIRMED):
            return Refused(f"`{field.item}` is released otherwise than was decided")
    return None if found.fields else Refused("nothing is released")
