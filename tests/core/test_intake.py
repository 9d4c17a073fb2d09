"""A request is read from JSON into facts, or everything that is wrong with it is said, field by field."""

from __future__ import annotations

import json

import pytest

from safeconduct.core.days import day
from safeconduct.core.intake import Request, Unreadable, read
from safeconduct.preflight import Preflight

Json = dict[str, object]


def facts(document: object, under: Preflight) -> Request:
    request = read(document, under.opened.intake, under.law.on)
    assert isinstance(request, Request), request
    return request


def wrongs(document: object, under: Preflight) -> list[str]:
    request = read(document, under.opened.intake, under.law.on)
    assert isinstance(request, Unreadable)
    return [f"{wrong.field} {wrong.what}; {wrong.mend}" for wrong in request.wrongs]


def put(document: Json, path: str, value: object) -> None:
    *above, last = path.split(".")
    for word in above:
        document = document[word]  # type: ignore[assignment]  # an object of the fixture
    document[last] = value


# Left out is unknown, null is absent


@pytest.mark.parametrize(
    ("field", "fact"),
    [
        ("authority", "authority.clause"), ("made_on", "request.made_on"), ("in_writing", "request.in_writing"),
        ("asker", "asker.office"), ("officers", "officers.listed"), ("purpose", "purpose.stated"), ("offence", "offence.kind"),
        ("reason", "reason.kind"), ("taxable_periods", "periods.kind"), ("items", "items.listed"), ("subject", "subject.name"),
        ("subject", "address.grade"), ("removal_order", "removal_order.given"),
    ],
)  # fmt: skip
def test_a_field_left_out_is_unknown(field: str, fact: str, complete: Json, august: Preflight) -> None:
    del complete[field]
    assert facts(complete, august).facts[fact] is None


@pytest.mark.parametrize(
    ("field", "fact", "value"),
    [
        ("authority", "authority.clause", "none"), ("asker", "asker.office", "none"), ("asker", "asker.standing", "none"),
        ("officers", "officers.listed", 0), ("purpose", "purpose.stated", "none"), ("offence", "offence.kind", "none"),
        ("reason", "reason.kind", "empty"), ("taxable_periods", "periods.kind", "none"), ("items", "items.listed", 0),
        ("subject", "subject.name", "empty"), ("subject", "address.grade", "empty"),
        ("removal_order", "removal_order.given", False), ("removal_order", "removal_order.ground", "none"),
        ("agreement", "agreement.claim", "none"),
    ],
)  # fmt: skip
def test_null_is_absent_which_is_known(field: str, fact: str, value: object, complete: Json, august: Preflight) -> None:
    complete[field] = None
    assert facts(complete, august).facts[fact] == value


@pytest.mark.parametrize(
    ("path", "fact"),
    [
        ("in_writing", "request.in_writing"), ("made_on", "request.made_on"), ("removal_order.final", "removal_order.final"),
        ("removal_order.final_on", "removal_order.final_on"),
    ],
)  # fmt: skip
def test_null_for_a_truth_or_a_day_is_unknown(path: str, fact: str, complete: Json, august: Preflight) -> None:
    put(complete, path, None)
    assert facts(complete, august).facts[fact] is None


def test_a_request_that_leaves_the_agreement_out_names_none(complete: Json, august: Preflight) -> None:
    del complete["agreement"]
    assert facts(complete, august).facts["agreement.claim"] == "none"


@pytest.mark.parametrize(
    "path", ["purpose", "offence", "authority", "asker.agency", "subject.address", "removal_order.ground"]
)
def test_a_blank_text_is_a_text_left_out(path: str, complete: Json, august: Preflight) -> None:
    blank, without = json.loads(json.dumps(complete)), complete
    put(blank, path, "   ")
    *above, last = path.split(".")
    inner = without
    for word in above:
        inner = inner[word]  # type: ignore[assignment]  # an object of the fixture
    del inner[last]
    assert facts(blank, august).facts == facts(without, august).facts


# What cannot be read is said with its field and its cure, and never repeated


