"""What appraisal will probably leave of the self scores of a level, from what it left before, beside its back-test.

The method is that of scoring/cut_forecast.py, which docs/du-bao-tham-dinh.md explains. A dossier is a unit in a period
whose draft results were sent to it: of earlier periods, and of the chosen one for the units that still wait for theirs.
Figures of the demonstration rest on demonstration periods alone, and those of the office on its own.
"""

import math
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cached_property

import numpy as np
from numpy.typing import NDArray
from sqlalchemy import select
from sqlalchemy.orm import Session

from assessment.appraised import RulingRecord, appraised_month, appraised_snapshot
from assessment.evidence_needs import absent_evidence
from assessment.permissions import Action, Identity, permit
from assessment.publication import permit_period, trial_ended
from assessment.publishing import latest_editions
from assessment.snapshots import LevelSnapshot, level_snapshot, same_rules
from assessment.submissions import TOLD
from assessment.told_results import known_rulings, told_unit
from assessment.units_in_time import Stage, UnitsInTime
from criteria.crosswalk import crosswalk
from criteria.model import CriteriaSet, Criterion, Group, input_keys
from data.lineage import UnitKey, successions, unit_spans
from data.models import PeriodState, Submission
from data.repositories import PeriodRecord, RankingListRecord, UnitRecord, periods
from scoring.cut_forecast import (
    BackTest,
    Basis,
    CutForecast,
    CutHistory,
    SelfScores,
    back_test,
    forecast_cuts,
)
from scoring.engine import adjustment_totals
from scoring.grid import Points, converted, in_points

_PASSED = frozenset({PeriodState.COUNCIL_PASSED, PeriodState.AWAITING_APPROVAL, PeriodState.PUBLISHED})
_Pair = tuple[int, int, int, float, float, float]
"""Period, scored criterion, unit, self points, appraised points and maximum of a pair."""


@dataclass(frozen=True)
class CutSource:
    """What a period brings to the forecast. passed: whether its results are final, not drafts.

    dossiers, pairs: that are used; a pair in which nothing was claimed says nothing and is none. left_out: pairs on
    criteria without counterpart in the present set, codes: of these criteria in the earlier set.
    """

    period: PeriodRecord
    passed: bool
    dossiers: int
    pairs: int
    left_out: int
    codes: tuple[str, ...]


@dataclass(frozen=True)
class AppraisedUnit:
    """A unit of the present period that knows its draft results: there is nothing to forecast. Points of the total.

    complete: whether every criterion has a ruling.
    """

    unit: UnitRecord
    self_total: float
    appraised_total: float
    complete: bool


@dataclass(frozen=True)
class EarlierCuts:
    """The earlier pairs, told in the present level's criteria and units: unit i of the history is row i of the snapshot.

    over: whether appraisal of the present period has come to its end. ended: whether by the end of its trial run.
    """

    history: CutHistory
    sources: tuple[CutSource, ...]
    appraised: tuple[AppraisedUnit, ...]
    over: bool
    ended: bool


@dataclass(frozen=True)
class CriterionForecast:
    """A criterion that a unit has claimed points of. Points of the criterion; loss: points of the TOTAL.

    forecast, loss: None without any earlier pair. pairs: earlier pairs at the nearest level that has any, its basis.
    """

    group: Group
    criterion: Criterion
    maximum: float
    claimed: float
    forecast: float | None
    low: float
    high: float
    loss: float | None
    basis: Basis
    pairs: int
    evidence_absent: bool


@dataclass(frozen=True)
class UnitForecast:
    """A unit whose appraisal is to come. Points of the total. rank: of the self score in the list.

    total: if absent evidence comes; without_evidence: 0 points wherever it is absent; both None without any earlier
    pair. low, high: 80 % interval, or bare bounds. dossiers: earlier ones of the unit itself. criteria: what it claims,
    the largest loss first.
    """

    unit: UnitRecord
    rank: int
    self_total: float
    total: float | None
    without_evidence: float | None
    low: float
    high: float
    dossiers: int
    criteria: tuple[CriterionForecast, ...]

    @cached_property
    def bases(self) -> Mapping[Basis, int]:
        """How many of the claimed criteria rest on which nearest earlier pairs."""
        return Counter(c.basis for c in self.criteria)

    @property
    def unproved(self) -> tuple[CriterionForecast, ...]:
        """Claimed criteria whose required evidence is absent."""
        return tuple(c for c in self.criteria if c.evidence_absent)


