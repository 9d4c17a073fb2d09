"""The shelf: packs, orders and requests as they lie on disk, read into values.

Everything that reads a file for the law stands here, and what puts down a page of it. A file that cannot be read or
written stops with one clear message, a `Misplaced` for whoever called. What the texts mean is for the core.
"""

from __future__ import annotations

import functools
import os
from collections.abc import Mapping
from dataclasses import dataclass
from importlib import resources
from pathlib import Path

from safeconduct.core import documents
from safeconduct.core.gate import policy as gate_policies
from safeconduct.core.gate.policy import Policy as GatePolicy
from safeconduct.core.log.retention import Permanent, retention
from safeconduct.core.orders import Order, file_of, orders, seal
from safeconduct.core.rulepack import Pack, digest, load
from safeconduct.core.rules import AUTHORITY
from safeconduct.core.tripwires import Policy, offence_is_known, placeholder_is_known, policy

DEFAULT = "us_irc_6103"
TRIPWIRES = "tripwires.toml"
RETENTION = "retention.toml"
_KINDS = (".md", ".toml")
LONGEST_REQUEST = 1_000_000


class Misplaced(Exception):
    """A file that is not there or cannot be read. The caller must act: which file, what is wrong, what would mend it."""

    def __init__(self, file: object, what: str, mend: str) -> None:
        super().__init__(f"{file}: {what}; {mend}")


def pack(name: str = DEFAULT) -> Pack:
    """The pack `name`: one that ships with Safeconduct, or a folder.

    Raises:
        Misplaced: there is none, or a file of it cannot be read.
        PackFault: it is malformed.
    """
    return load(_files(_folder(name)))


def court_orders(of: Pack, name: str, folder: Path | None = None) -> tuple[tuple[Order, ...], str]:
    """The orders in `folder`, or else those that lie beside the pack `name`; and their digest.

    A folder that is not there is no folder without orders: a stay would be lifted by a slip of the pen. One that holds none
    may hold a README.md, so that it can be kept.

    Raises:
        Misplaced: the folder or a file of it cannot be read.
        PackFault: an order is malformed.
    """
    where = folder or _folder(name) / "orders"
    if not where.is_dir():
        raise Misplaced(
            where, "is no folder", "name the folder that holds the orders of courts, one .toml file each, be it empty"
        )
    lying = _files(where, (".toml",), besides="README.md")
    files = {f"orders/{path}": text for path, text in lying.items() if path != "README.md"}
    return orders(files, of), digest(files)


@dataclass(frozen=True, slots=True)
class Thresholds:
    """A policy of tripwires, the name of its file, and its digest."""

    policy: Policy
    file: str
    digest: str


def tripwires(of: Pack, path: Path | None = None) -> Thresholds:
    """The policy of tripwires in the file `path`, or else the one that ships with the pack.

    Raises:
        Misplaced: the file cannot be read, or the pack has none.
        PackFault: it is malformed.
    """
    if path is None and TRIPWIRES not in of.files:
        raise Misplaced(of.name, f"has no {TRIPWIRES}", "name a policy of tripwires with --policy")
    file, text = (path.name, text_of(path, LONGEST_REQUEST)) if path else (TRIPWIRES, of.files[TRIPWIRES])
    read = policy(file, text)
    placeholder_is_known(read, file, {fact.name: fact.sort.members for fact in of.facts.values()})
    offence_is_known(read, file, {fact.path for fact in of.facts.values() if fact.path})
    return Thresholds(read, file, digest({file: text}))


def order_texts(name: str) -> dict[str, str]:
    """The orders of courts beside the pack `name`, by name, as they are written.

    Raises:
        Misplaced: the folder or a file of it cannot be read.
    """
    lying = _files(_folder(name) / "orders", (".toml",), besides="README.md")
    return {path.removesuffix(".toml"): text for path, text in lying.items() if path != "README.md"}


def orders_of(of: Pack, texts: Mapping[str, str]) -> tuple[tuple[Order, ...], str]:
    """The orders that are written in `texts`, by name; and their digest, which is that of a folder with the same.

    Raises:
        PackFault: an order is malformed.
    """
    return orders({file_of(name): text for name, text in texts.items()}, of), seal(texts)


def gate_policy(of: Pack) -> GatePolicy:
    """The custodian's policy for the life of a request, which the pack has.

    Raises:
        Misplaced: it has none.
        PackFault: it is malformed.
    """
    if gate_policies.FILE not in of.files:
        raise Misplaced(of.name, f"has no {gate_policies.FILE}", "write one: docs/desk.md shows it")
    read = gate_policies.policy(of.files[gate_policies.FILE])
    gate_policies.fits(read, of.facts, AUTHORITY)
    return read


def kept_for_good(of: Pack) -> tuple[Permanent, ...]:
    """Which records the pack's law demands for good; none where it says nothing of it.

    Raises:
        PackFault: its `retention.toml` is malformed.
    """
    return retention(RETENTION, of.files[RETENTION]) if RETENTION in of.files else ()


