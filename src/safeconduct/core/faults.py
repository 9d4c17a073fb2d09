"""What is wrong with a pack: a fault that names file, line, what is wrong and what to change."""

from __future__ import annotations

import difflib
from collections.abc import Collection


class PackFault(ValueError):
    """Something in a pack that does not load. Its author must act."""

    def __init__(self, file: str, line: int, what: str, mend: str) -> None:
        super().__init__(f"{file}:{line}: {what}; {mend}")
        self.file, self.line, self.what, self.mend = file, line, what, mend


def instead(said: str, known: Collection[str]) -> str:
    """What to write instead of a word that is none of `known`: the one that may be meant, or all of them."""
    near = difflib.get_close_matches(said, sorted(known), n=1)
    return f"write `{near[0]}`" if near else f"keep to {', '.join(sorted(known))}"
