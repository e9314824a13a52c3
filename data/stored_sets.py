"""The versions of criteria sets that are stored, and which periods use them."""

import datetime as dt
from dataclasses import dataclass

from sqlalchemy import select
from sqlalchemy.orm import Session

from criteria.model import Level
from data.models import CriteriaSetVersion, Period, PeriodCriteriaSet
from data.repositories import CriteriaSetText


@dataclass(frozen=True, slots=True)
class StoredSet:
    """A stored version: its text, when it was stored (UTC), and the names of the periods that use it, oldest first."""

    stored: CriteriaSetText
    stored_at: dt.datetime
    periods: tuple[str, ...]


def stored_sets(session: Session, level: Level | None = None) -> tuple[StoredSet, ...]:
    """The stored versions of a level, or of every level; the one that was stored last comes first."""
    query = select(CriteriaSetVersion).order_by(CriteriaSetVersion.stored_at.desc(), CriteriaSetVersion.id.desc())
    if level is not None:
        query = query.where(CriteriaSetVersion.level == level)
    uses = (
        select(PeriodCriteriaSet.criteria_set_version_id, Period.name)
        .join(Period, Period.id == PeriodCriteriaSet.period_id)
        .order_by(Period.year, Period.id)
    )
    periods: dict[int, list[str]] = {}
    for version_id, name in session.execute(uses):
        periods.setdefault(version_id, []).append(name)
    return tuple(
        StoredSet(
            CriteriaSetText(row.set_id, row.version, row.level, row.year, row.status, row.text, row.sha256),
            row.stored_at,
            tuple(periods.get(row.id, ())),
        )
        for row in session.scalars(query)
    )
