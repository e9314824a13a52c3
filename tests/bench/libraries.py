"""The same weighted sum and rank in scikit-criteria and pymcdm.

Their sides get a decision matrix that is built before the clock starts and are asked for no normalisation: the matrix
holds fractions already. Both rank ties by another rule than ours (dense, mean), which costs the same.
"""

import numpy as np
from numpy.typing import NDArray
from pymcdm.methods import WSM
from skcriteria import mkdm
from skcriteria.agg.simple import WeightedSumModel

from language import _, format_number
from scoring.engine import totals_of_fractions
from tests.bench import examples
from tests.bench.engine import CRITERIA, hold_equal, score_fractions
from tests.bench.timing import Row, alternate

SIZES = (1_000, 100_000)
REPETITIONS = 15


def _as_given(column: NDArray[np.float64], cost: bool = False) -> NDArray[np.float64]:
    return column


def _row(units: int) -> Row:
    compiled, given = examples.ratio_set(CRITERIA), examples.fractions(units, CRITERIA)
    weights, more_is_better = compiled.max_points, np.ones(CRITERIA, int)
    matrix = mkdm(given, [max] * CRITERIA, weights=weights)
    scikit, pymcdm = WeightedSumModel(), WSM(normalization_function=_as_given)

    def score_pymcdm() -> NDArray[np.float64]:
        return np.asarray(pymcdm(given, weights, more_is_better, validation=False))

    total = totals_of_fractions(compiled, given)
    hold_equal(total, np.asarray(scikit.evaluate(matrix).e_["score"]))
    hold_equal(total, score_pymcdm())
    task = _("{units} đơn vị x {criteria} chỉ số: điểm và thứ hạng").format(
        units=format_number(units), criteria=CRITERIA
    )
    sides = {
        _("phần mềm này"): lambda: score_fractions(compiled, given),
        "scikit-criteria": lambda: scikit.evaluate(matrix),
        "pymcdm": lambda: pymcdm.rank(score_pymcdm()),
    }
    return alternate(task, sides, REPETITIONS)


def library_rows() -> list[Row]:
    """One row per size."""
    return [_row(units) for units in SIZES]
