"""Whether words of an address say that it falls short: a placeholder, an institution, a spot, another country, nothing.

The words themselves are in `lesser_addresses`; the grade that follows is for `addresses`.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from itertools import pairwise

from safeconduct.core import lesser_addresses as lesser
from safeconduct.core.delivery_line import DeliveryLine
from safeconduct.core.last_line import LastLine
from safeconduct.core.publication28 import KINDS, STATES

_PLACEHOLDERS = lesser.clues(lesser.PLACEHOLDERS, KINDS)
_INSTITUTIONS = lesser.clues(lesser.INSTITUTIONS, KINDS)
_SPOTS = lesser.clues(lesser.SPOTS, KINDS)
_COUNTRIES = lesser.clues(lesser.COUNTRIES, KINDS)
_FOREIGN_PLACES = lesser.clues(lesser.FOREIGN_PLACES, {})
_FOREIGN_CITIES = frozenset(lesser.FOREIGN_PLACES)
_NAMES_OF_COUNTRIES = frozenset(lesser.COUNTRIES)
_MOST_COUNTRY_WORDS = max(len(name.split()) for name in _NAMES_OF_COUNTRIES)
_FOREIGN_CODE = re.compile(
    r" (?:[A-Z][0-9][A-Z] [0-9][A-Z][0-9]|[A-Z]{1,2}[0-9][0-9A-Z]? [0-9][A-Z]{2}"  # Canada, Britain
    r"|KINGSTON [0-9]{1,2}|(?:NSW|VIC|QLD|TAS) [0-9]{4}|[0-9]{5}-[0-9]{3}) "  # Jamaica, Australia, Brazil
)
_STREET_OF_ITS_NAME = re.compile(r"i.*[Stvr]\Z")
_UNIT_BY_NAME = re.compile(r"[waosegDi]{1,5}[ud]")  # Polunsky Unit, Centinela SP: so Texas and California call prisons


def _spaced(words: Iterable[str]) -> str:
    """Words between blanks, for phrases to be found in."""
    return f" {' '.join(words)} "


def _holds(words: list[str], phrases: Mapping[str, tuple[str, ...]], text: str) -> bool:
    """Whether the text holds one of the phrases; the words are those that may be their clues."""
    return any(f" {phrase} " in text for word in words for phrase in phrases.get(word, ()))


def _holds_but(words: list[str], phrases: Mapping[str, tuple[str, ...]], text: str, others: tuple[str, ...]) -> bool:
    """Whether the text holds one of the phrases outside of the others."""
    if not _holds(words, phrases, text):
        return False
    for other in others:
        text = text.replace(f" {other} ", " ")
    return _holds(words, phrases, text)


def holds_placeholder(words: list[str]) -> bool:
    """Whether a placeholder stands among words that are read no further."""
    return _holds(words, _PLACEHOLDERS, _spaced(word for word in words if word[0].isalnum()))


def is_placeholder(words: list[str], clues: list[str], line: DeliveryLine) -> bool:
    """Whether words stand in place of an address, or of its street; the clues are those that may say so."""
    if not clues:
        return False
    if _holds_but(clues, _PLACEHOLDERS, _spaced(words), lesser.NO_PLACEHOLDERS) or any(map(lesser.is_filler, clues)):
        return True
    return any(name == "street" and _is_no_name(words[start:end]) for name, start, end in line.parts)


def is_denied(words: list[str], last: LastLine) -> bool:
    """Whether a piece beside the address says that the person is not there: "Deported, 418 Juniper St"; or stands for a city."""
    city = [last.city] if last.city and not last.codes else []
    return not lesser.BESIDE.isdisjoint([*_pieces(words[: last.start]), *city])


def _is_no_name(street: list[str]) -> bool:
    """Whether a street's name is none: "Test Ave", "Sample Street"; Sample Rd and Test Track Rd there are."""
    name = [word for word in street if KINDS.get(word, "w") not in "eDtSvrsTl"]
    if not name or not (lesser.NO_NAMES | lesser.DOUBTFUL_NAMES).issuperset(name) or _is_named_by_feature(street):
        return False
    return lesser.NO_NAMES.issuperset(name) or street[-1] in lesser.USUAL_SUFFIXES


