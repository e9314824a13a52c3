"""The office's effort table at rest: editions that never change, the last of which is used."""

import datetime as dt
from collections.abc import Iterable
from dataclasses import dataclass
from decimal import Decimal
from typing import Literal

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from criteria.model import Level
from data.models import EffortCeiling, EffortLine, EffortTable, EffortUnit
from language import _

StepName = Literal["next", "target", "full"]

THOUSANDTHS = 1000
"""Amounts are kept as whole thousandths, so that sums are exact on every database."""
MONTHS = tuple(range(1, 13))


@dataclass(frozen=True, slots=True)
class EffortLineRecord:
    """What a step takes in all. unit_code: None for every unit of the level. months: None for those of the default.

    owner: code of a unit or a name; None for the unit itself. project: empty for a project of its own.
    """

    level: Level
    criterion: str
    step: StepName
    amount: Decimal
    unit_code: str | None = None
    months: tuple[int, ...] | None = None
    owner: str | None = None
    project: str = ""


@dataclass(frozen=True, slots=True)
class CeilingRecord:
    """Most effort in each of some months, of one owner or (None) of all together."""

    months: tuple[int, ...]
    amount: Decimal
    owner: str | None = None


@dataclass(frozen=True, slots=True)
class EffortContent:
    """What an edition says: unit of measure, the default rule, rows and ceilings.

    The default rule: so much for all of a criterion's points, in proportion to the share gained, at least `least`.
    """

    measure: EffortUnit = EffortUnit.PERSON_DAYS
    for_all_points: int = 20
    least: int = 1
    months: tuple[int, ...] = MONTHS
    lines: tuple[EffortLineRecord, ...] = ()
    ceilings: tuple[CeilingRecord, ...] = ()


@dataclass(frozen=True, slots=True)
class EffortEdition:
    """An edition with its number, from 1; 0 while the office has saved nothing and the default rule alone holds."""

    edition: int
    saved_at: dt.datetime | None
    content: EffortContent


class EffortsChangedError(ValueError):
    """Somebody else has saved an edition since the writer looked. Nothing is stored."""


def month_bits(months: Iterable[int]) -> int:
    """Months as one number, a bit each, January the lowest."""
    return sum(1 << (month - 1) for month in set(months))


def months_of(bits: int) -> tuple[int, ...]:
    """The months of such a number, rising."""
    return tuple(month for month in MONTHS if bits >> (month - 1) & 1)


def current_edition(session: Session) -> int:
    """Number of the last edition; 0 without any."""
    return session.execute(select(func.max(EffortTable.edition))).scalar_one() or 0


def _amount(stored: int) -> Decimal:
    return (Decimal(stored) / THOUSANDTHS).normalize() + 0


def effort_edition(session: Session, edition: int | None = None) -> EffortEdition:
    """An edition; without a number the last one. Edition 0 is the default rule alone.

    Raises LookupError for a number that is not there.
    """
    number = current_edition(session) if edition is None else edition
    if number == 0:
        return EffortEdition(0, None, EffortContent())
    table = session.get(EffortTable, number)
    if table is None:
        raise LookupError(_("Không có bảng nguồn lực phiên bản {edition}.").format(edition=number))
    lines = session.scalars(select(EffortLine).where(EffortLine.edition == number).order_by(EffortLine.line))
    ceilings = session.scalars(
        select(EffortCeiling).where(EffortCeiling.edition == number).order_by(EffortCeiling.line)
    )
    content = EffortContent(
        EffortUnit(table.measure),
        table.for_all_points,
        table.least,
        months_of(table.months),
        tuple(
            EffortLineRecord(
                row.level,  # type: ignore[arg-type]
                row.criterion,
                row.step,  # type: ignore[arg-type]
                _amount(row.amount),
                row.unit_code,
                None if row.months is None else months_of(row.months),
                row.owner,
                row.project,
            )
            for row in lines
        ),
        tuple(CeilingRecord(months_of(row.months), _amount(row.amount), row.owner) for row in ceilings),
    )
    return EffortEdition(number, table.saved_at, content)


def store_efforts(session: Session, content: EffortContent, expected_edition: int) -> int:
    """Stores a new edition and gives its number; the same content as the last edition stores nothing.

    To be called in a write session. expected_edition: the edition that the writer has seen. Raises EffortsChangedError
    when another one has been stored since. Does not ask whether the rows fit a criteria set: the caller does.
    """
    last = effort_edition(session)
    if last.edition != expected_edition:
        raise EffortsChangedError(
            _(
                "Bảng nguồn lực đã được người khác lưu (đang là phiên bản {current}, bạn đã xem phiên bản {seen}); "
                "hãy tải lại trang rồi sửa trên bảng mới."
            ).format(current=last.edition, seen=expected_edition)
        )
    if last.content == content:
        return last.edition
    number = last.edition + 1
    session.add(
        EffortTable(
            edition=number,
            saved_at=dt.datetime.now(dt.UTC),
            measure=content.measure.value,
            for_all_points=content.for_all_points,
            least=content.least,
            months=month_bits(content.months),
        )
    )
    session.flush()
    for line, row in enumerate(content.lines, 1):
        session.add(
            EffortLine(
                edition=number,
                line=line,
                level=row.level,
                unit_code=row.unit_code,
                criterion=row.criterion,
                step=row.step,
                amount=int(row.amount * THOUSANDTHS),
                months=None if row.months is None else month_bits(row.months),
                owner=row.owner,
                project=row.project,
            )
        )
    for line, ceiling in enumerate(content.ceilings, 1):
        session.add(
            EffortCeiling(
                edition=number,
                line=line,
                owner=ceiling.owner,
                months=month_bits(ceiling.months),
                amount=int(ceiling.amount * THOUSANDTHS),
            )
        )
    session.flush()
    return number
