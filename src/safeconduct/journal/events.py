"""Events as rows of the journal, and rows as events.

A row has the kind of its event, the shape of its body (a number), and the body: JSON in canonical form. A body of an old shape is
brought to the newest, one step at a time, when it is read; the row stays as it is.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import lru_cache
from hashlib import sha256
from typing import Any

from safeconduct.core import canonical, documents, records
from safeconduct.core.case.events import KINDS as OF_CASES
from safeconduct.core.gate.commands import name
from safeconduct.core.gate.events import KINDS as OF_THE_GATE
from safeconduct.core.log.lines import Malformed

KINDS: Mapping[str, type] = {**OF_CASES, **OF_THE_GATE}
SHAPES: dict[str, int] = {"first_decided": 2, "second_decided": 2, "decided": 2}
"""Of which shape the body of a kind is now; 1 where it stands not here."""
UPCASTS: dict[tuple[str, int], Callable[[dict[str, Any]], dict[str, Any]]] = {
    (kind, 1): lambda body: {**body, "confirmed": []} for kind in ("first_decided", "second_decided", "decided")
}
"""How a body of a kind and an old shape is read as one of the next."""
GATE = "gate"
"""The stream of what governs the gate; every other is a case's."""
_ENCODER = json.JSONEncoder(ensure_ascii=False)


@dataclass(frozen=True, slots=True)
class Row:
    """A row of the journal: where it stands, of which stream and the how-many-th there, and what it says."""

    position: int
    stream: str
    version: int
    kind: str
    shape: int
    command: str
    body: str

    @property
    def leaf(self) -> bytes:
        """What a root is over: everything that the row says."""
        said = [self.position, self.stream, self.version, self.kind, self.shape, self.command, self.body]
        return sha256(b"safeconduct journal v1\n" + _ENCODER.encode(said).encode()).digest()


class Unread(Exception):
    """A row is none that this program wrote. The journal's keeper must act: it is damaged, forged, or of a newer program."""

    def __init__(self, row: Row, why: str) -> None:
        super().__init__(f"event {row.position}, {row.version} of {row.stream}: {why}")


def written(event: object) -> tuple[str, int, str]:
    """The kind, the shape and the body of an event."""
    kind = name(type(event))
    return kind, SHAPES.get(kind, 1), canonical.written(records.document(event)).decode()


def read(row: Row) -> Any:  # noqa: ANN401  # one of the events that there are
    """The event in a row.

    Raises:
        Unread: it is none.
    """
    newest = SHAPES.get(row.kind, 1)
    if row.kind not in KINDS or not 1 <= row.shape <= newest:
        raise Unread(row, "it is of a kind or a shape that this program does not know")
    try:
        return _event(row.kind, row.shape, newest, row.body)
    except (documents.NoDocument, Malformed) as fault:
        raise Unread(row, str(fault)) from None


@lru_cache(maxsize=1 << 10)  # a case that goes on is read again at each of its steps
def _event(kind: str, shape: int, newest: int, said: str) -> Any:  # noqa: ANN401  # as above
    body = documents.read(said)
    for old in range(shape, newest):
        body = UPCASTS[kind, old](body if isinstance(body, dict) else {})
    return records.read(KINDS[kind], body)
