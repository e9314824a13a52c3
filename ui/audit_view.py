"""Nhật ký hệ thống: filters in the address, the entries by pages, one entry from what to what, files."""

from collections.abc import Mapping, Sequence
from urllib.parse import urlencode

import streamlit as st
from markupsafe import Markup

from assessment.audit import deed_names
from assessment.audit_log import SERVER, AuditDetail, AuditPage, AuditRecord, Holder, Sought
from assessment.permissions import Action, Identity, Reach, reach
from assessment.roles import Role
from data.lineage import UnitKey
from language import _, format_moment, format_number, local_day, sort_key
from reports.audit import (
    about_text,
    audit_csv,
    audit_file_name,
    audit_workbook,
    deed_text,
    filter_role_name,
    holder_text,
    moment_text,
    role_text,
    server_text,
    unit_text,
    value_text,
    who_text,
)
from reports.labels import demonstration_label
from ui import gateway_audit
from ui.address import day, quoted, search, select
from ui.clock import now
from ui.downloads import download_row
from ui.tables import Column, definition, draw, link, table, way

PATH = "/nhat-ky"
PAGE, ENTRY, LINES = "trang", "muc", "trang-muc"
"""What page, opened entry and page of its lines are called in the address."""
_SOUGHT = "audit_sought"


def _address(changed: Mapping[str, str]) -> str:
    """This screen with its filters, some values of the address put in or (empty) left out."""
    query = {**st.query_params.to_dict(), **changed}
    text = urlencode({name: value for name, value in query.items() if value})
    return f"{PATH}?{text}" if text else PATH


def number_asked(name: str) -> int | None:
    """A whole number from 1 that the address names, None for anything else."""
    text = st.query_params.get(name, "")
    return int(text) if text.isascii() and text.isdigit() and 0 < len(text) < 10 else None


def _unit_code(unit: UnitKey) -> str:
    return f"{unit.code}.{unit.valid_from.isoformat()}"


def draw_filters(
    identity: Identity, holders: Sequence[Holder], units: Sequence[tuple[UnitKey, str]]
) -> tuple[Sought, str, str]:
    """Draws the filters. Returns what is wanted, and in words the account and the unit that are chosen."""
    words = search(_("Tìm trong nhật ký"), "tim-nhat-ky", _("Người, việc, đơn vị, đối tượng; không cần gõ dấu"))
    anybody = {"": _("Tất cả")}
    with st.container(horizontal=True, vertical_alignment="bottom", key="audit_filters"):
        first = day(_("Từ ngày"), "tu-ngay")
        last = day(_("Đến hết ngày"), "den-ngay")
        accounts = {str(h.id): holder_text(h) for h in sorted(holders, key=lambda h: sort_key(holder_text(h)))}
        if reach(identity, Action.READ_AUDIT) == Reach.ANY:
            accounts[str(SERVER)] = server_text()
        account = select(_("Tài khoản"), "nguoi-lam", anybody | accounts)
        roles = {role.value: filter_role_name(role) for role in Role}
        role = select(_("Vai trò"), "vai-tro-nguoi-lam", anybody | roles)
        deeds = {deed.value: name for deed, name in deed_names().items()}
        deed = select(_("Việc"), "viec", anybody | deeds)
        keys = {_unit_code(key): key for key, _name in units}
        names = {
            _unit_code(key): _("{name} ({code}, từ {year})").format(name=name, code=key.code, year=key.valid_from.year)
            for key, name in units
        }
        unit = select(_("Cơ quan, đơn vị"), "don-vi-lien-quan", anybody | names) if units else ""
    sought = Sought(first, last, int(account) if account else None, role, deed, keys.get(unit), words)
    _begin_anew_when_changed(identity, sought)
    return sought, accounts.get(account, ""), names.get(unit, "")


def _begin_anew_when_changed(identity: Identity, sought: Sought) -> None:
    """Other filters begin on their first page, with no entry opened."""
    before = st.session_state.get(_SOUGHT)
    st.session_state[_SOUGHT] = (identity, sought)
    if before not in (None, (identity, sought)):
        for name in (PAGE, ENTRY, LINES):
            if name in st.query_params:
                del st.query_params[name]


def _deed(entry: AuditRecord) -> Markup:
    """The deed with its mark; in one element, which on a narrow screen stands beside its heading."""
    tag = Markup(' <span class="dti-tag">{}</span>').format(_("trình diễn")) if entry.demonstration else ""
    return Markup("<span>{}{}</span>").format(deed_text(entry.deed), tag)


