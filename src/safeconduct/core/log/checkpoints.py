"""Checkpoints (c2sp.org/tlog-checkpoint@v1.0.0): a log's tree at one size, as the text of a note.

    example.com/log
    20852163
    CsUYapGGPo4dkMgIAUqom/Xajj7h2fB2MPA3j2jxq2I=

Lines after the third are not taken: nobody who cosigns by ML-DSA says anything of them.
"""

from __future__ import annotations

from dataclasses import dataclass

from safeconduct.core.log.lines import Malformed, based, decimal, hash_of, lines
from safeconduct.core.log.merkle import EMPTY


@dataclass(frozen=True, slots=True)
class Checkpoint:
    """A log's tree: whose, how many entries, and their root."""

    origin: str
    size: int
    root: bytes

    @property
    def text(self) -> str:
        """The text of the note."""
        return f"{self.origin}\n{self.size}\n{based(self.root)}\n"


def read(text: str) -> Checkpoint:
    """The checkpoint in the text of a note.

    Raises:
        Malformed: it is none.
    """
    found = lines(text, "the checkpoint")
    if len(found) != 3:
        raise Malformed("the checkpoint is not of three lines: origin, size and root")
    origin, size, root = found
    if not origin:
        raise Malformed("the checkpoint names no origin")
    checkpoint = Checkpoint(origin, decimal(size, "the checkpoint's size"), hash_of(root, "the checkpoint's root"))
    if checkpoint.size == 0 and checkpoint.root != EMPTY:
        raise Malformed("the checkpoint is of no entries and has another root than that of none")
    return checkpoint
