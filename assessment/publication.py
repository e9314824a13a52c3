"""What may be published, and what of it may be seen by whom: the public sees decisions, and invented figures never."""

from collections.abc import Iterable, Iterator
from enum import StrEnum

from sqlalchemy import select
from sqlalchemy.orm import Session

from assessment.permissions import Action, Identity, only_invented, permitted
from criteria.levels import level_names
from criteria.model import Level
from data.models import LEVELS, Period, PeriodCriteriaSet, PeriodOrigin, PeriodState, PeriodStep, StepKind
from data.repositories import PeriodRecord, criteria_set_text, periods
from language import _


def is_published(period: PeriodRecord) -> bool:
    """Whether the results of a period are public: published by a decision, and not those of the demonstration."""
    return period.origin == PeriodOrigin.OFFICE and period.state == PeriodState.PUBLISHED


def may_read_unpublished(identity: Identity) -> bool:
    """Whether the identity sees figures before they are published."""
    return permitted(identity, Action.READ_UNPUBLISHED)


class Sight(StrEnum):
    """Which periods somebody sees: the published ones, those of the demonstration, or all."""

    PUBLISHED = "published"
    INVENTED = "invented"
    EVERYTHING = "everything"


def sight(identity: Identity) -> Sight:
    """What the identity sees. The passwords of demonstration accounts were shown: they open invented figures alone."""
    if not may_read_unpublished(identity):
        return Sight.PUBLISHED
    return Sight.INVENTED if identity.demonstration else Sight.EVERYTHING


def in_sight(seen: Sight, period: PeriodRecord) -> bool:
    """Whether a period may be seen."""
    match seen:
        case Sight.PUBLISHED:
            return is_published(period)
        case Sight.INVENTED:
            return period.origin == PeriodOrigin.DEMONSTRATION
        case Sight.EVERYTHING:
            return True


def readable_periods(session: Session, seen: Sight) -> tuple[PeriodRecord, ...]:
    """The periods that may be seen: the office's own first, each origin's newest first."""
    return tuple(period for period in periods(session) if in_sight(seen, period))


def permit_period(session: Session, identity: Identity, period_id: int) -> None:
    """Raises PermissionError for an account of the demonstration and a period whose figures are not invented.

    Asked by whatever reads of a period more than was published; what writes asks where it is noted (`record`).
    """
    if identity.demonstration:
        origin = session.scalar(select(Period.origin).where(Period.id == period_id))
        if origin != PeriodOrigin.DEMONSTRATION:
            raise PermissionError(only_invented())


def own_first(found: Iterable[PeriodRecord]) -> tuple[PeriodRecord, ...]:
    """Of these periods the office's own; those of the demonstration only while there is none of the office."""
    held = tuple(found)
    return tuple(period for period in held if period.origin == PeriodOrigin.OFFICE) or held


def levels_of(session: Session, period_id: int) -> tuple[Level, ...]:
    """The levels that a period assesses: those for which it has chosen a criteria set."""
    used = set(session.scalars(select(PeriodCriteriaSet.level).where(PeriodCriteriaSet.period_id == period_id)))
    return tuple(level for level in LEVELS if level in used)


def is_trial(session: Session, period: PeriodRecord) -> bool:
    """Whether a period can only be closed as an internal trial run: its figures are invented, or a set is a reference."""
    sets = (criteria_set_text(session, period.id, level) for level in levels_of(session, period.id))
    return period.origin != PeriodOrigin.OFFICE or any(text.status != "official" for text in sets)


def trial_ended(session: Session, period_id: int) -> bool:
    """Whether a period was closed as an internal trial run."""
    return session.get(PeriodStep, (period_id, StepKind.TRIAL_CLOSED.value)) is not None


def counts_as_trial(session: Session, period: PeriodRecord) -> bool:
    """Whether the results of a period are those of an internal trial run: it was closed as one, or can only be one."""
    return is_trial(session, period) or trial_ended(session, period.id)


def publication_faults(session: Session, period: PeriodRecord) -> tuple[str, ...]:
    """Why a period can never be published as it stands, every reason a sentence; none for one that can.

    Source: product.md, ranking by criteria that nobody issued has no legal force.
    """
    return tuple(_publication_faults(session, period))


def _publication_faults(session: Session, period: PeriodRecord) -> Iterator[str]:
    if period.origin != PeriodOrigin.OFFICE:
        yield _(
            "Kỳ «{period}» dùng số liệu trình diễn nên không công bố được; chỉ có thể kết thúc chạy thử nội bộ."
        ).format(period=period.name)
    used = levels_of(session, period.id)
    for level in LEVELS:
        if level not in used:
            yield _("{level}: kỳ «{period}» chưa chọn bộ chỉ số; hãy chọn bộ chính thức đã ban hành.").format(
                level=level_names()[level], period=period.name
            )
            continue
        text = criteria_set_text(session, period.id, level)
        names = {"level": level_names()[level], "id": text.set_id, "version": text.version}
        if text.status != "official":
            yield _(
                "{level}: bộ chỉ số {id} phiên bản {version} là bộ tham chiếu nên kết quả không công bố được; hãy dùng bộ "
                "chính thức đã ban hành, hoặc kết thúc kỳ này như chạy thử nội bộ."
            ).format(**names)
        elif not text.released:
            yield _(
                "{level}: bộ chỉ số {id} phiên bản {version} chưa được hai người ban hành trên phần mềm; hãy ban hành ở "
                "màn hình «Bộ chỉ số»."
            ).format(**names)
