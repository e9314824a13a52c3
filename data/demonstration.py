"""Switching the demonstration data off and on: the periods come and go whole, nothing of the office is touched."""

from collections.abc import Mapping
from dataclasses import dataclass

from sqlalchemy import delete, select
from sqlalchemy.orm import Session

from criteria.levels import level_names
from criteria.model import Level
from data.models import (
    Account,
    AccountOrigin,
    Evidence,
    EvidenceReading,
    EvidenceUse,
    Period,
    PeriodOrigin,
    Scenario,
    SecretRemoval,
)
from data.seeding import demonstration_decided, demonstration_names, note_demonstration, put_in_demonstration
from language import _, format_number, sort_key


@dataclass(frozen=True, slots=True)
class DemonstrationStatus:
    """Which demonstration periods there are, and which are not.

    others: names of the office's periods. scenarios: names of the saved scenarios that rest on demonstration periods.
    pending: nobody has decided yet, so the next start puts the data in.
    """

    present: tuple[str, ...]
    absent: tuple[str, ...]
    others: tuple[str, ...]
    scenarios: tuple[str, ...]
    pending: bool

    @property
    def on(self) -> bool:
        """Whether there is any demonstration data."""
        return bool(self.present)


class DemonstrationRefusedError(ValueError):
    """Why the demonstration data cannot be switched on or off, as a sentence. Nothing has changed."""


def demonstration_status(session: Session) -> DemonstrationStatus:
    """The demonstration periods that are there and those that are not, by year."""
    rows = session.execute(select(Period.name, Period.origin).order_by(Period.year, Period.id)).all()
    present = tuple(name for name, origin in rows if origin == PeriodOrigin.DEMONSTRATION)
    absent = tuple(name for name in demonstration_names() if name not in present)
    others = tuple(name for name, origin in rows if origin != PeriodOrigin.DEMONSTRATION)
    resting = select(Scenario.name).join(Period, Period.id == Scenario.period_id)
    scenarios = session.scalars(resting.where(Period.origin == PeriodOrigin.DEMONSTRATION.value)).all()
    return DemonstrationStatus(
        present, absent, others, tuple(sorted(scenarios, key=sort_key)), not demonstration_decided(session)
    )


def switch_off(session: Session, *, delete_scenarios: bool = False) -> DemonstrationStatus:
    """Removes the demonstration periods with everything in them; gives what was there before.

    The demonstration accounts and their documents go with them, but for what the log of secrets names, and whoever is
    signed in with one is signed out. To be called in a write session. delete_scenarios: saved scenarios that rest on these periods may go too. Reference data, criteria sets, the
    periods of the office and scenarios that rest on them stay, and no later start puts the demonstration data in again.
    Raises DemonstrationRefusedError when there are such scenarios and they may not go.
    """
    before = demonstration_status(session)
    if before.scenarios and not delete_scenarios:
        raise DemonstrationRefusedError(
            _(
                "Chưa gỡ gì: {n} kịch bản đã lưu dựa trên kỳ trình diễn sẽ bị xóa theo: {names}. Hãy tải Excel của kịch bản "
                "nào cần giữ ở màn hình Mô phỏng kịch bản, rồi chạy lại với --delete-scenarios."
            ).format(n=format_number(len(before.scenarios)), names="; ".join(f"«{name}»" for name in before.scenarios))
        )
    session.execute(delete(Period).where(Period.origin == PeriodOrigin.DEMONSTRATION.value))
    goes = Evidence.demonstration & Evidence.id.not_in(select(SecretRemoval.evidence_id))
    for table in (EvidenceUse, EvidenceReading):
        session.execute(delete(table).where(table.evidence_id.in_(select(Evidence.id).where(goes))))
    session.execute(delete(Evidence).where(goes))
    session.execute(delete(Account).where(Account.origin == AccountOrigin.DEMONSTRATION.value))
    note_demonstration(session)
    session.expire_all()
    return before


def switch_on(session: Session, texts: Mapping[Level, str] | None = None) -> tuple[str, ...]:
    """Puts in the demonstration periods that are not there, as the first start did; gives their names.

    To be called in a write session. texts: criteria sets by level; without them the packaged ones. Periods that are
    there stay as they are. Raises DemonstrationRefusedError when a period of the office has the name of one of them,
    or a level has no criteria set; ValueError (CriteriaSetError is one) when a criteria set cannot be used.
    """
    status = demonstration_status(session)
    taken = sorted(set(status.absent) & set(status.others))
    if taken:
        raise DemonstrationRefusedError(
            _("Kỳ đánh giá «{name}» của cơ quan trùng tên với kỳ trình diễn; hãy đổi tên kỳ đó rồi chạy lại.").format(
                name=taken[0]
            )
        )
    if status.absent:
        lacking = put_in_demonstration(session, status.absent, texts)
        if lacking:
            raise DemonstrationRefusedError(
                _("Chưa tạo được số liệu trình diễn: thiếu bộ chỉ số {levels}; hãy thêm tệp rồi chạy lại.").format(
                    levels="; ".join(level_names()[level] for level in lacking)
                )
            )
    return status.absent
