"""The sections of a report that say what was found in the file: what was wanting, addresses, rejected rows, tripwires."""

from __future__ import annotations

from collections.abc import Sequence

from safeconduct.core.addresses import Grade
from safeconduct.report.charts import Ink
from safeconduct.report.drawings import Bar, Bullet, bars, bullets
from safeconduct.report.figures import INKS, figure
from safeconduct.report.html import Html, counted, joined, listed, number, percent, said, share, table, tag
from safeconduct.report.summary import RuleCount, Summary, Tripwire

_GRADES = {
    Grade.DELIVERABLE: "Street, number, city, state and postal code: a place at which mail is received.",
    Grade.DELIVERABLE_UNIT: "An institution, with its building or unit and its street address.",
    Grade.INSTITUTION: "An institution at which many receive mail, without building or unit.",
    Grade.GENERAL_DELIVERY: "A counter of a post office.",
    Grade.FOREIGN: "An address in another country.",
    Grade.PARTIAL: "Something of an address is wanting, or cannot be read.",
    Grade.PLACEHOLDER: "Words that stand where an address should be.",
    Grade.EMPTY: "Nothing was written.",
}
_INCURABLE = {"hold": "None to supply: a person must judge it.", "stayed": "None: the court's order stands."}
_SUFFICIENT = {Grade.DELIVERABLE, Grade.DELIVERABLE_UNIT}
_MOST = 8


# What was wanting


def wanting(summary: Summary) -> Html:
    """The rules that most rows fail, with what each means and what would mend it."""
    rules = sorted(summary["rules"], key=lambda rule: -(rule["failed"] + rule["unknown"]))
    rules = [rule for rule in rules if rule["failed"] + rule["unknown"]]
    if not rules:
        ruled = summary["rows"]["ruled"]
        return tag("p", "No rule failed, and none was left open." if ruled else "No row was ruled on.")
    ruled, first = summary["rows"]["ruled"], rules[0]
    message = f"Most often wanting: {first['title']} ({first['cites']}), in {counted(first['failed'] + first['unknown'], 'row')} of {number(ruled)}."
    heads = ["Rule", "Cites", "Whose", "Comes to", "Failed", "Not known", "Meaning", "Cure"]
    data = table("Every rule that a row fails, or of which it cannot be told", heads, map(_rule_row, rules))
    note = tag(
        "p",
        "A filled bar counts rows that fail the rule. An outlined one, and the second figure, count rows of which it cannot be told. One row can fail several.",
        class_="quiet",
    )
    picture = figure(message, bars([_rule_bar(rule) for rule in rules[:_MOST]], ruled), data, note, _rest(rules))
    return joined([picture, listed((_cure(rule) for rule in rules[:5]), "ol", class_="cures")])


def _rest(rules: Sequence[RuleCount]) -> Html:
    left = len(rules) - _MOST
    return tag("p", f"{counted(left, 'more rule')} in the table.", class_="quiet") if left > 0 else Html()


def _rule_bar(rule: RuleCount) -> Bar:
    open_ = f" + {number(rule['unknown'])}" if rule["unknown"] else ""
    note = f"{rule['cites']} · {said(rule['consequence'])} · {rule['layer']}"
    ink = INKS.get(rule["consequence"], Ink.TEXT)
    return Bar(rule["title"], note, f"{number(rule['failed'])}{open_}", rule["failed"], ink, rule["unknown"])


def _rule_row(rule: RuleCount) -> Sequence[str | int]:
    words = (rule["rule"], rule["cites"], rule["layer"], said(rule["consequence"]))
    return (*words, rule["failed"], rule["unknown"], rule["means"], rule["cure"] or "—")


def _cure(rule: RuleCount) -> Html:
    rows = counted(rule["failed"] + rule["unknown"], "row")
    head = tag("p", tag("b", rule["title"]), tag("span", f" · {rule['cites']} · {rows}", class_="quiet"))
    cure = tag(
        "p",
        tag("span", "Cure", class_="label"),
        " ",
        rule["cure"] or _INCURABLE.get(rule["consequence"], "None: nothing supplied can mend it."),
    )
    return joined([head, tag("p", rule["means"]), cure])


# Addresses and rejected rows


def addresses(summary: Summary) -> Html:
    """The grades of the addresses as they were written."""
    grades = summary["address_grades"]
    total = sum(grades.values())
    if not total:
        return tag("p", "No address was graded.")
    good = sum(rows for name, rows in grades.items() if name in _SUFFICIENT)
    message = f"{number(good)} of {counted(total, 'address', 'addresses')} ({share(good, total)}) say where a person receives mail."
    order = [*Grade, *(name for name in grades if name not in list(Grade))]
    shown = [_grade_bar(name, grades[name], total) for name in order if grades.get(name)]
    told = [
        (said(name), _GRADES.get(Grade(name), "") if name in list(Grade) else "", grades.get(name, 0)) for name in order
    ]
    data = table("Addresses by grade", ["Grade", "Meaning", "Rows"], told)
    return figure(message, bars(shown, total), data)


