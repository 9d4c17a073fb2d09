"""The command line: parse, call, print. What is printed is made elsewhere.

Exit status: 0 done; 1 done and the answer is no; 2 the input or the call is wrong. With `--json` one document goes to
standard output and nothing else; every message goes to standard error.
"""

from __future__ import annotations

import datetime as dt
import io
import json
import os
import signal
import subprocess
import sys
import time
import traceback
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from importlib import import_module
from pathlib import Path
from typing import Annotated, Any, ClassVar, NoReturn

import typer
from typer.core import TyperGroup

from safeconduct import __version__, addresses_file, preflight, render, render_pack, report, shelf
from safeconduct import demo as demonstration
from safeconduct.broker import commands as broker
from safeconduct.core.addresses import grade
from safeconduct.core.cases import cases
from safeconduct.core.days import day
from safeconduct.core.documents import printable
from safeconduct.core.faults import PackFault
from safeconduct.core.intake import Unreadable
from safeconduct.core.invariants import invariants
from safeconduct.core.log.lines import Malformed
from safeconduct.core.rules import Outcome
from safeconduct.logbook.faults import DiskFailed, Lacking, Stopped


class Rooms(TyperGroup):
    """The commands, of which some groups are imported only where they are asked for: their ciphers are slow to import."""

    _FURTHER: ClassVar = {
        "log": ("safeconduct.logbook.acts", "app"),
        "witness": ("safeconduct.witness.commands", "app"),
        "sealer": ("safeconduct.sealer.commands", "app"),
        "desk": ("safeconduct.desk.desk_commands", "app"),
        "case": ("safeconduct.desk.case_commands", "app"),
        "stop": ("safeconduct.desk.gate_commands", "stop"),
        "order": ("safeconduct.desk.gate_commands", "order"),
        "role": ("safeconduct.desk.gate_commands", "role"),
        "key": ("safeconduct.desk.gate_commands", "key_app"),
        "duty": ("safeconduct.desk.gate_commands", "duty"),
        "policy": ("safeconduct.desk.gate_commands", "policy"),
    }

    def list_commands(self, ctx: Any) -> list[str]:  # noqa: ANN401  # typer keeps this type to itself
        """Every command, the further groups last."""
        return [*super().list_commands(ctx), *self._FURTHER]

    def get_command(self, ctx: Any, cmd_name: str) -> Any:  # noqa: ANN401  # typer keeps these types to itself
        """The command of that name."""
        if cmd_name not in self._FURTHER:
            return super().get_command(ctx, cmd_name)
        module, name = self._FURTHER[cmd_name]
        group = typer.main.get_command(getattr(import_module(module), name))
        group.name = cmd_name
        return group


app = typer.Typer(cls=Rooms, add_completion=False, no_args_is_help=True, pretty_exceptions_enable=False)
law = typer.Typer(no_args_is_help=True, help="The rule packs: read them, check them, try them.")
app.add_typer(law, name="law")
match = typer.Typer(no_args_is_help=True, help="The match: how often it is wrong, and whom it serves worse.")
app.add_typer(match, name="match")
app.add_typer(broker.app, name="broker")

AsJson = Annotated[bool, typer.Option("--json", help="Print one JSON document and nothing else.")]
OnDay = Annotated[str, typer.Option(metavar="YYYY-MM-DD", help="The day whose law is asked for; today if left out.")]
ReadingName = Annotated[str, typer.Option(metavar="NAME", help="A reading; the one in force if left out.")]
PackUsed = Annotated[str, typer.Option(metavar="PACK", help="A pack that ships, or a folder.")]
OrdersIn = Annotated[
    Path | None,
    typer.Option(metavar="DIR", readable=False, help="The orders of courts; the pack's own if left out."),
]
PackName = Annotated[str, typer.Argument(metavar="PACK", help="A pack that ships with Safeconduct, or a folder.")]

_NO, _WRONG = 1, 2
_MOST = 20
_PATIENCE = 1.0


