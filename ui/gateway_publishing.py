"""The way from the screens of council and publication to the data. Editions never change; the rest is read anew."""

import datetime as dt
from collections.abc import Mapping, Sequence

from assessment.amendments import LevelAmendment, amended_levels
from assessment.council import (
    CouncilRefusedError,
    StepRecord,
    UnitStanding,
    council_cautions,
    council_standing,
    steps_of,
)
from assessment.frozen import Results
from assessment.permissions import Action, Identity, permit
from assessment.publication import is_trial, publication_faults
from assessment.publishing import Edition, Preview, editions, preview, published_results, published_text
from assessment.reopening import Overtaken, overtaken_minutes
from assessment.told_results import told_unit
from data.database import read_session
from data.lineage import UnitKey
from data.models import StepKind
from data.repositories import PeriodRecord
from language import local_day
from ui import gateway
from ui.clock import now
from ui.kept import kept


def steps(period: PeriodRecord) -> Mapping[StepKind, StepRecord]:
    """The steps that have been taken of a period."""
    with read_session(gateway.engine()) as session:
        return steps_of(session, period.id)


def overtaken(identity: Identity, period: PeriodRecord) -> Overtaken | None:
    """The council's minutes of a period that no longer hold, and why. Raises PermissionError."""
    with read_session(gateway.engine()) as session:
        return overtaken_minutes(session, identity, period.id)


def standings(identity: Identity, period: PeriodRecord) -> tuple[UnitStanding, ...]:
    """How far appraisal of every unit of a period is. Raises PermissionError."""
    with read_session(gateway.engine()) as session:
        return council_standing(session, identity, period.id, local_day(now()))


def cautions(identity: Identity, period: PeriodRecord, standings: Sequence[UnitStanding]) -> tuple[str, ...]:
    """What the council has to know before it passes the results of a period. Raises PermissionError."""
    with read_session(gateway.engine()) as session:
        return council_cautions(session, identity, period.id, standings, local_day(now()))


def trial(period: PeriodRecord) -> bool:
    """Whether a period can only be closed as an internal trial run."""
    with read_session(gateway.engine()) as session:
        return is_trial(session, period)


def faults(period: PeriodRecord) -> tuple[str, ...]:
    """Why a period can never be published as it stands."""
    with read_session(gateway.engine()) as session:
        return publication_faults(session, period)


@kept(2)
def _preview(
    version: gateway.Version, mark: int, period_id: int, today: dt.date, told: UnitKey | None, _identity: Identity
) -> Preview | CouncilRefusedError:
    with read_session(gateway.engine()) as session:
        try:
            return preview(session, _identity, period_id, today)
        except CouncilRefusedError as refusal:
            return refusal


def would_be_published(identity: Identity, period: PeriodRecord) -> Preview:
    """What would be published of a period now. Raises PermissionError, CouncilRefusedError."""
    permit(identity, Action.READ_APPRAISED)
    mark, own = gateway.last_ruling_of(period.id), told_unit(identity)
    found = _preview(gateway.version(), mark, period.id, local_day(now()), own, identity)
    if isinstance(found, CouncilRefusedError):
        raise found
    return found


def editions_of(period: PeriodRecord) -> tuple[Edition, ...]:
    """What was published of a period, the edition in force first."""
    with read_session(gateway.engine()) as session:
        return editions(session, period.id)


def published() -> tuple[tuple[PeriodRecord, tuple[Edition, ...]], ...]:
    """Every period that was published, with its editions, the newest period first."""
    found = ((period, editions_of(period)) for period in gateway.published_periods())
    return tuple((period, own) for period, own in found if own)


@kept(8)
def _results(data_version: int, period_id: int, number: int) -> Results:
    period = next(p for p in gateway.published_periods() if p.id == period_id)
    with read_session(gateway.engine()) as session:
        return published_results(session, period, number)


def results_of(edition: Edition) -> Results:
    """What an edition published, built from its text alone. Raises FrozenMismatchError."""
    return _results(gateway.data_version(), edition.period_id, edition.number)


@kept(8)
def _changes(before: str, after: str, _results: tuple[Results, Results]) -> tuple[LevelAmendment, ...]:
    # A hash stands for all that is compared: what it is the hash of holds figures, units, lists and the hash of each set.
    return amended_levels(*_results)


def changes_between(before: Edition, after: Edition) -> tuple[LevelAmendment, ...]:
    """What an edition changed against an earlier one. Raises FrozenMismatchError."""
    return _changes(before.sha256, after.sha256, (results_of(before), results_of(after)))


def changes_foreseen(in_force: Edition, found: Preview) -> tuple[LevelAmendment, ...]:
    """What would be changed by publishing a preview. Raises FrozenMismatchError."""
    return _changes(in_force.sha256, found.frozen.sha256, (results_of(in_force), found.frozen.results))


def text_of(period: PeriodRecord, edition: Edition) -> bytes:
    """The frozen text of an edition, which whoever has it may read: the bytes of which its hash is.

    Asks not who is looking: a file is made outside of any run of a page.
    """
    with read_session(gateway.engine()) as session:
        return published_text(session, period, edition.number)[0].encode()