@pytest.mark.parametrize(
    ("path", "value", "message"),
    [
        ("request_id", None, "request_id is left out or no such text; give the request a name of your own, one line of at most 200 characters that can be printed"),
        ("request_id", 7, "request_id is left out or no such text; give the request a name of your own, one line of at most 200 characters that can be printed"),
        ("made_on", "27 June 2025", "made_on is no date of the calendar; write it as YYYY-MM-DD"),
        ("made_on", "2025-02-30", "made_on is no date of the calendar; write it as YYYY-MM-DD"),
        ("made_on", "20250627", "made_on is no date of the calendar; write it as YYYY-MM-DD"),
        ("made_on", 20250627, "made_on is no date of the calendar; write it as YYYY-MM-DD"),
        ("in_writing", "yes", "in_writing is neither true nor false; write true or false, without quotation marks"),
        ("in_writing", 1, "in_writing is neither true nor false; write true or false, without quotation marks"),
        ("authority", "the usual one", "authority is not the citation of one clause; cite one clause, such as 26 USC 6103(i)(1)"),
        ("authority", ["26 USC 6103(i)(2)"], "authority is not the citation of one clause; cite one clause, such as 26 USC 6103(i)(1)"),
        ("asker.office", "department head", "asker.office is none of the words that may stand there; write `department_head`, if that is meant"),
        ("asker.agency", 3, "asker.agency is no text; write it between quotation marks"),
        ("officers", "J. Rivera", "officers is no list; write it between square brackets"),
        ("officers", ["J. Rivera"], "officers[0] is no object; write its fields between braces"),
        ("officers", [{"name": 1}], "officers[0].name is no text; write it between quotation marks"),
        ("officers", [{"name": "J", "personally_and_directly_engaged": "yes"}],
         "officers[0].personally_and_directly_engaged is neither true nor false; write true or false, without quotation marks"),
        ("purpose", "criminal investigation", "purpose is none of the words that may stand there; write `criminal_investigation`, if that is meant"),
        ("offence", [8, "USC"], "offence[0] is no text; write it between quotation marks"),
        ("reason", ["because"], "reason is no text; write it between quotation marks"),
        ("taxable_periods", ["2022", 2022.5], "taxable_periods[1] is no text; write it between quotation marks"),
        ("items", "mailing_address", "items is no list; write it between square brackets"),
        ("items", ["adress"], "items[0] is no item that can be asked for; write one of name, mailing_address, tin,"),
        ("items", ["mailing address"], "items[0] is no item that can be asked for; write `mailing_address`, if that is meant"),
        ("items", [{}], "items[0] is no item that can be asked for; write one of name,"),
        ("subject.address", ["12 Elm St"], "subject.address is no text; write it between quotation marks, in one line"),
        ("subject.name", {"family": "Lopez"}, "subject.name is no text; write it between quotation marks"),
        ("asker", "the Secretary", "asker is no object; write its fields between braces, or null where there is none"),
        ("subject", ["Maria"], "subject is no object; write its fields between braces, or null where there is none"),
        ("removal_order", True, "removal_order is no object; write its fields between braces, or null where there is none"),
        ("removal_order.ground", 1227, "removal_order.ground is no text; write it between quotation marks"),
    ],
)  # fmt: skip
def test_what_cannot_be_read_is_said_with_its_field_and_its_cure(
    path: str, value: object, message: str, complete: Json, august: Preflight
) -> None:
    put(complete, path, value)
    assert any(wrong.startswith(message) for wrong in wrongs(complete, august)), wrongs(complete, august)


@pytest.mark.parametrize("document", [[], "text", 3, None, True])
def test_a_document_that_is_no_object_is_no_request(document: object, august: Preflight) -> None:
    assert wrongs(document, august) == ["request is no object; write one request between braces"]


def test_everything_that_is_wrong_is_said_at_once(complete: Json, august: Preflight) -> None:
    complete |= {"in_writing": "yes", "made_on": "soon", "items": "all"}
    assert [wrong.split()[0] for wrong in wrongs(complete, august)] == ["items", "in_writing", "made_on"]


def test_no_message_repeats_a_value_that_may_be_personal(complete: Json, august: Preflight) -> None:
    personal = "Maria Lopez Garcia 912-40-1234"
    for path in (
        "made_on",
        "in_writing",
        "authority",
        "asker.office",
        "officers",
        "purpose",
        "items",
        "removal_order",
    ):
        spoilt = json.loads(json.dumps(complete))
        put(spoilt, path, personal)
        assert not any(word in wrong for wrong in wrongs(spoilt, august) for word in ("Maria", "912"))