def main() -> None:
    """Run the command line.

    What cannot be read, used or written ends it with one message and status 2, and so does a fault of our own: status 1
    is the law's no, or a log that does not verify, and nothing else.
    """
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, io.TextIOWrapper):
            stream.reconfigure(encoding="utf-8", errors="replace")
    signal.signal(signal.SIGTERM, _ended)
    try:
        app()
    except (Lacking, Malformed) as fault:
        print(f"safeconduct: not verified: {fault}", file=sys.stderr)
        raise SystemExit(_NO) from None
    except (shelf.Misplaced, PackFault, DiskFailed, Stopped) as fault:
        _wrong(str(fault))
    except OSError as fault:
        what = (fault.strerror or "a file or the disk cannot be used").lower()
        _wrong(f"{fault.filename}: {what}; name another" if fault.filename else f"{what}; make room, or free it")
    except Exception as fault:  # noqa: BLE001  # whatever else it is, it is not the law that says no
        traceback.print_tb(fault.__traceback__)  # without the fault's own words, which may quote the request
        print(type(fault).__name__, file=sys.stderr)
        _wrong("this is a fault of the program; please report what stands above, which holds nothing of the request")


def _ended(signum: int, _: object) -> NoReturn:
    """End as after any fault, so that what is half made is taken away."""
    raise SystemExit(128 + signum)


def _wrong(*messages: str) -> NoReturn:
    for message in messages[:_MOST]:
        print(f"safeconduct: {message}", file=sys.stderr)
    if len(messages) > _MOST:
        print(f"safeconduct: … and {len(messages) - _MOST} more", file=sys.stderr)
    raise SystemExit(_WRONG)


def _print(text: str) -> None:
    """Print, or say that it cannot be printed: a ruling that nobody could read is no ruling."""
    if sys.stdout is None:
        raise shelf.Misplaced("standard output", "is closed", "open it")
    try:
        print(text, flush=True)
    except OSError as fault:
        os.dup2(os.open(os.devnull, os.O_WRONLY), 1)  # or the interpreter would try once more at its end
        if isinstance(fault, BrokenPipeError):
            raise SystemExit(_WRONG) from None  # the reader has gone and hears nothing
        what = f"cannot be written to: {(fault.strerror or 'an error').lower()}"
        raise shelf.Misplaced("standard output", what, "send it where there is room") from None


def _print_json(document: object) -> None:
    _print(json.dumps(document, ensure_ascii=False, indent=2))


def _print_page(markdown: str) -> None:
    """A page in Markdown: set for the eye on a terminal, as it is anywhere else."""
    if sys.stdout is None or not sys.stdout.isatty():
        _print(markdown)
        return
    from rich.console import Console  # noqa: PLC0415  # needed on a terminal only, and slow to import
    from rich.markdown import Markdown  # noqa: PLC0415  # as above

    console = Console()
    console.print(Markdown(markdown), width=min(console.width, 110))


@contextmanager
def _progress() -> Iterator[Callable[[str, int], None]]:
    """Tells on standard error what has been done, where it takes longer than a second."""
    begun = told = time.monotonic()

    def tell(what: str, count: int) -> None:
        nonlocal told
        now = time.monotonic()
        if now - begun > 1 and now - told > _PATIENCE:
            told = now
            print(f"safeconduct: {count:,} {what}", file=sys.stderr)

    yield tell


@app.callback(invoke_without_command=True)
def safeconduct(
    *, version: Annotated[bool, typer.Option("--version", help="Print the version and end.")] = False
) -> None:
    """The gate between an authority that keeps confidential records and one that asks for them."""
    if version:
        _print(f"safeconduct {__version__}")


@app.command()
def check(
    request: Annotated[Path, typer.Argument(metavar="REQUEST.json", readable=False, help="One request, as JSON.")],
    *,
    on: OnDay = "",
    reading: ReadingName = "",
    pack: PackUsed = shelf.DEFAULT,
    orders: OrdersIn = None,
    as_json: AsJson = False,
) -> None:
    """The law alone, no register: what it allows of one request, what is missing and what would cure it."""
    opened = preflight.opened(pack, orders)
    checked = preflight.check(shelf.document(request), opened.under(_on(on), reading or None))
    if isinstance(checked, Unreadable):
        _wrong(*(f"{request}: {wrong.field} {wrong.what}; {wrong.mend}" for wrong in checked.wrongs))
    for field, meant in list(checked.request.unread.items())[:_MOST]:
        hint = f"; did you mean `{meant}`?" if meant else ""
        print(f"safeconduct: {request}: nothing reads the field `{printable(field)}`{hint}", file=sys.stderr)
    if as_json:
        _print_json(render.as_document(checked))
    else:
        _print_page(render.page(checked))
    raise typer.Exit(0 if checked.ruling.outcome is Outcome.PERMIT else _NO)


