"""The kit as a folder: all of it or nothing, and what is in it runs by itself."""

from __future__ import annotations

import ast
import os
import re
import subprocess
import sys
from pathlib import Path

import pytest
import written
from verifiers import HERE

from safeconduct import kit
from safeconduct.shelf import Misplaced

SAID = (HERE / "verify.py").read_text(encoding="utf-8")


@pytest.fixture
def given(tmp_path: Path) -> Path:
    """A folder with a log, a policy, a proof and its entry."""
    log = written.log(300)
    log.put(tmp_path / "served")
    written.log(7).put(tmp_path / "older")
    (tmp_path / "policy").write_text(written.policy(), encoding="utf-8")
    (tmp_path / "mine.tlog-proof").write_bytes(log.proof(12))
    (tmp_path / "mine").write_bytes(log.entries[12])
    return tmp_path


def put(
    given: Path, folder: str = "kit", log: str = "served", policy: str = "policy", proof: str = "mine"
) -> list[Path]:
    """A kit of what is given."""
    proofs = [(given / f"{proof}.tlog-proof", given / "mine")]
    return kit.put(given / folder, given / log, given / policy, proofs)


def test_a_kit_holds_the_programs_the_policy_the_log_and_the_proofs(given: Path) -> None:
    # What the log keeps besides, of earlier sizes or for itself, is left out.
    (given / "served/tile/0/000.p").mkdir()
    (given / "served/tile/0/000.p/7").write_bytes(b"")
    (given / "served/.lock").write_bytes(b"")
    found = put(given)
    folder = given / "kit"
    tiles = ["entries/000", "entries/001.p/44", "0/000", "0/001.p/44", "1/000.p/1"]
    proofs = ["proofs/mine.tlog-proof", "proofs/mine.entry"]
    wanted = [*kit.PROGRAMS, "policy.txt", "log/checkpoint", *(f"log/tile/{path}" for path in tiles), *proofs]
    assert found == sorted(folder / path for path in wanted)
    for path in ("README.md", "verify.py", "verify.go", "go.mod"):
        assert (folder / path).read_bytes() == (HERE / path).read_bytes()
    assert (folder / "log/checkpoint").read_bytes() == (given / "served/checkpoint").read_bytes()


def test_the_commands_of_its_readme_verify_it_without_anything_installed(given: Path) -> None:
    put(given)
    commands = re.findall(r"^    python3 (verify\.py .*)$", (given / "kit/README.md").read_text("utf-8"), re.MULTILINE)
    assert [command.split()[1] for command in commands] == ["log", "proof"]
    for command in commands:
        words = command.replace("NAME", "mine").split()
        ran = subprocess.run(
            [sys.executable, "-I", "-S", *words], cwd=given / "kit", env={}, capture_output=True, text=True, check=False
        )
        assert (ran.returncode, ran.stderr) == (0, "")
        assert ran.stdout.endswith("verified\n")
    (given / "kit/proofs/mine.entry").write_bytes(b"something else")
    ran = subprocess.run(
        [sys.executable, "-I", "-S", *words], cwd=given / "kit", env={}, capture_output=True, text=True, check=False
    )
    assert (ran.returncode, ran.stdout) == (1, "")
    assert ran.stderr == "NOT VERIFIED: the path does not lead from the entry to the checkpoint's root\n"


def test_its_readme_names_every_word_that_the_programs_answer() -> None:
    page = (HERE / "README.md").read_text(encoding="utf-8")
    for word in ("origin", "size", "root", "log key", "witness", "quorum", "time", "log complete", "entry", "extra"):
        assert f"`{word}" in page or f" `{word}`" in page, word
    for word in ("NOT VERIFIED", "called wrongly", "NO EVIDENCE", "has not signed", "verified"):
        assert f"`{word}" in page
        assert word in SAID
        assert word in (HERE / "verify.go").read_text(encoding="utf-8")


