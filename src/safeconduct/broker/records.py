"""A record of the register, as texts; what the match takes of it, and what of it may be sealed.

    person_id, given_name, family_name, birth_date, number, street, city, state, postal_code, earlier_street, …
    and where the register has them: middle_name, suffix, deceased, period, earlier_period (the taxable period of either address)

What is read of a record is not more than this. Which record is the one, if any, is for `core.matching`.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Sequence
from dataclasses import dataclass

from safeconduct.core import addresses, same_name
from safeconduct.core.matching import OnFile, birth_date, number
from safeconduct.core.places import Place, place

_PLACE = ("street", "city", "state", "postal_code")
NEEDED = ("person_id", "given_name", "family_name", "birth_date", "number", *_PLACE, *(f"earlier_{p}" for p in _PLACE))
WELCOME = ("middle_name", "suffix", "deceased", "period", "earlier_period")
COLUMNS = (*NEEDED, *WELCOME)
PERSON = re.compile(r"[0-9A-Za-z._-]{1,64}")
"""The id of a person, in a register's own signs."""
_LIVING = frozenset({"", "false", "f", "0", "no", "n"})


@dataclass(frozen=True, slots=True)
class Record:
    """One person of the register, as it is written there; "" where nothing is."""

    person_id: str
    given_name: str
    family_name: str
    birth_date: str
    number: str
    street: str
    city: str
    state: str
    postal_code: str
    earlier_street: str
    earlier_city: str
    earlier_state: str
    earlier_postal_code: str
    middle_name: str
    suffix: str
    deceased: str
    period: str = ""
    earlier_period: str = ""

    @property
    def given_names(self) -> str:
        """The given name and the middle name."""
        return f"{self.given_name} {self.middle_name}".strip()

    @property
    def family_names(self) -> str:
        """The family name with its suffix."""
        return f"{self.family_name} {self.suffix}".strip()

    @property
    def present(self) -> tuple[str, ...]:
        """Street, city, state and postal code."""
        return self.street, self.city, self.state, self.postal_code

    @property
    def earlier(self) -> tuple[str, ...]:
        """The same of where the person lived before."""
        return self.earlier_street, self.earlier_city, self.earlier_state, self.earlier_postal_code


def record(row: Sequence[object]) -> Record:
    """The record in a row of `COLUMNS`."""
    return Record(*("" if one is None else str(one) for one in row))


def on_file(one: Record) -> OnFile:
    """What the match takes of a record."""
    earlier = _place(one.earlier)
    return OnFile(
        name=same_name.read("", one.given_names, one.family_names),
        place=_place(one.present),
        earlier=(earlier,) if earlier else (),
        birth_date=birth_date(one.birth_date),
        number=number(one.number),
        deceased=one.deceased.strip().lower() not in _LIVING,
    )


def _place(written: Sequence[str]) -> Place | None:
    street, city, state, code = written
    return place(addresses.grade(f"{street}, {city}, {state} {code}").parts) if street else None


def releasable(one: Record, items: Collection[str], sought: Place) -> dict[str, object]:
    """Of the `items` asked for, what the register has, by the address at which the person was sought and no newer one.

    An earlier address identifies a person and does not unlock where they live now.
    """
    found: dict[str, object] = {}
    if "name" in items:
        found["name"] = {"given": one.given_names, "family": one.family_names}
    if "tin" in items:
        found["tin"] = one.number
    if "mailing_address" in items:
        found["mailing_address"] = _at_which_sought(one, sought)
    return found


def _at_which_sought(one: Record, sought: Place) -> dict[str, str]:
    """The home by which the person was found, as `core.matching` compares: the unit that is sought first, then the present one."""
    homes = [("present", one.present, _place(one.present)), ("earlier", one.earlier, _place(one.earlier))]
    there = [home for home in homes if home[2] is not None and home[2].building == sought.building]
    exact = [home for home in there if home[2] is not None and home[2].unit == sought.unit]
    which, written, _ = (exact or [home for home in there if home[2] and not (home[2].unit and sought.unit)])[0]
    period = one.period if which == "present" else one.earlier_period
    return {**dict(zip(_PLACE, written, strict=True)), "which": which, **({"period": period} if period else {})}
