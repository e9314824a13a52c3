"""The audit log: who did what, when, from what to what and why, noted by every use case that writes."""

import datetime as dt
from collections.abc import Iterable
from decimal import Decimal

from sqlalchemy import select
from sqlalchemy.orm import Session

from assessment.permissions import Identity, only_invented
from assessment.roles import Role
from data.audit import Change, Deed, NewEntry, add_entry
from data.lineage import UnitKey
from data.models import Account, AccountOrigin, Evidence, Period, PeriodOrigin
from data.repositories import PeriodRecord
from language import _, format_month


def deed_names() -> dict[Deed, str]:
    """What each deed is called."""
    return {
        Deed.IMPORT_INPUTS: _("Nhập số liệu"),
        Deed.OPEN_PERIOD: _("Mở kỳ đánh giá"),
        Deed.TYPE_FIGURES: _("Nhập nháp số liệu"),
        Deed.COPY_FIGURES: _("Chép số liệu kỳ trước"),
        Deed.CONFIRM_FIGURES: _("Xác nhận số liệu đã chép"),
        Deed.HAND_TO_HEAD: _("Trình lãnh đạo đơn vị duyệt"),
        Deed.TAKE_BACK: _("Trả lại người nhập"),
        Deed.SEND_REPORT: _("Duyệt và gửi báo cáo"),
        Deed.RETURN_REPORT: _("Trả lại báo cáo để bổ sung"),
        Deed.ADD_EVIDENCE: _("Đưa tài liệu kiểm chứng vào thư viện"),
        Deed.ATTACH_EVIDENCE: _("Đính kèm tài liệu kiểm chứng"),
        Deed.DETACH_EVIDENCE: _("Bỏ đính kèm tài liệu kiểm chứng"),
        Deed.MARK_EVIDENCE: _("Đánh dấu hiệu lực của tài liệu"),
        Deed.REMOVE_EVIDENCE: _("Gỡ tài liệu kiểm chứng"),
        Deed.REMOVE_SECRET: _("Gỡ tài liệu mật"),
        Deed.TAKE_WORKBOOK: _("Nhập nháp từ tệp Excel"),
        Deed.IMPORT_SYSTEM_FIGURES: _("Nạp số liệu hệ thống"),
        Deed.SUPPLY_FIGURES: _("Cung cấp số liệu"),
        Deed.RAISE_DISPUTE: _("Gửi ý kiến về số liệu hệ thống"),
        Deed.ANSWER_DISPUTE: _("Trả lời ý kiến về số liệu hệ thống"),
        Deed.SET_DEADLINE: _("Đặt thời hạn gửi báo cáo"),
        Deed.SET_DAY_OFF: _("Ghi ngày nghỉ, ngày làm bù"),
        Deed.BEGIN_APPRAISAL: _("Đưa báo cáo vào thẩm định"),
        Deed.DRAW_RECHECK: _("Rút mẫu phúc tra"),
        Deed.ASSIGN_APPRAISAL: _("Phân công thẩm định"),
        Deed.RULE: _("Thẩm định chỉ số"),
        Deed.SEND_DRAFT_RESULTS: _("Gửi kết quả thẩm định dự kiến"),
        Deed.EXPLAIN: _("Soạn giải trình"),
        Deed.SEND_EXPLANATIONS: _("Gửi giải trình"),
        Deed.ACCEPT_DRAFT_RESULTS: _("Đồng ý kết quả thẩm định dự kiến"),
        Deed.BEGIN_REAPPRAISAL: _("Đưa giải trình vào thẩm định lại"),
        Deed.REOPEN_APPRAISAL: _("Mở lại thẩm định sau hội đồng"),
        Deed.RECORD_COUNCIL: _("Ghi biên bản hội đồng"),
        Deed.SUBMIT_FOR_APPROVAL: _("Trình phê duyệt kết quả"),
        Deed.PUBLISH: _("Công bố kết quả"),
        Deed.AMEND_PUBLICATION: _("Công bố sửa đổi kết quả"),
        Deed.CLOSE_TRIAL: _("Kết thúc chạy thử nội bộ"),
        Deed.OPEN_MONTH: _("Mở tháng số liệu"),
        Deed.USE_SET: _("Chọn bộ chỉ số cho kỳ"),
        Deed.STORE_SET: _("Lưu bộ chỉ số"),
        Deed.PROPOSE_RELEASE: _("Đề nghị ban hành bộ chỉ số"),
        Deed.CONFIRM_RELEASE: _("Phê duyệt ban hành bộ chỉ số"),
        Deed.WITHDRAW_RELEASE: _("Rút đề nghị ban hành bộ chỉ số"),
        Deed.REFUSE_RELEASE: _("Từ chối ban hành bộ chỉ số"),
        Deed.STORE_NATIONAL: _("Lưu kết quả toàn quốc"),
        Deed.WITHDRAW_NATIONAL: _("Rút lại kết quả toàn quốc"),
        Deed.SAVE_SCENARIO: _("Lưu kịch bản mới"),
        Deed.CHANGE_SCENARIO: _("Sửa kịch bản"),
        Deed.RENAME_SCENARIO: _("Đổi tên kịch bản"),
        Deed.COPY_SCENARIO: _("Nhân bản kịch bản"),
        Deed.DELETE_SCENARIO: _("Xóa kịch bản"),
        Deed.SAVE_EFFORTS: _("Lưu bảng nguồn lực"),
        Deed.CREATE_ACCOUNT: _("Tạo tài khoản"),
        Deed.RESET_PASSWORD: _("Đặt lại mật khẩu"),
        Deed.RESET_SECOND_FACTOR: _("Gỡ xác thực hai bước"),
        Deed.UNLOCK_ACCOUNT: _("Mở khóa tài khoản"),
        Deed.END_SESSIONS: _("Kết thúc mọi phiên của tài khoản"),
        Deed.LINK_IDENTITY: _("Gắn tài khoản với danh tính"),
        Deed.UNLINK_IDENTITY: _("Gỡ danh tính khỏi tài khoản"),
        Deed.CLOSE_ACCOUNT: _("Đóng tài khoản"),
        Deed.HAND_OVER: _("Bàn giao tài khoản"),
        Deed.ERASE_PERSON: _("Xóa họ tên người giữ tài khoản"),
        Deed.SIGN_IN: _("Đăng nhập"),
        Deed.GIVE_PASSWORD: _("Qua bước mật khẩu, chờ mã xác thực"),
        Deed.FAIL: _("Xác thực không thành"),
        Deed.LOCK_OUT: _("Tạm khóa tài khoản"),
        Deed.SIGN_OUT: _("Đăng xuất"),
        Deed.SIGN_OUT_OWN: _("Kết thúc phiên của chính mình"),
        Deed.CHANGE_PASSWORD: _("Đổi mật khẩu"),
        Deed.SET_UP_SECOND_FACTOR: _("Bật xác thực hai bước"),
        Deed.DEMONSTRATION_OFF: _("Gỡ số liệu trình diễn"),
        Deed.DEMONSTRATION_ON: _("Đưa vào số liệu trình diễn"),
        Deed.RESTORE_BACKUP: _("Khôi phục bản sao lưu"),
        Deed.UPGRADE: _("Nâng cấp cơ sở dữ liệu"),
    }


