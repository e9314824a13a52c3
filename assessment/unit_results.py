"""What a unit reads of its appraisal: points before and after, criterion by criterion, and what was decided and why."""

import datetime as dt
import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property

import numpy as np
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from assessment.appraised import RulingRecord, appraised_snapshot, given_content, rulings_in_force
from assessment.deadlines import Due, due, working_days
from assessment.evidence_library import EvidenceRecord, attached
from assessment.explaining import DraftResults, EarlierRecord, ExplanationRecord, draft_results
from assessment.permissions import Identity
from assessment.reopening import ReopeningRecord
from assessment.rulings import Content
from assessment.scorecard import Conversion
from assessment.snapshots import LevelSnapshot
from assessment.submissions import ReportPlace
from criteria.model import Criterion, Group
from data.models import AppraisalTier, Person, Ruling, RulingKind
from data.repositories import UnitRecord
from scoring.engine import CellState
from scoring.grid import in_points
from scoring.rules import compares_units


@dataclass(frozen=True, slots=True)
class Mark:
    """The points of a criterion, and whether they count. maximum: 0 where the criterion does not count for the unit."""

    state: CellState
    points: float
    maximum: float


Told = RulingRecord | ReopeningRecord | EarlierRecord
"""What is told of a criterion, one after the other."""


def _moment(told: Told) -> dt.datetime:
    match told:
        case RulingRecord():
            return told.ruled_at
        case ReopeningRecord():
            return told.reopened_at
        case EarlierRecord():
            return told.sent_at


@dataclass(frozen=True)
class CriterionResult:
    """A criterion before and after appraisal. rulings: as far as they were told, the oldest first; without one the
    criterion was not asked, or was waived before.

    gap: points after less points before. before: the inputs that the unit reported, by key. relative: whether the points
    follow those of other units. reopenings: when and why the office had it appraised again, the oldest first. earlier: what
    the unit said before draft results were sent anew.
    """

    group: Group
    criterion: Criterion
    reported: Mark
    appraised: Mark
    gap: float
    rulings: tuple[RulingRecord, ...]
    before: Content
    explanation: ExplanationRecord | None
    reappraising: bool
    relative: bool
    reopenings: tuple[ReopeningRecord, ...]
    earlier: tuple[EarlierRecord, ...]

    @property
    def ruling(self) -> RulingRecord | None:
        """The one in force."""
        return self.rulings[-1] if self.rulings else None

    @property
    def answered(self) -> bool:
        """Whether the unit has sent an explanation of it."""
        return bool(self.earlier) or (self.explanation is not None and self.explanation.sent_at is not None)

    @property
    def history(self) -> tuple[Told, ...]:
        """Its rulings and reopenings, and what the unit said to earlier results, as they came one after the other."""
        return tuple(sorted((*self.rulings, *self.reopenings, *self.earlier), key=_moment))

    @property
    def changed(self) -> bool:
        """Whether what is in force is anything but what was reported, or the points are others."""
        return self.gap != 0 or (self.ruling is not None and self.ruling.kind is not RulingKind.AGREE)


@dataclass(frozen=True, slots=True)
class GroupResult:
    """A main index before and after appraisal, in points that are not converted."""

    group: Group
    reported: float
    appraised: float
    gap: float
    maximum: float


@dataclass(frozen=True, slots=True)
class MovedMark:
    """A criterion whose points are others than those that the unit agreed with.

    ruled_at: when it was ruled on again; None where only rulings on other units have moved it. reopening: why it was.
    """

    criterion: str
    before: Mark
    after: Mark
    ruled_at: dt.datetime | None
    reopening: ReopeningRecord | None


@dataclass(frozen=True, slots=True)
class Agreement:
    """What a unit agreed with. total: None where nothing was applicable. moved: what has changed since, none for nothing."""

    agreed_at: dt.datetime
    total: float | None
    moved: tuple[MovedMark, ...]


