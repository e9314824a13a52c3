"""The way from screens to the national results: bounded caches keyed by the data version."""

from assessment.national import NationalYear, national_calendar, national_year
from data.database import read_session
from data.national import NationalDifference, read_difference
from data.national_files import NationalTable
from language import local_day
from ui.clock import now
from ui.gateway import Version, engine, version
from ui.kept import kept


@kept(4)
def _calendar(version: Version) -> tuple[int, ...]:
    with read_session(engine()) as session:
        return national_calendar(session)


def years() -> tuple[int, ...]:
    """Years of which a national result is known, the newest first."""
    return _calendar(version())


@kept(24)
def _year(version: Version, year: int) -> NationalYear:
    with read_session(engine()) as session:
        return national_year(session, year)


def year(chosen: int) -> NationalYear:
    """Every province in a year, known or bounded."""
    return _year(version(), chosen)


def history() -> tuple[NationalYear, ...]:
    """Every known year, the oldest first."""
    now = version()
    return tuple(_year(now, chosen) for chosen in reversed(_calendar(now)))


def read_table(data: bytes, name: str) -> tuple[NationalTable, NationalDifference]:
    """A table of the office and what storing it would do now. Raises FileFaults as `data.national.read_difference`."""
    last_year = local_day(now()).year - 1
    with read_session(engine()) as session:
        return read_difference(session, data, name, last_year)
