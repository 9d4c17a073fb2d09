"""The figures of the match, on synthetic registers: `safeconduct bench match [PERSONS]`.

1.28 million requests as in 2025, every one of them searched for in a town of ten million (or as many as are named): the load
(reading names and addresses, of every row, though `screen` reads those alone that somebody supports), and then the decision: who
supports a row, which pairs names allow, what each comes to. Beside it in the same rounds the bare join of the keys, and Splink 5
predicting over the same tables behind the same gates.

Splink is given its parameters, so that no training is timed, and of its prediction what its own gates need: a pair of the same
building, names alike above even odds, birth date or number agreeing and neither differing, one such person and no other.
"""

from __future__ import annotations

import logging
import os
import resource
import statistics
import sys
import tempfile
import time
import warnings
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

import duckdb

from safeconduct import preflight
from safeconduct.bulk import files, match
from safeconduct.bulk.cores import Cores
from safeconduct.bulk.engine import engine
from safeconduct.bulk.looks import looked_at
from safeconduct.bulk.register import Register
from safeconduct.bulk.source import Source
from safeconduct.town import register, requests

PERSONS, ROWS, SEED, ROUNDS = 10_000_000, 1_280_000, 2025, 5
OURS = "500MB"

RULED = """
    CREATE TEMP TABLE ruled AS SELECT unnest(range(1, {rows} + 1)) AS row, 'permit' AS outcome;
    CREATE TEMP TABLE searched (row BIGINT, match VARCHAR);
"""
AFRESH = "DROP VIEW IF EXISTS homes; DROP TABLE IF EXISTS placed; DROP TABLE IF EXISTS supported; DROP TABLE IF EXISTS pairs; DELETE FROM searched"
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


def decided(connection: duckdb.DuckDBPyConnection, cores: Cores) -> None:
    """The decision, from the tables that were loaded."""
    match.pair(connection)
    match.decide(connection, cores)


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


EARLIER = 1_000_000_000_000
"""An earlier home of a person is a row of its own for Splink, with so much added to the person's number."""
SIDES = f"""
    CREATE TEMP TABLE left_side AS
    SELECT id AS unique_id, split_part(name, '|', 1) AS given, split_part(name, '|', 2) AS family, born, number, key
    FROM asked WHERE key IS NOT NULL;
    CREATE TEMP TABLE right_side AS
    SELECT id AS unique_id, split_part(name, '|', 1) AS given, split_part(name, '|', 2) AS family, born, number, key
    FROM persons WHERE key IS NOT NULL
    UNION ALL SELECT id + {EARLIER}, split_part(name, '|', 1), split_part(name, '|', 2), born, number, earlier_key
    FROM persons WHERE earlier_key IS NOT NULL;
"""
GATED = f"""
    SELECT count(*) FROM (SELECT unique_id_l FROM predicted GROUP BY ALL
    HAVING count(DISTINCT unique_id_r % {EARLIER}) = 1 AND bool_or(gamma_born = 1 OR gamma_number = 1)
       AND NOT bool_or(gamma_born = 0 OR gamma_number = 0))
"""


def splink(connection: duckdb.DuckDBPyConnection) -> Callable[[], int]:
    """Splink's prediction over the rows and persons that were loaded, and the gates behind it: how many it finds."""
    from splink import DuckDBAPI, Linker, SettingsCreator, block_on  # noqa: PLC0415  # a peer
    from splink import comparison_library as cl  # noqa: PLC0415  # as above

    logging.disable(logging.WARNING)
    connection.execute(SIDES)
    named, factor = [0.9, 0.08, 0.02], [0.97, 0.03]
    settings = SettingsCreator(
        link_type="link_only",
        probability_two_random_records_match=1e-7,
        comparisons=[
            cl.JaroWinklerAtThresholds("given", [0.9]).configure(
                m_probabilities=named, u_probabilities=[0.01, 0.01, 0.98]
            ),
            cl.JaroWinklerAtThresholds("family", [0.9]).configure(
                m_probabilities=named, u_probabilities=[0.002, 0.003, 0.995]
            ),
            cl.ExactMatch("born").configure(m_probabilities=factor, u_probabilities=[4e-5, 1 - 4e-5]),
            cl.ExactMatch("number").configure(m_probabilities=factor, u_probabilities=[1e-7, 1 - 1e-7]),
        ],
        blocking_rules_to_generate_predictions=[block_on("key")],
        retain_intermediate_calculation_columns=True,
    )
    api = DuckDBAPI(connection)
    linker = Linker([api.register(name) for name in ("left_side", "right_side")], settings)

    def predict() -> int:
        found = linker.inference.predict(threshold_match_weight=0).as_duckdbpyrelation()
        connection.register("predicted", found)
        return count(connection, GATED)

    return predict


