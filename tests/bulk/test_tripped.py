"""Tripwires over files: each figure by hand, what stops, and what a stopped file still says."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from pyarrow import parquet

from filed import Command, Json, Said, is_complete, ndjson, request
from safeconduct import shelf

POLICY = (Path(shelf.__file__).parent / "packs" / shelf.DEFAULT / shelf.TRIPWIRES).read_text(encoding="utf-8")
WORDS = (
    "amber brick cedar delta ember flint grove heath inlet jetty knoll ledge marsh north ochre pearl quarry ridge slate thorn"
    " upland vale wharf yard zinc arbor birch crest dune elm"
).split()


def honest(number: int, **changes: object) -> Json:
    """A request that has nothing in common with the others of its file."""
    word = WORDS[number - 1]
    subject = {
        "name": f"{word.title()} Person", "birth_date": f"19{number + 50}-03-02", "tin": f"9{number:02}-40-1234",
        "address": f"{number} Juniper St, Aurora, IL 60505",
    }  # fmt: skip
    own: Json = {
        "officers": [{"name": f"J. {word.title()}", "agency": "DHS", "personally_and_directly_engaged": True}],
        "reason": f"The papers show {WORDS[-number]} and {WORDS[(number + 7) % 30]}, so he is to be served by mail.",
        "offence": "8 USC 1253(a)(1)(A)" if number % 2 else "18 USC 1343",
        "subject": subject,
    }
    return request(number, **(own | changes))


def file(count: int, alike: int = 0, **changes: Any) -> str:  # noqa: ANN401  # whatever may stand in a request
    """So many requests, of which the last `alike` have these fields."""
    return ndjson(honest(n, **(changes if n > count - alike else {})) for n in range(1, count + 1))


def figure(said: Said, name: str) -> tuple[float, int, bool]:
    (found,) = [each for each in said.summary["tripwires"] if each["name"] == name]
    return found["figure"], found["rows"], found["tripped"]


def set_off(said: Said) -> set[str]:
    return {each["name"] for each in said.summary["tripwires"] if each["tripped"]}


def test_requests_that_have_nothing_in_common_set_off_nothing(screen: Command) -> None:
    said = screen(file(30))
    assert (said.status, set_off(said), said.summary["tripped"]) == (0, set(), False)


OFFICER = [
    {"name": "Rivera, J.", "agency": "ICE", "personally_and_directly_engaged": True},
    {"name": "X. Other", "agency": "DHS"},
]
AGAIN = {"name": "PERSON Amber", "birth_date": "1951-03-02", "address": "elsewhere"}


@pytest.mark.parametrize(
    ("name", "most", "changes"),
    [
        ("placeholders", 2, lambda n: {"subject": {"name": f"{WORDS[n - 1]} Doe", "address": "Failed to Provide 90001"}}),
        ("persons_per_officer", 15, lambda _: {"officers": OFFICER}),
        ("identical_reasons", 3, lambda _: {"reason": "to be served as the others"}),
        ("reason_templates", 15, lambda n: {"reason": f"Final order of {n} June 2024 against {WORDS[n - 1].title()}, to be served."}),
        ("duplicate_persons", 2, lambda _: {"subject": AGAIN}),
        ("one_offence", 29, lambda n: {"offence": "8 U.S.C. 1326" if n % 2 else "8 u.s.c.  1326"}),
    ],
)  # fmt: skip
def test_a_figure_trips_past_its_threshold_and_not_at_it(
    name: str, most: int, changes: Callable[[int], Json], screen: Command
) -> None:
    for alike in (most, most + 1):
        said = screen(ndjson(honest(n, **(changes(n) if n > 30 - alike else {})) for n in range(1, 31)))
        assert set_off(said) == ({name} if alike > most else set())
        assert said.status == len(set_off(said))
        assert figure(said, name)[1] == alike


def test_below_twenty_rows_nothing_trips_and_at_twenty_it_does(screen: Command) -> None:
    fewer = screen(file(19, 19, reason="as before", offence="8 USC 1326", officers=OFFICER))
    assert (fewer.status, fewer.summary["tripped"]) == (0, False)
    assert figure(fewer, "identical_reasons") == (1.0, 19, False)
    enough = screen(file(20, 20, reason="as before", offence="8 USC 1326", officers=OFFICER))
    assert (enough.status, enough.summary["tripped"]) == (1, True)
    assert set_off(enough) == {"persons_per_officer", "identical_reasons", "reason_templates", "one_offence"}
    assert figure(enough, "persons_per_officer") == (20, 20, True)


def test_rows_that_are_rejected_are_not_counted(screen: Command) -> None:
    said = screen(file(21, 21, reason="as before", made_on="2025-06-27") + ndjson([honest(22, made_on="1985")]))
    assert figure(said, "identical_reasons") == (1.0, 21, True)
    twenty = ndjson(honest(n, reason="as before", made_on="1985" if n == 20 else "2025-06-27") for n in range(1, 21))
    assert screen(twenty).status == 0


def test_every_row_of_a_stopped_file_keeps_its_own_outcome_and_none_is_searched(screen: Command) -> None:
    documents = [honest(n, reason="One and the same.", offence="8 USC 1253(a)(1)(A)") for n in range(1, 25)]
    documents[3]["in_writing"] = False
    documents[5]["authority"] = None
    said = screen(ndjson(documents))
    assert (said.status, is_complete(said.out)) == (1, True)
    assert said.printed.startswith("# STOPPED AS A WHOLE\n")
    outcomes = [ruling["outcome"] for ruling in said.rulings]
    alone = [
        screen(ndjson([document])).rulings[0]["outcome"] for document in (documents[0], documents[3], documents[5])
    ]
    assert [outcomes[0], outcomes[3], outcomes[5]] == alone
    said = screen(ndjson(documents))
    assert {ruling["match"] for ruling in said.rulings} == {"not_searched"}
    assert said.summary["match"] == {"one": 0, "none": 0, "several": 0, "not_searched": 24}


def test_a_stopped_file_opens_no_register(screen: Command, monkeypatch: pytest.MonkeyPatch) -> None:
    register = screen.folder / "register"
    register.write_text("no register: whoever opens it fails", encoding="utf-8")
    monkeypatch.setattr("safeconduct.bulk.register.opened", lambda *_: pytest.fail("the register was opened"))
    said = screen(file(24, 24, reason="as before"), "--register", register)
    assert (said.status, said.summary["register"]) == (1, None)
    assert said.summary["not_searched_because"] == "the file set off a tripwire and is stopped as a whole"
    monkeypatch.undo()
    assert screen(file(24), "--register", register).status == 2


def test_another_policy_is_applied_and_named(screen: Command) -> None:
    policy = screen.folder / "mine.toml"
    policy.write_text(POLICY.replace("over = 0.10", "over = 1").replace("over = 0.50", "over = 1.0"), encoding="utf-8")
    text = file(24, 24, reason="as before")
    assert (screen(text).status, screen(text, "--policy", policy).status) == (1, 0)
    assert screen(text, "--policy", policy).summary["policy"]["file"] == "mine.toml"
    policy.write_text(POLICY.replace("from_rows = 20", "from_rows = 5"), encoding="utf-8")
    said = screen(file(5, 5, reason="as before"), "--policy", policy)
    assert (said.status, set_off(said)) == (1, {"identical_reasons"})


def test_what_rows_are_compared_by_is_not_among_the_results(screen: Command) -> None:
    said = screen(file(24))
    columns = parquet.read_schema(said.out / "facts.parquet").names
    assert not {"reason", "template", "number", "person", "officers", "offence"} & set(columns)
    assert "Juniper" not in "".join(path.read_text(encoding="latin-1") for path in said.out.iterdir())
