"""What a witness is asked, and the statuses by which it says no, in the order of c2sp.org/tlog-witness."""

from __future__ import annotations

import hashlib
from dataclasses import replace
from http import HTTPStatus

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from outside import Case, example, named, notes_of
from safeconduct.core.log import checkpoints, merkle, notes, witnessing
from safeconduct.core.log.checkpoints import Checkpoint
from safeconduct.core.log.lines import Malformed, based
from safeconduct.core.log.merkle import EMPTY
from safeconduct.core.log.notes import Kind, Note, Signature, VerifierKey
from safeconduct.core.log.witnessing import UNSEEN, Answer, Request, Seen, asked_of, conflict
from signers import Signer, signed

LEAVES = [merkle.leaf(f"entry {number}".encode()) for number in range(20)]
FORK = [*LEAVES[:4], *(merkle.leaf(f"other {number}".encode()) for number in range(16))]
LOG, LOG_ML_DSA = Signer("example.com/log", Kind.ED25519), Signer("example.com/log", Kind.ML_DSA_44)
OTHER = Signer("example.com/other", Kind.ED25519)
LOGS = (LOG.key, LOG_ML_DSA.key, OTHER.key)


def tree(size: int, leaves: list[bytes] = LEAVES) -> Checkpoint:
    return Checkpoint("example.com/log", size, merkle.root(leaves[:size]))


def seen(size: int, leaves: list[bytes] = LEAVES) -> Seen:
    return Seen(size, merkle.root(leaves[:size]))


def proof(old: int, size: int, leaves: list[bytes] = LEAVES) -> tuple[bytes, ...]:
    return tuple(merkle.consistency(old, size, merkle.held(leaves)))


def request(old: int, size: int, *signatures: Signature, leaves: list[bytes] = LEAVES) -> Request:
    one = tree(size, leaves)
    return Request(old, proof(min(old, size), size, leaves), signed(one, *(signatures or [LOG.signature(one)])))


def spoiled(one: Signature) -> Signature:
    return replace(one, value=one.value[:-1] + bytes([one.value[-1] ^ 1]))


def answered(one: Request, latest: Seen) -> tuple[int, int | None]:
    """The status, and the size where one is said; 200 where the witness cosigns."""
    found = asked_of(one, LOGS)
    if isinstance(found, Checkpoint):
        found = conflict(one, found, latest) or found
    return (found.status, found.size) if isinstance(found, Answer) else (200, None)


# The statuses

T7 = tree(7)
STRANGER = Signer("example.com/log", Kind.ED25519, "another")
UNKNOWN = Signer("example.com/unknown", Kind.ED25519)
OF_UNKNOWN = replace(T7, origin="example.com/unknown")
NOTHING = Checkpoint("example.com/log", 0, EMPTY)

STATUSES: dict[str, tuple[Request, Seen, int, int | None]] = {
    "the first checkpoint": (request(0, 7), UNSEEN, 200, None),
    "the first, of no entries": (request(0, 0), UNSEEN, 200, None),
    "a later one": (request(5, 7), seen(5), 200, None),
    "the same again": (request(7, 7), seen(7), 200, None),
    "signed by ml-dsa alone": (request(5, 7, LOG_ML_DSA.signature(T7, 0)), seen(5), 200, None),
    "signed by both keys and strangers": (
        request(5, 7, STRANGER.signature(T7), LOG_ML_DSA.signature(T7), LOG.signature(T7)),
        seen(5),
        200,
        None,
    ),
    "no checkpoint": (replace(request(5, 7), note=Note("text\n", (LOG.signature(T7),))), seen(5), 400, None),
    "a checkpoint with a further line": (
        replace(request(5, 7), note=Note(T7.text + "more\n", (LOG.signature(T7),))),
        seen(5),
        400,
        None,
    ),
    "an unknown log": (
        replace(request(5, 7), note=signed(OF_UNKNOWN, UNKNOWN.signature(OF_UNKNOWN))),
        seen(5),
        404,
        None,
    ),
    "an unknown log, signed by a known one": (
        replace(request(5, 7), note=signed(OF_UNKNOWN, LOG.signature(OF_UNKNOWN))),
        seen(5),
        404,
        None,
    ),
    "no signature of the log": (request(5, 7, STRANGER.signature(T7)), seen(5), 403, None),
    "a signature of another known log": (request(5, 7, OTHER.signature(T7)), seen(5), 403, None),
    "a bad signature of the log": (request(5, 7, spoiled(LOG.signature(T7))), seen(5), 403, None),
    "a good signature and a bad one": (
        request(5, 7, LOG.signature(T7), spoiled(LOG_ML_DSA.signature(T7))),
        seen(5),
        403,
        None,
    ),
    "a signature on another checkpoint": (request(5, 7, LOG.signature(tree(6))), seen(5), 403, None),
    "an old size above the new one": (request(8, 7), seen(8), 400, None),
    "an old size above the new one, of a stale client": (request(8, 7), seen(5), 400, None),
    "an old size that was not the last": (request(4, 7), seen(5), 409, 5),
    "an old size of none, to ask for the last": (request(0, 7), seen(5), 409, 5),
    "an old size where none was cosigned": (request(5, 7), UNSEEN, 409, 0),
    "a replay": (request(5, 7), seen(7), 409, 7),
    "a rollback": (request(5, 5), seen(7), 409, 7),
    "a fork below what was seen": (request(4, 6, leaves=FORK), seen(7), 409, 7),
    "a first checkpoint with a proof": (replace(request(0, 7), proof=proof(3, 7)), UNSEEN, 422, None),
    "no proof": (replace(request(5, 7), proof=()), seen(5), 422, None),
    "a proof of another size": (replace(request(5, 7), proof=proof(6, 7)), seen(5), 422, None),
    "a proof with a hash more": (replace(request(5, 7), proof=(*proof(5, 7), EMPTY)), seen(5), 422, None),
    "a fork": (request(5, 7, leaves=FORK), seen(5), 422, None),
    "another root of the same size": (request(7, 7, leaves=FORK), seen(7), 422, None),
    "the same again with a proof": (replace(request(7, 7), proof=proof(5, 7)), seen(7), 422, None),
}


