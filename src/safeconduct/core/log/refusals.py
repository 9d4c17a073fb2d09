"""An expected refusal, as a value: why something is not believed, or has no effect. It repeats nothing of anybody's."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Refused:
    """Why something is not believed."""

    why: str
