"""A register in PostgreSQL: sessions that are read only, by an account that may read one table and write none.

The password is the account's own matter (a password file, or the server's trust in the socket's account); one on the
command line would stand in the list of processes.
"""

from __future__ import annotations

from collections.abc import Sequence

import psycopg
from psycopg import sql
from psycopg.conninfo import conninfo_to_dict, make_conninfo

from safeconduct.broker.records import COLUMNS, NEEDED, WELCOME
from safeconduct.broker.unread import Unread, not_synthetic
from safeconduct.shelf import Misplaced
from safeconduct.town.numbers import NEVER_ISSUED

_SESSION = (
    "-c default_transaction_read_only=on -c statement_timeout=20000 -c datestyle=ISO -c standard_conforming_strings=on"
)
_SEEN = "postgresql"
"""What is said of the address in messages: it may hold what is nobody's business."""
_MEND = "give the account SELECT on the register's table and nothing else"


class Postgres:
    """A register in a table of a database. A session that was lost is begun anew at the next look."""

    def __init__(self, address: str, table: str) -> None:
        """Open the register.

        Raises:
            Misplaced: it cannot be reached or read, may be written, lacks a column, or is not synthetic.
        """
        self._address, self._table = _address(address), sql.Identifier(*table.split("."))
        self._connection: psycopg.Connection | None = None
        try:
            self._connection = self._connect()
            self._near = self._query(table)
            self._hold_to_reading(table)
            self._hold_to_synthetic()
        except psycopg.Error as fault:
            self.close()
            what = f"cannot be reached or read ({type(fault).__name__})"
            raise Misplaced(_SEEN, what, "see that the server runs and lets this account read the table") from None
        except Misplaced:
            self.close()
            raise

    def _connect(self) -> psycopg.Connection:
        connection = psycopg.connect(self._address, connect_timeout=5)
        connection.read_only = True
        return connection

    def _query(self, table: str) -> sql.Composed:
        rows = self._rows(sql.SQL("SELECT * FROM {} LIMIT 0").format(self._table), {})
        names = [column.name for column in rows.description or ()]
        lacking = next((name for name in NEEDED if name not in names), "")
        if lacking:
            raise Misplaced(
                _SEEN, f"the table `{table}` has no column `{lacking}`", f"a register has {', '.join(NEEDED)}"
            )
        columns = [
            sql.SQL("NULL")
            if name in WELCOME and name not in names
            else sql.SQL("{}::text").format(sql.Identifier(name))
            for name in COLUMNS
        ]
        where = sql.SQL(" OR ").join(map(_at, ("", "earlier_")))
        return sql.SQL("SELECT {} FROM {} WHERE {}").format(sql.SQL(", ").join(columns), self._table, where)

    def _hold_to_reading(self, table: str) -> None:
        may = sql.SQL(
            "SELECT rolsuper OR has_table_privilege(%(table)s, 'INSERT') OR has_table_privilege(%(table)s, 'UPDATE')"
            " OR has_table_privilege(%(table)s, 'DELETE') OR has_table_privilege(%(table)s, 'TRUNCATE')"
            " FROM pg_roles WHERE rolname = current_user"
        )
        name = self._table.as_string(self._connection)
        if self._rows(may, {"table": name}).fetchall() != [(False,)]:
            raise Misplaced(_SEEN, f"this account may write the table `{table}`", _MEND)

    def _hold_to_synthetic(self) -> None:
        query = sql.SQL("SELECT 1 FROM {} WHERE number::text !~ %(issued)s OR number IS NULL LIMIT 1").format(
            self._table
        )
        if self._rows(query, {"issued": f"^(?:{NEVER_ISSUED})$"}).fetchall():
            raise not_synthetic(_SEEN)

    def _rows(self, query: sql.SQL | sql.Composed, said: dict[str, str]) -> psycopg.Cursor:
        """The rows of a query, in a transaction of its own that is read only."""
        if self._connection is None or self._connection.closed:
            self._connection = self._connect()
        with self._connection.transaction():
            return self._connection.execute(query, said)

    def near(self, code: str, figures: str) -> Sequence[Sequence[object]]:
        """The rows, of `COLUMNS`, of those who live or lived in the postal code, in a house of such figures.

        Raises:
            Unread: they cannot be read.
        """
        try:
            return self._rows(self._near, {"code": f"{code}%", "figures": figures}).fetchall()
        except psycopg.Error:
            self.close()
            raise Unread("the register cannot be read") from None

    def close(self) -> None:
        """End the session."""
        if self._connection is not None:
            self._connection.close()
            self._connection = None


def _address(address: str) -> str:
    """The address with what every session of the broker's is held to."""
    try:
        said = conninfo_to_dict(address)
    except psycopg.ProgrammingError:
        raise Misplaced(
            _SEEN, "is no address of a database", "write it as postgresql://account@host/database"
        ) from None
    if "password" in said or "options" in said:
        raise Misplaced(_SEEN, "is an address with a password or options in it", "put the password in a password file")
    return make_conninfo(address, options=_SESSION, application_name="safeconduct-broker")


def _at(which: str) -> sql.Composed:
    street, code = sql.Identifier(f"{which}street"), sql.Identifier(f"{which}postal_code")
    return sql.SQL(
        "({code}::text LIKE %(code)s AND (strpos(coalesce({street}::text, ''), %(figures)s) > 0"
        " OR octet_length({street}::text) <> length({street}::text)))"
    ).format(code=code, street=street)
