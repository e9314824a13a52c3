"""What data suppliers give: the figures that their agency verifies, for all units of a level, in the open period."""

import datetime as dt
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from sqlalchemy import select
from sqlalchemy.orm import Session

from assessment.deadlines import Due, deadlines, due, working_days
from assessment.entries import Entry
from assessment.permissions import Action, Identity, may_know, permit
from assessment.publication import own_first, permit_period
from assessment.report_form import stored_text
from assessment.roles import Role
from assessment.snapshots import LevelSnapshot
from assessment.submissions import OPEN
from assessment.system_figures import system_units
from criteria.catalogue import Agency, agencies, agency_named
from criteria.model import Level
from data.models import SUPPLIERS, Account, AccountState, PeriodOrigin, Unit
from data.repositories import PeriodRecord, UnitRecord, periods, snapshots

SUPPLIED: tuple[Level, ...] = ("department", "district", "commune", "province")
"""Levels of which suppliers own figures; of the province those that it does not sum up from its units."""


@dataclass(frozen=True, slots=True)
class SupplyLine:
    """A unit with what is stored of it, as one would type it. supplied: whether it came from a source of figures."""

    unit: UnitRecord
    stored: str
    supplied: bool


@dataclass(frozen=True)
class SupplyFigure:
    """A figure that an agency owns. lines: the units that it applies to, in the order of the level."""

    level: Level
    entry: Entry
    lines: tuple[SupplyLine, ...]

    @property
    def given(self) -> int:
        """Units with a figure, whoever gave it."""
        return sum(line.stored != "" for line in self.lines)

    @property
    def supplied(self) -> int:
        """Units whose figure came from its source."""
        return sum(line.supplied for line in self.lines)

    @property
    def lacking(self) -> int:
        """Units that wait for it."""
        return len(self.lines) - self.supplied


@dataclass(frozen=True)
class SupplyForm:
    """The figures of an agency in a period, level by level in set order. accounts: of suppliers that give them."""

    agency: Agency
    figures: tuple[SupplyFigure, ...]
    due: Due | None
    accounts: int

    @property
    def asked(self) -> int:
        """Cells to be filled: a figure of a unit each."""
        return sum(len(figure.lines) for figure in self.figures)

    @property
    def supplied(self) -> int:
        """Cells filled from their source."""
        return sum(figure.supplied for figure in self.figures)

    @property
    def lacking(self) -> int:
        """Cells that wait."""
        return self.asked - self.supplied

    @property
    def is_late(self) -> bool:
        """Whether the deadline has passed and something still waits."""
        return self.lacking > 0 and self.due is not None and self.due.is_over


def supply_periods(session: Session, identity: Identity) -> tuple[PeriodRecord, ...]:
    """Periods that take figures now, the newest first; once the office has a period, none of the demonstration.

    Raises PermissionError unless the identity gives any.
    """
    permit(identity, Action.SUPPLY_FIGURES, agencies=frozenset({identity.agency}))
    known = (p for p in periods(session) if may_know(identity, invented=p.origin == PeriodOrigin.DEMONSTRATION))
    return tuple(p for p in own_first(known) if p.state in OPEN and snapshots(session, p.id))


def supply_form(
    session: Session, identity: Identity, agency: Agency, levels: Sequence[LevelSnapshot], today: dt.date
) -> SupplyForm:
    """What an agency has to give in a period, and what of it is there. levels: of one period, at the open month.

    Raises PermissionError for everybody but the office and suppliers of this agency.
    """
    permit(identity, Action.SUPPLY_FIGURES, agencies=frozenset({agency.code}))
    permit_period(session, identity, levels[0].period.id)
    return next(_forms(session, {agency: _accounts(session).get(agency.code, 0)}, levels, today))


def supplier_board(
    session: Session, identity: Identity, levels: Sequence[LevelSnapshot], today: dt.date
) -> tuple[SupplyForm, ...]:
    """How far every supplier of a period has come: agencies that are no unit of it, and those with an account.

    Raises PermissionError unless the identity follows reports.
    """
    permit(identity, Action.FOLLOW_REPORTS)
    permit_period(session, identity, levels[0].period.id)
    units, accounts = {unit.code for snapshot in levels for unit in snapshot.units}, _accounts(session)
    known = {agency: accounts.get(agency.code, 0) for agency in agencies()}
    chosen = {agency: n for agency, n in known.items() if n or agency.code not in units}
    return tuple(form for form in _forms(session, chosen, levels, today) if form.figures)


def _forms(
    session: Session, chosen: Mapping[Agency, int], levels: Sequence[LevelSnapshot], today: dt.date
) -> Iterator[SupplyForm]:
    """What agencies have to give. chosen: how many accounts each has."""
    of_suppliers = deadlines(session, levels[0].period.id).get(SUPPLIERS)
    until = due(None, of_suppliers, working_days(session), today)
    for agency, accounts in chosen.items():
        figures = tuple(figure for snapshot in levels for figure in _figures(snapshot, agency))
        yield SupplyForm(agency, figures, until, accounts)


def _figures(snapshot: LevelSnapshot, agency: Agency) -> Iterator[SupplyFigure]:
    index, waived = snapshot.book.compiled.index_of, snapshot.inputs.not_applicable
    for entry in snapshot.entries.entries:
        if agency.code not in entry.verifiers:
            continue
        system, criteria = system_units(snapshot, entry), [index[p.criterion] for p in entry.places]
        lines = tuple(
            SupplyLine(unit, stored_text(snapshot, unit.code, entry), unit.code in system)
            for row, unit in enumerate(snapshot.units)
            if not waived[row, criteria].all()
        )
        if lines:
            yield SupplyFigure(snapshot.level, entry, lines)


def _accounts(session: Session) -> Mapping[str, int]:
    """Active accounts of data suppliers by the code of their agency."""
    query = (
        select(Account.organisation, Unit.name_vi)
        .outerjoin(Unit, (Unit.code == Account.unit_code) & (Unit.valid_from == Account.unit_valid_from))
        .where(Account.role == Role.DATA_PROVIDER.value, Account.state == AccountState.ACTIVE.value)
    )
    named = (agency_named(name or unit or "") for name, unit in session.execute(query))
    return Counter(agency.code for agency in named if agency is not None)