def draw_page(shown: AuditPage) -> None:
    """The entries of a page, each with the way to open it."""
    columns = [
        Column(_("Thời điểm"), "nowrap"),
        Column(_("Người làm")),
        Column(_("Vai trò")),
        Column(_("Việc")),
        Column(_("Đối tượng")),
        Column(_("Cơ quan, đơn vị")),
        Column(_("Kỳ")),
        Column(_("Thay đổi"), "right", _("Số chỗ thay đổi được ghi lại")),
        Column(_("Mở"), hint=_("Mở mục để xem từ gì thành gì")),
    ]
    rows = [
        [
            format_moment(entry.moment),
            who_text(entry),
            role_text(entry),
            _deed(entry),
            about_text(entry) or "–",
            unit_text(entry.unit, entry.unit_name) or "–",
            entry.period or "–",
            format_number(entry.lines),
            link(
                _address({ENTRY: str(entry.id), LINES: ""}),
                _("Mở mục {id}").format(id=format_number(entry.id)),
            ),
        ]
        for entry in shown.entries
    ]
    caption = _("{total} mục, mới nhất ở trên; trang {page} trên {pages}").format(
        total=format_number(shown.total), page=format_number(shown.page), pages=format_number(shown.pages)
    )
    draw(table(columns, rows, caption=caption, stack=True))
    _draw_ways(PAGE, shown.page, shown.pages)


def _draw_ways(name: str, page: int, pages: int) -> None:
    """The ways to the page before and the next one."""
    if page > 1:
        draw(way(_address({name: str(page - 1)}), _("Trang trước ({page})").format(page=format_number(page - 1))))
    if page < pages:
        draw(way(_address({name: str(page + 1)}), _("Trang sau ({page})").format(page=format_number(page + 1))))


def draw_opened(identity: Identity) -> None:
    """The entry that the address names: all that is known of it, and each place from what to what."""
    if ENTRY not in st.query_params:
        return
    asked = number_asked(ENTRY)
    if asked is None:
        st.warning(
            _("Địa chỉ nêu mục «{value}» không phải số của một mục; hãy mở từ danh sách dưới đây.").format(
                value=quoted(st.query_params[ENTRY])
            )
        )
        return
    try:
        detail = gateway_audit.entry(identity, asked, number_asked(LINES) or 1)
    except LookupError as error:
        st.warning(str(error))
        return
    with st.container(border=True, key="audit_entry"):
        _draw_detail(detail)


def _draw_detail(detail: AuditDetail) -> None:
    entry = detail.entry
    st.subheader(_("Mục {id}: {deed}").format(id=format_number(entry.id), deed=deed_text(entry.deed)), anchor=False)
    if entry.demonstration:
        st.warning(f"**{demonstration_label()}**", icon=":material/info:")
    draw(
        definition(
            [
                (_("Thời điểm"), moment_text(entry.moment)),
                (_("Người làm"), who_text(entry)),
                (_("Vai trò"), role_text(entry) if entry.who else ""),
                (_("Tài khoản liên quan"), holder_text(entry.about) if entry.about else ""),
                (_("Đối tượng"), entry.subject),
                (_("Kỳ"), entry.period),
                (_("Cơ quan, đơn vị"), unit_text(entry.unit, entry.unit_name)),
                (_("Lý do, căn cứ"), entry.reason),
            ]
        )
    )
    if detail.lines:
        columns = [
            Column(_("Cơ quan, đơn vị")),
            Column(_("Chỗ thay đổi")),
            Column(_("Trước")),
            Column(_("Sau")),
        ]
        rows = [
            [
                unit_text(line.change.unit, line.unit_name) or "–",
                line.change.place,
                value_text(line.change.before),
                value_text(line.change.after),
            ]
            for line in detail.lines
        ]
        caption = _("{n} chỗ thay đổi; trang {page} trên {pages}").format(
            n=format_number(entry.lines), page=format_number(detail.page), pages=format_number(detail.pages)
        )
        draw(table(columns, rows, caption=caption, stack=True))
        _draw_ways(LINES, detail.page, detail.pages)
    else:
        st.caption(_("Việc này không có giá trị trước và sau để ghi lại."))
    draw(way(_address({ENTRY: "", LINES: ""}), _("Đóng mục này")))


def draw_files(identity: Identity, sought: Sought, account: str, unit_name: str) -> None:
    """Everything that the filters leave, as files; made when asked for."""
    today, demonstration = local_day(now()), gateway_audit.demonstration(identity, sought)

    def excel() -> bytes:
        return audit_workbook(gateway_audit.export(identity, sought), sought, account, unit_name, now())

    def csv() -> bytes:
        return audit_csv(gateway_audit.export(identity, sought))

    download_row(
        "audit",
        (_("Tải Excel"), excel, audit_file_name(today, "xlsx", demonstration=demonstration)),
        (_("Tải CSV"), csv, audit_file_name(today, "csv", demonstration=demonstration)),
    )
