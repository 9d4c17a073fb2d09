"""Roots over events, by which the log holds the journal: what was anchored cannot be changed, left out or put between unseen.

A root is that of RFC 6962 over the events after the last anchor, each by everything its row says. It is entered in the log as a
control `journal`. Whoever has the journal and the log's bodies computes every root again (`audit`); whoever is shown one event and
its path, that one.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from safeconduct.core import canonical, documents, records
from safeconduct.core.log import merkle
from safeconduct.core.log.controls import JOURNAL, Control, Person, digest_of
from safeconduct.core.log.lines import Malformed
from safeconduct.journal import journal
from safeconduct.journal.events import Row


@dataclass(frozen=True, slots=True)
class Root:
    """The root over the events after one position up to another, and how many they are."""

    after: int
    through: int
    events: int
    root: str


def root(after: int, through: int) -> Root:
    """The root over the journal's events after `after`, up to `through`."""
    edge = merkle.NOTHING.grown(leaves(journal.every(after, through)))
    return Root(after, through, edge.size, edge.root.hex())


def control(of: Root, now: dt.datetime) -> Control:
    """The control by which a root is entered in the log."""
    content = canonical.written(
        {"after": of.after, "events": of.events, "root": of.root, "through": of.through}
    ).decode()
    by, on = (Person("the desk", "desk"),), now.astimezone(dt.UTC).date().isoformat()
    return Control(JOURNAL, "events", "set", content, digest_of(content), by, on)


def read(said: str) -> Root | None:
    """The root that the content of such a control tells; None where it tells none."""
    try:
        document = documents.read(said)
        return records.read(Root, document)
    except (documents.NoDocument, Malformed):
        return None


def leaves(rows: Iterable[Row]) -> Iterator[bytes]:
    """The hashes of rows, as the leaves of a tree."""
    return (merkle.leaf(row.leaf) for row in rows)
