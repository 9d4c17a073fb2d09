"""The law and the match of a file on Spark: the SQL of `lowering` and `blocking` in Spark's dialect, and the same decision.

Rows are read and found in as always; what Spark takes are Parquet files, and what it leaves are Parquet files, which are
weighed and counted as always. Names and addresses of a register are read, and pairs decided, by the functions of `compared`
through `mapInArrow`, on Spark's workers.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

import duckdb
import pyarrow as pa
import sqlglot
from sqlglot import exp

from safeconduct.bulk import compared, match, rulings
from safeconduct.bulk.blocking import HOMES, NARROWER, PAIRED, narrowed, worth
from safeconduct.bulk.cores import Cores
from safeconduct.bulk.engine import Sink, text
from safeconduct.bulk.lowering import Lowered, column, masks, query
from safeconduct.bulk.packing import choices
from safeconduct.bulk.register import Register
from safeconduct.bulk.source import Source

if TYPE_CHECKING:
    from pyspark.sql import DataFrame, SparkSession

_SPARKS = {
    pa.int64(): "BIGINT",
    pa.int32(): "INT",
    pa.string(): "STRING",
    pa.bool_(): "BOOLEAN",
    pa.list_(pa.string()): "ARRAY<STRING>",
}


@dataclass(frozen=True, slots=True)
class Spark:
    """Spark, and the folder in which it leaves what it comes to."""

    session: SparkSession
    scratch: Path
    name = "spark"

    def rule(self, facts: Path, lowered: Lowered, connection: duckdb.DuckDBPyConnection) -> None:
        """Rule on every row of the file `facts`; leaves what `rulings.rule` leaves."""
        frame = self.read("facts", facts)
        asked = query(lowered, exp.to_table("of_members")).sql(dialect="spark", copy=False)
        self.session.sql(_of_members(lowered, frame.columns)).createOrReplaceTempView("of_members")
        self.keep("masked_rows", self.session.sql(asked))
        for table in _of_each(list(masks(lowered)), self.found("masked_rows")):
            connection.execute(table)
        rulings.weigh(lowered, ", ".join(_KEY.format(name) for name in masks(lowered)), connection)

    def search(self, source: Source, register: Register, connection: duckdb.DuckDBPyConnection) -> None:
        """Search for each row of `ruled` that is permitted: fills the table `searched` (row, match).

        Raises:
            ValueError: the register is not synthetic. Nobody is ever looked for in bulk on another.
        """
        if not register.synthetic:
            raise ValueError("a register that is not synthetic is not searched in bulk")
        self.load(source, register, connection)
        self.decide()
        match.tell(self.found("decisions"), connection)

    def load(self, source: Source, register: Register, connection: duckdb.DuckDBPyConnection) -> None:
        """Leave `asked` and `persons`: what is compared of the rows, and of who lives in their buildings."""
        file = self.scratch / "said.parquet"
        with Cores() as cores, Sink(file, compared.SAID) as sink:
            for batch in match.said(source, connection, cores):
                sink.write(batch)
        self.read("said", file)
        self.read("register", register.path)
        parts = self.session.sparkContext.defaultParallelism * 4
        self.keep("asked", self.sql(worth("register")).repartition(parts).mapInArrow(_asked, _schema(compared.ASKED)))
        self.keep(
            "persons", self.sql(narrowed("register")).repartition(parts).mapInArrow(_persons, _schema(compared.PERSONS))
        )

    def decide(self) -> None:
        """Leave `decisions`: what the pairs of each row come to."""
        self.sql(HOMES).createOrReplaceTempView("homes")
        for name, asked in NARROWER:
            self.keep(name, self.sql(asked))
        pairs = self.sql(PAIRED).repartition("row").sortWithinPartitions("row", "person")
        self.keep("decisions", pairs.mapInArrow(_decided, _schema(compared.DECIDED)))

    def sql(self, asked: str) -> DataFrame:
        """What a query comes to that is written in DuckDB's dialect."""
        [said] = sqlglot.transpile(asked, read="duckdb", write="spark")
        return self.session.sql(said)

    def read(self, name: str, file: Path) -> DataFrame:
        """The rows of the one Parquet file `file`, as the view `name`."""
        frame = self.session.read.parquet(_literal(file))
        frame.createOrReplaceTempView(name)
        return frame

    def keep(self, name: str, frame: DataFrame) -> None:
        """The rows of `frame` worked out and written down, as the view `name`."""
        folder = self.scratch / "spark" / name
        frame.write.mode("overwrite").parquet(str(folder.resolve()))
        self.session.read.parquet(_literal(folder)).createOrReplaceTempView(name)

    def found(self, name: str) -> str:
        """What was kept as `name`, as SQL of DuckDB's."""
        folder = re.sub(r"([*?[])", r"[\1]", str(self.scratch / "spark" / name))
        return f"read_parquet({text(folder + '/*.parquet')}, hive_partitioning = false)"


_KEY = "key_of_{}"


def _of_members(lowered: Lowered, names: Iterable[str]) -> str:
    """The rows of `facts`; a value that is no member of its choice is unknown."""
    known: Mapping[str, exp.Expr] = choices(lowered)
    columns = (exp.alias_(known.get(name, column(name)).copy(), exp.to_identifier(name, quoted=True)) for name in names)
    return exp.select(*columns).from_("facts").sql(dialect="spark")


def _of_each(words: list[str], masked: str) -> Iterator[str]:
    """The tables `keyed`, `kinds` and `masked`: here the answers of a row are themselves what tells it apart."""
    keys = ", ".join(map(_KEY.format, words))
    named = ", ".join(f"{word} AS {_KEY.format(word)}" for word in words)
    yield f"CREATE TEMP TABLE keyed AS SELECT row, request_id, {named} FROM {masked}"
    yield f"CREATE TEMP TABLE kinds AS SELECT {keys}, min(row) AS row, count(*) AS rows FROM keyed GROUP BY {keys}"
    yield f"CREATE TEMP TABLE masked AS SELECT row, {', '.join(words)} FROM {masked} SEMI JOIN kinds USING (row)"


def _literal(path: Path) -> str:
    """A path for Spark's reader: its name is no pattern."""
    return re.sub(r"([*?\[\]{}\\])", r"\\\1", str(path.resolve()))


def _schema(schema: pa.Schema) -> str:
    return ", ".join(f"`{field.name}` {_SPARKS[field.type]}" for field in schema)


def _asked(batches: Iterable[pa.RecordBatch]) -> Iterator[pa.RecordBatch]:
    yield from map(compared.of_requests(None), batches)


def _persons(batches: Iterable[pa.RecordBatch]) -> Iterator[pa.RecordBatch]:
    yield from map(compared.of_persons(None), batches)


def _decided(batches: Iterable[pa.RecordBatch]) -> Iterator[pa.RecordBatch]:
    yield from map(compared.decided(None), compared.whole(batches))
