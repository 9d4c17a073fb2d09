"""The witnesses of a policy, asked all at once: what they cosign, and whether one of them has seen more than there is here."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from concurrent.futures import Future, wait
from dataclasses import dataclass
from threading import Thread
from typing import Any, TypeVar

from safeconduct.core.log import checkpoints, cosignatures, merkle
from safeconduct.core.log.checkpoints import Checkpoint
from safeconduct.core.log.lines import Malformed
from safeconduct.core.log.merkle import At
from safeconduct.core.log.notes import Note, Signature
from safeconduct.core.log.policy import Policy, Witness
from safeconduct.core.log.witnessing import Request
from safeconduct.witness import client
from safeconduct.witness.client import Conflict, Cosigned, Failed, Forked, Reply, Transport

_PATIENCE = 30.0
"""Seconds for which all are waited for: who answers a byte at a time keeps nobody."""
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
        self._asked: dict[str, Future[Any]] = {}

    def cosign(self, note: Note, checkpoint: Checkpoint) -> Asked:
        """Have a signed checkpoint cosigned by as many as will."""
        return Asked(self._all(lambda one: self._ask(one, note, checkpoint)))

    def shown(self, origin: str) -> Mapping[str, Checkpoint | Failed | None]:
        """The latest tree of a log that each of them shows that it cosigned; None where it has seen none."""
        return self._all(lambda one: self._shown(one, origin))

    def _all(self, ask: Callable[[Witness], T]) -> dict[str, T | Failed]:
        """What each of them answers in time. Who has not answered the last time is not asked again before he has."""
        free = [one for one in self._witnesses if one.name not in self._asked or self._asked[one.name].done()]
        begun = {one.name: _begun(ask, one) for one in free}
        self._asked |= begun
        wait(begun.values(), timeout=_PATIENCE)
        late = Failed("no answer in time")
        answers = {name: one.result() if one.done() else late for name, one in begun.items()}
        return {one.name: answers.get(one.name, late) for one in self._witnesses}

    def _shown(self, witness: Witness, origin: str) -> Checkpoint | Failed | None:
        found = client.latest(witness.url, origin, self._transport)
        if not isinstance(found, Note):
            return found
        try:
            checkpoint = checkpoints.read(found.text)
            if checkpoint.origin == origin and cosignatures.verified(found, checkpoint, witness.key):
                return checkpoint
        except Malformed as fault:
            return Failed(str(fault))
        return Failed("what it shows is not this log's, or not cosigned by it")

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


def _begun(ask: Callable[[Witness], T], witness: Witness) -> Future[T]:
    """One witness, asked in a thread that keeps nobody from ending."""
    answer: Future[T] = Future()

    def run() -> None:
        try:
            answer.set_result(ask(witness))
        except BaseException as fault:  # noqa: BLE001  # whoever waits for the answer meets it
            answer.set_exception(fault)

    Thread(target=run, daemon=True).start()
    return answer


def _held(reply: Cosigned, witness: Witness, checkpoint: Checkpoint) -> Reply:
    """The witness's own line, if it holds: one, so that no witness fills the note. Lines of others are ignored."""
    own = Note(checkpoint.text, reply.signatures)
    try:
        found = cosignatures.verified(own, checkpoint, witness.key)
    except Malformed as fault:
        return Failed(str(fault))
    if len(own.by(witness.key)) > 1:
        return Failed("it answered with more than one line by its key")
    return Cosigned(own.by(witness.key)) if found and found.timestamp else Failed("it did not cosign with its key")
