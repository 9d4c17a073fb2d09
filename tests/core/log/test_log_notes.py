"""Signed notes and the keys that verify them: vectors of others, both ways of writing, and what is neither."""

from __future__ import annotations

from base64 import b64decode

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey
from hypothesis import example, given, settings
from hypothesis import strategies as st

import outside
from outside import Case, kind_of, named, notes_of, vectors
from safeconduct.core.log import cosignatures, notes
from safeconduct.core.log.checkpoints import Checkpoint
from safeconduct.core.log.lines import Malformed, based
from safeconduct.core.log.notes import Kind, Note, Signature, VerifierKey
from signers import Signer, signed

LOG = Signer("example.com/log", Kind.ED25519)
TREE = Checkpoint("example.com/log", 7, bytes(range(32)))
NOTE = signed(TREE, LOG.signature(TREE), Signer("witness.example", Kind.COSIGNATURE).signature(TREE))
WRITTEN = notes.written(NOTE)
LINE = f"— a {based(bytes(9))}\n"

# Spaces by Unicode (White_Space), as Go's unicode.IsSpace has them; the line feed ends the line anyway.
SPACES = "\t\v\f\r \x85\xa0\u1680\u2000\u2001\u2002\u2003\u2004\u2005\u2006\u2007\u2008\u2009\u200a\u2028\u2029\u202f\u205f\u3000"

NAMES = st.text(
    st.characters(min_codepoint=32, exclude_categories=["Cs", "Zs", "Zl", "Zp"], exclude_characters="+\x85"), min_size=1
)
TEXTS = st.text(st.characters(min_codepoint=32, exclude_categories=["Cs"]) | st.just("\n")).map(
    lambda text: text + "\n"
)
SIGNATURES = st.builds(Signature, NAMES, st.binary(min_size=4, max_size=4), st.binary(min_size=1, max_size=80))
NOTES = st.builds(Note, TEXTS, st.lists(SIGNATURES, min_size=1, max_size=6).map(tuple))


@settings(deadline=None)
@given(NOTES)
@example(Note("\n", (Signature("a", bytes(4), b"x"),)))
@example(Note("\n\n\n", (Signature("a", bytes(4), b"x"),)))
@example(Note("— a AAAA\n\n— b AAAA\n", (Signature("a", bytes(4), b"x"),)))
def test_a_note_is_read_as_it_is_written(note: Note) -> None:
    assert notes.read(notes.written(note)) == note


def test_a_note_in_which_a_byte_was_changed_is_another_or_none() -> None:
    for nth, byte in enumerate(WRITTEN):
        for other in {*(byte ^ 1 << bit for bit in range(8)), *b"\n\r \x00+=\xff"} - {byte}:
            said = WRITTEN[:nth] + bytes([other]) + WRITTEN[nth + 1 :]
            try:
                found = notes.read(said)
            except Malformed:
                continue
            assert found != NOTE
            assert notes.written(found) == said


@settings(max_examples=300, deadline=None)
@given(
    st.binary(max_size=80)
    | st.lists(st.sampled_from(["— a ", "AAAAAAA=", "\n", "—", " ", "é", "\r"])).map(
        lambda said: "".join(said).encode()
    )
)
def test_whatever_is_read_as_a_note_is_how_it_is_written(said: bytes) -> None:
    try:
        note = notes.read(said)
    except Malformed:
        return
    assert notes.written(note) == said


