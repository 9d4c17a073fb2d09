"""Every bit of every file of a log of eight entries under a quorum of all: whichever is changed, the log is refused."""

from __future__ import annotations

from collections.abc import Callable, Iterator

import pytest

from harm import audited
from harm.audited import Unsound
from logged import Log, log
from safeconduct.core.log.refusals import Refused
from safeconduct.logbook.audit import Audited, audit


@pytest.fixture(scope="module")
def at(tmp_path_factory: pytest.TempPathFactory) -> Log:
    made = log(tmp_path_factory.mktemp("eight"))
    made.holds(*(f"entry {number}".encode() for number in range(3)))
    made.holds(*(f"entry {number}".encode() for number in range(3, 8)))
    assert len(audited.entries(made.served, made.told.policy)) == 8
    return made


def is_refused(what: object, read: Callable[[], object]) -> None:
    try:
        read()
    except Unsound:
        return
    raise AssertionError(what)


def changed(content: bytes) -> Iterator[tuple[int, bytes]]:
    """A content with one bit changed, for every bit of it."""
    for bit in range(len(content) * 8):
        said = bytearray(content)
        said[bit // 8] ^= 1 << bit % 8
        yield bit, bytes(said)


def test_every_bit_of_the_checkpoint_and_every_seventh_of_its_long_signatures(at: Log) -> None:
    """All of those by ML-DSA-44 would take a minute; 7 has no factor in common with the eight bits of a byte."""
    policy, whole, begin = at.told.policy, (at.served / "checkpoint").read_bytes(), 0
    long = set()
    for line in whole.splitlines(keepends=True):
        if len(line) > 1_000:
            long |= {bit for bit in range(begin * 8 + 320, (begin + len(line)) * 8 - 64) if bit % 7}
        begin += len(line)
    assert len(long) > 40_000
    for bit, content in changed(whole):
        if bit not in long:
            is_refused(bit, lambda content=content: audited.checkpoint(content, policy))  # type: ignore[misc]


def test_every_bit_of_every_tile_and_bundle_also_of_earlier_sizes(at: Log) -> None:
    tree = at.checkpoint.checkpoint
    files = sorted(path for path in (at.served / "tile").rglob("*") if path.is_file())
    assert [path.relative_to(at.served).as_posix() for path in files] == [
        f"tile/{level}/000.p/{width}" for level in ("0", "entries") for width in (3, 8)
    ]
    for path in files:
        whole = path.read_bytes()
        for bit, content in changed(whole):
            path.write_bytes(content)
            is_refused((path, bit), lambda: audited.of(at.served, tree))
        path.write_bytes(whole)
    assert len(audited.of(at.served, tree)) == 8


def test_the_audit_refuses_every_bit_of_every_tile_and_bundle(at: Log) -> None:
    policy = at.told.policy
    for level in "0", "entries":
        path = at.served / f"tile/{level}/000.p/8"
        whole = path.read_bytes()
        for bit, content in changed(whole):
            path.write_bytes(content)
            assert isinstance(audit(str(at.served), policy, lambda *_: None), Refused), (path, bit)
        path.write_bytes(whole)
    assert isinstance(audit(str(at.served), policy, lambda *_: None), Audited)


def test_a_checkpoint_with_a_changed_bit_is_refused_by_the_audit_or_lacks_one_of_the_logs_own_signatures(
    at: Log,
) -> None:
    """One key of the log is enough for a policy; so a bit that makes of its line a stranger's takes that line away."""
    policy = at.told.policy
    whole, less = (at.served / "checkpoint").read_bytes(), 0
    for bit, content in changed(whole):
        if bit % 303 == 0 or bit < 2_400:
            (at.served / "checkpoint").write_bytes(content)
            found = audit(str(at.served), policy, lambda *_: None)
            assert isinstance(found, Refused) or len(found.under.signed_by) == 1, bit
            less += isinstance(found, Audited)
    (at.served / "checkpoint").write_bytes(whole)
    assert less


def test_the_checkpoint_that_was_kept_of_a_day_is_as_good_as_the_one_that_is_served(at: Log) -> None:
    policy = at.told.policy
    [path] = (at.served / "daily").iterdir()
    whole = path.read_bytes()
    for bit, content in changed(whole):
        if bit % 303 == 0:
            path.write_bytes(content)
            is_refused(bit, lambda: audited.entries(at.served, policy))
    path.write_bytes(whole)


def test_every_length_that_a_file_is_cut_to_or_grows_to(at: Log) -> None:
    policy = at.told.policy
    for path in sorted(path for path in at.served.rglob("*") if path.is_file()):
        whole = path.read_bytes()
        lengths = range(0, len(whole), 97 if len(whole) > 1_000 else 1)
        for content in (*(whole[:length] for length in lengths), whole + b"\0", whole + b"\n", whole + whole):
            path.write_bytes(content)
            is_refused((path, len(content)), lambda: audited.entries(at.served, policy))
        path.write_bytes(whole)
