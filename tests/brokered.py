"""A broker in a folder, for tests: a register of nobody with a dozen persons, keys, a store, permits, and a process of it."""

from __future__ import annotations

import csv
import datetime as dt
import json
import secrets
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pyarrow as pa
from pyarrow import parquet

from safeconduct.broker import look as looking
from safeconduct.broker import register, store
from safeconduct.broker.look import Broker
from safeconduct.broker.records import COLUMNS
from safeconduct.broker.reply import Reply, read
from safeconduct.broker.settings import settings
from safeconduct.core.log.refusals import Refused
from safeconduct.core.permit import Permit, request_digest, written
from safeconduct.keys import desk, town
from safeconduct.keys import recipient as opener

Json = dict[str, Any]
NOW = dt.datetime(2026, 11, 30, 15, 0, tzinfo=dt.UTC)
NAME = "town"
DIGEST = "sha256:" + "0" * 64
_FIELDS = ("given_name", "family_name", "birth_date", "number", "street", "city", "state", "postal_code", "earlier")
_EARLIER = ("earlier_street", "earlier_city", "earlier_state", "earlier_postal_code")
_AURORA, _SPRINGFIELD = ("AURORA", "IL", "60505"), ("SPRINGFIELD", "IL", "62704")
_PERSONS: list[tuple[Any, ...]] = [
    # one of a name in the building, with a household of other surnames
    ("Maria", "Lopez Garcia", "1984-03-09", "912-40-1234", "418 JUNIPER ST APT 7", *_AURORA, None),
    ("Pedro", "Rivera", "1981-05-21", "912-41-1234", "418 JUNIPER ST APT 7", *_AURORA, None),
    # two of a name in one building
    ("John", "Miller", "1970-02-03", "000-12-3456", "12 ELM ST", *_SPRINGFIELD, None),
    ("John", "Miller", "1999-08-13", "000-12-3457", "12 ELM ST", *_SPRINGFIELD, None),
    # one who has moved away, with a child, and one who has stayed
    ("Anna", "Kowalski", "1975-06-07", "666-12-3456", "5 BIRCH LN", *_AURORA, ("77 OAK AVE", *_SPRINGFIELD)),
    ("Jan", "Stone", "2004-01-09", "666-12-3457", "5 BIRCH LN", *_AURORA, ("77 OAK AVE", *_SPRINGFIELD)),
    ("Karl", "Fischer", "1971-10-30", "666-12-3458", "77 OAK AVE", *_SPRINGFIELD, None),
    # whose street is written in other signs
    ("Zoë", "Nguyễn", "1990-12-12", "666-13-0001", "９ PINE RD", *_SPRINGFIELD, None),
]  # fmt: skip
ASKERS = {"asker": "Cedric Linwood-Shaw", "officer": "Aaron D. Olson"}


def persons() -> list[Json]:
    """The rows of the register, as texts."""
    rows = []
    for nth, (*said, earlier) in enumerate(_PERSONS):
        row = dict(zip(_FIELDS[:-1], said, strict=True)) | dict(zip(_EARLIER, earlier or [None] * 4, strict=True))
        beside = dict.fromkeys(("middle_name", "suffix", "period", "earlier_period"))
        rows.append({"person_id": str(nth + 1), "deceased": "false"} | beside | row)
    return rows


def request(**subject: object) -> Json:
    """A request about Maria Lopez Garcia, some of what it says of her changed; None leaves a field out."""
    said = {"name": "Maria Lopez Garcia", "birth_date": "1984-03-09", "tin": "912-40-1234"} | {
        "address": "418 Juniper St Apt 7, Aurora, IL 60505"
    }
    return {
        "request_id": f"R-{secrets.token_hex(4)}",
        "asker": {"agency": "SSA OIG", "office": "inspector_general", "name": ASKERS["asker"]},
        "officers": [{"name": ASKERS["officer"], "title": "Special Agent", "agency": "SSA OIG"}],
        "items": ["mailing_address"],
        "subject": {name: value for name, value in (said | subject).items() if value is not None},
    }


ONE: Json = {}
NOBODY: Json = {"name": "Nora Quist", "tin": None}
SEVERAL: Json = {
    "name": "John Miller",
    "birth_date": "1970-02-03",
    "tin": "000-12-3456",
    "address": "12 Elm St, Springfield, IL 62704",
}
MOVED: Json = {
    "name": "Anna Kowalski",
    "birth_date": "1975-06-07",
    "tin": "666-12-3456",
    "address": "77 Oak Ave, Springfield, IL 62704",
}


def write_parquet(path: Path, rows: list[Json]) -> Path:
    """The rows as Parquet, with the types of the town's register."""
    columns = {name: [row[name] for row in rows] for name in COLUMNS}
    table = pa.table({name: pa.array(column, pa.string()) for name, column in columns.items()})
    parquet.write_table(table.set_column(0, "person_id", table["person_id"].cast(pa.int64())), path)
    return path