@dataclass(frozen=True)
class LevelForecast:
    """A level, or one of its ranking lists, before appraisal. units: by rank of the self score.

    bounds_only: whether there are too few earlier dossiers for an interval. test: how the earlier periods would have been
    forecast. without_figures: units that have reported nothing; without_score: to which nothing applies. over: whether
    appraisal of the period has come to its end; then nothing is forecast. ended: whether by the end of its trial run.
    """

    snapshot: LevelSnapshot
    ranking_list: RankingListRecord
    sources: tuple[CutSource, ...]
    units: tuple[UnitForecast, ...]
    appraised: tuple[AppraisedUnit, ...]
    without_figures: tuple[UnitRecord, ...]
    without_score: tuple[UnitRecord, ...]
    test: BackTest
    bounds_only: bool
    over: bool
    ended: bool

    @property
    def dossiers(self) -> int:
        """Earlier dossiers that the forecast rests on."""
        return sum(source.dossiers for source in self.sources)

    @property
    def used(self) -> tuple[CutSource, ...]:
        """The periods that bring any pair."""
        return tuple(source for source in self.sources if source.pairs)

    def listed(self, list_code: str) -> "LevelForecast":
        """One of the level's lists, ranked within itself. Raises KeyError for a list that the level does not have."""
        chosen = self.snapshot.list_of(list_code)
        rows = self.snapshot.placed_rows(chosen)
        ranks = self.snapshot.book.ranks(rows)
        rank_of = {self.snapshot.units[int(row)].code: int(rank) for row, rank in zip(rows, ranks, strict=True)}
        own = [replace(u, rank=rank_of[u.unit.code]) for u in self.units if u.unit.code in rank_of]
        members = set(chosen.members)
        return replace(
            self,
            ranking_list=chosen,
            units=tuple(sorted(own, key=lambda u: u.rank)),
            appraised=tuple(a for a in self.appraised if a.unit.code in members),
            without_figures=tuple(u for u in self.without_figures if u.code in members),
            without_score=tuple(u for u in self.without_score if u.code in members),
        )


def level_forecast(session: Session, identity: Identity, snapshot: LevelSnapshot) -> LevelForecast:
    """The forecast of a self-assessed level as the database stands. Raises PermissionError."""
    permit(identity, Action.READ_APPRAISED)
    permit_period(session, identity, snapshot.period.id)
    earlier = earlier_cuts(session, snapshot, told_unit(identity))
    return forecast_level(snapshot, earlier, absent_evidence(session, snapshot))


def earlier_periods(session: Session, period: PeriodRecord) -> tuple[PeriodRecord, ...]:
    """The period and the earlier ones of the same origin, the oldest first."""
    found = (p for p in periods(session) if p.origin == period.origin)
    return tuple(sorted((p for p in found if _when(p) <= _when(period)), key=_when))


def _when(period: PeriodRecord) -> tuple[int, int]:
    return period.year, period.id


def same_criteria(old: CriteriaSet, new: CriteriaSet) -> frozenset[str]:
    """Codes that stand for the same in both sets: same meaning of every input, and the same rule."""
    if same_rules(old, new):
        return frozenset(new.by_code)
    carried = crosswalk(old, new).inputs
    return frozenset(
        code
        for code, criterion in new.by_code.items()
        if code in old.by_code
        and old.by_code[code].rule == criterion.rule
        and all(carried.get((code, key)) == (code, key) for key in input_keys(criterion.rule))
    )


def earlier_cuts(session: Session, snapshot: LevelSnapshot, unit: UnitKey | None = None) -> EarlierCuts:
    """The pairs that a level's forecast may rest on, of earlier periods and of the units that know their results.

    unit: of which no more counts than it was told: that of whoever reads the forecast.
    """
    lines = _Lines(UnitsInTime(unit_spans(session), successions(session)), snapshot)
    pairs: list[_Pair] = []
    sources: list[CutSource] = []
    appraised: tuple[AppraisedUnit, ...] = ()
    editions = latest_editions(session)
    for period in earlier_periods(session, snapshot.period):
        edition = editions.get(period.id)
        month = edition.month if edition else appraised_month(session, period)
        told = _told(session, period.id)
        if month is None or not told:
            continue
        try:
            own = level_snapshot(session, period, snapshot.level, month)
        except LookupError:
            # The period did not assess this level.
            continue
        dossiers = _Appraised.of(own, known_rulings(session, period.id, unit), told, passed=_passed(session, period))
        found, source = dossiers.pairs(snapshot.criteria_set, lines)
        pairs += found
        sources.append(source)
        if period.id == snapshot.period.id:
            appraised = dossiers.units()
    columns = np.array(pairs, float).reshape(-1, 6).T
    where = (column.astype(np.intp) for column in columns[:3])
    return EarlierCuts(
        CutHistory(*where, *columns[3:].copy()),
        tuple(sources),
        appraised,
        _passed(session, snapshot.period),
        trial_ended(session, snapshot.period.id),
    )


