"""The delivery line of an address (Publication 28, 21 and 23-29): a grammar over the shapes of `address_words`.

A shape is read from left to right for the parts below, the first that fits at each place; what lies between is left
over: recipients, names of buildings, and whatever does not belong. Every number must belong to a part and every
designator must have its value, or the line lacks something. Enough for delivery is exactly one of

    house            418 N Juniper St    number and street; a street ends in a suffix or is of a kind that has none
    post_office      PO Box 1187         box number                                                            28
    route            RR 2 Box 152        rural or highway contract route, with its box                      24, 25
    military         PSC 802 Box 74      and a ship's name                                                     225
    kilometre        Carr 123 Km 4.2     Puerto Rico only, as are the next two                                 29
    number_last      Calle A #150
    condominium      Cond Las Torres Apt 5B

or a post office box beside one of the others (dual addresses, 212). A word may number a house ("One Main St"), so a
shape alone cannot tell that from "Two Rivers Rd": `counted` says where to look.
"""

from __future__ import annotations

import re
from functools import lru_cache
from typing import NamedTuple


class DeliveryLine(NamedTuple):
    """What the grammar finds in a shape; places are counted in words."""

    parts: tuple[tuple[str, int, int], ...]
    left_over: tuple[tuple[int, int], ...]
    delivery: str  # the first of the parts above that is there
    lack: str  # what is missing or too much, as a sentence
    trailing: bool  # words are left over behind the last part
    counted: int  # the place of the last word that numbers the house, or -1
    is_plain: bool  # a street, its house numbered in figures


# The words of a name, with and without those of institutions; a designator is one only if it has no value.
_PLAIN = r"(?:[wsZgmoaejkDlOENTKyxVHYUq]|d(?![nhckfzae#O])|b(?=[wsZStvr])|F(?=[Stvr]))"
_NAME = _PLAIN.replace("[", "[i", 1)
_NOUN_NAME = r"[wgmoaejkDlOENTKyxVHYUs]"
# What a name may begin with and not hold elsewhere: 4 Mile Rd, 27 1/2 Rd, Unit Dr; St Charles Ave, S Dr King Dr.
_OPENING = (
    rf"[eD]?nf?(?=[mStvr])|[uB](?=[Stvr])|[eD]?(?:[Str](?={_NAME}+[Stvr])|v(?=w{_NAME}*[Stvr]))|[Svr]|(?![NO]){_NAME}"
)
_ENDS = r"(?=[,udBFU#]|\Z)"
_ENDS_PIECE = r"(?![^,])"
_VALUE = rf"(?:W{_ENDS}|[hn][ae](?![dB]{_ENDS_PIECE}){_ENDS}|an{_ENDS_PIECE}|[nhcaefkoDj]f?)"
_BOX = r"[nhcaek]"
_DIRECTION = r"(?:[eD](?![dB](?!#?[nhc]))){0,2}"

