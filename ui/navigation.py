"""The registry of screens: the one place that knows file, title, address and who may open them."""

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from assessment.permissions import PERMISSIONS, Action
from assessment.roles import Role
from language import _

_PAGES_FOLDER = Path(__file__).resolve().parents[1] / "pages"
ICON = Path(__file__).parent / "assets" / "icon.png"
EVERYBODY = frozenset(Role)
INSIDE = frozenset(PERMISSIONS[Action.READ_UNPUBLISHED])
"""Who sees figures before they are published."""


@dataclass(frozen=True, slots=True)
class Screen:
    """One screen. Titles are functions because the language is known only when a page is drawn.

    section: the heading of the navigation under which the screen stands.
    """

    id: str
    file: str
    section: Callable[[], str]
    title: Callable[[], str]
    url_path: str
    icon: str
    roles: frozenset[Role]

    @property
    def path(self) -> Path:
        """Absolute path of the page file."""
        return _PAGES_FOLDER / self.file


def _results() -> str:
    return _("Kết quả của tỉnh")


def _goal() -> str:
    return _("Mục tiêu nhóm 15")


def _rules() -> str:
    return _("Quy tắc chấm")


def _reporting() -> str:
    return _("Báo cáo số liệu")


def _people() -> str:
    return _("Tài khoản")


