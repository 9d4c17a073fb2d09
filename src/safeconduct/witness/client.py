"""How a log asks a witness to cosign: one HTTP call, and what its answer comes to.

Only a 409 that tells a size is a hint to try again. A 409 without one, every other status and every silence is a failure:
it is never taken for consent, and never for a reason to go on without.
"""

from __future__ import annotations

import http.client
import urllib.error
import urllib.request
from collections.abc import Callable
from dataclasses import dataclass
from http import HTTPStatus

from safeconduct.core.log import notes, witnessing
from safeconduct.core.log.lines import Malformed, decimal
from safeconduct.core.log.notes import Note, Signature
from safeconduct.core.log.witnessing import LONGEST, SIZE_TYPE, Request

_PATIENCE = 10.0
_SCHEMES = ("http://", "https://")


@dataclass(frozen=True, slots=True)
class Cosigned:
    """Lines that the witness answered with; nobody has verified them yet."""

    signatures: tuple[Signature, ...]


@dataclass(frozen=True, slots=True)
class Conflict:
    """The witness has cosigned a tree of another size last."""

    size: int


@dataclass(frozen=True, slots=True)
class Forked:
    """The witness says that the tree it saw is no beginning of this one."""


@dataclass(frozen=True, slots=True)
class Failed:
    """No answer, or none that says anything; why."""

    why: str


Reply = Cosigned | Conflict | Forked | Failed
Response = tuple[int, str, bytes]
Transport = Callable[[str, bytes | None], Response]
"""From an address and a body (None: it is fetched) to status, kind of content and content. Raises OSError where there is none."""


class _Nowhere(urllib.request.HTTPRedirectHandler):
    """Follows no redirection: by one a witness could send the log anywhere that the log can reach."""

    def redirect_request(self, *_: object) -> None:
        """None: the redirection is the answer."""


_OPENER = urllib.request.build_opener(_Nowhere)


def over_http(url: str, body: bytes | None, longest: int = LONGEST) -> Response:
    """One call over HTTP, redirected nowhere; of a content longer than `longest` no more than one byte beyond is read.

    Raises:
        OSError: nobody answered.
    """
    if not url.startswith(_SCHEMES):
        raise OSError("the address is none of http or https")
    request = urllib.request.Request(url, data=body, headers={"Content-Type": "text/plain; charset=utf-8"})  # noqa: S310  # as above
    try:
        try:
            answer = _OPENER.open(request, timeout=_PATIENCE)
        except urllib.error.HTTPError as refusal:
            answer = refusal
        with answer:
            return answer.status, answer.headers.get("Content-Type", ""), answer.read(longest + 1)
    except (http.client.HTTPException, ValueError) as fault:
        raise OSError(f"no answer of HTTP: {type(fault).__name__}") from None


def _why(fault: OSError) -> str:
    """Why nobody answered, in a few words."""
    reason = getattr(fault, "reason", fault)
    said = getattr(reason, "strerror", None) or str(reason) or type(fault).__name__
    return f"no answer: {said.lower()[:80]}"


def add_checkpoint(url: str, request: Request, transport: Transport = over_http) -> Reply:
    """Ask the witness at `url` to cosign."""
    try:
        status, kind, body = transport(f"{url.rstrip('/')}/add-checkpoint", witnessing.written(request))
    except OSError as fault:
        return Failed(_why(fault))
    try:
        if status == HTTPStatus.OK:
            return Cosigned(notes.signatures(body.decode("utf-8")))
        if status == HTTPStatus.CONFLICT and kind.split(";")[0].strip() == SIZE_TYPE and body.endswith(b"\n"):
            return Conflict(decimal(body[:-1].decode("ascii"), "the size"))
        if status == HTTPStatus.UNPROCESSABLE_ENTITY:
            return Forked()
    except (Malformed, UnicodeDecodeError):
        return Failed(f"an answer of status {status} that is not of its form")
    return Failed(f"status {status}")


def latest(url: str, origin: str, transport: Transport = over_http) -> Note | Failed | None:
    """The latest note of a log that the witness at `url` shows; None where it says that it has seen none."""
    try:
        status, _, body = transport(f"{url.rstrip('/')}/{witnessing.origin_digest(origin)}/checkpoint", None)
    except OSError as fault:
        return Failed(_why(fault))
    if status == HTTPStatus.NOT_FOUND:
        return None
    try:
        return notes.read(body) if status == HTTPStatus.OK else Failed(f"status {status}")
    except Malformed:
        return Failed("what it shows is no note")
