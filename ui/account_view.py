"""Quản lý tài khoản: the list, what can be done with one account, new ones by form or by sheet, passwords shown once."""

import datetime as dt
from collections.abc import Sequence

import streamlit as st

from assessment.account_sheets import create_from_sheet
from assessment.accounts import (
    INVENTED_NAME,
    MOST_REASON,
    UNIT_ROLES,
    AccountRecord,
    AccountRefusedError,
    Issued,
    NewAccount,
    UnitChoice,
    close_account,
    create_account,
    erase_person,
    hand_over,
    link_identity,
    reset_password,
    reset_second_factor,
    sign_out_everywhere,
    state_names,
    unlink_identity,
    unlock,
)
from assessment.permissions import Action, Identity, permitted
from assessment.roles import Role, role_name
from assessment.sign_in import MOST_SUBJECT
from data.models import INDEX_CODES, AccountState
from language import _, fold, format_moment, format_number, local_day, sort_key
from reports.accounts import account_form, issued_csv, issued_file_name
from scoring.csv_files import FileFaults
from ui import gateway
from ui.clock import now
from ui.downloads import download_row
from ui.file_faults import draw_faults
from ui.identity import current_identity, identity_of_run
from ui.outcome import attempt, tell
from ui.provider import provider, provider_label
from ui.tables import Column, draw, table
from ui.texts import text_line

ISSUED, ROUND, PLACE = "accounts_issued", "accounts_round", "accounts"
"""Passwords to show, how many forms were sent, and where what a button did is said."""
LOCKED = "locked"
"""State of the filter beside those of accounts."""


def moment_text(moment: dt.datetime | None) -> str:
    """A moment as dd/mm/yyyy hh:mm in Viet Nam; a dash for none."""
    return "–" if moment is None else format_moment(moment)


def is_locked(account: AccountRecord) -> bool:
    """Whether the account is locked just now after failures."""
    return account.locked_until is not None and now() < account.locked_until


def state_text(account: AccountRecord) -> str:
    """The account's state in words."""
    if account.state == AccountState.ACTIVE and is_locked(account):
        return _("Tạm khóa đến {moment}").format(moment=moment_text(account.locked_until))
    return state_names()[account.state]


def state_filter() -> dict[str, str]:
    """States to filter by, by their code in the address."""
    return {"": _("Tất cả"), LOCKED: _("Đang tạm khóa"), **{s.value: name for s, name in state_names().items()}}


def role_filter() -> dict[str, str]:
    """Roles to filter by, by their code in the address."""
    return {"": _("Tất cả"), **{role.value: role_name(role) for role in Role if role != Role.PUBLIC}}


def chosen_accounts(accounts: Sequence[AccountRecord], words: str, state: str, role: str) -> tuple[AccountRecord, ...]:
    """The accounts that fit the filters."""
    wanted = fold(words)
    return tuple(
        a
        for a in accounts
        if wanted in fold(f"{a.user_name} {a.full_name} {a.email or ''} {a.unit_name}")
        and (not role or a.role == role)
        and (not state or (is_locked(a) if state == LOCKED else a.state == state))
    )


def draw_list(accounts: Sequence[AccountRecord]) -> None:
    """The accounts as a table."""
    columns = [
        Column(_("Tên đăng nhập"), "nowrap"),
        Column(_("Họ và tên")),
        Column(_("Vai trò")),
        Column(_("Cơ quan, đơn vị")),
        Column(_("Trạng thái")),
        Column(_("Hai bước"), hint=_("Đã bật xác thực hai bước")),
        Column(_("Đăng nhập gần nhất"), "nowrap"),
    ]
    rows = [
        [
            a.user_name,
            a.full_name or _("(đã xóa họ tên)"),
            role_name(a.role) + (f" ({', '.join(a.groups)})" if a.groups else ""),
            a.unit_name or "–",
            state_text(a) + (_(", phải đổi mật khẩu") if a.must_change and a.state == AccountState.ACTIVE else ""),
            _("có") if a.second_factor else _("không"),
            moment_text(a.signed_in_at),
        ]
        for a in accounts
    ]
    draw(table(columns, rows, caption=_("{n} tài khoản").format(n=format_number(len(rows))), stack=True))


