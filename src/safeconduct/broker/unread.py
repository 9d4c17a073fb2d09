"""What is said of a register that cannot be read, or must not be."""

from __future__ import annotations

from safeconduct.shelf import Misplaced


class Unread(Exception):
    """The register could not be read, or is another than it was. Nothing is known of the person; the custodian must act."""


def not_synthetic(register: object) -> Misplaced:
    """What is wrong with a register of persons who may exist."""
    what = "holds somebody without a number, or with one that may have been issued: it is not synthetic"
    return Misplaced(register, what, "name a synthetic one; until the log stands, no look is made into another")
