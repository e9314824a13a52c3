"""Publishing a period by a decision, amending what was published by another one, and closing an internal trial run."""

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass, replace

from sqlalchemy import func, select, update
from sqlalchemy.orm import Session

from assessment.appraised import appraised_month
from assessment.audit import record
from assessment.council import (
    MOST_NUMBER,
    CouncilRefusedError,
    PreviewChangedError,
    StepRecord,
    appraisal_faults,
    chosen_period,
    day_change,
    move_period,
    noted,
    paper_number,
    put_step,
    require_paper_day,
    require_period_state,
    require_running,
    steps_of,
)
from assessment.decisions import Decision
from assessment.frozen import Frozen, FrozenMismatchError, Results, freeze, thaw
from assessment.permissions import Action, Identity, permit
from assessment.publication import is_trial, permit_period, publication_faults
from assessment.reasons import given_reason, one_line
from assessment.snapshots import LevelSnapshot
from assessment.told_results import knows_all, told_unit
from criteria.model import Level
from data.audit import Change, Deed
from data.models import PeriodState, Publication, Ruling, Snapshot, StepKind
from data.repositories import PeriodRecord
from language import _, format_date, format_number, local_day

MOST_SIGNER = 200
"""Letters that the database keeps of who signed a decision."""


@dataclass(frozen=True, slots=True)
class Edition:
    """What a decision published: the first edition of a period, or one that amends it for a reason.

    month: whose figures were appraised. sha256: of the published text.
    """

    period_id: int
    number: int
    decision: Decision
    reason: str
    month: int
    sha256: str
    published_at: dt.datetime


@dataclass(frozen=True)
class Preview:
    """What would be published now. faults: why it cannot, as sentences; of an amendment also what is left to appraise.

    late: rulings since the council's minutes, or since the edition that is in force.
    """

    frozen: Frozen
    faults: tuple[str, ...]
    late: int


_EDITION = (
    Publication.period_id, Publication.edition, Publication.decision_number, Publication.decision_date,
    Publication.signer, Publication.reason, Publication.month, Publication.sha256, Publication.published_at,
)  # fmt: skip


def editions(session: Session, period_id: int | None = None) -> tuple[Edition, ...]:
    """What was published of a period, or of all: the newest decision of a period first, its texts not read."""
    query = select(*_EDITION).order_by(Publication.period_id.desc(), Publication.edition.desc())
    if period_id is not None:
        query = query.where(Publication.period_id == period_id)
    return tuple(
        Edition(period, edition, Decision(number, date, signer), reason, month, sha256, at)
        for period, edition, number, date, signer, reason, month, sha256, at in session.execute(query)
    )


def latest_editions(session: Session) -> dict[int, Edition]:
    """The edition in force of every period that has one."""
    return {edition.period_id: edition for edition in reversed(editions(session))}


def published_text(session: Session, period: PeriodRecord, edition: int | None = None) -> tuple[str, str]:
    """The published text and its hash, of an edition or of the one in force. Raises LookupError when there is none."""
    query = select(Publication.content, Publication.sha256).where(Publication.period_id == period.id)
    if edition is not None:
        query = query.where(Publication.edition == edition)
    found = session.execute(query.order_by(Publication.edition.desc()).limit(1)).one_or_none()
    if found is None:
        raise LookupError(_("Kỳ «{period}» không có lần công bố này.").format(period=period.name))
    return found.content, found.sha256


def published_results(session: Session, period: PeriodRecord, edition: int | None = None) -> Results:
    """The results that were published, built from the published text alone; every level names its decision.

    Raises LookupError when there is no such edition, FrozenMismatchError when the text or what it holds is not what was
    published.
    """
    found = thaw(session, period, *published_text(session, period, edition))
    done = editions(session, period.id)
    decision = next(own.decision for own in done if edition is None or own.number == edition)
    levels = {level: replace(own, decision=decision) for level, own in found.levels.items()}
    return replace(found, levels=levels, province=replace(found.province, levels=levels))


def published_snapshot(
    session: Session, period: PeriodRecord, level: Level, edition: int | None = None
) -> LevelSnapshot:
    """A level as it was published. Raises as `published_results`, LookupError for the province, which is not ranked."""
    levels = published_results(session, period, edition).levels
    if level not in levels:
        raise LookupError(_("Cấp tỉnh không xếp hạng nên không có bảng công bố của cấp này."))
    return levels[level]


def last_ruling(session: Session, period_id: int) -> int:
    """Number of the newest ruling of a period, 0 without one: what everything appraised depends on."""
    return session.scalar(select(func.max(Ruling.id)).where(Ruling.period_id == period_id)) or 0


def _frozen_now(session: Session, period: PeriodRecord) -> Frozen:
    """Raises CouncilRefusedError when nothing can be frozen."""
    done = editions(session, period.id)
    month = done[0].month if done else appraised_month(session, period)
    if month is None:
        raise CouncilRefusedError([_("Kỳ «{period}» chưa có tháng số liệu nào.").format(period=period.name)])
    try:
        return freeze(session, period, month)
    except (LookupError, FrozenMismatchError) as failure:
        raise CouncilRefusedError([str(failure.args[0])]) from failure


