"""The figures of a file of requests that its tripwires are held to, counted by DuckDB over facts and keys.

Counted are the rows that are ruled on. Which figure is too much says the policy (`core.tripwires`).
"""

from __future__ import annotations

from collections.abc import Mapping

import duckdb
from sqlglot import exp

from safeconduct.core.tripwires import Counted, Figure, Policy

_KEYS: Mapping[Figure, str] = {
    Figure.IDENTICAL_REASONS: '"alike.reason"',
    Figure.REASON_TEMPLATES: '"alike.template"',
    Figure.ONE_OFFENCE: '"alike.offence"',
}


def counted(policy: Policy, rows: int, connection: duckdb.DuckDBPyConnection) -> dict[Figure, Counted]:
    """The figures of a file of `rows` rows; `connection` has the views `facts` and `keys`, with a row for each."""
    most_alike = {figure: _share(_most_alike(key, "keys", connection), rows) for figure, key in _KEYS.items()}
    officers = '(SELECT row, unnest("alike.officers") AS officer FROM keys)'
    by_officer = _most_alike("officer", officers, connection)
    return {
        Figure.PLACEHOLDERS: _share(_placeholders(policy, connection), rows),
        Figure.PERSONS_PER_OFFICER: by_officer,
        **most_alike,
        Figure.DUPLICATE_PERSONS: _share(_duplicates(connection), rows),
    }


def _share(found: Counted, rows: int) -> Counted:
    return Counted(found.rows / rows if rows else 0, found.rows, found.first_row)


def _one(query: str, connection: duckdb.DuckDBPyConnection) -> Counted:
    rows, first = (connection.execute(query).fetchall() or [(0, None)])[0]
    return Counted(rows, rows, first)


def _most_alike(key: str, keys: str, connection: duckdb.DuckDBPyConnection) -> Counted:
    """The rows that have one key in common, of the key that most have."""
    return _one(
        f"SELECT count(DISTINCT row) AS rows, min(row) FROM {keys} WHERE {key} IS NOT NULL"
        f" GROUP BY {key} ORDER BY rows DESC, min(row) LIMIT 1",
        connection,
    )


def _placeholders(policy: Policy, connection: duckdb.DuckDBPyConnection) -> Counted:
    fact = exp.column(exp.to_identifier(policy.fact, quoted=True))
    among = fact.isin(*policy.among).sql(dialect="duckdb")
    return _one(f"SELECT count(*), min(row) FROM facts WHERE {among}", connection)


def _duplicates(connection: duckdb.DuckDBPyConnection) -> Counted:
    """The rows about a person about whom an earlier row asks, by number or by name and birth date."""
    again = " UNION ".join(
        f"SELECT row FROM keys WHERE {key} IS NOT NULL QUALIFY row_number() OVER (PARTITION BY {key} ORDER BY row) > 1"
        for key in ('"alike.number"', '"alike.person"')
    )
    return _one(f"SELECT count(*), min(row) FROM ({again})", connection)
