"""Many who ask one witness at once, threads and processes: its tree never goes back, and it cosigns one tree of a size.

The race of c2sp.org/tlog-witness: two requests are both consistent with what was seen, and not with each other. A witness that
checks and stores in two steps cosigns both.
"""

from __future__ import annotations

import multiprocessing
import os
import random
import signal
import threading
from collections.abc import Callable
from concurrent.futures import Executor, ProcessPoolExecutor, ThreadPoolExecutor
from pathlib import Path

import pytest

from safeconduct.core.log import cosignatures, notes, witnessing
from safeconduct.core.log.checkpoints import Checkpoint
from safeconduct.core.log.notes import Note, Signature
from safeconduct.keys.log import Signer
from safeconduct.witness.store import Store
from witnessed import ALIKE, NOW, Witnessed, asked, checkpoint, witnessed

CALLERS, CALLS = 6, 25
Cosigned = list[tuple[str, int, bytes]]


@pytest.fixture
def at(tmp_path: Path) -> Witnessed:
    return witnessed(tmp_path, quantum_safe=False)


def calling(folder: Path, fork: str, seed: int) -> Cosigned:
    """One caller, who has a tree of its own and asks to have it cosigned from wherever the witness is."""
    at, chance = Witnessed(folder), random.Random(seed)  # noqa: S311  # the same in every run
    witness, old, cosigned = at.witness(), 0, []
    for _ in range(CALLS):
        size = old + chance.randint(0, 3)
        status, _, content = asked(witness, "POST", "/add-checkpoint", at.body(fork, old, size))
        if status == 200:
            cosigned.append((fork, size, content))
            old = size
        elif status == 409:
            old = int(content)
        else:
            assert status == 422, content
    return cosigned


def threads() -> Executor:
    return ThreadPoolExecutor(CALLERS)


def processes() -> Executor:
    return ProcessPoolExecutor(CALLERS, multiprocessing.get_context("spawn"))


@pytest.mark.parametrize("made", [threads, processes])
def test_callers_with_two_trees_at_once_get_one_of_them_cosigned(at: Witnessed, made: Callable[[], Executor]) -> None:
    sizes: list[int] = []
    over = threading.Event()

    def watch() -> None:
        while not over.is_set():
            seen = at.seen()
            if seen:
                sizes.append(seen.size)

    watching = threading.Thread(target=watch)
    watching.start()
    with made() as callers:
        calls = [callers.submit(calling, at.folder, "ab"[nth % 2], nth) for nth in range(CALLERS)]
        cosigned = [one for call in calls for one in call.result()]
    over.set()
    watching.join()
    assert sizes == sorted(sizes), "what it has seen never went back"
    trees = {
        size: {checkpoint(fork, size).root for fork, at_size, _ in cosigned if at_size == size}
        for _, size, _ in cosigned
    }
    assert all(len(roots) == 1 for roots in trees.values()), "never two trees of a size"
    assert len({fork for fork, size, _ in cosigned if size > ALIKE}) == 1, "and beyond where they part, one of the two"
    latest = at.seen()
    assert latest
    assert latest.size == max(trees)
    for fork, size, content in cosigned:
        tree = checkpoint(fork, size)
        assert cosignatures.verified(Note(tree.text, notes.signatures(content.decode())), tree, at.signer.key)


def test_of_two_requests_that_are_both_consistent_with_what_was_seen_one_is_cosigned(at: Witnessed) -> None:
    witness = at.witness()
    assert asked(witness, "POST", "/add-checkpoint", at.body("a", 0, ALIKE))[0] == 200
    both = threading.Barrier(2)

    def ask(fork: str) -> tuple[int, bytes]:
        body = at.body(fork, ALIKE, ALIKE + 1)
        both.wait()
        return asked(witness, "POST", "/add-checkpoint", body)[::2]

    for _ in range(5):
        with ThreadPoolExecutor(2) as callers:
            answers = list(callers.map(ask, "ab"))
        assert sorted(status for status, _ in answers) in ([200, 409], [409, 409])
        assert (409, b"5\n") in answers


class Dying(Signer):
    """A signer that is killed when it has signed, and before anything is stored."""

    def signature(self, checkpoint: Checkpoint, timestamp: int) -> Signature:
        """Sign, and die."""
        made = Signer.signature(self, checkpoint, timestamp)
        os.kill(os.getpid(), signal.SIGKILL)
        return made


def killed_before_it_stores(folder: Path) -> None:
    at = Witnessed(folder)
    signer = at.signer
    dying = Dying(signer.key, signer._private)  # noqa: SLF001  # the same key
    _ask(at, at.store, dying)


def killed_before_it_replies(folder: Path) -> None:
    at = Witnessed(folder)
    _ask(at, at.store, at.signer)
    os.kill(os.getpid(), signal.SIGKILL)


def _ask(at: Witnessed, store: Store, signer: Signer) -> None:
    request = witnessing.read(at.body("a", 0, 5))
    store.cosign(request, checkpoint("a", 5), signer, int(NOW.timestamp()))


@pytest.mark.parametrize(
    ("dies", "seen"), [(killed_before_it_stores, None), (killed_before_it_replies, checkpoint("a", 5))]
)
def test_what_it_replies_it_has_stored_before(
    at: Witnessed, dies: Callable[[Path], None], seen: Checkpoint | None
) -> None:
    """Killed before it stores it has said nothing; killed between storing and replying it holds to what it did not say."""
    process = multiprocessing.get_context("spawn").Process(target=dies, args=(at.folder,))
    process.start()
    process.join(60)
    assert process.exitcode == -signal.SIGKILL
    process.close()
    assert at.seen() == seen
    witness = at.witness()
    other = asked(witness, "POST", "/add-checkpoint", at.body("b", 0, 5))[::2]
    again = asked(witness, "POST", "/add-checkpoint", at.body("a", 5, 5))[::2]
    if seen:
        assert other == (409, b"5\n")
        assert again[0] == 200, "the log that was not answered asks again, from there"
    else:
        assert other[0] == 200
        assert again[0] == 422
