"""What an entry says, what it commits to, what is shown of it, and which entries are nothing."""

from __future__ import annotations

import hashlib
import hmac
import json
from dataclasses import replace
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from safeconduct.core.log import bodies, decoys, entries
from safeconduct.core.log.commitments import Opening, commitment
from safeconduct.core.log.entries import GROUPS, HAS_AUTHORITY, OUTCOMES, Entry, InForce, Kind, Outcome
from safeconduct.core.log.lines import Malformed

DIGEST = "sha256:" + "0" * 64
IN_FORCE = InForce(DIGEST, DIGEST, DIGEST)
DECISION = Entry(
    Kind.DECISION,
    "26 USC 6103(i)(2)",
    Outcome.RELEASED,
    "2026-11-28",
    IN_FORCE,
    {group: bytes([nth]) * 32 for nth, group in enumerate(GROUPS)},
    b"b" * 32,
)


def drawn(index: int, secret: bytes = b"s" * 32) -> decoys.Drawn:
    return lambda what: hmac.digest(secret, f"{index} {what}".encode(), hashlib.sha256)


# The public part


def test_an_entry_is_read_as_it_is_written_and_all_are_equally_long() -> None:
    said = entries.written(DECISION)
    assert entries.read(said) == DECISION
    assert len(said) == entries.LENGTH == len(entries.written(replace(DECISION, kind=Kind.LOOK, outcome=None)))


def test_the_public_part_has_these_fields_and_no_others() -> None:
    document = json.loads(entries.written(DECISION))
    assert document.keys() == {
        "authority", "body", "commitments", "day", "engine", "format", "kind", "orders", "outcome", "pack",
    }  # fmt: skip
    assert list(Kind) == ["control", "look", "decision", "release", "notice"]
    assert list(Outcome) == ["released", "not released"]


def spoiled(**changed: object) -> bytes:
    document: dict[str, Any] = {**json.loads(entries.written(DECISION)), **changed}
    said = json.dumps(document, sort_keys=True, separators=(",", ":"), ensure_ascii=False).encode()
    return said.ljust(entries.LENGTH, b"\n")


@pytest.mark.parametrize(
    ("changed", "why"),
    [
        ({"agency": "DHS"}, "fields"),
        ({"format": "safeconduct entry v2"}, "fields"),
        ({"kind": "grant"}, "kind"),
        ({"kind": "look"}, "outcome"),
        ({"kind": "control"}, "authority"),
        ({"authority": None}, "authority"),
        ({"authority": ""}, "citation"),
        ({"authority": "26 USC\n6103"}, "citation"),
        ({"authority": "x" * 61}, "citation"),
        ({"outcome": None}, "outcome"),
        ({"outcome": "several"}, "outcome"),
        ({"day": "2026-11-28T15:00:00Z"}, "day"),
        ({"day": "2026-02-30"}, "day"),
        ({"pack": "sha256:" + "0" * 63}, "digest"),
        ({"body": "0" * 63}, "digest"),
        ({"body": "A" * 64}, "digest"),
        ({"commitments": {}}, "commitment"),
        ({"commitments": dict.fromkeys([*GROUPS, "subject"], "0" * 64)}, "commitment"),
    ],
)
def test_what_is_not_of_its_form_is_no_entry(changed: dict[str, object], why: str) -> None:
    with pytest.raises(Malformed, match=why):
        entries.read(spoiled(**changed))


@pytest.mark.parametrize(
    "spoil",
    [
        lambda said: said.rstrip(b"\n"),
        lambda said: said[:-1] + b" ",
        lambda said: b" " + said[:-1],
        lambda said: said.replace(b'"body":', b'"body": ', 1)[:-1],
        lambda said: said.replace(b"released", b"rele\\u0061sed", 1)[: entries.LENGTH],
        lambda said: said.replace(b'"kind":"decision"', b'"kind":"decision","kind":"decision"', 1)[: entries.LENGTH],
        lambda _: b"\n" * entries.LENGTH,
        lambda said: said.replace(b"2026", b"\xff026", 1),
    ],
)
def test_an_entry_has_one_form(spoil: Any) -> None:  # noqa: ANN401  # any way to spoil it
    with pytest.raises(Malformed):
        entries.read(spoil(entries.written(DECISION)))


def test_an_entry_that_would_be_longer_than_every_entry_is_not_made() -> None:
    with pytest.raises(ValueError, match="longer"):
        entries.written(DECISION, 900)
    with pytest.raises(ValueError, match="no such entry"):
        entries.written(replace(DECISION, outcome=None))


# Commitments


@given(st.binary(min_size=32, max_size=32), st.binary(), st.sampled_from(GROUPS), st.integers(0, 7))
def test_a_commitment_is_to_one_value_in_one_group_under_one_salt(
    salt: bytes, value: bytes, group: str, bit: int
) -> None:
    made = commitment(group, Opening(salt, value))
    others = [
        commitment(group, Opening(salt, value + b"\0")),
        commitment(group, Opening(bytes([salt[0] ^ 1 << bit]) + salt[1:], value)),
        commitment(next(one for one in GROUPS if one != group), Opening(salt, value)),
    ]
    assert made not in others
    named = b"safeconduct commitment v1\n" + len(group).to_bytes(2, "big") + group.encode()
    assert made == hashlib.sha256(named + salt + value).digest()


