"""A town with a broker, to try it on: a register of nobody, keys that are worth nothing elsewhere, a store, requests, a log.

DIR/register.parquet  DIR/broker.toml  DIR/store/  DIR/*.key, *.pem, broker.secret  DIR/requests/<how it was made>.json
and of `town.log`: DIR/log/  DIR/logbook/  DIR/logbook.toml  DIR/policy.txt  DIR/witness-*
"""

from __future__ import annotations

import datetime as dt
import json
import shutil
from collections.abc import Iterator
from pathlib import Path

from pyarrow import parquet

from safeconduct import preflight
from safeconduct.broker import store
from safeconduct.core.intake import Unreadable
from safeconduct.core.rules import Outcome
from safeconduct.keys import town as keys
from safeconduct.shelf import Misplaced
from safeconduct.town import log, register, requests

REGISTER, SETTINGS, STORE, REQUESTS = "register.parquet", "broker.toml", "store", "requests"
_SAID = f"""\
# The broker of a town in which nobody exists.
register_name = "town"
desk = "{keys.DESK_PUBLIC}"
sealer = "{keys.SEALER_CERTIFICATE}"
keys = "{keys.BROKER}"
signing = "{keys.BROKER_SIGNING}"
store = "{STORE}"
log_policy = "{log.POLICY}"
"""
_PERSONS, _ASKED, _SEED = 5_000, 200, 2025


def make(folder: Path, now: dt.datetime, asked_at: dt.datetime | None = None) -> list[Path]:
    """Make it in `folder`, which is not there yet or empty; the requests that today's law permits, one of each making.

    `asked_at` is today where the town was founded earlier, `now`.

    Raises:
        Misplaced: the folder is in use, or cannot be written.
    """
    if folder.exists() and any(folder.iterdir()):
        raise Misplaced(folder, "is there already and is not empty", "name another: keys and marks are not made twice")
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    try:
        return _made(folder, now, asked_at or now)
    except BaseException:
        shutil.rmtree(folder)  # half a town is none
        raise


def _made(folder: Path, now: dt.datetime, asked_at: dt.datetime) -> list[Path]:
    folder.chmod(0o700)
    keys.make(folder, now)
    store.make(folder / STORE)
    (folder / SETTINGS).write_text(_SAID, encoding="utf-8")
    (folder / SETTINGS).chmod(0o644)
    register.write(folder / REGISTER, _PERSONS, _SEED)
    permitted = list(_requests(folder, asked_at))
    log.make(
        folder, now, sorted({str(json.loads(path.read_text(encoding="utf-8"))["authority"]) for path in permitted})
    )
    (folder / log.POLICY).chmod(0o644)
    return permitted


def _requests(folder: Path, now: dt.datetime) -> Iterator[Path]:
    lines = folder / REQUESTS / "all.ndjson"
    lines.parent.mkdir()
    requests.write_honest(lines, folder / REGISTER, _ASKED, _SEED)
    truth = parquet.read_table(lines.with_name("all.truth.parquet")).to_pylist()
    made_as = {one["request_id"]: one["how"] for one in truth}
    under = preflight.opened().under(now.toordinal())
    for line in lines.read_text(encoding="utf-8").splitlines():
        request = json.loads(line)
        file = lines.with_name(f"{made_as[request['request_id']].replace('_', '-')}.json")
        checked = preflight.check(request, under)
        if not file.exists() and not isinstance(checked, Unreadable) and checked.ruling.outcome is Outcome.PERMIT:
            file.write_text(json.dumps(request, ensure_ascii=False, indent=2) + "\n", encoding="utf-8")
            yield file
