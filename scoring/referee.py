"""The referee of what is not applicable: who would stand where if it were rescaled, counted in full, or with 0.

Source: scoring contract, Arithmetic (not applicable: rescale, full, zero).
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import get_args

import numpy as np
from numpy.typing import NDArray

from criteria.model import NotApplicable
from scoring.engine import ScoreBook, score
from scoring.grid import Points
from scoring.inputs import Inputs
from scoring.ranking import Ranks

TREATMENTS: tuple[NotApplicable, ...] = get_args(NotApplicable)


def treated(inputs: Inputs, treatment: NotApplicable) -> Inputs:
    """The same inputs on the same set, with what is not applicable treated in another way."""
    chosen = inputs.compiled.criteria_set.model_copy(update={"not_applicable": treatment})
    return replace(inputs, compiled=replace(inputs.compiled, criteria_set=chosen))


def treatment_books(inputs: Inputs, reference: NDArray[np.bool_]) -> Mapping[NotApplicable, ScoreBook]:
    """What the engine gives under each treatment of what is not applicable."""
    return {treatment: score(treated(inputs, treatment), reference) for treatment in TREATMENTS}


@dataclass(frozen=True, eq=False)
class Referee:
    """Units of a list under the three treatments. Immutable.

    own: the set's treatment. totals: treatment -> (units,) whole grid steps, NaN without a score. ranks: treatment ->
    (units,) among each other, 0 without a score. not_applicable: (units, criteria) scored criteria that are not
    applicable.
    """

    own: NotApplicable
    totals: Mapping[NotApplicable, Points]
    ranks: Mapping[NotApplicable, Ranks]
    not_applicable: NDArray[np.bool_]

    def gained(self, treatment: NotApplicable) -> Points:
        """(units,) total under the treatment less that under the set's own, in grid steps."""
        return self.totals[treatment] - self.totals[self.own]

    def moved(self, treatment: NotApplicable) -> NDArray[np.bool_]:
        """(units,) whether the treatment gives another rank than the set's own."""
        return self.ranks[treatment] != self.ranks[self.own]


def referee(inputs: Inputs, reference: NDArray[np.bool_], rows: NDArray[np.intp] | Sequence[int]) -> Referee:
    """The units in these rows under the three treatments; ranks are those among these units.

    reference: (units,) who stands in the set's reference list, as of the engine. What is not applicable in an adjustment
    group or in a group that is not scored is the same under every treatment and is left out.
    """
    index = np.asarray(rows, np.intp)
    books = treatment_books(inputs, reference)
    return Referee(
        inputs.compiled.criteria_set.not_applicable,
        {t: book.total[index] for t, book in books.items()},
        {t: book.ranks(index) for t, book in books.items()},
        (inputs.not_applicable & inputs.compiled.of_kind("scored"))[index],
    )