def _on(text: str) -> int:
    if not text:
        return dt.date.today().toordinal()  # noqa: DTZ011  # the day where the custodian sits
    ordinal = day(text)
    if ordinal is None:
        _wrong("--on: that is no date of the calendar; write it as YYYY-MM-DD")
    return ordinal


@app.command()
def screen(
    requests: Annotated[
        Path,
        typer.Argument(metavar="REQUESTS", readable=False, help="A file of requests: CSV, Parquet, NDJSON, .xlsx."),
    ],
    *,
    out: Annotated[Path, typer.Option(metavar="DIR", readable=False, help="The folder for the results.")],
    register: Annotated[
        Path | None,
        typer.Option(metavar="REGISTER", readable=False, help="A synthetic register to search, as Parquet."),
    ] = None,
    policy: Annotated[
        Path | None, typer.Option(metavar="FILE", readable=False, help="The tripwires; the pack's own if left out.")
    ] = None,
    engine: Annotated[str, typer.Option(metavar="ENGINE", help="duckdb, or spark.")] = "duckdb",
    on: OnDay = "",
    reading: ReadingName = "",
    pack: PackUsed = shelf.DEFAULT,
    orders: OrdersIn = None,
    as_json: AsJson = False,
) -> None:
    """A file of requests against the law, row by row: what it allows, what is missing, what would cure it."""
    from safeconduct import render_screening  # noqa: PLC0415  # with what bulk work needs, slow to import
    from safeconduct.bulk import engines  # noqa: PLC0415  # as above
    from safeconduct.bulk import screen as screening  # noqa: PLC0415  # as above

    if lacking := engines.lacking(engine):
        _wrong(f"--engine: {lacking}")
    asked = screening.Screening(
        requests,
        out,
        _on(on),
        reading or None,
        pack=pack,
        orders=orders,
        register=register,
        policy=policy,
        engine=engine,
    )
    with _progress() as tell:
        screened = screening.screen(asked, tell)
    for note in screened.notes:
        print(f"safeconduct: {requests}: {note}", file=sys.stderr)
    if as_json:
        _print_json(screened.summary)
    else:
        _print_page(render_screening.page(screened.summary, out))
    raise typer.Exit(_NO if screened.tripped else 0)


@app.command()
def address(
    text: Annotated[str | None, typer.Argument(metavar="TEXT", help="One address.")] = None,
    *,
    file: Annotated[
        Path | None, typer.Option(metavar="F.csv", readable=False, help="A CSV file with a column `address`.")
    ] = None,
    as_json: AsJson = False,
) -> None:
    """The grade of an address, the parts that were read, and the reason."""
    if (text is None) == (file is None):
        _wrong("give either one address or --file F.csv")
    texts = addresses_file.addresses(file) if file else [text or ""]
    graded = [(one, grade(one)) for one in texts]
    if as_json:
        _print_json(
            [{"address": one, "grade": str(g.grade), "parts": dict(g.parts), "reason": g.reason} for one, g in graded]
        )
    else:
        for one, g in graded:
            parts = ", ".join(f"{name} {part}" for name, part in g.parts.items())
            lines = (one.strip() or "(nothing)", f"  {g.grade}: {g.reason}", f"  {parts}" if parts else "")
            _print("\n".join(printable(line) for line in lines if line))


