"""The log's one writer: entries in, each on the disk before it is acknowledged; at every tick a tree that witnesses cosigned.

    append    takes entries of any number of callers at once and puts them on the disk together
    publish   draws their places, fills up with decoys, puts the tiles and then the tree on the disk, signs, asks the witnesses, and only with
              their quorum puts the checkpoint where it is served

What was signed is never taken back: the tree is on the disk before it is signed, and before anything new is signed the
witnesses are asked whether they have seen more than is here. If one has, a backup was restored or a second writer is at
work, and this one stops. It never goes on without a quorum, nor with a disk that does not do as it says.
"""

from __future__ import annotations

import datetime as dt
import os
import threading
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Self

from safeconduct.core.log import growth, merkle, notes, tiles
from safeconduct.core.log.checkpoints import Checkpoint
from safeconduct.core.log.lines import Malformed
from safeconduct.core.log.merkle import At
from safeconduct.core.log.notes import Note
from safeconduct.core.log.policy import Believed, believed
from safeconduct.core.log.proofs import Proof
from safeconduct.core.log.refusals import Refused
from safeconduct.logbook import daily, disk, left
from safeconduct.logbook.ahead import Ahead
from safeconduct.logbook.asking import Asked, Witnesses
from safeconduct.logbook.faults import DiskFailed, Lacking, Stopped
from safeconduct.logbook.served import Folder
from safeconduct.logbook.settings import Settings
from safeconduct.witness import client
from safeconduct.witness.client import Conflict, Cosigned, Failed, Transport

Clock = Callable[[], dt.datetime]


@dataclass(frozen=True, slots=True)
class Filling:
    """What a tick is filled up with: the entries that are nothing, for indices at a time; and where among them others stand.

    `made(indices, now, before)` is told the last entry of the tick before. `placed(room, many)` draws so many different places
    of so much room, in their order: were the entries that are something the first of their tick, their places would tell them.
    """

    made: Callable[[Sequence[int], dt.datetime, bytes], list[bytes]]
    placed: Callable[[int, int], list[int]]


@dataclass(frozen=True, slots=True)
class Unwitnessed:
    """Why the latest tree is not published yet. Its entries are on the disk, and the next tick asks again."""

    why: str


@dataclass(slots=True)
class _Waiting:
    """Entries of one caller, the numbers they were given, and whether it is over, well or not."""

    entries: Sequence[bytes]
    taken: range | None = None
    over: bool = False


