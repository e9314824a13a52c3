"""What an amendment changes: two results of a period compared, level by level, unit by unit, list by list.

Points are whole steps of the grid and are compared as whole numbers: nothing that was published is equal to another
figure because both are shown alike.
"""

import datetime as dt
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property

import numpy as np

from assessment.frozen import Results
from assessment.province import ProvincialSnapshot
from assessment.snapshots import LevelSnapshot, same_rules
from criteria.model import CriteriaSet, Level
from data.lineage import UnitKey
from data.repositories import RankingListRecord, UnitRecord
from scoring.engine import CellState
from scoring.inputs import decode


@dataclass(frozen=True, slots=True)
class CriterionMark:
    """What a unit has at a criterion. points: whole steps of the grid. given: its inputs by key.

    reason: why the criterion does not apply, where it does not.
    """

    state: CellState
    points: int
    given: Mapping[str, float | str | dt.date]
    reason: str


@dataclass(frozen=True, slots=True)
class Place:
    """What is published of a unit. total: whole steps of the grid, None for a unit without a place.

    ranks: by the code of every list that the unit stands in, None where it is not ranked. marks: by criterion.
    """

    unit: UnitRecord
    total: int | None
    band: str
    ranks: Mapping[str, int | None]
    marks: Mapping[str, CriterionMark]


@dataclass(frozen=True, slots=True)
class CriterionChange:
    """A criterion of a unit before and after; None where the set does not hold it."""

    code: str
    before: CriterionMark | None
    after: CriterionMark | None

    @property
    def moved(self) -> bool:
        """Whether the points differ or whether they count; else only the inputs do, or why it does not apply."""
        if self.before is None or self.after is None:
            return True
        return (self.before.state, self.before.points) != (self.after.state, self.after.points)


@dataclass(frozen=True)
class UnitAmendment:
    """A unit of which anything differs. before: None for a unit that enters. after: None for one that leaves."""

    before: Place | None
    after: Place | None

    @property
    def unit(self) -> UnitRecord:
        """The unit as it is called last."""
        place = self.after or self.before
        assert place is not None
        return place.unit

    @cached_property
    def criteria(self) -> tuple[CriterionChange, ...]:
        """The criteria that differ, in the order of the set; none for a unit that enters or leaves."""
        if self.before is None or self.after is None:
            return ()
        one, other = self.before.marks, self.after.marks
        codes = [*other, *(code for code in one if code not in other)]
        changes = (CriterionChange(code, one.get(code), other.get(code)) for code in codes)
        return tuple(change for change in changes if change.before != change.after)


@dataclass(frozen=True)
class LevelAmendment:
    """What differs at a level. criteria_set: the one after. sets: the one before and the one after, where their rules
    are not the same.

    lists: every list of the level, as it is called last; renamed: those that were called otherwise, with the old one
    first. units: in the order of the first list, those that leave last.
    """

    criteria_set: CriteriaSet
    sets: tuple[CriteriaSet, CriteriaSet] | None
    lists: tuple[RankingListRecord, ...]
    renamed: tuple[tuple[RankingListRecord, RankingListRecord], ...]
    units: tuple[UnitAmendment, ...]

    @property
    def level(self) -> Level:
        """The level of the set."""
        return self.criteria_set.level

    @property
    def nothing(self) -> bool:
        """Whether the level is as it was."""
        return not (self.sets or self.renamed or self.units)


def amended_levels(before: Results, after: Results) -> tuple[LevelAmendment, ...]:
    """The levels at which results differ, the province last: it has no list, so its unit has no rank.

    before, after: two editions of a period, or the one in force and what would be published now.
    """
    compared = [_compared(before.levels[level], snapshot) for level, snapshot in after.levels.items()]
    compared.append(_compared(before.province, after.province))
    return tuple(level for level in compared if not level.nothing)


def _compared(before: LevelSnapshot | ProvincialSnapshot, after: LevelSnapshot | ProvincialSnapshot) -> LevelAmendment:
    sets = None if same_rules(before.criteria_set, after.criteria_set) else (before.criteria_set, after.criteria_set)
    one, other = _lists(before), _lists(after)
    lists = [*other.values(), *(own for code, own in one.items() if code not in other)]
    both = [(own, other[code]) for code, own in one.items() if code in other]
    renamed = [(old, new) for old, new in both if (old.name_vi, old.name_en) != (new.name_vi, new.name_en)]
    units = tuple(_amended(_places(before), _places(after), lists))
    return LevelAmendment(after.criteria_set, sets, tuple(lists), tuple(renamed), units)


def _lists(snapshot: LevelSnapshot | ProvincialSnapshot) -> dict[str, RankingListRecord]:
    return {} if isinstance(snapshot, ProvincialSnapshot) else {own.code: own for own in snapshot.lists}


def _amended(
    before: Mapping[UnitKey, Place], after: Mapping[UnitKey, Place], lists: list[RankingListRecord]
) -> Iterator[UnitAmendment]:
    def order(key: UnitKey) -> tuple[bool, int]:
        rank = after[key].ranks.get(lists[0].code) if lists else None
        return rank is None, rank or 0

    for key in (*sorted(after, key=order), *(key for key in before if key not in after)):
        change = UnitAmendment(before.get(key), after.get(key))
        if change.before != change.after:
            yield change


def _places(snapshot: LevelSnapshot | ProvincialSnapshot) -> dict[UnitKey, Place]:
    if isinstance(snapshot, ProvincialSnapshot):
        reasons = {code: waiver.reason for code, waiver in snapshot.waivers.items()}
        return {snapshot.unit.key: _place(snapshot, snapshot.unit, 0, {}, reasons, told=True)}
    ranks: dict[str, dict[str, int | None]] = {unit.code: {} for unit in snapshot.units}
    reasons_of: dict[str, dict[str, str]] = {}
    for own in snapshot.lists:
        rows = snapshot.rows(own)
        for row, rank in zip(rows, snapshot.book.ranks(rows), strict=True):
            ranks[snapshot.units[row].code][own.code] = int(rank) or None if snapshot.reported[row] else None
    for (unit, code), waiver in snapshot.waivers.items():
        reasons_of.setdefault(unit, {})[code] = waiver.reason
    return {
        unit.key: _place(
            snapshot, unit, row, ranks[unit.code], reasons_of.get(unit.code, {}), told=bool(snapshot.reported[row])
        )
        for row, unit in enumerate(snapshot.units)
    }


def _place(
    snapshot: LevelSnapshot | ProvincialSnapshot,
    unit: UnitRecord,
    row: int,
    ranks: Mapping[str, int | None],
    reasons: Mapping[str, str],
    *,
    told: bool,
) -> Place:
    book, inputs = snapshot.book, snapshot.inputs
    given: dict[str, dict[str, float | str | dt.date]] = {code: {} for code in book.compiled.codes}
    for at in np.flatnonzero(inputs.given[row]):
        column = inputs.compiled.columns[at]
        given[column.code][column.key] = decode(column, float(inputs.values[row, at]))
    marks: dict[str, CriterionMark] = {}
    for at, code in enumerate(book.compiled.codes):
        state = CellState(int(book.state[row, at]))
        reason = reasons.get(code, "") if state is CellState.NOT_APPLICABLE else ""
        marks[code] = CriterionMark(state, int(book.points[row, at]), given[code], reason)
    has_total = told and not np.isnan(book.total[row])
    band = int(book.band[row])
    return Place(
        unit,
        int(book.total[row]) if has_total else None,
        str(book.criteria_set.bands[band].name) if has_total and band >= 0 else "",
        ranks,
        marks,
    )
