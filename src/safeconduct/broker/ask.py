"""The desk's side of the broker's socket: one line there, one line back."""

from __future__ import annotations

import json
import socket
from pathlib import Path

from safeconduct.broker.reply import SIZE, Reply, read
from safeconduct.shelf import Misplaced

_PATIENCE = 60.0


def ask(place: Path, call: dict[str, object]) -> Reply:
    """What the broker at the socket `place` answers to `call`.

    Raises:
        Misplaced: nobody answers there.
    """
    mend = "see that `safeconduct broker serve` runs, and name its socket"
    try:
        line = _sent(place, json.dumps(call, ensure_ascii=False).encode() + b"\n")
    except OSError as fault:
        raise Misplaced(place, f"cannot be called: {(fault.strerror or str(fault)).lower()}", mend) from None
    try:
        return read(line)
    except (ValueError, KeyError, TypeError):
        raise Misplaced(place, "gave no whole answer", mend) from None


def _sent(place: Path, line: bytes) -> bytes:
    with socket.socket(socket.AF_UNIX, socket.SOCK_STREAM) as connection:
        connection.connect(str(place))
        connection.settimeout(_PATIENCE)
        connection.sendall(line)
        answer = b""
        while len(answer) < SIZE and (said := connection.recv(SIZE)):
            answer += said
    return answer