def test_a_text_that_is_no_period_is_noted_and_not_repeated(complete: Json, august: Preflight) -> None:
    complete["taxable_periods"] = ["Maria Lopez Garcia 912-40-1234"]
    request = read(complete, august.opened.intake, august.law.on)
    assert isinstance(request, Request)
    assert request.notes["periods.kind"] == "a text there is no taxable period"


def test_nothing_that_is_found_holds_the_person(complete: Json, august: Preflight) -> None:
    request = facts(complete, august)
    said = json.dumps([request.facts, request.notes, request.named])
    assert not any(word in said for word in ("Maria", "Lopez", "912-40", "Juniper", "Rivera"))


def test_a_field_that_nothing_reads_is_pointed_out_with_the_one_that_may_be_meant(
    complete: Json, august: Preflight
) -> None:
    complete["offense"] = complete.pop("offence")
    put(complete, "subject.adress", "12 Elm St")
    assert facts(complete, august).unread == {"offense": "offence", "subject.adress": "subject.address"}


def test_every_field_of_the_contract_is_read_or_carried(complete: Json, august: Preflight) -> None:
    complete["program"] = None
    complete["claim"] = None
    assert facts(complete, august).unread == {}


# Findings over lists and tables


def value(complete: Json, august: Preflight, path: str, given: object, fact: str) -> object:
    put(complete, path, given)
    return facts(complete, august).facts[fact]


@pytest.mark.parametrize(
    ("authority", "clause"),
    [
        ("26 USC 6103(i)(2)", "i2"), ("26 U.S.C. § 6103(i)(2)", "i2"), ("26 USC 6103(i)(2)(A)", "i2"), ("26 USC 6103(i)(3)(B)(ii)", "i3B"),
        ("26 USC 6103(l)(7)(D)", "l7"), ("26 USC 6103", "none"), ("26 USC 6103(k)(6)", "other"), ("26 USC 6103(i)", "other"),
        ("26 USC 6103(i)(3)", "other"), ("18 USC 2721", "elsewhere"), ("26 USC 7201", "other"),
    ],
)  # fmt: skip
def test_the_clause_named_is_the_one_within_which_the_citation_lies(
    authority: str, clause: str, complete: Json, august: Preflight
) -> None:
    assert value(complete, august, "authority", authority, "authority.clause") == clause


@pytest.mark.parametrize(
    ("agencies", "expected"),
    [
        (["DHS"], "asking"), (["ICE", "HSI"], "asking"), (["DHS", "FBI"], "other"), (["Bureau of Distant Affairs"], "unlisted"),
        (["FBI", None], "other"), ([None], None), (["CBP"], "asking"), (["DHS", "Bureau of Distant Affairs", "FBI"], "other"),
    ],
)  # fmt: skip
def test_the_weakest_of_the_officers_counts(
    agencies: list[str | None], expected: str, complete: Json, august: Preflight
) -> None:
    officers = [{"name": "J. Rivera", "agency": agency, "personally_and_directly_engaged": True} for agency in agencies]
    assert value(complete, august, "officers", officers, "officers.agency") == expected


def test_an_officer_whose_agency_is_left_out_leaves_it_unknown(complete: Json, august: Preflight) -> None:
    assert value(complete, august, "officers", [{"name": "J. Rivera"}], "officers.agency") is None
    assert facts(complete, august).facts["officers.engaged"] is None


def test_one_officer_not_engaged_outweighs_one_of_whom_it_is_unknown(complete: Json, august: Preflight) -> None:
    officers = [{"name": "A"}, {"name": "B", "personally_and_directly_engaged": False}]
    assert value(complete, august, "officers", officers, "officers.engaged") is False


@pytest.mark.parametrize("name", ["", "  ", None])
def test_an_officer_without_a_name_is_counted(name: str | None, complete: Json, august: Preflight) -> None:
    assert value(complete, august, "officers", [{"name": name, "agency": "DHS"}], "officers.unnamed") == 1


