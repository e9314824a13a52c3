"""The way from the screen of data suppliers to the data: what they may see of it, the use cases decide."""

from collections.abc import Sequence

from assessment.disputes import DisputeRecord, agency_disputes
from assessment.permissions import Identity
from assessment.snapshots import LevelSnapshot
from assessment.submissions import open_month, report_month
from assessment.supplying import SUPPLIED, SupplyForm, supplier_board, supply_form, supply_periods
from criteria.catalogue import Agency
from data.database import read_session
from data.repositories import PeriodRecord
from language import local_day
from ui import gateway
from ui.clock import now


def periods(identity: Identity) -> tuple[PeriodRecord, ...]:
    """Periods that take figures now, the newest first."""
    with read_session(gateway.engine()) as session:
        return supply_periods(session, identity)


def levels(period: PeriodRecord) -> tuple[LevelSnapshot, ...]:
    """The levels at the month that takes figures. Raises SubmissionRefusedError when all months are closed."""
    with read_session(gateway.engine()) as session:
        month = open_month(session, period.id)
    return tuple(gateway.unpublished_snapshot(period.id, level, month) for level in SUPPLIED)


def form(identity: Identity, agency: Agency, snapshots: tuple[LevelSnapshot, ...]) -> SupplyForm:
    """What an agency has to give, and what of it is there."""
    with read_session(gateway.engine()) as session:
        return supply_form(session, identity, agency, snapshots, local_day(now()))


def disputes(identity: Identity, agency: Agency, snapshots: Sequence[LevelSnapshot]) -> tuple[DisputeRecord, ...]:
    """What units say against the figures of an agency, those that wait for an answer first."""
    with read_session(gateway.engine()) as session:
        return agency_disputes(session, identity, agency.code, snapshots)


def board(identity: Identity, period: PeriodRecord) -> tuple[SupplyForm, ...]:
    """How far every supplier has come, or had when the period was closed."""
    with read_session(gateway.engine()) as session:
        month = report_month(session, period.id).month
    snapshots = tuple(gateway.unpublished_snapshot(period.id, level, month) for level in SUPPLIED)
    with read_session(gateway.engine()) as session:
        return supplier_board(session, identity, snapshots, local_day(now()))
