"""Receipts: for every point the inputs, the rule with the numbers put in, the clause, and the next step.

Structured data only; sentences are made above. Everything is read from the ScoreBook that the engine made.
"""

import datetime as dt
from collections.abc import Collection, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from criteria.model import Criterion, Group
from scoring.compiled import Leaf
from scoring.engine import CellState, Leaves, ScoreBook, leaf_fractions
from scoring.grid import STEPS_PER_POINT
from scoring.inputs import Inputs
from scoring.rules import compares_units
from scoring.steps import CriterionSteps, next_steps

SMALL_DENOMINATOR = 30
"""Below this many cases a ratio moves by leaps of one case; screens flag it."""


@dataclass(frozen=True)
class InputValue:
    """One named input as it was given; None when it is missing."""

    key: str
    value: float | str | dt.date | None


@dataclass(frozen=True)
class Term:
    """One indivisible rule with the numbers put in: its inputs, its fraction, and its share of the criterion's maximum.

    ratio: a / b, where the rule reads two inputs. lowest, highest: of the units that the rule compared with, if it
    compares any.
    """

    leaf: Leaf
    a: float | str | dt.date | None
    b: float | None
    ratio: float | None
    fraction: float | None
    lowest: float | None = None
    highest: float | None = None


@dataclass(frozen=True)
class Receipt:
    """How one criterion of one unit came to its points. points, maximum and contribution are in points, not grid steps.

    maximum: 0 when the criterion does not count for the unit. contribution: points of the TOTAL after conversion
    (for adjustments after cap and clamp). small_denominators: input keys with fewer than 30 cases below the line.
    """

    unit: str
    group: Group
    criterion: Criterion
    state: CellState
    inputs: tuple[InputValue, ...]
    terms: tuple[Term, ...]
    fraction: float
    points: float
    maximum: float
    contribution: float
    steps: CriterionSteps
    small_denominators: tuple[str, ...]

    @property
    def nothing_counted(self) -> bool:
        """Whether it is scored without any of its figures, as an appraiser decides where he rejects the evidence."""
        return self.state is CellState.SCORED and bool(self.inputs) and all(i.value is None for i in self.inputs)


def _terms(
    inputs: Inputs, unit: int, reference: NDArray[np.bool_], criteria: Sequence[int], leaves: Leaves
) -> dict[int, tuple[Term, ...]]:
    value, known = leaves

    def term(i: int) -> Term:
        leaf = inputs.compiled.leaves[i]
        a = inputs.value(unit, leaf.a)
        b = float(inputs.values[unit, leaf.b]) if leaf.b >= 0 and inputs.given[unit, leaf.b] else None
        ratio = float(inputs.values[unit, leaf.a]) / b if b and inputs.given[unit, leaf.a] else None
        takes_part = reference & known[:, i] & ~inputs.not_applicable[:, leaf.criterion]
        compared = inputs.values[takes_part, leaf.a] if compares_units(leaf) else np.zeros(0)
        lowest, highest = (float(compared.min()), float(compared.max())) if len(compared) else (None, None)
        fraction = float(value[unit, i]) if known[unit, i] else None
        return Term(leaf, a, b, ratio, fraction, lowest, highest)

    return {c: tuple(map(term, inputs.compiled.leaves_of[c])) for c in criteria}


def _adjustment_contributions(book: ScoreBook, unit: int) -> NDArray[np.float64]:
    """(criteria,) what each adjustment brings to the TOTAL, in grid steps: bonuses share the cut at their cap in
    proportion to their points, penalties likewise, and all of them the clamp to [0, scale]."""
    result = np.zeros(len(book.compiled.codes))
    for g, group in enumerate(book.criteria_set.groups):
        if group.kind != "adjustment":
            continue
        own = np.where(book.compiled.group == g, book.points[unit], 0.0)
        caps = (group.cap.bonus, group.cap.penalty) if group.cap else (None, None)
        for part, cap in zip((np.maximum(own, 0), np.minimum(own, 0)), caps, strict=True):
            size = abs(float(part.sum()))
            result += part * (min(size, cap * STEPS_PER_POINT) / size if cap is not None and size else 1.0)
    raw = float(result.sum())
    taken = float(book.total[unit] - book.base[unit])
    return result if np.isnan(taken) or taken == raw or not raw else result * (taken / raw)


def total_contributions(book: ScoreBook, row: int) -> NDArray[np.float64]:
    """(criteria,) what each criterion brings to the TOTAL of the unit in a row, in grid steps not rounded; adjustments
    after cap and clamp. They add up to the total, but for rounding to the grid; all 0 for a unit without a total."""
    return book.contribution[row] + _adjustment_contributions(book, row)


def receipts(
    book: ScoreBook,
    inputs: Inputs,
    unit: str,
    reference: NDArray[np.bool_] | None = None,
    codes: Collection[str] | None = None,
) -> tuple[Receipt, ...]:
    """Receipts of one unit, one per criterion in set order. Raises KeyError for a unit that was not scored.

    reference: (units,) as given to the engine. codes: of the criteria wanted, all of them without it.
    """
    row, compiled = book.row_of[unit], book.compiled
    everyone = np.ones(len(inputs.units), bool) if reference is None else reference
    chosen = [c for c, code in enumerate(compiled.codes) if codes is None or code in codes]
    leaves = leaf_fractions(inputs, slice(None), everyone)
    terms, steps = (
        _terms(inputs, row, everyone, chosen, leaves),
        next_steps(book, inputs, row, everyone, chosen, leaves),
    )
    contribution = total_contributions(book, row)
    return tuple(
        Receipt(
            unit,
            compiled.criteria_set.groups[compiled.group[c]],
            compiled.criteria_set.criteria[c],
            CellState(int(book.state[row, c])),
            tuple(InputValue(compiled.columns[i].key, inputs.value(row, i)) for i in compiled.columns_of[c]),
            terms[c],
            float(book.fraction[row, c]),
            float(book.points[row, c]) / STEPS_PER_POINT,
            float(book.maxima[row, c]) / STEPS_PER_POINT,
            float(contribution[c]) / STEPS_PER_POINT,
            own,
            tuple(compiled.columns[term.leaf.b].key for term in terms[c] if 0 < (term.b or 0) < SMALL_DENOMINATOR),
        )
        for c, own in zip(chosen, steps, strict=True)
    )


def largest_gains(items: tuple[Receipt, ...], most: int = 10) -> tuple[Receipt, ...]:
    """The receipts whose step to full marks gains most for the TOTAL, largest first; set order among equals."""
    open_items = [r for r in items if r.steps.full is not None and r.steps.full.total_gain > 0]
    return tuple(sorted(open_items, key=lambda r: -r.steps.full.total_gain if r.steps.full else 0.0)[:most])
