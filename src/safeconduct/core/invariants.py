"""Invariants: what must hold of every possible request, and the change to the pack by which each must cease to hold.

    fixed = ["authority.clause", "asker.office"]

    [[invariant]]
    invariant = "no_civil_purpose"
    says = "No civil purpose is ever permitted."
    never = "purpose.stated in {civil_removal, civil_proceeding}"
    without = "i2.A.purpose"

    [[control]]
    of = "bar_holds"
    changed = { file = "agreements/one.md", from = "…", to = "…" }

The pack states its own invariants: `never` (nothing is permitted while it is true), `only` (nothing unless it is true) or
`elements` (nothing while one of these facts is unknown), the latter two perhaps only `when` something is true. Others hold of every pack (`OF_EVERY_PACK`); to these the pack
gives the facts of the asker that stay `fixed`, and a negative control where none can be found without it. A proof that
would also succeed on a pack that is wrong proves nothing: hence each is tried with a rule taken out (`without`) or a page
`changed`, and must fail. Proving is `proof`'s concern.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from safeconduct.core import expression, grammar
from safeconduct.core.expression import Node, Sort
from safeconduct.core.facts import EstablishedBy, bound
from safeconduct.core.rulepack import Pack
from safeconduct.core.tables import Declared, table

OF_EVERY_PACK: Mapping[str, str] = {
    "barred": "Nothing is permitted while an order of a court bars it.",
    "bar_holds": "No fact that the asker alone establishes, changed or left out, opens what a bar closes, for the same agency, "
    "office, authority and items.",
    "agreement_left_out": "Leaving out the agreement never permits more than naming one that is in force.",
    "telling_more": "Within one step, telling more never turns a permit into a refusal, nor a refusal into a permit.",
    "silence_refuses": "What no clause of the statute opens is refused, and a rule says so.",
    "no_idle_rule": "No rule of a layer is unreachable or redundant: on some request it alone bears with its weight.",
}
"""The invariants of every pack, each by its name, as a sentence."""
CONTROLLED_BY_THE_PACK = ("bar_holds", "agreement_left_out", "telling_more")
"""Those of them for which a pack names the change by which they must fail."""


@dataclass(frozen=True, slots=True)
class Control:
    """A change to the pack: the rule `without` taken out, or in `file` the text `old` become `new`."""

    without: str = ""
    file: str = ""
    old: str = ""
    new: str = ""


@dataclass(frozen=True, slots=True)
class Invariant:
    """One that a pack states of itself.

    Nothing is permitted while `never` is true; nor, when `when` is, unless `only` is or while one of `elements` is unknown.
    With `each` "item" it is about the disclosure of that item.
    """

    name: str
    says: str
    never: Node
    only: Node
    elements: tuple[str, ...]
    when: Node
    each: str
    control: Control


@dataclass(frozen=True, slots=True)
class Invariants:
    """What a pack says must always hold, the asker's facts that are `fixed`, and the controls of `OF_EVERY_PACK`."""

    stated: tuple[Invariant, ...] = ()
    fixed: frozenset[str] = frozenset()
    controls: Mapping[str, Control] = field(default_factory=dict)


FILE = "invariants.toml"
_FORMS = ("never", "only", "elements")
_KEYS = {"invariant", "says", "when", "each", "without", "changed", *_FORMS}


def invariants(pack: Pack) -> Invariants:
    """What `pack` says must always hold; nothing where it has no invariants.toml.

    Raises:
        PackFault: an invariant or a control is malformed, or rests on what the pack lacks.
    """
    text = pack.files.get(FILE, "")
    whole = Declared(FILE, text, "the file of invariants", "", table(FILE, text))
    whole.only(("fixed", "invariant", "control"))
    stated = tuple(_invariant(one, pack) for one in whole.tables("invariant", "invariant"))
    twice = next((one.name for one in stated if sum(other.name == one.name for other in stated) > 1), None)
    if twice:
        raise whole.fault(f"has two invariants {twice}", "rename one of them", "invariant", twice)
    controls = {_of(one): _control(one, pack) for one in whole.tables("control", "of")}
    return Invariants(stated, frozenset(_fixed(whole, pack)), controls)


