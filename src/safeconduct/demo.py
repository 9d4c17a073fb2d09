"""The demo: three instructive requests, taken from the pack's worked cases, checked and explained for a person.

It leaves the requests in a folder, so that whoever reads can change one and check it again.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path

from safeconduct import preflight, render, shelf
from safeconduct.core.cases import Case, cases
from safeconduct.core.days import iso
from safeconduct.core.intake import Unreadable

_SHOWN = {
    "W-01": "A request that carries everything the statute asks for. It would have been permitted in August 2025. That is the law's answer only: two people and the register come after it.",
    "W-02": "The same request with an address that passed in 2025, because the field was not blank and ended in five digits. The statute wants the address of the taxpayer, and this is none.",
    "W-40": "The first request once more, after two courts spoke. Nothing in it has changed; leaving the agreement out of it would not change the answer either.",
}


def run(folder: Path) -> Iterator[str]:
    """Pages, in Markdown: an opening, then each request with its ruling. Writes the requests into `folder`.

    Raises:
        Misplaced: the folder cannot be written to.
    """
    opened = preflight.opened()
    worked = {case.name: case for case in cases(opened.pack)}
    yield "Three requests for one person's address, ruled on by the statute. The persons are invented; no register is opened.\n"
    for name, lesson in _SHOWN.items():
        yield _shown(worked[name], lesson, folder, opened)
    yield "Each command above prints the whole ruling, clause by clause. Change a request and check it again.\n"


def _shown(case: Case, lesson: str, folder: Path, opened: preflight.Opened) -> str:
    file = _written(case, folder)
    checked = preflight.check(case.request, opened.under(case.on))
    if isinstance(checked, Unreadable):
        raise TypeError(f"the worked case {case.name} cannot be read")
    command = f"safeconduct check {file} --on {iso(case.on)}"
    return f"{lesson}\n\n    {command}\n\n{render.brief(checked)}\n"


def _written(case: Case, folder: Path) -> Path:
    """The file of the request. One that is there and says something else is its reader's work, and is left as it is."""
    file, text = folder / f"{case.name}.json", json.dumps(case.request, ensure_ascii=False, indent=2) + "\n"
    try:
        folder.mkdir(parents=True, exist_ok=True)
        if not file.exists() and not file.is_symlink():
            beside = file.with_suffix(".part")
            beside.write_text(text, encoding="utf-8")
            beside.replace(file)
    except OSError as fault:
        what = f"cannot be written: {(fault.strerror or '').lower()}"
        raise shelf.Misplaced(file, what, "name another folder with --dir") from None
    return file
