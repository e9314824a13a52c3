"""A stored version of a criteria set is released by two people: one proposes it, another one confirms or refuses."""

import datetime as dt
from collections.abc import Collection, Mapping

from sqlalchemy import Engine, select
from sqlalchemy.orm import Session

from assessment.audit import record
from assessment.audit_log import Holder, holders
from assessment.permissions import Action, Identity, permit
from assessment.reasons import given_reason
from assessment.refusals import RefusedError
from data.audit import Deed
from data.database import write_session
from data.models import CriteriaSetVersion, ReleaseDecision, SetRelease
from language import _


class ReleaseRefusedError(RefusedError):
    """Why a version was not proposed or released, as sentences. Nothing has changed."""


def same_person() -> str:
    """What is said to whoever wants to decide on a proposal of his own."""
    return _(
        "Đề nghị này do chính tài khoản của bạn lập. Ban hành cần hai người khác nhau: đề nghị một người khác phê duyệt "
        "hoặc từ chối; bạn chỉ rút lại được."
    )


def _account(identity: Identity) -> int:
    """The account that acts. Raises PermissionError; ReleaseRefusedError for a command, which is nobody in particular."""
    permit(identity, Action.RELEASE_SET)
    if identity.account_id is None:
        raise ReleaseRefusedError([_("Ban hành bộ chỉ số cần đăng nhập bằng tài khoản riêng của từng người.")])
    return identity.account_id


def _require_real(identity: Identity) -> None:
    """Raises ReleaseRefusedError for a demonstration account: what it releases would stay when it goes."""
    if identity.demonstration:
        raise ReleaseRefusedError(
            [
                _(
                    "Tài khoản trình diễn không đề nghị, không phê duyệt ban hành bộ chỉ số được; hãy đăng nhập bằng tài "
                    "khoản do cơ quan cấp cho chính người ban hành."
                )
            ]
        )


def _named(version: CriteriaSetVersion) -> str:
    return f"{version.set_id} {version.version}"


def _open(session: Session, release_id: int) -> SetRelease:
    """A proposal that waits. Raises ReleaseRefusedError when it is gone or decided."""
    row = session.get(SetRelease, release_id)
    if row is None or row.decision is not None:
        raise ReleaseRefusedError([_("Đề nghị ban hành này không còn chờ; hãy tải lại trang để xem tình trạng mới.")])
    return row


def propose_release(engine: Engine, identity: Identity, version_id: int, now: dt.datetime) -> None:
    """Proposes that a stored version be released.

    Raises PermissionError, ReleaseRefusedError for a version that is not there, is a reference set, or is proposed or
    released already, and for a demonstration account.
    """
    account = _account(identity)
    with write_session(engine) as session:
        _require_real(identity)
        version = session.get(CriteriaSetVersion, version_id)
        if version is None:
            raise ReleaseRefusedError(
                [_("Không có phiên bản bộ chỉ số số {id}; hãy tải lại trang.").format(id=version_id)]
            )
        names = {"id": version.set_id, "version": version.version}
        if version.status != "official":
            raise ReleaseRefusedError(
                [
                    _(
                        "Bộ chỉ số {id} phiên bản {version} là bộ tham chiếu nên không ban hành được; hãy ghi tình trạng "
                        "«Chính thức» cùng căn cứ ban hành rồi lưu thành phiên bản mới."
                    ).format(**names)
                ]
            )
        standing = SetRelease.decision.is_(None) | (SetRelease.decision == ReleaseDecision.CONFIRMED.value)
        of_version = SetRelease.criteria_set_version_id == version_id
        if session.scalar(select(SetRelease.id).where(of_version, standing)) is not None:
            raise ReleaseRefusedError(
                [
                    _(
                        "Bộ chỉ số {id} phiên bản {version} đã được đề nghị hoặc đã ban hành; hãy tải lại trang để xem "
                        "tình trạng mới."
                    ).format(**names)
                ]
            )
        session.add(SetRelease(criteria_set_version_id=version_id, proposed_by=account, proposed_at=now))
        record(session, identity, now, Deed.PROPOSE_RELEASE, subject=_named(version))


def _decide(
    session: Session,
    identity: Identity,
    release: SetRelease,
    decision: ReleaseDecision,
    now: dt.datetime,
    reason: str = "",
) -> None:
    release.decision, release.decided_by, release.decided_at = decision.value, identity.account_id, now
    release.reason = reason or None
    session.flush()
    deed = {
        ReleaseDecision.CONFIRMED: Deed.CONFIRM_RELEASE,
        ReleaseDecision.WITHDRAWN: Deed.WITHDRAW_RELEASE,
        ReleaseDecision.REFUSED: Deed.REFUSE_RELEASE,
    }[decision]
    version = session.get_one(CriteriaSetVersion, release.criteria_set_version_id)
    record(session, identity, now, deed, subject=_named(version), reason=reason)


def confirm_release(engine: Engine, identity: Identity, release_id: int, now: dt.datetime) -> None:
    """Releases the version that somebody else proposed; from now on nothing of it changes.

    Raises PermissionError, ReleaseRefusedError for a proposal of one's own, for one that does not wait any more and for a
    demonstration account.
    """
    account = _account(identity)
    with write_session(engine) as session:
        _require_real(identity)
        release = _open(session, release_id)
        if release.proposed_by == account:
            raise ReleaseRefusedError([same_person()])
        _decide(session, identity, release, ReleaseDecision.CONFIRMED, now)


def refuse_release(engine: Engine, identity: Identity, release_id: int, reason: str, now: dt.datetime) -> None:
    """Refuses what somebody else proposed, with a reason; it may be proposed again.

    Raises as `confirm_release`, and ReleaseRefusedError without a reason.
    """
    account = _account(identity)
    told = given_reason(reason, _("Cần lý do từ chối từ 1 đến {most} ký tự; hãy ghi lý do."), ReleaseRefusedError)
    with write_session(engine) as session:
        _require_real(identity)
        release = _open(session, release_id)
        if release.proposed_by == account:
            raise ReleaseRefusedError([same_person()])
        _decide(session, identity, release, ReleaseDecision.REFUSED, now, told)


def withdraw_release(engine: Engine, identity: Identity, release_id: int, now: dt.datetime) -> None:
    """Takes back a proposal of one's own.

    Raises PermissionError, ReleaseRefusedError for somebody else's proposal and for one that does not wait any more.
    """
    account = _account(identity)
    with write_session(engine) as session:
        release = _open(session, release_id)
        if release.proposed_by != account:
            raise ReleaseRefusedError(
                [_("Chỉ người đã đề nghị mới rút được đề nghị; bạn có thể phê duyệt hoặc từ chối.")]
            )
        _decide(session, identity, release, ReleaseDecision.WITHDRAWN, now)


def release_people(session: Session, identity: Identity, accounts: Collection[int]) -> Mapping[int, Holder]:
    """Who holds the accounts that proposed or decided. Raises PermissionError unless the identity releases sets."""
    permit(identity, Action.RELEASE_SET)
    known = holders(session)
    return {id_: known.get(id_, Holder(id_, "", "")) for id_ in accounts}
