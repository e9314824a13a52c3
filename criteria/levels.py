"""The levels of which a province's assessment consists."""

from criteria.model import Level
from language import _


def level_names() -> dict[Level, str]:
    """What each level is called, the province first."""
    return {
        "province": _("Cấp tỉnh"),
        "department": _("Sở, ban, ngành"),
        "district": _("Cấp huyện"),
        "commune": _("Cấp xã"),
    }
