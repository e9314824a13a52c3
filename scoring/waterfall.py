"""Why a total and a rank moved: one thing changed at a time, in a fixed order, re-scored; the steps add up exactly."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from enum import StrEnum
from functools import cached_property
from itertools import pairwise

import numpy as np
from numpy.typing import NDArray

from scoring.engine import ScoreBook, score
from scoring.grid import Points
from scoring.inputs import Inputs
from scoring.outlook import OwnScore, Rivals
from scoring.ranking import competition_rank
from scoring.receipts import total_contributions


class Cause(StrEnum):
    """What is changed, in this order: a step says what its cause adds to those before it."""

    RULES = "rules"
    NOT_APPLICABLE = "not_applicable"
    OWN = "own"
    APPRAISAL = "appraisal"
    RIVALS = "rivals"


@dataclass(frozen=True)
class Standing:
    """A level whose units are scored and some of them ranked.

    reference: (units,) who stands in the set's reference list. rows: rows of the units of the ranking list.
    """

    inputs: Inputs
    reference: NDArray[np.bool_]
    rows: NDArray[np.intp]

    @cached_property
    def book(self) -> ScoreBook:
        """What the engine gives."""
        return score(self.inputs, self.reference)

    @property
    def listed(self) -> tuple[str, ...]:
        """The units of the list."""
        return tuple(self.inputs.units[row] for row in self.rows)


@dataclass(frozen=True, eq=False)
class State:
    """The unit once everything up to a cause has changed. cause is None for the start.

    total: whole grid steps, NaN without a score; deciding: the same on the set's rank precision. rank: among the
    others of the list as they stand in this state, 0 without a score. contribution: (criteria,) what each criterion
    of `book`'s set brings to the total. ahead, behind: the others that stand before and after the unit.
    """

    cause: Cause | None
    book: ScoreBook
    row: int
    rank: int
    ahead: frozenset[str]
    behind: frozenset[str]

    @property
    def total(self) -> float:
        """The unit's total in whole grid steps, NaN without a score."""
        return float(self.book.total[self.row])

    @property
    def contribution(self) -> NDArray[np.float64]:
        """(criteria,) grid steps that each criterion brings to the total, bonus and penalty included."""
        return total_contributions(self.book, self.row)


@dataclass(frozen=True)
class Step:
    """What one cause does: grid steps of the total, and places won (+) or lost (-)."""

    cause: Cause
    points: int
    places: int


@dataclass(frozen=True, eq=False)
class Waterfall:
    """A unit between two snapshots. states: the start and the state after every cause, in order."""

    unit: str
    states: tuple[State, ...]

    @property
    def start(self) -> State:
        """As it was."""
        return self.states[0]

    @property
    def end(self) -> State:
        """As it is."""
        return self.states[-1]

    @cached_property
    def steps(self) -> tuple[Step, ...]:
        """One step a cause; points and places add up exactly to the change from start to end."""
        return tuple(
            Step(after.cause, int(after.total - before.total), before.rank - after.rank)
            for before, after in pairwise(self.states)
            if after.cause is not None
        )

    def moved(self, cause: Cause) -> tuple[State, State]:
        """The states before and after a cause. Raises KeyError for a cause that has no step here."""
        for before, after in pairwise(self.states):
            if after.cause is cause:
                return before, after
        raise KeyError(cause)


def explain(
    old: Standing, carried: Standing, new: Standing, unit: str, appraised: Standing | None = None
) -> Waterfall | None:
    """The waterfall of a unit that stands in the list before and after; None where it has no score in some state.

    old: as it was. carried: the same units and inputs under the new set. new: as it is, of the units' own figures;
    appraised: the same after appraisal, where there is one.
    Rules: everybody's old figures under the new set. Not applicable: the unit's own new waivers. Own: the unit's new
    figures and what is newly due. Appraisal: what appraisal changes of them. Rivals: everybody else as he is now,
    units that joined or left the list included.
    Raises KeyError for a unit that is not in both lists, ValueError when carried is of other units or another set.
    """
    final = new if appraised is None else appraised
    if carried.inputs.units != old.inputs.units or carried.inputs.compiled is not final.inputs.compiled:
        raise ValueError("carried must hold the old units, scored on the new set")
    place, now = _row(old, unit), _row(final, unit)
    waived = _with_row(carried.inputs, place, not_applicable=new.inputs.not_applicable[now])
    states = [
        _state(None, old.book, old, place),
        _state(Cause.RULES, carried.book, carried, place),
        _own_state(Cause.NOT_APPLICABLE, carried, waived, place, waived.not_due),
        _own_state(Cause.OWN, carried, _figures(waived, place, new.inputs, now), place, new.inputs.not_due),
    ]
    if appraised is not None:
        figures = _figures(waived, place, appraised.inputs, now)
        states.append(_own_state(Cause.APPRAISAL, carried, figures, place, appraised.inputs.not_due))
    states.append(_state(Cause.RIVALS, final.book, final, now))
    return Waterfall(unit, tuple(states)) if all(state.rank for state in states) else None


