"""A log, made: keys, folders, policy, settings. It is made once, and half of one is none."""

from __future__ import annotations

import datetime as dt
import shutil
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from safeconduct import preflight
from safeconduct.core.log import notes, policy
from safeconduct.core.log.lines import Malformed
from safeconduct.core.rules import AUTHORITY
from safeconduct.keys import decoys
from safeconduct.keys import log as keys
from safeconduct.keys.log import Role
from safeconduct.logbook import left, settings
from safeconduct.shelf import Misplaced
from safeconduct.town import log as towns

_KEYS = ("log.key", "log-quantum-safe.key")


@dataclass(frozen=True, slots=True)
class Log:
    """A log to be made: its name, its witnesses as key and address, their quorum, and whose certificates it seals to."""

    origin: str
    witnesses: tuple[str, ...]
    quorum: int
    offices: tuple[Path, ...]
    openings: Mapping[str, Path]


def make(folder: Path, log: Log) -> list[Path]:
    """Make a log in `folder`, which is not there yet; the files that its keeper reads next.

    Raises:
        Misplaced: the folder is there, or something that is named is not of its form.
    """
    _check(log)
    _begin(folder)
    try:
        for name, quantum_safe in zip(_KEYS, (False, True), strict=True):
            keys.make(folder / name, quantum_safe=quantum_safe)
        decoys.make(folder / "decoys.key")
        _copied(folder, log)
        (folder / "policy.txt").write_text(_policy(folder, log), encoding="utf-8")
        (folder / settings.FILE).write_text(_settings(log), encoding="utf-8")
        left.make(folder / "log", folder / "logbook")
        settings.settings(folder / settings.FILE)
    except BaseException:
        shutil.rmtree(folder)
        raise
    return [folder / settings.FILE, folder / "policy.txt"]


def town(folder: Path, now: dt.datetime, step: int) -> list[Path]:
    """Make a town's log in `folder`, which is not there yet.

    Raises:
        Misplaced: it is there.
    """
    _begin(folder)
    try:
        made = towns.make(folder, now, authorities(), step=step)
    except BaseException:
        shutil.rmtree(folder)
        raise
    return [made, folder / towns.POLICY]


_NO_CLAUSE = {"other", "elsewhere"}
"""What the finding of a clause says of one that is none of the pack's. Under that of no clause stands whatever else is asked."""


def authorities() -> list[str]:
    """The authorities under which entries that are nothing are said to be: one for each clause of the pack."""
    samples = preflight.opened().pack.facts[AUTHORITY].samples
    return [cited for clause, cited in samples.items() if clause not in _NO_CLAUSE]


def _check(log: Log) -> None:
    """Three offices are three, and every witness has an address: a log that could not be published would be noticed too late."""
    if len({path.read_bytes() if path.is_file() else str(path).encode() for path in log.openings.values()}) < len(
        log.openings
    ):
        mend = "name three certificates: one office would open alone what takes two"
        raise Misplaced("--custodian, --inspector-general, --court", "are not three offices", mend)
    for said in log.witnesses:
        if not said.partition(" ")[2].strip().startswith(("http://", "https://")):
            raise Misplaced("--witness", "has no address", 'write its key, a blank, and where it is: "VKEY https://…"')


def _begin(folder: Path) -> None:
    try:
        folder.mkdir(mode=0o700, parents=True)
    except OSError as fault:
        what = f"cannot be made: {(fault.strerror or 'an error').lower()}"
        raise Misplaced(folder, what, "a log is made once; name a folder that is not there yet") from None


def _copied(folder: Path, log: Log) -> None:
    """The certificates beside the settings, under the names that the settings give them."""
    for path, name in (
        *zip(log.offices, _names(log), strict=True),
        *((path, f"{office}.pem") for office, path in log.openings.items()),
    ):
        try:
            shutil.copyfile(path, folder / name)
        except OSError as fault:
            what = f"cannot be read: {(fault.strerror or 'an error').lower()}"
            raise Misplaced(path, what, "name a certificate in PEM") from None


def _names(log: Log) -> list[str]:
    return [f"office-{nth}.pem" for nth, _ in enumerate(log.offices, 1)]


def _policy(folder: Path, log: Log) -> str:
    signers = [keys.signer(folder / name, log.origin, Role.LOG) for name in _KEYS]
    witnesses = [f"witness w{nth} {said}" for nth, said in enumerate(log.witnesses, 1)]
    group = f"group witnesses {log.quorum} {' '.join(f'w{nth}' for nth, _ in enumerate(log.witnesses, 1))}"
    text = "\n".join([*(f"log {one.key}" for one in signers), *witnesses, group, "quorum witnesses", ""])
    try:
        notes.verifier_key(str(signers[0].key))
        policy.read(text)
    except Malformed as fault:
        mend = 'write each as --witness "VKEY URL", and no more in --quorum than there are'
        raise Misplaced("--origin, --witness or --quorum", f"make no policy: {fault}", mend) from None
    return text


def _settings(log: Log) -> str:
    lines: dict[str, str | list[str]] = {
        "origin": log.origin, "log": "log", "state": "logbook", "keys": list(_KEYS), "policy": "policy.txt",
        "decoys": "decoys.key", "authorities": authorities(), "offices": _names(log),
    }  # fmt: skip
    held = "".join(f'{office} = "{office}.pem"\n' for office in log.openings)
    return "".join(f"{name} = {_toml(value)}\n" for name, value in lines.items()) + f"\n[openings]\n{held}"


def _toml(value: str | list[str]) -> str:
    return f'"{value}"' if isinstance(value, str) else f"[{', '.join(map(_toml, value))}]"