def _faults(session: Session, period: PeriodRecord, today: dt.date) -> tuple[str, ...]:
    """Why a period cannot be published, and once it is, why that cannot be amended: units reopened and not finished."""
    left = appraisal_faults(session, period, today) if period.state == PeriodState.PUBLISHED else ()
    return (*publication_faults(session, period), *left)


def preview(session: Session, identity: Identity, period_id: int, today: dt.date) -> Preview:
    """What would be published now, for those who may read appraised points before they are published.

    Raises PermissionError, also for who belongs to a unit that was not told all that was decided on it;
    CouncilRefusedError.
    """
    permit(identity, Action.READ_APPRAISED)
    permit_period(session, identity, period_id)
    if not knows_all(session, period_id, told_unit(identity)):
        raise PermissionError(
            _(
                "Đơn vị của bạn chưa được thông báo hết kết quả thẩm định nên bạn chưa xem trước được kết quả sẽ công bố."
            )
        )
    period = chosen_period(session, period_id)
    return Preview(_frozen_now(session, period), _faults(session, period, today), _late(session, period.id))


def _late(session: Session, period_id: int) -> int:
    done, minutes = editions(session, period_id), steps_of(session, period_id).get(StepKind.COUNCIL)
    seen = done[0].published_at if done else minutes.done_at if minutes else None
    if seen is None:
        return 0
    since = select(func.count()).where(Ruling.period_id == period_id, Ruling.ruled_at > seen)
    return session.scalar(since) or 0


def _sound(decision: Decision, now: dt.datetime, rests_on: tuple[str, dt.date]) -> Decision:
    missing = _("Chưa có số của quyết định công bố (1 đến {most} ký tự); hãy ghi, ví dụ 789/QĐ-UBND.")
    number = paper_number(decision.number, missing.format(most=MOST_NUMBER))
    require_paper_day(decision.date, now, _("Ngày ký quyết định"), rests_on)
    signer = one_line(decision.signer, _("Người ký"), MOST_SIGNER, CouncilRefusedError)
    if not signer:
        raise CouncilRefusedError([_("Chưa có người ký quyết định; hãy ghi chức vụ và họ tên.")])
    return Decision(number, decision.date, signer)


def _require_new_number(decision: Decision, done: Sequence[Edition]) -> None:
    """Raises CouncilRefusedError for the number of a decision that published before; numbers begin anew every year."""
    for edition in done:
        other = edition.decision
        if (other.number.casefold(), other.date.year) == (decision.number.casefold(), decision.date.year):
            raise CouncilRefusedError(
                [
                    _(
                        "Quyết định số {number} ngày {day} đã công bố lần {edition}; hãy ghi số của quyết định sửa đổi."
                    ).format(number=other.number, day=format_date(other.date), edition=format_number(edition.number))
                ]
            )


def _require_real(identity: Identity) -> None:
    """Raises CouncilRefusedError for a demonstration account: what it publishes would stay when it goes."""
    if identity.demonstration:
        raise CouncilRefusedError(
            [
                _(
                    "Tài khoản trình diễn không công bố kết quả được; hãy đăng nhập bằng tài khoản do cơ quan cấp cho chính "
                    "người thực hiện."
                )
            ]
        )


def _require_as_seen(frozen: Frozen, seen: str | None) -> None:
    if seen is not None and seen != frozen.sha256:
        raise PreviewChangedError(
            [_("Kết quả đã thay đổi sau khi bạn xem trước; hãy xem lại nội dung sẽ công bố rồi xác nhận lần nữa.")]
        )


def _store(
    session: Session,
    identity: Identity,
    period: PeriodRecord,
    decision: Decision,
    reason: str,
    number: int,
    frozen: Frozen,
    now: dt.datetime,
) -> Edition:
    month = frozen.results.month
    edition = Edition(period.id, number, decision, reason, month, frozen.sha256, now)
    session.add(
        Publication(
            period_id=period.id,
            edition=number,
            decision_number=decision.number,
            decision_date=decision.date,
            signer=decision.signer,
            reason=reason,
            month=month,
            content=frozen.content,
            sha256=frozen.sha256,
            published_at=now,
            account_id=identity.account_id,
        )
    )
    return edition


def _frozen_changes(edition: Edition, before: str | None = None) -> tuple[Change, ...]:
    """What the log keeps of a publication; who signed is a name of a person and stands in none of it."""
    return (
        Change(_("ngày ký quyết định"), None, format_date(edition.decision.date)),
        Change(_("mã SHA-256 của nội dung công bố"), before, edition.sha256),
    )


