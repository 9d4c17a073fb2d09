"""Policies: what is one, whom it believes, and the date that a quorum gives."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import replace
from functools import cache

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from outside import example
from safeconduct.core.log import policy
from safeconduct.core.log.checkpoints import Checkpoint
from safeconduct.core.log.lines import Malformed
from safeconduct.core.log.merkle import EMPTY
from safeconduct.core.log.notes import Kind, Note, Signature
from safeconduct.core.log.policy import Believed, Group, Policy, Witness, believed, median, read
from safeconduct.core.log.refusals import Refused
from signers import NOON, Signer, signed

TREE = Checkpoint("example.com/log", 7, bytes(range(32)))
LOG, LOG_ML_DSA = Signer(TREE.origin, Kind.ED25519), Signer(TREE.origin, Kind.ML_DSA_44)
OTHER_LOG = Signer("example.com/other", Kind.ED25519)


@cache
def witness(name: str, kind: Kind = Kind.COSIGNATURE) -> Signer:
    return Signer(f"witness.example/{name}", kind)


def line(name: str, kind: Kind = Kind.COSIGNATURE) -> str:
    return f"witness {name} {witness(name, kind).key}\n"


LOGS = f"log {LOG.key}\n"
EXAMPLE = f"""\
{LOGS}
{line("X1")}{line("X2")}{line("X3", Kind.ML_DSA_44)}
group X-witnesses 2 X1 X2 X3

{line("Y1")}{line("Y2")}{line("Y3")}
group Y-witnesses any Y1 Y2 Y3

