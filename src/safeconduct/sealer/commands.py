"""The sealer's commands: serve; and for the inspector and the court, to stop it directly, and to lift what they set."""

from __future__ import annotations

import secrets
import sys
from pathlib import Path
from typing import Annotated

import typer

from safeconduct import envelope
from safeconduct.core.gate import stops
from safeconduct.core.gate.stops import Stop, Target
from safeconduct.keys import person as keys
from safeconduct.sealer import direct, serve, settings, store
from safeconduct.sealer.direct import Act, File, Said, Signature
from safeconduct.shelf import Misplaced, put_new
from safeconduct.town import clock

app = typer.Typer(no_args_is_help=True, help="The only holder of the sealing key: it verifies everything for itself.")

ConfigAt = Annotated[Path, typer.Option("--config", metavar="C", readable=False, help="The sealer's settings.")]
Keys = Annotated[
    list[Path], typer.Option("--key", metavar="KEY", readable=False, help="A stopper's key, its certificate beside it.")
]


@app.command("serve")
def serve_command(
    *,
    config: ConfigAt,
    socket: Annotated[Path, typer.Option("--socket", metavar="S", readable=False, help="The sealer's socket.")],
) -> None:
    """Serve the desk, one call at a time, until ended."""
    told = settings.settings(config)
    serve.serve(socket, told, clock.clock(config.parent, told.policy), _tell)


@app.command()
def init(
    folder: Annotated[Path, typer.Argument(metavar="DIR", readable=False, help="A folder that is not there yet.")],
) -> None:
    """Make the sealer's own folder, once: one mislaid would be one that has seen nothing."""
    store.make(folder)
    print(folder)


@app.command()
def stop(
    *,
    config: ConfigAt,
    key: Keys,
    why: Annotated[str, typer.Option("--why", metavar="TEXT", help="Why; it is kept for good.")],
    request: Annotated[str, typer.Option(metavar="ID", help="Stop this request, by its id.")] = "",
    officer: Annotated[str, typer.Option(metavar="NAME", help="Stop every request of this officer or signatory.")] = "",
    agency: Annotated[str, typer.Option(metavar="NAME", help="Stop every request of this agency.")] = "",
    everything: Annotated[bool, typer.Option("--everything", help="Stop everything.")] = False,
) -> None:
    """As inspector or court, stop the sealer directly: alone, at once, and by nobody's desk."""
    targets = {Target.REQUEST: request, Target.OFFICER: officer, Target.AGENCY: agency}
    named = [(target, of) for target, of in targets.items() if of] or ([(Target.EVERYTHING, "")] if everything else [])
    if len(named) != 1 or (named and everything and named[0][1]):
        raise Misplaced("--request, --officer, --agency, --everything", "do not name one thing to stop", "name one")
    content = stops.written(Stop(*named[0], why))
    _put(config, key, Act.SET, content, "")


@app.command()
def lift(
    of: Annotated[str, typer.Argument(metavar="STOP", help="The id of the direct stop.")],
    *,
    config: ConfigAt,
    key: Keys,
) -> None:
    """Lift a direct stop: it takes the keys of two stoppers."""
    if len(key) < 2:
        raise Misplaced("--key", "names one key", "name two: one alone stops, and two lift")
    _put(config, key, Act.LIFTED, "", of)


def _put(config: Path, key: list[Path], act: Act, content: str, of: str) -> None:
    """Put what is said into the folder that the sealer reads at every call, signed."""
    origin, folder = settings.for_stoppers(config)
    said = Said(direct.KIND, secrets.token_hex(16), act, content, of, origin)
    file = File(said, tuple(_signed(one, said) for one in key))
    put_new(folder / f"{said.id}.json", direct.written(file))
    print(said.id)


def _signed(key: Path, said: Said) -> Signature:
    certificate = envelope.certificate(key.with_suffix(".pem"))
    return Signature(direct.digest_of(certificate), keys.signs(key, said.signed_bytes))


def _tell(what: str) -> None:
    print(f"safeconduct: {what}", file=sys.stderr, flush=True)
