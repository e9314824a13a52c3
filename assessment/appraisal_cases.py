"""What an appraiser has before him: what a unit reported, what proves it, what it asks and says, what was decided."""

import datetime as dt
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from assessment.appraisal import TaskKey, TaskRecord, is_appraised_now, is_settled
from assessment.appraised import RulingRecord, given_content
from assessment.council import chosen_period
from assessment.evidence_library import EvidenceRecord, evidence_of
from assessment.explaining import EarlierRecord, ExplanationRecord, earlier_explanations, explanation_record
from assessment.permissions import Action, Identity, permit, permitted
from assessment.publication import permit_period
from assessment.reopening import ReopeningRecord, reopenings
from assessment.roles import Role
from assessment.rulings import Value, content_values, kinds_for, tier_state
from assessment.snapshots import LevelSnapshot
from assessment.submissions import ReportPlace, submissions
from assessment.told_results import known_rulings, knows_all, told_unit
from assessment.waiver_requests import waiver_requests
from criteria.model import Criterion
from data.lineage import UnitKey
from data.models import AppraisalTier, Explanation, Ruling, RulingKind
from data.repositories import UnitRecord
from scoring.engine import CellState
from scoring.grid import in_points


@dataclass(frozen=True)
class AppraisalCase:
    """A task with everything that is at hand for it. Points, None where there are none.

    self_state: of the cell as it was reported. reported, ruled: inputs by key. request: why the unit asks that the criterion be not applicable.
    shared: other criteria that count on a figure of this one, by code: each is ruled on by itself.
    kinds: what can be decided. may_rule: whether whoever looks can rule on it. is_open: whether its tier is.
    ruled_at: when it was ruled on last in its tier; None while it is to be. reopenings: when and why the criterion was
    reopened after the council, the oldest first. earlier: what the unit said before draft results were sent anew.
    """

    task: TaskRecord
    unit: UnitRecord
    criterion: Criterion
    self_state: CellState
    self_points: float | None
    appraised_points: float | None
    reported: Mapping[str, Value]
    ruled: Mapping[str, Value]
    in_force: RulingRecord | None
    request: str | None
    explanation: ExplanationRecord | None
    evidence: tuple[EvidenceRecord, ...]
    shared: tuple[str, ...]
    kinds: tuple[RulingKind, ...]
    may_rule: bool
    is_open: bool
    ruled_at: dt.datetime | None
    reopenings: tuple[ReopeningRecord, ...]
    earlier: tuple[EarlierRecord, ...]

    @property
    def lacks_evidence(self) -> bool:
        """Whether evidence is required and there is none."""
        return self.criterion.evidence == "required" and not self.evidence


def may_rule(identity: Identity, task: TaskRecord) -> bool:
    """Whether somebody can rule on a task: it is given to him, or he is of the office; never on his own unit."""
    own = identity.role != Role.APPRAISER or task.account_id == identity.account_id
    return own and permitted(identity, Action.APPRAISE, unit=task.key.unit, groups=frozenset({task.group}))


def appraisal_cases(
    session: Session,
    identity: Identity,
    snapshot: LevelSnapshot,
    appraised: LevelSnapshot,
    chosen: Sequence[TaskRecord],
    today: dt.date,
) -> tuple[AppraisalCase, ...]:
    """The cases of tasks of one level, in the order of the tasks.

    snapshot, appraised: the level as it was reported and after its rulings. Of one's own unit the case holds what it was
    told. Raises PermissionError.
    """
    permit(identity, Action.READ_APPRAISED)
    permit_period(session, identity, snapshot.period.id)
    if not chosen:
        return ()
    period_id = snapshot.period.id
    units = sorted({task.key.unit for task in chosen})
    codes = {task.key.criterion for task in chosen}
    own = told_unit(identity)
    in_force = {(r.unit, r.criterion): r for r in known_rulings(session, period_id, own) if r.criterion in codes}
    # Scored from all that was decided, points of one's own unit would tell what it was not told.
    closed = appraised.withheld != own and not knows_all(session, period_id, own)
    requests = waiver_requests(session, period_id)
    said = _explanations(session, period_id, codes)
    proofs = evidence_of(session, identity, period_id, units, today)
    states = {key: record.state for key, record in submissions(session, period_id).items()}
    shared = {code: _shared(snapshot, code) for code in codes}
    again, last = reopenings(session, period_id, units), _last_ruled(session, period_id, codes)
    earlier = {unit: earlier_explanations(session, ReportPlace(period_id, unit)) for unit in {u for u, _code in again}}
    period = chosen_period(session, period_id)
    going = is_appraised_now(session, period)
    found: list[AppraisalCase] = []
    for task in chosen:
        key, code = task.key.unit, task.key.criterion
        row = snapshot.row_of.get(key.code)
        if row is None or code not in snapshot.book.compiled.index_of:
            continue
        ruling = in_force.get((key, code))
        compiled = snapshot.book.compiled
        found.append(
            AppraisalCase(
                task,
                snapshot.units[row],
                snapshot.criteria_set.by_code[code],
                CellState(int(snapshot.book.state[row, snapshot.book.compiled.index_of[code]])),
                _points(snapshot, row, code),
                None if ruling is None or (closed and key == own) else _points(appraised, row, code),
                content_values(compiled, code, given_content(snapshot, key.code, code)),
                {} if ruling is None else content_values(compiled, code, ruling.content),
                ruling,
                requests.get(key, {}).get(code),
                said.get((key, code)),
                proofs.get((key, code), ()),
                shared[code],
                kinds_for(compiled, code),
                may_rule(identity, task),
                going and states.get(key) == tier_state(task.key.tier) and not is_settled(period, ruled=task.ruled),
                last.get(task.key) if task.ruled else None,
                again.get((key, code), ()),
                earlier.get(key, {}).get(code, ()),
            )
        )
    return tuple(found)


def _last_ruled(session: Session, period_id: int, codes: Iterable[str]) -> dict[TaskKey, dt.datetime]:
    """When every task of some criteria was ruled on last."""
    task = (Ruling.unit_code, Ruling.unit_valid_from, Ruling.criterion, Ruling.tier)
    query = (
        select(*task, func.max(Ruling.ruled_at))
        .where(Ruling.period_id == period_id, Ruling.criterion.in_(codes))
        .group_by(*task)
    )
    return {
        TaskKey(UnitKey(code, since), criterion, AppraisalTier(tier)): last
        for code, since, criterion, tier, last in session.execute(query)
    }


def _points(snapshot: LevelSnapshot, row: int, code: str) -> float | None:
    book, at = snapshot.book, snapshot.book.compiled.index_of[code]
    points = float(in_points(book.points[row, at]))
    return None if book.state[row, at] != CellState.SCORED or np.isnan(points) else points


def _shared(snapshot: LevelSnapshot, code: str) -> tuple[str, ...]:
    places = (place for entry in snapshot.entries.of_criterion(code) for place in entry.places)
    return tuple(dict.fromkeys(place.criterion for place in places if place.criterion != code))


def _explanations(
    session: Session, period_id: int, codes: Iterable[str]
) -> dict[tuple[UnitKey, str], ExplanationRecord]:
    query = select(Explanation).where(
        Explanation.period_id == period_id, Explanation.criterion.in_(codes), Explanation.sent_at.is_not(None)
    )
    return {
        (UnitKey(r.unit_code, r.unit_valid_from), r.criterion): explanation_record(r) for r in session.scalars(query)
    }