_STREET = "|".join(
    (
        rf"(?:[wa]{{1,2}}(?=q[nh])|[gqyeDrtasl]{{0,4}})(?:[rqv](?:[nhcof]|[ae]{_ENDS})|[jy]n|W)(?:[N&][nh])?(?:[eD]?g?[rtS])?{_DIRECTION}",  # FM 1960 Rd W
        r"[eD][nho][eD][Stvr]?|[nh][eD][Stvr]",  # E 1700 S, 1500 North Rd
        rf"[eD]?m[nhk]f?(?:[rt]{_DIRECTION}|[eD])",  # Mile 7 Rd, N Mile 2 1/2 W
        rf"(?!q+r)(?:{_OPENING}){_NAME}*[Stvr]{{1,2}}{_DIRECTION}",  # Elm St, Old Jail Ln, E St
        rf"v(?:[aeDjonk]|{_PLAIN}{{1,5}})",  # Avenue C, Avenue of the Americas, Ave Ponce de Leon
        rf"[gEeDl]?T(?:[lE]*i|{_PLAIN}|[nhc])(?:{_PLAIN}|[Stvr]){{0,5}}",  # Calle 5, El Camino Real
        rf"[eDEl]?w?K{_DIRECTION}|Ew|lT|sl{{1,2}}w{{1,2}}",  # Broadway, The Fenway, El Paseo, Vista del Mar
        rf"(?![NO])[iq]?{_NOUN_NAME}{{1,6}}s{_DIRECTION}|(?:i{{1,2}}|Z)s{_DIRECTION}",  # Windy Ridge, Fox Run, Mission Bay, Center Way
        rf"(?![NO]){_NOUN_NAME}{{1,5}}Z{_DIRECTION}",  # Lincoln Center; Detention Center is none
    )
)
_NUMBER = r"(?:(?<![udBF])#(?=[nhc]f?,?T))?(?:(?<!m)[nh]f?(?!m[Stvr])|[ch][ch]|k{1,5})|c(?=T)"
_COMMA = r"(?:(?:(?<=\A[nh])|(?<=,[nh])),)?"  # "418, Juniper St"
_UNIT = "|".join(
    (
        r"u?(?:F#?[nhkao]|[onk]F(?!#?[nhk]))",  # Floor 3, 3rd Floor
        rf"(?:[eaD][dB]|d(?=B))?[udBb]#*{_VALUE}",  # Apt 7, Bldg 4, Housing Unit N, North Block Cell 4
        rf"#{_VALUE}",
        r"[eaDc][dB](?![nhckfa#])",  # West Tower, C Block
        r"u?U(?:u(?![wsStvrZ])|#?[nhc]|(?![wsStvrZ]))",  # Rear, Penthouse 2
        rf"(?<=[SsvtreD])[hc]{_ENDS_PIECE}",  # 12 Elm St 5B
    )
)
_GRAMMAR = re.compile(
    "|".join(
        (
            rf"(?P<post_office>(?:pb|p?P)b?#?(?P<box>{_BOX}))",
            r"(?P<military>[Mu]#?[nh],?b#?[nhc]|V[wsSaelDgotm]{1,4}(?:,?w?[nc])?)",
            rf"(?P<route>[Rqr]#?[nhc],?b#?{_BOX}|b#?{_BOX},?R#?[nhc])",
            r"(?P<register>a?#?I)",
            r"(?P<kilometre>(?:[nh],?)?(?:[Tr]#?[nh]|W),?Q[nh](?:Q[nh])?)",
            rf"(?P<house>(?P<number>{_NUMBER}){_COMMA}(?P<street>{_STREET}))",
            rf"(?P<number_last>[Tv](?:{_PLAIN}|n){_PLAIN}{{0,4}},?#?[nhc]{_ENDS_PIECE})",
            rf"(?P<condominium>H{_NAME}{{1,5}}(?:,?d#?{_VALUE})?,?u#?{_VALUE}|(?:d#?{_VALUE},?)?u#?{_VALUE},?H{_NAME}{{1,5}})",
            rf"(?P<unit>{_UNIT})",
            r"(?P<urbanization>Y(?:[wsSaelODKg]|T(?![n#]))+)",
        )
    )
)
_ENOUGH = frozenset({"post_office", "military", "route", "kilometre", "house", "number_last", "condominium"})
_UNSHOWN = frozenset({"post_office", "house", "register"})

ONLY_IN_PUERTO_RICO = frozenset({"kilometre", "number_last", "condominium"})

