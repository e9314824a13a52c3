"""The way to what scenarios, plans and sensitivity share: the province of a month, our base line, rivals drawn once."""

from assessment.baseline import base_line, base_years
from assessment.province import ProvincialSnapshot, provincial_snapshot
from assessment.rivals import RivalField, outlook_question, rival_field, stored_history
from data.database import read_session
from scoring.baseline import BaseLine
from scoring.outlook import MOVING, History, Outlook, Pace, Question
from ui import gateway
from ui.jobs import Job, Jobs
from ui.kept import kept

DRAWS = 100_000
SEED = 1


@kept(24)
def _province(version: gateway.Version, period_id: int, month: int) -> ProvincialSnapshot:
    if not version.unpublished:
        return gateway.published_province(period_id, month)
    period = gateway.period(period_id)
    with read_session(gateway.engine()) as session:
        return provincial_snapshot(session, period, month)


def provincial(period_id: int, month: int) -> ProvincialSnapshot:
    """The province at the end of a month, scored."""
    return _province(gateway.version(), period_id, month)


@kept(32)
def _base_line(version: gateway.Version, period_id: int, month: int, base_year: int) -> BaseLine:
    with read_session(gateway.engine()) as session:
        return base_line(session, base_year, _province(version, period_id, month))


def our_base_line(period_id: int, month: int, base_year: int) -> BaseLine:
    """Our result of the base year. Raises LookupError when it is not known well enough."""
    return _base_line(gateway.version(), period_id, month, base_year)


@kept(4)
def _base_years(version: gateway.Version) -> tuple[int, ...]:
    with read_session(gateway.engine()) as session:
        return base_years(session)


def known_base_years() -> tuple[int, ...]:
    """Years that can be started from, the latest first."""
    return _base_years(gateway.version())


@kept(4)
def _history(version: gateway.Version) -> History:
    with read_session(gateway.engine()) as session:
        return stored_history(session)


def history() -> History:
    """Every national result that is stored."""
    return _history(gateway.version())


def question(base_year: int, pace: Pace = MOVING) -> Question:
    """What comes of the base year. Raises KeyError for a year without results."""
    return outlook_question(history(), base_year, pace)


# Each entry holds the draws of 62 rivals, about 50 MB.
@kept(6)
def _field(version: gateway.Version, base_year: int, pace: Pace, draws: int) -> RivalField:
    return rival_field(outlook_question(_history(version), base_year, pace), draws, SEED)


def field(base_year: int, pace: Pace = MOVING) -> RivalField:
    """The rivals of the year that is asked for, drawn once per data version, base year and pace."""
    return _field(gateway.version(), base_year, pace, DRAWS)


@kept(1)
def _standing() -> Jobs[Outlook]:
    return Jobs("outlook")


def standing_job(base_year: int) -> Job[Outlook]:
    """Our doing nothing among the rivals, in the making or ready: drawing them takes seconds, and a page that shows
    other things first does not wait for them."""
    version = gateway.version()

    def work(job: Job[Outlook]) -> None:
        job.report(1.0, _field(version, base_year, MOVING, DRAWS).standing_still)

    return _standing().ask((version, base_year), work)
