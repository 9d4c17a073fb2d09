"""What is proved of the shipped pack; and that a pack which is wrong is not proved right."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from random_requests import laid_out
from safeconduct import preflight, shelf
from safeconduct.core.faults import PackFault
from safeconduct.core.invariants import OF_EVERY_PACK, invariants
from safeconduct.core.rules import Outcome
from safeconduct.proof import kept
from safeconduct.proof.prove import IDLE, Proof, Proved, Verdict, prove


def of(proved: Proved, name: str) -> Proof:
    return next(proof for proof in proved.proofs if proof.name == name)


# The shipped pack


def test_every_invariant_of_the_shipped_pack_is_proved(proved: Proved) -> None:
    assert [(proof.name, proof.why) for proof in proved.proofs if proof.verdict is not Verdict.PROVED] == []
    stated = {one.name for one in invariants(proved.opened.pack).stated}
    assert {proof.name for proof in proved.proofs} == stated | OF_EVERY_PACK.keys()
    assert proved.good


def test_every_negative_control_fails_as_it_must(proved: Proved) -> None:
    assert [proof.name for proof in proved.proofs if proof.control is None or not proof.control.failed] == []


def test_a_control_fails_on_a_request_that_the_changed_pack_permits(proved: Proved) -> None:
    single = [proof.control.witness for proof in proved.proofs if proof.control and len(proof.control.witness) == 1]
    assert len(single) >= 8
    assert {one.ruling.outcome for witness in single for one in witness} == {Outcome.PERMIT}


def test_the_controls_of_pairs_fail_on_two_requests_that_are_ruled_on_otherwise(proved: Proved) -> None:
    pairs = {
        proof.name: proof.control.witness
        for proof in proved.proofs
        if proof.control and len(proof.control.witness) == 2
    }
    assert pairs.keys() == {"agreement_left_out", "telling_more"}
    silent, naming = pairs["agreement_left_out"]
    silently, named = ({item.item for item in one.ruling.items if item.may_disclose} for one in (silent, naming))
    assert silently - named
    assert {one.ruling.outcome for one in pairs["telling_more"]} == {
        Outcome.REFUSE,
        Outcome.PERMIT,
    }


def test_on_every_rule_a_request_turns_alone_a_worked_case_or_one_found(proved: Proved) -> None:
    idle = of(proved, IDLE)
    assert idle.shown.keys() | idle.reached.keys() == {rule.id for rule in proved.opened.pack.rules}
    assert not idle.shown.keys() & idle.reached.keys()
    rulings = {one.case.name: one.ruling for one in preflight.worked(proved.opened)}
    shown = {rule: rulings[case] for rule, case in idle.shown.items()}
    for name, ruling in {**shown, **{rule: told.ruling for rule, told in idle.reached.items()}}.items():
        assert ruling
        every = [*ruling.conclusions, *(c for item in ruling.items for c in item.conclusions)]
        mine = [c for c in every if c.rule.id.partition("[")[0] == name and c.bears]
        assert mine[0].rule.otherwise in {c.consequence for c in mine}
        alone = [
            thing
            for thing in {c.rule.item for c in mine}
            if {
                c.rule.id.partition("[")[0]
                for c in every
                if c.rule.item == thing
                and c.rule.layer is mine[0].rule.layer
                and c.consequence >= mine[0].rule.otherwise
            }
            == {name}
        ]
        assert alone


def test_the_requests_found_are_kept_as_worked_cases_that_come_out_as_they_say(tmp_path: Path) -> None:
    written = {**shelf.pack("us_dppa").files, "orders/README.md": ""}
    found = kept.as_cases(prove("us_dppa", only=[IDLE], anew=True))
    folder = laid_out({**written, "cases.toml": "", "witnesses.toml": found}, tmp_path)
    tried = preflight.worked(preflight.opened(str(folder)))
    assert [each.differences for each in tried if each.differences] == []
    assert {each.case.says.partition(" ")[2] for each in tried} >= {"alone bears", "cannot be told"}
    assert len(tried) > 20


# A pack that is wrong


def test_a_bar_that_rests_on_the_askers_word_does_not_load(changed: Callable[..., Path]) -> None:
    folder = changed(
        "agreements/treasury-dhs-2025-04-07.md",
        "and not asker.component)",
        "and not asker.component and not officers.any_component)",
    )
    with pytest.raises(PackFault, match="which the asker may state or leave out at will"):
        prove(str(folder))


def test_what_is_permitted_against_an_invariant_is_shown_as_a_request(changed: Callable[..., Path]) -> None:
    folder = changed(
        "i-2.md",
        "needs:     purpose.stated in {criminal_investigation,",
        "needs:     purpose.stated in {civil_proceeding, criminal_investigation,",
    )
    proved = prove(str(folder), only=["no_civil_purpose"])
    broken = of(proved, "no_civil_purpose")
    assert not proved.good
    assert broken.verdict is Verdict.BROKEN
    assert [one.document["purpose"] for one in broken.witness] == ["civil_proceeding"]
    assert broken.witness[0].ruling.outcome is Outcome.PERMIT


def test_a_rule_that_another_doubles_is_idle(changed: Callable[..., Path]) -> None:
    rule = "```rule i2.B.paper\nneeds:     request.in_writing\notherwise: incomplete\nmeans:     It is not.\ncure:      Write.\n```\n"
    below = "### (i)(2)(B)(i) · name and address"
    folder = changed("i-2.md", below, f"{rule}\n{below}")
    idle = of(prove(str(folder), only=[IDLE]), IDLE)
    assert idle.verdict is Verdict.BROKEN
    assert idle.why == "never alone: i2.B.writing, i2.B.paper"


def test_a_rule_that_can_never_apply_is_unreachable(changed: Callable[..., Path]) -> None:
    folder = changed(
        "i-2.md",
        "when:      purpose.stated == missing_or_exploited_child",
        "when:      purpose.stated == missing_or_exploited_child and purpose.stated == audit",
    )
    assert of(prove(str(folder), only=[IDLE]), IDLE).why == "never alone: i2.A.child"


def test_a_control_that_does_not_fail_fails_the_whole(changed: Callable[..., Path]) -> None:
    proved = prove(
        str(changed("invariants.toml", 'without = "i2.B.i.address"', 'without = "i2.B.writing"')),
        only=["an_address_to_find_by"],
    )
    control = of(proved, "an_address_to_find_by").control
    assert control is not None
    assert (control.failed, control.why) == (False, "it is proved all the same")
    assert not proved.good


def test_an_invariant_of_every_pack_that_lacks_its_control_is_not_good(files: dict[str, str], tmp_path: Path) -> None:
    text = files["invariants.toml"]
    folder = laid_out({**files, "invariants.toml": text[: text.index("[[control]]")]}, tmp_path)
    proved = prove(str(folder), only=[*OF_EVERY_PACK.keys() - {IDLE}])
    assert {proof.name for proof in proved.proofs if not proof.good} == {
        "bar_holds",
        "agreement_left_out",
        "telling_more",
    }


def test_what_no_request_can_show_is_neither_proved_nor_broken(files: dict[str, str], tmp_path: Path) -> None:
    text = files["facts.toml"]
    begin = text.index("always = [")
    folder = laid_out({**files, "facts.toml": text[:begin] + text[text.index("]\n", begin) + 2 :]}, tmp_path)
    doubtful = of(prove(str(folder), only=["closed_list_of_askers"]), "closed_list_of_askers")
    assert doubtful.verdict is Verdict.UNDECIDED
    assert doubtful.why == "z3 speaks of a request that could not be written"


def test_without_orders_there_is_nothing_that_a_bar_could_hold(files: dict[str, str], tmp_path: Path) -> None:
    folder = laid_out({name: text for name, text in files.items() if not name.startswith("orders/")}, tmp_path)
    (folder / "orders").mkdir()
    proved = prove(str(folder), only=["barred", "bar_holds", "silence_refuses"])
    assert {proof.name for proof in proved.proofs if proof.verdict is Verdict.VACUOUS} == {"barred", "bar_holds"}
    assert proved.good