@pytest.mark.parametrize(
    ("periods", "kind"),
    [
        (["2022"], "specified"), (["2022", "2023Q2"], "specified"), ([2022], "specified"), (["2023q4"], "specified"), ([], "none"), (["", " "], "none"),
        (["all"], "all"), (["ALL"], "all"), (["2022", "all years"], "all"), (["any"], "all"), (["20X3", "all"], "all"),
        (["20X3"], None), (["2022", "20X3"], None), (["2022-2023"], None), ("UNKNOWN", None), (["2022", "2099", "20X3"], None),
    ],
)  # fmt: skip
def test_periods_are_given_one_by_one_or_all_or_not_and_a_text_that_is_none_is_unknown(
    periods: object, kind: str | None, complete: Json, august: Preflight
) -> None:
    assert value(complete, august, "taxable_periods", periods, "periods.kind") == kind


@pytest.mark.parametrize(
    ("ground", "kind"),
    [
        ("8 USC 1227(a)(1)(A)", "deportable"), ("8 U.S.C. § 1227(a)(2)(A)(iii)", "deportable"), ("INA 237(a)(2)(B)(i)", "deportable"),
        ("8 USC 1182(a)(6)(A)(i)", "inadmissible"), ("8 USC 1225(b)", "other"), ("8 USC 1227(b)", "other"), ("overstay", "other"),
        ("8 USC 1227(a)(1)(B) and 8 USC 1182(a)(6)", "deportable"),
    ],
)  # fmt: skip
def test_one_class_of_the_deportable_suffices_for_the_ground_of_an_order(
    ground: str, kind: str, complete: Json, august: Preflight
) -> None:
    assert value(complete, august, "removal_order.ground", ground, "removal_order.ground") == kind


@pytest.mark.parametrize(
    ("offence", "failure", "period"),
    [
        ("8 USC 1253(a)(1)(A)", True, True), ("8 USC 1253(a)(1)(B)", True, False), ("8 USC 1253(a)(1)", True, True), ("8 USC 1253", True, True),
        ("8 USC 1253(b)", False, False), ("INA § 243(a)(1)", True, True), (["18 USC 1546", "8 USC 1253(a)(1)(A)"], True, True), ("18 USC 1546", False, False),
    ],
)  # fmt: skip
def test_a_citation_that_names_no_limb_is_taken_for_the_one_with_ninety_days(
    offence: object, *, failure: bool, period: bool, complete: Json, august: Preflight
) -> None:
    assert value(complete, august, "offence", offence, "offence.failure_to_depart") is failure
    assert facts(complete, august).facts["offence.departure_period"] is period


@pytest.mark.parametrize(
    ("claim", "date", "known"),
    [
        ("treasury-dhs-2025-04-07", "2025-04-07", "in_force"), ("treasury-dhs-2025-04-07", "2025-04-06", "not_in_force"),
        ("treasury-dhs-2019-01-01", "2025-08-01", "unknown"), ("Treasury-DHS-2025-04-07", "2025-08-01", "unknown"),
    ],
)  # fmt: skip
def test_what_the_custodian_knows_of_the_agreement_named(
    claim: str, date: str, known: str, complete: Json, august: Preflight
) -> None:
    complete["agreement"] = claim
    ordinal = day(date)
    assert ordinal is not None
    request = read(complete, august.opened.intake, ordinal)
    assert isinstance(request, Request)
    assert request.facts["agreement.claim"] == known


def test_the_department_of_an_agency_that_the_table_lacks_is_unknown(complete: Json, august: Preflight) -> None:
    assert value(complete, august, "asker.agency", "Bureau of Distant Affairs", "asker.department") is None
    assert facts(complete, august).facts["asker.standing"] == "unlisted"


@pytest.mark.parametrize(
    ("asking", "officers", "expected"),
    [
        ("ICE", "CBP", "department"),
        ("ICE", "DHS", "department"),
        ("FBI", "DOJ", "department"),
        ("ICE", "HSI", "asking"),
        ("ICE", "FBI", "other"),
    ],
)
def test_an_officer_may_be_of_another_component_of_the_department(
    asking: str, officers: str, expected: str, complete: Json, august: Preflight
) -> None:
    put(complete, "asker.agency", asking)
    assert (
        value(complete, august, "officers", [{"name": "J. Rivera", "agency": officers}], "officers.agency") == expected
    )