@app.command("open")
def open_package(
    package: Annotated[
        Path, typer.Argument(metavar="PACKAGE", readable=False, help="The package that was fetched, a file .p7m.")
    ],
    *,
    key: Annotated[Path, typer.Option(metavar="KEY", readable=False, help="The officer's private key.")],
    certificate: Annotated[
        Path | None,
        typer.Option(
            metavar="CERT", readable=False, help="The officer's certificate; KEY's name with .pem if left out."
        ),
    ] = None,
    policy: Annotated[
        Path | None,
        typer.Option(metavar="P", readable=False, help="Whom to believe; policy.txt beside the package if left out."),
    ] = None,
    sealer: Annotated[
        Path | None,
        typer.Option(
            metavar="CERT",
            readable=False,
            help="The sealer's certificate, as it was given to you; sealer-signing.pem beside the package if left out.",
        ),
    ] = None,
    proof: Annotated[
        Path | None,
        typer.Option(metavar="F", readable=False, help="The proof of its release; PACKAGE's name with .proof.json."),
    ] = None,
    out: Annotated[
        Path | None,
        typer.Option(metavar="FILE", readable=False, help="Where the release is put; PACKAGE's name with .json."),
    ] = None,
    receipt: Annotated[
        Path | None,
        typer.Option(
            metavar="FILE", readable=False, help="Where the receipt is put; PACKAGE's name with .receipt.json."
        ),
    ] = None,
    as_json: AsJson = False,
) -> None:
    """The officer's side: decrypt a release, make sure of all that stands in it, and only then put it down."""
    from safeconduct import opening, render_opening  # noqa: PLC0415  # with ciphers, slow to import
    from safeconduct.core.log.refusals import Refused  # noqa: PLC0415  # as above

    files = opening.beside(
        package, key, certificate=certificate, policy=policy, sealer=sealer, proof=proof, out=out, receipt=receipt
    )
    opened = opening.opened(files, dt.datetime.now(dt.UTC))
    if as_json:
        _print_json(render_opening.as_document(opened))
    if isinstance(opened, Refused):
        print(f"safeconduct: {package}: not opened: {opened.why}", file=sys.stderr)
        raise typer.Exit(_NO)
    if not as_json:
        _print_page(render_opening.page(opened))


@app.command()
def demo(
    folder: Annotated[Path, typer.Option("--dir", metavar="DIR", help="Where the demo puts what it makes.")] = Path(
        "safeconduct-demo"
    ),
) -> None:
    """Three requests, checked and explained; one carried the whole way to an opened package, and tried; the exchange of 2025 in small."""
    from safeconduct import demo_release, replay  # noqa: PLC0415  # with what bulk work needs, slow to import

    for page in demonstration.run(folder):
        _print_page(page)
    for page in demo_release.run(folder, lambda: dt.datetime.now(dt.UTC)):
        _print_page(page)
    replayed = replay.run(folder, dt.date.today(), _tell)  # noqa: DTZ011  # the day where the custodian sits
    _print_page(replay.said(replayed))


@app.command()
def town(
    folder: Annotated[Path, typer.Argument(metavar="DIR", help="The folder for the register and the files.")],
    *,
    persons: Annotated[int, typer.Option(min=1_000, max=100_000_000, help="How many persons.")] = 10_000,
    requests: Annotated[int, typer.Option(min=1, help="How many requests a file.")] = 500,
    form: Annotated[str, typer.Option(metavar="FORM", help="csv, ndjson or parquet.")] = "csv",
    seed: Annotated[int, typer.Option(help="Another seed, another town.")] = 2025,
) -> None:
    """A synthetic register and files of requests about its persons, to try things on. Nobody in them exists."""
    from safeconduct import replay  # noqa: PLC0415  # as above

    if form not in {"csv", "ndjson", "parquet"}:
        _wrong("--form: write csv, ndjson or parquet")
    made = replay.town(folder, replay.Town(persons, requests, requests, seed, form), _tell)
    _print("\n".join(str(file) for file in (made.register, made.as_in_2025, made.honest)))


def _tell(what: str) -> None:
    print(f"safeconduct: {what}", file=sys.stderr)


@app.command()
def bench(
    name: Annotated[str, typer.Argument(metavar="NAME", help="law, screen, check, addresses, decks or febrl.")],
) -> None:
    """The figures in the README, with the peers beside them, measured here and now."""
    script = Path(__file__).resolve().parents[2] / "bench" / f"{name}.py"
    if not name.isidentifier() or not script.is_file():
        known = ", ".join(sorted(path.stem for path in script.parent.glob("*.py"))) or "a clone of the repository"
        raise shelf.Misplaced(f"bench {printable(name)}", "there is none of that name here", f"name one of {known}")
    raise typer.Exit(subprocess.run([sys.executable, str(script)], check=False).returncode)