def draw_issued() -> None:
    """Temporary passwords until the reader puts them away."""
    issued: tuple[Issued, ...] = st.session_state.get(ISSUED, ())
    if not issued:
        return
    with st.container(border=True, key="accounts_issued_box"):
        st.markdown(
            _(
                "**Mật khẩu tạm, chỉ hiện lần này.** Hãy giao riêng cho từng người; lần đăng nhập đầu tiên phải đổi mật khẩu."
            )
        )
        columns = [Column(_("Tên đăng nhập"), "nowrap"), Column(_("Họ và tên")), Column(_("Mật khẩu tạm"), "nowrap")]
        rows = [[own.user_name, own.full_name, own.password] for own in issued]
        draw(table(columns, rows, caption=_("Mật khẩu tạm")))
        download_row(
            "accounts_issued",
            (_("Tải danh sách (CSV)"), lambda: issued_csv(issued), issued_file_name(local_day(now()))),
        )
        st.button(_("Đã ghi lại, ẩn đi"), key="accounts_issued_gone", on_click=_put_away)


def _put_away() -> None:
    st.session_state[ISSUED] = ()


def _issue(issued: tuple[Issued, ...], sentence: str) -> str:
    st.session_state[ISSUED] = issued
    st.session_state[ROUND] = st.session_state.get(ROUND, 0) + 1
    return sentence


# One account


def draw_actions(identity: Identity, account: AccountRecord) -> None:
    """What can be done with one account."""
    if account.role == Role.ADMINISTRATOR and not permitted(identity, Action.MANAGE_ADMINISTRATORS):
        st.info(_("Tài khoản quản trị hệ thống chỉ do người quản trị hệ thống quản lý."))
        return
    if account.state != AccountState.ACTIVE:
        _draw_ended(account)
        return
    own = account.id == identity.account_id
    _draw_reason(account)
    with st.container(horizontal=True):
        st.button(_("Đặt lại mật khẩu"), key="account_reset", on_click=_reset, args=(account,))
        if is_locked(account):
            st.button(_("Mở khóa"), key="account_unlock", on_click=_unlock, args=(account,))
        st.button(_("Đăng xuất mọi nơi"), key="account_sign_out", on_click=_sign_out, args=(account,))
        if account.second_factor and not own:
            st.button(_("Đặt lại xác thực hai bước"), key="account_totp", on_click=_reset_factor, args=(account,))
        if not own:
            with st.popover(_("Đóng tài khoản"), key="account_close"):
                st.write(_("Đóng hẳn tài khoản {name}? Không mở lại được.").format(name=account.user_name))
                st.button(_("Đóng tài khoản này"), key="account_close_sure", on_click=_close, args=(account,))
    _draw_identity(account)
    with st.expander(_("Bàn giao cho người khác"), key="account_hand_over"):
        st.caption(
            _(
                "Tài khoản cũ đóng lại, mọi phiên kết thúc; tài khoản mới nhận cùng vai trò, đơn vị và công việc đang làm."
            )
        )
        round_ = st.session_state.get(ROUND, 0)
        with st.form(f"account_hand_over_form_{account.id}_{round_}", border=False):
            # What is too long is refused with every other fault, in one place.
            user_name = st.text_input(_("Tên đăng nhập mới"), placeholder=_example())
            full_name = st.text_input(_("Họ và tên người nhận"))
            email = st.text_input(_("Thư điện tử người nhận (không bắt buộc)"))
            if st.form_submit_button(_("Bàn giao")):
                _hand_over(account, user_name, full_name, email)
                st.rerun()


def _reason_key(account: AccountRecord) -> str:
    return f"account_reason_{account.id}_{account.version}"


def _draw_reason(account: AccountRecord) -> None:
    text_line(
        _("Lý do (không bắt buộc)"),
        MOST_REASON,
        key=_reason_key(account),
        placeholder=_("ví dụ: theo công văn số 12; không ghi họ tên, mật khẩu"),
        help=_("Ghi vào nhật ký hệ thống, không sửa và không xóa được."),
    )


def _reason(account: AccountRecord) -> str:
    """Why something is done to the account, as it was typed."""
    return str(st.session_state.get(_reason_key(account)) or "")


