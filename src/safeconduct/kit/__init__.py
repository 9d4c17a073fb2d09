"""The offline kit: one folder with which anyone can check a log without trusting the program that wrote it.

    README.md  verify.py  verify.go  go.mod       for who checks, with Python's standard library alone or with Go's
    policy.txt                                    whom to believe
    log/checkpoint  log/tile/…                    the log as it is served at the size of its checkpoint
    proofs/NAME.tlog-proof  proofs/NAME.entry     proofs, each with its entry

The two verifiers share no code with the program or with one another, and must not begin to. Nothing is verified here, only
read: that a kit says `verified` is for them to tell.
"""

from __future__ import annotations

import os
import shutil
from collections.abc import Iterator, Sequence
from importlib import resources
from pathlib import Path

from safeconduct.core.log import checkpoints, notes, tiles
from safeconduct.core.log import policy as policies
from safeconduct.core.log import proofs as proof_files
from safeconduct.core.log.lines import Malformed
from safeconduct.logbook.faults import Lacking
from safeconduct.logbook.served import Folder
from safeconduct.shelf import Misplaced

PROGRAMS = ("README.md", "verify.py", "verify.go", "go.mod")
"""What ships with Safeconduct and lies in every kit."""


def put(folder: Path, log: Path, policy: Path, proofs: Sequence[tuple[Path, Path]] = ()) -> list[Path]:
    """Lay out a kit in `folder`, which must not be there yet: whole, or not at all. The files in it, sorted.

    `log` is the folder that is served, `policy` says whom to believe; `proofs` are pairs of a proof and the file of its entry.

    Raises:
        Misplaced: there is such a folder, or what goes into it cannot be read or is not of its form.
    """
    place = folder.parent.resolve() / folder.name
    if os.path.lexists(place):
        raise Misplaced(folder, "is there already", "name a folder that is not")
    made = place.with_name(f".{place.name}-{os.getpid()}")
    try:
        made.mkdir()
        for path, content in _contents(log, policy, proofs):
            (made / path).parent.mkdir(parents=True, exist_ok=True)
            (made / path).write_bytes(content)
        made.rename(place)
    except OSError as fault:
        what = f"cannot be written: {(fault.strerror or 'an error').lower()}"
        raise Misplaced(folder, what, "name another folder, or make room") from None
    finally:
        shutil.rmtree(made, ignore_errors=True)
    return sorted(path for path in folder.rglob("*") if path.is_file())


def _contents(log: Path, policy: Path, proofs: Sequence[tuple[Path, Path]]) -> Iterator[tuple[str, bytes]]:
    """Every file of the kit, by its path: the small ones that can be wrong before the many."""
    for name in PROGRAMS:
        yield name, (resources.files("safeconduct.kit") / name).read_bytes()
    yield "policy.txt", _policy(policy)
    names: set[str] = set()
    for proof, entry in proofs:
        if proof.stem in names:
            raise Misplaced(proof, "has the name of another proof", "give it a name of its own")
        names.add(proof.stem)
        yield f"proofs/{proof.stem}.tlog-proof", _proof(proof)
        yield f"proofs/{proof.stem}.entry", _bytes(entry, tiles.LONGEST_ENTRY)
    served = Folder(log)
    checkpoint = served.checkpoint()
    yield "log/checkpoint", checkpoint
    for tile in tiles.every(_size(log, checkpoint)):
        try:
            yield f"log/{tile.path}", served.tile(tile)
        except (Lacking, Malformed) as fault:
            raise Misplaced(log, str(fault), "name the folder of a log that is whole") from None


def _policy(path: Path) -> bytes:
    said = _bytes(path, policies.LONGEST)
    try:
        # Nothing is taken from before its first word: a verifier would take a byte order mark for a part of that.
        policies.read(said.decode("utf-8"))
    except (Malformed, UnicodeDecodeError) as fault:
        what = str(fault) if isinstance(fault, Malformed) else "is not UTF-8"
        raise Misplaced(path, what, "give a policy as c2sp.org/tlog-policy has it") from None
    return said


def _proof(path: Path) -> bytes:
    said = _bytes(path, proof_files.LONGEST)
    try:
        proof_files.read(said)
    except Malformed as fault:
        raise Misplaced(path, str(fault), "give a proof as `log prove` writes it") from None
    return said


def _size(log: Path, checkpoint: bytes) -> int:
    try:
        return checkpoints.read(notes.read(checkpoint).text).size
    except Malformed as fault:
        raise Misplaced(log, str(fault), "name the folder of a log") from None


def _bytes(path: Path, longest: int) -> bytes:
    try:
        with path.open("rb") as file:
            content = file.read(longest + 1)
    except OSError as fault:
        what = f"cannot be read: {(fault.strerror or 'no such file').lower()}"
        raise Misplaced(path, what, "name a file that can") from None
    if len(content) > longest:
        raise Misplaced(path, f"is longer than {longest:,} bytes", "give a shorter file")
    return content
