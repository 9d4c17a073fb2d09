"""That something the broker is asked to do was entered first: an entry opened to exactly that, and witnessed a moment ago.

A look permit carries such a proof, and so does every call for what a person may see. Here it is verified, and looks that were
made are compared with those that were entered. That an entry serves once is for the broker to remember (`Entered.known_by`).
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable
from dataclasses import dataclass
from hashlib import sha256

from safeconduct.core.log import disclosures
from safeconduct.core.log.disclosures import Shown
from safeconduct.core.log.entries import Entry, Kind
from safeconduct.core.log.lines import Malformed
from safeconduct.core.log.policy import Policy
from safeconduct.core.log.refusals import Refused
from safeconduct.core.permit import AHEAD, HOLDS, Permit

GROUP = "request"
"""The group of an entry that is opened to what is to be done."""
_KNOWN_BY = b"safeconduct entry used v1\n"


@dataclass(frozen=True, slots=True)
class Use:
    """What is to be done: what it is called, as which kinds it may be entered, its bytes, and the pack and orders it is under."""

    whose: str
    kinds: frozenset[Kind]
    said: bytes
    under: tuple[str, str] | None = None


@dataclass(frozen=True, slots=True)
class Entered:
    """An entry that is proved: in which log, and where."""

    origin: str
    index: int

    @property
    def known_by(self) -> bytes:
        """By what the entry is known to be used, whatever proof of it is shown."""
        return sha256(_KNOWN_BY + f"{self.index}\n{self.origin}".encode()).digest()


def of_permit(permit: Permit) -> Use:
    """The look that a permit is for."""
    return Use("the permit", frozenset({Kind.LOOK}), permit.signed_bytes, (permit.pack, permit.orders))


def entered(said: object, use: Use, policy: Policy, now: dt.datetime) -> Entered | Refused:
    """The entry that a disclosure, as parsed JSON, shows of a use, to whoever believes that policy; None is no disclosure."""
    found = shown(said, use.whose, policy, now)
    if isinstance(found, Refused):
        return found
    why = _other(found, use)
    return Refused(why) if why else place_of(found)


def shown(said: object, whose: str, policy: Policy, now: dt.datetime) -> Shown | Refused:
    """What a disclosure, as parsed JSON, shows to whoever believes that policy, if it was witnessed a moment ago."""
    if said is None:
        return Refused(f"{whose} has no proof with it that it was entered in the log")
    try:
        disclosure = disclosures.read(said)
    except Malformed as fault:
        return Refused(f"the proof that {whose} was entered cannot be read: {fault}")
    found = disclosures.verified(disclosure, policy)
    if isinstance(found, Refused):
        return Refused(f"the proof that {whose} was entered is not believed: {found.why}")
    why = _untimely(found.under.time, whose, now)
    return Refused(why) if why else found


def place_of(found: Shown) -> Entered:
    """Where the entry stands that is shown."""
    return Entered(found.under.checkpoint.origin, found.index)


def _other(found: Shown, use: Use) -> str:
    """What makes the entry one of something else; "" where nothing does."""
    entry, opened = found.entry, found.values.get(GROUP)
    if entry.kind not in use.kinds:
        return f"{use.whose} was entered as a {entry.kind}, which is none of {', '.join(sorted(use.kinds))}"
    if opened is None:
        return f"the entry's {GROUP} is not opened, so nobody can say that it is {use.whose}'s"
    if opened != use.said:
        return f"the entry is of something else than {use.whose}"
    in_force = (entry.in_force.pack, entry.in_force.orders)
    for what, at, named in zip(("pack", "orders"), in_force, use.under or in_force, strict=True):
        if at != named:
            return f"{use.whose} was entered under another digest of the {what} than it names"
    return ""


def _untimely(time: int | None, whose: str, now: dt.datetime) -> str:
    """What is wrong with the date in law of the checkpoint that is shown; "" where nothing is."""
    if time is None:
        return f"no witness says when {whose} was entered: the policy asks for none"
    since = now.timestamp() - time
    if since >= HOLDS.total_seconds():
        return f"{whose} was entered too long ago: its checkpoint was witnessed fifteen minutes ago or more"
    if since < -AHEAD.total_seconds():
        return f"{whose} was entered in the future: the broker's clock or the witnesses' is wrong"
    return ""


# Looks, counted twice


@dataclass(frozen=True, slots=True)
class Compared:
    """Looks as the log has them, and as the broker counts them."""

    entered: int
    made: int

    @property
    def unmade(self) -> int:
        """So many entries no look followed: permits that lapsed, or a store of the broker's that was put back."""
        return max(0, self.entered - self.made)

    @property
    def unentered(self) -> int:
        """So many looks no entry came before."""
        return max(0, self.made - self.entered)


def looks(opened: Iterable[tuple[Entry, Kind | None]]) -> int:
    """How many looks were entered, of a log's entries with the kinds of their bodies, as an office opened them.

    An entry whose body is nowhere, None, is nothing.
    """
    return sum(entry.kind is Kind.LOOK and body is Kind.LOOK for entry, body in opened)