def shipped() -> list[str]:
    """The names of the packs that ship with Safeconduct."""
    return sorted(path.name for path in _packs().iterdir() if (path / "README.md").is_file())


@functools.cache
def engine_digest() -> str:
    """The digest of the program's own core and of its bulk work: with the same pack, orders and engine a ruling is the same."""
    program = Path(str(resources.files("safeconduct")))
    files = (path for folder in ("core", "bulk") for path in (program / folder).rglob("*.py"))
    return digest({path.relative_to(program).as_posix(): path.read_text(encoding="utf-8") for path in files})


def document(path: Path) -> object:
    """The JSON document in the file `path`.

    Raises:
        Misplaced: the file cannot be read or is no JSON.
    """
    try:
        return documents.read(text_of(path, LONGEST_REQUEST))
    except documents.NoDocument as fault:
        raise Misplaced(path, fault.what, fault.mend) from None


def text_of(path: Path, longest: int) -> str:
    """The text of the file `path`, which is UTF-8 and at most `longest` bytes.

    Raises:
        Misplaced: it is none such.
    """
    body = bytes_of(path, longest + 1)
    if len(body) > longest:
        raise Misplaced(path, f"is longer than {longest:,} bytes", "give a shorter file")
    try:
        return body.decode("utf-8-sig")
    except UnicodeDecodeError as fault:
        line = body[: fault.start].count(b"\n") + 1
        raise Misplaced(path, f"line {line} is not UTF-8", "save the file as UTF-8") from None


def bytes_of(path: Path, most: int, mend: str = "name a file that can") -> bytes:
    """The first bytes of the file `path`, as many as it has and `most`.

    Raises:
        Misplaced: it cannot be read.
    """
    try:
        with path.open("rb") as file:
            return file.read(most)
    except OSError as fault:
        raise Misplaced(path, f"cannot be read: {(fault.strerror or 'no such file').lower()}", mend) from None


def put(path: Path, text: str, about: str) -> None:
    """Put `text`, a page about the pack `about`, in the file `path`: whole, or what stood there stays.

    Raises:
        Misplaced: it cannot be written, or it would lie in the pack and be taken for a page of it.
    """
    if path.resolve().is_relative_to(_folder(about).resolve()):
        raise Misplaced(path, "lies in the pack itself, which would no longer load", "name a file outside of it")
    put_whole(path, text.encode())


def put_whole(path: Path, content: bytes) -> None:
    """Put `content` in the file `path`: whole, or what stood there stays.

    Raises:
        Misplaced: it cannot be written.
    """
    place = path.resolve()
    if place.exists() and not place.is_file():
        raise Misplaced(path, "is there already and is no file", "name another")
    made = place.with_name(f".{place.name}-{os.getpid()}")
    try:
        with made.open("xb") as file:
            file.write(content)
        made.replace(place)
    except OSError as fault:
        what = f"cannot be written: {(fault.strerror or 'an error').lower()}"
        raise Misplaced(path, what, "name another file, or make room") from None
    finally:
        made.unlink(missing_ok=True)


def put_new(path: Path, text: str) -> None:
    """Put `text` in the file `path`, which is not there yet; whoever sees it there sees the whole.

    Raises:
        Misplaced: it is there, or cannot be written.
    """
    made = path.with_name(f".{path.name}-{os.getpid()}")
    try:
        try:
            made.write_text(text, encoding="utf-8")
            os.link(made, path)
        finally:
            made.unlink(missing_ok=True)
    except OSError as fault:
        what = f"cannot be made: {(fault.strerror or 'an error').lower()}"
        raise Misplaced(path, what, "name a file that is not there yet") from None


def _packs() -> Path:
    return Path(str(resources.files("safeconduct") / "packs"))


def _folder(name: str) -> Path:
    """The folder of a pack: a shipped one by its bare name, any other by its path."""
    if name in shipped():
        return _packs() / name
    folder = Path(name)
    if not (folder / "README.md").is_file():
        raise Misplaced(
            name,
            "is no pack",
            f"name a folder that holds README.md, facts.toml and pages, or one of {', '.join(shipped())}",
        )
    return folder


def _files(folder: Path, kinds: tuple[str, ...] = _KINDS, besides: str = "") -> dict[str, str]:
    """Every file of the folder, by its path within it: those of the `kinds`, and one at its top that is called `besides`.

    Nothing is passed over: a file of another kind, or a link, may be an order or a page that its author thinks is read.
    """
    paths: list[Path] = []
    for place, folders, files in os.walk(folder, onerror=_raise):
        paths += [
            Path(place) / name for name in (*files, *(name for name in folders if (Path(place) / name).is_symlink()))
        ]
    for path in paths:
        if path.is_symlink() or (path.suffix not in kinds and path != folder / besides):
            raise Misplaced(
                path, f"is no file of a kind that is read here ({', '.join(kinds)})", "rename it, or take it out"
            )
    return {path.relative_to(folder).as_posix(): text_of(path, 10_000_000) for path in sorted(paths)}


def _raise(fault: OSError) -> None:
    raise fault
