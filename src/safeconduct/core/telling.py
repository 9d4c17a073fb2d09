"""What a clause tells of the past, and what it denies.

A use counts where a reason asks for it ("so that officers can deport him"), not where it tells of what was done ("was
deported on 3 May 2021"), nor where the clause plainly says that it will not be made.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from safeconduct.core.reasons_table import Speech

_USED = frozenset(("used", "sought"))
_AUXILIARIES = frozenset(("was", "were", "had", "been", "has"))


def tells(clause: Sequence[str], at: int, speech: Speech) -> bool:
    """Whether the word at `at` tells of the past: `was`, `fled`, `threatened`; not `to be found`, not `if that failed`."""
    word = clause[at]
    telling = word in speech.told or (
        word[-2:] == "ed" and len(word) > 4 and word not in speech.asked and word not in speech.describing
    )
    return telling and (at == 0 or (clause[at - 1] not in ("be", "if") and clause[max(0, at - 2)] != "if"))


def told(clause: Sequence[str], words: Iterable[str], speech: Speech) -> set[str]:
    """Those of the `words` of a clause by which it tells of an act."""
    telling = {word for word in words if word in speech.told or word[-2:] == "ed" or word in _USED}
    if not telling:
        return telling
    places = [at for at, word in enumerate(clause) if word in telling]
    return {clause[at] for at in places if tells(clause, at, speech) or _did_use(clause, at, speech)}


def _did_use(clause: Sequence[str], at: int, speech: Speech) -> bool:
    """Whether the word at `at` tells what somebody used or sought: `he used`, not `to be used`."""
    return at > 0 and clause[at] in _USED and clause[at - 1] in speech.doers


def tells_after(clause: Sequence[str], end: int, speech: Speech) -> bool:
    """Whether a word behind `end` tells of the past."""
    return any(tells(clause, at, speech) for at in range(end + 1, len(clause)))


def told_before(clause: Sequence[str], start: int, speech: Speech) -> bool:
    """Whether the words before a phrase tell of the past: the nearest word that asks or tells decides."""
    for at in range(start - 1, -1, -1):
        word = clause[at]
        if word in ("be", "being") or (word == "may" and not _in_date(clause, at)):
            return any(tells(clause, before, speech) for before in range(max(0, at - 2), at))
        if word in speech.asked:
            return False
        behind = clause[at - 1] if at else ""
        if tells(clause, at, speech) and (word not in speech.handing or behind in _AUXILIARIES):
            return True
    return False


def _in_date(clause: Sequence[str], at: int) -> bool:
    return any(word.isdigit() for word in clause[max(0, at - 1) : at + 2])


def denied(clause: Sequence[str], start: int, speech: Speech) -> bool:
    """Whether the clause plainly says that the use will not be made.

    "Not only", "unless", "not … but", "never not" and "it is not true that … not" say no such thing.
    """
    first = start
    while first and (clause[first - 1] in speech.denied or clause[first - 1] in speech.denials):
        first -= 1
    denials = [at for at in range(first, start) if clause[at] in speech.denials]
    if not denials or any(at + 1 in denials for at in denials):
        return False
    before, after = clause[: denials[0]], clause[denials[0] :]
    return (
        speech.taken_back.isdisjoint(after)
        and speech.doubted.isdisjoint(before)
        and speech.conditions.isdisjoint(clause)
    )
