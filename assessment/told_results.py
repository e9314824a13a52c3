"""What a unit was told of its appraisal: nobody who belongs to it learns more of it earlier, whatever else he may read."""

import datetime as dt
from collections.abc import Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass, replace

from sqlalchemy import select
from sqlalchemy.orm import Session

from assessment.appraisal import open_tasks
from assessment.appraised import RulingRecord, appraised_snapshot, ruling_record, rulings_in_force
from assessment.permissions import Identity
from assessment.reopening import reopenings
from assessment.roles import Role
from assessment.snapshots import LevelSnapshot
from assessment.submissions import TOLD, ReportPlace
from data.lineage import UnitKey
from data.models import AppraisalTier, EarlierExplanation, Explanation, PeriodState, Ruling, Submission
from data.repositories import PeriodRecord, periods


@dataclass(frozen=True)
class ToldRulings:
    """The rulings that a unit was told, the oldest first. reappraising: criteria whose second appraisal is going on.

    until: when the first of the rulings was made that it is still to be told; None where it knows all.
    """

    rulings: tuple[RulingRecord, ...]
    reappraising: frozenset[str]
    until: dt.datetime | None


def told_rulings(session: Session, place: ReportPlace) -> ToldRulings | None:
    """What a unit was told of its appraisal; None before it was."""
    row = session.get(Submission, (place.period_id, *place.unit))
    if row is None or PeriodState(row.state) not in TOLD:
        return None
    again = reopenings(session, place.period_id, [place.unit])
    reopened = sorted((x.reopened_at, code) for (_unit, code), own in again.items() for x in own)
    explained: list[tuple[dt.datetime, str]] = []
    for table in (Explanation, EarlierExplanation):
        query = select(table.sent_at, table.criterion).filter_by(**place.columns).where(table.sent_at.is_not(None))
        explained += [(at, code) for at, code in session.execute(query) if at is not None]
    rows = session.scalars(select(Ruling).filter_by(**place.columns).order_by(Ruling.id))
    left = open_tasks(session, place, AppraisalTier.SECOND)
    found, untold = _told(list(map(ruling_record, rows)), explained, reopened, left)
    known = sorted((ruling for own in found.values() for ruling in own), key=lambda ruling: ruling.id)
    return ToldRulings(
        tuple(known), frozenset({*left, *untold}), min((r.ruled_at for r in untold.values()), default=None)
    )


def _told(
    rulings: Iterable[RulingRecord],
    explained: Iterable[tuple[dt.datetime, str]],
    reopened: Sequence[tuple[dt.datetime, str]],
    left: Collection[str],
) -> tuple[dict[str, tuple[RulingRecord, ...]], dict[str, RulingRecord]]:
    """The rulings that a unit was told, by criterion, and the newest on criteria of which it was not told that.

    Of the first appraisal that is the last ruling on each criterion, of a second one the last when all of it was ruled on,
    and whatever is ruled on after that. explained, reopened: when, and which criterion; the oldest reopening first. left:
    criteria that are still to be ruled on.
    """
    found: dict[str, tuple[RulingRecord, ...]] = {}
    second: list[RulingRecord] = []
    for ruling in rulings:
        if ruling.tier == AppraisalTier.SECOND:
            second.append(ruling)
        else:
            found[ruling.criterion] = (ruling,)
    # Nothing is ruled on a second time before the unit has explained it, or the office has reopened something.
    first = {code for at, code in explained if not reopened or at < reopened[0][0]}
    later = sorted([*reopened, *((at, code) for at, code in explained if reopened and at >= reopened[0][0])])
    awaited, untold = first, dict[str, RulingRecord]()

    def tell() -> None:
        for code, ruling in untold.items():
            found[code] = (*found.get(code, ()), ruling)
        untold.clear()

    for ruling in second:
        while later and later[0][0] <= ruling.ruled_at:
            awaited.add(later.pop(0)[1])
        untold[ruling.criterion] = ruling
        awaited.discard(ruling.criterion)
        if not awaited:
            tell()
    if not left:
        tell()
    return found, untold


def told_until(session: Session, unit: UnitKey) -> Iterator[tuple[PeriodRecord, dt.datetime | None]]:
    """The periods in which a unit was told of rulings, and from when on it is not told any more; None where it is of all."""
    for period in periods(session):
        told = told_rulings(session, ReportPlace(period.id, unit))
        if told is not None:
            yield period, told.until


def told_unit(identity: Identity) -> UnitKey | None:
    """The unit of which somebody learns no more than it was told; None for the office, which tells it, and without a unit."""
    return None if identity.role == Role.DX_OFFICE else identity.unit


def known_rulings(session: Session, period_id: int, unit: UnitKey | None) -> tuple[RulingRecord, ...]:
    """The rulings in force of a period, those on a unit as far as it was told of them; the oldest of them first."""
    return _known(session, period_id, unit, rulings_in_force(session, period_id))


def _known(
    session: Session, period_id: int, unit: UnitKey | None, in_force: tuple[RulingRecord, ...]
) -> tuple[RulingRecord, ...]:
    if unit is None:
        return in_force
    told = told_rulings(session, ReportPlace(period_id, unit))
    own = {ruling.criterion: ruling for ruling in told.rulings} if told else {}
    others = (ruling for ruling in in_force if ruling.unit != unit)
    return tuple(sorted((*others, *own.values()), key=lambda ruling: ruling.id))


def untold_rulings(session: Session, period_id: int, unit: UnitKey | None) -> frozenset[int]:
    """Numbers of the rulings on a unit in a period that it was not told of."""
    if unit is None:
        return frozenset()
    place = ReportPlace(period_id, unit)
    told = told_rulings(session, place)
    known = {ruling.id for ruling in told.rulings} if told else set[int]()
    return frozenset(session.scalars(select(Ruling.id).filter_by(**place.columns))) - known


def knows_all(session: Session, period_id: int, unit: UnitKey | None) -> bool:
    """Whether a unit was told of every ruling that is in force on it; so too where there is no unit to be told."""
    if unit is None:
        return True
    in_force = rulings_in_force(session, period_id)
    return _known(session, period_id, unit, in_force) == in_force


def appraised_for(session: Session, snapshot: LevelSnapshot, unit: UnitKey | None) -> LevelSnapshot:
    """A level after its rulings, those on a unit as far as it was told of them; the level says where some are left out.

    Without them the unit is open, so that ranks of the others are bounds and tell nothing of it either.
    """
    in_force = rulings_in_force(session, snapshot.period.id)
    known = _known(session, snapshot.period.id, unit, in_force)
    after = appraised_snapshot(snapshot, known)
    held_back = known != in_force and any(own.key == unit for own in snapshot.units)
    return replace(after, withheld=unit) if held_back else after
