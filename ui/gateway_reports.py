"""The way from the reporting screens to the data: drafts are read anew at every run, what is stored from the cache."""

from collections.abc import Iterator, Mapping, Sequence
from contextlib import suppress

from sqlalchemy.exc import OperationalError
from sqlalchemy.exc import TimeoutError as NoConnectionError

from assessment.audit import may_change_shared
from assessment.deadlines import DeadlineRecord, deadlines
from assessment.disputes import DisputeRecord, disputes
from assessment.entries import Entry
from assessment.follow_up import ReportStanding, board
from assessment.permissions import Action, Identity, Reach, only_invented, reach
from assessment.presence import is_noted, note_presence
from assessment.presence import others_present as others_noted
from assessment.publication import may_read_unpublished
from assessment.report_form import ReportForm, ReportTerms, report_form, report_terms, stored_figures
from assessment.snapshots import LevelSnapshot
from assessment.submissions import OPEN, ReportPlace, open_month
from assessment.system_figures import FigureAction, FigureDifference, SystemTable, figure_difference
from assessment.unit_workbooks import UnitBook, unit_book
from criteria.model import Level
from data.database import draft_session, read_session
from data.lineage import UnitKey
from data.models import PeriodOrigin
from data.repositories import PeriodRecord, UnitRecord, units_of
from language import local_day
from ui import gateway
from ui.clock import now
from ui.kept import kept

REPORTING: tuple[Level, ...] = ("department", "district", "commune")
"""Levels whose units report."""


def report_periods(identity: Identity) -> tuple[PeriodRecord, ...]:
    """Periods with reports: the office's own before the demonstration's; of each those before the council, then those
    whose reports are only read; the newest first.
    """
    if not may_read_unpublished(identity):
        return ()
    found = [p for p, months in gateway.calendar() if months]
    return tuple(sorted(found, key=lambda p: (p.origin != PeriodOrigin.OFFICE, p.state not in OPEN)))


@kept(4)
def _reporting_units(data_version: int, period_id: int) -> tuple[UnitRecord, ...]:
    with read_session(gateway.engine()) as session:
        return tuple(unit for level in REPORTING for unit in units_of(session, period_id, level))


def units(period: PeriodRecord, identity: Identity) -> tuple[UnitRecord, ...]:
    """The units whose report the identity may see, level by level."""
    own = reach(identity, Action.READ_DRAFTS) != Reach.ANY
    found = _reporting_units(gateway.data_version(), period.id)
    return tuple(u for u in found if not own or u.key == identity.unit)


@kept(8)
def _terms(data_version: int, period_id: int) -> ReportTerms:
    with read_session(gateway.engine()) as session:
        return report_terms(session, period_id)


def closing(period: PeriodRecord) -> str:
    """Why a period takes no more figures; empty while it does."""
    return _terms(gateway.data_version(), period.id).month.closed


def shown_snapshot(period: PeriodRecord, level: Level) -> LevelSnapshot:
    """The level at the month that takes figures; where none does any more at the last one."""
    month = _terms(gateway.data_version(), period.id).month.month
    return gateway.snapshot(period.id, level, month)


def open_snapshot(period: PeriodRecord, level: Level) -> LevelSnapshot:
    """The level at the month that takes figures. Raises SubmissionRefusedError when all months are closed."""
    with read_session(gateway.engine()) as session:
        month = open_month(session, period.id)
    return gateway.snapshot(period.id, level, month)


def form(identity: Identity, place: ReportPlace, snapshot: LevelSnapshot) -> ReportForm:
    """The report of a unit as it stands now."""
    terms = _terms(gateway.data_version(), place.period_id)
    with read_session(gateway.engine()) as session:
        return report_form(session, identity, place, snapshot, terms, local_day(now()))


def others_present(identity: Identity, place: ReportPlace) -> tuple[str, ...]:
    """Who else has the form open; notes, at times, that whoever looks has it open too."""
    with read_session(gateway.engine()) as session:
        others, noted = others_noted(session, identity, place, now()), is_noted(session, identity, place, now())
    if not noted:
        with suppress(OperationalError, NoConnectionError), draft_session(gateway.engine(), brief=True) as session:
            note_presence(session, identity, place, now())
    return others


@kept(256)
def _stored_figures(
    version: gateway.Version, place: gateway.Place, unit: UnitKey, _snapshot: LevelSnapshot
) -> Mapping[str, str]:
    return stored_figures(_snapshot, unit)


def earlier_figures(form: ReportForm) -> tuple[str, Mapping[str, str]] | None:
    """The last snapshot of the year before with the unit's figures there; None without one."""
    found = gateway.year_before(form.place.period_id)
    if found is None:
        return None
    earlier = gateway.snapshot(found[0].id, form.snapshot.level, found[1])
    figures = _stored_figures(gateway.version(), gateway.place_of(earlier), form.place.unit, earlier)
    return (earlier.name, figures) if figures else None


def book_of(identity: Identity, form: ReportForm) -> UnitBook:
    """The workbook of a unit, with what stands in its form now."""
    with read_session(gateway.engine()) as session:
        return unit_book(session, identity, form.place, form.snapshot)


def books(identity: Identity, period: PeriodRecord, chosen: Sequence[UnitRecord]) -> Iterator[UnitBook]:
    """The workbooks of some units of a period, one after the other. Raises as `open_snapshot`."""
    levels = {level: open_snapshot(period, level) for level in REPORTING if any(u.level == level for u in chosen)}
    with read_session(gateway.engine()) as session:
        for unit in chosen:
            place = ReportPlace(period.id, unit.key)
            yield unit_book(session, identity, place, levels[unit.level])


def period_standings(identity: Identity, period: PeriodRecord) -> tuple[ReportStanding, ...]:
    """Who stands where in a period, or stood when it was closed."""
    levels = [shown_snapshot(period, level) for level in REPORTING]
    with read_session(gateway.engine()) as session:
        return board(session, identity, levels, local_day(now()))


def shared_fault(identity: Identity) -> str:
    """Why the identity changes nothing that all periods share; empty while it may."""
    with read_session(gateway.engine()) as session:
        return "" if may_change_shared(session, identity) else only_invented()


def figure_change(
    identity: Identity, snapshot: LevelSnapshot, entry: Entry, table: SystemTable, action: FigureAction
) -> FigureDifference:
    """What a table would change that the identity wants to put in."""
    with read_session(gateway.engine()) as session:
        return figure_difference(session, identity, snapshot, entry, table, action)


def disputes_of_period(identity: Identity, period_id: int) -> tuple[DisputeRecord, ...]:
    """What units say against figures of source systems, those that wait for an answer first."""
    with read_session(gateway.engine()) as session:
        return disputes(session, identity, period_id)


def deadlines_of(period_id: int) -> dict[str, DeadlineRecord]:
    """Deadlines by level."""
    with read_session(gateway.engine()) as session:
        return deadlines(session, period_id)
