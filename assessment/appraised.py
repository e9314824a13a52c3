"""The appraised score: what the rulings say, scored; what nobody has ruled on yet is open, whatever the unit reported."""

import datetime as dt
import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from assessment.audit import account_text
from assessment.snapshots import LevelSnapshot, ScoreStage, Waiver
from data.lineage import UnitKey
from data.models import AppraisalTier, Ruling, RulingKind
from data.repositories import PeriodRecord, snapshots
from scoring.compiled import Column
from scoring.engine import score
from scoring.inputs import Inputs, decode, encode


@dataclass(frozen=True, slots=True)
class RulingRecord:
    """What was decided about a criterion of a unit. content: the inputs that it rests on, by key."""

    id: int
    period_id: int
    unit: UnitKey
    criterion: str
    tier: AppraisalTier
    kind: RulingKind
    content: Mapping[str, float | str]
    reason: str
    account_id: int | None
    ruled_at: dt.datetime


def ruling_record(row: Ruling) -> RulingRecord:
    """The row as a value."""
    return RulingRecord(
        row.id,
        row.period_id,
        UnitKey(row.unit_code, row.unit_valid_from),
        row.criterion,
        AppraisalTier(row.tier),
        RulingKind(row.kind),
        json.loads(row.content),
        row.reason,
        row.account_id,
        row.ruled_at,
    )


def rulings_in_force(session: Session, period_id: int, until: dt.datetime | None = None) -> tuple[RulingRecord, ...]:
    """The newest ruling on each criterion of each unit of a period, the oldest of them first. until: as they were then."""
    newest = select(func.max(Ruling.id)).where(Ruling.period_id == period_id)
    if until is not None:
        newest = newest.where(Ruling.ruled_at <= until)
    newest = newest.group_by(Ruling.unit_code, Ruling.unit_valid_from, Ruling.criterion)
    rows = session.scalars(select(Ruling).where(Ruling.id.in_(newest)).order_by(Ruling.id))
    return tuple(ruling_record(row) for row in rows)


def appraised_month(session: Session, period: PeriodRecord) -> int | None:
    """The month whose figures are appraised: the last one of the period, None while it has none."""
    return next((s.month for s in reversed(snapshots(session, period.id))), None)


def given_content(snapshot: LevelSnapshot, unit: str, criterion: str) -> dict[str, float | str]:
    """The inputs of a criterion as the unit reported them, by key, as a ruling keeps them: dates are written ISO."""
    row, inputs = snapshot.row_of[unit], snapshot.inputs
    return {
        column.key: _kept(column, float(inputs.values[row, at]))
        for at, column in enumerate(inputs.compiled.columns)
        if column.code == criterion and inputs.given[row, at]
    }


def _kept(column: Column, number: float) -> float | str:
    value = decode(column, number)
    return value.isoformat() if isinstance(value, dt.date) else value


@dataclass(frozen=True)
class AppraisedInputs:
    """The inputs that the rulings rest on. decided: (units, criteria) what was ruled on."""

    inputs: Inputs
    decided: NDArray[np.bool_]


def appraised_inputs(snapshot: LevelSnapshot, rulings: Sequence[RulingRecord]) -> AppraisedInputs:
    """The inputs of a level after its rulings, the later of two on the same criterion in force.

    What was waived before appraisal stays not applicable until a ruling says otherwise. What has no points stays as it
    was reported: there is nothing to decide. Rulings on units or criteria that the snapshot does not hold are left out.
    """
    inputs = snapshot.inputs
    compiled = inputs.compiled
    pointless = compiled.of_kind("unscored")
    kept = pointless[[column.criterion for column in compiled.columns]]
    values, given = np.where(kept, inputs.values, 0.0), inputs.given & kept
    waived, decided = inputs.not_applicable.copy(), inputs.not_applicable | pointless
    for ruling in rulings:
        row, criterion = snapshot.row_of.get(ruling.unit.code), compiled.index_of.get(ruling.criterion)
        if row is None or criterion is None or snapshot.units[row].valid_from != ruling.unit.valid_from:
            continue
        decided[row, criterion] = True
        waived[row, criterion] = ruling.kind is RulingKind.NOT_APPLICABLE
        for at, column in enumerate(compiled.columns):
            if column.code == ruling.criterion:
                known = column.key in ruling.content
                given[row, at] = known
                values[row, at] = encode(column, ruling.content[column.key]) if known else 0.0
    return AppraisedInputs(replace(inputs, values=values, given=given, not_applicable=waived), decided)


def appraised_snapshot(snapshot: LevelSnapshot, rulings: Sequence[RulingRecord]) -> LevelSnapshot:
    """The level after its rulings: what nobody has ruled on is missing, so that totals and ranks are bounds.

    Nothing that a unit or a source system changes later moves it: a ruling keeps the inputs that it rests on. Only
    rules that compare units with each other follow the rulings on the others. Who sent no report before the period
    closed is not appraised, so that what nobody ruled on there moves no rank.
    """
    after = appraised_inputs(snapshot, rulings)
    closed = snapshot.closed & ~snapshot.sent
    book = score(after.inputs, snapshot.reference, after.decided, closed=closed)
    waivers = dict(snapshot.waivers)
    for ruling in rulings:
        key = (ruling.unit.code, ruling.criterion)
        waivers.pop(key, None)
        if ruling.kind is RulingKind.NOT_APPLICABLE:
            approver = "" if ruling.account_id is None else account_text(ruling.account_id)
            waivers[key] = Waiver(ruling.reason, approver)
    return replace(snapshot, inputs=after.inputs, book=book, waivers=waivers, closed=closed, stage=ScoreStage.APPRAISED)
