"""One finding by itself: a fact declared in a few words, tables of a few lines, and what is found in a request."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

from safeconduct.core import facts
from safeconduct.core.days import day
from safeconduct.core.fields import At, Found, Wrong
from safeconduct.core.findings import finding
from safeconduct.core.rulepack import Pack
from safeconduct.core.sought import Finding

REST = """
meaning = "what is sought"
established_by = "custodian"
step = "request"
"""
ON = day("2025-08-01") or 0


def finding_of(declaration: str, tables: Mapping[str, str], pack: Pack) -> Finding:
    """How the fact of `declaration` (its keys but those that all have) is found, by the `tables` of a pack of their own."""
    text = f"[the.fact]\n{declaration.strip()}{REST}"
    declared = facts.facts("facts.toml", text, {}).facts["the.fact"]
    return finding(declared, replace(pack, files={"facts.toml": text, **tables}))


def found(find: Finding, document: Mapping[str, object]) -> object:
    """The value found in the request `document`."""
    one = find(At(document, ON))
    assert isinstance(one, Found), one
    return one.value


def note(find: Finding, document: Mapping[str, object]) -> str:
    """The sentence on what was seen."""
    one = find(At(document, ON))
    assert isinstance(one, Found), one
    return one.note


def wrong(find: Finding, document: Mapping[str, object]) -> str:
    """What is wrong with the request."""
    one = find(At(document, ON))
    assert isinstance(one, Wrong), one
    return f"{one.field} {one.what}"
