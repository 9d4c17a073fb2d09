"""The witnesses of a policy, asked all at once: what they cosign, and whether one of them has seen more than there is here."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from typing import TypeVar

from safeconduct.core.log import cosignatures, merkle
from safeconduct.core.log.checkpoints import Checkpoint
from safeconduct.core.log.lines import Malformed
from safeconduct.core.log.merkle import At
from safeconduct.core.log.notes import Note, Signature
from safeconduct.core.log.policy import Policy, Witness
from safeconduct.core.log.witnessing import Request
from safeconduct.witness import client
from safeconduct.witness.client import Conflict, Cosigned, Failed, Forked, Reply, Transport

AtOfSize = Callable[[int], At]
T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Asked:
    """What the witnesses answered, by their names in the policy."""

    replies: Mapping[str, Reply]

    @property
    def signatures(self) -> list[Signature]:
        """The cosignatures, each verified."""
        return [line for reply in self.replies.values() if isinstance(reply, Cosigned) for line in reply.signatures]

    @property
    def failures(self) -> str:
        """Who did not cosign, and why, in a few words."""
        failed = ((name, reply) for name, reply in self.replies.items() if isinstance(reply, Failed))
        return "; ".join(f"{name}: {reply.why}" for name, reply in failed)

    @property
    def is_forked(self) -> bool:
        """Whether a witness has seen another tree."""
        return any(isinstance(reply, Forked) for reply in self.replies.values())

    def seen_more_than(self, size: int) -> int | None:
        """The size that a witness has seen, if that is more."""
        sizes = [reply.size for reply in self.replies.values() if isinstance(reply, Conflict)]
        return max((one for one in sizes if one > size), default=None)


class Witnesses:
    """The witnesses of a policy that have an address."""

    def __init__(self, policy: Policy, at: AtOfSize, transport: Transport) -> None:
        """Ask those of `policy`; `at` gives the hashes of the tree of a size."""
        self._witnesses = [one for one in policy.witnesses if one.url]
        self._at, self._transport = at, transport
        self._known: dict[str, int] = {}

    def cosign(self, note: Note, checkpoint: Checkpoint) -> Asked:
        """Have a signed checkpoint cosigned by as many as will."""
        return Asked(self._all(lambda one: self._ask(one, note, checkpoint)))

    def shown(self, origin: str) -> Mapping[str, Note | Failed | None]:
        """The latest note that each of them shows of a log."""
        return self._all(lambda one: client.latest(one.url, origin, self._transport))

    def _all(self, ask: Callable[[Witness], T]) -> dict[str, T]:
        if not self._witnesses:
            return {}
        with ThreadPoolExecutor(len(self._witnesses)) as threads:
            replies: Sequence[T] = list(threads.map(ask, self._witnesses))
        return dict(zip((one.name for one in self._witnesses), replies, strict=True))

    def _ask(self, witness: Witness, note: Note, checkpoint: Checkpoint) -> Reply:
        """Ask one, and once more where it says that it has seen another, smaller size than was thought."""
        reply = self._ask_once(witness, note, checkpoint)
        if isinstance(reply, Conflict) and reply.size <= checkpoint.size:
            self._known[witness.name] = reply.size
            reply = self._ask_once(witness, note, checkpoint)
        if isinstance(reply, Cosigned):
            reply = _held(reply, witness, checkpoint)
            self._known[witness.name] = checkpoint.size
        return reply

    def _ask_once(self, witness: Witness, note: Note, checkpoint: Checkpoint) -> Reply:
        old = min(self._known.get(witness.name, 0), checkpoint.size)
        path = merkle.consistency(old, checkpoint.size, self._at(checkpoint.size))
        return client.add_checkpoint(witness.url, Request(old, tuple(path), note), self._transport)


def _held(reply: Cosigned, witness: Witness, checkpoint: Checkpoint) -> Reply:
    """The witness's own lines, if they hold; lines of others in its answer are ignored."""
    own = Note(checkpoint.text, reply.signatures)
    try:
        found = cosignatures.verified(own, checkpoint, witness.key)
    except Malformed as fault:
        return Failed(str(fault))
    if len(own.by(witness.key)) > 1:
        return Failed("it answered with more than one line by its key")
    return Cosigned(own.by(witness.key)) if found and found.timestamp else Failed("it did not cosign with its key")
