"""Summaries of files of requests, as `screen` writes them: one stopped as a whole, one decided row by row, odd ones."""

from __future__ import annotations

from copy import deepcopy

from safeconduct.report.summary import Counterfactual, RuleCount, Summary, Today, Tripwire

HOSTILE = '"><script>alert(1)</script><img src=x onerror=alert(1)> \u202e\x07\ud800 https://evil.example/'
_DIGEST = "sha256:" + "9f3c" * 16


def rule(name: str, title: str, failed: int, unknown: int = 0, consequence: str = "incomplete") -> RuleCount:
    """A rule that rows fail."""
    return {
        "rule": name,
        "cites": f"26 USC 6103 {name}",
        "title": title,
        "layer": "statute",
        "consequence": consequence,
        "failed": failed,
        "unknown": unknown,
        "means": f"The request does not meet {name}.",
        "cure": f"Mend {name}." if consequence == "incomplete" else "",
    }


def wire(name: str, figure: float, threshold: float, unit: str, first: int | None) -> Tripwire:
    """A tripwire, set off where it has a first row."""
    return {
        "name": name,
        "cites": f"policy:{name}",
        "says": f"Too much of {name}.",
        "figure": figure,
        "threshold": threshold,
        "unit": unit,
        "tripped": first is not None,
        "first_row": first,
    }


def stopped() -> Summary:
    """Twenty thousand rows, stopped by two tripwires of three."""
    return {
        "file": "requests.csv",
        "engine": "duckdb",
        "law_on": "2025-08-01",
        "pack": "us_irc_6103",
        "reading": ["memorandum-2025-04-07"],
        "pack_digest": _DIGEST,
        "orders_digest": _DIGEST.replace("9f", "1a"),
        "engine_digest": _DIGEST.replace("9f", "2b"),
        "orders": ["D.D.C. 2025-11-21"],
        "policy": {"file": "tripwires.toml", "dated": "2026-11-25", "digest": _DIGEST, "from_rows": 20},
        "rows": {"read": 20_000, "ruled": 19_990, "rejected": 10},
        "rejected": [
            {"field": "made_on", "reason": "is no date of the calendar", "rows": 7},
            {"field": "taxpayer.name", "reason": "is missing", "rows": 3},
        ],
        "outcomes": {"permit": 0, "incomplete": 19_000, "hold": 900, "refuse": 90, "stayed": 0},
        "rules": [
            rule("i2.B.i.address", "name and address", 6_001, 4),
            rule("i2.A.engaged", "personally and directly engaged", 18_002, 0, "hold"),
        ],
        "address_grades": {"deliverable": 14_111, "placeholder": 902, "empty": 1},
        "tripwires": [
            wire("persons_per_officer", 20_000, 25, "persons", 2),
            wire("same_reason", 0.9345, 0.2, "share", 14),
            wire("rejected_rows", 0.0005, 0.05, "share", None),
        ],
        "tripped": True,
        "match": {"one": 0, "none": 0, "several": 0, "not_searched": 19_990},
        "register": None,
        "not_searched_because": "the batch set off a tripwire",
        "seconds": {"read and find": 2.1, "rule": 0.3},
    }


def decided() -> Summary:
    """Sixty rows, each decided by itself and, where the law permits, searched for in a synthetic register."""
    summary = stopped()
    summary |= {
        "file": "honest.csv",
        "rows": {"read": 60, "ruled": 60, "rejected": 0},
        "rejected": [],
        "outcomes": {"permit": 47, "incomplete": 10, "hold": 2, "refuse": 1, "stayed": 0},
        "rules": [rule("i2.B.i.address", "name and address", 7)],
        "address_grades": {"deliverable": 53, "partial": 7},
        "tripwires": [
            wire("persons_per_officer", 1, 25, "persons", None),
            wire("same_reason", 0.1, 0.2, "share", None),
        ],
        "tripped": False,
        "match": {"one": 41, "none": 5, "several": 1, "not_searched": 13},
        "register": {"persons": 10_000_000, "synthetic": True},
        "not_searched_because": "the law does not permit a look",
    }
    return summary


def empty() -> Summary:
    """A file without rows."""
    summary = decided()
    summary |= {
        "rows": {"read": 0, "ruled": 0, "rejected": 0},
        "outcomes": dict.fromkeys(summary["outcomes"], 0),
        "rules": [],
        "address_grades": {},
        "tripwires": [],
        "match": {"one": 0, "none": 0, "several": 0, "not_searched": 0},
        "register": None,
        "not_searched_because": None,
        "policy": None,
        "seconds": {},
    }
    return summary


def unreadable() -> Summary:
    """A file of which no row can be read."""
    summary = empty()
    summary["rows"] = {"read": 10, "ruled": 0, "rejected": 10}
    summary["rejected"] = [{"field": "made_on", "reason": "is no date of the calendar", "rows": 10}]
    return summary


def hostile() -> Summary:
    """Every text that can come from data is an attack; there are fourteen rules, and a threshold of nothing."""
    summary, bad = stopped(), HOSTILE
    summary |= {"file": bad + "f" * 300, "pack": bad, "reading": [bad], "orders": [bad], "not_searched_because": bad}
    summary["rules"] = [rule(f"{at}{bad}", f"{bad} long " * 20, 500 * at, at, bad) for at in range(1, 15)]
    summary["rejected"] = [{"field": bad, "reason": bad, "rows": at} for at in range(1, 13)]
    summary["address_grades"] = {bad: 5, "empty": 3}
    summary["outcomes"] = {**deepcopy(summary["outcomes"]), bad: 5}
    summary["tripwires"] = [wire(bad, 1.5, 0, bad, 2), wire(bad, 0, 0, "share", None)]
    summary["seconds"] = {bad: 1.0}
    return summary


THEN: Counterfactual = {
    "rows": 20_000,
    "released": 742,
    "by_number": 668,
    "by_address": 74,
    "unlawfully": 741,
    "no_address_of_the_taxpayer": 301,
    "address_never_compared": 669,
    "wrong_person": 23,
    "examples": [
        {"address": "Failed to Provide 90001", "grade": "placeholder", "rows": 12},
        {"address": HOSTILE, "grade": "partial", "rows": 11},
    ],
}
TODAY: Today = {
    "on": "2026-11-25",
    "outcomes": {"permit": 0, "incomplete": 0, "hold": 0, "refuse": 88, "stayed": 19_902},
    "orders": ["D.D.C. 2025-11-21", "D. Mass. 2026-02-05"],
}