@pytest.mark.parametrize(
    ("said", "why"),
    [
        ("", "no empty line"),
        ("text\n", "no empty line"),
        (LINE, "no empty line"),
        (f"\n{LINE}", "no empty line"),
        (f"text\n{LINE}", "no empty line"),
        ("text\n\n", "not end in a line feed"),
        (f"text\n\n{LINE[:-1]}", "not end in a line feed"),
        (f"text\n\n{LINE}\n", "not end in a line feed"),
        (f"text\n\n{LINE}more\n", "not a dash, a name and base64"),
        (f"text\n\nmore\n{LINE}", "not a dash, a name and base64"),
        (f"text\r\n\r\n{LINE[:-1]}\r\n", "control character"),
        (f"text\n\n{LINE[:-1]}\r\n", "control character"),
        (f"te\x00xt\n\n{LINE}", "control character"),
        (f"te\txt\n\n{LINE}", "control character"),
        ("text\n\n- a AAAAAAAA\n", "not a dash, a name and base64"),
        ("text\n\n– a AAAAAAAA\n", "not a dash, a name and base64"),
        ("text\n\n—a AAAAAAAA\n", "not a dash, a name and base64"),
        ("text\n\n — a AAAAAAAA\n", "not a dash, a name and base64"),
        ("text\n\n— a\n", "not a dash, a name and base64"),
        ("text\n\n—  AAAAAAAA\n", "name of a key"),
        ("text\n\n— a+b AAAAAAAA\n", "name of a key"),
        ("text\n\n— a \n", "too short"),
        ("text\n\n— a AAAAAA==\n", "too short"),
        ("text\n\n— a  AAAAAAAA\n", "no base64"),
        ("text\n\n— a AAAAAAAA \n", "no base64"),
        ("text\n\n— a b AAAAAAAA\n", "no base64"),
        ("text\n\n— a AAAAAAA\n", "no base64"),
        ("text\n\n— a AAAA\nAAAA\n", "too short"),
        ("text\n\n— a AAAAAAB=\n", "not the one base64"),
        ("text\n\n— a -_-_-_-_\n", "no base64"),
    ],
)
def test_what_is_no_note_is_refused(said: str, why: str) -> None:
    with pytest.raises(Malformed, match=why):
        notes.read(said.encode())


def test_the_last_empty_line_divides_text_and_signatures() -> None:
    note = notes.read(f"one\n\n— a AAAAAAAA\n\n\n{LINE}".encode())
    assert note.text == "one\n\n— a AAAAAAAA\n\n"
    assert len(note.signatures) == 1


def test_a_note_has_up_to_64_signatures_and_lines_may_be_alike() -> None:
    assert len(notes.read(f"text\n\n{LINE * 64}".encode()).signatures) == 64
    with pytest.raises(Malformed, match="too many signatures"):
        notes.read(f"text\n\n{LINE * 65}".encode())


def test_sixteen_signatures_by_ml_dsa_are_not_too_long() -> None:
    line = f"— a {based(bytes(4 + 8 + 5000))}\n"
    assert len(notes.read(f"text\n\n{line * 16}".encode()).signatures) == 16


def test_a_note_that_is_too_long_is_refused() -> None:
    head = f"\n\n{LINE}".encode()
    assert notes.read(b"x" * (notes.LONGEST - len(head)) + head)
    with pytest.raises(Malformed, match="too long"):
        notes.read(b"x" * (notes.LONGEST - len(head) + 1) + head)


def test_further_signatures_are_added_once_each() -> None:
    one, other = NOTE.signatures
    note = Note(NOTE.text, (one,))
    assert note.with_signatures([other, one, other]) == NOTE
    assert note.with_signatures([]) == note


# Keys

NEUTRAL, OF_EIGHT = 1, 0x05FC536D880238B13933C6D305ACDFD5F098EFF289F4C345B027B2C28F95E826
PRIME = 2**255 - 19
POINTS = st.integers(2, 2**254).filter(lambda y: y != OF_EIGHT).map(lambda y: y.to_bytes(32, "little"))
"""Keys in their one form; the one of small order among them would be drawn, for it stands in the program."""


@settings(deadline=None)
@given(NAMES, st.sampled_from([Kind.ED25519, Kind.COSIGNATURE]), POINTS)
def test_a_key_is_read_as_it_is_written(name: str, kind: Kind, public: bytes) -> None:
    key = VerifierKey(name, kind, public)
    assert notes.verifier_key(str(key)) == key


@pytest.mark.parametrize("kind", [Kind.ED25519, Kind.COSIGNATURE])
@pytest.mark.parametrize("y", [0, NEUTRAL, PRIME - 1, OF_EIGHT, PRIME - OF_EIGHT, PRIME, PRIME + 1])
@pytest.mark.parametrize("sign", [0, 1 << 255])
def test_a_key_under_which_anybody_can_sign_anything_is_none(kind: Kind, y: int, sign: int) -> None:
    with pytest.raises(Malformed, match="anybody can sign"):
        notes.verifier_key(str(VerifierKey("witness.example", kind, (y | sign).to_bytes(32, "little"))))