def _fixed(whole: Declared, pack: Pack) -> tuple[str, ...]:
    named = whole.texts("fixed", ())
    for name in named:
        fact = pack.facts.get(name)
        if fact is None or fact.established_by is not EstablishedBy.ASKER:
            mend = "name facts that the asker establishes; all others are fixed of themselves"
            raise whole.fault(f"fixes `{name}`, which is no fact of the asker's", mend, "fixed", name)
    return named


def _invariant(one: Declared, pack: Pack) -> Invariant:
    one.only(_KEYS)
    forms = [form for form in _FORMS if form in one.keys]
    if len(forms) != 1:
        raise one.fault("does not state one thing", f"write one of {', '.join(_FORMS)}, and no other")
    if "when" in one.keys and forms == ["never"]:
        raise one.fault("has a `when` beside `never`", "write the condition into the expression", "when")
    name = one.string("invariant")
    if name in OF_EVERY_PACK:
        raise one.fault("has the name of an invariant of every pack", "choose another name", "invariant")
    return Invariant(
        name=name,
        says=one.string("says"),
        never=_expression(one, "never", pack, expression.FALSE),
        only=_expression(one, "only", pack, expression.TRUE),
        elements=_elements(one, pack) if "elements" in one.keys else (),
        when=_expression(one, "when", pack, expression.TRUE),
        each=one.one_of("each", ["item"]) if "each" in one.keys else "",
        control=_control(one, pack),
    )


def _elements(one: Declared, pack: Pack) -> tuple[str, ...]:
    named = one.texts("elements")
    for name in named:
        if name not in pack.facts:
            raise one.fault(
                f"counts on `{name}`, which is no declared fact", "declare it in facts.toml", "elements", name
            )
    return named


def _expression(one: Declared, key: str, pack: Pack, default: Node) -> Node:
    if key not in one.keys:
        return default
    try:
        return grammar.read(" ".join(one.string(key).split()), _sorts(pack, each="each" in one.keys))
    except grammar.ExpressionFault as fault:
        raise one.fault(f"has a `{key}` that cannot be read: {fault.what}", fault.mend, key) from None


def _sorts(pack: Pack, *, each: bool) -> dict[str, Sort]:
    """What an invariant may speak of: the facts, the day of the law, and of each item its own."""
    facts = {fact.name: fact.sort for fact in pack.facts.values()}
    of_items = {name.partition("[")[0]: sort for name, sort in facts.items() if "[" in name}
    settled = {
        name: sort for name, sort in bound(pack.items).items() if name.startswith(("law.", "item.") if each else "law.")
    }
    return facts | settled | (of_items if each else {})


def _of(one: Declared) -> str:
    one.only(("of", "without", "changed"))
    return one.one_of("of", CONTROLLED_BY_THE_PACK)


def _control(one: Declared, pack: Pack) -> Control:
    if ("without" in one.keys) == ("changed" in one.keys):
        mend = (
            'write without = "a.rule", or changed = { file = "…", from = "…", to = "…" }, on which the proof must fail'
        )
        raise one.fault("has not one negative control", mend)
    if "without" in one.keys:
        return Control(without=_rule(one, pack))
    changed = one.section("changed")
    changed.only(("file", "from", "to"))
    control = Control("", changed.string("file"), changed.string("from"), changed.string("to"))
    if control.file not in pack.files:
        raise one.fault(f"changes `{control.file}`, which is no file of the pack", "name one of its pages", "changed")
    return control


def _rule(one: Declared, pack: Pack) -> str:
    named = one.string("without")
    if named not in {rule.id for rule in pack.rules}:
        raise one.fault(f"takes out `{named}`, which is no rule of the pack", "name a rule of it", "without")
    return named
