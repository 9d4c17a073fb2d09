"""The body of an entry: what the offices need that work from the log, sealed to them, and nothing of the person asked about.

    look      {"agency":…,"agreements":[…],"kind":"look","officers":[…],"signatory":…}
    decision  the same, and "decision" (a digest under a salt), "look" (an index; null where none was made), "reviewers" (digests
            of their keys)
    release   the same as of a look, and "decision" (an index), "package" (the digest of what is sealed), "recipient" (of a key)
    notice    {"about": an index,"act":"withheld" or "renewed" or "opened","due": a day or null,"kind":"notice"}
    control   what `controls` says, "kind", and "salt", under which the entry commits to the same as its statement

From bodies the sealer counts, a monitor that has a key finds notices that are overdue, and a lost journal is rebuilt. The
fields are a closed list, each of its own shape, so that there is no place for anything else. All bodies are equally long.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping

from safeconduct.core import canonical, documents
from safeconduct.core.days import day as day_of
from safeconduct.core.log import controls
from safeconduct.core.log.commitments import SALT, Opening, commitment
from safeconduct.core.log.entries import Entry, Kind
from safeconduct.core.log.lines import Malformed, unbased

SIZE = 12_288
"""Bytes of a body before it is sealed."""
_DIGEST = re.compile(r"sha256:[0-9a-f]{64}")
_LONGEST, _MOST = 200, 50
STATEMENT, SALT_OF_STATEMENT = "statement", "salt"
Body = Mapping[str, object]


def _is_text(said: object) -> bool:
    return isinstance(said, str) and 0 < len(said) <= _LONGEST and said.isprintable()


def _are_texts(said: object) -> bool:
    return isinstance(said, list) and len(said) <= _MOST and all(map(_is_text, said))


def _is_index(said: object) -> bool:
    return isinstance(said, int) and not isinstance(said, bool) and 0 <= said < 2**53


def _is_index_or_none(said: object) -> bool:
    return said is None or _is_index(said)


def _is_digest(said: object) -> bool:
    return isinstance(said, str) and _DIGEST.fullmatch(said) is not None


def _are_digests(said: object) -> bool:
    return isinstance(said, list) and len(said) <= _MOST and all(map(_is_digest, said))


def _is_due(said: object) -> bool:
    return said is None or (isinstance(said, str) and day_of(said) is not None)


def _is_act(said: object) -> bool:
    return said in {"withheld", "renewed", "opened"}


_ASKER: dict[str, Callable[[object], bool]] = {
    "agency": _is_text,
    "agreements": _are_texts,
    "officers": _are_texts,
    "signatory": _is_text,
}
_SHAPES: dict[Kind, dict[str, Callable[[object], bool]]] = {
    Kind.LOOK: _ASKER,
    Kind.DECISION: {**_ASKER, "decision": _is_digest, "look": _is_index_or_none, "reviewers": _are_digests},
    Kind.RELEASE: {**_ASKER, "decision": _is_index, "package": _is_digest, "recipient": _is_digest},
    Kind.NOTICE: {"about": _is_index, "act": _is_act, "due": _is_due},
}


def written(kind: Kind, body: Body) -> bytes:
    """The body of an entry of that kind, as it is sealed.

    Raises:
        ValueError: it holds anything that such a body does not hold, or too much.
    """
    said = canonical.written({**body, "kind": kind}).ljust(SIZE)
    try:
        read(said)
    except Malformed as fault:
        raise ValueError(f"no such body can be: {fault}") from None
    return said


def read(said: bytes) -> tuple[Kind, Body]:
    """The body that was sealed.

    Raises:
        Malformed: it is none.
    """
    try:
        document = documents.read(said.decode("utf-8"))
    except (documents.NoDocument, UnicodeDecodeError):
        raise Malformed("a body is no JSON") from None
    if len(said) != SIZE or not isinstance(document, dict) or document.get("kind") not in list(Kind):
        raise Malformed("a body is not of its length, or of no kind that there is")
    kind = Kind(document["kind"])
    body = {name: value for name, value in document.items() if name != "kind"}
    if kind is Kind.CONTROL:
        controls.read({name: value for name, value in body.items() if name != SALT_OF_STATEMENT})
        _salt(body)
    elif body.keys() != _SHAPES[kind].keys():
        raise Malformed(f"the body of a {kind} has not the fields of one")
    for name, shape in _SHAPES.get(kind, {}).items():
        if not shape(body[name]):
            raise Malformed(f"the `{name}` of a body is not of its form")
    return kind, body


def _salt(body: Body) -> bytes:
    said = body.get(SALT_OF_STATEMENT)
    found = unbased(said, "a salt") if isinstance(said, str) else b""
    if len(found) != SALT:
        raise Malformed("the body of a control has no salt of its statement")
    return found


def is_stated(body: Body, entry: Entry) -> bool:
    """Whether a control's entry commits, as its statement, to what its body says: offices read the one, others are shown the other."""
    said = canonical.written({name: value for name, value in body.items() if name != SALT_OF_STATEMENT})
    return commitment(STATEMENT, Opening(_salt(body), said)) == entry.commitments[STATEMENT]
