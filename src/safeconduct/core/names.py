"""Whether a name, as a request gives it, can name a person: "the name … of the taxpayer", 26 USC 6103(i)(2)(B)(i).

A person is named by two words of a name at least, in any script and order; an initial beside a surname will do.
Words that stand for a name nobody knows ("FNU LNU", "John Doe", "UNKNOWN") name nobody, even as one half. True names
are spared: Null, Test and Nobody are surnames, and stand for nobody only where no other word stands beside them.
Whether the name is the right person's is for the match.
"""

from __future__ import annotations

import re
import unicodedata
from enum import StrEnum

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
    desconocido desconocida anonimo anonima ninguno ninguna inconnu inconnue
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
    """)
_JOINED = re.compile(r"[;&+|]|\bet al\b")

_SAYINGS = re.compile(
    r"(?:john|jane|jon|johnny|baby|juan|juana) (?:[a-z] )?(?:doe|roe|noe)(?: [ivx]+)?|(?:doe|roe|noe) (?:john|jane|baby)(?: [a-z])?"
    r"|(?:first |last |full |family |given |middle )?names? (?:is |was |not )*(?:unknown|known|given|provided|available|stated)"
    r"|(?:no|not|sin) (?:(?:first|last|full|family|given|middle) )?(?:names?|nombre)(?: \w+)?"
    r"|(?:no|not) (?:known|given|provided|available|stated|disclosed|applicable|recorded|on file|consta|tiene|aplica|disponible)"
    r"|(?:failed|refused|declined) to (?:provide|state|give)(?: \w+)*|to be (?:determined|provided|supplied|confirmed)|see (?:attached|above|below|file|notes?)|same as \w+|as above|john q public"
    r"|person of interest"
)

# Titles and suffixes go with a name; particles belong to the word behind them.
_BESIDE = _these("jr sr ii iii iv mr mrs ms miss mx dr prof rev hon sir sra srta esq phd md dds cpa aka nee born")
_PARTICLES = _these("de la las los del dos das des der den von zu zur af av ibn bint abu umm ten st y e")
_PARTICLES_AND_NAMES = _these("van le do di du da al el san santa bin ter don dona")
_NO_WORD = _BESIDE | _PARTICLES | _PARTICLES_AND_NAMES


def grade(full: str, given: str, family: str) -> NameGrade:
    """The grade of the three fields of a request's subject; any may be empty.

    A placeholder in one of them is a placeholder, and two persons are several; else the better of the full name and the
    two parts stands.
    """
    found = {_whole(full), _whole(f"{given} {family}"), _halves(given, family)}
    if _are_two(_words(full), _words(f"{given} {family}")):
        found.add(NameGrade.SEVERAL)
    return next(each for each in _WEAKEST_FIRST if each in found)


_WEAKEST_FIRST = (NameGrade.PLACEHOLDER, NameGrade.SEVERAL, NameGrade.FULL, NameGrade.SINGLE, NameGrade.EMPTY)


def _are_two(full: list[str], parts: list[str]) -> bool:
    """Whether the full name and the two parts name different persons: they share no word."""
    return bool(full and parts) and set(full).isdisjoint(parts)


def _whole(text: str) -> NameGrade:
    words = _words(text)
    if not words:
        return NameGrade.PLACEHOLDER if re.search(r"\w", text) else NameGrade.EMPTY
    if _stands_for_nobody(words):
        return NameGrade.PLACEHOLDER
    if not _MANY.isdisjoint(words) or _JOINED.search(text.casefold()):
        return NameGrade.SEVERAL
    names = [word for word in words if word not in _NO_WORD]
    two = len(names) > 1 and any(map(_written_out, names))
    return NameGrade.FULL if two or any(map(_unspaced, names)) else NameGrade.SINGLE


def _halves(given: str, family: str) -> NameGrade:
    """The parts by themselves: a placeholder as one half, or a name ("Le", "Van") that elsewhere is a particle."""
    halves = [_words(given), _words(family)]
    if any(_stands_for_nobody(words) and not _ALONE.issuperset(words) for words in halves):
        return NameGrade.PLACEHOLDER
    borne = [[word for word in words if word not in _BESIDE | _PARTICLES] for words in halves]
    return NameGrade.FULL if all(borne) and any(map(_written_out, borne[0] + borne[1])) else NameGrade.EMPTY


def _stands_for_nobody(words: list[str]) -> bool:
    if not words:
        return False
    runs = [word for word in words if len(set(word)) == 1 and word.isascii() and word not in _BESIDE]
    return (
        not _NOBODY.isdisjoint(words)
        or _ALONE.issuperset(words)
        or _SAYINGS.fullmatch(" ".join(words)) is not None
        or any(len(word) > 2 for word in runs)
        or set("".join(words)) == {"x"}
    )


def _written_out(word: str) -> bool:
    """Whether a word is more than an initial; one letter of an unspaced script is a whole name."""
    return len(word) > 1 or _unspaced(word * 2)


def _unspaced(word: str) -> bool:
    """Whether a word holds family and given name together, as Chinese, Japanese and Korean write them."""
    return len(word) > 1 and all("\u3040" <= letter <= "\u9fff" or "\uac00" <= letter <= "\ud7a3" for letter in word)


def _words(text: str) -> list[str]:
    """The words of letters in `text`, without case, accents, points and hyphens; digits are dropped.

    "N/A" becomes one word that nobody bears.
    """
    plain = unicodedata.normalize("NFKD", text[:_LONGEST].casefold())
    plain = unicodedata.normalize("NFC", "".join(char for char in plain if unicodedata.category(char)[0] != "M"))
    plain = re.sub(r"\bn\s?[/\\]\s?a\b", " unknown ", plain)
    return re.findall(r"[^\W\d_]+", re.sub(r"['`\u00b4\u2018\u2019\u02bc-]", "", plain))


words = _words
