"""The figures of a screened file: summary.json. Counts, and nothing of any one request."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence

import duckdb
from sqlglot import exp

from safeconduct.bulk.lowering import Lowered
from safeconduct.bulk.rulings import MATCHES, NOT_SEARCHED, Tally
from safeconduct.core.days import iso
from safeconduct.core.law import Law
from safeconduct.core.orders import binding
from safeconduct.core.rules import Outcome, Rule
from safeconduct.core.tripwires import SHARES, Tripwire
from safeconduct.shelf import Thresholds


def outcomes(tallies: Iterable[Tally]) -> dict[str, int]:
    """How many rows came to each outcome."""
    counted: Counter[str] = Counter()
    for tally in tallies:
        counted[tally.outcome] += tally.rows
    return {word: counted[word] for outcome in Outcome for word in [outcome.name.lower()]}


def rules(law: Law, tallies: Sequence[Tally]) -> list[dict[str, object]]:
    """The rules that some row failed, or of which it cannot be told, those of most rows first."""
    failed: Counter[str] = Counter()
    unknown: Counter[str] = Counter()
    for tally in tallies:
        failed.update(dict.fromkeys(tally.failed, tally.rows))
        unknown.update(dict.fromkeys(tally.unknown, tally.rows))
    known = {rule.id: rule for rule in (*law.rules, *(one for of in law.item_rules.values() for one in of))}
    most = sorted(failed.keys() | unknown.keys(), key=lambda name: (-failed[name] - unknown[name], name))
    return [_rule(known[name], failed[name], unknown[name]) for name in most]


def _rule(rule: Rule, failed: int, unknown: int) -> dict[str, object]:
    return {
        "rule": rule.id,
        "cites": rule.cites,
        "title": rule.title,
        "layer": str(rule.layer),
        "consequence": (rule.otherwise if failed else rule.unknown).name.lower(),
        "failed": failed,
        "unknown": unknown,
        "means": rule.means,
        "cure": rule.cure,
    }


def grades(fact: str, connection: duckdb.DuckDBPyConnection) -> dict[str, int]:
    """How many rows have each value of `fact`."""
    column = exp.column(exp.to_identifier(fact, quoted=True)).sql(dialect="duckdb")
    query = f"SELECT coalesce({column}, 'left out') AS value, count(*) AS rows FROM facts GROUP BY 1 ORDER BY 2 DESC, 1"
    return dict(connection.execute(query).fetchall())


def rejected(connection: duckdb.DuckDBPyConnection) -> list[dict[str, object]]:
    """The reasons for which rows were rejected, those of most rows first."""
    query = "SELECT field, reason, count(*) FROM rejected GROUP BY ALL ORDER BY 3 DESC, 1, 2 LIMIT 50"
    return [
        {"field": field, "reason": reason, "rows": rows} for field, reason, rows in connection.execute(query).fetchall()
    ]


def matches(rows: int, connection: duckdb.DuckDBPyConnection) -> dict[str, int]:
    """What the search came to, of `rows` rows."""
    found = dict(connection.execute("SELECT match, count(*) FROM searched GROUP BY 1").fetchall())
    found[NOT_SEARCHED] = rows - sum(found.values())
    return {word: found.get(word, 0) for word in MATCHES}


def tripwire(tripwire: Tripwire) -> dict[str, object]:
    """A tripwire as it is told."""
    threshold = tripwire.threshold
    return {
        "name": str(threshold.figure),
        "cites": threshold.cites,
        "says": threshold.says,
        "figure": tripwire.counted.figure,
        "threshold": threshold.over,
        "unit": "share" if threshold.figure in SHARES else "persons",
        "tripped": tripwire.tripped,
        "rows": tripwire.counted.rows,
        "first_row": tripwire.counted.first_row,
    }


def policy(of: Thresholds) -> dict[str, object]:
    """The policy applied."""
    return {"file": of.file, "dated": iso(of.policy.dated), "digest": of.digest, "from_rows": of.policy.from_rows}


def applied(lowered: Lowered) -> dict[str, object]:
    """The law applied."""
    law = lowered.law
    return {
        "law_on": iso(law.on),
        "pack": law.pack.name,
        "reading": [reading.name for reading in law.readings],
        "pack_digest": law.pack.digest,
        "orders": [order.cites for order in binding(law.orders, law.on)],
    }
