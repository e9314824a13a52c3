"""What a plan starts from: the units' figures, the province rolled up from them, and the engine's score of it."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from criteria.model import Criterion
from language import _
from scoring.engine import CellState, ScoreBook, score
from scoring.inputs import Inputs, encode
from scoring.path.components import Component, direct_component, rolled_component
from scoring.path.values import Step
from scoring.rollup import RolledUp, Scored, roll_up

SAME = 1e-9
"""Rolled-up figures may differ from stored ones by rounding of this share."""


@dataclass(frozen=True)
class Base:
    """The province (one row) and the units behind it, by set id. Never changed: what-ifs are copies.

    province: with the roll-up of the sources in it. references: who stands in each set's reference list; all units
    where it is not given. Raises ValueError when the province does not have one row or holds other figures than the
    roll-up of the sources.
    """

    province: Inputs
    sources: Mapping[str, Scored]
    references: Mapping[str, NDArray[np.bool_]] = field(default_factory=dict)

    def __post_init__(self) -> None:
        if len(self.province.units) != 1:
            raise ValueError(f"{len(self.province.units)} rows for the province; it has one")
        for rolled in self._rolled.values():
            for key, value in rolled.values.items():
                column = self.province.compiled.column_of[rolled.criterion.code, key]
                known = float(self.province.values[0, column])
                if abs(known - value) > SAME * max(1.0, abs(value)):
                    raise ValueError(
                        f"{rolled.criterion.code}.{key} of the province is {known}, but its units add up to {value}; "
                        "give the inputs that were rolled up from these sources"
                    )

    @cached_property
    def book(self) -> ScoreBook:
        """The province as it stands."""
        return score(self.province)

    @property
    def total(self) -> int:
        """The total as it stands, in grid steps."""
        return int(self.book.total[0])

    @property
    def province_id(self) -> str:
        """Id of the provincial set; steps on figures typed at provincial level carry it."""
        return self.province.compiled.criteria_set.id

    def _counts(self, index: int) -> bool:
        compiled = self.province.compiled
        scored = compiled.kinds[compiled.group[index]] == "scored" and compiled.max_points[index] > 0
        return scored and self.book.state[0, index] == CellState.SCORED

    @cached_property
    def _rolled(self) -> Mapping[str, RolledUp]:
        """Components that are summed up from the sources, by code, as they stand."""
        result = {}
        for index, criterion in enumerate(self.province.compiled.criteria_set.criteria):
            if self._counts(index) and self._is_rolled(criterion):
                result[criterion.code] = roll_up(criterion, self.sources)
        return result

    def _is_rolled(self, criterion: Criterion) -> bool:
        rollup = criterion.rollup
        if rollup is None or rollup.how == "entry":
            return False
        return all(source.split("/")[0] in self.sources for source in rollup.sources)

    @cached_property
    def components(self) -> Mapping[str, Component]:
        """Components that steps can move, by code, in set order: scored, not full, and of a rule that sums can move."""
        result: dict[str, Component] = {}
        for index, criterion in enumerate(self.province.compiled.criteria_set.criteria):
            if not self._counts(index):
                continue
            points = int(self.book.points[0, index])
            if criterion.code in self._rolled:
                component = rolled_component(self._rolled[criterion.code], points)
            elif criterion.rollup is None or criterion.rollup.how == "entry":
                component = direct_component(criterion, points)
            else:
                continue
            if component is not None and component.start_points < component.maximum:
                result[criterion.code] = component
        return result

    def rescored(self, steps: Iterable[Step]) -> ScoreBook:
        """The province after the steps: units changed, scored, rolled up and scored again by the engine.

        Raises ValueError when a step leads to inputs that the rules refuse.
        """
        by_set: dict[str, list[Step]] = {}
        for step in steps:
            by_set.setdefault(step.set_id, []).append(step)
        province = changed(self.province, by_set.pop(self.province_id, ()))
        sources = dict(self.sources)
        for set_id, own in by_set.items():
            inputs = changed(self.sources[set_id].inputs, own)
            sources[set_id] = Scored(inputs, score(inputs, self.references.get(set_id)))
        values = province.values.copy()
        for rolled in self._rolled.values():
            if any(source.split("/")[0] in by_set for source in rolled.rollup.sources):
                for key, value in roll_up(rolled.criterion, sources).values.items():
                    values[0, province.compiled.column_of[rolled.criterion.code, key]] = value
        return score(
            Inputs.from_arrays(
                province.compiled, province.units, values, province.given, province.not_applicable, province.not_due
            )
        )


def changed(inputs: Inputs, steps: Sequence[Step]) -> Inputs:
    """The inputs with the changes of the steps. Raises ValueError when the rules refuse them, KeyError for a unit,
    criterion or input that is not there."""
    if not steps:
        return inputs
    compiled = inputs.compiled
    row_of = {unit: i for i, unit in enumerate(inputs.units)}
    values, given = inputs.values.copy(), inputs.given.copy()
    for step in steps:
        if step.unit not in row_of:
            raise KeyError(_("Đơn vị {unit} không có trong số liệu đang dùng.").format(unit=step.unit))
        for change in step.changes:
            column = compiled.column_of[step.criterion, change.key]
            values[row_of[step.unit], column] = encode(compiled.columns[column], change.new)
            given[row_of[step.unit], column] = True
    return Inputs.from_arrays(compiled, inputs.units, values, given, inputs.not_applicable, inputs.not_due)