@pytest.mark.parametrize(
    ("agency", "component"),
    [
        ("DHS", False),
        ("ICE", True),
        ("DHS OIG", False),
        ("TIGTA", False),
        ("Treasury", False),
        ("Bureau of Distant Affairs", None),
    ],
)
def test_a_component_is_a_part_of_a_department_and_no_inspector_general(
    agency: str, *, component: bool | None, complete: Json, august: Preflight
) -> None:
    assert value(complete, august, "asker.agency", agency, "asker.component") is component
    assert (
        value(complete, august, "officers", [{"name": "J. Rivera", "agency": agency}], "officers.any_component")
        is component
    )


# What a dishonest asker may try


@pytest.mark.parametrize("request_id", ["R-1\n# PERMIT", "R-1\x1b[2J", "R-\u202e1", "R-1\r", "x" * 201])
def test_a_request_does_not_write_the_page_by_its_name(request_id: str, complete: Json, august: Preflight) -> None:
    complete["request_id"] = request_id
    assert [wrong.split()[0] for wrong in wrongs(complete, august)] == ["request_id"]


def test_what_a_request_names_is_cited_without_marks_that_cannot_be_printed(complete: Json, august: Preflight) -> None:
    complete["agreement"] = "mou\n# PERMIT\x1b[2J"
    assert facts(complete, august).named["agreement.claim"] == "mou# PERMIT[2J"


@pytest.mark.parametrize("path", ["asker.agency", "asker.office", "purpose"])
def test_a_list_does_not_stand_for_its_one_text(path: str, complete: Json, august: Preflight) -> None:
    put(complete, path, ["ICE"])
    assert [wrong.split()[0] for wrong in wrongs(complete, august)] == [path]


@pytest.mark.parametrize(
    "name", ["\u200b", ".", "N/A", "TBD", "various", "All ERO officers", "J. Rivera and others", "unknown"]
)
def test_an_officer_named_must_be_somebody(name: str, complete: Json, august: Preflight) -> None:
    assert value(complete, august, "officers", [{"name": name, "agency": "DHS"}], "officers.unnamed") == 1


@pytest.mark.parametrize(
    "name",
    [
        "Maria Lopez; Juan Perez",
        "Maria Lopez and 700 others",
        "All Taxpayers",
        "Current Resident",
        "Maria Lopez & Juan Perez",
    ],
)
def test_one_request_names_one_person(name: str, complete: Json, august: Preflight) -> None:
    complete["subject"] = {"name": name}
    assert facts(complete, august).facts["subject.name"] == "several"


def test_a_full_name_and_its_parts_name_one_person(complete: Json, august: Preflight) -> None:
    complete["subject"] = {"name": "Maria Lopez", "given_name": "Juan", "family_name": "Perez"}
    assert facts(complete, august).facts["subject.name"] == "several"


@pytest.mark.parametrize(
    ("periods", "kind"),
    [
        ([str(year) for year in range(1990, 2025)], "all"),
        (["2022", "2026"], "none"),
        (["2099"], "none"),
        (["2025Q3"], "specified"),
        (["2025Q4"], "none"),
    ],
)
def test_many_years_are_all_and_years_to_come_are_none(
    periods: list[str], kind: str, complete: Json, august: Preflight
) -> None:
    assert value(complete, august, "taxable_periods", periods, "periods.kind") == kind


@pytest.mark.parametrize("authority", ["not under 26 USC 6103(i)(2)", "26 USC 6103(i)(2) or 26 USC 6103(i)(5)"])
def test_an_authority_is_one_citation_and_nothing_else(authority: str, complete: Json, august: Preflight) -> None:
    complete["authority"] = authority
    assert [wrong.split()[0] for wrong in wrongs(complete, august)] == ["authority"]


def test_a_ground_that_is_denied_is_none(complete: Json, august: Preflight) -> None:
    assert value(complete, august, "removal_order.ground", "not 8 USC 1227(a)", "removal_order.ground") == "other"


