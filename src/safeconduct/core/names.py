"""Whether a name, as a request gives it, can name a person: "the name … of the taxpayer", 26 USC 6103(i)(2)(B)(i).

A person is named by two words of a name at least, in any script and order; an initial beside a surname will do.
Words that stand for a name nobody knows ("FNU LNU", "John Doe", "UNKNOWN") name nobody, even as one half. True names
are spared: Null, Test and Nobody are surnames, and stand for nobody only where no other word stands beside them.
Whether the name is the right person's is for the match.

A name is read as words, each with its kind, one letter: "Dr. Maria de la Cruz" has the shape `bwppw`. A shape is graded,
for names differ and shapes repeat:

    n nobody bears it    a a placeholder alone    m more than one person    v various: both    s begins a saying
    b goes beside        p a particle             q that or a name          w any other word   u of an unspaced script
    i an initial         c one letter of an unspaced script                 x, X one and two letters x

and behind the words `!` for a saying, `&` for a sign that joins names; `0` stands for figures without any word.
"""

from __future__ import annotations

import re
import unicodedata
from enum import StrEnum
from functools import lru_cache

# Past this no name reaches, and what does would only cost time.
_LONGEST = 400


class NameGrade(StrEnum):
    """What a name amounts to; in doubt the lower."""

    FULL = "full"
    SINGLE = "single"
    SEVERAL = "several"
    PLACEHOLDER = "placeholder"
    EMPTY = "empty"


def _these(words: str) -> frozenset[str]:
    return frozenset(words.split())


# Nobody bears these. FNU, LNU, MNU: first, last, middle name unknown; NFN, NMN: no first, no middle name.
_NOBODY = _these("""
    unknown unkown unknwon unkn unk unidentified undisclosed unspecified unnamed anonymous fnu lnu mnu nfn nln nlng nmn
    tbd tba noname none withheld redacted asdf qwerty firstname lastname
    desconocido desconocida anonimo anonima ninguno ninguna inconnu inconnue fulano fulana mengano mengana
    """)

# Somebody bears these, or they go with a name: placeholders only where nothing else is said.
_ALONE = _these("""
    null test nobody nil name names nombre apellido person individual subject alien defendant respondent target suspect
    taxpayer applicant beneficiary male female man woman boy girl adult minor child infant baby doe roe noe sealed
    deceased refused blank empty missing pending various same sample example dummy fake placeholder tester user na nan
    nn given first last family middle surname full legal no not
    """)

# A request concerns one person: these speak of more, or of whoever is there.
_MANY = _these("""
    and all others attached officers agents residents resident occupant occupants taxpayers employees members multiple
    everyone everybody anyone persons individuals subjects defendants respondents people aliens unit units team teams various
    otros otras varios varias
    """)
_JOINING_SIGN = re.compile(r"[;&+|]|\s/|/\s").search
_ET_AL = re.compile(r"\bet al\b").search

_SAYINGS = re.compile(
    r"(?:john|jane|jon|johnny|baby|juan|juana) (?:[a-z] )?(?:doe|roe|noe)(?: [ivx]+)?|(?:doe|roe|noe) (?:john|jane|baby)(?: [a-z])?"
    r"|(?:first |last |full |family |given |middle )?names? (?:is |was |not )*(?:unknown|known|given|provided|available|stated)"
    r"|(?:no|not|sin) (?:(?:first|last|full|family|given|middle) )?(?:names?|nombre)(?: \w+)?"
    r"|(?:no|not) (?:known|given|provided|available|stated|disclosed|applicable|recorded|on file|consta|tiene|aplica|disponible)"
    r"|(?:failed|refused|declined) to (?:provide|state|give)(?: \w+)*|to be (?:determined|provided|supplied|confirmed)|see (?:attached|above|below|file|notes?)|same as \w+|as above|john q public"
    r"|person of interest|(?:the )?\w+(?:[ -]\w+)? family"
)
# Every saying has one of these, or a word that is a placeholder alone.
_OF_SAYINGS = _these("failed declined to see as public")

# Titles and suffixes go with a name; particles belong to the word behind them.
_BESIDE = _these("jr sr ii iii iv mr mrs ms miss mx dr prof rev hon sir sra srta esq phd md dds cpa aka nee born")
_PARTICLES = _these("de la las los del dos das des der den von zu zur af av ibn bint abu umm ten st y e")
_PARTICLES_AND_NAMES = _these("van le do di du da al el san santa bin ter don dona")

_KINDS: dict[str, str] = (
    dict.fromkeys(_OF_SAYINGS, "s")
    | dict.fromkeys(_BESIDE, "b")
    | dict.fromkeys(_PARTICLES, "p")
    | dict.fromkeys(_PARTICLES_AND_NAMES, "q")
    | dict.fromkeys(_MANY, "m")
    | dict.fromkeys(_ALONE, "a")
    | dict.fromkeys(_ALONE & _MANY, "v")
    | dict.fromkeys(_NOBODY, "n")
    | {"x": "x", "xx": "X"}
)
_MAY_BE_SAYING = _OF_SAYINGS | _ALONE

# Of letters and signs; a point or a hyphen stands in many a name and parts no word.
_DROPPED = dict.fromkeys(map(ord, "'`-\u00b4\u2018\u2019\u02bc"))
_LETTERS = bytes(place if chr(place).isalpha() and place < 0x80 else 0x20 for place in range(0x100))
_WORD = re.compile(r"[^\W\d_]+")
_NOT_APPLICABLE = re.compile(r"\bn\s?[/\\]\s?a\b")