def publish(
    session: Session,
    identity: Identity,
    period_id: int,
    decision: Decision,
    now: dt.datetime,
    seen: str | None = None,
) -> Edition:
    """Publishes a period by a decision: sets, units, inputs, points and ranks as they are appraised now are frozen.

    To be called in a write session. seen: hash of what the office saw before; None does not ask. Raises PermissionError,
    CouncilRefusedError unless the period waits for approval, is the office's own, and every set that it uses is official
    and released, and for a demonstration account.
    """
    permit(identity, Action.PUBLISH)
    _require_real(identity)
    period = chosen_period(session, period_id)
    require_running(session, period)
    faults = publication_faults(session, period)
    if faults:
        raise CouncilRefusedError(faults)
    require_period_state(period, PeriodState.AWAITING_APPROVAL)
    approval = steps_of(session, period.id)[StepKind.APPROVAL]
    sound = _sound(decision, now, (_("tờ trình phê duyệt"), approval.date))
    frozen = _frozen_now(session, period)
    _require_as_seen(frozen, seen)
    edition = _store(session, identity, period, sound, "", 1, frozen, now)
    changes = [move_period(session, period, PeriodState.PUBLISHED), *_frozen_changes(edition)]
    session.flush()
    record(
        session, identity, now, Deed.PUBLISH, subject=sound.number, period=period, month=edition.month, changes=changes
    )
    return edition


def amend(
    session: Session,
    identity: Identity,
    period_id: int,
    decision: Decision,
    reason: str,
    now: dt.datetime,
    seen: str | None = None,
) -> Edition:
    """Publishes what is appraised now as a further edition, by an amending decision; the earlier ones stay as they are.

    To be called in a write session. seen: as of `publish`. Raises PermissionError, CouncilRefusedError for a period that
    is not published, with units whose appraisal is not finished, without a reason, with the number of an earlier
    decision, where nothing is different, and for a demonstration account.
    """
    permit(identity, Action.PUBLISH)
    _require_real(identity)
    period = chosen_period(session, period_id)
    require_period_state(period, PeriodState.PUBLISHED)
    faults = _faults(session, period, local_day(now))
    if faults:
        raise CouncilRefusedError(faults)
    told = given_reason(reason, _("Cần lý do sửa đổi từ 1 đến {most} ký tự; hãy ghi lý do."), CouncilRefusedError)
    done = editions(session, period.id)
    last = done[0]
    earlier = _("Quyết định số {number}").format(number=last.decision.number)
    sound = _sound(decision, now, (earlier, last.decision.date))
    _require_new_number(sound, done)
    frozen = _frozen_now(session, period)
    _require_as_seen(frozen, seen)
    if frozen.sha256 == last.sha256:
        raise CouncilRefusedError(
            [
                _(
                    "Kết quả thẩm định hiện tại không khác lần công bố {number}; hãy thẩm định lại phần cần sửa trước khi "
                    "công bố sửa đổi."
                ).format(number=format_number(last.number))
            ]
        )
    edition = _store(session, identity, period, sound, told, last.number + 1, frozen, now)
    session.flush()
    record(
        session,
        identity,
        now,
        Deed.AMEND_PUBLICATION,
        subject=sound.number,
        reason=told,
        period=period,
        month=edition.month,
        changes=_frozen_changes(edition, last.sha256),
    )
    return edition


def close_trial(
    session: Session, identity: Identity, period_id: int, date: dt.date, note: str, now: dt.datetime, number: str = ""
) -> None:
    """Ends a period that cannot be published as an internal trial run: it takes no more figures, and no further step.

    To be called in a write session. number: of a paper about it, where there is one. Raises PermissionError,
    CouncilRefusedError for a period that is no trial run or is closed already.
    """
    permit(identity, Action.PUBLISH)
    period = chosen_period(session, period_id)
    require_running(session, period)
    if not is_trial(session, period) or period.state == PeriodState.PUBLISHED:
        raise CouncilRefusedError(
            [
                _(
                    "Kỳ «{period}» dùng bộ chỉ số chính thức ở mọi cấp nên không phải chạy thử nội bộ; hãy trình phê duyệt và "
                    "công bố."
                ).format(period=period.name)
            ]
        )
    require_paper_day(date, now, _("Ngày kết thúc chạy thử"))
    told = one_line(number, _("Số văn bản"), MOST_NUMBER, CouncilRefusedError)
    step = StepRecord(StepKind.TRIAL_CLOSED, told, date, noted(note), now)
    day = day_change(put_step(session, identity, period.id, step), step)
    open_months = Snapshot.period_id == period.id, Snapshot.closed.is_(False)
    months = session.scalars(select(Snapshot.month).where(*open_months).order_by(Snapshot.month)).all()
    session.execute(update(Snapshot).where(*open_months).values(closed=True, version=Snapshot.version + 1))
    closed = Change(_("tháng được chốt số liệu"), None, ", ".join(map(str, months))) if months else None
    changes = [day, *([closed] if closed else [])]
    record(session, identity, now, Deed.CLOSE_TRIAL, subject=told, reason=step.note, period=period, changes=changes)
