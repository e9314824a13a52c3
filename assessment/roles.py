"""Who takes part in an assessment."""

from enum import StrEnum

from language import _


class Role(StrEnum):
    """A part somebody plays; one account has exactly one."""

    ADMINISTRATOR = "administrator"
    DX_OFFICE = "dx_office"
    APPRAISER = "appraiser"
    PROVINCE_LEADER = "province_leader"
    UNIT_LEADER = "unit_leader"
    DATA_ENTRY = "data_entry"
    DATA_PROVIDER = "data_provider"
    PUBLIC = "public"


def role_name(role: Role) -> str:
    """The role as it is written on screens and in papers."""
    names = {
        Role.ADMINISTRATOR: _("Quản trị hệ thống"),
        Role.DX_OFFICE: _("Cơ quan thường trực"),
        Role.APPRAISER: _("Chuyên viên thẩm định"),
        Role.PROVINCE_LEADER: _("Lãnh đạo tỉnh"),
        Role.UNIT_LEADER: _("Lãnh đạo đơn vị (duyệt)"),
        Role.DATA_ENTRY: _("Người nhập"),
        Role.DATA_PROVIDER: _("Đơn vị cung cấp số liệu"),
        Role.PUBLIC: _("Người dân và doanh nghiệp"),
    }
    return names[role]
