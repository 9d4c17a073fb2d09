"""Safeconduct: the gate between an authority that keeps confidential records and one that asks for them."""

__version__ = "0.1.0"
