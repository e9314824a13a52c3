"""The versions of criteria sets that are stored, which periods use them, and whether they are released."""

import datetime as dt
from dataclasses import dataclass

from sqlalchemy import select
from sqlalchemy.orm import Session

from criteria.model import Level
from data.models import CriteriaSetVersion, Period, PeriodCriteriaSet, ReleaseDecision, SetRelease
from data.repositories import CriteriaSetText


@dataclass(frozen=True, slots=True)
class ReleaseRecord:
    """A proposal to release a version, by account number; decision None while it waits. reason: why it was refused."""

    id: int
    proposed_by: int
    proposed_at: dt.datetime
    decision: ReleaseDecision | None
    decided_by: int | None
    decided_at: dt.datetime | None
    reason: str | None


@dataclass(frozen=True, slots=True)
class StoredSet:
    """A stored version: its text, when it was stored (UTC), and the names of the periods that use it, oldest first.

    release: the newest proposal to release it, None when there never was one.
    """

    id: int
    stored: CriteriaSetText
    stored_at: dt.datetime
    periods: tuple[str, ...]
    release: ReleaseRecord | None


def _releases(session: Session) -> dict[int, ReleaseRecord]:
    """The newest proposal of each version that has one."""
    return {
        row.criteria_set_version_id: ReleaseRecord(
            row.id,
            row.proposed_by,
            row.proposed_at,
            ReleaseDecision(row.decision) if row.decision else None,
            row.decided_by,
            row.decided_at,
            row.reason,
        )
        for row in session.scalars(select(SetRelease).order_by(SetRelease.id))
    }


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
    releases = _releases(session)
    found: list[StoredSet] = []
    for row in session.scalars(query):
        release = releases.get(row.id)
        released = release is not None and release.decision == ReleaseDecision.CONFIRMED
        text = CriteriaSetText(row.set_id, row.version, row.level, row.year, row.status, row.text, row.sha256, released)
        found.append(StoredSet(row.id, text, row.stored_at, tuple(periods.get(row.id, ())), release))
    return tuple(found)