@law.command("show")
def law_show(
    pack: PackName,
    *,
    html: Annotated[
        Path | None, typer.Option("--html", metavar="FILE", readable=False, help="Write it as one page, to look at.")
    ] = None,
    as_json: AsJson = False,
) -> None:
    """The pack for people: each clause with its rules in words."""
    if html is None and not as_json:
        _print_page(render_pack.page(shelf.pack(pack)))
        return
    opened = preflight.opened(pack)
    worked = preflight.worked(opened)
    covered = preflight.covered(opened, worked)
    if html:
        shelf.put(html, report.pack_page(opened, worked, covered, _on("")), pack)
    if as_json:
        _print_json(render_pack.as_document(opened.pack, covered))
    else:
        _print(str(html))


@law.command("check")
def law_check(pack: PackName, *, as_json: AsJson = False) -> None:
    """Is the pack well formed? If not: file, line, what is wrong and what to change."""
    fault, opened = None, None
    try:
        opened = preflight.opened(pack)
        opened.under(dt.date.max.toordinal())  # the last day: every order that has no end stands
        cases(opened.pack)
        invariants(opened.pack)
        if shelf.TRIPWIRES in opened.pack.files:
            shelf.tripwires(opened.pack)
    except PackFault as found:
        fault = found
    if as_json:
        where = {"file": fault.file, "line": fault.line, "what": fault.what, "mend": fault.mend} if fault else None
        _print_json({"pack": pack, "well_formed": fault is None, "fault": where})
    elif fault:
        print(f"safeconduct: {fault}", file=sys.stderr)
    elif opened:
        _print(f"{pack} is well formed: {render_pack.summary(opened.pack)}")
    raise typer.Exit(_NO if fault else 0)


@law.command("cases")
def law_cases(pack: PackName, *, as_json: AsJson = False) -> None:
    """Does the pack rule on its worked cases as its authors say?"""
    opened = preflight.opened(pack)
    worked = preflight.worked(opened)
    if not worked:
        _wrong(f"{pack}: the pack has no worked cases; add cases.toml")
    failed = sum(bool(each.differences) for each in worked)
    if as_json:
        keys = ("case", "says", "passed", "differences")
        told = ((each.case.name, each.case.says, not each.differences, each.differences) for each in worked)
        _print_json([dict(zip(keys, values, strict=True)) for values in told])
    else:
        for each in worked:
            verdict = "not as expected" if each.differences else "as expected"
            lines = [
                f"{verdict:>15}  {each.case.name}  {each.case.says}",
                *(f"{'':17}{one}" for one in each.differences),
            ]
            _print("\n".join(lines))
        _print(f"{len(worked) - failed} of {len(worked)} worked cases come out as expected")
        _print("\n".join(render_pack.exercised(preflight.covered(opened, worked))))
    raise typer.Exit(_NO if failed else 0)


@law.command("prove")
def law_prove(
    pack: PackName,
    *,
    orders: OrdersIn = None,
    keep: Annotated[
        Path | None,
        typer.Option(
            metavar="FILE",
            help="Keep there, as worked cases, a request for each rule that cases.toml does not show to bear alone.",
        ),
    ] = None,
    as_json: AsJson = False,
) -> None:
    """Every invariant for every possible request: proved, or a request that breaks it."""
    from safeconduct import render_proof  # noqa: PLC0415  # with the prover, slow to import
    from safeconduct.proof import kept, prove  # noqa: PLC0415  # as above

    proved = prove.prove(pack, orders, anew=keep is not None)
    if keep is not None:
        keep.write_text(kept.as_cases(proved), encoding="utf-8")
    if as_json:
        _print_json(render_proof.as_document(proved))
    else:
        _print(render_proof.page(proved))
    raise typer.Exit(0 if proved.good else _NO)


_LAW = "A pack; PACK@YYYY-MM-DD is its law of one day, PACK~NAME that under one reading."


@law.command("diff")
def law_diff(
    a: Annotated[str, typer.Argument(metavar="A", help=_LAW)],
    b: Annotated[str, typer.Argument(metavar="B", help="The other, said in the same way.")],
    *,
    as_json: AsJson = False,
) -> None:
    """A request on which two laws differ, and whether the second permits what the first does not."""
    from safeconduct import render_proof  # noqa: PLC0415  # with the prover, slow to import
    from safeconduct.proof import diff  # noqa: PLC0415  # as above

    found = diff.diff(diff.side(a), diff.side(b))
    if as_json:
        _print_json(render_proof.difference_as_document(found))
    else:
        _print(render_proof.difference_page(found))
    raise typer.Exit(0 if found.same else _NO)


