"""The table of the states' codes as it is written: how each state, territory and city cites its own statutes.

    [CA]
    name = "California"
    names = ["California", "Cal."]
    codes = ["CPC"]
    shaped = { "PC" = "0" }
    behind = ["PC"]

What the keys mean stands at the head of state_codes.toml. What is cited in such words is for `citations`.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

from safeconduct.core.code_forms import Claim, Form, Role, Words, letters, words
from safeconduct.core.tables import Declared, table


@dataclass(frozen=True, slots=True)
class States:
    """The table: whose codes it lists, the words that cite them, and the words between a state's name and a number."""

    codes: tuple[str, ...]
    claims: tuple[Claim, ...]
    subjects: Words


_POSTAL = re.compile(r"[A-Z]{2}\Z|state\Z|local\Z")
_SHAPE = re.compile(r"0(?:[.:-]0)*\Z")
_OF_ALL = {"as_of", "code_words", "other_words"}


def states(file: str, text: str) -> States:
    """The table in `text`.

    Raises:
        PackFault: the table is malformed.
    """
    whole = Declared(file, text, "the table of the states' codes", "", table(file, text))
    whole.day("as_of")
    subjects = _subjects(whole)
    codes = tuple(code for code in whole.keys if code not in _OF_ALL)
    return States(codes, tuple(claim for code in codes for claim in _state(whole, code)), words(subjects))


def _subjects(whole: Declared) -> dict[str, Form]:
    """The single words that may stand between a state's name and a number."""
    subjects: dict[str, Form] = {}
    for key, role, listed in (
        ("code_words", Role.CODE, whole.texts("code_words")),
        ("other_words", Role.NAME, whole.texts("other_words", ())),
    ):
        for word in listed:
            if not word.isascii() or not word.isalpha():
                what = f"lists `{word}` in `{key}`, which is not one word"
                raise whole.fault(what, "write a single word, letters only", key, f'"{word}"')
            subjects.setdefault(word.lower(), Form("", word, role))
    return subjects


def _state(whole: Declared, code: str) -> Iterator[Claim]:
    if not _POSTAL.match(code) or not isinstance(whole.keys[code], dict):
        mend = "head a state with its postal code: [CA]; else [state], [local]"
        raise whole.fault(f"has `{code}`, which is no state", mend, code)
    state = whole.section(code)
    state.only(("name", "names", "codes", "shaped", "behind"))
    state.string("name")
    yield Claim(Form(code, "", Role.NAME), state.texts("names", ()), state, "names")
    shapes = _shapes(state)
    plain = dict.fromkeys(state.texts("codes", ()), "")
    behind = _behind(state, (*plain, *shapes))
    for key, forms in (("codes", plain), ("shaped", shapes)):
        for said, shape in forms.items():
            yield Claim(Form(code, said, Role.CODE, shape, letters(said) in behind), (said,), state, key)


def _shapes(state: Declared) -> dict[str, str]:
    shaped = state.section("shaped")
    for said in sorted(shaped.keys):
        if not _SHAPE.match(shaped.string(said)):
            raise shaped.fault(f"gives `{said}` no shape", 'write shaped = { "AS" = "0.0.0" }', said)
    return dict(shaped.keys)


def _behind(state: Declared, own: tuple[str, ...]) -> frozenset[str]:
    """The letters of the codes that also cite behind a number."""
    said = state.texts("behind", ())
    known = set(map(letters, own)) if said else set()
    for each in said:
        if letters(each) not in known:
            what = f"names `{each}` in `behind`, which is no code of its own"
            raise state.fault(what, "list it in `codes` or `shaped` too", "behind", f'"{each}"')
    return frozenset(map(letters, said))