class Logbook:
    """A log's writer. Its calls may come from any number of threads."""

    def __init__(
        self, told: Settings, clock: Clock, filling: Filling | None = None, transport: Transport = client.over_http
    ) -> None:
        """Take up the log where the last writer left it.

        Raises:
            Misplaced: the log or what belongs to it is not there, is damaged, or another writer has it.
            Stopped: a witness has seen more than is here.
            DiskFailed: the disk does not take what is written.
        """
        self._told, self._clock, self._filling = told, clock, filling
        self._writing, self._publishing, self._queueing = threading.Lock(), threading.Lock(), threading.Condition()
        self._queue: list[_Waiting] = []
        self._is_led = False
        self._over: Exception | None = None
        self._ticks: list[tuple[range, Sequence[int]]] = []
        self._silent = ""
        self._proving: tuple[int, At] = (-1, self._at(0))
        self._witnesses = Witnesses(told.policy, self._at, transport)
        self._lock = left.locked(told.state)
        try:
            found = left.left(told)
            self._front, self._published, self._pending = found.front, found.published, found.pending
            self._taken, self._begun = found.taken, found.front.size
            self._may_sign = self._ask_before_signing()
            self._ahead = Ahead(told.state / left.AHEAD, self._taken, self._pending)
        except BaseException:
            os.close(self._lock)
            raise

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        with self._publishing, self._writing:
            self._over = self._over or Stopped("the writer has been ended")
            self._ahead.close()
            os.close(self._lock)

    @property
    def size(self) -> int:
        """How many entries are on the disk, in the tree or not; what fills up a tick is counted when it is in the tree."""
        return self._front.size + len(self._pending)

    @property
    def published(self) -> Believed | None:
        """The latest checkpoint that is served."""
        return self._published[1] if self._published else None

    def _at(self, size: int) -> At:
        """The tree's hashes, from its tiles; one that is damaged stops the writer."""
        at = tiles.tiled(size, Folder(self._told.log).tile)

        def held(level: int, nth: int) -> bytes:
            try:
                return at(level, nth)
            except (Lacking, Malformed) as fault:
                raise Stopped(f"the log's folder is damaged: {fault}; restore that file from a backup") from None

        return held

    # Taking entries

    def append(self, entries: Sequence[bytes]) -> range:
        """Take entries; they are on the disk when this has ended. Their numbers, by which `index` finds them after the tick.

        Where nothing is ever filled up, numbers are indices.

        Raises:
            ValueError: one is empty or longer than an entry may be.
            DiskFailed, Stopped: the writer goes no further. None of them was acknowledged; the next start may find them.
        """
        if not all(0 < len(entry) <= tiles.LONGEST_ENTRY for entry in entries):
            raise ValueError("an entry is empty or longer than 65,535 bytes")
        mine = _Waiting(entries)
        with self._queueing:
            self._queue.append(mine)
            self._queueing.wait_for(lambda: mine.over or not self._is_led)
            leads = not mine.over
            self._is_led = self._is_led or leads
        if leads:
            self._lead()
        if mine.taken is None:
            raise self._over or DiskFailed("another caller's entries could not be written")
        return mine.taken

    def _lead(self) -> None:
        """Write for all who wait: one caller does, and meanwhile the others gather for the next time."""
        waiting: list[_Waiting] = []
        try:
            with self._writing:
                with self._queueing:
                    waiting, self._queue = self._queue, []
                self._take(waiting)
        finally:
            with self._queueing:
                for one in waiting:
                    one.over = True
                self._is_led = False
                self._queueing.notify_all()

    def _take(self, waiting: Sequence[_Waiting]) -> None:
        """One frame, one fsync."""
        with self._going_on():
            entries = [entry for one in waiting for entry in one.entries]
            begin = self._ahead.append(entries).start if entries else self._taken + len(self._pending)
            self._pending += entries
        for one in waiting:
            one.taken = range(begin, begin + len(one.entries))
            begin = one.taken.stop

    def index(self, number: int) -> int:
        """The index at which the entry of that number stands since a tick of this writer.

        Raises:
            ValueError: it is in the tree of no such tick.
        """
        for numbers, places in reversed(self._ticks):
            if number in numbers:
                return places[number - numbers.start]
        raise ValueError("no tick of this writer has put that entry into the tree")

    # Publishing

    def publish(self) -> Believed | Unwitnessed:
        """Bring the tree up to all that was taken, and have it cosigned and served.

        Raises:
            DiskFailed, Stopped: the writer goes no further.
        """
        with self._publishing, self._going_on():
            self._may_sign = self._may_sign or self._ask_before_signing()
            if not self._may_sign:
                return Unwitnessed(f"no quorum of witnesses has said yet what it has seen{self._silent}")
            now = self._clock()
            with self._writing:
                self._integrate(now)
                checkpoint = Checkpoint(self._told.origin, self._front.size, self._front.root)
            return self._sign(checkpoint, now)

    def _integrate(self, now: dt.datetime) -> None:
        """Tiles, then the tree, then an empty file ahead: killed between any two, the next start goes this way again.

        Until the tree is on the disk nothing of it is signed, and the next start may draw other places.
        """
        places = self._placed()
        entries = self._filled_up(places, now)
        if entries:
            self._write_tiles(entries, places)
            before, self._ahead = self._ahead, Ahead(self._told.state / left.AHEAD, self._taken)
            before.close()

    def _placed(self) -> Sequence[int]:
        """The indices that the entries are given: anywhere in the tick, or one after the other where it is not filled up."""
        size, many = self._front.size, len(self._pending)
        if self._filling is None or self._told.step == 1:
            return range(size, size + many)
        return [size + place for place in self._filling.placed(self._room(), many)]

    def _room(self) -> int:
        """How many entries the tick has: up to a multiple of the step. One without anything is as full as one with one."""
        least = self._told.step - self._front.size % self._told.step
        return least + -(-max(0, len(self._pending) - least) // self._told.step) * self._told.step

    def _filled_up(self, places: Sequence[int], now: dt.datetime) -> list[bytes]:
        """The entries of the tick in their order."""
        if self._filling is None or self._told.step == 1:
            return self._pending
        taken = dict(zip(places, self._pending, strict=True))
        indices = range(self._front.size, self._front.size + self._room())
        others = [index for index in indices if index not in taken]
        before = self._front.bundle[-1] if self._front.bundle else b""
        taken |= zip(others, self._filling.made(others, now, before), strict=True)
        return [taken[index] for index in indices]

    def _write_tiles(self, entries: Sequence[bytes], places: Sequence[int]) -> None:
        front, made = growth.grown(self._front, entries)
        numbers = range(self._taken, self._taken + len(self._pending))
        disk.put_all(self._told.log, ((tile.path, content) for tile, content in made))
        disk.replace(self._told.state / left.TREE, left.tree(front, numbers.stop))
        self._front, self._taken, self._pending = front, numbers.stop, []
        self._ticks.append((numbers, places))

    def _sign(self, checkpoint: Checkpoint, now: dt.datetime) -> Believed | Unwitnessed:
        signed = Note(
            checkpoint.text, tuple(one.signature(checkpoint, int(now.timestamp())) for one in self._told.signers)
        )
        asked = self._witnesses.cosign(signed, checkpoint)
        _stop_if_behind(asked, checkpoint.size)
        note = signed.with_signatures(asked.signatures)
        found = believed(note, self._told.policy)
        if isinstance(found, Refused):
            return Unwitnessed(f"{found.why} ({asked.failures})" if asked.failures else found.why)
        if found.time is not None and abs(found.time - now.timestamp()) > self._told.skew_s:
            raise Stopped("the clock here is far from the witnesses' median time; set it, then start again")
        self._keep_of_day(note, found)
        disk.replace(self._told.log / left.CHECKPOINT, notes.written(note))
        self._published = (note, found)
        left.take_away_outgrown(self._told.log, checkpoint.size)
        return found

    def _keep_of_day(self, note: Note, found: Believed) -> None:
        """Keep the first checkpoint of each day of the witnesses."""
        day = found.day
        if day and not (self._told.log / daily.kept_at(day)).exists():
            disk.put_whole(self._told.log, daily.kept_at(day), notes.written(note))

    def _ask_before_signing(self) -> bool:
        """Whether a quorum of witnesses has seen no more than is here; asked by what was signed before, not by anything new."""
        if self._published:
            note, found = self._published
            asked = self._witnesses.cosign(note, found.checkpoint)
            _stop_if_behind(asked, self._begun)
            answered = [name for name, one in asked.replies.items() if isinstance(one, Cosigned | Conflict)]
            self._silent = f" ({asked.failures})" if asked.failures else ""
            if asked.seen_more_than(found.checkpoint.size) is not None:
                self._compare_with_what_is_shown()
        else:
            answered = self._compare_with_what_is_shown()
        return self._told.policy.is_met(frozenset(answered))

    def _compare_with_what_is_shown(self) -> list[str]:
        """Which witnesses show what they saw, or nothing. A tree that was never served must begin the one that is here.

        Whoever was killed between a witness's cosignature and the quorum's goes on from it.
        """
        shown = self._witnesses.shown(self._told.origin)
        for seen in (one for one in shown.values() if isinstance(one, Checkpoint)):
            if seen.size > self._begun:
                raise Stopped(_behind(seen.size, self._begun))
            if merkle.edge(seen.size, self._at(self._front.size)).root != seen.root:
                raise Stopped(_FORKED)
        failed = "; ".join(f"{name}: {one.why}" for name, one in shown.items() if isinstance(one, Failed))
        self._silent = f" ({failed})" if failed else ""
        return [name for name, one in shown.items() if not isinstance(one, Failed)]

    @contextmanager
    def _going_on(self) -> Iterator[None]:
        """Go on only while nothing has ended the writer. Any fault in the block does: what is on the disk is not known then."""
        if self._over:
            raise self._over
        try:
            yield
        except (DiskFailed, Stopped) as fault:
            self._over = fault
            raise
        except BaseException:
            self._over = Stopped("the writer was interrupted, or met a fault of its own; start it again")
            raise

    # Proving

    def prove(self, index: int, extra: bytes = b"") -> Proof:
        """The proof that the entry at an index is in the published tree.

        Raises:
            ValueError: no checkpoint is published yet that holds it.
        """
        if not self._published or not 0 <= index < self._published[1].checkpoint.size:
            raise ValueError("no checkpoint is published yet that holds the entry")
        note, found = self._published
        size = found.checkpoint.size
        if self._proving[0] != size:
            self._proving = (size, self._at(size))  # whose tiles stay at hand
        return Proof(index, tuple(merkle.inclusion(index, size, self._proving[1])), note, extra)


_FORKED = (
    "a witness has seen another tree of this log: a second writer is at work, or was, or a tile is damaged; "
    "find out which is true"
)


def _behind(seen: int, here: int) -> str:
    return (
        f"a witness has seen {seen:,} entries, and here are {here:,}: a backup was restored, or a second writer is at work; "
        "restore the newest state"
    )


def _stop_if_behind(asked: Asked, size: int) -> None:
    seen = asked.seen_more_than(size)
    if seen is not None:
        raise Stopped(_behind(seen, size))
    if asked.is_forked:
        raise Stopped(_FORKED)
