"""The core: values in, values out. No clock, no file, no network, no randomness.

Imports run down this list, never up; `tests/test_architecture.py` holds the core to it.
"""

ORDER = (
    "days",
    "expression",
    "grammar",
    "page",
    "tables",
    "facts",
    "readings",
    "rules",
    "rulepack",
    "orders",
    "law",
    "cases",
    "postal_codes_table",
    "postal_codes",
    "publication28",
    "lesser_addresses",
    "address_words",
    "last_line",
    "delivery_line",
    "addresses",
    "names",
    "statutes",
    "citations",
    "agencies",
    "reasons",
    "fields",
    "sought",
    "stated",
    "standing",
    "wording",
    "findings",
    "intake",
)