def _grade_bar(name: str, rows: int, total: int) -> Bar:
    known = name in list(Grade)
    good = name in _SUFFICIENT
    note = _GRADES[Grade(name)] if known else ""
    ink = Ink.PERMIT if good else Ink.INCOMPLETE
    return Bar(
        f"{said(name)}{' · sufficient' if good else ''}", note, f"{number(rows)} · {share(rows, total)}", rows, ink
    )


def rejected(summary: Summary) -> Html:
    """The rows that could not be read as requests, by field and reason."""
    given = sorted(summary["rejected"], key=lambda one: -one["rows"])
    rows = summary["rows"]["rejected"]
    if not given:
        return tag("p", "No row was rejected." if not rows else f"{counted(rows, 'row')} could not be read.")
    first = given[0]
    message = f"{counted(rows, 'row')} could not be read; most often, {first['field']} {first['reason']}."
    shown = [Bar(one["field"], one["reason"], number(one["rows"]), one["rows"], Ink.REJECTED) for one in given[:_MOST]]
    told = [(one["field"], one["reason"], one["rows"]) for one in given]
    data = table("Rows rejected, by field and reason", ["Field", "Reason", "Rows"], told)
    most = max(rows, *(one["rows"] for one in given))
    return figure(
        message, bars(shown, most), data, tag("p", "A row may be rejected for several reasons.", class_="quiet")
    )


# The tripwires


def tripwires(summary: Summary) -> Html:
    """Figures of the file as a whole against the thresholds of the policy."""
    wires, policy = summary["tripwires"], summary["policy"]
    from_ = (
        tag("p", f"Tripwires are drawn for files of {counted(policy['from_rows'], 'row')} or more.", class_="quiet")
        if policy
        else Html()
    )
    if not wires:
        return joined([tag("p", "No tripwire was drawn for this file."), from_])
    tripped = [wire for wire in wires if wire["tripped"]]
    message = tripped_message(len(tripped), len(wires))
    heads = ["Tripwire", "What it watches for", "Figure", "Threshold", "State", "First row", "Cites"]
    data = table("Every tripwire", heads, map(_wire_row, wires))
    note = tag(
        "p",
        "The upright mark is the threshold. A bar that ends in an arrow is more than twice as long as it.",
        class_="quiet",
    )
    ordered = [*tripped, *(wire for wire in wires if not wire["tripped"])]
    picture = figure(message, bullets([_bullet(wire) for wire in ordered]), data, note)
    return joined([picture, listed(map(_tripped, tripped), class_="tripped"), from_])


def tripped_message(tripped: int, wires: int) -> str:
    """How many were set off, in words."""
    if not tripped:
        return f"None of {counted(wires, 'tripwire')} was set off."
    return f"{number(tripped)} of {counted(wires, 'tripwire')} {'was' if tripped == 1 else 'were'} set off."


def _amount(value: float, unit: str) -> str:
    if unit == "share":
        return percent(value)
    return f"{_plain(value)} {said(unit.removesuffix('s') if value == 1 else unit)}"


def _plain(value: float) -> str:
    return f"{value:,.0f}" if value == int(value) else f"{value:,.1f}"


def _bullet(wire: Tripwire) -> Bullet:
    figure, unit = wire["figure"], wire["unit"]
    threshold = percent(wire["threshold"]) if unit == "share" else _plain(wire["threshold"])
    times = figure / wire["threshold"] if wire["threshold"] > 0 else 3.0 * (figure > 0)
    over = f" ({times:,.{0 if times >= 10 else 1}f} times)" if wire["threshold"] > 0 and times >= 2 else ""
    return Bullet(said(wire["name"]), f"{_amount(figure, unit)} against {threshold}{over}", times, wire["tripped"])


def _wire_row(wire: Tripwire) -> Sequence[str | int]:
    figure, threshold = (_amount(value, wire["unit"]) for value in (wire["figure"], wire["threshold"]))
    state = "tripped" if wire["tripped"] else "not tripped"
    first = "—" if wire["first_row"] is None else number(wire["first_row"])
    return said(wire["name"]), wire["says"], figure, threshold, state, first, wire["cites"]


def _tripped(wire: Tripwire) -> Html:
    first = "" if wire["first_row"] is None else f" First at row {number(wire['first_row'])} of the file."
    return joined([tag("b", said(wire["name"])), " · ", wire["says"], tag("span", first, class_="quiet")])
