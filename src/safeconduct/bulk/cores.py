"""The same work on many things, on every core, with the answers in order."""

from __future__ import annotations

import gc
import multiprocessing
import os
import signal
from collections import deque
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import Future, ProcessPoolExecutor
from itertools import chain, islice
from typing import Any, TypeVar

Given = TypeVar("Given")
Thing = TypeVar("Thing")
Answer = TypeVar("Answer")

CORES = len(os.sched_getaffinity(0))
_AHEAD = 2 * CORES + 1


def spread(
    make: Callable[[Given], Callable[[Thing], Answer]], given: Given, things: Iterable[Thing]
) -> Iterator[Answer]:
    """`make(given)` of each thing, in order.

    Every process makes its own worker once. A few things are worked on ahead, so that no more of them are held; where
    there are fewer than two, this process does the work.
    """
    things = iter(things)
    first = list(islice(things, 2))
    if len(first) < 2 or CORES < 2:
        yield from map(make(given), chain(first, things))
        return
    pool = ProcessPoolExecutor(CORES, multiprocessing.get_context("spawn"), _begin, (make, given))
    try:
        yield from _in_order(pool, chain(first, things))
    finally:
        pool.shutdown(cancel_futures=True)


def _in_order(pool: ProcessPoolExecutor, things: Iterable[Thing]) -> Iterator[Any]:
    ahead: deque[Future[Any]] = deque()
    for thing in things:
        ahead.append(pool.submit(_work, thing))
        if len(ahead) > _AHEAD:
            yield ahead.popleft().result()
    while ahead:
        yield ahead.popleft().result()


_worker: Callable[[Any], Any]


def _begin(make: Callable[[Any], Callable[[Any], Any]], given: object) -> None:
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # whoever interrupts the run interrupts the process that leads it
    global _worker  # noqa: PLW0603  # a process of the pool has one worker for its life
    _worker = make(given)
    gc.freeze()  # what has been read stays
    gc.set_threshold(100_000, 50, 50)  # millions of small values, and no circles among them


def _work(thing: object) -> object:
    return _worker(thing)
