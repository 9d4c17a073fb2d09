"""The desk's side of the broker's socket: one line there, one line back."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import TypeVar

from safeconduct import sockets
from safeconduct.broker import reply, slot_reply
from safeconduct.broker.reply import Reply
from safeconduct.broker.slot_reply import SlotReply
from safeconduct.shelf import Misplaced

Answered = TypeVar("Answered", Reply, SlotReply)


def ask(place: Path, call: dict[str, object]) -> Reply:
    """What the broker at the socket `place` answers to `call`, a look or a mark.

    Raises:
        Misplaced: nobody answers there.
    """
    return _asked(place, call, reply.SIZE, reply.read)


def tell_of_stop(place: Path, notice: Mapping[str, object]) -> Reply:
    """What the broker at the socket `place` answers to a stop that was set or lifted, as `core.gate.notices` writes it.

    Raises:
        Misplaced: nobody answers there.
    """
    return ask(place, {"call": "stop", **notice})


def ask_slot(place: Path, call: dict[str, object]) -> SlotReply:
    """What the broker at the socket `place` answers to `call`, which is for a slot.

    Raises:
        Misplaced: nobody answers there.
    """
    return _asked(place, call, slot_reply.SLOT_SIZE, slot_reply.read)


def _asked(place: Path, call: dict[str, object], size: int, read: Callable[[bytes], Answered]) -> Answered:
    mend = "see that `safeconduct broker serve` runs, and name its socket"
    try:
        line = sockets.asked(place, json.dumps(call, ensure_ascii=False).encode() + b"\n", size)
    except OSError as fault:
        raise Misplaced(place, f"cannot be called: {(fault.strerror or str(fault)).lower()}", mend) from None
    try:
        return read(line)
    except (ValueError, KeyError, TypeError):
        raise Misplaced(place, "gave no whole answer", mend) from None
