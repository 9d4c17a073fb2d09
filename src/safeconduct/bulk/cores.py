"""The same work on many things, on every core, with the answers in order."""

from __future__ import annotations

import gc
import multiprocessing
import os
import signal
from collections import deque
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import Future, ProcessPoolExecutor
from functools import cache
from itertools import chain, islice
from typing import Any, Self, TypeVar

Given = TypeVar("Given")
Thing = TypeVar("Thing")
Answer = TypeVar("Answer")

CORES = len(os.sched_getaffinity(0))
_AHEAD = 2 * CORES + 1


class Cores:
    """Processes, one a core, that begin when they are first needed and work until the block is left.

    What `make(given)` comes to is made once in each of them, whatever it is asked for next.
    """

    def __init__(self) -> None:
        self._pool: ProcessPoolExecutor | None = None

    @property
    def begun(self) -> bool:
        """Whether they have begun, which takes as long as ten thousand small things."""
        return self._pool is not None

    def spread(
        self, make: Callable[[Given], Callable[[Thing], Answer]], given: Given, things: Iterable[Thing]
    ) -> Iterator[Answer]:
        """`make(given)` of each thing, in order.

        A few things are worked on ahead, so that no more of them are held; where there are fewer than two, this process
        does the work.
        """
        things = iter(things)
        first = list(islice(things, 2))
        if len(first) < 2 or CORES < 2:
            yield from map(make(given), chain(first, things))
            return
        self._pool = self._pool or ProcessPoolExecutor(CORES, multiprocessing.get_context("spawn"), _begin)
        yield from _in_order(self._pool, make, given, chain(first, things))

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        if self._pool is not None:
            self._pool.shutdown(cancel_futures=True)


def spread(
    make: Callable[[Given], Callable[[Thing], Answer]], given: Given, things: Iterable[Thing]
) -> Iterator[Answer]:
    """`make(given)` of each thing, in order, by processes that do nothing else."""
    with Cores() as cores:
        yield from cores.spread(make, given, things)


def _in_order(pool: ProcessPoolExecutor, make: Callable[[Any], Any], given: object, things: Iterable[Thing]) -> Any:  # noqa: ANN401  # answers of whatever kind
    ahead: deque[Future[Any]] = deque()
    for thing in things:
        ahead.append(pool.submit(_work, make, given, thing))
        if len(ahead) > _AHEAD:
            yield ahead.popleft().result()
    while ahead:
        yield ahead.popleft().result()


def _begin() -> None:
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # whoever interrupts the run interrupts the process that leads it
    gc.set_threshold(100_000, 50, 50)  # millions of small values, and no circles among them


@cache
def _made(make: Callable[[Any], Callable[[Any], Any]], given: object) -> Callable[[Any], Any]:
    """A process makes each of its workers once."""
    worker = make(given)
    gc.freeze()  # what has been read stays
    return worker


def _work(make: Callable[[Any], Callable[[Any], Any]], given: object, thing: object) -> object:
    return _made(make, given)(thing)
