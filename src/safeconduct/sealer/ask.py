"""The desk's side of the sealer's socket: a bundle there, a reply back."""

from __future__ import annotations

import json
from pathlib import Path

from safeconduct import sockets
from safeconduct.core.log.lines import Malformed
from safeconduct.sealer import bundle, reply
from safeconduct.sealer.bundle import Bundle
from safeconduct.sealer.reply import Reply
from safeconduct.shelf import Misplaced


def ask(place: Path, shown: Bundle) -> Reply:
    """What the sealer at the socket `place` answers to a bundle.

    Raises:
        Misplaced: nobody answers there.
    """
    mend = "see that `safeconduct sealer serve` runs, and name its socket"
    try:
        line = json.dumps(bundle.written(shown), ensure_ascii=False).encode() + b"\n"
        return reply.read(sockets.asked(place, line, reply.LONGEST))
    except OSError as fault:
        raise Misplaced(place, f"cannot be called: {(fault.strerror or str(fault)).lower()}", mend) from None
    except Malformed:
        raise Misplaced(place, "gave no whole answer", mend) from None