# What left-over words say is wrong with the line, the first that is found.
STRAY_NUMBER = "A number belongs to no part of the address: write what it numbers."
ZEROS = "Zeros stand where a number should."
NO_NUMBER = "The street has no house number."
_TOO_MUCH = "More words are written than an address has: write the address alone."
NO_BOX_NUMBER = "A box, route or military unit has no number: write it in full."
_TWO = "Two addresses, or parts of two, are written: write one alone."
_UNTOLD = "House number and street cannot be told: write number, street, city, state and postal code."
_LACKS = tuple(
    (re.compile(pattern), lack)
    for pattern, lack in (
        (r"z", ZEROS),
        (
            rf"[#u]|(?<![^,])[dB]{_ENDS_PIECE}|F{_ENDS_PIECE}",
            "A unit, building or number sign has no value: write which.",
        ),
        (r"[pPbRMQ]", NO_BOX_NUMBER),
        (rf"[nhcfL]|(?<![^,])[oaej]{_ENDS_PIECE}", STRAY_NUMBER),
        (r"[ySrvq]|(?<=[^,])t", _TWO),
        (rf"(?<![^,])g{_ENDS_PIECE}", _TOO_MUCH),
        (rf"[&N]{_ENDS_PIECE}|(?<![^,])[&N]", "A crossing is described: write the number and one street."),
        (r"[^,]{7}", _TOO_MUCH),
    )
)
_MISSING = tuple(
    (re.compile(pattern), lack)
    for pattern, lack in (
        (r"z", ZEROS),
        (r"[pPbRMQ]", NO_BOX_NUMBER),
        (r"[nh].*[StvrqTKs]|[StvrqTKs].*[nh]", _UNTOLD),
        (r"[StvrqTK]", NO_NUMBER),
        (r"[nh]", "A number is written, but no street that it belongs to."),
        (r"", "Street and house number are missing."),
    )
)


@lru_cache(maxsize=1 << 13)
def delivery_line(shape: str) -> DeliveryLine:
    """What stands in a delivery line of this shape. Remembered for the shapes last seen, so that memory is bounded."""
    found = list(_GRAMMAR.finditer(shape))
    kinds = [match.lastgroup or "" for match in found if match.lastgroup in _ENOUGH]
    left = _blanked(shape, found)
    return DeliveryLine(
        parts=_joined([part for match in found for part in _parts(match)]),
        left_over=tuple(piece.span() for piece in re.finditer("[^,]+", left)),
        delivery=kinds[0] if kinds else "",
        lack=_lack(shape, left, kinds) or _lack_before(left, found),
        trailing=bool(found and left[found[-1].end() :].strip(",")),
        counted=(counted := next((match.end("number") - 1 for match in found if "k" in (match["number"] or "")), -1)),
        is_plain=kinds[:1] == ["house"] and counted < 0,
    )


def _parts(match: re.Match[str]) -> list[tuple[str, int, int]]:
    return [(name, *match.span(name)) for name, text in match.groupdict().items() if text and name not in _UNSHOWN]


def _joined(parts: list[tuple[str, int, int]]) -> tuple[tuple[str, int, int], ...]:
    """Parts of one name that follow one another are one: Bldg 2 Apt 4."""
    joined: list[tuple[str, int, int]] = []
    for name, start, end in parts:
        before, begun, ended = joined[-1] if joined else ("", 0, 0)
        if (before, ended) == (name, start):
            joined[-1] = (name, begun, end)
        else:
            joined.append((name, start, end))
    return tuple(joined)


def _blanked(shape: str, found: list[re.Match[str]]) -> str:
    left = list(shape)
    for match in found:
        left[match.start() : match.end()] = "," * (match.end() - match.start())
    return "".join(left)


def _lack(shape: str, left: str, kinds: list[str]) -> str:
    if len(kinds) != len(set(kinds)):
        return _TWO
    if not kinds:
        return next(lack for pattern, lack in _MISSING if pattern.search(shape))
    return next((lack for pattern, lack in _LACKS if pattern.search(left)), "")


def _lack_before(left: str, found: list[re.Match[str]]) -> str:
    """Whether a single word stands right before the house number, which may be its own: Gate 12, Flat 12, Parcel 12."""
    before = (left[: match.start()] for match in found if match.lastgroup == "house")
    return next((_UNTOLD for text in before if _ONE_WORD(text)), "")


_ONE_WORD = re.compile(r"(?:\A|.*,)[^,]\Z").match
