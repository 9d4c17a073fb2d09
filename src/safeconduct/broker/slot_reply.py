"""What the broker answers to a call for a slot: always the same fields, always `SLOT_SIZE` bytes.

    answer   placed, proved or refused            why    of a refusal alone
    root     of the map after the call, which the log is to hold before anybody is answered
    tag, slot, key, proof                         what a person is given, of `proved` alone; zeros as long as it otherwise

Nothing of it comes from the register. A slot in which nothing may be told is as long as any, and so is its proof.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from safeconduct.broker.reply import line
from safeconduct.core import documents
from safeconduct.core.log.lines import Malformed, based, unbased
from safeconduct.core.log.merkle import HASH
from safeconduct.core.log.slots import DEPTH, KEY, SIZE, Answer

SLOT_SIZE = 20_480
BLANK = Answer(bytes(HASH), bytes(SIZE), bytes(KEY), (bytes(HASH),) * DEPTH)


class SlotAct(StrEnum):
    """What became of a call for a slot."""

    PLACED = "placed"
    PROVED = "proved"
    REFUSED = "refused"


@dataclass(frozen=True, slots=True)
class SlotReply:
    """What the broker answers to a call for a slot."""

    answer: SlotAct
    why: str = ""
    root: bytes = bytes(HASH)
    given: Answer = BLANK


def frame(reply: SlotReply) -> bytes:
    """The reply as it goes over the socket: one line of JSON, of `SLOT_SIZE` bytes with its end."""
    given = reply.given
    said = {
        "answer": reply.answer,
        "why": reply.why,
        "root": based(reply.root),
        **{name: based(getattr(given, name)) for name in ("tag", "slot", "key")},
        "proof": based(b"".join(given.proof)),
    }
    return line(said, SLOT_SIZE)


def read(received: bytes) -> SlotReply:
    """The reply in a line from the socket.

    Raises:
        ValueError: it is none.
    """
    said = documents.read(received.decode())
    if len(received) != SLOT_SIZE or not isinstance(said, dict):
        raise ValueError("that is no reply of a broker")
    try:
        root, tag, slot, key, proof = (unbased(said[name], name) for name in ("root", "tag", "slot", "key", "proof"))
    except Malformed as fault:
        raise ValueError(str(fault)) from None
    hashes = tuple(proof[at : at + HASH] for at in range(0, len(proof), HASH))
    return SlotReply(SlotAct(said["answer"]), said["why"], root, Answer(tag, slot, key, hashes))