def grade(full: str, given: str, family: str) -> NameGrade:
    """The grade of the three fields of a request's subject; any may be empty.

    A placeholder in one of them is a placeholder, and two persons are several; else the better of the full name and the
    two parts stands.
    """
    both = f"{given} {family}"
    words, shape = _read(full)
    parts, shape_of_parts = (words, shape) if both == full else _read(both)
    found = [_whole(shape), _whole(shape_of_parts)]
    if len(both) > _LONGEST or not _tells_of_halves(shape_of_parts):
        found.append(_halves(_read(given)[1], _read(family)[1]))
    elif both == full:  # as nearly all are
        return found[0]
    if words and parts and set(words).isdisjoint(parts):  # different persons
        found.append(NameGrade.SEVERAL)
    return min(found, key=_WEAKEST_FIRST.index)


_WEAKEST_FIRST = (NameGrade.PLACEHOLDER, NameGrade.SEVERAL, NameGrade.FULL, NameGrade.SINGLE, NameGrade.EMPTY)


# Shapes, and their grades.


@lru_cache(maxsize=1 << 12)
def _whole(shape: str) -> NameGrade:
    if not shape:
        return NameGrade.EMPTY
    if shape == "0" or _stands_for_nobody(shape):
        return NameGrade.PLACEHOLDER
    if _holds(shape, "mv&"):
        return NameGrade.SEVERAL
    names = _without(shape, "bpq")
    two = len(names) > 1 and _is_written_out(names)
    return NameGrade.FULL if two or "u" in names else NameGrade.SINGLE


@lru_cache(maxsize=1 << 12)
def _halves(given: str, family: str) -> NameGrade:
    """The parts by themselves: a placeholder as one half, or a name ("Le", "Van") that elsewhere is a particle."""
    if any(_stands_for_nobody(shape) and _without(shape, "av&") for shape in (given, family)):
        return NameGrade.PLACEHOLDER
    borne = [_without(shape, "bp0!&") for shape in (given, family)]
    return NameGrade.FULL if all(borne) and _is_written_out("".join(borne)) else NameGrade.EMPTY


@lru_cache(maxsize=1 << 12)
def _tells_of_halves(shape: str) -> bool:
    """Whether the two parts, read as one, leave nothing that either by itself could tell."""
    return not shape or (_whole(shape) is NameGrade.FULL and not _holds(shape, "namvsxX!"))


def _stands_for_nobody(shape: str) -> bool:
    words = shape.strip("&0")
    return _holds(words, "n!") or bool(words and (not _without(words, "av") or not _without(words, "xX")))


def _is_written_out(shape: str) -> bool:
    """Whether a word is more than an initial; one letter of an unspaced script is a whole name."""
    return bool(_without(shape, "ix"))


def _holds(shape: str, kinds: str) -> bool:
    return not set(kinds).isdisjoint(shape)


def _without(shape: str, kinds: str) -> str:
    return "".join(kind for kind in shape if kind not in kinds)


# Words, and their kinds.


def _read(text: str) -> tuple[tuple[str, ...], str]:
    """The words of a name and their shape."""
    said = words(text)
    if not said:
        return said, "0" if re.search(r"\w", text) else ""
    shape = "".join(map(_kind, said))
    if not _MAY_BE_SAYING.isdisjoint(said) and _without(shape, "av") and _SAYINGS.fullmatch(" ".join(said)):
        shape += "!"
    return said, f"{shape}&" if _is_joined(text.casefold()) else shape


def _is_joined(text: str) -> bool:
    return bool(_JOINING_SIGN(text)) or ("et al" in text and bool(_ET_AL(text)))


@lru_cache(maxsize=1 << 15)
def _kind(word: str) -> str:
    if known := _KINDS.get(word):
        return known
    if word.isascii():
        return "i" if len(word) == 1 else "n" if len(word) > 2 and word == word[0] * len(word) else "w"
    if all("\u3040" <= letter <= "\u9fff" or "\uac00" <= letter <= "\ud7a3" for letter in word):
        return "c" if len(word) == 1 else "u"  # Chinese, Japanese and Korean write family and given name together
    return "i" if len(word) == 1 else "w"


def words(text: str) -> tuple[str, ...]:
    """The words of letters in `text`, without case, accents, points and hyphens; digits are dropped.

    "N/A" becomes one word that nobody bears.
    """
    return _words(text[:_LONGEST])


@lru_cache(maxsize=1 << 16)  # of a row of a file a name is graded, and then compared
def _words(text: str) -> tuple[str, ...]:
    plain = text.lower() if text.isascii() else " ".join(map(_unmarked, text.split(" ")))
    if "/" in plain or "\\" in plain:
        plain = _NOT_APPLICABLE.sub(" unknown ", plain)
    if plain.isascii():
        return tuple(plain.encode().translate(_LETTERS, b"'`-").decode().split())
    return tuple(_WORD.findall(plain.translate(_DROPPED)))


@lru_cache(maxsize=1 << 14)
def _unmarked(word: str) -> str:
    """A word without case and accents."""
    plain = unicodedata.normalize("NFKD", word.casefold())
    return unicodedata.normalize("NFC", "".join(char for char in plain if unicodedata.category(char)[0] != "M"))
