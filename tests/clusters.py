"""A throwaway PostgreSQL, for tests, with a database for registers."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import psycopg
import pytest

from harm.postgres import server


@dataclass(frozen=True)
class Cluster:
    """A server that runs, at a socket in `folder`."""

    folder: Path

    def address(self, account: str = "owner") -> str:
        """Where it is reached, as `account`."""
        return f"postgresql://{account}@/register?host={self.folder}"

    def run(self, *statements: str) -> None:
        """Run statements as its owner."""
        with psycopg.connect(self.address(), autocommit=True) as connection:
            for statement in statements:
                connection.execute(statement.encode())


@contextmanager
def cluster() -> Iterator[Cluster]:
    """A PostgreSQL server; where the machine has none, the test is skipped."""
    with server() as running:
        if running is None:
            pytest.skip("no PostgreSQL on this machine: apt-get install postgresql")
        running.database("register")
        yield Cluster(running.folder)
