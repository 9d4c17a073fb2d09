"""A checkpoint is three lines; nothing else is one."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from outside import Case, named, notes_of, vectors
from safeconduct.core.log import checkpoints, cosignatures, merkle, notes
from safeconduct.core.log.checkpoints import Checkpoint
from safeconduct.core.log.cosignatures import Verified
from safeconduct.core.log.lines import Malformed, based
from safeconduct.core.log.merkle import EMPTY

ROOT = based(bytes(range(32)))
TREE = Checkpoint("example.com/log", 20852163, bytes(range(32)))
CHARACTERS = st.characters(min_codepoint=32, exclude_categories=["Cs"])
TREES = st.builds(
    Checkpoint, st.text(CHARACTERS, min_size=1), st.integers(1, 2**63 - 1), st.binary(min_size=32, max_size=32)
)


@settings(deadline=None)
@given(TREES | st.builds(Checkpoint, st.text(CHARACTERS, min_size=1), st.just(0), st.just(EMPTY)))
def test_a_checkpoint_is_read_as_it_is_written(tree: Checkpoint) -> None:
    assert checkpoints.read(tree.text) == tree


@settings(deadline=None)
@given(
    st.lists(st.sampled_from(["log", "", "0", "1", "01", ROOT, ROOT[:-1], based(EMPTY), "x"]), max_size=5),
    st.sampled_from(["\n", ""]),
)
def test_whatever_is_read_as_a_checkpoint_is_how_it_is_written(said: list[str], ended: str) -> None:
    text = "\n".join(said) + ended
    try:
        tree = checkpoints.read(text)
    except Malformed:
        return
    assert tree.text == text


@pytest.mark.parametrize(
    ("text", "why"),
    [
        ("", "does not end in a line feed"),
        ("\n", "not of three lines"),
        (f"log\n1\n{ROOT}", "does not end in a line feed"),
        (f"log\n1\n{ROOT}\n\n", "not of three lines"),
        (f"log\n1\n{ROOT}\nextension\n", "not of three lines"),
        ("log\n1\n", "not of three lines"),
        (f"\n1\n{ROOT}\n", "names no origin"),
        (f"log\n\n{ROOT}\n", "size is no number"),
        (f"log\n01\n{ROOT}\n", "size is no number"),
        (f"log\n+1\n{ROOT}\n", "size is no number"),
        (f"log\n-1\n{ROOT}\n", "size is no number"),
        (f"log\n1 \n{ROOT}\n", "size is no number"),
        (f"log\n１\n{ROOT}\n", "size is no number"),
        (f"log\n{2**63}\n{ROOT}\n", "size is no number"),
        (f"log\r\n1\r\n{ROOT}\r\n", "size is no number"),
        ("log\n1\n\n", "root is no hash"),
        (f"log\n1\n{based(bytes(31))}\n", "root is no hash"),
        (f"log\n1\n{based(bytes(33))}\n", "root is no hash"),
        (f"log\n1\n{ROOT.rstrip('=')}\n", "root is no base64"),
        (f"log\n1\n{ROOT} \n", "root is no base64"),
        (f"log\n1\n{ROOT[:-2]}9=\n", "root is not the one base64"),
        (f"log\n0\n{ROOT}\n", "of no entries and has another root"),
    ],
)
def test_what_is_no_checkpoint_is_refused(text: str, why: str) -> None:
    with pytest.raises(Malformed, match=why):
        checkpoints.read(text)


def test_the_tree_of_no_entries_and_the_greatest_have_checkpoints() -> None:
    assert checkpoints.read(f"log\n0\n{based(EMPTY)}\n") == Checkpoint("log", 0, EMPTY)
    assert checkpoints.read(f"log\n{2**63 - 1}\n{ROOT}\n").size == 2**63 - 1


def test_an_origin_may_have_what_a_key_s_name_may_not() -> None:
    """The standard asks nothing of an origin but that there is one; whose log it is, a policy says by the name of the key."""
    assert checkpoints.read(f"Log + Söhne\n1\n{ROOT}\n").origin == "Log + Söhne"


# Vectors of others

TESSERA = vectors("tessera-checkpoints")


def test_the_checkpoints_of_tessera_s_log_are_those_of_its_entries_and_follow_one_another() -> None:
    key = notes.verifier_key(TESSERA["vkey"])
    leaves = [merkle.leaf(entry.encode()) for entry in TESSERA["entries"]]
    found = []
    for size, said in enumerate(TESSERA["checkpoints"]):
        note = notes.read(said.encode())
        tree = checkpoints.read(note.text)
        assert notes.written(note) == said.encode()
        assert tree == Checkpoint(TESSERA["origin"], size, merkle.root(leaves[:size]))
        assert cosignatures.verified(note, tree, key) == Verified(key, None)
        found.append(tree)
    assert len(found) == 16
    for old in found:
        for new in found[old.size :]:
            proof = merkle.consistency(old.size, new.size, merkle.held(leaves))
            assert merkle.is_consistent(old.size, old.root, new.size, new.root, proof)


@pytest.mark.parametrize("case", notes_of("checkpoint-body"), ids=named)
def test_bodies_of_checkpoints_are_judged_as_by_transparency_dev_but_for_hashes_of_any_length_and_further_lines(
    case: Case,
) -> None:
    """Their roots are words of any length, and what comes after the third line is handed on; here neither is a checkpoint."""
    with pytest.raises(Malformed) as fault:
        checkpoints.read(case["text"])
    if not case["wantErr"]:
        assert str(fault.value) == (
            "the checkpoint is not of three lines: origin, size and root"
            if case["rest"]
            else "the checkpoint's root is no hash of 32 bytes"
        )
        body = Checkpoint(case["origin"], case["size"], bytes(32))
        assert checkpoints.read(body.text) == body