def write_csv(path: Path, rows: list[Json]) -> Path:
    """The rows as CSV."""
    with path.open("w", encoding="utf-8", newline="") as file:
        out = csv.DictWriter(file, COLUMNS)
        out.writeheader()
        out.writerows(rows)
    return path


def said_back(place: Path, line: bytes, patience: float = 20.0) -> bytes:
    """What comes back over a socket for these bytes; nothing where it is closed before."""
    with socket.socket(socket.AF_UNIX, socket.SOCK_STREAM) as connection:
        connection.connect(str(place))
        connection.settimeout(patience)
        try:
            connection.sendall(line)
            connection.shutdown(socket.SHUT_WR)
            return b"".join(iter(lambda: connection.recv(1 << 16), b""))
        except (BrokenPipeError, ConnectionResetError):
            return b""


@dataclass(frozen=True)
class Trial:
    """A folder with all that a broker needs."""

    folder: Path

    @property
    def config(self) -> Path:
        """Its settings."""
        return self.folder / "broker.toml"

    @property
    def register(self) -> Path:
        """Its register."""
        return self.folder / "register.parquet"

    @property
    def socket(self) -> Path:
        """Its socket."""
        return self.folder / "s"

    def permit(self, request: object, at: dt.datetime = NOW, register_name: str = NAME) -> Json:
        """A permit of the desk's for one look for `request`."""
        digest = request_digest(request)
        assert isinstance(digest, str)
        one = Permit(secrets.token_hex(16), register_name, digest, DIGEST, DIGEST, at.replace(microsecond=0))
        return written(one, desk.signs(self.folder / town.DESK, one.signed_bytes))

    def say(self, **changed: object) -> None:
        """Write the settings, some of them changed."""
        said: Json = {
            "register_name": NAME,
            "desk": "desk.pem",
            "sealer": "sealer.pem",
            "keys": "broker.secret",
            "signing": "broker-signing.key",
        }
        lines = {**said, "store": "store", "tick_ms": 20, **changed}
        self.config.write_text("".join(f"{name} = {json.dumps(value)}\n" for name, value in lines.items()))

    @contextmanager
    def broker(self) -> Iterator[Broker]:
        """The broker, in this process."""
        told = settings(self.config)
        with store.Store(told.store) as kept, register.opened(str(self.register), told.table) as opened:
            yield Broker(told, kept, opened)

    def look(self, broker: Broker, now: dt.datetime = NOW, **subject: object) -> Reply:
        """One look under a permit of its own."""
        asked = request(**subject)
        return looking.look(self.permit(asked, now), asked, broker, now)

    def opened(self, reply: Reply) -> Json:
        """What is sealed in a reply."""
        said = opener.opened(reply.sealed, self.folder / town.SEALER)
        assert not isinstance(said, Refused), said
        document: Json = json.loads(said)
        return document

    @contextmanager
    def process(self, *, register_at: str | None = None) -> Iterator[subprocess.Popen[str]]:
        """The broker as a process of its own, ready to be called."""
        words = [
            "broker",
            "serve",
            "--register",
            register_at or str(self.register),
            "--socket",
            str(self.socket),
            "--config",
            str(self.config),
        ]
        command = [sys.executable, "-c", "from safeconduct.cli import main; main()", *words]
        with subprocess.Popen(command, stderr=subprocess.PIPE, text=True) as running:
            assert running.stderr is not None
            said = running.stderr.readline()
            if "takes" in said:  # this machine is slower than the tick
                said = running.stderr.readline()
            assert "serving looks" in said, said + running.stderr.read()
            try:
                yield running
            finally:
                running.kill()

    def send(self, line: bytes, patience: float = 20.0) -> bytes:
        """What comes back over the socket for these bytes."""
        return said_back(self.socket, line, patience)

    def call(self, said: Mapping[str, object]) -> Reply:
        """The reply to a call over the socket."""
        return read(self.send(json.dumps(said).encode() + b"\n"))

    def call_for(self, request: Json, permit: Json | None = None) -> Reply:
        """The reply to a look over the socket, now."""
        return self.call(
            {"call": "look", "permit": permit or self.permit(request, dt.datetime.now(dt.UTC)), "request": request}
        )


def trial(folder: Path) -> Trial:
    """A broker in `folder`."""
    town.make(folder, NOW)
    store.make(folder / "store")
    made = Trial(folder)
    made.say()
    write_parquet(made.register, persons())
    return made


def until(true: Callable[[], object], patience: float = 10.0) -> None:
    """Wait until something is so."""
    end = time.monotonic() + patience
    while not true():
        assert time.monotonic() < end, "it never came to be so"
        time.sleep(0.01)
