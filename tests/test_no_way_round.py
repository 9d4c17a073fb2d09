"""No way round the sealer in this program: every path to something sealed, and every path to what can sign a package, is written here.

Found in the program's own source, by what it calls and imports. A new one makes a test fail until somebody has written down why it is
no way out.
"""

from __future__ import annotations

import ast
from collections.abc import Callable
from dataclasses import replace

import pytest
from typer.testing import CliRunner

from desked import Lay, Stages, new_id
from safeconduct import cli
from safeconduct.core.case import events
from safeconduct.core.case.commands import PickUp
from safeconduct.core.case.life import State
from safeconduct.core.gate.gate import Signed
from safeconduct.core.log.refusals import Refused
from safeconduct.desk import jobs
from safeconduct.sealer.reply import Answer, Reply
from sealed import HANDED_OVER, Scene
from source import MODULES, answered, imports, tree, who_imports


def who_uses(name: str) -> set[str]:
    """The modules in which a function of another one is spoken of, by whatever name it is imported."""
    above, _, own = f"safeconduct.{name}".rpartition(".")
    return {module for module in MODULES if _uses(module, above, own)}


def _uses(module: str, above: str, own: str) -> bool:
    named = dict(imports(module))
    bare = named.get(f"{above}.{own}")
    of = named.get(above)
    for node in ast.walk(tree(module)):
        if isinstance(node, ast.Name) and node.id == bare:
            return True
        if (
            isinstance(node, ast.Attribute)
            and node.attr == own
            and isinstance(node.value, ast.Name)
            and node.value.id == of
        ):
            return True
    return False


# What makes an envelope, and why each is no way out

ENVELOPES = {
    "package": "what is released, for the sealer alone",
    "broker.look": "what was found, to the sealer's certificate alone",
    "desk.backup": "the journal, to those who keep backups: records are in it as the broker sealed them to the sealer",
    "logbook.bodies": "the body of an entry, which holds nothing of the person asked about, to the offices",
    "logbook.openings": "the openings of an entry, two of three, to the offices",
}
PACKAGES = {"sealer.seal": "after everything was verified"}
SIGNED = {"package": "within a package, and nowhere else"}
SIGNING_KEY = {
    "sealer.settings": "reads it, for the sealer's process",
    "package": "is handed it",
    "signed_data": "is handed it",
    "desk.town": "makes one for a town, in which nobody exists",
    "opening": "the certificate's file name, on the officer's side",
    "demo_opening": "the certificate's file name, in the demo's town",
}
SEALING = {"sealer.serve": "the one call at its socket"}


def test_who_seals_an_envelope_stands_here_with_the_reason() -> None:
    assert who_uses("envelope.seal") == set(ENVELOPES)


def test_who_makes_a_package_stands_here_with_the_reason() -> None:
    assert who_uses("package.sealed") == set(PACKAGES)
    assert who_uses("signed_data.signed") == set(SIGNED)


def test_who_comes_near_the_signing_key_stands_here_with_the_reason() -> None:
    assert who_imports("safeconduct.keys.sealing") == set(SIGNING_KEY)
    assert who_uses("keys.sealing.signer") == {"sealer.settings"}


def test_the_signing_key_signs_in_one_place() -> None:
    """`Signer.signature`; others of that name are witnesses' and the log's, in `keys.log`, and a person's in the gate."""
    called = {
        module
        for module in MODULES
        for node in ast.walk(tree(module))
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute) and node.func.attr == "signature"
    }
    assert {module for module in called if "sealing" in " ".join(name for name, _ in imports(module))} == {
        "signed_data"
    }


def test_the_private_key_shows_itself_to_nobody() -> None:
    private = {module for module in MODULES for node in ast.walk(tree(module))
               if isinstance(node, ast.Attribute) and node.attr == "_private"}  # fmt: skip
    assert private <= {"keys.sealing", "keys.log"}


def test_the_seal_is_asked_for_by_the_socket_alone() -> None:
    assert who_imports("safeconduct.sealer.seal") == set(SEALING)
    assert who_imports("safeconduct.sealer.serve") == {"sealer.commands"}
    assert who_imports("safeconduct.sealer.judged") == who_imports("safeconduct.sealer.watched") - {
        "sealer.judged",
        "sealer.serve",
    }


def test_the_desk_calls_the_sealer_s_socket_and_reaches_no_further() -> None:
    outside = {module for module in who_imports("safeconduct.sealer") if not module.startswith("sealer.")}
    reached = {name.split(".")[2] for module in outside - {"cli", "desk.town", "demo_town", "demo_release"} for name, _ in imports(module)
               if name.startswith("safeconduct.sealer.")}  # fmt: skip
    assert reached <= {"ask", "bundle", "reply"}
    assert who_imports("safeconduct.sealer.ask") == {"desk.handing", "demo_release"}


