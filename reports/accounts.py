"""Accounts on paper: the sheet in which many are asked for, and the passwords to hand over."""

import datetime as dt
from collections.abc import Sequence

from assessment.account_sheets import columns
from assessment.accounts import Issued, UnitChoice
from assessment.roles import Role, role_name
from criteria.catalogue import agencies
from data.models import INDEX_CODES
from language import _
from reports.csv_table import csv_table
from reports.workbook import Column, Sheet, workbook

_WIDTHS = (20, 28, 30, 28, 12, 30, 18)


def account_form(units: Sequence[UnitChoice]) -> bytes:
    """The empty sheet to be filled in and brought back, with roles, units and agencies to look up."""
    asked = [Column(title, width) for title, width in zip(columns().values(), _WIDTHS, strict=True)]
    roles = "; ".join(role_name(role) for role in Role if role != Role.PUBLIC)
    heading = (
        _("Mỗi dòng là một tài khoản. Vai trò: {roles}.").format(roles=roles),
        _("Đơn vị cung cấp số liệu: cột Cơ quan ghi tên hoặc mã ở trang «Cơ quan»."),
        _("Chỉ số chính chỉ ghi cho chuyên viên thẩm định, cách nhau bằng dấu phẩy: {codes}.").format(
            codes=", ".join(INDEX_CODES)
        ),
    )
    form = Sheet(_("Tài khoản"), _("Danh sách tài khoản đề nghị cấp"), heading, asked, ())
    known = [Column(_("Mã đơn vị"), 14), Column(_("Tên đơn vị"), 50)]
    listed = [(unit.key.code, unit.name) for unit in units]
    directory = Sheet(_("Mã đơn vị"), _("Mã các đơn vị"), (), known, listed, landscape=False)
    named = [Column(_("Mã cơ quan"), 14), Column(_("Tên cơ quan"), 50)]
    owners = [(agency.code, str(agency.name)) for agency in agencies()]
    suppliers = Sheet(_("Cơ quan"), _("Cơ quan cung cấp số liệu"), (), named, owners, landscape=False)
    return workbook([form, directory, suppliers], title=_("Danh sách tài khoản đề nghị cấp"))


def issued_csv(issued: Sequence[Issued]) -> bytes:
    """Temporary passwords, to be handed over one by one and then destroyed."""
    header = (_("Tên đăng nhập"), _("Họ và tên"), _("Mật khẩu tạm"))
    return csv_table(header, [(own.user_name, own.full_name, own.password) for own in issued])


def issued_file_name(day: dt.date) -> str:
    """Name of the file of temporary passwords."""
    return f"mat-khau-tam-{day:%Y-%m-%d}.csv"
