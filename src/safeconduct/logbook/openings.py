"""What opens the commitments of an entry, as it lies beside the log: under a key of its own, which is held two of three.

    openings/<2 figures>/<leaf's hash>.json
    {"court": "<base64 of CMS>", "custodian": …, "inspector_general": …, "sealed": "<base64: nonce, AES-256-GCM>"}

Each office's part of the key is sealed to its certificate. Any two of them open; one alone, or the disk, has nothing. Erasing
destroys the parts, and with them for good what the entry committed to, while the entry stays and the tree with it.
"""

from __future__ import annotations

import json
import os
import secrets
from collections.abc import Mapping
from pathlib import Path

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from safeconduct.core import canonical, documents
from safeconduct.core.log import shares
from safeconduct.core.log.commitments import Opening
from safeconduct.core.log.lines import Malformed, based, unbased
from safeconduct.core.log.refusals import Refused
from safeconduct.core.log.shares import OFFICES, PART
from safeconduct.envelope import NONCE, Recipient, seal
from safeconduct.keys import recipient
from safeconduct.logbook import disk
from safeconduct.shelf import Misplaced, text_of

FOLDER = "openings"
_LONGEST = 1 << 20
Openings = Mapping[str, Opening]


def keep(state: Path, leaf: bytes, openings: Openings, offices: Mapping[str, Recipient]) -> None:
    """Put the openings of the entry with that leaf on the disk, under a key of their own.

    Raises:
        DiskFailed: they could not be put there.
    """
    key, nonce = secrets.token_bytes(PART), secrets.token_bytes(NONCE)
    said = {group: {"salt": based(one.salt), "value": based(one.value)} for group, one in openings.items()}
    sealed = nonce + AESGCM(key).encrypt(nonce, canonical.written(said), leaf)
    parts = shares.shared(key, secrets.token_bytes(PART), secrets.token_bytes(PART))
    file = {office: based(seal(part, offices[office])) for office, part in parts.items()}
    disk.put_all(state, [(_at(leaf), json.dumps({**file, "sealed": based(sealed)}, sort_keys=True).encode() + b"\n")])


def _at(leaf: bytes) -> str:
    return f"{FOLDER}/{leaf.hex()[:2]}/{leaf.hex()}.json"


def opened(state: Path, leaf: bytes, keys: Mapping[str, Path]) -> Openings:
    """The openings of the entry with that leaf, by the keys of two offices.

    Raises:
        Misplaced: they are erased or were never kept, the keys are too few, or do not open them.
    """
    path = state / _at(leaf)
    if not path.is_file():
        raise Misplaced(path, "is not there: erased, or nothing was committed to", "name another entry")
    try:
        said = documents.read(text_of(path, _LONGEST))
    except documents.NoDocument:
        raise Misplaced(path, "is no file of openings", "restore it") from None
    parts = {office: recipient.opened(_bytes(said, office, path), key) for office, key in keys.items()}
    strange = next((office for office, part in parts.items() if isinstance(part, Refused)), None)
    if strange:
        raise Misplaced(
            keys[strange], f"does not open the part of the {strange.replace('_', ' ')}", "name that office's key"
        )
    key = shares.joined({office: part for office, part in parts.items() if not isinstance(part, Refused)})
    if key is None:
        raise Misplaced(path, "needs the keys of two offices", f"name two of {', '.join(OFFICES)}")
    return _openings(_bytes(said, "sealed", path), key, leaf, path)


def _bytes(said: object, name: str, path: Path) -> bytes:
    value = said.get(name) if isinstance(said, dict) else None
    if not isinstance(value, str):
        raise Misplaced(path, "is no file of openings", "restore it")
    try:
        return unbased(value, "a part")
    except Malformed:
        raise Misplaced(path, "is damaged", "restore it") from None


def _openings(sealed: bytes, key: bytes, leaf: bytes, path: Path) -> Openings:
    try:
        said = documents.read(AESGCM(key).decrypt(sealed[:NONCE], sealed[NONCE:], leaf).decode())
    except (InvalidTag, ValueError):
        raise Misplaced(path, "is damaged, or belongs to another entry", "restore it") from None
    if not isinstance(said, dict):
        raise Misplaced(path, "is no file of openings", "restore it")
    return {
        group: Opening(unbased(one["salt"], "a salt"), unbased(one["value"], "a value")) for group, one in said.items()
    }


def is_kept(state: Path, leaf: bytes) -> bool:
    """Whether there is something that opens the entry with that leaf."""
    return (state / _at(leaf)).is_file()


def erase(state: Path, leaf: bytes) -> bool:
    """Destroy what opens the entry with that leaf; whether there was anything. Who may, and its entry, are for `entering`.

    Raises:
        DiskFailed: the disk does not say that it is gone.
    """
    path = state / _at(leaf)
    if not path.is_file():
        return False
    with disk.written_to(path.name):
        disk.put(path, os.urandom(path.stat().st_size))
        path.unlink()
        disk.sync_folder(path.parent)
    return True
