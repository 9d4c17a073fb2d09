"""A package that was opened, for the officer and as JSON. No value of it is printed: those lie in a file that is the officer's alone."""

from __future__ import annotations

from collections.abc import Iterator

from safeconduct.core import records
from safeconduct.core.documents import printable
from safeconduct.core.log.refusals import Refused
from safeconduct.core.release import Field, Form
from safeconduct.opening import Opened

_NO_EVIDENCE = (
    "The policy says of itself that it is not evidence: these witnesses are a demo's or a test's, and prove nothing."
)


def page(opened: Opened) -> str:
    """The page for the officer, in Markdown."""
    return "\n\n".join(_paragraphs(opened)) + "\n"


def _paragraphs(opened: Opened) -> Iterator[str]:
    manifest = opened.release.manifest
    to = printable(f"{manifest.recipient.name}, {manifest.recipient.agency}")
    yield "# OPENED"
    yield f"Released to {to}, of request `{printable(manifest.request_id)}` (case `{printable(manifest.case)}`):"
    yield "\n".join(map(_field, opened.release.fields))
    yield f"For this purpose and no other: **{printable(manifest.purpose)}**, under {printable(manifest.authority)}{_periods(opened)}."
    yield f"It may be used until **{manifest.use_until}**. If it is recalled, you hear so from {printable(manifest.recall)}."
    yield "## What is proved"
    yield _proved(opened)
    yield "That what the record says is true is not proved, nor that nobody else has it."
    if not opened.is_evidence:
        yield _NO_EVIDENCE
    yield "## What is left to do"
    yield "\n".join(_left(opened))


def _field(one: Field) -> str:
    what = "confirmed as the request states it" if one.form is Form.CONFIRMED else "its value"
    return f"- **{printable(one.item)}**: {what}; {printable(', '.join(one.clauses))}"


def _periods(opened: Opened) -> str:
    said = opened.release.manifest.periods
    return f", for the periods {printable(', '.join(said))}" if said else ""


def _proved(opened: Opened) -> str:
    shown, decision = opened.shown, opened.release.manifest.decision
    day = f", which was there on {shown.under.day} by its witnesses' clocks" if shown.under.day else ""
    return (
        f"The sealer signed it, to this certificate and no other, and not a bit was changed since. Entry {shown.index} of the log "
        f"{printable(shown.under.checkpoint.origin)}{day}, says that this very file was released, for that request, after the "
        f"decision that stands there at {decision}."
    )


def _left(opened: Opened) -> Iterator[str]:
    yield f"- The release is in `{opened.files.out}`, readable by you alone. Keep it as long as it may be used, and no longer."
    case, receipt = printable(opened.release.manifest.case), opened.files.receipt
    yield f"- Send the receipt, `safeconduct case receipt {case} {receipt} --as OFFICER`: it says that you have opened it, and when."


def as_document(opened: Opened | Refused) -> dict[str, object]:
    """The same as JSON, or why it was not opened."""
    if isinstance(opened, Refused):
        return {"opened": False, "why": opened.why}
    return {
        "opened": True,
        "entry": opened.shown.index,
        "evidence": opened.is_evidence,
        "items": [{"item": one.item, "form": one.form, "clauses": list(one.clauses)} for one in opened.release.fields],
        "manifest": records.document(opened.release.manifest),
        "out": str(opened.files.out),
        "package": opened.package,
        "receipt": str(opened.files.receipt),
        "seen_on": opened.shown.under.day,
    }
