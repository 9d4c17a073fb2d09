"""By which names an agency and its components are known, of the pack's own table: a stop of a department stops its components."""

from __future__ import annotations

from typing import TYPE_CHECKING

from safeconduct.core import agencies
from safeconduct.core.gate.gate import Gate

if TYPE_CHECKING:
    from safeconduct.desk.desk import Desk

TABLE = "tables/agencies.toml"
_MOST = 400


def also_called(name: str, desk: Desk, gate: Gate) -> tuple[str, ...]:
    """The other names of an agency, and those of every agency within it; none where the table does not know it."""
    pack = desk.laws.opened(gate).pack
    if TABLE not in pack.files:
        return ()
    table = agencies.agencies(TABLE, pack.files[TABLE])
    asked = agencies.find(name, table, gate.on)
    if asked is None:
        return ()
    return tuple(sorted(agencies.names_within(asked, table, gate.on)))[:_MOST]