group X-and-Y all X-witnesses Y-witnesses
quorum X-and-Y
"""


# Reading


def test_the_example_is_that_of_the_standard_with_keys_for_those_it_elides() -> None:
    text = example("tlog-policy")["policy"]
    found = read(EXAMPLE)
    for key in (*(log.key for log in found.logs), *(one.key for one in found.witnesses)):
        text = text.replace("<vkey>", str(key), 1)
    assert read(text) == found


def test_the_example_of_the_standard_is_read() -> None:
    found = read(EXAMPLE)
    assert [log.key for log in found.logs] == [LOG.key]
    assert [one.name for one in found.witnesses] == ["X1", "X2", "X3", "Y1", "Y2", "Y3"]
    assert found.groups == (
        Group("X-witnesses", 2, ("X1", "X2", "X3")),
        Group("Y-witnesses", 1, ("Y1", "Y2", "Y3")),
        Group("X-and-Y", 2, ("X-witnesses", "Y-witnesses")),
    )
    assert found.quorum == "X-and-Y"
    assert found.evidence
    assert found.origins == {"example.com/log"}


@pytest.mark.parametrize(
    ("witnessed", "met"),
    [
        ("", False),
        ("X1 X2 X3", False),
        ("Y1 Y2 Y3", False),
        ("X1 Y1", False),
        ("X1 X2 Y3", True),
        ("X2 X3 Y1", True),
        ("X1 X2 X3 Y1 Y2 Y3", True),
        ("X1 X1 Y1 Y2 strangers", False),
    ],
)
def test_the_example_s_quorum_is_two_of_x_and_one_of_y(witnessed: str, *, met: bool) -> None:
    assert read(EXAMPLE).is_met(frozenset(witnessed.split())) is met


def test_words_stand_apart_by_spaces_and_tabs_alone_and_lines_that_say_nothing_may_stand_anywhere() -> None:
    found = read(
        f"# a policy\n\t \n  # more\n\tlog\t {LOG.key} \thttps://log.example \n"
        f" {line('w')[:-1]}\thttps://w.example\n#\nquorum\tw"
    )
    assert found == Policy(
        (policy.Log(LOG.key, "https://log.example"),),
        (Witness("w", witness("w").key, "https://w.example"),),
        (),
        "w",
    )


def test_names_are_compared_by_their_letters_and_not_by_what_they_look_like() -> None:
    names = ["K", "\u212a", "é", "e\u0301", "a\u00a0b", "any", "all", "1", "quorum"]
    witnesses = [f"witness {name} {witness(str(nth)).key}" for nth, name in enumerate(names)]
    found = read("\n".join([*witnesses, f"group g 1 {' '.join(names)}", "quorum g"]))
    assert found.groups == (Group("g", 1, tuple(names)),)
    assert found.is_met(frozenset({"\u212a"}))
    assert not found.is_met(frozenset({"k"}))


@pytest.mark.parametrize(
    ("before", "evidence"),
    [
        ("", True),
        ("# not evidence\n", False),
        (" \t# not evidence\t\n", False),
        ("# Not evidence\n", False),
        ("# not evidence!\n", False),
        ("#not  evidence.\n", False),
        ("# this is not evidence\n", True),
    ],
)
def test_a_policy_that_says_so_is_not_evidence(before: str, *, evidence: bool) -> None:
    assert read(before + EXAMPLE).evidence is evidence
    assert read(EXAMPLE + before).evidence is evidence


def test_a_policy_may_ask_for_no_witness_and_name_no_log() -> None:
    assert read("quorum none\n") == Policy((), (), (), "none")
    assert read("quorum none\n").is_met(frozenset())


NOT_LINES = "that is no line of a policy, or one too many"
NOT_BEFORE = "a member is no witness or group of a line before"
LEAST = "the least number is not from one to as many as there are members"

WRONG: list[tuple[str, int, str]] = [
    (f"logs {LOG.key}", 1, NOT_LINES),
    ("log", 1, NOT_LINES),
    (f"Log {LOG.key}", 1, NOT_LINES),
    (f"log {LOG.key} https://log.example more", 1, NOT_LINES),
    (f"log\u00a0{LOG.key}", 1, NOT_LINES),
    ("log example.com/log", 1, "a verifier's key is of a kind that is not verified here"),
    (f"log {str(LOG.key)[:-1]}", 1, "a verifier's key is no base64"),
    (f"log x{LOG.key}", 1, "a verifier's key has another id than it says"),
    (f"log {witness('w').key}", 1, "the key is of a kind that no log signs with"),
    (f"{LOGS}log {LOG.key}", 2, "the key is given already"),
    (f"{LOGS}log {replace(LOG.key, name='other')}", 2, "the key is given already"),
    ("witness w", 1, NOT_LINES),
    (f"{line('w')[:-1]} url more", 1, NOT_LINES),
    (f"witness {witness('w').key}", 1, NOT_LINES),
    (f"witness w {LOG.key}", 1, "the key is of a kind that no witness signs with"),
    (f"{line('w')}{line('w')}", 2, "the name is given already"),
    (f"{line('w')}witness v {witness('w').key}", 2, "the key is given already"),
    (f"{line('w')}witness v {replace(witness('w').key, name='v')}", 2, "the key is given already"),
    (f"witness none {witness('w').key}", 1, "the name is given already"),
    (f"{line('w')}group w 1 w", 2, "the name is given already"),
    (f"{line('w')}group none 1 w", 2, "the name is given already"),
    (f"{line('w')}group g 1 w\nwitness g {witness('v').key}", 3, "the name is given already"),
    (f"{line('w')}group g 1", 2, NOT_LINES),
    (f"{line('w')}group g w", 2, NOT_LINES),
    (f"{line('w')}group g 0 w", 2, LEAST),
    (f"{line('w')}group g 2 w", 2, LEAST),
    (f"{line('w')}group g 01 w", 2, "the least number is no number in plain figures"),
    (f"{line('w')}group g +1 w", 2, "the least number is no number in plain figures"),
    (f"{line('w')}group g -1 w", 2, "the least number is no number in plain figures"),
    (f"{line('w')}group g １ w", 2, "the least number is no number in plain figures"),
    (f"{line('w')}group g Any w", 2, "the least number is no number in plain figures"),
    (f"{line('w')}group g some w", 2, "the least number is no number in plain figures"),
    (f"{line('w')}group g 1 w v\n{line('v')}", 2, NOT_BEFORE),
    (f"{line('w')}group g 1 w g", 2, NOT_BEFORE),
    (f"{line('w')}group g 1 w none", 2, NOT_BEFORE),
    (f"{line('w')}group g 1 h\ngroup h 1 w", 2, NOT_BEFORE),
    (f"{line('w')}group g 1 w w", 2, "a member belongs to a group already"),
    (f"{line('w')}group g 1 w\ngroup h 1 w", 3, "a member belongs to a group already"),
    (f"{line('w')}group g 1 w\ngroup h 1 g w", 3, "a member belongs to a group already"),
    ("quorum", 1, NOT_LINES),
    ("quorum none none", 1, NOT_LINES),
    ("quorum w", 1, "the quorum is no witness or group of a line before"),
    (f"quorum w\n{line('w')}", 1, "the quorum is no witness or group of a line before"),
    (f"{line('w')}quorum {witness('w').key.name}", 2, "the quorum is no witness or group of a line before"),
    (f"{LOGS}quorum {LOG.key.name}", 2, "the quorum is no witness or group of a line before"),
    ("quorum none\n\nquorum none", 3, NOT_LINES),
    (f"{line('w')}quorum w\nquorum none", 3, NOT_LINES),
]


@pytest.mark.parametrize(("text", "number", "why"), WRONG)
def test_a_line_that_is_wrong_is_named(text: str, number: int, why: str) -> None:
    with pytest.raises(Malformed, match=f"^line {number + 1}: {re.escape(why)}$"):
        read(f"# a line before\n{text}\n")


@pytest.mark.parametrize("text", ["", "\n", "# quorum none\n", LOGS, line("w")])
def test_a_policy_without_a_quorum_is_none(text: str) -> None:
    with pytest.raises(Malformed, match="has no line `quorum`"):
        read(text)


@pytest.mark.parametrize("number", [*range(9), *range(11, 32), 127])
def test_a_policy_has_no_control_character_even_in_a_comment(number: int) -> None:
    with pytest.raises(Malformed, match="control character other than tab and line feed"):
        read(f"# a{chr(number)}b\nquorum none\n")


def test_logs_witnesses_groups_and_the_quorum_are_together_256_lines_at_most() -> None:
    keys = [Signer(f"w{number}", Kind.COSIGNATURE).key for number in range(254)]
    lines = [f"witness w{number} {key}" for number, key in enumerate(keys)]
    most = f"{LOGS}{chr(10).join(lines)}\nquorum w0\n"
    assert len(read(most).witnesses) == 254
    with pytest.raises(Malformed, match=r"^line 257: the policy has too many lines$"):
        read(f"{most}log {OTHER_LOG.key}\n")
    with pytest.raises(Malformed, match=r"^line 257: the policy has too many lines$"):
        read(f"{most}group g 1 w0\n")


def test_a_log_is_not_its_own_witness_though_the_standard_would_have_it() -> None:
    with pytest.raises(Malformed, match="line 2: the key is given already"):
        read(f"log {LOG_ML_DSA.key}\nwitness w {LOG_ML_DSA.key}\nquorum w\n")


@settings(deadline=None)
@given(st.text(st.characters(exclude_categories=["Cs"])) | st.lists(st.sampled_from(EXAMPLE.split())).map(" ".join))
def test_reading_a_policy_raises_nothing_but_that_it_is_none(text: str) -> None:
    with pytest.raises(Malformed):
        read(text)


# Quorums


Met = Callable[[frozenset[str]], bool]


def alone(name: str) -> Met:
    return lambda seen: name in seen


def at_least(wanted: int, parts: list[Met]) -> Met:
    return lambda seen: len([part for part in parts if part(seen)]) >= wanted


@st.composite
def quorums(draw: st.DrawFn) -> tuple[Policy, Met, list[str]]:
    """A policy, its quorum as a function that was built beside it, and its witnesses."""
    names = [f"w{number}" for number in range(draw(st.integers(1, 7)))]
    text = [line(name) for name in names]
    free = {name: alone(name) for name in names}
    for number in range(draw(st.integers(0, 4))):
        members = draw(st.lists(st.sampled_from(sorted(free)), min_size=1, unique=True))
        least = draw(st.sampled_from(["any", "all", *map(str, range(1, len(members) + 1))]))
        wanted = {"any": 1, "all": len(members)}.get(least) or int(least)
        free[f"g{number}"] = at_least(wanted, [free.pop(member) for member in members])
        text.append(f"group g{number} {least} {' '.join(members)}\n")
    chosen = draw(st.sampled_from(sorted(free)))
    return read("".join(text) + f"quorum {chosen}\n"), free[chosen], names


@settings(deadline=None)
@given(quorums())
def test_a_quorum_is_met_by_whom_a_naive_reading_of_the_standard_says(drawn: tuple[Policy, Met, list[str]]) -> None:
    found, met, names = drawn
    subsets = [frozenset(name for nth, name in enumerate(names) if bits >> nth & 1) for bits in range(2 ** len(names))]
    for seen in subsets:
        assert found.is_met(seen) is met(seen)
    for name in names:
        assert found.counts(name) is any(met(seen) is not met(seen | {name}) for seen in subsets)


# The date in law


@pytest.mark.parametrize(
    ("times", "expected"),
    [
        ([], None),
        ([5], 5),
        ([5, 9], 5),
        ([9, 5], 5),
        ([1, 5, 9], 5),
        ([9, 1, 7, 5], 5),
        ([5, 5, 9, 9], 5),
        ([3, 3, 3], 3),
    ],
)
def test_the_median_of_an_even_number_is_the_earlier_of_the_middle_two(times: list[int], expected: int | None) -> None:
    assert median(times) == expected


def test_a_minority_of_witnesses_moves_the_date_no_further_than_to_what_another_says() -> None:
    honest = [NOON, NOON + 2, NOON + 4]
    for lying in ([0, 1], [2**62, 2**63 - 1], [0, 2**63 - 1]):
        assert median([*honest, *lying]) in honest


# Belief

POLICY = read(
    f"{LOGS}log {LOG_ML_DSA.key}\n{line('a')}{line('b')}{line('c', Kind.ML_DSA_44)}group g 2 a b c\nquorum g\n"
)
SIGNED = LOG.signature(TREE)


def by(name: str, time: int = NOON, kind: Kind = Kind.COSIGNATURE) -> Signature:
    return witness(name, kind).signature(TREE, time)


def spoiled(one: Signature) -> Signature:
    return replace(one, value=one.value[:-1] + bytes([one.value[-1] ^ 1]))


def refused(note: Note, under: Policy = POLICY) -> str:
    found = believed(note, under)
    assert isinstance(found, Refused)
    return found.why


def test_a_checkpoint_is_believed_by_the_signature_of_its_log_and_a_quorum() -> None:
    note = signed(TREE, SIGNED, by("a", NOON + 5), by("c", NOON, Kind.ML_DSA_44))
    found = believed(note, POLICY)
    assert found == Believed(TREE, (LOG.key,), {"a": NOON + 5, "c": NOON})
    assert isinstance(found, Believed)
    assert found.time == NOON


def test_a_log_may_sign_by_ml_dsa_alone_or_by_both() -> None:
    cosigned = by("a"), by("b")
    only = believed(signed(TREE, LOG_ML_DSA.signature(TREE, 0), *cosigned), POLICY)
    both = believed(signed(TREE, LOG_ML_DSA.signature(TREE), SIGNED, *cosigned), POLICY)
    assert isinstance(only, Believed)
    assert isinstance(both, Believed)
    assert only.signed_by == (LOG_ML_DSA.key,)
    assert both.signed_by == (LOG.key, LOG_ML_DSA.key)


def test_what_no_log_of_the_policy_signed_is_not_believed() -> None:
    cosigned = by("a"), by("b")
    stranger = Signer(TREE.origin, Kind.ED25519, "another").signature(TREE)
    for note in (signed(TREE, *cosigned), signed(TREE, stranger, *cosigned)):
        assert refused(note) == "no log of the policy has signed it under its own name"


def test_what_a_log_signed_under_the_origin_of_another_is_not_believed() -> None:
    under = read(f"{LOGS}log {OTHER_LOG.key}\nquorum none\n")
    assert refused(signed(TREE, OTHER_LOG.signature(TREE)), under).startswith("no log of the policy")
    assert isinstance(believed(signed(TREE, SIGNED, OTHER_LOG.signature(TREE)), under), Believed)


def test_a_witness_that_the_policy_does_not_know_counts_for_nothing_and_spoils_nothing() -> None:
    stranger = spoiled(witness("stranger").signature(TREE))
    assert "`g` has not cosigned" in refused(signed(TREE, SIGNED, by("a"), stranger))
    found = believed(signed(TREE, SIGNED, by("a"), by("b"), stranger), POLICY)
    assert isinstance(found, Believed)
    assert set(found.times) == {"a", "b"}


def test_a_bad_signature_by_a_key_of_the_policy_refuses_the_note_whoever_else_signed() -> None:
    good = SIGNED, by("a"), by("b")
    for bad in (spoiled(SIGNED), spoiled(by("a")), spoiled(by("c", kind=Kind.ML_DSA_44)), by("a", 2**63)):
        assert refused(signed(TREE, *good, bad))
        assert refused(signed(TREE, bad, *good))


def test_a_quorum_that_lacks_one_is_none() -> None:
    assert refused(signed(TREE, SIGNED, by("a"))) == "the quorum `g` has not cosigned it"
    assert refused(signed(TREE, SIGNED, by("a"), by("a", NOON + 1))) == "the quorum `g` has not cosigned it"
    assert refused(signed(TREE, SIGNED)) == "the quorum `g` has not cosigned it"


def test_a_cosignature_without_a_time_does_not_count() -> None:
    """Timestamp 0 says nothing of the tree being the latest that was seen (tlog-cosignature)."""
    timeless = by("c", 0, Kind.ML_DSA_44)
    assert "has not cosigned" in refused(signed(TREE, SIGNED, by("a"), timeless))
    assert "has not cosigned" in refused(signed(TREE, SIGNED, by("b"), by("a", 0)))
    found = believed(signed(TREE, SIGNED, by("a"), by("b"), timeless), POLICY)
    assert isinstance(found, Believed)
    assert set(found.times) == {"a", "b"}


def test_only_who_counts_for_the_quorum_has_a_say_in_the_date() -> None:
    under = read(f"{LOGS}{line('a')}{line('b')}{line('c')}{line('d')}group g 2 a b\ngroup h 1 c\nquorum g\n")
    found = believed(signed(TREE, SIGNED, by("a"), by("b", NOON + 2), by("c", 1), by("d", 1)), under)
    assert isinstance(found, Believed)
    assert found.times == {"a": NOON, "b": NOON + 2}
    assert found.time == NOON


def test_where_no_witness_is_asked_for_the_date_is_that_of_whoever_cosigned() -> None:
    under = read(f"{LOGS}{line('a')}quorum none\n")
    for note, time in ((signed(TREE, SIGNED), None), (signed(TREE, SIGNED, by("a")), NOON)):
        found = believed(note, under)
        assert isinstance(found, Believed)
        assert found.time == time
    assert refused(signed(TREE, SIGNED, spoiled(by("a"))), under)


def test_a_note_that_is_no_checkpoint_is_not_believed() -> None:
    assert "not of three lines" in refused(Note(TREE.text + "extension\n", (SIGNED, by("a"), by("b"))))
    nothing = Checkpoint(TREE.origin, 0, bytes(32))
    under = read(f"{LOGS}quorum none\n")
    assert "of no entries" in refused(signed(nothing, LOG.signature(nothing)), under)
    nothing = replace(nothing, root=EMPTY)
    assert isinstance(believed(signed(nothing, LOG.signature(nothing)), under), Believed)


def test_a_signature_moved_to_another_checkpoint_is_refused() -> None:
    later = replace(TREE, size=8)
    assert refused(signed(later, SIGNED, by("a"), by("b")))
    assert refused(signed(later, LOG.signature(later), by("a"), by("b")))


def test_a_policy_that_knows_no_log_believes_nothing() -> None:
    assert refused(signed(TREE, SIGNED), read("quorum none\n")).startswith("no log of the policy")
