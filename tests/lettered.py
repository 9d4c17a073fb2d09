"""Letters for tests: one of each kind in each language, and what a PDF file says, read by another program (pypdf)."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from dataclasses import replace
from io import BytesIO
from typing import Any

from pypdf import PdfReader

from safeconduct.letters import letter as letters
from safeconduct.letters.letter import Addressee, Concerning, Custodian, Duty, Language, Letter, Recalled, Spoken, Told

DAY = dt.date(2026, 12, 4)
DUE = dt.date(2026, 12, 18)
ENGLISH, SPANISH = Language.ENGLISH, Language.SPANISH
OF = Concerning(
    ENGLISH,
    Custodian("Office of Disclosure, Treasury of the Town", ("1 Town Square", "Nowhere, KS 00000")),
    Addressee("Department of Justice", "Isolde Kirkbridge"),
    "H-000000004",
    "c-08967c1aa9129dfffe37",
    DAY,
)
REASONS = (
    Told("i2.B.writing", Spoken("26 USC 6103(i)(2)(B)"), Spoken("The request is not in writing."), Spoken("Write it.")),
    Told("review.first", Spoken("first review"), Spoken("The exhibit is of another case."), Spoken("")),
)
DUTIES = {duty: DAY + dt.timedelta(days=nth) for nth, duty in enumerate(Duty, 1)}
RECALLED = Recalled(73894, "town.example/log", DUTIES, Spoken("It was another person's address."))


def concerning(language: Language, **changed: Any) -> Concerning:  # noqa: ANN401  # any of its fields
    """What every letter has."""
    return replace(OF, language=language, **changed)


def of_each_kind(language: Language, reasons: tuple[Told, ...] = REASONS) -> tuple[Letter, ...]:
    """A letter of each kind."""
    of = concerning(language)
    return (
        letters.incomplete(of, reasons, DUE),
        letters.refused(of, reasons, DUE),
        letters.released(of),
        letters.not_released(of),
        letters.recall(of, RECALLED),
    )


def read(pdf: bytes) -> PdfReader:
    """A PDF file, as pypdf reads it."""
    return PdfReader(BytesIO(pdf))


def text(pdf: bytes) -> str:
    """What it says, in the order of its content; blanks are one."""
    said = " ".join(page.extract_text() for page in read(pdf).pages)
    return " ".join(said.replace("\u200b", "").split())


def structure(pdf: bytes) -> Iterator[tuple[str, str]]:
    """The elements of its structure in reading order: kind and language, where one is named."""
    yield from _under(read(pdf).trailer["/Root"]["/StructTreeRoot"]["/K"])  # type: ignore[index]  # PDF objects


def _under(node: Any) -> Iterator[tuple[str, str]]:  # noqa: ANN401  # as above
    node = node.get_object() if hasattr(node, "get_object") else node
    if isinstance(node, list):
        for one in node:
            yield from _under(one)
    elif isinstance(node, dict):
        if "/S" in node:
            yield str(node["/S"]), str(node.get("/Lang", ""))
        if "/K" in node:
            yield from _under(node["/K"])