@pytest.mark.parametrize(
    ("changed", "what"),
    [
        ({"folder": "served"}, "served: is there already"),
        ({"folder": "no/kit"}, "no/kit: cannot be written: no such file or directory"),
        ({"log": "nowhere"}, "nowhere: has no checkpoint that can be read: no such file or directory"),
        ({"log": "policy"}, "policy: has no checkpoint that can be read: not a directory"),
        ({"policy": "nowhere"}, "nowhere: cannot be read: no such file or directory"),
        ({"policy": "mine.tlog-proof"}, "mine.tlog-proof: line 1: that is no line of a policy, or one too many"),
        ({"proof": "yours"}, "yours.tlog-proof: cannot be read: no such file or directory"),
        ({"proof": "spoilt"}, "spoilt.tlog-proof: the proof names no index"),
        ({"log": "older"}, "older: tile/0/000.p/7 is not there"),
        ({"log": "strange"}, "strange: the checkpoint is not of three lines: origin, size and root"),
    ],
)
def test_of_what_is_not_there_or_not_of_its_form_no_kit_is_made(
    given: Path, changed: dict[str, str], what: str
) -> None:
    (given / "older/tile/0/000.p/7").unlink()
    (given / "spoilt.tlog-proof").write_bytes((given / "mine.tlog-proof").read_bytes().replace(b"index", b"place"))
    (given / "strange").mkdir()
    (given / "strange/checkpoint").write_bytes(
        (given / "served/checkpoint").read_bytes().replace(b"\n300\n", b"\n300\n\n")
    )
    before = sorted(given.rglob("*"))
    with pytest.raises(Misplaced) as raised:
        put(given, **changed)
    assert str(raised.value).startswith(f"{given}/{what}; ")
    assert sorted(given.rglob("*")) == before


def test_of_a_partial_tile_that_became_a_full_one_the_beginning_is_taken(given: Path) -> None:
    """A log may have grown beyond its checkpoint, and thrown away what grew."""
    (given / "served/checkpoint").write_bytes((given / "older/checkpoint").read_bytes())
    put(given)
    for path in ("tile/0/000.p/7", "tile/entries/000.p/7"):
        assert (given / "kit/log" / path).read_bytes() == (given / "older" / path).read_bytes()


def test_a_policy_with_a_byte_order_mark_is_not_put_into_a_kit(given: Path) -> None:
    (given / "policy").write_text("\ufeff" + written.policy(), encoding="utf-8")
    (given / "latin").write_bytes("# für uns\n".encode("latin-1") + written.policy().encode())
    for name in ("policy", "latin"):
        with pytest.raises(Misplaced):
            put(given, policy=name)


def test_two_proofs_of_one_name_are_not_put_over_one_another(given: Path) -> None:
    pair = (given / "mine.tlog-proof", given / "mine")
    with pytest.raises(Misplaced, match="has the name of another proof"):
        kit.put(given / "kit", given / "served", given / "policy", [pair, pair])
    assert not (given / "kit").exists()


def test_what_cannot_be_written_leaves_nothing_behind(given: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def full(*_: object) -> None:
        raise OSError(28, os.strerror(28))

    monkeypatch.setattr(Path, "rename", full)
    before = sorted(given.rglob("*"))
    with pytest.raises(Misplaced, match="no space left"):
        put(given)
    assert sorted(given.rglob("*")) == before


# What the two programs stand on


def test_verify_py_is_python_3_9_on_the_standard_library_alone() -> None:
    code = ast.parse(SAID, feature_version=(3, 9))
    names = set()
    for one in ast.walk(code):
        if isinstance(one, ast.Import):
            names |= {alias.name for alias in one.names}
        elif isinstance(one, ast.ImportFrom):
            assert one.level == 0
            names.add(one.module or "")
    assert names
    assert {name.partition(".")[0] for name in names} <= sys.stdlib_module_names
    # What came after 3.9, and is no syntax.
    assert not re.search(r"strict=|slots=|kw_only|\.bit_count|pairwise|anext|tomllib|\bmatch \w+:", SAID)


def test_verify_go_imports_the_standard_library_alone() -> None:
    code = (HERE / "verify.go").read_text(encoding="utf-8")
    block = re.search(r"^import \(\n(.*?)^\)", code, re.MULTILINE | re.DOTALL)
    assert block
    names = re.findall(r'^\t"([^"]+)"$', block[1], re.MULTILINE)
    assert len(names) == block[1].count("\n")
    assert len(re.findall(r"^import", code, re.MULTILINE)) == 1
    assert not [name for name in names if "." in name.partition("/")[0]]
    assert (HERE / "go.mod").read_text(encoding="utf-8") == "module verify\n\ngo 1.27\n"
