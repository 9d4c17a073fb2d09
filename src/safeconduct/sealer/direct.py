"""Direct stops: the inspector's and the court's own word to the sealer, which goes by nobody's desk.

    {"stop": {"kind": "safeconduct sealer stop v1", "id": "…32 figures…", "act": "set", "content": "…as `gate.stops` writes it…", "of": "",
              "gate": "<the log's name>"},
     "signatures": [{"by": "sha256:<of the certificate>", "signature": "…base64…"}]}

One of the stoppers sets a stop, alone. A lifting (`"act": "lifted"`, `of` the id of the stop, no content) takes two of them. Signed are
the words of `KIND`, a line end and the canonical form of `stop`. A file that cannot be read, or that nobody signed, stops everything:
it was put there to stop something.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum

from cryptography import x509
from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.hashes import SHA256, SHA384
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

from safeconduct.core import canonical, documents, records
from safeconduct.core.gate import stops
from safeconduct.core.gate.stops import Stop
from safeconduct.core.log.lines import Malformed

KIND = "safeconduct sealer stop v1"
_ID = re.compile(r"[0-9a-f]{32}")


class Act(StrEnum):
    """What is done: a stop is set, or lifted."""

    SET = "set"
    LIFTED = "lifted"


@dataclass(frozen=True, slots=True)
class Said:
    """A direct stop, or the lifting of one, without its signatures."""

    kind: str
    id: str
    act: Act
    content: str
    of: str
    gate: str

    @property
    def signed_bytes(self) -> bytes:
        """What is signed."""
        return f"{KIND}\n".encode() + canonical.written(records.document(self))


@dataclass(frozen=True, slots=True)
class Signature:
    """By whose certificate (its digest), and the signature."""

    by: str
    signature: bytes


@dataclass(frozen=True, slots=True)
class File:
    """What a file says."""

    stop: Said
    signatures: tuple[Signature, ...]


def written(file: File) -> str:
    """A file as it is put into the folder."""
    return canonical.written(records.document(file)).decode() + "\n"


def standing(files: Mapping[str, str], stoppers: Sequence[x509.Certificate], gate: str) -> dict[str, Stop]:
    """The direct stops that stand, by their ids, of files by their names."""
    read = {name: _read(text) for name, text in files.items()}
    lifted = {
        one.stop.of for one in read.values() if one and one.stop.act is Act.LIFTED and _by(one, stoppers, gate) >= 2
    }
    found: dict[str, Stop] = {}
    for name, one in read.items():
        known = name.removesuffix(".json")
        if one is None or (_by(one, stoppers, gate) < 1 and known not in lifted):
            found[known] = Stop(stops.Target.EVERYTHING, "", "cannot be read, or nobody signed it")
        elif one.stop.act is Act.SET and one.stop.id not in lifted:
            found[one.stop.id] = stops.read(one.stop.content)
    return {name: stop for name, stop in found.items() if name not in lifted}


def _read(text: str) -> File | None:
    try:
        file = records.read(File, documents.read(text))
    except (documents.NoDocument, Malformed):
        return None
    return file if file.stop.kind == KIND and _ID.fullmatch(file.stop.id) else None


def _by(file: File, stoppers: Iterable[x509.Certificate], gate: str) -> int:
    """How many of the stoppers signed it, for this gate."""
    if file.stop.gate != gate:
        return 0
    known = {digest_of(one): one for one in stoppers}
    by = {one.by for one in file.signatures if one.by in known and _holds(known[one.by], file.stop, one.signature)}
    return len({key_of(known[one]) for one in by})  # attack: two certificates of one key


def digest_of(certificate: x509.Certificate) -> str:
    """The digest of a stopper's certificate."""
    return f"sha256:{certificate.fingerprint(SHA256()).hex()}"


def key_of(certificate: x509.Certificate) -> bytes:
    """A stopper's key, whichever certificate bears it."""
    return certificate.public_key().public_bytes(Encoding.DER, PublicFormat.SubjectPublicKeyInfo)


def _holds(certificate: x509.Certificate, said: Said, signature: bytes) -> bool:
    key = certificate.public_key()
    if not isinstance(key, ec.EllipticCurvePublicKey) or key.curve.name not in {"secp256r1", "secp384r1"}:
        return False
    try:
        key.verify(signature, said.signed_bytes, ec.ECDSA(SHA384() if key.curve.name == "secp384r1" else SHA256()))
    except InvalidSignature:
        return False
    return True