@dataclass(frozen=True)
class UnitResults:
    """The draft results of a unit. snapshot: its level as it was reported. agreement: None for a unit that has not agreed.

    Totals are None where nothing is applicable. applicable: what the appraised total is measured by. due: until when it may explain; None once it has answered. people: who
    wrote explanations, by account. evidence: what proves each criterion.
    """

    place: ReportPlace
    unit: UnitRecord
    snapshot: LevelSnapshot
    told: DraftResults
    lines: tuple[CriterionResult, ...]
    groups: tuple[GroupResult, ...]
    reported_total: float | None
    appraised_total: float | None
    gap: float | None
    applicable: float
    due: Due | None
    people: Mapping[int, str]
    evidence: Mapping[str, tuple[EvidenceRecord, ...]]
    agreement: Agreement | None

    @cached_property
    def line_of(self) -> Mapping[str, CriterionResult]:
        """The lines by criterion."""
        return {line.criterion.code: line for line in self.lines}

    @cached_property
    def changed(self) -> tuple[CriterionResult, ...]:
        """The criteria that appraisal has changed."""
        return tuple(line for line in self.lines if line.changed)

    @cached_property
    def explained(self) -> tuple[CriterionResult, ...]:
        """The criteria that the unit explains."""
        return tuple(line for line in self.lines if line.explanation is not None)

    @cached_property
    def looked_at_again(self) -> tuple[CriterionResult, ...]:
        """The criteria whose second appraisal has ended, and is not going on anew."""
        second = AppraisalTier.SECOND
        return tuple(x for x in self.lines if not x.reappraising and any(r.tier == second for r in x.rulings))

    @cached_property
    def reappraised(self) -> tuple[CriterionResult, ...]:
        """The criteria whose second appraisal is going on."""
        return tuple(line for line in self.lines if line.reappraising)

    @property
    def conversion(self) -> Conversion:
        """How the points of the criteria become the appraised total."""

        def left_out(state: CellState) -> float:
            return math.fsum(
                line.criterion.max_points
                for line in self.lines
                if line.group.kind == "scored" and line.appraised.state is state and line.appraised.maximum == 0
            )

        scale = float(in_points(self.snapshot.book.compiled.scale))
        return Conversion(left_out(CellState.NOT_APPLICABLE), left_out(CellState.NOT_DUE), self.applicable, scale)

    @property
    def sent_at(self) -> dt.datetime | None:
        """When the explanations were sent; None while they were not."""
        return next((e.sent_at for e in self.told.explanations.values() if e.sent_at is not None), None)


def unit_results(
    session: Session, identity: Identity, place: ReportPlace, snapshot: LevelSnapshot, today: dt.date
) -> UnitResults | None:
    """What a unit may know of its appraisal, scored; None before it was told.

    snapshot: its level, self-assessed, at the month that is appraised. A criterion whose second appraisal is going on
    counts as the draft result has it. Rules that compare units follow the rulings on the others; nothing else of theirs
    is given. Raises PermissionError for another unit, KeyError for one that the snapshot lacks.
    """
    told = draft_results(session, identity, place, today)
    if told is None:
        return None
    others = [r for r in rulings_in_force(session, place.period_id) if r.unit != place.unit]
    after = appraised_snapshot(snapshot, [*others, *told.in_force])
    row, code = snapshot.row_of[place.unit.code], place.unit.code
    reappraising, relative = frozenset(told.reappraising), _relative(snapshot)
    lines = tuple(
        CriterionResult(
            group,
            criterion,
            _mark(snapshot, row, criterion.code),
            _mark(after, row, criterion.code),
            _gap(snapshot.book.points, after.book.points, row, snapshot.book.compiled.index_of[criterion.code]),
            told.rulings.get(criterion.code, ()),
            given_content(snapshot, code, criterion.code),
            told.explanations.get(criterion.code),
            criterion.code in reappraising,
            criterion.code in relative,
            told.reopenings.get(criterion.code, ()),
            told.earlier.get(criterion.code, ()),
        )
        for group in snapshot.criteria_set.groups
        if group.kind != "unscored"
        for criterion in group.criteria
    )
    before_total, after_total = snapshot.book.total[row], after.book.total[row]
    open_until = told.due_on if told.may_answer else None
    return UnitResults(
        place,
        snapshot.units[row],
        snapshot,
        told,
        lines,
        tuple(_groups(snapshot, after, row)),
        _points(before_total),
        _points(after_total),
        _points(after_total - before_total),
        float(in_points(after.book.total_maxima[row])),
        due(open_until, None, working_days(session), today),
        _people(session, told),
        attached(session, identity, place, today),
        _agreement(session, told, snapshot, place, after),
    )


