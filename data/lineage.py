"""Units that merge, split and are renamed in time: which unit became which."""

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass
from typing import NamedTuple

from sqlalchemy import select
from sqlalchemy.orm import Session

from data.models import Period, Unit, UnitSuccession


class UnitKey(NamedTuple):
    """What names a unit at all times: the state uses codes again."""

    code: str
    valid_from: dt.date


@dataclass(frozen=True, slots=True)
class SuccessionRecord:
    """A unit that became another one, or a part of it, on a day. kind: merged, renamed, split or moved."""

    from_key: UnitKey
    to_key: UnitKey
    date: dt.date
    kind: str
    source: str


@dataclass(frozen=True, slots=True)
class UnitSpan:
    """What a unit is called, and the last day on which it is that; None when no end is known."""

    level: str
    name: str
    valid_to: dt.date | None


_IN_ORDER = (
    UnitSuccession.date,
    UnitSuccession.from_code,
    UnitSuccession.from_valid_from,
    UnitSuccession.to_code,
    UnitSuccession.to_valid_from,
)


def _record(row: UnitSuccession) -> SuccessionRecord:
    return SuccessionRecord(
        UnitKey(row.from_code, row.from_valid_from),
        UnitKey(row.to_code, row.to_valid_from),
        row.date,
        row.kind,
        row.source,
    )


def successions(session: Session) -> tuple[SuccessionRecord, ...]:
    """Every succession that is known, by date."""
    return tuple(map(_record, session.scalars(select(UnitSuccession).order_by(*_IN_ORDER))))


def unit_spans(session: Session) -> dict[UnitKey, UnitSpan]:
    """Every unit of every time by its key."""
    query = select(Unit.code, Unit.valid_from, Unit.level, Unit.name_vi, Unit.valid_to)
    return {
        UnitKey(code, valid_from): UnitSpan(level, name, valid_to)
        for code, valid_from, level, name, valid_to in session.execute(query)
    }


def successors(session: Session, key: UnitKey) -> tuple[SuccessionRecord, ...]:
    """What a unit became, step by step one step away, by date; empty for a unit that nothing followed."""
    query = select(UnitSuccession).where(
        UnitSuccession.from_code == key.code, UnitSuccession.from_valid_from == key.valid_from
    )
    return tuple(map(_record, session.scalars(query.order_by(*_IN_ORDER))))


def predecessors(session: Session, key: UnitKey) -> tuple[SuccessionRecord, ...]:
    """Which units became this one or a part of it, one step away, by date.

    A unit that took another one in and kept its own key is not its own predecessor.
    """
    query = select(UnitSuccession).where(
        UnitSuccession.to_code == key.code, UnitSuccession.to_valid_from == key.valid_from
    )
    return tuple(map(_record, session.scalars(query.order_by(*_IN_ORDER))))


def _origins(key: UnitKey, before: Mapping[UnitKey, list[UnitKey]], found: dict[UnitKey, None]) -> None:
    if key in found:
        return
    found[key] = None
    for origin in before.get(key, ()):
        _origins(origin, before, found)


def lineage(session: Session, period_id: int) -> dict[UnitKey, tuple[UnitKey, ...]]:
    """Each unit of a period with all the units that went into it until then: itself first, then the nearest.

    Holds the units of every level that are valid on the period's unit date. To compare with an earlier period, take
    those that are units of it. Raises sqlalchemy.exc.NoResultFound for a period that is not there.
    """
    day = session.get_one(Period, period_id).unit_date
    valid = select(Unit.code, Unit.valid_from).where(
        Unit.valid_from <= day, Unit.valid_to.is_(None) | (Unit.valid_to >= day)
    )
    before: dict[UnitKey, list[UnitKey]] = {}
    for row in session.scalars(select(UnitSuccession).where(UnitSuccession.date <= day).order_by(*_IN_ORDER)):
        record = _record(row)
        before.setdefault(record.to_key, []).append(record.from_key)
    found: dict[UnitKey, tuple[UnitKey, ...]] = {}
    for code, valid_from in session.execute(valid.order_by(Unit.sort_text, Unit.code)):
        origins: dict[UnitKey, None] = {}
        _origins(UnitKey(code, valid_from), before, origins)
        found[UnitKey(code, valid_from)] = tuple(origins)
    return found