def acting(account: Account) -> Identity:
    """Somebody who acts with the account, as far as the log asks."""
    invented = account.origin == AccountOrigin.DEMONSTRATION
    return Identity(account.user_name, Role(account.role), account_id=account.id, demonstration=invented)


def account_text(account_id: int) -> str:
    """What an account is called in a line of the log: its number, never a name."""
    return _("tài khoản số {id}").format(id=account_id)


def number_text(value: float | Decimal) -> str:
    """A number with every digit that is stored of it and a decimal comma."""
    text = f"{Decimal(repr(float(value))) if isinstance(value, float) else value:f}"
    return (text.rstrip("0").rstrip(".") if "." in text else text).replace(".", ",")


def may_change_shared(session: Session, identity: Identity) -> bool:
    """Whether the identity may change what all periods share: an account of the demonstration only while the office has no
    period of its own."""
    return not identity.demonstration or _only_demonstration(session)


def record(
    session: Session,
    identity: Identity,
    now: dt.datetime,
    deed: Deed,
    *,
    subject: str = "",
    reason: str = "",
    period: PeriodRecord | None = None,
    month: int | None = None,
    unit: UnitKey | None = None,
    about: Account | None = None,
    document: Evidence | None = None,
    changes: Iterable[Change] = (),
) -> None:
    """Notes a deed in the transaction that does it, so that there is neither a write without an entry nor the reverse.

    about: the account that it is done to. document: the one that is put in or changed. unit: whose matter it is; without it that of the account, or the one unit
    that all changes are about. No name of a person, password, secret or token may be given.

    Raises PermissionError for an account of the demonstration that changes what is not invented: its password was shown
    to whoever started the application, and everything that is written comes by here. What all periods share are sets,
    national results, efforts and days off.
    """
    invented = _invented(period, about, document)
    if identity.demonstration and not (all(invented) if invented else may_change_shared(session, identity)):
        raise PermissionError(only_invented())
    lines = tuple(changes)
    if unit is None and about is not None and about.unit_code is not None and about.unit_valid_from is not None:
        unit = UnitKey(about.unit_code, about.unit_valid_from)
    touched = {line.unit for line in lines}
    add_entry(
        session,
        NewEntry(
            moment=now,
            deed=deed,
            role=identity.role.value,
            account_id=identity.account_id,
            about_id=about.id if about else None,
            period=period_text(period, month),
            unit=touched.pop() if unit is None and len(touched) == 1 else unit,
            subject=subject,
            reason=reason,
            demonstration=any(invented),
            changes=lines,
        ),
    )


def period_text(period: PeriodRecord | None, month: int | None) -> str | None:
    """What an entry calls a period, or a month of it."""
    if period is None:
        return None
    return period.name if month is None else f"{period.name} ({format_month(period.year, month)})"


def _only_demonstration(session: Session) -> bool:
    """Whether no period is the office's own."""
    return session.scalar(select(Period.id).where(Period.origin == PeriodOrigin.OFFICE.value).limit(1)) is None


def _invented(period: PeriodRecord | None, about: Account | None, document: Evidence | None) -> tuple[bool, ...]:
    """Of what a deed is about, as far as there is any of it, whether each is invented."""
    of_period = () if period is None else (period.origin == PeriodOrigin.DEMONSTRATION,)
    of_account = () if about is None else (about.origin == AccountOrigin.DEMONSTRATION,)
    of_document = () if document is None else (document.demonstration,)
    return (*of_period, *of_account, *of_document)