def _told(session: Session, period_id: int) -> frozenset[UnitKey]:
    """The units that know what appraisal found; their reports stay where they are when the council passes the period."""
    query = select(Submission.unit_code, Submission.unit_valid_from).where(
        Submission.period_id == period_id, Submission.state.in_([state.value for state in TOLD])
    )
    return frozenset(UnitKey(code, since) for code, since in session.execute(query))


def _passed(session: Session, period: PeriodRecord) -> bool:
    return period.state in _PASSED or trial_ended(session, period.id)


class _Lines:
    """Numbers of units through time: those of the present level by their row, everybody else after them."""

    def __init__(self, units: UnitsInTime, snapshot: LevelSnapshot) -> None:
        self._units = units
        self._numbers: dict[Stage, int] = {}
        for unit in snapshot.units:
            self.number(unit.key, snapshot.period)

    def number(self, key: UnitKey, period: PeriodRecord) -> int:
        """The number of the line in which a unit of a period stands: a unit that was only renamed or moved keeps it."""
        first = self._units.line(self._units.stage(key, period.unit_date))[0]
        return self._numbers.setdefault(first, len(self._numbers))


@dataclass(frozen=True)
class _Appraised:
    """A level of a period with both scores. told: (units,) who knows its results. ruled: (units, criteria)."""

    own: LevelSnapshot
    after: LevelSnapshot
    told: NDArray[np.bool_]
    ruled: NDArray[np.bool_]
    passed: bool

    @classmethod
    def of(
        cls, own: LevelSnapshot, rulings: Sequence[RulingRecord], told: frozenset[UnitKey], *, passed: bool
    ) -> "_Appraised":
        ruled = np.zeros(own.book.state.shape, bool)
        index_of = own.book.compiled.index_of
        for ruling in rulings:
            row = own.row_of.get(ruling.unit.code)
            if row is not None and own.units[row].key == ruling.unit and ruling.criterion in index_of:
                ruled[row, index_of[ruling.criterion]] = True
        known = np.array([unit.key in told for unit in own.units], bool)
        return cls(own, appraised_snapshot(own, rulings), known, ruled, passed)

    def units(self) -> tuple[AppraisedUnit, ...]:
        """The units that know their results and have both scores."""
        before, after = self.own.book, self.after.book
        both = self.told & ~np.isnan(before.total) & ~np.isnan(after.total)
        return tuple(
            AppraisedUnit(
                self.own.units[row],
                float(in_points(before.total[row])),
                float(in_points(after.total[row])),
                bool(after.complete[row]),
            )
            for row in np.flatnonzero(both)
        )

    @property
    def _paired(self) -> NDArray[np.bool_]:
        """(units, criteria) what has a claim and what appraisal left of it, on the same maximum."""
        before, after = self.own.book, self.after.book
        # Points of a rule that compares units still move while others are not ruled on.
        settled = self.passed | ((after.low == after.points) & (after.points == after.high))
        applied = ~self.own.inputs.not_applicable & ~self.after.inputs.not_applicable
        scored = before.compiled.of_kind("scored")
        return self.told[:, None] & self.ruled & settled & applied & scored & (before.points > 0)

    def pairs(self, present: CriteriaSet, lines: _Lines) -> tuple[list[_Pair], CutSource]:
        """The pairs in the criteria of the present set, and what the period brings."""
        before, after, period = self.own.book, self.after.book, self.own.period
        paired, codes = self._paired, before.compiled.codes
        same = same_criteria(before.criteria_set, present)
        place = _scored_places(present)
        kept = np.array([code in same and code in place for code in codes], bool)
        found = [
            (
                period.id,
                place[codes[criterion]],
                lines.number(self.own.units[row].key, period),
                float(before.points[row, criterion]),
                float(after.points[row, criterion]),
                float(before.maxima[row, criterion]),
            )
            for row, criterion in np.argwhere(paired & kept)
        ]
        lost = paired & ~kept
        gone: NDArray[np.bool_] = np.any(lost, axis=0)
        left = tuple(code for code, any_lost in zip(codes, gone, strict=True) if any_lost)
        dossiers = int((paired & kept).any(axis=1).sum())
        return found, CutSource(period, self.passed, dossiers, len(found), int(lost.sum()), left)