@dataclass(frozen=True, slots=True)
class Round:
    """The seconds of one round."""

    ours: float
    bare: float
    theirs: float | None


def rounds(connection: duckdb.DuckDBPyConnection, cores: Cores, theirs: Callable[[], object] | None) -> Iterator[Round]:
    """Each in turn, so often; ours on the memory that is asked for, Splink's on as much as it likes."""
    for _ in range(ROUNDS):
        connection.execute(AFRESH)
        connection.execute(f"SET memory_limit = '{OURS}'")
        bare = timed(lambda: count(connection, BARE))
        ours = timed(lambda: decided(connection, cores))
        if theirs:
            connection.execute("SET memory_limit = '8GB'")
        yield Round(ours, bare, timed(theirs) if theirs else None)


def main() -> None:
    """Print the figures."""
    warnings.simplefilter("ignore")
    persons = int(sys.argv[1]) if len(sys.argv) > 1 else PERSONS
    folder = Path(tempfile.gettempdir()) / "safeconduct-bench"
    folder.mkdir(exist_ok=True)
    source, people = made(folder, persons)
    with (
        tempfile.TemporaryDirectory(dir=folder) as scratch,
        engine(Path(scratch), OURS) as connection,
        Cores() as cores,
    ):
        connection.execute(RULED.format(rows=ROWS))
        load = timed(lambda: match.load(source, people, connection, cores, every=True))
        told(connection, load, persons, list(rounds(connection, cores, None)), folder)
        if persons <= PERSONS:
            beside(list(rounds(connection, cores, predict := splink(connection))), predict())


def told(
    connection: duckdb.DuckDBPyConnection, load: float, persons: int, seconds: Sequence[Round], folder: Path
) -> None:
    """The figures of ours alone, before anything else takes memory."""
    memory = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1e6  # before the truth is read
    one, absent = right(connection, folder / f"sent-{persons}.csv")
    read, pairs = (count(connection, f"SELECT count(*) FROM {table}") for table in ("persons", "pairs"))
    decision, bare = (statistics.median(getattr(each, who) for each in seconds) for who in ("ours", "bare"))
    print(f"load of this machine: {', '.join(f'{each:.1f}' for each in os.getloadavg())}")
    print(f"{ROWS:,} requests, {persons:,} persons: load {load:.1f} s, of whom {read:,} read")
    print(f"decision {decision:.2f} s (asked: 5), the bare join of keys {bare:.2f} s, ratio {decision / bare:.1f}")
    print(f"pairs handed over: {pairs:,} (asked: at most 100,000)")
    print(f"found one: {one:,}, of them not in the register: {absent}")
    print(f"memory of this process: {memory:.2f} GB (asked: 1.5)", flush=True)


def beside(seconds: Sequence[Round], one: int) -> None:
    """The figures of both, in the same rounds."""
    ours, theirs = (statistics.median(getattr(each, who) for each in seconds) for who in ("ours", "theirs"))
    print(
        f"Splink 5, same tables, same gates, parameters given, {len(seconds)} rounds in turn: medians {theirs:.2f} s and"
    )
    print(f"{ours:.2f} s, {theirs / ours:.1f} times ours (aim: 5); it finds one: {one:,}")


if __name__ == "__main__":
    main()