def _draw_identity(account: AccountRecord) -> None:
    """Who at the identity provider the account is tied to, if there is a provider or a tie."""
    if account.subject is not None:
        with st.expander(_("Danh tính đã gắn"), key="account_identity"):
            st.code(account.subject, language=None, wrap_lines=True)
            st.caption(
                _(
                    "Người này đăng nhập bằng {provider}. Gỡ ra thì mọi phiên của tài khoản kết thúc; muốn chặn hẳn thì đóng "
                    "hoặc bàn giao tài khoản."
                ).format(provider=provider_label() or _("nhà cung cấp danh tính"))
            )
            st.button(_("Gỡ danh tính"), key="account_unlink", on_click=_unlink, args=(account,))
    elif provider() is not None:
        label = _("Gắn với danh tính ở {provider}").format(provider=provider_label())
        form = f"account_link_form_{account.id}_{st.session_state.get(ROUND, 0)}"
        with st.expander(label, key="account_identity"), st.form(form, border=False):
            hint = _("Mã «sub» của người giữ tài khoản, lấy ở trang quản trị của nhà cung cấp danh tính.")
            subject = text_line(_("Mã định danh"), MOST_SUBJECT, help=hint)
            if st.form_submit_button(_("Gắn danh tính")):
                _link(account, subject)
                st.rerun()


def _draw_ended(account: AccountRecord) -> None:
    st.info(_("Tài khoản {name} không còn hoạt động.").format(name=account.user_name))
    if account.full_name:
        _draw_reason(account)
        with st.popover(_("Xóa họ tên và thư điện tử"), key="account_erase"):
            st.write(_("Xóa họ tên và thư điện tử của người từng giữ tài khoản? Việc tài khoản đã làm vẫn được giữ."))
            st.button(_("Xóa"), key="account_erase_sure", on_click=_erase, args=(account,))


def _reset(account: AccountRecord) -> None:
    def action(identity: Identity) -> str:
        issued = reset_password(gateway.engine(), identity, account.id, account.version, now(), _reason(account))
        return _issue((issued,), _("Đã đặt lại mật khẩu của {name}.").format(name=account.user_name))

    attempt(PLACE, action)


def _unlock(account: AccountRecord) -> None:
    def action(identity: Identity) -> str:
        unlock(gateway.engine(), identity, account.id, account.version, now(), _reason(account))
        return _("Đã mở khóa tài khoản {name}.").format(name=account.user_name)

    attempt(PLACE, action)


def _sign_out(account: AccountRecord) -> None:
    def action(identity: Identity) -> str:
        ended = sign_out_everywhere(gateway.engine(), identity, account.id, account.version, now(), _reason(account))
        return _("Đã kết thúc {n} phiên của {name}.").format(n=format_number(ended), name=account.user_name)

    attempt(PLACE, action)


def _reset_factor(account: AccountRecord) -> None:
    def action(identity: Identity) -> str:
        reset_second_factor(gateway.engine(), identity, account.id, account.version, now(), _reason(account))
        return _("Đã gỡ xác thực hai bước của {name}; lần đăng nhập sau sẽ thiết lập lại.").format(
            name=account.user_name
        )

    attempt(PLACE, action)


def _link(account: AccountRecord, subject: str) -> None:
    def action(identity: Identity) -> str:
        door = provider()
        assert door is not None
        link_identity(
            gateway.engine(), identity, account.id, account.version, door.issuer, subject, now(), _reason(account)
        )
        return _("Đã gắn danh tính với tài khoản {name}.").format(name=account.user_name)

    attempt(PLACE, action)


def _unlink(account: AccountRecord) -> None:
    def action(identity: Identity) -> str:
        unlink_identity(gateway.engine(), identity, account.id, account.version, now(), _reason(account))
        return _("Đã gỡ danh tính khỏi tài khoản {name}.").format(name=account.user_name)

    attempt(PLACE, action)


def _close(account: AccountRecord) -> None:
    def action(identity: Identity) -> str:
        close_account(gateway.engine(), identity, account.id, account.version, now(), _reason(account))
        return _("Đã đóng tài khoản {name}.").format(name=account.user_name)

    attempt(PLACE, action)


def _erase(account: AccountRecord) -> None:
    def action(identity: Identity) -> str:
        erase_person(gateway.engine(), identity, account.id, account.version, now(), _reason(account))
        return _("Đã xóa họ tên của người từng giữ tài khoản {name}.").format(name=account.user_name)

    attempt(PLACE, action)


def _hand_over(account: AccountRecord, user_name: str, full_name: str, email: str) -> None:
    def action(identity: Identity) -> str:
        new = (user_name, full_name, email or None)
        issued = hand_over(gateway.engine(), identity, account.id, account.version, *new, now(), _reason(account))
        return _issue((issued,), _("Đã bàn giao {old} cho {new}.").format(old=account.user_name, new=issued.user_name))

    attempt(PLACE, action)