def test_under_such_a_key_a_signature_of_nobody_holds_on_anything() -> None:
    neutral = NEUTRAL.to_bytes(32, "little")
    Ed25519PublicKey.from_public_bytes(neutral).verify(neutral + bytes(32), b"anything")


def test_a_key_by_ml_dsa_is_read_as_it_is_written() -> None:
    key = Signer("witness.example", Kind.ML_DSA_44).key
    assert len(key.public) == 1312
    assert notes.verifier_key(str(key)) == key


def test_one_key_under_another_name_or_kind_has_another_id() -> None:
    key = LOG.key
    others = VerifierKey("example.com/other", key.kind, key.public), VerifierKey(key.name, Kind.COSIGNATURE, key.public)
    assert len({key.id, *(other.id for other in others)}) == 3
    assert not any(NOTE.by(other) for other in others)
    assert NOTE.by(key) == NOTE.signatures[:1]


def test_a_line_is_by_a_key_only_if_name_and_id_both_say_so() -> None:
    one = NOTE.signatures[0]
    for other in (Signature("other", one.id, one.value), Signature(one.name, bytes(4), one.value)):
        assert not Note(NOTE.text, (other,)).by(LOG.key)


def changed(**parts: str) -> str:
    name, figures, body = str(LOG.key).split("+", 2)
    said = {"name": name, "figures": figures, "body": body, **parts}
    return "+".join(said.values())


def of_kind(kind: int, length: int = 32) -> str:
    body = bytes([kind]) + bytes(length)
    return changed(body=based(body))


@pytest.mark.parametrize(
    ("said", "why"),
    [
        ("", "name of a key"),
        ("+", "name of a key"),
        ("a", "of a kind"),
        ("a+", "of a kind"),
        ("a+00000000+", "of a kind"),
        (changed(name=""), "name of a key"),
        (changed(name="example.com/log "), "name of a key"),
        (changed(name="other"), "another id"),
        (changed(figures="00000000"), "another id"),
        (changed(figures=""), "another id"),
        (changed(figures=LOG.key.id.hex().upper()), "another id"),
        (changed(figures="0" + LOG.key.id.hex()), "another id"),
        (changed(body=str(LOG.key).split("+", 2)[2] + "\n"), "no base64"),
        (changed(body=str(LOG.key).split("+", 2)[2].rstrip("=") + "+"), "no"),
        (of_kind(1, 31), "length of its kind"),
        (of_kind(1, 33), "length of its kind"),
        (of_kind(4, 0), "length of its kind"),
        (of_kind(6, 32), "length of its kind"),
        (of_kind(6, 1311), "length of its kind"),
        (of_kind(6, 1312), "another id"),
        *((of_kind(kind), "of a kind that is not verified") for kind in (0, 2, 3, 5, 7, 0xFA, 0xFF)),
    ],
)
def test_what_is_no_key_is_refused(said: str, why: str) -> None:
    with pytest.raises(Malformed, match=why):
        notes.verifier_key(said)


@pytest.mark.parametrize("space", [*SPACES, "\0", "\x01", "\x1f"])
def test_no_name_has_a_space_of_unicode_or_a_control_character(space: str) -> None:
    for name in (f"a{space}b", f"{space}a", f"a{space}"):
        with pytest.raises(Malformed, match="name of a key"):
            notes.verifier_key(str(VerifierKey(name, Kind.ED25519, LOG.key.public)))
        with pytest.raises(Malformed):
            notes.signatures(f"— {name} AAAAAAAA\n")


@settings(deadline=None)
@given(st.text(st.characters(exclude_categories=["Cs"])))
def test_reading_a_key_raises_nothing_but_that_it_is_none(said: str) -> None:
    with pytest.raises(Malformed):
        notes.verifier_key(said)