@pytest.mark.parametrize("case", STATUSES)
def test_a_witness_answers_by_the_status_of_the_standard(case: str) -> None:
    one, latest, status, size = STATUSES[case]
    assert answered(one, latest) == (status, size)


def faults(
    *, malformed: bool, unknown: bool, unsigned: bool, above: bool, stale: bool, inconsistent: bool
) -> tuple[Request, Seen]:
    """A request with those faults, and what was seen."""
    size = 4 if above else 7
    one = replace(tree(size), origin="example.com/unknown") if unknown else tree(size)
    signer = STRANGER if unsigned else LOG
    note = Note(one.text + "more\n" * malformed, (signer.signature(one),))
    old = 5
    return Request(old, () if inconsistent else proof(min(old, size), size), note), seen(6 if stale else old)


@pytest.mark.parametrize("first", range(6))
def test_of_several_faults_the_first_in_the_order_of_the_standard_is_answered(first: int) -> None:
    """Malformed, log unknown, not signed, old size above the new, another size cosigned last, not shown to be consistent."""
    names = ("malformed", "unknown", "unsigned", "above", "stale", "inconsistent")
    expected = (400, 404, 403, 400, 409, 422)[first]
    for bits in range(2 ** (5 - first)):
        later = {name: bool(bits >> nth & 1) for nth, name in enumerate(names[first + 1 :])}
        given_faults = {**dict.fromkeys(names, False), names[first]: True, **later}
        status, size = answered(*faults(**given_faults))
        assert status == expected
        assert size == (6 if status == HTTPStatus.CONFLICT else None)


def test_a_tree_of_no_entries_with_another_root_is_malformed() -> None:
    """The draft after v1.0.0 answers 422 at the end; a checkpoint is never read here that says so, and 400 is as final."""
    wrong = replace(NOTHING, root=bytes(32))
    assert answered(Request(0, (), signed(wrong, LOG.signature(wrong))), UNSEEN) == (400, None)


@settings(deadline=None)
@given(st.integers(0, 20), st.integers(0, 20), st.integers(0, 20))
def test_what_is_cosigned_always_begins_with_what_was_seen(old: int, size: int, latest: int) -> None:
    expected = 400 if old > size else 409 if old != latest else 200
    assert answered(request(old, size), seen(latest))[0] == expected
    if expected == 200 and 4 < old < size:
        assert answered(request(old, size, leaves=FORK), seen(latest)) == (422, None)


def test_a_witness_shows_a_log_s_checkpoint_under_the_digest_of_its_origin() -> None:
    said = hashlib.sha256(b"example.com/log").hexdigest()
    assert witnessing.origin_digest("example.com/log") == said


# The request

HASH = based(LEAVES[0])
TAIL = "\n" + notes.written(signed(T7, LOG.signature(T7))).decode()
PROOFS = st.lists(st.binary(min_size=32, max_size=32), max_size=63).map(tuple)


@settings(deadline=None)
@given(st.builds(Request, st.integers(0, 2**63 - 1), PROOFS, st.just(request(0, 7).note)))
def test_a_request_is_read_as_it_is_written(one: Request) -> None:
    assert witnessing.read(witnessing.written(one)) == one