# New accounts


def draw_new(identity: Identity, units: Sequence[UnitChoice]) -> None:
    """A form for one new account, and the way in for a sheet of many."""
    with st.expander(_("Tạo một tài khoản"), key="account_new"):
        _draw_form(identity, units)
    with st.expander(_("Tạo nhiều tài khoản từ tệp"), key="account_sheet"):
        _draw_sheet(units)


def _draw_form(identity: Identity, units: Sequence[UnitChoice]) -> None:
    may_administrators = permitted(identity, Action.MANAGE_ADMINISTRATORS)
    roles = [r for r in Role if r != Role.PUBLIC and (r != Role.ADMINISTRATOR or may_administrators)]
    role = st.selectbox(
        _("Vai trò"), roles, index=roles.index(Role.DATA_ENTRY), format_func=role_name, key="account_role"
    )
    names = {unit.key: f"{unit.name} ({unit.key.code})" for unit in units}
    with st.form(f"account_form_{st.session_state.get(ROUND, 0)}", border=False):
        left, right = st.columns(2)
        with left:
            # What is too long is refused with every other fault, in one place.
            user_name = st.text_input(_("Tên đăng nhập"), placeholder=_example())
            full_name = st.text_input(_("Họ và tên"))
            email = st.text_input(_("Thư điện tử (không bắt buộc)"))
        with right:
            label = _("Cơ quan, đơn vị") if role in UNIT_ROLES else _("Cơ quan, đơn vị (không bắt buộc)")
            unit = st.selectbox(
                label,
                list(names),
                index=None,
                format_func=names.__getitem__,
                placeholder=_("Chọn đơn vị"),
                key=f"account_unit_{st.session_state.get(ROUND, 0)}",
            )
            groups: list[str] = []
            organisation = ""
            if role == Role.APPRAISER:
                groups = st.multiselect(_("Chỉ số chính được thẩm định"), INDEX_CODES, placeholder=_("Chọn chỉ số"))
            if role == Role.DATA_PROVIDER:
                organisation = (
                    st.selectbox(
                        _("Tên cơ quan cung cấp số liệu"),
                        sorted(gateway.agency_names().values(), key=sort_key),
                        index=None,
                        placeholder=_("Chọn cơ quan"),
                        help=_(
                            "Các cơ quan xác minh số liệu trong bộ chỉ số. Có thể chọn một đơn vị ở ô trên thay cho ô này."
                        ),
                        key=f"account_agency_{st.session_state.get(ROUND, 0)}",
                    )
                    or ""
                )
        if st.form_submit_button(_("Tạo tài khoản")):
            new = NewAccount(user_name, role, full_name, email or None, unit, tuple(groups), organisation)
            _create(new)
            st.rerun()


def _example() -> str:
    start = INVENTED_NAME if identity_of_run().demonstration else ""
    return _("ví dụ: {name}").format(name=f"{start}nhap.747")


def _create(new: NewAccount) -> None:
    def action(identity: Identity) -> str:
        issued = create_account(gateway.engine(), identity, new, now())
        return _issue((issued,), _("Đã tạo tài khoản {name}.").format(name=issued.user_name))

    attempt(PLACE, action)


def _draw_sheet(units: Sequence[UnitChoice]) -> None:
    download_row("account_form", (_("Tải mẫu Excel"), lambda: account_form(units), "mau-tai-khoan.xlsx"))
    sent = st.file_uploader(
        _("Danh sách tài khoản (Excel .xlsx hoặc CSV UTF-8)"),
        ["xlsx", "csv"],
        key=f"account_file_{st.session_state.get(ROUND, 0)}",
        max_upload_size=2,
    )
    if sent is None or not st.button(_("Kiểm tra và tạo tài khoản"), key="account_sheet_create"):
        return
    try:
        issued = create_from_sheet(gateway.engine(), current_identity(), sent.getvalue(), sent.name, now())
    except (AccountRefusedError, PermissionError) as refusal:
        st.error(str(refusal))
    except FileFaults as error:
        draw_faults(error.faults, _("Tệp có {n} lỗi nên chưa tạo tài khoản nào. Hãy sửa rồi tải lên lại."))
    else:
        tell(PLACE, "success", _issue(issued, _("Đã tạo {n} tài khoản.").format(n=format_number(len(issued)))))
        st.rerun()
