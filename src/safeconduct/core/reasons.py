"""What the free reason of a request amounts to.

"the specific reason or reasons why such disclosure is, or may be, relevant", 26 USC 6103(i)(2)(B)(iv):

    nothing said                                   empty
    words that would fit anybody                   generic
    a use that is not the stated purpose           contradicts, whatever else it says
    something that only this person's case has     individual

A use counts where the reason asks for it ("so that officers can deport him"), not where it tells of what was done
("was deported on 3 May 2021", "obstructed removal officers"). In doubt it counts, and a person reads the reason.
The phrases are the pack's and are read by `reasons_table`; whether the particulars are true, and enough, is for the
review.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from functools import lru_cache

from safeconduct.core.particulars import CASE_NUMBER, particulars
from safeconduct.core.reason_clauses import clauses, joined, mixes_scripts, plain
from safeconduct.core.reasons_table import ARTICLES, Listing, Phrase, Speech, listing
from safeconduct.core.telling import denied, tells, tells_after, told_before


class Kind(StrEnum):
    """What a reason amounts to."""

    EMPTY = "empty"
    GENERIC = "generic"
    CONTRADICTS = "contradicts"
    INDIVIDUAL = "individual"


@dataclass(frozen=True, slots=True)
class Weighed:
    """A reason weighed. `particulars` names kinds ("a date"), never the words, which may be personal."""

    kind: Kind
    particulars: tuple[str, ...]
    note: str


@dataclass(frozen=True, slots=True)
class Reasons:
    """The table: its lists; its phrases, each with its use; for each use the purposes it is not.

    `endings` has for each word that ends a phrase the words that may stand before it, and for these the places of the
    phrases; what is a phrase by itself stands under no word.
    """

    lists: Listing
    phrases: tuple[tuple[str, Phrase], ...]
    endings: Mapping[str, Mapping[str, tuple[int, ...]]]
    contradicts: Mapping[str, frozenset[str]]


_OWN_WORDS = 3
_GAP = 3  # the most words that a gap in a phrase stands for


def reasons(file: str, text: str) -> Reasons:
    """The table in `text`.

    Raises:
        PackFault: a section or key is missing or unknown, or a phrase cannot be read.
    """
    lists = listing(file, text)
    phrases = tuple((use.name, phrase) for use in lists.uses for phrase in use.phrases)
    return Reasons(lists, phrases, _endings(phrases), {use.name: use.contradicts for use in lists.uses})


def _endings(phrases: Sequence[tuple[str, Phrase]]) -> dict[str, dict[str, tuple[int, ...]]]:
    found: dict[str, dict[str, tuple[int, ...]]] = defaultdict(dict)
    for place, (_, phrase) in enumerate(phrases):
        last, *others = filter(None, phrase.backwards)
        for word in last:
            for before in others[0] if others else ("",):
                found[word][before] = (*found[word].get(before, ()), place)
    return dict(found)


def weigh(text: str, purpose: str | None, table: Reasons) -> Weighed:
    """What the reason `text` amounts to, for the stated `purpose`; without one nothing can contradict it."""
    said = plain(text)
    parts = clauses(said)
    if mixes_scripts(text):
        return Weighed(
            Kind.GENERIC, (), "The reason mixes letters of several scripts in one word: write it in Latin letters."
        )
    if _says_nothing(parts, table.lists):
        return Weighed(Kind.EMPTY, (), "The reason says nothing.")
    found = particulars(text, said, parts, table.lists)
    use = _contradiction(parts, purpose, table)
    if not use and (put_together := joined(said)):
        use = _contradiction(clauses(put_together), purpose, table)
    if use:
        note = f"The reason asks for a use, {use}, that is not the stated purpose."
        return Weighed(Kind.CONTRADICTS, found, note)
    if found == (CASE_NUMBER,) and _is_boilerplate(parts, table.lists):
        return Weighed(Kind.GENERIC, found, "The reason names a case and says nothing of it.")
    if found:
        return _individual(found)
    return Weighed(Kind.GENERIC, (), "The reason would fit anybody: it holds no particular of this person's case.")


@lru_cache(maxsize=1 << 10)
def _individual(found: tuple[str, ...]) -> Weighed:
    return Weighed(Kind.INDIVIDUAL, found, f"The reason holds particulars of one case: {', '.join(found)}.")


def _says_nothing(parts: Sequence[Sequence[str]], table: Listing) -> bool:
    for clause in parts:
        for word in clause:
            if word not in table.empty and word.strip("0") and word.strip("x"):
                return False
    return True


def _is_boilerplate(parts: Sequence[Sequence[str]], table: Listing) -> bool:
    """Whether fewer than three words would not fit anybody's request."""
    words = {word for clause in parts for word in clause if not any(char.isdigit() for char in word)}
    return len(words - table.boilerplate - ARTICLES) < _OWN_WORDS


def _contradiction(parts: Sequence[Sequence[str]], purpose: str | None, table: Reasons) -> str | None:
    """The first use asked for that the purpose is not."""
    for said in parts:
        if not _may_hold_phrase(said, table.endings):
            continue
        clause = [word for word in said if word not in ARTICLES]
        for use, start in _uses(clause, table):
            if purpose in table.contradicts[use] and not denied(clause, start, table.lists.speech):
                return use
    return None


def _may_hold_phrase(clause: Sequence[str], endings: Mapping[str, Mapping[str, tuple[int, ...]]]) -> bool:
    """Whether a clause has the last word of a phrase and one that may stand before it, in whatever order."""
    lasts = (endings[last] for last in endings.keys() & clause)
    return any("" in befores or not befores.keys().isdisjoint(clause) for befores in lasts)


def _uses(clause: Sequence[str], table: Reasons) -> Iterator[tuple[str, int]]:
    """The uses that a clause asks for, each with the place where its phrase begins."""
    endings = table.endings
    for end in [end for end, word in enumerate(clause) if word in endings]:
        near = clause[max(0, end - _GAP - 1) : end]
        places = endings[clause[end]]
        if places.keys().isdisjoint(near) and "" not in places:
            continue
        for place in sorted({place for word in ("", *near) for place in places.get(word, ())}):
            use, phrase = table.phrases[place]
            start = _start(phrase.backwards, clause, end, table.lists.speech)
            if start is None or (phrase.opens and (start or tells_after(clause, end, table.lists.speech))):
                continue
            if not told_before(clause, start, table.lists.speech):
                yield use, start


def _start(backwards: Sequence[frozenset[str] | None], clause: Sequence[str], end: int, speech: Speech) -> int | None:
    """Where the phrase that ends at `end` begins; None where it does not stand there."""
    at, gap = end, 0
    for element in backwards:
        if element is None:
            gap = _GAP
            continue
        while gap and at >= 0 and clause[at] not in element and not _bars_gap(clause, at, speech):
            at, gap = at - 1, gap - 1
        if at < 0 or clause[at] not in element:
            return None
        at, gap = at - 1, 0
    return at + 1


def _bars_gap(clause: Sequence[str], at: int, speech: Speech) -> bool:
    return clause[at] in speech.stops or (clause[at] in speech.told and tells(clause, at, speech))
