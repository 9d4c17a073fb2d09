"""Spark on this machine, for as long as a block lasts: on its cores, in its memory, speaking to nobody else.

What is missing for it, and how it is installed, is told by `lacking`.
"""

from __future__ import annotations

import os
import shutil
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from importlib.util import find_spec
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING

from safeconduct.bulk.cores import CORES
from safeconduct.bulk.source import STRETCH

if TYPE_CHECKING:
    from pyspark.sql import SparkSession

_QUIET = """
rootLogger.level = error
rootLogger.appenderRef.stderr.ref = stderr
appender.stderr.type = Console
appender.stderr.name = stderr
appender.stderr.target = SYSTEM_ERR
appender.stderr.layout.type = PatternLayout
appender.stderr.layout.pattern = %p %c: %m%n
"""


def lacking() -> str:
    """What Spark wants that this machine has not, and how it is installed; "" where it wants nothing."""
    if find_spec("pyspark") is None:
        return "PySpark is not installed; run `pip install 'safeconduct[spark]'`"
    home = os.environ.get("JAVA_HOME")
    if shutil.which("java", path=f"{home}/bin") if home else shutil.which("java"):
        return ""
    where = "JAVA_HOME names no Java" if home else "there is no Java"
    return f"{where}; install one of 17 or newer (Debian: `apt-get install openjdk-17-jre-headless`)"


@contextmanager
def session(scratch: Path, memory: str = "2g") -> Iterator[SparkSession]:
    """A session that writes what does not fit to the folder `scratch`; the first of a process says how much memory fits."""
    from pyspark.sql import SparkSession  # noqa: PLC0415  # an extra

    os.environ.setdefault("PYSPARK_PYTHON", sys.executable)
    (scratch / "log4j2.properties").write_text(_QUIET, encoding="utf-8")
    with TemporaryDirectory() as folder:
        plain = Path(folder) / "scratch"  # a comma in a name would make it a list of folders
        plain.symlink_to(scratch.resolve(), target_is_directory=True)
        builder = SparkSession.builder.master(f"local[{CORES}]").appName("safeconduct")
        for name, said in _settings(plain, memory).items():
            builder = builder.config(name, said)
        begun = builder.getOrCreate()
        try:
            yield begun
        finally:
            begun.stop()


def _settings(scratch: Path, memory: str) -> dict[str, str]:
    return {
        "spark.driver.memory": memory,
        "spark.driver.bindAddress": "127.0.0.1",
        "spark.driver.host": "127.0.0.1",
        "spark.driver.extraJavaOptions": f"-Dlog4j2.configurationFile={scratch / 'log4j2.properties'}",
        "spark.local.dir": str(scratch),
        "spark.sql.warehouse.dir": str(scratch / "warehouse"),
        "spark.sql.shuffle.partitions": str(4 * CORES),
        "spark.sql.files.maxPartitionBytes": "8m",
        "spark.sql.session.timeZone": "UTC",
        "spark.sql.execution.arrow.maxRecordsPerBatch": str(STRETCH),
        "spark.ui.enabled": "false",
        "spark.ui.showConsoleProgress": "false",
    }