def _is_named_by_feature(street: list[str]) -> bool:
    """Whether the last word of the name is a mill, a track, an oak: what stands before it then tells which."""
    if len(street) < 3 or KINDS.get(street[-1], "w") not in "Stvr" or not lesser.NO_MODIFIERS.isdisjoint(street):
        return False
    return street[-2] in lesser.FEATURES or (KINDS.get(street[-2]) == "s" and street[-2] not in lesser.NO_FEATURES)


def country_of(words: list[str], clues: list[str], last: LastLine) -> str:
    """Another country named at the end or between commas; "Peru, IN" and "Lebanon 17046" are none."""
    if not _holds(clues, _COUNTRIES, _spaced(words).replace(" ,", "")):
        return ""
    ends = {len(words)} if last.stated or last.codes else {len(words), last.start}
    tails = (_tail(words[:end]) for end in ends)
    return next((name for name in (*tails, *_pieces(words[: last.start])) if name in _NAMES_OF_COUNTRIES), "")


def _tail(words: list[str]) -> str:
    """The longest name of a country or state that the words end in."""
    said = [word for word in words[-2 * _MOST_COUNTRY_WORDS :] if word != ","]
    names = (" ".join(said[-size:]) for size in range(_MOST_COUNTRY_WORDS, 0, -1))
    return next((name for name in names if name in _NAMES_OF_COUNTRIES or name in STATES), "")


def _pieces(words: list[str]) -> list[str]:
    return [piece for piece in (text.strip(" ,") for text in " ".join(words).split(" , ")) if piece]


def institutions(words: list[str], shape: str, line: DeliveryLine) -> list[slice]:
    """Where words, outside a street's name, name an institution or the number it keeps someone under."""
    streets = [
        (start, end)
        for name, start, end in line.parts
        if name == "street" and shape[end - 1] == "s" and words[end - 1] not in lesser.NO_FEATURES
    ]
    text = _spaced(words)
    places = [slice(*piece) for piece in (*line.left_over, *streets)]
    registers = [slice(i, i + 1) for i, kind in enumerate(shape) if kind == "I"]
    return [place for place in places if _is_institution(words[place], shape[place], text)] or registers


def _is_institution(piece: list[str], kinds: str, text: str) -> bool:
    if piece[-1] in {"UNIT", "SP"} and _UNIT_BY_NAME.fullmatch(kinds):
        return True
    if "i" not in kinds or _STREET_OF_ITS_NAME.search(kinds):
        return False
    if len(piece) > 1 and piece[-1] in {"MISSION", "MISSIONS", "MSN"}:
        return True
    return _holds_but(piece, _INSTITUTIONS, text, lesser.NO_INSTITUTIONS)


def is_spot(words: list[str], shape: str) -> bool:
    """Whether a spot is described; a single word of it right before a suffix is a street's name ("Tent Rd")."""
    text = _spaced(words)
    return any(
        f" {phrase} " in text and (" " in phrase or shape[i + 1 : i + 2] not in {"S", "t", "v", "r"})
        for i, word in enumerate(words)
        for phrase in _SPOTS.get(word, ())
    )


def _is_note(words: list[str]) -> bool:
    return words[0] in lesser.ORDERS or lesser.PLACEHOLDERS_ALONE.issuperset(_pieces(words))


def says_nothing(words: list[str]) -> bool:
    """Whether what there is of an address are labels of a form, words that mean nothing alone, or one figure: 99999."""
    pieces = _pieces(words)
    figures = " ".join(pieces).replace("-", "").split()
    return (
        _is_note(words)
        or any(word in lesser.NOTES and not _ends_name(after) for word, after in pairwise((*words, ",")))
        or not lesser.LABELS.isdisjoint(pieces)
        or all(len(word) > 3 and word.isdecimal() and len(set(word)) == 1 for word in figures)
    )


def _ends_name(word: str) -> bool:
    return word in lesser.FEATURES or KINDS.get(word, "w") in "Stvrs"


def is_foreign_city(city: str) -> bool:
    """Whether a city is one of another country, as in "Mexico City, CA 90001"; asked of those that the state has not."""
    return city in _FOREIGN_CITIES


def is_abroad(words: list[str], last: LastLine) -> bool:
    """Whether a partial address holds a code or a place of another country, and no state with its code."""
    if last.stated and last.stated == last.state and (last.code or last.codes):
        return False
    text = _spaced(word for word in words if word != ",")
    return bool(_FOREIGN_CODE.search(text)) or _holds(words, _FOREIGN_PLACES, text)