def _agreement(
    session: Session, told: DraftResults, snapshot: LevelSnapshot, place: ReportPlace, after: LevelSnapshot
) -> Agreement | None:
    """What a unit agreed with, as the rulings of that time have it. after: the level as it is told now."""
    agreed_at = told.accepted_at
    if agreed_at is None:
        return None
    row = snapshot.row_of[place.unit.code]
    newest = session.scalar(select(func.max(Ruling.ruled_at)).where(Ruling.period_id == place.period_id))
    if newest is None or newest <= agreed_at:
        return Agreement(agreed_at, _points(after.book.total[row]), ())
    own = [[r for r in rulings if r.ruled_at <= agreed_at] for rulings in told.rulings.values()]
    others = [r for r in rulings_in_force(session, place.period_id, agreed_at) if r.unit != place.unit]
    then = appraised_snapshot(snapshot, [*others, *(rulings[-1] for rulings in own if rulings)])
    moved: list[MovedMark] = []
    for code in snapshot.book.compiled.codes:
        marks = _mark(then, row, code), _mark(after, row, code)
        if marks[0] != marks[1]:
            ruled = [r.ruled_at for r in told.rulings.get(code, ()) if r.ruled_at > agreed_at]
            again = [r for r in told.reopenings.get(code, ()) if ruled and agreed_at <= r.reopened_at <= ruled[-1]]
            moved.append(MovedMark(code, *marks, ruled[-1] if ruled else None, again[-1] if again else None))
    return Agreement(agreed_at, _points(then.book.total[row]), tuple(moved))


def _points(steps: float) -> float | None:
    return None if np.isnan(steps) else float(in_points(steps))


def _gap(before: np.ndarray, after: np.ndarray, row: int, column: int) -> float:
    """Taken on the grid, where points are whole numbers."""
    return float(in_points(after[row, column] - before[row, column]))


def _mark(snapshot: LevelSnapshot, row: int, criterion: str) -> Mark:
    book = snapshot.book
    at = book.compiled.index_of[criterion]
    points, maximum = (float(in_points(values[row, at])) for values in (book.points, book.maxima))
    return Mark(CellState(int(book.state[row, at])), points, maximum)


def _groups(before: LevelSnapshot, after: LevelSnapshot, row: int) -> Sequence[GroupResult]:
    return [
        GroupResult(
            group,
            float(in_points(before.book.group_points[row, g])),
            float(in_points(after.book.group_points[row, g])),
            _gap(before.book.group_points, after.book.group_points, row, g),
            float(in_points(after.book.group_maxima[row, g])),
        )
        for g, group in enumerate(before.criteria_set.groups)
        if group.kind != "unscored"
    ]


def _relative(snapshot: LevelSnapshot) -> frozenset[str]:
    """Criteria whose points follow those of other units."""
    compiled = snapshot.book.compiled
    return frozenset(compiled.codes[leaf.criterion] for leaf in compiled.leaves if compares_units(leaf))


def _people(session: Session, told: DraftResults) -> Mapping[int, str]:
    accounts = {e.account_id for e in told.explanations.values() if e.account_id is not None}
    rows = session.execute(select(Person.account_id, Person.full_name).where(Person.account_id.in_(accounts)))
    return {row.account_id: row.full_name for row in rows}
