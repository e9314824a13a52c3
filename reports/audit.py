"""The audit log in words, and as Excel and CSV."""

import datetime as dt
from collections.abc import Sequence

from assessment.audit import deed_names
from assessment.audit_log import MOST_EXPORTED, AuditExport, AuditLine, AuditRecord, Holder, Sought
from assessment.roles import Role, role_name
from data.audit import Deed
from data.lineage import UnitKey
from language import VIET_NAM, _, format_date, format_moment, format_number
from reports.csv_table import csv_table
from reports.labels import DEMONSTRATION_PREFIX, demonstration_label
from reports.workbook import Column, Sheet, Value, workbook


def deed_text(deed: str) -> str:
    """What a deed is called; its code for one that this version of the product does not know."""
    return deed_names()[Deed(deed)] if deed in set(Deed) else deed


def moment_text(moment: dt.datetime) -> str:
    """A moment in Viet Nam to the second."""
    return f"{moment.astimezone(VIET_NAM):%d/%m/%Y %H:%M:%S}"


def holder_text(holder: Holder) -> str:
    """An account with who holds it: `nhap.747 – Trần Văn Nhập`; a name that was erased is said to be."""
    if not holder.user_name:
        return _("tài khoản số {id} (đã gỡ)").format(id=holder.id)
    return f"{holder.user_name} – {holder.full_name or _('(đã xóa tên)')}"


def server_text() -> str:
    """Who did what no account did, but a command or the software itself."""
    return _("máy chủ (dòng lệnh, phần mềm)")


def stranger_text() -> str:
    """Who did what somebody did before signing in."""
    return _("chưa đăng nhập")


def who_text(entry: AuditRecord) -> str:
    """Who did it."""
    if entry.who is not None:
        return holder_text(entry.who)
    return stranger_text() if entry.role == Role.PUBLIC else server_text()


def filter_role_name(role: Role) -> str:
    """What a role is called where the log is narrowed to it."""
    return stranger_text() if role == Role.PUBLIC else role_name(role)


def role_text(entry: AuditRecord) -> str:
    """The role in which it was done; a dash where nobody's account did it."""
    return role_name(Role(entry.role)) if entry.who is not None and entry.role in set(Role) else "–"


def unit_text(unit: UnitKey | None, name: str) -> str:
    """A unit with its code; empty for none."""
    return "" if unit is None else f"{name} ({unit.code})" if name else unit.code


def about_text(entry: AuditRecord) -> str:
    """What it was done to: the account, the thing that is named."""
    about = entry.about if entry.about is not None and (entry.who is None or entry.about.id != entry.who.id) else None
    return "; ".join(filter(None, (holder_text(about) if about else "", entry.subject)))


def value_text(value: str | None) -> str:
    """What stood at a place; a word for nothing."""
    return _("(không có)") if value is None else value


def _sought_lines(sought: Sought, account: str, unit_name: str) -> list[str]:
    """What the file is narrowed to, a line each."""
    role = filter_role_name(Role(sought.role)) if sought.role in set(Role) else sought.role
    said = (
        (_("Từ ngày"), format_date(sought.first_day) if sought.first_day else ""),
        (_("Đến hết ngày"), format_date(sought.last_day) if sought.last_day else ""),
        (_("Tài khoản"), account),
        (_("Vai trò"), role),
        (_("Việc"), deed_text(sought.deed) if sought.deed else ""),
        (_("Cơ quan, đơn vị"), unit_name),
        (_("Từ tìm"), sought.words),
    )
    return [f"{name}: {value}." for name, value in said if value]


def _columns() -> list[Column]:
    return [
        Column(_("Số"), 8, "number"),
        Column(_("Thời điểm"), 17),
        Column(_("Người làm"), 28),
        Column(_("Vai trò"), 20),
        Column(_("Việc"), 24),
        Column(_("Đối tượng"), 28),
        Column(_("Kỳ"), 20),
        Column(_("Cơ quan, đơn vị"), 26),
        Column(_("Lý do, căn cứ"), 26),
        Column(_("Chỗ thay đổi"), 26),
        Column(_("Trước"), 16),
        Column(_("Sau"), 16),
        Column(_("Ghi chú"), 20),
    ]


def _row(entry: AuditRecord, line: AuditLine | None) -> list[Value]:
    of_line = unit_text(line.change.unit, line.unit_name) if line else ""
    changed = ("", "", "")
    if line is not None:
        changed = (line.change.place, value_text(line.change.before), value_text(line.change.after))
    return [
        entry.id,
        moment_text(entry.moment),
        who_text(entry),
        role_text(entry),
        deed_text(entry.deed),
        about_text(entry),
        entry.period,
        of_line or unit_text(entry.unit, entry.unit_name),
        entry.reason,
        *changed,
        demonstration_label() if entry.demonstration else "",
    ]


def _is_demonstration(export: AuditExport) -> bool:
    return any(entry.demonstration for entry, _line in export.rows)


def cut_text() -> str:
    """What is said of a file into which not everything fits."""
    return _("Tệp chỉ chứa {most} dòng mới nhất; hãy thu hẹp khoảng thời gian để lấy các dòng cũ hơn.").format(
        most=format_number(MOST_EXPORTED)
    )


def audit_csv(export: AuditExport) -> bytes:
    """Every line of every entry, the newest entry first."""
    rows = [_row(entry, line) for entry, line in export.rows]
    if export.cut:
        rows.append([cut_text(), *[""] * (len(_columns()) - 1)])
    return csv_table([column.title for column in _columns()], rows)


def audit_workbook(export: AuditExport, sought: Sought, account: str, unit_name: str, now: dt.datetime) -> bytes:
    """The same as a sheet, under what it was narrowed to. account, unit_name: those of `sought`."""
    heading = [
        _("Lập lúc {moment}. Giờ Việt Nam.").format(moment=format_moment(now)),
        *_sought_lines(sought, account, unit_name),
        *([cut_text()] if export.cut else []),
    ]
    title = _("Nhật ký hệ thống")
    rows: Sequence[Sequence[Value]] = [_row(entry, line) for entry, line in export.rows]
    sheet = Sheet(title, title, heading, _columns(), rows, nothing=_("Không có mục nào khớp bộ lọc."), repeated=(0, 1))
    label = _("Có các mục về số liệu trình diễn, ghi ở cột «Ghi chú»: {label}").format(label=demonstration_label())
    return workbook([sheet], title=title, label=label if _is_demonstration(export) else "")


def audit_file_name(day: dt.date, extension: str, *, demonstration: bool) -> str:
    """Name of a file of the log; it begins with the prefix of demonstration data when some of its entries are about it."""
    return f"{DEMONSTRATION_PREFIX if demonstration else ''}nhat-ky_{day:%Y-%m-%d}.{extension}"
