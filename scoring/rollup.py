"""Roll-up: what units report, summed over the province, becomes the inputs of the provincial components.

Each place is counted once: a provincial component names the sets it is summed over, and where a district's figure
contains its communes it does not name the communes' set as well (criteria.catalogue checks that).
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from criteria.model import CriteriaSet, Criterion, RollUp
from scoring.engine import CellState, ScoreBook
from scoring.inputs import Cell, Inputs


@dataclass(frozen=True)
class Scored:
    """Inputs of the units of one set and the book that the engine made of them."""

    inputs: Inputs
    book: ScoreBook


@dataclass(frozen=True)
class Coverage:
    """How many units of one source stand behind a provincial figure, and which are missing.

    not_concerned counts units for which the criterion is not applicable or whose figure is not due yet.
    """

    source: str
    units: int
    reported: int
    not_concerned: int
    missing: tuple[str, ...]

    @property
    def complete(self) -> bool:
        """Whether no unit is missing."""
        return not self.missing


@dataclass(frozen=True)
class RolledUp:
    """A provincial component: its inputs by key (empty when nobody reported), and what stands behind them.

    weights: for a mean, what each unit's value was weighted by; None otherwise.
    """

    criterion: Criterion
    rollup: RollUp
    values: Mapping[str, float]
    coverage: tuple[Coverage, ...]
    weights: str | None


def _coverage(source: str, scored: Scored, c: int) -> tuple[Coverage, NDArray[np.bool_]]:
    state = scored.book.state[:, c]
    reported = state == CellState.SCORED
    missing = np.flatnonzero(state == CellState.MISSING)
    aside = int(np.isin(state, (CellState.NOT_APPLICABLE, CellState.NOT_DUE, CellState.REQUESTED)).sum())
    names = tuple(scored.book.units[i] for i in missing)
    return Coverage(source, len(state), int(reported.sum()), aside, names), reported


def _meets(rollup: RollUp, scored: Scored, c: int, code: str) -> NDArray[np.bool_]:
    if rollup.meets_at is None:
        return scored.book.fraction[:, c] >= 1
    compiled = scored.inputs.compiled
    if (code, "b") in compiled.column_of:
        a, b = (scored.inputs.values[:, compiled.column_of[code, key]] for key in ("a", "b"))
        return np.divide(a, b, out=np.zeros_like(a), where=b > 0) >= rollup.meets_at
    return scored.inputs.values[:, compiled.column_of[code, "value"]] >= rollup.meets_at


def roll_up(criterion: Criterion, sources: Mapping[str, Scored]) -> RolledUp:
    """Inputs of one provincial component from its units.

    sources: scored units by set id. Raises KeyError naming a source that is not there, ValueError for a component
    without roll-up or with `entry` (its figures are typed at provincial level).
    Source: scoring contract, form of a criteria set (rollup).
    """
    rollup = criterion.rollup
    if rollup is None or rollup.how == "entry":
        raise ValueError(f"{criterion.code} has no roll-up: its figures are typed at provincial level")
    coverage: list[Coverage] = []
    sums: dict[str, float] = {}
    met = weighted = weight = 0.0
    reporting = 0
    for source in rollup.sources:
        set_id, code = source.split("/")
        scored = sources[set_id]
        compiled = scored.inputs.compiled
        c = compiled.index_of[code]
        found, reported = _coverage(source, scored, c)
        coverage.append(found)
        reporting += found.reported
        if rollup.how == "share_meeting":
            met += float((_meets(rollup, scored, c, code) & reported).sum())
            continue
        columns = {key: scored.inputs.values[:, i] for (own, key), i in compiled.column_of.items() if own == code}
        if rollup.how == "mean":
            weights = np.ones(len(reported)) if rollup.weight == "units" else columns[rollup.weight or ""]
            weighted += float((columns["value"] * weights)[reported].sum())
            weight += float(weights[reported].sum())
        else:
            for key in ("a", "b") if rollup.how == "ratio_of_sums" else ("value",):
                sums[key] = sums.get(key, 0.0) + float(columns[key][reported].sum())
    values: dict[str, float] = {}
    if reporting:
        if rollup.how == "share_meeting":
            values = {"a": met, "b": float(reporting)}
        elif rollup.how == "mean":
            values = {"value": weighted / weight} if weight else {}
        else:
            values = sums
    return RolledUp(criterion, rollup, values, tuple(coverage), rollup.weight if rollup.how == "mean" else None)


def roll_up_set(province: CriteriaSet, sources: Mapping[str, Scored]) -> tuple[RolledUp, ...]:
    """All provincial components that are summed up from units, in set order."""
    return tuple(roll_up(c, sources) for c in province.criteria if c.rollup is not None and c.rollup.how != "entry")


def provincial_cells(unit: str, components: Sequence[RolledUp]) -> tuple[Cell, ...]:
    """The components' inputs as cells of the province."""
    return tuple(Cell(unit, r.criterion.code, key, value) for r in components for key, value in r.values.items())
