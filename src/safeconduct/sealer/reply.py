"""What the sealer answers: a line of JSON, `refused` with why, `sealed` with the package's digest, or `handed_over` with the package."""

from __future__ import annotations

import json
from dataclasses import dataclass
from enum import StrEnum

from safeconduct.core import documents, records
from safeconduct.core.log.lines import Malformed

LONGEST = 1 << 17
"""Bytes of the longest answer."""


class Answer(StrEnum):
    """What became of a call."""

    REFUSED = "refused"
    SEALED = "sealed"
    HANDED_OVER = "handed_over"


@dataclass(frozen=True, slots=True)
class Reply:
    """What the sealer answers: of what is sealed its digest and until when it may be used; of what is handed over the package."""

    answer: Answer
    why: str = ""
    package: str = ""
    use_until: str = ""
    sealed: bytes = b""


def written(reply: Reply) -> bytes:
    """The reply as it goes over the socket."""
    return json.dumps(records.document(reply)).encode() + b"\n"


def read(line: bytes) -> Reply:
    """The reply in a line from the socket.

    Raises:
        Malformed: it is none.
    """
    try:
        return records.read(Reply, documents.read(line.decode()))
    except (documents.NoDocument, UnicodeDecodeError):
        raise Malformed("that is no reply of a sealer") from None
