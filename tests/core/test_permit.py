"""The canonical form of a request, by RFC 8785, and the permit that names its digest."""

from __future__ import annotations

import datetime as dt
import json
from dataclasses import replace

import pytest
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.hashes import SHA256
from hypothesis import given
from hypothesis import strategies as st

from safeconduct.core import canonical
from safeconduct.core.canonical import NoForm
from safeconduct.core.log.refusals import Refused
from safeconduct.core.permit import Permit, Signed, read, refusal, request_digest, written

DESK = ec.derive_private_key(7, ec.SECP256R1())
ISSUED = dt.datetime(2026, 11, 30, 15, 0, tzinfo=dt.UTC)
REQUEST = {"request_id": "R-1"}
DIGEST = "sha256:" + "0" * 64


def permit(**changed: object) -> Permit:
    digest = request_digest(REQUEST)
    assert isinstance(digest, str)
    return replace(Permit("0" * 32, "town", digest, DIGEST, DIGEST, ISSUED), **changed)  # type: ignore[arg-type]


def signed(one: Permit) -> Signed:
    return Signed(one, DESK.sign(one.signed_bytes, ec.ECDSA(SHA256())))


def refused(one: Signed, now: dt.datetime = ISSUED) -> str:
    found = refusal(one, DESK.public_key(), "town", permit().request, now)
    return found.why if found else ""


# RFC 8785


def test_members_stand_in_the_order_of_their_utf_16_units_as_in_section_3_2_3() -> None:
    shuffled = {
        "€": "Euro Sign", "\r": "Carriage Return", "\ufb33": "Hebrew Letter Dalet With Dagesh", "1": "One",
        "\U0001f600": "Emoji: Grinning Face", "\u0080": "Control", "ö": "Latin Small Letter O With Diaeresis",
    }  # fmt: skip
    form = canonical.canonical(shuffled)
    assert isinstance(form, bytes)
    assert list(json.loads(form).values()) == [
        "Carriage Return", "One", "Control", "Latin Small Letter O With Diaeresis", "Euro Sign", "Emoji: Grinning Face",
        "Hebrew Letter Dalet With Dagesh",
    ]  # fmt: skip


def test_texts_and_words_are_written_as_in_section_3_2_2() -> None:
    said = {"string": '€$\u000f\nA\'B"\\\\"/', "literals": [None, True, False], "numbers": [0, -7, 2**53 - 1]}
    expected = (
        '{"literals":[null,true,false],"numbers":[0,-7,9007199254740991],"string":"€$\\u000f\\nA\'B\\"\\\\\\\\\\"/"}'
    )
    assert canonical.canonical(said) == expected.encode()


@pytest.mark.parametrize(
    ("odd", "why"),
    [
        (1.0, "not whole"),
        (2**53, "every reader"),
        ("\ud800", "half of a character"),
        (float("nan"), "not whole"),
        ({"\udfff": 1}, "half"),
    ],
)
def test_what_readers_could_write_in_two_ways_has_no_form(odd: object, why: str) -> None:
    for document in (odd, [odd], {"deep": [{"er": odd}]}):
        found = canonical.canonical(document)
        assert isinstance(found, NoForm)
        assert why in found.why


def test_what_is_nested_without_end_has_no_form() -> None:
    deep: object = 1
    for _ in range(40):
        deep = [deep]
    assert isinstance(canonical.canonical(deep), NoForm)


documents = st.recursive(
    st.none() | st.booleans() | st.integers(-(2**53) + 1, 2**53 - 1) | st.text(),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(), inner, max_size=4),
    max_leaves=12,
)


@given(documents)
def test_the_form_says_the_same_and_does_not_turn_on_how_it_was_written(document: object) -> None:
    form = canonical.canonical(document)
    assert isinstance(form, bytes)
    assert json.loads(form) == document
    rewritten = json.loads(json.dumps(document, indent=3, ensure_ascii=True))
    assert canonical.canonical(rewritten) == form == canonical.canonical(json.loads(form))


@given(documents, documents)
def test_two_documents_of_one_digest_are_one_document(one: object, other: object) -> None:
    same = json.dumps(one, sort_keys=True) == json.dumps(other, sort_keys=True)
    assert (canonical.digest(one) == canonical.digest(other)) == same


# The permit


def test_a_permit_is_read_as_it_was_written() -> None:
    one = signed(permit())
    assert read(json.loads(json.dumps(written(one.permit, one.signature)))) == one
    assert refused(one) == ""


@pytest.mark.parametrize(
    ("after", "why"),
    [
        (dt.timedelta(0), ""),
        (dt.timedelta(minutes=15) - dt.timedelta(microseconds=1), ""),
        (dt.timedelta(minutes=15), "expired"),
        (-dt.timedelta(seconds=5), ""),
        (-dt.timedelta(seconds=6), "future"),
    ],
)
def test_a_permit_holds_for_fifteen_minutes_and_not_before(after: dt.timedelta, why: str) -> None:
    said = refused(signed(permit()), ISSUED + after)
    assert why in said
    assert bool(said) == bool(why)


@pytest.mark.parametrize(
    "field", [{"id": "1" * 32}, {"register": "county"}, {"request": DIGEST}, {"pack": "sha256:" + "1" * 64}, {"orders": "sha256:" + "1" * 64},
              {"issued_at": ISSUED + dt.timedelta(minutes=1)}]
)  # fmt: skip
def test_every_field_is_signed(field: dict[str, object]) -> None:
    assert refused(Signed(permit(**field), signed(permit()).signature)) == "the permit is not signed by the desk"


def test_what_a_permit_says_to_nobody_else_is_not_taken_for_it() -> None:
    bare = DESK.sign(canonical.written(permit().body), ec.ECDSA(SHA256()))
    assert refused(Signed(permit(), bare)) == "the permit is not signed by the desk"


@given(documents)
def test_whatever_is_handed_over_is_a_permit_or_refused(document: object) -> None:
    assert isinstance(read(document), Refused)


@pytest.mark.parametrize("field", ["kind", "id", "register", "request", "pack", "orders", "issued_at"])
@pytest.mark.parametrize("value", [None, 1, "", "x", ["a"], "sha256:" + "G" * 64, "0" * 32 + "\n"])
def test_a_field_of_another_form_is_refused(field: str, value: object) -> None:
    one = written(permit(), b"x")
    body = one["permit"]
    assert isinstance(body, dict)
    if field != "register" or value != "x":
        assert isinstance(read({**one, "permit": {**body, field: value}}), Refused)
