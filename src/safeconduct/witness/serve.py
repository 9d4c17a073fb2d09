"""The witness's two pages (c2sp.org/tlog-witness): `POST /add-checkpoint`, and for monitors `GET /<origin's digest>/checkpoint`.

A plain WSGI application; waitress carries it. It reads no more than a request may be long, and answers every fault of its
own with a 5xx, after which nothing was cosigned.
"""

from __future__ import annotations

import datetime as dt
import re
import sqlite3
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from http import HTTPStatus
from typing import Any

import waitress

from safeconduct.core.log import witnessing
from safeconduct.core.log.lines import Malformed
from safeconduct.core.log.notes import VerifierKey
from safeconduct.core.log.witnessing import LONGEST, SIZE_TYPE, Answer, Request
from safeconduct.keys.log import Signer
from safeconduct.shelf import Misplaced
from safeconduct.witness.store import Store

Clock = Callable[[], dt.datetime]
Environ = Mapping[str, Any]
Begin = Callable[[str, list[tuple[str, str]]], object]
_PLAIN = "text/plain; charset=utf-8"
_CHECKPOINT = re.compile(r"/([0-9a-f]{64})/checkpoint")


@dataclass(frozen=True, slots=True)
class Witness:
    """A witness at work: whose checkpoints it takes, its key, what it has seen, its clock."""

    logs: Sequence[VerifierKey]
    signer: Signer
    store: Store
    clock: Clock

    def __call__(self, environ: Environ, begin: Begin) -> Iterable[bytes]:
        """Answer one request, as WSGI has it."""
        status, kind, body = self._answered(environ)
        begin(f"{status.value} {status.phrase}", [("Content-Type", kind), ("Content-Length", str(len(body)))])
        return [body]

    def _answered(self, environ: Environ) -> tuple[HTTPStatus, str, bytes]:
        method, path = environ["REQUEST_METHOD"], environ.get("PATH_INFO", "")
        try:
            if path == "/add-checkpoint":
                return self._add(environ) if method == "POST" else _said(HTTPStatus.METHOD_NOT_ALLOWED, "POST it")
            shown = _CHECKPOINT.fullmatch(path)
            if shown and method == "GET":
                return self.latest(shown[1])
        except sqlite3.Error:
            return _said(HTTPStatus.INTERNAL_SERVER_ERROR, "the witness's store cannot be used; nothing was cosigned")
        return _said(HTTPStatus.NOT_FOUND, "there is nothing of that name")

    def latest(self, digest: str) -> tuple[HTTPStatus, str, bytes]:
        """The page on which a monitor sees the latest checkpoint of the log whose origin has that digest."""
        note = self.store.latest(digest)
        return (
            (HTTPStatus.OK, _PLAIN, note) if note else _said(HTTPStatus.NOT_FOUND, "nothing of that log was cosigned")
        )

    def _add(self, environ: Environ) -> tuple[HTTPStatus, str, bytes]:
        length = environ.get("CONTENT_LENGTH") or ""
        if not re.fullmatch(r"[0-9]{1,7}", length) or int(length) > LONGEST:
            return _said(HTTPStatus.REQUEST_ENTITY_TOO_LARGE, "say how long the request is, and be brief")
        return self.add_checkpoint(environ["wsgi.input"].read(int(length)))

    def add_checkpoint(self, said: bytes) -> tuple[HTTPStatus, str, bytes]:
        """The answer to a request to cosign: status, kind of content, content."""
        try:
            request = witnessing.read(said)
        except Malformed as fault:
            return _said(HTTPStatus.BAD_REQUEST, str(fault))
        checkpoint = witnessing.asked_of(request, self.logs)
        if isinstance(checkpoint, Answer):
            return _answer(checkpoint)
        found = self.store.cosign(self._own(request), checkpoint, self.signer, int(self.clock().timestamp()))
        return _answer(found) if isinstance(found, Answer) else (HTTPStatus.OK, _PLAIN, f"{found}\n".encode())

    def _own(self, request: Request) -> Request:
        """The request with no lines but the log's, which have been verified: no others are shown to a monitor."""
        note = request.note
        return replace(request, note=replace(note, signatures=tuple(one for key in self.logs for one in note.by(key))))


def _answer(answer: Answer) -> tuple[HTTPStatus, str, bytes]:
    if answer.size is not None:
        return answer.status, SIZE_TYPE, f"{answer.size}\n".encode()
    return _said(answer.status, answer.why)


def _said(status: HTTPStatus, why: str) -> tuple[HTTPStatus, str, bytes]:
    return status, _PLAIN, f"{why}\n".encode()


def serve(witness: Witness, host: str, port: int, ready: Callable[[str], None]) -> None:
    """Serve until this process is ended.

    Raises:
        Misplaced: the address cannot be listened at.
    """
    try:
        server = waitress.create_server(witness, host=host, port=port, threads=4, max_request_body_size=LONGEST)
    except OSError as fault:
        what = f"cannot be listened at: {(fault.strerror or 'an error').lower()}"
        raise Misplaced(f"{host}:{port}", what, "name another port") from None
    ready(f"{witness.signer.key.name} witnesses at http://{host}:{server.effective_port}")
    server.run()