def test_what_is_sealed_to_the_sealer_is_opened_by_the_sealer_and_by_offices_of_their_own() -> None:
    assert who_uses("keys.recipient.opened") == {"sealer.seal", "desk.backup", "logbook.bodies", "logbook.openings"}
    assert who_uses("keys.recipient.opened_alone") == {"package"}
    assert who_uses("opened_record.verified") | who_uses("core.opened_record.verified") == {"sealer.seal"}


def test_the_sealer_reads_no_database_and_calls_nobody() -> None:
    of_sealer = [module for module in MODULES if module.startswith("sealer.")]
    read = {name.split(".")[0] for module in of_sealer for name, _ in imports(module)}
    assert not read & {"sqlite3", "django", "psycopg", "duckdb", "urllib", "http", "pyarrow", "requests"}
    inner = {
        name.split(".")[1] for module in of_sealer for name, _ in imports(module) if name.startswith("safeconduct.")
    }
    assert not inner & {"desk", "journal", "broker", "bulk"}


def test_the_sealer_has_one_call() -> None:
    assert answered("sealer.bundle") == ["release"]


def test_a_reply_bears_bytes_where_it_hands_over_and_nowhere_else() -> None:
    made = [
        node
        for module in MODULES
        for node in ast.walk(tree(module))
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id == "Reply"
        if module.startswith("sealer.") and any(word.arg == "sealed" for word in node.keywords)
    ]
    assert [ast.unparse(node.args[0]) for node in made] == ["Answer.HANDED_OVER"]


def test_what_was_handed_over_is_put_into_a_file_by_one_command() -> None:
    assert who_uses("desk.picking_up.put") == {"desk.case_commands", "demo_opening"}
    assert who_uses("desk.handing.HandedOver") == {"desk.desk", "desk.picking_up", "demo_opening"}


# And what the program does


def packages_in(said: object) -> bool:
    """Whether something a function gives holds a package."""
    return isinstance(said, Reply) and bool(said.sealed)


def test_no_call_gives_bytes_before_the_release_stands_in_the_log(scene: Scene) -> None:
    calls: list[Callable[[], Reply]] = [
        scene.asks,
        lambda: scene.asks(scene.other),
        lambda: scene.asks(replace(scene.bundle, entry=scene.bundle.decision)),
        lambda: scene.asks(replace(scene.bundle, entry={})),
    ]
    assert not any(packages_in(call()) for call in calls)
    assert scene.asks(scene.entered()).answer is HANDED_OVER


def test_the_store_s_package_is_read_for_the_hand_over_and_written_where_it_was_sealed() -> None:
    def who(attribute: str) -> set[str]:
        return {module for module in MODULES if module.startswith("sealer.") for node in ast.walk(tree(module))
                if isinstance(node, ast.Attribute) and node.attr == attribute
                and ast.unparse(node.value).endswith("store")}  # fmt: skip

    assert who("package") == who("keep") == {"sealer.seal"}


@pytest.mark.parametrize("words", [["sealer", "serve"], ["sealer", "init"], ["sealer", "stop"], ["sealer", "lift"]])
def test_the_sealer_s_commands_are_these_and_none_seals(words: list[str]) -> None:
    listed = CliRunner().invoke(cli.app, ["sealer", "--help"]).output
    assert words[1] in listed
    assert not {"seal ", "release", "open ", "export"} & {
        line.strip("│ ").split(" ")[0] + " " for line in listed.splitlines()
    }


def test_no_job_of_the_desk_hands_over() -> None:
    """The clock's work takes every step that is owed; handing over is none of them: somebody must come and sign for it."""
    said = {node.attr for node in ast.walk(tree("desk.jobs")) if isinstance(node, ast.Attribute)}
    said |= {node.attr for node in ast.walk(tree("desk.ticking")) if isinstance(node, ast.Attribute)}
    assert "hand_over" not in said
    assert jobs.__doc__


def test_the_journal_holds_no_package() -> None:
    """What is kept of a release is its digest: neither the journal, a backup nor an export can give it away."""
    held = {name for kind in (events.Sealed, events.Released, events.PickedUp) for name in kind.__dataclass_fields__}
    assert held == {"at", "package", "use_until", "by", "certificate", "signature"}
    assert {kind.__dataclass_fields__["package"].type for kind in (events.Sealed, events.Released)} == {"str"}


def test_the_desk_hands_over_to_nobody_but_whoever_signed_for_it(
    lay_sqlite: Lay,
    stages: Stages,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    world = lay_sqlite("cooling")
    case = world.case(stages.case)
    monkeypatch.setattr("safeconduct.desk.handing.ask", lambda *_: Reply(Answer.HANDED_OVER, sealed=b"a package"))
    for person in ("a.lund", "t.berg", "mykola-j-jordan"):
        asked = PickUp(new_id(), person, stages.case, case.digest, "sha256:" + "0" * 64)
        assert isinstance(world.desk().hand_over(world.signed(asked)), Refused)
        assert isinstance(world.desk().hand_over(Signed(asked, b"")), Refused)
    assert world.case(stages.case).state is State.COOLING
