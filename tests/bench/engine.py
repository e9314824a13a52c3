"""Score and rank of many units: the engine against plain NumPy on the same arrays."""

import numpy as np
from numpy.typing import NDArray

from language import _, format_number
from scoring.compiled import CompiledSet
from scoring.engine import totals, totals_of_fractions
from scoring.grid import Points, in_points
from scoring.inputs import Inputs
from scoring.ranking import Ranks, competition_rank
from tests.bench import examples, plain
from tests.bench.timing import Row, alternate

UNITS = 1_000_000
CRITERIA = 100
PLAIN_BLOCK = 1_000
REPETITIONS = 7


def score_fractions(compiled: CompiledSet, fractions: NDArray[np.float64]) -> tuple[Points, Ranks]:
    """Totals and ranks of given fractions, by the engine."""
    total = totals_of_fractions(compiled, fractions)
    return total, competition_rank(total)


def score_inputs(inputs: Inputs) -> tuple[Points, Ranks]:
    """Totals and ranks of inputs, by the engine."""
    total = totals(inputs)
    return total, competition_rank(total)


def hold_equal(total: Points, other: NDArray[np.float64]) -> None:
    """Raises AssertionError when the two sides did not do the same work: totals differ by more than the grid can."""
    np.testing.assert_allclose(in_points(total), other, rtol=0, atol=1e-6)


def fractions_rows(units: int = UNITS, repetitions: int = REPETITIONS) -> list[Row]:
    """Fractions are given: weighted sum and rank."""
    compiled, given = examples.ratio_set(CRITERIA), examples.fractions(units, CRITERIA)
    weights = compiled.max_points
    hold_equal(totals_of_fractions(compiled, given), given @ weights)
    task = _("{units} đơn vị x {criteria} chỉ số, cho sẵn tỷ lệ: điểm và thứ hạng").format(
        units=format_number(units), criteria=CRITERIA
    )
    sides = {
        _("phần mềm này"): lambda: score_fractions(compiled, given),
        _("NumPy"): lambda: plain.score_fractions(given, weights),
    }
    return [alternate(task, sides, repetitions)]


def inputs_rows(units: int = UNITS, repetitions: int = REPETITIONS) -> list[Row]:
    """Inputs a and b are given: rule, weighted sum and rank. Reading and checking the inputs is not timed on any side."""
    compiled = examples.ratio_set(CRITERIA)
    inputs = Inputs.from_arrays(compiled, tuple(map(str, range(units))), examples.inputs_a_b(units, CRITERIA))
    a, b = inputs.values[:, 0::2], inputs.values[:, 1::2]
    weights, full_at = compiled.max_points, compiled.tables[0].full_at
    hold_equal(totals(inputs), plain.score_ratios_in_blocks(a, b, full_at, weights, PLAIN_BLOCK)[0])
    task = _("{units} đơn vị x {criteria} chỉ số, từ số liệu a và b: điểm và thứ hạng").format(
        units=format_number(units), criteria=CRITERIA
    )
    sides = {
        _("phần mềm này"): lambda: score_inputs(inputs),
        _("NumPy, cả mảng một lần"): lambda: plain.score_ratios(a, b, full_at, weights),
        _("NumPy, từng khối {rows} đơn vị").format(rows=format_number(PLAIN_BLOCK)): lambda: (
            plain.score_ratios_in_blocks(a, b, full_at, weights, PLAIN_BLOCK)
        ),
    }
    return [alternate(task, sides, repetitions)]
