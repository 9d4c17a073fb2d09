"""A validated module is demanded or it is not; that the algorithms are approved is not the same."""

from __future__ import annotations

import pytest
from cryptography.hazmat.bindings._rust import openssl

from safeconduct.keys import fips
from safeconduct.shelf import Misplaced


def test_the_wheel_of_cryptography_has_no_validated_module_and_it_is_said_so() -> None:
    if openssl.is_fips_enabled():
        pytest.skip("OpenSSL runs with a FIPS provider here")
    assert not fips.is_validated()
    with pytest.raises(Misplaced, match="runs without a FIPS provider, and a validated module is demanded"):
        fips.required()


def test_with_a_fips_provider_nothing_is_said(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(openssl, "is_fips_enabled", lambda: True)
    assert fips.is_validated()
    fips.required()
