"""COUNTERFACTUAL: what the script of 2025 would have let go of a file of the town's requests.

A reconstruction from public accounts (court papers and press of 2025 and 2026; the script itself was never published).
Two ways that exclude each other: where a number was given, name and number had to agree, and of the address no more was
asked than that it held five or nine figures in a row; where none was given, name and address had to agree. This is
what Safeconduct replaces; nothing of it is used for anything but this comparison, and only on a register of nobody.
"""

from __future__ import annotations

from pathlib import Path

import duckdb

from safeconduct.bulk.register import opened

_LET_GO = """
    CREATE TEMP MACRO plain(said) AS trim(regexp_replace(upper(strip_accents(said)), '[^A-Z0-9]+', ' ', 'g'));
    CREATE TEMP TABLE persons AS
        SELECT person_id, plain(given_name || ' ' || family_name) AS name, replace(number, '-', '') AS number,
               plain(concat_ws(' ', street, city, state, postal_code)) AS address
        FROM read_parquet(getvariable('register'));
    CREATE TEMP TABLE asked AS
        SELECT request_id, "subject.address" AS said, replace("subject.tin", '-', '') AS number,
               plain("subject.given_name" || ' ' || "subject.family_name") AS name, plain("subject.address") AS address
        FROM read_csv(getvariable('requests'), all_varchar = true);
    CREATE TEMP TABLE let_go AS
        SELECT request_id, person_id, 'number' AS way FROM asked JOIN persons USING (name, number)
        WHERE regexp_matches(said, '(^|[^0-9])([0-9]{5}|[0-9]{5}-?[0-9]{4})([^0-9]|$)')
        UNION ALL
        SELECT request_id, min(person_id), 'address' FROM asked JOIN persons USING (name, address)
        WHERE asked.number IS NULL GROUP BY request_id;
    CREATE TEMP TABLE weighed AS
        SELECT let_go.*, said, "address.grade" AS grade, outcome, truth.person_id AS meant
        FROM let_go JOIN asked USING (request_id)
        JOIN read_parquet(getvariable('facts')) USING (request_id)
        JOIN read_parquet(getvariable('rulings')) USING (request_id)
        JOIN read_parquet(getvariable('truth')) AS truth USING (request_id)
"""

_COUNTED = """
    SELECT (SELECT count(*) FROM asked) AS rows, count(*) AS released,
           count(*) FILTER (way = 'number') AS by_number, count(*) FILTER (way = 'address') AS by_address,
           count(*) FILTER (outcome <> 'permit') AS unlawfully,
           count(*) FILTER (grade IS NULL OR grade NOT IN ('deliverable', 'deliverable_unit')) AS no_address_of_the_taxpayer,
           count(*) FILTER (way = 'number') AS address_never_compared,
           count(*) FILTER (meant IS DISTINCT FROM person_id) AS wrong_person
    FROM weighed
"""

_EXAMPLES = """
    SELECT min(said) AS address, grade, count(*) AS rows FROM weighed
    WHERE grade NOT IN ('deliverable', 'deliverable_unit')
    GROUP BY grade, regexp_replace(said, '[0-9]+|, .*', '', 'g') ORDER BY rows DESC, address LIMIT 6
"""


def let_go(requests: Path, truth: Path, register: Path, screened: Path) -> dict[str, object]:
    """What the script would have let go of `requests`, and how much of it unlawfully or to the wrong person.

    `truth` says whom each request is about; `screened` is the folder of what Safeconduct made of the same file.

    Raises:
        ValueError: the register is not synthetic.
    """
    with duckdb.connect() as connection:
        if not opened(register, connection).synthetic:
            raise ValueError("the script of 2025 is tried on a register of nobody, and on no other")
        places = {
            "requests": requests, "truth": truth, "register": register,
            "facts": screened / "facts.parquet", "rulings": screened / "rulings.parquet",
        }  # fmt: skip
        for name, place in places.items():
            connection.execute(f"SET VARIABLE {name} = $place", {"place": str(place)})
        connection.execute(_LET_GO)
        counts = connection.sql(_COUNTED)
        told = dict(zip(counts.columns, counts.fetchall()[0], strict=True))
        examples = connection.execute(_EXAMPLES).fetchall()
    return {**told, "examples": [{"address": a, "grade": g, "rows": n} for a, g, n in examples]}
