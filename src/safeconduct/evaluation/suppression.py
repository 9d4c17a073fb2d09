"""A table of counts of persons, told so that no cell under eleven is, nor can be computed from what is told.

A count under `FEWEST` is told as such and no more, nought included. Beside it others are held back until, from the cells
told and the sums, every such count may be anything from nought to ten: the reader who subtracts, or solves the equations,
learns no more than was said.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

FEWEST = 11
Cell = tuple[str, str]
"""A row and a column."""
ALL = "all"
"""The row, and the column, that holds the sums of the others."""


class HeldBack(str):
    """What stands in the place of a count."""

    __slots__ = ()


FEWER = HeldBack(f"fewer than {FEWEST}")
BESIDE = HeldBack("held back")
Told = int | HeldBack


def told(counts: Mapping[Cell, int]) -> dict[Cell, Told]:
    """The table with its sums, as it may be told."""
    table = _summed(counts)
    small = {cell for cell, count in table.items() if count < FEWEST}
    hidden = small | {(row, ALL) for row, _ in small}  # a row's sum says least
    inner_first = sorted(small, key=lambda cell: (ALL in cell, cell))
    while narrow := next((cell for cell in inner_first if not _anything(cell, table, small, hidden)), None):
        beside = _beside(narrow, table, hidden)
        if beside is None:
            break  # nothing is told any more
        hidden.add(beside)
    return {cell: FEWER if cell in small else BESIDE if cell in hidden else count for cell, count in table.items()}


def _summed(counts: Mapping[Cell, int]) -> dict[Cell, int]:
    rows, columns = (dict.fromkeys(cell[at] for cell in counts) for at in (0, 1))
    table = {(row, column): counts.get((row, column), 0) for row in rows for column in columns}
    for row in rows:
        table[row, ALL] = sum(table[row, column] for column in columns)
    for column in (*columns, ALL):
        table[ALL, column] = sum(table[row, column] for row in rows)
    return table


def _lines(table: Mapping[Cell, int]) -> Iterator[list[Cell]]:
    """The rows and columns of the table, each with its sum last."""
    rows, columns = (list(dict.fromkeys(cell[at] for cell in table)) for at in (0, 1))
    yield from ([(row, column) for column in columns] for row in rows)
    yield from ([(row, column) for row in rows] for column in columns)


def _anything(cell: Cell, table: Mapping[Cell, int], small: set[Cell], hidden: set[Cell]) -> bool:
    """Whether, from all that is told, a count under eleven may be anything from nought to ten."""
    from scipy.optimize import linprog  # noqa: PLC0415  # slow to import, and every command on the log comes by here

    unknown = sorted(hidden)
    equations, sums = _equations(table, unknown)
    bounds = [(0, FEWEST - 1 if one in small else None) for one in unknown]
    for sign, end in ((1.0, 0), (-1.0, FEWEST - 1)):
        aim = [sign if one == cell else 0.0 for one in unknown]
        found = linprog(aim, A_eq=equations, b_eq=sums, bounds=bounds)
        if found.status != 3 and (not found.success or abs(abs(found.fun) - end) > 0.5):
            return False
    return True


def _equations(table: Mapping[Cell, int], unknown: Sequence[Cell]) -> tuple[list[list[float]], list[float]]:
    """Of every line with something held back: its cells less its sum are nought."""
    rows, sums = [], []
    for line in _lines(table):
        signs = dict.fromkeys(line, 1.0) | {line[-1]: -1.0}
        if not signs.keys().isdisjoint(unknown):
            rows.append([signs.get(cell, 0.0) for cell in unknown])
            sums.append(-sum(sign * table[cell] for cell, sign in signs.items() if cell not in unknown))
    return rows, sums


def _beside(cell: Cell, table: Mapping[Cell, int], hidden: set[Cell]) -> Cell | None:
    """The next to hold back: of a line that lacks one alone, else of one with the cell.

    Sums of rows go first, then the smallest count; the sums of columns, which say most, go last.
    """
    lines = list(_lines(table))
    lonely = [line for line in lines if sum(one in hidden for one in line) == 1]
    near = [one for line in lonely or lines if lonely or cell in line for one in line if one not in hidden]
    shown = near or [one for one in table if one not in hidden]
    return min(shown, key=lambda one: (one[1] != ALL, one[0] == ALL, table[one], one), default=None)