def _scored(criteria_set: CriteriaSet) -> Iterator[tuple[Group, Criterion]]:
    for group in criteria_set.groups:
        yield from ((group, criterion) for criterion in group.criteria if group.kind == "scored")


def _scored_places(criteria_set: CriteriaSet) -> dict[str, int]:
    return {criterion.code: i for i, (_group, criterion) in enumerate(_scored(criteria_set))}


def forecast_level(snapshot: LevelSnapshot, earlier: EarlierCuts, absent: NDArray[np.bool_]) -> LevelForecast:
    """The whole level forecast. absent: (units, criteria) whether required evidence is absent.

    What is not applicable keeps its points: appraisal has waived it already.
    """
    book, compiled = snapshot.book, snapshot.book.compiled
    scored = compiled.of_kind("scored")
    whole = snapshot.lists[0]
    known = {a.unit.key for a in earlier.appraised}
    placed = snapshot.placed_rows(whole)
    coming = () if earlier.over else placed
    rows = np.array([row for row in coming if snapshot.units[row].key not in known], np.intp)
    waived = snapshot.inputs.not_applicable[rows] & scored
    maxima = book.maxima[rows]
    claimed = np.where(waived, 0.0, book.points[rows])
    given = converted((book.points[rows] * waived).sum(axis=1), (maxima * scored).sum(axis=1), compiled.scale)
    now = SelfScores(
        rows,
        claimed[:, scored],
        maxima[:, scored],
        absent[rows][:, scored] & (claimed[:, scored] > 0),
        given + adjustment_totals(compiled, book.points[rows]).sum(axis=1),
    )
    group = compiled.group[scored]
    found = forecast_cuts(earlier.history, now, group, compiled.scale)
    rank_of = {int(row): int(rank) for row, rank in zip(placed, book.ranks(placed), strict=True)}
    dossiers = _own_dossiers(earlier.history)
    units = [_unit(snapshot, now, found, i, rank_of[int(row)], dossiers[int(row)]) for i, row in enumerate(rows)]
    listed = snapshot.rows(whole)
    told = snapshot.reported[listed]
    return LevelForecast(
        snapshot,
        whole,
        earlier.sources,
        tuple(sorted(units, key=lambda u: u.rank)),
        earlier.appraised,
        tuple(snapshot.units[int(row)] for row in listed[~told]),
        tuple(snapshot.units[int(row)] for row in listed[told & ~np.isin(listed, placed)]),
        back_test(earlier.history, group),
        found.bounds_only,
        earlier.over,
        earlier.ended,
    )


def _own_dossiers(history: CutHistory) -> Counter[int]:
    """How many earlier dossiers each unit has."""
    keys = zip(history.unit.tolist(), history.period.tolist(), strict=True)
    return Counter(unit for unit, _period in set(keys))


def _told_points(steps: float) -> float | None:
    return None if math.isnan(steps) else float(in_points(steps))


def _unit(
    snapshot: LevelSnapshot, now: SelfScores, found: CutForecast, i: int, rank: int, dossiers: int
) -> UnitForecast:
    criteria = list(_criteria(snapshot, now, found, i))
    return UnitForecast(
        snapshot.units[int(now.unit[i])],
        rank,
        float(in_points(found.self_total[i])),
        _told_points(found.total[i]),
        _told_points(found.total_without[i]),
        float(in_points(found.total_low[i])),
        float(in_points(found.total_high[i])),
        dossiers,
        tuple(sorted(criteria, key=lambda c: -(c.claimed if c.loss is None else c.loss))),
    )


def _criteria(snapshot: LevelSnapshot, now: SelfScores, found: CutForecast, i: int) -> Iterator[CriterionForecast]:
    scale, applicable = snapshot.book.compiled.scale, now.maxima[i].sum()

    def points(values: Points, c: int) -> float:
        return float(in_points(values[i, c]))

    for c, (group, criterion) in enumerate(_scored(snapshot.criteria_set)):
        if now.self_points[i, c] == 0:
            continue
        basis = Basis(int(found.basis[i, c]))
        lost = now.self_points[i, c] - found.points[i, c]
        yield CriterionForecast(
            group,
            criterion,
            points(now.maxima, c),
            points(now.self_points, c),
            _told_points(found.points[i, c]),
            points(found.low, c),
            points(found.high, c),
            _told_points(lost * scale / applicable),
            basis,
            int(found.pairs[i, c, basis]),
            bool(now.evidence_absent[i, c]),
        )
