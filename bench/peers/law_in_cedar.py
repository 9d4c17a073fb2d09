"""(i)(2) as Cedar policies (`law.cedar`), put to Cedar one item at a time: permitted or not, and how long a request takes.

Left out, because Cedar answers permit or deny: which outcome short of a permit, and unknown apart from failed. The other
clauses have no policies: none of them is ever permitted. `law.cedar` says how an unknown fact is kept from permitting.
"""

from __future__ import annotations

import json
import time
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

import cedarpy
import polars as pl

KINDS = {
    "name": "identity", "mailing_address": "identity", "tin": "identity",
    "filing_status": "taxpayer_return_information", "spouse_name": "taxpayer_return_information",
    "dependents": "taxpayer_return_information", "wages_from_return": "taxpayer_return_information",
    "wages_from_employer": "other_return_information", "unearned_income": "other_return_information",
    "net_self_employment_income": "taxpayer_return_information", "bank_account": "taxpayer_return_information",
    "employer": "other_return_information", "return": "return", "transcript": "taxpayer_return_information",
}  # fmt: skip
ITEMS = [{"uid": {"type": "Item", "id": item}, "attrs": {"kind": kind}, "parents": []} for item, kind in KINDS.items()]
POLICIES = cedarpy.PolicySet.from_str((Path(__file__).parent / "law.cedar").read_text(encoding="utf-8"))
ENTITIES = cedarpy.Entities.from_json_str(json.dumps(ITEMS))
IDLE = {"row", "request_id", "items.other_return_information"}
ASKER, DISCLOSE = {"type": "Asker", "id": "asker"}, {"type": "Action", "id": "disclose"}


@dataclass(frozen=True, slots=True)
class Decided:
    """For each row the items permitted, in the order of the pack, and the rules that forbade one, failed or unknown.

    `microseconds` is what a request took, from its facts to its decisions.
    """

    permitted: list[list[str]]
    forbade: list[set[str]]
    microseconds: float


def decide(facts: pl.DataFrame) -> Decided:
    """What Cedar says of each row of `facts`, which has the columns of `facts.parquet`."""
    rows = facts.to_dicts()
    begun = time.perf_counter()
    questions = [(place, item, context) for place, row in enumerate(rows) for item, context in _questions(row)]
    answers = cedarpy.is_authorized_batch([_asked(item, context) for _, item, context in questions], POLICIES, ENTITIES)
    permitted: list[list[str]] = [[] for _ in rows]
    forbade: list[set[str]] = [set() for _ in rows]
    for (place, item, _), answer in zip(questions, answers, strict=True):
        if answer.allowed:
            permitted[place].append(item)
        else:
            forbade[place].update(answer.diagnostics.id_annotations_by_reason.values())
    return Decided(permitted, forbade, (time.perf_counter() - begun) / len(rows) * 1e6)


def _questions(row: Mapping[str, object]) -> Iterator[tuple[str, str]]:
    """Every item asked for, each with the facts that are known."""
    known = {
        name.replace(".", "_"): value
        for name, value in row.items()
        if value is not None and name not in IDLE and not name.startswith("asked.")
    }
    context = json.dumps(known)
    yield from ((item, context) for item in KINDS if row[f"asked.{item}"])


def _asked(item: str, context: str) -> dict[str, object]:
    return {"principal": ASKER, "action": DISCLOSE, "resource": {"type": "Item", "id": item}, "context": context}
