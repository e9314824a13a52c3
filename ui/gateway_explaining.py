"""The way from the screen of draft results to the data: what a unit was told and says is read anew at every run."""

from assessment.explaining import may_answer
from assessment.permissions import Identity
from assessment.publication import own_first
from assessment.submissions import ReportPlace, SubmissionRecord, submission
from assessment.unit_publications import UnitPublication, unit_publication
from assessment.unit_results import UnitResults, unit_results
from data.database import read_session
from data.models import PeriodState
from data.repositories import PeriodRecord, UnitRecord
from language import local_day
from ui import gateway, gateway_publishing, gateway_reports
from ui.clock import now

_WAITING = frozenset({PeriodState.SENT, PeriodState.APPRAISAL})


def place_in(period: PeriodRecord, unit: UnitRecord) -> ReportPlace:
    """The report of a unit in a period."""
    return ReportPlace(period.id, unit.key)


def periods(identity: Identity) -> dict[str, tuple[PeriodRecord, UnitRecord]]:
    """The periods that the identity's unit takes part in, by number: the office's own first, each the newest first."""
    found = ((period, gateway_reports.units(period, identity)) for period, months in gateway.calendar() if months)
    return {str(period.id): (period, units[0]) for period, units in found if units}


def standing(place: ReportPlace) -> SubmissionRecord:
    """Where the report of a unit stands."""
    with read_session(gateway.engine()) as session:
        return submission(session, place)


def usual(found: dict[str, tuple[PeriodRecord, UnitRecord]]) -> str | None:
    """Number of the newest period whose results the unit was told or waits for: those of last year do not hide this year.

    Results of the demonstration are no results of the unit once the office has a period.
    """
    own = own_first(period for period, _unit in found.values())
    records = ((str(period.id), standing(place_in(*found[str(period.id)]))) for period in own)
    return next((number for number, record in records if record.is_told or record.state in _WAITING), None)


def results(identity: Identity, period: PeriodRecord, unit: UnitRecord) -> UnitResults | None:
    """What the unit may know of its appraisal; None before it was told. Raises PermissionError."""
    month = next(months[-1] for own, months in gateway.calendar() if own.id == period.id)
    snapshot = gateway.snapshot(period.id, unit.level, month)
    with read_session(gateway.engine()) as session:
        return unit_results(session, identity, place_in(period, unit), snapshot, local_day(now()))


def publications(period: PeriodRecord, unit: UnitRecord) -> tuple[UnitPublication, ...]:
    """What decisions published of a unit, the edition in force first. Raises FrozenMismatchError."""
    return tuple(
        unit_publication(edition, gateway_publishing.results_of(edition), unit.level, unit.key)
        for edition in gateway_publishing.editions_of(period)
    )


def to_answer(identity: Identity) -> tuple[PeriodRecord, ...]:
    """The periods whose draft results the identity's unit may still answer, the newest first."""
    found = periods(identity)
    with read_session(gateway.engine()) as session:
        return tuple(
            period
            for period in own_first(period for period, _unit in found.values())
            if may_answer(session, place_in(*found[str(period.id)]), local_day(now()))
        )
