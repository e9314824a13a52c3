"""Generates the demonstration inputs of a year from any criteria sets. Same seed, same sets: same inputs."""

from collections.abc import Iterator, Mapping, Sequence
from typing import Literal, NamedTuple, get_args

import numpy as np
from numpy.typing import NDArray

from criteria.model import (
    DUE_MONTHS,
    BandSteps,
    BestRelative,
    Checklist,
    Choice,
    Count,
    CriteriaSet,
    Criterion,
    Deadline,
    Judged,
    Level,
    MinMax,
    YesNo,
    input_keys,
)
from data.demo.facts import FactBook, Leaf, is_ratio, leaves, measured_criteria
from data.demo.shapes import Texts, number, words
from data.demo.sizes import unit_sizes
from data.demo.tuning import MONTHS, TUNING, Array, Tuning, stream
from data.reference import ReferenceUnit

REASONS: Mapping[str, str] = {
    "public_services": "Cơ quan không có thủ tục hành chính phải tiếp nhận và giải quyết.",
    "communes": "Địa bàn không có đơn vị hành chính cấp xã.",
}
APPROVER = "Cơ quan thường trực"


class GeneratedInput(NamedTuple):
    """One invented input as it is reported in a month."""

    unit: ReferenceUnit
    criterion: str
    input_key: str
    month: int
    number: float | None = None
    text: str | None = None
    state: Literal["given", "not_applicable"] = "given"
    reason: str | None = None
    approver: str | None = None


def _quality(
    tuning: Tuning, level: Level, units: Sequence[ReferenceUnit], districts: Sequence[ReferenceUnit], year: int
) -> Array:
    """(units, months): each unit's own level, rising through the year."""
    shape = tuning.levels[level]
    own = stream(tuning, level, "quality").normal(0.0, 1.0, len(units))
    if level == "commune":
        effects = stream(tuning, "district", "quality").normal(0.0, 1.0, len(districts))
        of_district = {unit.code: effect for unit, effect in zip(districts, effects, strict=True)}
        shared = np.array([of_district.get(unit.parent_code or "", 0.0) for unit in units])
        own = tuning.district_share * shared + (1 - tuning.district_share**2) ** 0.5 * own
    # Quality is set for December of the base year; every later month adds a twelfth of the yearly gain.
    months = np.arange(1, MONTHS + 1) + MONTHS * (year - tuning.base_year - 1)
    return shape.quality + shape.spread * own[:, None] + shape.yearly_gain * months / MONTHS


def _single(book: FactBook, leaf: Leaf, key: str, year: int) -> Array | Texts:
    """(units, months) of an input that is no part of a ratio."""
    fact = leaf.fact(key)
    if fact in book.numbers:
        return book.numbers[fact]
    p, draw = book.progress(leaf.criterion, fact), book.draw(fact)
    match leaf.rule:
        case Choice() | Checklist() | YesNo() | Deadline():
            return words(leaf.rule, p, draw, year)
        case Count() | BandSteps() | BestRelative() | MinMax() | Judged():
            book.numbers[fact] = number(leaf.rule, leaf.criterion, p, draw, flow=book.is_flow(fact))
            return book.numbers[fact]
        case _:
            raise TypeError(leaf.rule.type)


def _values(book: FactBook, criterion: Criterion, year: int) -> Iterator[tuple[str, Array | Texts]]:
    """Input keys of a criterion with their (units, months) values."""
    for leaf in leaves(criterion):
        for full_key in input_keys(leaf.rule, leaf.prefix):
            key = full_key.removeprefix(leaf.prefix)
            if is_ratio(leaf.rule):
                yield full_key, book.ratio_fact(leaf.fact(key))
            else:
                yield full_key, _single(book, leaf, key, year)


def _concerned(criterion: Criterion, units: Sequence[ReferenceUnit], parents: frozenset[str]) -> NDArray[np.bool_]:
    """Which units a criterion concerns."""
    match criterion.applies_to:
        case "public_services":
            return np.array([unit.has_public_services for unit in units])
        case "communes":
            return np.array([unit.code in parents for unit in units])
        case None:
            return np.ones(len(units), dtype=bool)


def _never_reported(book: FactBook, criteria: Sequence[Criterion], last: int) -> set[tuple[int, str]]:
    """A handful of cells (unit, criterion) that stay missing to the end of the newest year."""
    tuning, level = book.tuning, book.criteria_set.level
    if last <= tuning.base_year:
        return set()
    rng, count = stream(tuning, level, "missing"), tuning.missing_at_year_end[level]
    scored = [c.code for g in book.criteria_set.groups if g.kind == "scored" for c in g.criteria if c in criteria]
    return {(int(rng.integers(len(book.units))), str(rng.choice(scored))) for _ in range(count if scored else 0)}


def _rows(book: FactBook, parents: frozenset[str], year: int, months: Sequence[int]) -> Iterator[GeneratedInput]:
    criteria = measured_criteria(book.criteria_set)
    never = _never_reported(book, criteria, year)
    for criterion in criteria:
        concerned = _concerned(criterion, book.units, parents)
        due = [month for month in DUE_MONTHS[criterion.frequency] if month in months]
        late = stream(book.tuning, book.criteria_set.level, "late", criterion.code).random((len(book.units), MONTHS))
        told = late >= book.tuning.late_cells
        told[:, -1] = True
        for key, values in _values(book, criterion, year):
            listed = values.tolist()
            for i, unit in enumerate(book.units):
                if not concerned[i]:
                    reason = REASONS[criterion.applies_to or ""]
                    yield GeneratedInput(
                        unit, criterion.code, key, due[0], None, None, "not_applicable", reason, APPROVER
                    )
                    continue
                if (i, criterion.code) in never:
                    continue
                for month in due:
                    value = listed[i][month - 1]
                    if told[i, month - 1] and value is not None:
                        given = (None, value) if isinstance(value, str) else (value, None)
                        yield GeneratedInput(unit, criterion.code, key, month, *given)


def generate(
    sets: Mapping[Level, CriteriaSet],
    units: Sequence[ReferenceUnit],
    year: int,
    months: Sequence[int],
    tuning: Tuning = TUNING,
) -> list[GeneratedInput]:
    """Invented inputs of every unit whose level has a criteria set, for the months of a year in which they are due.

    The order of `units` does not matter. Raises KeyError for a commune whose type is not one of the state's.
    """
    ordered = sorted(units, key=lambda unit: (unit.code, unit.valid_from))
    of_level = {level: [unit for unit in ordered if unit.level == level] for level in get_args(Level)}
    parents = frozenset(unit.parent_code or "" for unit in of_level["commune"])
    rows: list[GeneratedInput] = []
    lower: FactBook | None = None
    for level in ("commune", "district", "department", "province"):
        if level not in sets or not of_level[level]:
            continue
        book = FactBook(
            tuning,
            sets[level],
            of_level[level],
            unit_sizes(tuning, level, of_level[level], of_level["commune"]),
            _quality(tuning, level, of_level[level], of_level["district"], year),
            lower if level == "district" else None,
        )
        rows.extend(_rows(book, parents, year, sorted(months)))
        lower = book if level == "commune" else None
    return rows
