"""What a witness is asked and answers (c2sp.org/tlog-witness@v1.0.0), and by what it decides.

    old 20852014
    PlRNCrwHpqhGrupue0L7gxbjbMiKA9temvuZZDDpkaw=
    …                              the proof that the new tree begins with the old one

    <the checkpoint with the log's signature>

The reply is lines of cosignatures. What the witness has seen before comes from its store; that storing and answering are one
step is the store's business too.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from hashlib import sha256
from http import HTTPStatus

from safeconduct.core.log import checkpoints, cosignatures, merkle, notes
from safeconduct.core.log.checkpoints import Checkpoint
from safeconduct.core.log.lines import Malformed, based, decimal, decoded, hash_of
from safeconduct.core.log.notes import Note, VerifierKey

_MOST_PROOF = 63
LONGEST = notes.LONGEST + (1 << 13)
SIZE_TYPE = "text/x.tlog.size"


@dataclass(frozen=True, slots=True)
class Request:
    """Cosign this checkpoint: you last saw a tree of size `old`, and here is the proof that this one begins with it."""

    old: int
    proof: tuple[bytes, ...]
    note: Note


@dataclass(frozen=True, slots=True)
class Answer:
    """What the witness answers instead of a cosignature: a status of HTTP, why, and the size it has, where that is asked for."""

    status: HTTPStatus
    why: str
    size: int | None = None


@dataclass(frozen=True, slots=True)
class Seen:
    """The latest tree of a log that a witness has cosigned."""

    size: int
    root: bytes


UNSEEN = Seen(0, merkle.EMPTY)


def read(said: bytes) -> Request:
    """The request in `said`.

    Raises:
        Malformed: it is none.
    """
    if len(said) > LONGEST:
        raise Malformed("the request is too long")
    head, divided, note = said.partition(b"\n\n")
    first, *proof = decoded(head, "the request").split("\n")
    if not divided or not first.startswith("old "):
        raise Malformed("the request does not begin with the old size, or has no checkpoint")
    if len(proof) > _MOST_PROOF:
        raise Malformed("the proof of consistency is longer than that of any tree")
    old = decimal(first.removeprefix("old "), "the old size")
    return Request(old, tuple(hash_of(line, "the proof of consistency") for line in proof), notes.read(note))


def written(request: Request) -> bytes:
    """A request as it is read."""
    lines = [f"old {request.old}", *(based(one) for one in request.proof)]
    return "".join(f"{line}\n" for line in lines).encode() + b"\n" + notes.written(request.note)


def asked_of(request: Request, logs: Sequence[VerifierKey]) -> Checkpoint | Answer:
    """The checkpoint that a log asks to have cosigned, if one of its keys signed it; the steps are those of the standard."""
    try:
        checkpoint = checkpoints.read(request.note.text)
    except Malformed as fault:
        return Answer(HTTPStatus.BAD_REQUEST, str(fault))
    keys = [key for key in logs if key.name == checkpoint.origin]
    if not keys:
        return Answer(HTTPStatus.NOT_FOUND, "the log is not known here")
    try:
        signed = [one for key in keys if (one := cosignatures.verified(request.note, checkpoint, key))]
    except Malformed as fault:
        return Answer(HTTPStatus.FORBIDDEN, str(fault))
    if not signed:
        return Answer(HTTPStatus.FORBIDDEN, "no key of the log signed it")
    if request.old > checkpoint.size:
        return Answer(HTTPStatus.BAD_REQUEST, "the old size is greater than the new one")
    return checkpoint


def conflict(request: Request, checkpoint: Checkpoint, seen: Seen) -> Answer | None:
    """Why a checkpoint is not cosigned by who has seen that tree; None where it is."""
    if request.old != seen.size:
        return Answer(HTTPStatus.CONFLICT, "another size was cosigned last", seen.size)
    if not merkle.is_consistent(seen.size, seen.root, checkpoint.size, checkpoint.root, request.proof):
        return Answer(HTTPStatus.UNPROCESSABLE_ENTITY, "it is not shown that the old tree begins the new one")
    return None


def origin_digest(origin: str) -> str:
    """Under what a witness shows the latest checkpoint of a log: the SHA-256 of its origin, in hexadecimal figures."""
    return sha256(origin.encode()).hexdigest()