PIECES = ["old ", "0", "7", "\n", "\n\n", HASH, T7.text, TAIL, " ", "\r"]


@settings(deadline=None)
@given(st.lists(st.sampled_from(PIECES), max_size=12).map("".join) | st.text(st.characters(exclude_categories=["Cs"])))
def test_whatever_is_read_as_a_request_is_how_it_is_written(said: str) -> None:
    for whole in (said, f"old 5\n{said}\n{TAIL}"):
        try:
            one = witnessing.read(whole.encode())
        except Malformed:
            continue
        assert witnessing.written(one) == whole.encode()


@pytest.mark.parametrize(
    ("said", "why"),
    [
        ("", "does not begin with the old size"),
        ("old 5\n", "does not begin with the old size"),
        (f"{TAIL}", "does not begin with the old size"),
        (f"new 5\n{TAIL}", "does not begin with the old size"),
        (f"old\n{TAIL}", "does not begin with the old size"),
        (f" old 5\n{TAIL}", "does not begin with the old size"),
        (f"Old 5\n{TAIL}", "does not begin with the old size"),
        (f"old 5\r\n{TAIL}", "control character"),
        (f"old \n{TAIL}", "old size is no number"),
        (f"old 007\n{TAIL}", "old size is no number"),
        (f"old +5\n{TAIL}", "old size is no number"),
        (f"old -5\n{TAIL}", "old size is no number"),
        (f"old  5\n{TAIL}", "old size is no number"),
        (f"old ５\n{TAIL}", "old size is no number"),
        (f"old {2**63}\n{TAIL}", "old size is no number"),
        (f"old 5\n{HASH[:-1]}\n{TAIL}", "proof of consistency is no base64"),
        (f"old 5\n{based(bytes(31))}\n{TAIL}", "proof of consistency is no hash"),
        (f"old 5\n{HASH[:-2]}F=\n{TAIL}", "proof of consistency is not the one base64"),
        (f"old 5\n{HASH}\n" + f"{HASH}\n" * 63 + TAIL, "longer than that of any tree"),
        (f"old 5\n\n{T7.text}", "no empty line"),
        (f"old 5\n{TAIL[:-1]}", "does not end in a line feed"),
    ],
)
def test_what_is_no_request_is_refused(said: str, why: str) -> None:
    with pytest.raises(Malformed, match=why):
        witnessing.read(said.encode())


def test_a_request_that_is_too_long_is_refused_before_it_is_read() -> None:
    with pytest.raises(Malformed, match=r"^the request is too long$"):
        witnessing.read(b"x" * (witnessing.LONGEST + 1))


# Vectors of others


def test_the_standard_s_example_of_a_request_and_its_reply_are_read_as_they_are_written() -> None:
    said = example("tlog-witness add-checkpoint request")["request"]
    one = witnessing.read(said.encode())
    assert witnessing.written(one) == said.encode()
    assert (one.old, len(one.proof), checkpoints.read(one.note.text).size) == (20852014, 4, 20852163)
    reply = example("tlog-witness add-checkpoint response")["response"]
    assert "".join(f"{one}\n" for one in notes.signatures(reply)) == reply


ASKED = {case["name"].split(" (")[0]: case for case in notes_of("add-checkpoint")}


@pytest.mark.parametrize("case", [case for case in ASKED.values() if case["want"] != "400"], ids=named)
def test_what_a_witness_in_use_was_asked_is_judged_as_by_it(case: Case) -> None:
    """Of the race: whoever saw a tree of one leaf cosigns either of three and five, and the other no more."""
    one = witnessing.read(case["request"].encode())
    assert witnessing.written(one) == case["request"].encode()
    key = VerifierKey(case["log_origin"], Kind.ED25519, bytes.fromhex(case["log_public_key_hex"]))
    asked = asked_of(one, [key])
    assert isinstance(asked, Checkpoint)
    first = checkpoints.read(witnessing.read(ASKED["TestRace 0 to 1"]["request"].encode()).note.text)
    latest = Seen(first.size, first.root) if one.old else UNSEEN
    assert conflict(one, asked, latest) is None
    after = conflict(one, asked, Seen(asked.size, asked.root))
    assert after
    assert (after.status, after.size) == (409, asked.size)


def test_more_hashes_than_63_are_refused_as_by_a_witness_in_use() -> None:
    with pytest.raises(Malformed, match="longer than that of any tree"):
        witnessing.read(ASKED["TestTooManyProofs, 64 proof lines"]["request"].encode())