@law.command("replay")
def law_replay(
    pack: PackName,
    facts: Annotated[
        Path, typer.Argument(metavar="FACTS", readable=False, help="The facts.parquet of a file that was screened.")
    ],
    *,
    reading: ReadingName = "",
    against: Annotated[
        str, typer.Option(metavar="PACK", help="The pack by which it was decided; the same if left out.")
    ] = "",
    on: OnDay = "",
    as_json: AsJson = False,
) -> None:
    """How many past decisions would flip, each way, under a pack or a reading: counts, and no rows."""
    from safeconduct import render_flips  # noqa: PLC0415  # with bulk work and the prover, slow to import
    from safeconduct.bulk import flips  # noqa: PLC0415  # as above
    from safeconduct.proof import diff  # noqa: PLC0415  # as above

    if not reading and not against:
        _wrong("law replay: nothing would differ; name a reading with --reading, or the former pack with --against")
    day_of = _on(on)
    decided, now = preflight.opened(against or pack), preflight.opened(pack)
    before, after = decided.under(day_of).law, now.under(day_of, reading or None).law
    counted = flips.flips(facts, before, after)
    difference = diff.diff(
        diff.Side(against or pack, decided, day_of, None), diff.Side(pack, now, day_of, reading or None)
    )
    replayed = render_flips.Replayed(before, after, counted, difference)
    if as_json:
        _print_json(render_flips.as_document(replayed))
    else:
        _print_page(render_flips.page(replayed))
    raise typer.Exit(_NO if replayed.widens else 0)


@match.command("evaluate")
def match_evaluate(
    *,
    trials: Annotated[int, typer.Option(min=1, max=100_000_000, help="Distinguishable trials a stratum.")] = 50_000,
    seed: Annotated[int, typer.Option(help="Another seed, other people.")] = 2025,
    stratum: Annotated[
        list[str] | None, typer.Option(metavar="NAME", help="Of that stratum alone; may be said more than once.")
    ] = None,
    sample: Annotated[
        Path | None,
        typer.Option(metavar="FILE", readable=False, help="Instead of the deck a labelled sample, CSV or Parquet."),
    ] = None,
    ruling: Annotated[
        str, typer.Option(metavar="TEXT-OR-FILE", help="Who allowed the run on the sample, and on what day.")
    ] = "",
    as_json: AsJson = False,
) -> None:
    """The deck of adversarial trials: wrong persons and recall by stratum, with exact bounds, and by the origin of names.

    With --sample FILE and --ruling a sample that the custodian drew: counts and bounds alone, none of a cell under eleven.
    """
    if sample is not None or ruling:
        _sampled(sample, ruling, as_json=as_json)
    from safeconduct.evaluation import deck  # noqa: PLC0415  # with scipy, slow to import
    from safeconduct.evaluation import render as evaluated  # noqa: PLC0415  # as above
    from safeconduct.evaluation.prevalence import stated  # noqa: PLC0415  # as above

    if unknown := [name for name in stratum or () if name not in stated()]:
        known = ", ".join(stated())
        _wrong(f"match evaluate: the deck has no stratum {unknown[0]!r}; name one of {known}")
    with _progress() as tell:
        run = deck.run(trials, seed, tell, stratum or ())
    if as_json:
        _print_json(evaluated.as_document(run))
    else:
        _print_page(evaluated.page(run))
    raise typer.Exit(0 if run.good else _NO)


def _sampled(file: Path | None, ruling: str, *, as_json: bool) -> NoReturn:
    from safeconduct.evaluation import render_sample  # noqa: PLC0415  # with scipy, slow to import
    from safeconduct.evaluation.sample import sampled  # noqa: PLC0415  # as above

    if file is None or not ruling:
        _wrong("match evaluate: a sample goes with a ruling; give --sample FILE and --ruling TEXT-OR-FILE")
    found = sampled(file, ruling)
    if as_json:
        _print_json(render_sample.as_document(found))
    else:
        _print_page(render_sample.page(found))
    raise SystemExit(0 if found.good else _NO)
