"""STEPS.csv and PLAN.csv of `python -m scoring path`: steps whose points simply add up, in exact decimals."""

import csv
import math
import os
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal, InvalidOperation
from fractions import Fraction
from pathlib import Path

import numpy as np

from language import _
from scoring.csv_files import FileFault, FileFaults, _empty_faults, _table
from scoring.path.components import Line
from scoring.path.knapsack import Group, TooManyStates, cheapest, whole
from scoring.path.programme import Programme, Row, Summed, count_row

COLUMNS = ("group", "step", "points", "effort")
NUMBERS = COLUMNS[2:]
MOST_DIGITS = 100
"""Places before or after the decimal point that a number may have."""
MOST_CUTS = 200
LARGEST_ROW = 1e9
"""Largest sum that the integer programme is given: its floating point still tells single units apart there."""


@dataclass(frozen=True)
class ListedStep:
    """One row: the texts as they were written, and their exact values."""

    texts: tuple[str, str, str, str]
    points: Fraction
    effort: Fraction

    @property
    def group(self) -> str:
        """Of the steps of a group at most one is taken."""
        return self.texts[0]


@dataclass(frozen=True)
class ListedPlan:
    """The chosen rows in file order with their totals; reached is False when even the most points are not enough."""

    steps: tuple[ListedStep, ...]
    reached: bool

    @property
    def points(self) -> Fraction:
        """Points of all chosen rows."""
        return sum((s.points for s in self.steps), Fraction(0))

    @property
    def effort(self) -> Fraction:
        """Effort of all chosen rows."""
        return sum((s.effort for s in self.steps), Fraction(0))


def exact(text: str) -> Fraction:
    """The number that a decimal text says, exactly. Raises ValueError with a sentence when it says none that can be used."""
    try:
        number = Decimal(text.strip())
    except InvalidOperation:
        raise ValueError(
            _("{value!r} không phải là số; hãy viết số với dấu chấm thập phân, ví dụ 7.04.").format(value=text)
        ) from None
    if not number.is_finite():
        raise ValueError(_("{value!r} không phải là số hữu hạn.").format(value=text))
    exponent = number.as_tuple().exponent
    if number and (number.adjusted() > MOST_DIGITS or (isinstance(exponent, int) and exponent < -MOST_DIGITS)):
        raise ValueError(
            _("{value!r} có quá {most} chữ số ở phần nguyên hoặc phần thập phân.").format(value=text, most=MOST_DIGITS)
        )
    return Fraction(number)


def _amount(values: Mapping[str, str], column: str) -> Fraction:
    number = exact(values[column])
    if number < 0:
        raise ValueError(_("{value} là số âm; điểm và nguồn lực không thể âm.").format(value=values[column]))
    return number


def read_steps(data: bytes, name: str) -> tuple[ListedStep, ...]:
    """Rows of a STEPS.csv. Raises FileFaults with every fault by row and column."""
    rows = _table(data, name, COLUMNS)
    faults = list(_empty_faults(rows, name, COLUMNS))
    first: dict[tuple[str, str], int] = {}
    steps: list[ListedStep] = []
    for row in rows:
        numbers: list[Fraction] = []
        for column in NUMBERS:
            try:
                numbers.append(_amount(row.values, column) if row.values[column] else Fraction(0))
            except ValueError as error:
                faults.append(FileFault(name, row.line, column, str(error)))
        key = row.values["group"], row.values["step"]
        if all(key) and first.setdefault(key, row.line) != row.line:
            message = _("bước {step!r} của nhóm {group!r} đã có ở dòng {line}; mỗi bước một dòng.")
            message = message.format(step=key[1], group=key[0], line=first[key])
            faults.append(FileFault(name, row.line, "step", message))
        if len(numbers) == len(NUMBERS):
            texts = (*key, row.values["points"], row.values["effort"])
            steps.append(ListedStep(texts, *numbers))
    if faults:
        raise FileFaults(sorted(faults, key=lambda f: (f.row, COLUMNS.index(f.column) if f.column in COLUMNS else 0)))
    return tuple(steps)


def _whole(numbers: Sequence[Fraction]) -> tuple[list[int], int]:
    unit = math.lcm(*(n.denominator for n in numbers)) if numbers else 1
    return [int(n * unit) for n in numbers], unit


def cheapest_listed(steps: Sequence[ListedStep], points: Fraction) -> ListedPlan:
    """The rows with the least effort that add up to at least so many points, at most one of each group.

    Exact to the last digit; among equal efforts the most points. When the points are out of reach, the rows with the
    most points, at the least effort that gives as many.
    """
    groups: dict[str, list[int]] = {}
    for i, step in enumerate(steps):
        groups.setdefault(step.group, []).append(i)
    values, unit = _whole([s.points for s in steps])
    costs, _cost_unit = _whole([s.effort for s in steps])
    highest = sum(max(values[i] for i in own) for own in groups.values())
    target = min(math.ceil(points * unit), highest)
    options = [
        Group(whole([0, *(costs[i] for i in own)]), whole([0, *(values[i] for i in own)])) for own in groups.values()
    ]
    try:
        chosen = cheapest(options, target)
        assert chosen is not None
        taken = [own[option - 1] for own, option in zip(groups.values(), chosen, strict=True) if option]
    except TooManyStates:
        taken = _by_programme(list(groups.values()), values, costs, target)
    return ListedPlan(tuple(steps[i] for i in sorted(taken)), points * unit <= highest)


def _by_programme(
    groups: Sequence[Sequence[int]], values: Sequence[int], costs: Sequence[int], target: int
) -> list[int]:
    """The same by integer programming; what floating point let through is cut off and the search goes on."""
    group_of = np.empty(len(values), np.intp)
    for g, own in enumerate(groups):
        group_of[list(own)] = g
    scale = max(target / LARGEST_ROW, 1.0)
    gains = np.array([v / scale for v in values])
    everything = Summed(np.arange(len(values)), gains, Line(0.0, 1.0, 0.0), 0.0, float(gains.sum()) + 1)
    cuts: list[Row] = []
    for _attempt in range(MOST_CUTS):
        programme = Programme(np.array([float(c) for c in costs]), group_of, (everything,), rows=tuple(cuts))
        found = programme.least_effort(target / scale)
        assert found is not None, "the rows with the most points reach the target"
        if sum(values[i] for i in found) >= target:
            return found.tolist()
        taken = {int(group_of[i]): values[i] for i in found}
        weaker = {i for i, v in enumerate(values) if v <= taken.get(int(group_of[i]), -1)}
        cuts.append(count_row(set(range(len(values))) - weaker, low=1.0))
    raise RuntimeError(f"{MOST_CUTS} plans in turn did not hold when they were checked exactly")


def decimal_text(number: Fraction) -> str:
    """A sum of decimals as an exact decimal with a point, as files carry it."""
    digits = 0
    while (number * 10**digits).denominator != 1:
        digits += 1
    scaled = abs(int(number * 10**digits))
    text = str(scaled).rjust(digits + 1, "0")
    sign = "-" if number < 0 else ""
    return sign + (f"{text[:-digits]}.{text[-digits:]}" if digits else text)


def write_plan(path: Path, plan: ListedPlan) -> None:
    """Writes PLAN.csv whole or not at all: the chosen rows as they were written, no total."""
    temporary = path.with_name(path.name + ".tmp")
    try:
        with temporary.open("w", encoding="utf-8", newline="") as file:
            writer = csv.writer(file, lineterminator="\n")
            writer.writerow(COLUMNS)
            writer.writerows(step.texts for step in plan.steps)
        os.replace(temporary, path)
    finally:
        temporary.unlink(missing_ok=True)
