"""Figures of a report that a source system, a supplier or a file moved after the unit let the report go."""

import datetime as dt
from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from assessment.audit import period_text
from assessment.permissions import Action, Identity, permit
from assessment.publication import permit_period
from assessment.submissions import OPEN, ReportPlace, period_of, submission, submissions
from criteria.workbook_cells import CellError, parse_number
from data.audit import Deed
from data.lineage import UnitKey
from data.models import AuditChange, AuditEntry, PeriodState
from data.repositories import PeriodRecord

MOVING = (Deed.IMPORT_SYSTEM_FIGURES, Deed.SUPPLY_FIGURES, Deed.IMPORT_INPUTS)
"""Deeds that put in figures of units by others than the units."""


@dataclass(frozen=True, slots=True)
class MovedFigure:
    """A figure that moved: what it is called, from what to what, None for nothing, and when."""

    name: str
    before: str | None
    after: str | None
    moment: dt.datetime


def moved_figures(session: Session, identity: Identity, place: ReportPlace) -> tuple[MovedFigure, ...]:
    """What moved in a report since it was sent, or since it was laid before the head who has not sent it yet.

    The earliest first; nothing while the unit itself may type. Raises PermissionError for a unit that is not the
    identity's to see.
    Source: the audit log, in which every figure that is put in stands with its unit.
    """
    permit(identity, Action.READ_DRAFTS, unit=place.unit)
    permit_period(session, identity, place.period_id)
    state = submission(session, place).state
    if state in OPEN:
        return ()
    return tuple(_moved(session, period_of(session, place), {place.unit: state}).get(place.unit, ()))


def moved_counts(session: Session, identity: Identity, period: PeriodRecord) -> Mapping[UnitKey, int]:
    """How many figures of each report of a period moved since it was sent; units without any are not among them.

    Raises PermissionError unless the identity follows reports.
    """
    permit(identity, Action.FOLLOW_REPORTS)
    permit_period(session, identity, period.id)
    states = {unit: found.state for unit, found in submissions(session, period.id).items()}
    return {unit: len({f.name for f in found}) for unit, found in _moved(session, period, states).items()}


def _moved(
    session: Session, period: PeriodRecord, states: Mapping[UnitKey, PeriodState]
) -> Mapping[UnitKey, list[MovedFigure]]:
    since = dict(_let_go(session, period, states))
    if not since:
        return {}
    months = [period_text(period, month) for month in range(1, 13)]
    query = (
        select(AuditEntry.id, AuditEntry.moment, AuditChange)
        .join(AuditChange, AuditChange.entry_id == AuditEntry.id)
        .where(
            AuditEntry.id > min(since.values()),
            AuditEntry.action.in_([deed.value for deed in MOVING]),
            AuditEntry.period.in_(months),
            AuditChange.unit_code.in_([unit.code for unit in since]),
        )
        .order_by(AuditEntry.id, AuditChange.line)
    )
    found: dict[UnitKey, list[MovedFigure]] = {}
    for entry, moment, line in session.execute(query):
        assert line.unit_code is not None
        assert line.unit_valid_from is not None
        unit = UnitKey(line.unit_code, line.unit_valid_from)
        if entry > since.get(unit, entry) and not _same(line.before, line.after):
            found.setdefault(unit, []).append(MovedFigure(line.place, line.before, line.after, moment))
    return found


def _let_go(
    session: Session, period: PeriodRecord, states: Mapping[UnitKey, PeriodState]
) -> Iterator[tuple[UnitKey, int]]:
    """The entry of the log with which each unit let its report go as it stands now."""
    deeds = {
        unit: Deed.HAND_TO_HEAD if state == PeriodState.AWAITING_HEAD else Deed.SEND_REPORT
        for unit, state in states.items()
        if state not in OPEN
    }
    query = (
        select(AuditEntry.unit_code, AuditEntry.unit_valid_from, AuditEntry.action, func.max(AuditEntry.id))
        .where(
            AuditEntry.action.in_([Deed.HAND_TO_HEAD.value, Deed.SEND_REPORT.value]),
            AuditEntry.period == period_text(period, None),
            AuditEntry.unit_code.in_([unit.code for unit in deeds]),
        )
        .group_by(AuditEntry.unit_code, AuditEntry.unit_valid_from, AuditEntry.action)
    )
    for code, since, action, entry in session.execute(query):
        assert code is not None
        assert since is not None
        unit = UnitKey(code, since)
        if action == deeds.get(unit):
            yield unit, entry


def _same(before: str | None, after: str | None) -> bool:
    """Whether a figure only came to be a system's: 1234,5 and 1.234,5 say the same."""
    if before == after or before is None or after is None:
        return before == after
    try:
        return parse_number(before) == parse_number(after)
    except CellError:
        return False
