"""Results of the internal index of earlier years, of which the totals are known and the inputs are not."""

import datetime as dt
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from sqlalchemy import select
from sqlalchemy.orm import Session

from criteria.levels import level_names
from criteria.model import Level
from data.lineage import UnitKey
from data.models import InternalTotal, ResultOrigin, Unit
from language import _, format_number

SCALE = 100
"""The internal index is on a scale of 100. Source: the province's published result of 2023 (80.1 of 100)."""
_STEPS = 1_000_000_000


@dataclass(frozen=True, slots=True)
class TotalRecord:
    """A result without inputs; points in grid steps (1e-9). No level: mean of all three; no unit: mean of the level.

    change: against the year before, where it was published. origin: published or office.
    """

    year: int
    level: str | None
    unit: UnitKey | None
    total: int
    change: int | None
    rank: int | None
    source: str
    origin: str


@dataclass(frozen=True, slots=True)
class OfficeTotal:
    """A result of an earlier year that the office puts in; points in grid steps (1e-9)."""

    year: int
    level: Level | None
    unit: UnitKey | None
    total: int
    source: str
    change: int | None = None
    rank: int | None = None


class TotalsRefusedError(ValueError):
    """Totals that cannot be stored, with every fault as a sentence. Nothing of them is stored."""

    def __init__(self, faults: Sequence[str]) -> None:
        super().__init__("\n".join(faults))
        self.faults = tuple(faults)


def _key(code: str | None, valid_from: dt.date | None) -> UnitKey | None:
    return None if code is None or valid_from is None else UnitKey(code, valid_from)


def internal_totals(session: Session, year: int | None = None) -> tuple[TotalRecord, ...]:
    """What is known of the internal index of earlier years, of one year or of all, the earliest first.

    The mean of all levels stands first in its year, then the means of levels, then units. A published total and one
    of the office stand beside each other.
    """
    query = select(InternalTotal).order_by(
        InternalTotal.year,
        InternalTotal.level.is_not(None),
        InternalTotal.unit_code.is_not(None),
        InternalTotal.level,
        InternalTotal.unit_code,
        InternalTotal.id,
    )
    if year is not None:
        query = query.where(InternalTotal.year == year)
    return tuple(
        TotalRecord(
            row.year,
            row.level,
            _key(row.unit_code, row.unit_valid_from),
            row.total,
            row.change,
            row.rank,
            row.source,
            row.origin,
        )
        for row in session.scalars(query)
    )


def _place(total: OfficeTotal) -> str:
    if total.unit is not None:
        return _("Năm {year}, đơn vị {unit}").format(year=total.year, unit=total.unit.code)
    if total.level is not None:
        return _("Năm {year}, bình quân của «{level}»").format(year=total.year, level=level_names()[total.level])
    return _("Năm {year}, bình quân các cấp").format(year=total.year)


def _unit_faults(session: Session, total: OfficeTotal, place: str) -> Iterator[str]:
    if total.unit is None:
        return
    unit = session.get(Unit, tuple(total.unit))
    if unit is None:
        yield _("{place}: không có đơn vị mang mã này từ ngày đã ghi; hãy kiểm tra mã đơn vị.").format(place=place)
    elif unit.level != total.level:
        yield _("{place}: đơn vị này không thuộc cấp đã ghi; hãy kiểm tra cấp.").format(place=place)


def _faults(session: Session, totals: Sequence[OfficeTotal]) -> Iterator[str]:
    seen: set[tuple[int, str | None, UnitKey | None]] = set()
    for total in totals:
        place = _place(total)
        if (total.year, total.level, total.unit) in seen:
            yield _("{place}: có hai kết quả trong một lần ghi; hãy giữ lại một.").format(place=place)
        seen.add((total.year, total.level, total.unit))
        if not 0 <= total.total <= SCALE * _STEPS:
            yield _("{place}: điểm {value} không dùng được; điểm phải từ 0 đến {scale}.").format(
                place=place, value=format_number(total.total / _STEPS), scale=SCALE
            )
        if total.rank is not None and (total.rank < 1 or total.unit is None):
            yield _("{place}: thứ hạng {rank} không dùng được; chỉ đơn vị có thứ hạng, từ 1 trở lên.").format(
                place=place, rank=total.rank
            )
        if not total.source.strip():
            yield _("{place}: chưa ghi nguồn; hãy ghi văn bản hoặc trang đã công bố kết quả.").format(place=place)
        yield from _unit_faults(session, total, place)


def _stored(session: Session, total: OfficeTotal) -> InternalTotal | None:
    code, valid_from = total.unit or (None, None)
    return session.scalar(
        select(InternalTotal).where(
            InternalTotal.year == total.year,
            InternalTotal.level.is_not_distinct_from(total.level),
            InternalTotal.unit_code.is_not_distinct_from(code),
            InternalTotal.unit_valid_from.is_not_distinct_from(valid_from),
            InternalTotal.origin == ResultOrigin.OFFICE.value,
        )
    )


def store_internal_totals(session: Session, totals: Sequence[OfficeTotal]) -> int:
    """Stores totals of the office, all or nothing, in place of its own earlier ones; gives how many are new or changed.

    To be called in a write session. Published totals stay as they are. Raises TotalsRefusedError with every fault: an
    unknown unit or one of another level, a total outside the scale, a rank without a unit, no source, one given twice.
    """
    faults = list(_faults(session, totals))
    if faults:
        raise TotalsRefusedError(faults)
    written = 0
    for total in totals:
        row = _stored(session, total)
        if row is None:
            code, valid_from = total.unit or (None, None)
            row = InternalTotal(
                year=total.year,
                level=total.level,
                unit_code=code,
                unit_valid_from=valid_from,
                origin=ResultOrigin.OFFICE.value,
            )
            session.add(row)
        row.total, row.change, row.rank, row.source = total.total, total.change, total.rank, total.source
        written += session.is_modified(row)
        session.flush()
    return written
