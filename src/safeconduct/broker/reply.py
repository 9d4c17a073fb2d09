"""What the broker answers: always the same fields, always `SIZE` bytes.

    answer   looked, done or refused              found   one, none, several, withheld; not_searched where nothing was looked for
    why      of a refusal alone                   route   ordinary, or protected: which reviewer the case goes to
    look     the how-many-th look of this broker  card    six comparisons, without a word of the request or the record
    spent    of a refusal: what was shown can do nothing any more, however often it is shown; it was done, or there is nothing to do
    sealed   what may be released, to the sealer; of the same length where there is nothing

Whoever sees the bytes pass, or how many they are, learns nothing of the register. The desk reads `found` and the card.
"""

from __future__ import annotations

import base64
import json
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from enum import StrEnum

from safeconduct.core import documents
from safeconduct.core.matching import Card, Compared, Said
from safeconduct.core.opened_record import Route

SIZE = 8192
CONTENT = 3072
"""Bytes of what is sealed, filled up with blanks."""


class Answer(StrEnum):
    """What became of a call."""

    LOOKED = "looked"
    DONE = "done"
    REFUSED = "refused"


class Outcome(StrEnum):
    """What a look came to, for the desk."""

    ONE = "one"
    NONE = "none"
    SEVERAL = "several"
    WITHHELD = "withheld"
    NOT_SEARCHED = "not_searched"


_COMPARISONS = ("name", "address", "birth date", "number", "suffix", "deceased")
BLANK: Card = tuple(Compared(what, Said.NOT_COMPARED) for what in _COMPARISONS)
"""The card where there is no record: as long a list as any."""


@dataclass(frozen=True, slots=True)
class Reply:
    """What the broker answers."""

    answer: Answer
    sealed: bytes
    why: str = ""
    look: int = 0
    found: Outcome = Outcome.NOT_SEARCHED
    route: Route = Route.ORDINARY
    card: Card = BLANK
    spent: bool = False


def frame(reply: Reply) -> bytes:
    """The reply as it goes over the socket: one line of JSON, of `SIZE` bytes with its end."""
    return line({**asdict(reply), "sealed": base64.b64encode(reply.sealed).decode()}, SIZE)


def line(said: Mapping[str, object], size: int) -> bytes:
    """What is said as one line of JSON, filled up to that many bytes with its end.

    Raises:
        ValueError: it is longer.
    """
    lacking = size - len(json.dumps({**said, "padding": ""})) - 1
    if lacking < 0:
        raise ValueError("a reply is longer than every reply is")
    return f"{json.dumps({**said, 'padding': ' ' * lacking})}\n".encode()


def read(received: bytes) -> Reply:
    """The reply in a line from the socket.

    Raises:
        ValueError: it is none.
    """
    said = documents.read(received.decode())
    if len(received) != SIZE or not isinstance(said, dict):
        raise ValueError("that is no reply of a broker")
    return Reply(
        answer=Answer(said["answer"]),
        sealed=base64.b64decode(said["sealed"], validate=True),
        why=said["why"],
        look=said["look"],
        found=Outcome(said["found"]),
        route=Route(said["route"]),
        spent=said["spent"] is True,
        card=tuple(Compared(one["what"], Said(one["said"]), one["how"]) for one in said["card"]),
    )


def content(said: Mapping[str, object]) -> bytes | None:
    """What is sealed (`core.opened_record`), filled up; None where it is longer than may be."""
    filled = json.dumps(said, ensure_ascii=False).encode()
    return filled.ljust(CONTENT) if len(filled) <= CONTENT else None
