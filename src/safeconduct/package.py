"""A package: what is released, signed by the sealer and then sealed to one officer's certificate; a file `.p7m` in DER.

    AuthEnvelopedData ( SignedData ( a release ) )

Signed first, so that the officer can show to others what was released to whom, and nobody sees who signed before it is opened.
That what was signed for one is not sealed once more to another is for whoever opens it: the recipient stands in the release. What
a release is, is `core.release`; whether a certificate may be sealed to, `certificates`; what else is to be made sure of, `opening`.
"""

from __future__ import annotations

from pathlib import Path

from cryptography import x509

from safeconduct import envelope
from safeconduct.core.log.refusals import Refused
from safeconduct.envelope import Recipient
from safeconduct.keys import recipient
from safeconduct.keys.sealing import Signer
from safeconduct.signed_data import signed, verified

LONGEST = 1 << 20
"""Bytes of the longest package that is read; one of ours has some ten thousand."""


def sealed(content: bytes, signer: Signer, to: Recipient) -> bytes:
    """`content` as a package."""
    return envelope.seal(signed(content, signer), to)


def opened(package: bytes, key: Path, certificate: x509.Certificate, sealer: x509.Certificate) -> bytes | Refused:
    """What is in a package that is sealed to `certificate` alone, whose key is in `key`, and signed under exactly `sealer`.

    Raises:
        Misplaced: the file holds no such key, is not its owner's alone, or is another certificate's.
    """
    if len(package) > LONGEST:
        return Refused(f"it is longer than {LONGEST:,} bytes; ask the sealer for another")
    said = recipient.opened_alone(package, key, certificate)
    return said if isinstance(said, Refused) else verified(said, sealer)
