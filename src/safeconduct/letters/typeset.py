"""A letter as a PDF: tagged, PDF/UA-1, by Typst. The same letter gives the same bytes: the fonts are those in Typst, the date the letter's."""

from __future__ import annotations

import datetime as dt
import functools
import json
from dataclasses import asdict
from importlib import resources

import typst

from safeconduct.letters.letter import Letter
from safeconduct.letters.page import page

STANDARD: typst.PDFStandard = "ua-1"
_PIXELS_PER_INCH = 110.0


def pdf(letter: Letter) -> bytes:
    """The letter as PDF/UA-1; Typst makes sure that it is, as far as a program can."""
    return typst.compile(
        _layout(),
        format="pdf",
        font_paths=_fonts(),
        sys_inputs=_given(letter),
        pdf_standards=STANDARD,
        timestamp=dt.datetime.combine(letter.of.day, dt.time(), dt.UTC),
    )


def pictures(letter: Letter) -> list[bytes]:
    """The pages of the letter as PNG, to be looked at."""
    compiler = typst.Compiler(_layout(), font_paths=_fonts(), sys_inputs=_given(letter))
    made = compiler.compile(format="png", ppi=_PIXELS_PER_INCH)
    return made if isinstance(made, list) else [made or b""]


def _given(letter: Letter) -> dict[str, str]:
    return {"page": json.dumps(asdict(page(letter)))}


@functools.cache
def _layout() -> bytes:
    return (resources.files("safeconduct.letters") / "letter.typ").read_bytes()


@functools.cache
def _fonts() -> typst.Fonts:
    """The fonts in Typst itself, and none of the machine's."""
    return typst.Fonts(include_system_fonts=False)
