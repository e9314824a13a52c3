"""What a new version of a criteria set would do to a ranking list: who would move, and through which criteria."""

import math
from dataclasses import dataclass, replace
from functools import cached_property
from typing import Literal

import numpy as np
from numpy.typing import NDArray

from assessment.snapshots import LevelSnapshot, ScoreStage, not_due, reference_units
from criteria.crosswalk import Crosswalk
from criteria.model import CriteriaSet
from data.repositories import UnitRecord
from language import _
from scoring.compiled import CompiledSet, compile_set
from scoring.crosswalk import carry_over
from scoring.engine import CellState, ScoreBook, score
from scoring.grid import in_points
from scoring.inputs import Inputs

WhyNot = Literal["no_old_score", "no_new_score", "nothing_carried"]


@dataclass(frozen=True)
class Cause:
    """What one criterion brings to a total before and after, in points of the new scale.

    old_code is None for a criterion that no old figure feeds, new_code for one that feeds nothing; both are None for
    bonus and penalty together. Gains of a unit add up to the change of its total.
    """

    old_code: str | None
    new_code: str | None
    before: float
    after: float

    @property
    def gain(self) -> float:
        """Points won (+) or lost (-) through this criterion."""
        return self.after - self.before


@dataclass(frozen=True)
class UnitChange:
    """One unit under both versions. Points of each set's own scale; ranks among the units that can be compared.

    best_rank and worst_rank: limits of the new rank while figures are missing there. missing: applicable scored
    criteria without figures under the new set. causes: largest gain or loss first, without those that change nothing.
    """

    unit: UnitRecord
    old_total: float
    new_total: float
    old_rank: int
    new_rank: int
    best_rank: int
    worst_rank: int
    missing: int
    causes: tuple[Cause, ...]

    @property
    def movement(self) -> int:
        """Places won (+) or lost (-) by the new set."""
        return self.old_rank - self.new_rank


@dataclass(frozen=True)
class Effect:
    """What one criterion does to the list: the sum of the gains, and the least and the largest gain of a unit.

    A criterion that gives every unit the same moves nobody.
    """

    old_code: str | None
    new_code: str | None
    total: float
    least: float
    most: float

    @property
    def spread(self) -> float:
        """How far the criterion can move two units against each other, in points."""
        return self.most - self.least


@dataclass(frozen=True)
class NotCompared:
    """A unit that has no place under both versions, and why."""

    unit: UnitRecord
    why: WhyNot

    @property
    def reason(self) -> str:
        """Why, as a part of a sentence."""
        return {
            "no_old_score": _("không có điểm theo bản cũ của bộ chỉ số"),
            "no_new_score": _("không có nội dung nào áp dụng theo bản mới của bộ chỉ số"),
            "nothing_carried": _("không có số liệu nào dùng được cho bản mới của bộ chỉ số"),
        }[self.why]

    def __str__(self) -> str:
        return _("{unit}: {why}.").format(unit=self.unit.name_vi, why=self.reason)


@dataclass(frozen=True)
class RankChanges:
    """A ranking list under two versions of its set: the present figures scored by the old and by the new rules.

    changes: in the order of the new ranks. new_book: rows as in the snapshot.
    """

    snapshot: LevelSnapshot
    list_code: str
    crosswalk: Crosswalk
    new_book: ScoreBook
    changes: tuple[UnitChange, ...]
    not_compared: tuple[NotCompared, ...]

    @property
    def movers(self) -> tuple[UnitChange, ...]:
        """Units that would stand elsewhere, the farthest first."""
        moved = (c for c in self.changes if c.movement)
        return tuple(sorted(moved, key=lambda c: -abs(c.movement)))

    @cached_property
    def effects(self) -> tuple[Effect, ...]:
        """What every criterion does to the list, the one that sets units farthest apart first."""
        gains: dict[tuple[str | None, str | None], list[float]] = {}
        for change in self.changes:
            for cause in change.causes:
                gains.setdefault((cause.old_code, cause.new_code), []).append(cause.gain)
        effects = (
            # A unit without this cause gains nothing through it.
            Effect(*codes, math.fsum(own), *_limits(own, len(own) < len(self.changes)))
            for codes, own in gains.items()
        )
        return tuple(sorted(effects, key=lambda e: (-e.spread, -abs(e.total))))


def _limits(gains: list[float], some_have_none: bool) -> tuple[float, float]:
    all_gains = [*gains, 0.0] if some_have_none else gains
    return min(all_gains), max(all_gains)


def rescored(snapshot: LevelSnapshot, new_set: CriteriaSet, crosswalk: Crosswalk) -> LevelSnapshot:
    """The same month scored on another set, with the figures that the crosswalk carries over. Nothing is stored.

    The new set says what is due by the month. What an appraiser decided without figures, as after evidence was rejected,
    earns nothing under the new set either. Reasons of what is not applicable and origins of figures stay behind: they
    are told by criteria of the old set. Raises ValueError for a set of another level or a crosswalk between other sets.
    """
    if new_set.level != snapshot.level:
        raise ValueError(f"the new set is for level {new_set.level}, expected {snapshot.level}")
    new = compile_set(new_set)
    inputs = carry_over(snapshot.inputs, new, crosswalk).without_due(not_due(new, snapshot.month))
    reference = reference_units(new_set, snapshot.units, snapshot.lists)
    own, requested = snapshot.stage == ScoreStage.SELF, snapshot.book.state == CellState.REQUESTED
    book = score(
        inputs,
        reference,
        None if own else _carried(_decided_empty(snapshot), snapshot, new, crosswalk),
        closed=snapshot.closed,
        before_appraisal=own,
        requested=_carried(requested, snapshot, new, crosswalk),
    )
    return replace(snapshot, inputs=inputs, book=book, reference=reference, waivers={}, origins={})


