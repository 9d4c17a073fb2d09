"""The figures of the match, on synthetic registers: `safeconduct bench match [PERSONS]`.

1.28 million requests as in 2025, every one of them searched for in a town of ten million (or as many as are named): the load
(reading names and addresses), and then the decision: who supports a row, which pairs names allow, what each comes to. Beside it
in the same rounds the bare join of the keys, and Splink 5 predicting over the same tables behind the same gates.
"""

from __future__ import annotations

import logging
import resource
import statistics
import sys
import tempfile
import time
import warnings
from collections.abc import Callable
from pathlib import Path

import duckdb

from safeconduct import preflight
from safeconduct.bulk import files, match
from safeconduct.bulk.engine import engine
from safeconduct.bulk.looks import looked_at
from safeconduct.bulk.register import Register
from safeconduct.bulk.source import Source
from safeconduct.town import register, requests

PERSONS, ROWS, SEED, ROUNDS = 10_000_000, 1_280_000, 2025, 3

RULED = """
    CREATE TEMP TABLE ruled AS SELECT unnest(range(1, {rows} + 1)) AS row, 'permit' AS outcome;
    CREATE TEMP TABLE searched (row BIGINT, match VARCHAR);
"""
AFRESH = "DROP TABLE IF EXISTS homes; DROP TABLE IF EXISTS supported; DROP TABLE IF EXISTS mates; DROP TABLE IF EXISTS pairs; DELETE FROM searched"
BARE = """
    SELECT count(*) FROM asked JOIN (
        SELECT key FROM persons WHERE key IS NOT NULL UNION ALL SELECT earlier_key FROM persons WHERE earlier_key IS NOT NULL
    ) USING (key)
"""


def timed(work: Callable[[], object]) -> float:
    """The seconds that `work` takes."""
    begun = time.perf_counter()
    work()
    return time.perf_counter() - begun


def made(folder: Path, persons: int) -> tuple[Source, Register]:
    """The requests and the register, made where they are not there yet."""
    people, sent = folder / f"register-{persons}.parquet", folder / f"sent-{persons}.csv"
    if not people.exists():
        print(f"a town of {persons:,} made in {timed(lambda: register.write(people, persons, SEED)):.0f} s", flush=True)
    if not sent.exists():
        requests.write_as_in_2025(sent, people, ROWS, SEED)
    return files.opened(sent, looked_at(preflight.opened().intake)), Register(people, persons, synthetic=True)


def count(connection: duckdb.DuckDBPyConnection, query: str) -> int:
    """The one number that a query comes to."""
    return int(connection.execute(query).fetchall()[0][0])


def decided(connection: duckdb.DuckDBPyConnection) -> None:
    """The decision, from the tables that were loaded."""
    match.pair(connection)
    match.decide(connection)


def right(connection: duckdb.DuckDBPyConnection, sent: Path) -> tuple[int, int]:
    """How many were found, and how many of them are not in the register."""
    ids = (
        f"SELECT row_number() OVER () AS row, request_id FROM read_csv('{sent}', parallel = false, all_varchar = true)"
    )
    truth = sent.with_suffix(".truth.parquet")
    connection.execute(f"CREATE OR REPLACE TEMP TABLE truth AS FROM ({ids}) JOIN '{truth}' USING (request_id)")
    ones = "FROM searched JOIN truth USING (row) WHERE match = 'one'"
    return count(connection, f"SELECT count(*) {ones}"), count(
        connection, f"SELECT count(*) {ones} AND person_id IS NULL"
    )


def splink(connection: duckdb.DuckDBPyConnection) -> Callable[[], int]:
    """Splink's prediction over the rows and persons that were loaded, and the gates behind it; its parameters are given."""
    from splink import DuckDBAPI, Linker, SettingsCreator, block_on  # noqa: PLC0415  # a peer
    from splink import comparison_library as cl  # noqa: PLC0415  # as above

    logging.getLogger("splink").setLevel(logging.ERROR)
    names = "array_to_string(given, ' ') AS given, array_to_string(family, ' ') AS family"
    columns = f"id AS unique_id, {names}, born, number"
    connection.execute(
        f"CREATE OR REPLACE TABLE left_side AS SELECT id AS unique_id, {names}, born, number, key FROM asked WHERE key IS NOT NULL"
    )
    connection.execute(
        f"CREATE OR REPLACE TABLE right_side AS SELECT {columns}, key FROM persons WHERE key IS NOT NULL"
        f" UNION ALL SELECT id + 1000000000000, {names}, born, number, earlier_key FROM persons WHERE earlier_key IS NOT NULL"
    )
    settings = SettingsCreator(
        link_type="link_only",
        comparisons=[
            cl.JaroWinklerAtThresholds("given", [0.9]),
            cl.JaroWinklerAtThresholds("family", [0.9]),
            cl.ExactMatch("born"),
            cl.ExactMatch("number"),
        ],
        blocking_rules_to_generate_predictions=[block_on("key")],
        retain_intermediate_calculation_columns=True,
    )
    api = DuckDBAPI(connection)
    linker = Linker([api.register(name) for name in ("left_side", "right_side")], settings)

    def predict() -> int:
        found = linker.inference.predict(threshold_match_weight=0).as_duckdbpyrelation()
        connection.register("predicted", found)
        gated = """
            SELECT count(*) FROM (SELECT unique_id_l FROM predicted GROUP BY ALL
            HAVING count(DISTINCT unique_id_r % 1000000000000) = 1 AND bool_or(gamma_born = 1 OR gamma_number = 1)
               AND NOT bool_or(gamma_born = 0 OR gamma_number = 0))
        """
        return count(connection, gated)

    return predict


def main() -> None:
    """Print the figures."""
    warnings.simplefilter("ignore")
    persons = int(sys.argv[1]) if len(sys.argv) > 1 else PERSONS
    folder = Path(tempfile.gettempdir()) / "safeconduct-bench"
    folder.mkdir(exist_ok=True)
    source, people = made(folder, persons)
    with tempfile.TemporaryDirectory() as scratch, engine(Path(scratch), memory="700MB") as connection:
        connection.execute(RULED.format(rows=ROWS))
        load = timed(lambda: match.load(source, people, connection))
        figures = []
        for _ in range(ROUNDS):
            connection.execute(AFRESH)
            bare = timed(lambda: count(connection, BARE))
            figures.append((timed(lambda: decided(connection)), bare))
        seconds, bare = (statistics.median(column) for column in zip(*figures, strict=True))
        ratio = statistics.median(one / other for one, other in figures)
        one, absent = right(connection, folder / f"sent-{persons}.csv")
        print(
            f"{ROWS:,} requests, {persons:,} persons: load {load:.1f} s, of whom {count(connection, 'SELECT count(*) FROM persons'):,} read"
        )
        print(f"decision {seconds:.2f} s, the bare join of keys {bare:.2f} s, ratio {ratio:.1f} (asked: 5 s)")
        print(f"pairs handed over: {count(connection, 'SELECT count(*) FROM pairs'):,} (asked: at most 100,000)")
        print(f"found one: {one:,}, of them not in the register: {absent}")
        print(
            f"memory of this process: {resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1e6:.2f} GB (asked: 1.5)",
            flush=True,
        )
        if persons <= PERSONS:
            connection.execute("SET memory_limit = '8GB'")
            predict = splink(connection)
            theirs = [timed(predict) for _ in range(ROUNDS)]
            print(
                f"Splink 5, same tables, same gates: {statistics.median(theirs):.1f} s, {statistics.median(theirs) / seconds:.1f} times ours; one: {predict():,}"
            )


if __name__ == "__main__":
    main()