def _row(standing: Standing, unit: str) -> int:
    for row in standing.rows:
        if standing.inputs.units[row] == unit:
            return int(row)
    raise KeyError(unit)


def _with_row(inputs: Inputs, row: int, **arrays: NDArray) -> Inputs:
    """The inputs with one unit's row of some arrays replaced; they themselves where nothing differs."""
    changed = {}
    for name, values in arrays.items():
        array = getattr(inputs, name)
        if not np.array_equal(array[row], values):
            changed[name] = array.copy()
            changed[name][row] = values
    return replace(inputs, **changed) if changed else inputs


def _figures(inputs: Inputs, row: int, source: Inputs, source_row: int) -> Inputs:
    return _with_row(inputs, row, values=source.values[source_row], given=source.given[source_row])


def _state(cause: Cause | None, book: ScoreBook, standing: Standing, row: int) -> State:
    return _placed(cause, book, row, book.deciding_total, standing)


def _own_state(cause: Cause, carried: Standing, inputs: Inputs, row: int, due: NDArray[np.bool_]) -> State:
    """The unit with its own change among the others as they were; only the unit's own figures become due."""
    others = carried.book if inputs is carried.inputs else score(inputs, carried.reference)
    own = others if (due == inputs.not_due).all() else score(inputs.without_due(due), carried.reference)
    deciding = others.deciding_total.copy()
    deciding[row] = own.deciding_total[row]
    return _placed(cause, own, row, deciding, carried)


def _placed(cause: Cause | None, book: ScoreBook, row: int, deciding: Points, standing: Standing) -> State:
    listed = deciding[standing.rows]
    rank = int(competition_rank(listed)[np.flatnonzero(standing.rows == row)[0]])
    names = np.array(standing.listed, object)
    ahead, behind = (frozenset(names[side].tolist()) for side in (listed > deciding[row], listed < deciding[row]))
    return State(cause, book, row, rank, ahead, behind)


@dataclass(frozen=True)
class RankStep:
    """What one cause does to an expected rank: places won (+) or lost (-), as a whole number of draws' places."""

    cause: Cause
    places_in_draws: int


@dataclass(frozen=True)
class NationalWaterfall:
    """The province's expected rank from one state to another, in whole sums over the same draws.

    start, end: sums of the rank over all draws; divided by `draws` they are expected ranks.
    """

    draws: int
    start: int
    steps: tuple[RankStep, ...]

    @property
    def end(self) -> int:
        """Sum of the rank over all draws once everything has changed."""
        return self.start - sum(step.places_in_draws for step in self.steps)

    def places(self, step: RankStep) -> float:
        """Places won (+) or lost (-) by a step in the mean of the draws."""
        return step.places_in_draws / self.draws


@dataclass(frozen=True, eq=False)
class NationalState:
    """The province in the draws once a cause has worked; the first state of a waterfall has none."""

    cause: Cause | None
    rivals: Rivals
    ours: OwnScore


def national_waterfall(states: Sequence[NationalState]) -> NationalWaterfall:
    """Why the province's expected rank moves: one step a state after the first, in their order.

    Raises ValueError when the states have no common draws, or when one after the first has no cause.
    """
    if len({(s.rivals.seed, len(s.rivals.scores), s.rivals.province) for s in states}) != 1:
        raise ValueError("the states of a national waterfall must share their draws")
    sums = [_rank_sum(s.rivals, s.ours) for s in states]
    steps: list[RankStep] = []
    for state, (before, after) in zip(states[1:], pairwise(sums), strict=True):
        if state.cause is None:
            raise ValueError("only the first state of a national waterfall is without a cause")
        steps.append(RankStep(state.cause, before - after))
    return NationalWaterfall(len(states[0].rivals.scores), sums[0], tuple(steps))


def _rank_sum(rivals: Rivals, ours: OwnScore) -> int:
    own = rivals.contest.own(ours)
    return len(own) + int(np.count_nonzero(rivals.scores > own[:, None]))
