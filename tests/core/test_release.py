"""The release: the least that answers, in its one form, and held to what was decided before it leaves."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from dataclasses import replace
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from safeconduct.core import release as releases
from safeconduct.core.log.lines import Malformed
from safeconduct.core.log.refusals import Refused
from safeconduct.core.release import LENGTH, Field, Form, Manifest, Recipient, Release, Wanted

DIGEST = "sha256:" + "1" * 64
CLAUSES = ("26 USC 6103(i)(2)(C)",)
ADDRESS = {
    "street": "418 JUNIPER ST APT 7",
    "city": "AURORA",
    "state": "IL",
    "postal_code": "60505",
    "which": "present",
}
RECORD: Mapping[str, Any] = {
    "mailing_address": ADDRESS,
    "name": {"given": "MARIA", "family": "LOPEZ GARCIA"},
    "tin": "912-40-1234",
    "wages": {"amount": "41,200", "period": "2023-12"},
    "spouse": {"name": {"given": "P"}},
}
REQUEST: Mapping[str, Any] = {
    "taxable_periods": ["2022", "2023"],
    "subject": {
        "name": "Maria Lopez Garcia",
        "given_name": "Maria",
        "family_name": "Lopez Garcia",
        "tin": "912-40-1234",
        "address": "418 Juniper St Apt 7, Aurora, IL 60505",
    },
}
MANIFEST = Manifest(
    DIGEST, "R-1", "c-1", "town.example/log", 41, "a" * 64, "26 USC 6103(i)(2)", Recipient("A. Olson", "SSA OIG", DIGEST),
    "criminal_investigation", ("2022", "2023"), "2027-02-27", "https://town.example/recalls",
)  # fmt: skip


def wanted(*items: str, confirmed: bool = False) -> list[Wanted]:
    return [Wanted(one, CLAUSES, confirmed) for one in items]


def least(*of: Wanted, request: Mapping[str, object] = REQUEST) -> tuple[Field, ...] | Refused:
    return releases.least(RECORD, of, request)


def without(request: Mapping[str, Any], **subject: object) -> dict[str, Any]:
    return {**request, "subject": {**request["subject"], **subject}}


# The least


def test_fields_start_from_none_and_bear_the_clauses_that_reach_them() -> None:
    assert least(*wanted("mailing_address")) == (Field("mailing_address", CLAUSES, Form.VALUE, ADDRESS),)


def test_what_no_clause_reaches_is_not_released_and_nothing_else_either() -> None:
    found = least(*wanted("mailing_address"), Wanted("tin", (), confirmed=False))
    assert found == Refused("no clause reaches `tin`")


@pytest.mark.parametrize("item", ["telephone", "spouse"])
def test_what_the_record_lacks_or_holds_in_another_shape_is_left_out(item: str) -> None:
    assert least(*wanted(item)) == Refused("nothing of the record answers what was decided")
    assert least(*wanted(item, "tin")) == (Field("tin", CLAUSES, Form.VALUE, "912-40-1234"),)


@pytest.mark.parametrize(
    ("periods", "may"),
    [(["2023"], True), (["2024"], True), (["2022", "2024"], True), (["2022"], False), ([], False), (["all"], True), (["2023-Q1"], True)],
)  # fmt: skip
def test_nothing_newer_is_released_than_was_asked_for(periods: list[str], *, may: bool) -> None:
    found = least(*wanted("wages"), request={**REQUEST, "taxable_periods": periods})
    assert isinstance(found, Refused) is not may


@pytest.mark.parametrize("item", sorted(releases.CONFIRMABLE))
def test_what_the_request_states_is_confirmed_without_its_value(item: str) -> None:
    assert least(*wanted(item, confirmed=True)) == (Field(item, CLAUSES, Form.CONFIRMED, None),)


@pytest.mark.parametrize(
    ("item", "subject"),
    [("tin", {"tin": "912-40-9999"}), ("tin", {"tin": None}), ("name", {"name": "Maria Garcia", "family_name": "Garcia"}),
     ("name", {"name": "Maria Lopez", "given_name": "", "family_name": ""}), ("name", {"name": "", "given_name": "", "family_name": ""}),
     ("mailing_address", {"address": "420 Juniper St Apt 7, Aurora, IL 60505"}),
     ("mailing_address", {"address": "418 Juniper St Apt 8, Aurora, IL 60505"}), ("mailing_address", {"address": "somewhere"})],
)  # fmt: skip
def test_where_it_states_otherwise_nothing_is_said_not_even_that_it_differs(
    item: str, subject: dict[str, object]
) -> None:
    """The same as where the record has nothing of the kind."""
    differs = releases.least(RECORD, wanted(item, confirmed=True), without(REQUEST, **subject))
    lacks = releases.least({}, wanted(item, confirmed=True), without(REQUEST, **subject))
    assert differs == lacks == Refused("nothing of the record answers what was decided")


@pytest.mark.parametrize(
    ("name", "may"),
    [("Maria Lopez Garcia", True), ("María López-García", True), ("Lopez Garcia, Maria", True), ("Ms Maria Lopez Garcia", True),
     ("Maria Lopez", False), ("Maria Ana Lopez Garcia", False), ("Mary Lopez Garcia", False), ("Garcia Maria Lopez", False),
     ("Maria Lopez Garcia Jr", False)],
)  # fmt: skip
def test_a_whole_name_is_confirmed_where_it_is_the_record_s_word_for_word(name: str, *, may: bool) -> None:
    request = without(REQUEST, name=name, given_name="", family_name="")
    found = releases.least(RECORD, wanted("name", confirmed=True), request)
    assert isinstance(found, Refused) is not may


def test_parts_that_are_parted_otherwise_are_another_name() -> None:
    request = without(REQUEST, given_name="Maria Lopez", family_name="Garcia")
    assert isinstance(releases.least(RECORD, wanted("name", confirmed=True), request), Refused)


def test_what_no_request_states_cannot_be_confirmed() -> None:
    assert least(*wanted("wages", confirmed=True)) == Refused("nothing of the record answers what was decided")


# Its one form


def a_release(*fields: Field) -> Release:
    return Release(MANIFEST, fields or (Field("mailing_address", CLAUSES, Form.VALUE, ADDRESS),))


def test_every_release_is_of_one_length_and_read_again_as_it_was() -> None:
    for one in (a_release(), a_release(Field("tin", CLAUSES, Form.CONFIRMED, None))):
        said = releases.written(one)
        assert len(said) == LENGTH
        assert releases.read(said) == one


def test_one_that_is_too_long_is_none() -> None:
    with pytest.raises(ValueError, match="longer than every release"):
        releases.written(a_release(Field("tin", CLAUSES, Form.VALUE, "9" * LENGTH)))


def changed(change: Callable[[dict[str, Any]], object]) -> bytes:
    document = json.loads(releases.written(a_release()))
    change(document)
    return json.dumps(document, sort_keys=True, separators=(",", ":"), ensure_ascii=False).encode().ljust(LENGTH)


@pytest.mark.parametrize(
    "change",
    [lambda one: one.update(format="safeconduct release v2"), lambda one: one.update(more=1), lambda one: one.pop("fields"),
     lambda one: one["manifest"].update(use_until="never"), lambda one: one["manifest"].update(request="x"),
     lambda one: one["manifest"]["recipient"].update(certificate="sha256:1"), lambda one: one["fields"][0].update(form="confirmed"),
     lambda one: one["fields"][0].update(value=None), lambda one: one["fields"][0].update(value={"a": {"b": "c"}}),
     lambda one: one["fields"][0].update(form="differs"), lambda one: one["manifest"].update(decision=True)],
)  # fmt: skip
def test_what_is_no_release_is_not_read(change: Callable[[dict[str, Any]], object]) -> None:
    with pytest.raises(Malformed):
        releases.read(changed(change))


@pytest.mark.parametrize(
    "said", [b"", b"[]", b"\xff", b"{}", releases.written(a_release()).replace(b'":', b'": ', 1)[:LENGTH]]
)
def test_nor_what_is_in_another_form(said: bytes) -> None:
    with pytest.raises(Malformed):
        releases.read(said)


# Held to what was decided


def test_what_was_decided_may_leave() -> None:
    assert releases.refusal(releases.written(a_release()), MANIFEST, wanted("mailing_address")) is None


@pytest.mark.parametrize(
    ("said", "decided", "why"),
    [
        (
            a_release(Field("tin", CLAUSES, Form.VALUE, "9")),
            wanted("mailing_address"),
            "was not decided to be released",
        ),
        (a_release(*[Field("tin", CLAUSES, Form.VALUE, "9")] * 2), wanted("tin"), "or stands there twice"),
        (
            a_release(Field("tin", CLAUSES, Form.VALUE, "9")),
            wanted("tin", confirmed=True),
            "otherwise than was decided",
        ),
        (a_release(Field("tin", CLAUSES, Form.CONFIRMED, None)), wanted("tin"), "otherwise than was decided"),
        (a_release(Field("tin", ("another",), Form.VALUE, "9")), wanted("tin"), "otherwise than was decided"),
        (Release(MANIFEST, ()), wanted("tin"), "nothing is released"),
        (
            replace(a_release(), manifest=replace(MANIFEST, decision=42)),
            wanted("mailing_address"),
            "of another decision",
        ),
    ],
)
def test_what_was_not_may_not(said: Release, decided: list[Wanted], why: str) -> None:
    found = releases.refusal(releases.written(said), MANIFEST, decided)
    assert found is not None
    assert why in found.why


def test_nor_what_is_longer_or_shorter_than_every_release() -> None:
    for said in (releases.written(a_release()) + b" ", releases.written(a_release()).rstrip()):
        found = releases.refusal(said, MANIFEST, wanted("mailing_address"))
        assert found == Refused("what is to be sealed is of another decision")


ITEMS = st.sampled_from(["mailing_address", "name", "tin", "wages", "spouse", "telephone", "card"])


@settings(max_examples=200, deadline=None, derandomize=True, database=None)
@given(items=st.lists(st.tuples(ITEMS, st.booleans()), unique_by=lambda one: one[0], max_size=5), chance=st.data())
def test_whatever_was_decided_nothing_else_of_the_record_is_in_what_leaves(
    items: list[tuple[str, bool]], chance: st.DataObject
) -> None:
    of = [Wanted(item, CLAUSES, confirmed) for item, confirmed in items]
    found = releases.least(RECORD, of, REQUEST)
    if isinstance(found, Refused):
        return
    said = releases.written(Release(MANIFEST, found))
    assert releases.refusal(said, MANIFEST, of) is None
    told = {item for item, confirmed in items if not confirmed}
    for item, value in RECORD.items():
        words = [str(one) for one in (value.values() if isinstance(value, dict) else [value])]
        assert item in told or not any(f'"{word}"'.encode() in said for word in words)
    fewer = chance.draw(st.sampled_from(of))
    assert (fewer.item in {one.item for one in found}) == (
        releases.refusal(said, MANIFEST, [one for one in of if one is not fewer]) is not None
    )
