"""Every reason that an asker can be told of before a look has words in Spanish; what a person wrote has none."""

from __future__ import annotations

from collections.abc import Mapping

import pytest

from safeconduct import preflight, shelf
from safeconduct.core.case.events import Hold, Reason
from safeconduct.core.cases import cases
from safeconduct.core.expression import Kind
from safeconduct.core.facts import EstablishedBy, Fact, Step
from safeconduct.core.faults import PackFault
from safeconduct.core.intake import Unreadable
from safeconduct.core.rulepack import Pack
from safeconduct.law_in_force import ruled
from safeconduct.letters.letter import Language, Told
from safeconduct.letters.told import told

SPANISH = Language.SPANISH
FILE = "words/es.toml"


def one(means: str, files: Mapping[str, str], cure: str = "", cites: str = "26 USC 6103(a)") -> Told:
    [said] = told([Reason("a.rule", cites, means, cure)], SPANISH, files)
    return said


def test_no_rule_that_is_told_before_the_look_lacks_its_spanish(pack: Pack) -> None:
    lacking = [
        (rule.id, text)
        for rule in pack.rules
        if rule.step is Step.REQUEST
        for text in (rule.means, rule.cure)
        if text and one(text, pack.files).means.language is not SPANISH
    ]
    assert lacking == []


def test_no_policy_that_is_cited_lacks_its_spanish(pack: Pack) -> None:
    cited = {rule.cites for rule in pack.rules if rule.step is Step.REQUEST and rule.cites.startswith("policy:")}
    cited |= {f"policy:{hold}" for hold in Hold}
    assert [cites for cites in cited if one("x", pack.files, cites=cites).cites.language is not SPANISH] == []


def _sought(fact: Fact, used: frozenset[str]) -> bool:
    return fact.name in used and fact.step is Step.REQUEST and fact.established_by is not EstablishedBy.ASKER


def test_no_fact_that_may_be_unknown_before_the_look_lacks_its_spanish(pack: Pack) -> None:
    used = frozenset[str]().union(*(rule.facts for rule in pack.rules if rule.step is Step.REQUEST))
    lacking = []
    for fact in pack.facts.values():
        if _sought(fact, used):
            what = f"whether {fact.meaning}" if fact.sort.kind is Kind.TRUTH else fact.meaning
            reading = fact.established_by is EstablishedBy.READING
            said = f"The reading in force leaves open {what}." if reading else f"Not known: {what}."
            if one(said, pack.files).means.language is not SPANISH:
                lacking.append(said)
    assert lacking == []


def test_what_is_ruled_on_every_worked_case_is_told_in_spanish(pack: Pack) -> None:
    opened, policy = preflight.opened(), shelf.gate_policy(pack)
    lacking = set()
    for case in cases(pack):
        checked = preflight.check(case.request, opened.under(case.on))
        if not isinstance(checked, Unreadable):
            for said in told(ruled(checked, policy).reasons, SPANISH, pack.files):
                lacking |= {text.text for text in (said.means, said.cure) if text.text and text.language is not SPANISH}
    assert lacking == set()


def test_the_spanish_has_no_sentence_that_no_rule_says(pack: Pack) -> None:
    """A rule that is reworded leaves none behind that nobody reads."""
    said = {text for rule in pack.rules for text in (rule.means, rule.cure)}
    spoken = [line.split(" = ")[0].strip('"').replace('\\"', '"') for line in
              pack.files[FILE].partition("[sentences]\n")[2].splitlines() if line]  # fmt: skip
    assert [text for text in spoken if text not in said] == []
    assert len(spoken) > 200


def test_citations_of_law_stay_as_they_are(pack: Pack) -> None:
    said = one("The request is not in writing.", pack.files, cites="26 USC 6103(i)(2)(B)")
    assert said.cites.text == "26 USC 6103(i)(2)(B)"
    assert said.means.text == "La solicitud no consta por escrito."


def test_what_is_unknown_is_put_together_in_spanish(pack: Pack) -> None:
    said = one(
        "Not stated: `asker.office`, `officers`. Not known: whether the asking agency is a law enforcement agency.",
        pack.files,
    )
    assert said.means.text == (
        "No se indica: `asker.office`, `officers`. No se sabe: si la agencia solicitante es una agencia del orden público."
    )


@pytest.mark.parametrize(
    "written",
    [
        "The exhibit is of another case.",
        "Not known: whether it rains.",
        "Not stated: `asker.office`. And I do not like it.",
        "",
    ],
)
def test_what_a_person_wrote_stays_as_it_is_and_is_english(written: str, pack: Pack) -> None:
    said = one(written, pack.files)
    assert (said.means.text, said.means.language) == (written, Language.ENGLISH)


def test_a_pack_without_words_tells_in_english() -> None:
    said = one("The request is not in writing.", {})
    assert (said.means.text, said.means.language) == ("The request is not in writing.", Language.ENGLISH)


@pytest.mark.parametrize(
    "text",
    [
        "language = ",
        'language = "fr"',
        'language = "es"\n[sentences]\na = 1\n[meanings]\n[unknown]\n[cites]\n',
        'language = "es"\n[sentences]\n[meanings]\n[cites]\n[unknown]\nstated = "x"\nknown = "{}"\nreading = "{}"\n',
    ],
)
def test_words_that_are_malformed_are_the_pack_s_fault(text: str) -> None:
    with pytest.raises(PackFault, match=r"words/es\.toml:1"):
        one("The request is not in writing.", {FILE: text})