@pytest.mark.parametrize("kind", [2, 5, 0xFF])
def test_a_line_by_a_key_of_another_kind_stands_in_a_note_and_is_nobody_s(kind: int) -> None:
    key = Signature(LOG.key.name, bytes([kind, 1, 2, 3]), bytes(71))
    note = NOTE.with_signatures([key])
    assert notes.read(notes.written(note)) == note
    assert note.by(LOG.key) == NOTE.by(LOG.key)


# Vectors of others

GO = vectors("go-note")
AMBIGUOUS = "duplicated verifier"
"""Go refuses a list of keys that names one twice when a note comes; here a policy with such a list is refused (`policy`)."""


class Said(Checkpoint):
    """A text that is no checkpoint, to be signed as it stands: what 0x01 covers is the text of any note."""

    @property
    def text(self) -> str:
        """The text as it stands."""
        return self.origin


def verifying(said: bytes, keys: list[str]) -> tuple[Note, set[tuple[str, str]]]:
    """The note and whose signatures verify, by name and id."""
    note = notes.read(said)
    held = [cosignatures.verified(note, Said(note.text, 0, b""), notes.verifier_key(key)) for key in keys]
    return note, {(one.key.name, one.key.id.hex()) for one in held if one}


def bytes_of(case: Case) -> bytes:
    if "text_base64" in case:
        return b64decode(case["text_base64"])
    return str(case["text"] + case.get("then", "") * case.get("times", 0)).encode()


def test_the_standard_s_example_of_a_key_verifies_its_example_of_a_note() -> None:
    case = vectors("c2sp-signed-note")
    note, held = verifying(case["note"].encode(), [case["vkey"]])
    assert note.text == "This is an example message.\n"
    assert held == {("example.com/foo", "530d903a")}
    assert str(notes.verifier_key(case["vkey"])) == case["vkey"]


@pytest.mark.parametrize("name", ["signed-note", "tlog-checkpoint", "tlog-cosignature"])
def test_the_standards_examples_of_notes_are_read_as_they_are_written(name: str) -> None:
    said = outside.example(name)["note"].encode()
    assert notes.written(notes.read(said)) == said


@pytest.mark.parametrize("case", GO["good"], ids=named)
def test_what_go_opens_is_opened_with_the_same_signatures(case: Case) -> None:
    note, held = verifying(bytes_of(case), case["vkeys"])
    assert note.text == case["want_text"]
    assert held == {(one["name"], one["hash"]) for one in case["verified"]}
    assert {str(one) for one in note.signatures} == {
        f"— {one['name']} {one['base64']}" for one in (*case["verified"], *case["unverified"])
    }


@pytest.mark.parametrize("case", GO["bad"], ids=named)
def test_what_go_refuses_is_refused_or_verifies_nowhere(case: Case) -> None:
    try:
        held = verifying(bytes_of(case), case["vkeys"])[1]
    except Malformed:
        return
    assert bool(held) is (case["name"] == AMBIGUOUS)


def test_the_keys_that_go_takes_are_taken_and_those_it_refuses_refused() -> None:
    for good in GO["good_vkeys"]:
        assert str(notes.verifier_key(good)) == good
    good = GO["good_vkeys"][0]
    parts = {good[begin:end] for begin in range(len(good)) for end in range(begin, len(good) + 1)} - {good}
    raised = [good[:nth] + chr(ord(one) + 1) + good[nth + 1 :] for nth, one in enumerate(good)]
    for bad in (*GO["bad_vkeys"], *parts, *raised):
        with pytest.raises(Malformed):
            notes.verifier_key(bad)


@pytest.mark.parametrize("case", notes_of("vkey"), ids=named)
def test_keys_are_judged_as_by_transparency_dev_but_for_kinds_that_are_not_verified_here(case: Case) -> None:
    if case["wantErr"] or kind_of(case["vkey"]) not in set(Kind):
        with pytest.raises(Malformed) as fault:
            notes.verifier_key(case["vkey"])
        assert case["wantErr"] or "of a kind that is not verified here" in str(fault.value)
    else:
        assert str(notes.verifier_key(case["vkey"])) == case["vkey"]