SCREENS = (
    Screen("overview", "overview.py", _results, lambda: _("Tổng quan"), "tong-quan", ":material/dashboard:", EVERYBODY),
    Screen(
        "publications",
        "publications.py",
        _results,
        lambda: _("Kết quả công bố"),
        "ket-qua-cong-bo",
        ":material/verified:",
        EVERYBODY,
    ),
    Screen("ranking", "ranking.py", _results, lambda: _("Xếp hạng"), "xep-hang", ":material/leaderboard:", EVERYBODY),
    Screen(
        "scorecard", "scorecard.py", _results, lambda: _("Phiếu điểm"), "phieu-diem", ":material/fact_check:", EVERYBODY
    ),
    Screen(
        "comparison", "comparison.py", _results, lambda: _("So sánh"), "so-sanh", ":material/compare_arrows:", EVERYBODY
    ),
    Screen("history", "history.py", _results, lambda: _("Lịch sử"), "lich-su", ":material/history:", EVERYBODY),
    Screen(
        "robustness",
        "robustness.py",
        _results,
        lambda: _("Độ ổn định thứ hạng"),
        "do-on-dinh",
        ":material/balance:",
        INSIDE,
    ),
    Screen(
        "national", "national.py", _goal, lambda: _("Thứ hạng toàn quốc"), "toan-quoc", ":material/flag:", EVERYBODY
    ),
    Screen("scenarios", "scenarios.py", _goal, lambda: _("Mô phỏng kịch bản"), "mo-phong", ":material/tune:", INSIDE),
    Screen("path", "path.py", _goal, lambda: _("Phương án nhóm 15"), "phuong-an", ":material/route:", INSIDE),
    Screen(
        "price_list",
        "price_list.py",
        _goal,
        lambda: _("Dư địa tăng điểm"),
        "du-dia",
        ":material/trending_up:",
        INSIDE,
    ),
    Screen(
        "criteria_sets", "criteria_sets.py", _rules, lambda: _("Bộ chỉ số"), "bo-chi-so", ":material/rule:", EVERYBODY
    ),
    Screen(
        "report",
        "report.py",
        _reporting,
        lambda: _("Nhập số liệu"),
        "nhap-so-lieu",
        ":material/edit_note:",
        frozenset(PERMISSIONS[Action.READ_DRAFTS]),
    ),
    Screen(
        "follow_up",
        "follow_up.py",
        _reporting,
        lambda: _("Theo dõi báo cáo"),
        "theo-doi",
        ":material/assignment_turned_in:",
        frozenset(PERMISSIONS[Action.FOLLOW_REPORTS]),
    ),
    Screen(
        "evidence",
        "evidence.py",
        _reporting,
        lambda: _("Tài liệu kiểm chứng"),
        "tai-lieu-kiem-chung",
        ":material/attach_file:",
        frozenset(PERMISSIONS[Action.READ_EVIDENCE]) | frozenset(PERMISSIONS[Action.REMOVE_SECRET]),
    ),
    Screen(
        "draft_results",
        "draft_results.py",
        _reporting,
        lambda: _("Kết quả thẩm định"),
        "ket-qua-tham-dinh",
        ":material/rate_review:",
        frozenset(PERMISSIONS[Action.READ_DRAFT_RESULTS]),
    ),
    Screen(
        "supply",
        "supply.py",
        _reporting,
        lambda: _("Cung cấp số liệu"),
        "cung-cap-so-lieu",
        ":material/database_upload:",
        frozenset(PERMISSIONS[Action.SUPPLY_FIGURES]),
    ),
    Screen(
        "cut_forecast",
        "cut_forecast.py",
        _reporting,
        lambda: _("Dự báo thẩm định"),
        "du-bao-tham-dinh",
        ":material/query_stats:",
        frozenset(PERMISSIONS[Action.READ_APPRAISED]),
    ),
    Screen(
        "appraisal_direction",
        "appraisal_direction.py",
        _reporting,
        lambda: _("Tổ chức thẩm định"),
        "to-chuc-tham-dinh",
        ":material/account_tree:",
        frozenset(PERMISSIONS[Action.FOLLOW_REPORTS]),
    ),
    Screen(
        "appraisal",
        "appraisal.py",
        _reporting,
        lambda: _("Thẩm định"),
        "tham-dinh",
        ":material/checklist:",
        frozenset(PERMISSIONS[Action.APPRAISE]),
    ),
    Screen(
        "council",
        "council.py",
        _reporting,
        lambda: _("Hội đồng và công bố"),
        "hoi-dong-cong-bo",
        ":material/gavel:",
        frozenset(PERMISSIONS[Action.FOLLOW_REPORTS]),
    ),
    Screen(
        "accounts",
        "accounts.py",
        _people,
        lambda: _("Quản lý tài khoản"),
        "tai-khoan",
        ":material/group:",
        frozenset(PERMISSIONS[Action.MANAGE_ACCOUNTS]),
    ),
    Screen(
        "own_account",
        "own_account.py",
        _people,
        lambda: _("Tài khoản của tôi"),
        "tai-khoan-cua-toi",
        ":material/account_circle:",
        frozenset(PERMISSIONS[Action.USE_OWN_ACCOUNT]),
    ),
    Screen(
        "audit",
        "audit.py",
        _people,
        lambda: _("Nhật ký hệ thống"),
        "nhat-ky",
        ":material/manage_search:",
        frozenset(PERMISSIONS[Action.READ_AUDIT]),
    ),
)
DEFAULT_SCREEN = SCREENS[0]


def is_listed(screen: Screen, role: Role) -> bool:
    """Whether the screen stands in the navigation of a role.

    A data supplier is not ranked and comes for its own figures: results, which everybody may see, answer by their
    address alone.
    """
    return role in screen.roles and not (role == Role.DATA_PROVIDER and screen.section in (_results, _goal))


def start_path(role: Role) -> str:
    """Where somebody who asks for nothing in particular begins."""
    own = screen("supply") if role == Role.DATA_PROVIDER else None
    return f"/{own.url_path}" if own else "/"


def tab_title(title: str) -> str:
    """What the browser's tab, its history and its bookmarks call a screen."""
    return _("{title} · DTI BR-VT").format(title=title)


def screen(page_id: str) -> Screen | None:
    """The screen with this id; None when no such screen is registered."""
    return next((s for s in SCREENS if s.id == page_id), None)


def addresses() -> frozenset[str]:
    """Paths, without leading slash, under which a screen answers; the start page answers at the root."""
    return frozenset({""} | {s.url_path for s in SCREENS if s is not DEFAULT_SCREEN})