@pytest.mark.parametrize("offence", ["18 USC 1343; 8 USC １２３１", "18 USC 1343; 8 USC l231(a)"])
def test_a_second_statute_that_cannot_be_read_is_not_passed_over(
    offence: str, complete: Json, august: Preflight
) -> None:
    assert value(complete, august, "offence", offence, "offence.kind") == "unrecognised"


@pytest.mark.parametrize("offence", ["8 USC 1253(a)(1)(Z)", "8 USC 1253(z)", "8 USC 1325(z)"])
def test_a_limb_that_does_not_exist_is_no_crime(offence: str, complete: Json, august: Preflight) -> None:
    assert value(complete, august, "offence", offence, "offence.kind") == "unlisted"


@pytest.mark.parametrize(
    ("verb", "kind"),
    [
        ("deport", "contradicts"),
        ("de-port", "contradicts"),
        ("d e p o r t", "contradicts"),
        ("d\u0435port", "generic"),
        ("de\u200bport", "contradicts"),
    ],
)
def test_a_use_is_not_hidden_by_a_hyphen_or_a_foreign_letter(
    verb: str, kind: str, complete: Json, august: Preflight
) -> None:
    reason = f"Served on 1 October 2024 in Aurora; the address is needed to {verb} him."
    assert value(complete, august, "reason", reason, "reason.kind") == kind


@pytest.mark.parametrize("date", ["2025-W26-5", "20250627", "２０２５-06-27"])
def test_a_date_is_written_in_one_way(date: str, complete: Json, august: Preflight) -> None:
    complete["made_on"] = date
    assert [wrong.split()[0] for wrong in wrongs(complete, august)] == ["made_on"]


def test_a_field_of_an_officer_or_in_the_wrong_place_is_pointed_out_too(complete: Json, august: Preflight) -> None:
    complete["removal_order.stayed"] = True
    complete["agency"] = "ICE"
    complete["officers"] = [{"name": "J. Rivera", "agency": "DHS", "personaly_and_directly_engaged": True}]
    assert facts(complete, august).unread == {
        "removal_order.stayed": "removal_order.stayed",
        "agency": "",
        "officers.personaly_and_directly_engaged": "officers.personally_and_directly_engaged",
    }


# What a finding saw


def note(complete: Json, august: Preflight, path: str, given: object, fact: str) -> str:
    put(complete, path, given)
    return facts(complete, august).notes.get(fact, "")


def test_which_officer_is_at_fault_is_said_by_number(complete: Json, august: Preflight) -> None:
    officers = [
        {"name": "J. Rivera", "agency": "DHS", "personally_and_directly_engaged": True},
        {"name": "M. Ruiz", "agency": "FBI"},
    ]
    assert note(complete, august, "officers", officers, "officers.agency") == "officers[1].agency"
    assert (
        note(complete, august, "officers", officers, "officers.engaged")
        == "officers[1].personally_and_directly_engaged"
    )


def test_which_statute_is_the_weakest_is_said_by_number(complete: Json, august: Preflight) -> None:
    assert (
        note(complete, august, "offence", ["18 USC 1343", "8 USC 1231"], "offence.kind") == "the second of those named"
    )
    assert note(complete, august, "offence", "8 USC 1231", "offence.kind") == ""


def test_an_office_is_not_led_to_another_one(complete: Json, august: Preflight) -> None:
    put(complete, "asker.office", "assistant_us_attorney")
    (wrong,) = wrongs(complete, august)
    assert wrong.startswith("asker.office is none of the words that may stand there; write one of department_head,")


SAMPLED = {
    "authority.clause", "asker.standing", "asker.office", "purpose.stated", "offence.kind", "periods.kind", "subject.name", "address.grade",
    "removal_order.ground",
}  # fmt: skip


@pytest.mark.parametrize("name", sorted(SAMPLED))
def test_the_sample_of_a_member_means_it(name: str, complete: Json, august: Preflight) -> None:
    fact = august.law.pack.facts[name]
    for member, sample in fact.samples.items():
        if not sample:
            continue
        document = json.loads(json.dumps(complete))
        if name == "subject.name":
            document["subject"] = {}
        put(document, fact.path, [sample] if name == "periods.kind" else sample)
        assert facts(document, august).facts[name] == member