def test_a_salt_is_of_32_bytes() -> None:
    with pytest.raises(ValueError, match="32"):
        commitment("request", Opening(b"short", b""))


# Entries that are nothing


def test_every_kind_that_is_nothing_is_an_entry_like_any_other() -> None:
    kinds, outcomes = set(), set()
    for index in range(200):
        said = decoys.decoy(
            drawn(index), "2026-11-28", IN_FORCE, ["26 USC 6103(i)(2)", "26 USC 6103(i)(5)"], entries.LENGTH
        )
        read = entries.read(said)
        assert len(said) == entries.LENGTH
        assert (read.authority is not None) == (read.kind in HAS_AUTHORITY)
        assert read.outcome in OUTCOMES.get(read.kind, {None})
        kinds.add(read.kind)
        outcomes.add((read.kind, read.outcome))
    assert kinds == set(Kind)
    assert {(Kind.DECISION, one) for one in Outcome} <= outcomes


def test_who_has_the_secret_tells_what_is_nothing_and_nobody_else_does() -> None:
    said = decoys.decoy(drawn(7), "2026-11-28", IN_FORCE, ["26 USC 6103(i)(2)"], entries.LENGTH)
    assert decoys.is_decoy(said, drawn(7))
    assert not decoys.is_decoy(said, drawn(8)), "an entry that is nothing is so at its own index alone"
    assert not decoys.is_decoy(said, drawn(7, b"t" * 32))
    assert not decoys.is_decoy(entries.written(DECISION), drawn(7))
    assert not decoys.is_decoy(
        entries.written(replace(DECISION, kind=Kind.CONTROL, authority=None, outcome=None)), drawn(7)
    )


def test_something_cannot_be_passed_off_as_nothing() -> None:
    """One changed commitment, and it is no decoy; unchanged, it commits to nothing that anybody could open."""
    nothing = entries.read(decoys.decoy(drawn(7), "2026-11-28", IN_FORCE, ["26 USC 6103(i)(2)"], entries.LENGTH))
    for group in GROUPS:
        changed = {**nothing.commitments, group: commitment(group, Opening(b"s" * 32, b"something"))}
        assert not decoys.is_decoy(entries.written(replace(nothing, commitments=changed)), drawn(7))
    assert not decoys.is_decoy(entries.written(replace(nothing, body=b"b" * 32)), drawn(7))


# Bodies

LOOK = {"agency": "DHS", "agreements": [], "officers": ["B. Moss"], "signatory": "C. Lund"}
DECIDED = {**LOOK, "decision": DIGEST, "look": 3, "reviewers": [DIGEST, DIGEST]}
RELEASED = {**LOOK, "decision": 4, "package": DIGEST, "recipient": DIGEST}
NOTICE = {"about": 4, "act": "withheld", "due": "2027-01-01"}
BODIES = [(Kind.LOOK, LOOK), (Kind.DECISION, DECIDED), (Kind.RELEASE, RELEASED), (Kind.NOTICE, NOTICE)]


@pytest.mark.parametrize(("kind", "body"), BODIES)
def test_a_body_is_read_as_it_is_written_and_all_are_equally_long(kind: Kind, body: dict[str, object]) -> None:
    said = bodies.written(kind, body)
    assert bodies.read(said) == (kind, body)
    assert len(said) == bodies.SIZE


@pytest.mark.parametrize(("kind", "body"), BODIES)
def test_a_body_has_no_place_for_anything_else(kind: Kind, body: dict[str, object]) -> None:
    for field in ("subject", "name", "address", "request", "birth_date", "tin", "case"):
        with pytest.raises(ValueError, match="fields"):
            bodies.written(kind, {**body, field: "x"})
    for field in body:
        with pytest.raises(ValueError, match="no such body"):
            bodies.written(kind, {name: value for name, value in body.items() if name != field})


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("agency", ""), ("agency", None), ("agency", "x" * 201), ("agency", "two\nlines"), ("officers", "B"), ("officers", ["x"] * 51),
        ("officers", [1]), ("signatory", ["C"]), ("look", -1), ("look", True), ("look", "3"), ("decision", "sha256:0"),
        ("reviewers", ["B. Moss"]), ("reviewers", DIGEST),
    ],
)  # fmt: skip
def test_a_body_s_field_has_its_own_shape(field: str, value: object) -> None:
    with pytest.raises(ValueError, match=field):
        bodies.written(Kind.DECISION, {**DECIDED, field: value})


def test_what_was_sealed_as_something_else_is_no_body() -> None:
    for said in (b"", b"{}", b" " * bodies.SIZE, b"[1]".ljust(bodies.SIZE), b'{"kind":"look"}', b"\xff" * bodies.SIZE):
        with pytest.raises(Malformed):
            bodies.read(said)