def _decided_empty(snapshot: LevelSnapshot) -> NDArray[np.bool_]:
    """(units, criteria) what was ruled on and has no figure."""
    old, given = snapshot.book.compiled, np.zeros(snapshot.book.state.shape, bool)
    for at, column in enumerate(old.columns):
        given[:, column.criterion] |= snapshot.inputs.given[:, at]
    return (snapshot.book.state == CellState.SCORED) & ~given & ~old.of_kind("unscored")


def _carried(
    cells: NDArray[np.bool_], snapshot: LevelSnapshot, new: CompiledSet, crosswalk: Crosswalk
) -> NDArray[np.bool_]:
    """(units, new criteria) all whose inputs go over from criteria of these cells."""
    old = snapshot.book.compiled
    found = np.zeros((len(snapshot.units), len(new.codes)), bool)
    lost = {lost.place[0] for lost in crosswalk.lost}
    for code in {code for code, _key in crosswalk.inputs} - lost:
        sources = {old.index_of[source] for (fed, _key), (source, _old) in crosswalk.inputs.items() if fed == code}
        found[:, new.index_of[code]] = cells[:, sorted(sources)].all(axis=1)
    return found


def rank_changes(snapshot: LevelSnapshot, new_set: CriteriaSet, crosswalk: Crosswalk, list_code: str) -> RankChanges:
    """The list under the snapshot's set and under the new one, with the figures that the crosswalk carries over.

    Raises KeyError for a list that the snapshot does not have, ValueError for a set of another level or a crosswalk
    between other sets.
    """
    chosen = snapshot.list_of(list_code)
    rows = snapshot.rows(chosen)
    carried = rescored(snapshot, new_set, crosswalk)
    inputs, book = carried.inputs, carried.book
    reasons: list[WhyNot | None] = [_why_not(snapshot, inputs, book, row) for row in rows]
    compared = np.array([row for row, why in zip(rows, reasons, strict=True) if why is None], np.intp)
    return RankChanges(
        snapshot,
        list_code,
        crosswalk,
        book,
        _changes(snapshot, book, crosswalk, compared),
        tuple(NotCompared(snapshot.units[row], why) for row, why in zip(rows, reasons, strict=True) if why),
    )


def _why_not(snapshot: LevelSnapshot, inputs: Inputs, book: ScoreBook, row: int) -> WhyNot | None:
    # What a decision left without a place takes none from others.
    if np.isnan(snapshot.book.total[row]) or (snapshot.stage == ScoreStage.PUBLISHED and not snapshot.reported[row]):
        return "no_old_score"
    if np.isnan(book.total[row]):
        return "no_new_score"
    if snapshot.inputs.given[row].any() and not inputs.given[row].any():
        return "nothing_carried"
    return None


def _changes(
    snapshot: LevelSnapshot, new: ScoreBook, crosswalk: Crosswalk, rows: NDArray[np.intp]
) -> tuple[UnitChange, ...]:
    old = snapshot.book
    old_ranks, new_ranks, (best, worst) = old.ranks(rows), new.ranks(rows), new.rank_bounds(rows)
    missing = (new.state == CellState.MISSING) @ new.compiled.of_kind("scored").astype(int)
    changes = [
        UnitChange(
            snapshot.units[row],
            float(in_points(old.total[row])),
            float(in_points(new.total[row])),
            int(old_ranks[k]),
            int(new_ranks[k]),
            int(best[k]),
            int(worst[k]),
            int(missing[row]),
            _causes(old, new, crosswalk, row),
        )
        for k, row in enumerate(rows)
    ]
    # Members come in Vietnamese order, and sorting keeps it among equals.
    return tuple(sorted(changes, key=lambda c: c.new_rank))


def _causes(old: ScoreBook, new: ScoreBook, crosswalk: Crosswalk, row: int) -> tuple[Cause, ...]:
    """What each criterion brings before and after; an old criterion that feeds several is set against the first."""
    factor = new.compiled.scale / old.compiled.scale
    before = dict(zip(old.compiled.codes, in_points(old.contribution[row] * factor).tolist(), strict=True))
    after = dict(zip(new.compiled.codes, in_points(new.contribution[row]).tolist(), strict=True))
    causes: list[Cause] = []
    for code, points in after.items():
        source = crosswalk.criteria.get(code)
        if source in before:
            causes.append(Cause(source, code, before.pop(source), points))
        else:
            causes.append(Cause(None, code, 0.0, points))
    causes += [Cause(code, None, points, 0.0) for code, points in before.items()]
    adjusted = (float(in_points(book.total[row] - book.base[row])) for book in (old, new))
    causes.append(Cause(None, None, next(adjusted) * factor, next(adjusted)))
    told = (cause for cause in causes if abs(cause.gain) >= 1e-9)
    return tuple(sorted(told, key=lambda cause: -abs(cause.gain)))
