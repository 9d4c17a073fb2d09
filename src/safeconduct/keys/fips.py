"""Whether the ciphers run in a FIPS provider, for a custodian who must have a validated module and not only approved algorithms.

All that a release is signed and sealed with are approved algorithms, whichever OpenSSL computes them. Whether the module that
computes them is validated is another question: the wheel of `cryptography` brings an OpenSSL of its own, which is not. What is
asked here is whether OpenSSL takes its algorithms from a FIPS provider and from no other; which build that is, and which
certificate of NIST's it has, no program can tell, and is for whoever installs it.
"""

from __future__ import annotations

from cryptography.hazmat.bindings._rust import openssl

from safeconduct.shelf import Misplaced


def is_validated() -> bool:
    """Whether every algorithm comes from a FIPS provider (`fips=yes` among OpenSSL's default properties)."""
    return openssl.is_fips_enabled()


def required() -> None:
    """Go no further without one.

    Raises:
        Misplaced: the ciphers run elsewhere.
    """
    if not is_validated():
        raise Misplaced(
            openssl.openssl_version_text(),
            "runs without a FIPS provider, and a validated module is demanded",
            "install cryptography with `pip install --no-binary cryptography` against an OpenSSL whose fips.so is validated, and "
            "activate that in openssl.cnf (docs/release.md)",
        )
