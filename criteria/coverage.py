"""Which criteria answer which target and which bullet of the plan, as a table to read."""

from collections.abc import Iterable, Iterator, Mapping

from criteria.catalogue import LEVELS, PlanBullet, PlanTarget, plan_bullets, plan_targets
from criteria.levels import level_names
from criteria.model import CriteriaSet, Level
from language import _, format_number

NOT_ASKED = "–"


def coverage_table(sets: Mapping[str, CriteriaSet]) -> str:
    """The annex in Markdown: target -> criteria per level, then bullet -> criteria per level.

    A level without a criterion shows a dash; where the plan asks something of that level it shows `thiếu`.
    """
    by_level: dict[Level, CriteriaSet] = {criteria_set.level: criteria_set for criteria_set in sets.values()}
    lines = [
        _("# Phụ lục đối chiếu: chỉ tiêu, nhiệm vụ của kế hoạch và bộ chỉ số tham chiếu"),
        "",
        _(
            "Kế hoạch chuyển đổi số tỉnh Bà Rịa - Vũng Tàu năm 2024 (kèm theo Quyết định số 968/QĐ-UBND ngày 10/4/2024). "
            "Bảng được lập tự động từ các bộ chỉ số bằng lệnh `python -m criteria coverage`; không sửa bằng tay."
        ),
        "",
        _(
            "Các bộ chỉ số là bộ tham chiếu, không phải bộ do cơ quan có thẩm quyền ban hành. Dấu – nghĩa là cấp đó "
            "không có chỉ số tương ứng."
        ),
        "",
        _("## Chỉ tiêu"),
        "",
        *_head(_("Mã"), _("Chỉ tiêu"), _("Mức")),
        *(_target_row(target, by_level) for target in plan_targets()),
        "",
        _("## Nhiệm vụ và giải pháp"),
        "",
        *_head(_("Mã"), _("Vị trí trong kế hoạch"), _("Nội dung tóm tắt")),
        *(_bullet_row(bullet, by_level) for bullet in plan_bullets()),
    ]
    return "\n".join(lines) + "\n"


def _head(*columns: str) -> Iterator[str]:
    names = (*columns, *level_names().values())
    yield _row(names)
    yield _row("---" for _name in names)


def _row(cells: Iterable[str]) -> str:
    return "| " + " | ".join(cells) + " |"


def _target_row(target: PlanTarget, by_level: Mapping[Level, CriteriaSet]) -> str:
    sign = {">=": "≥", "<=": "≤"}.get(target.comparator, target.comparator)
    goal = f"{sign} {format_number(target.target)} {target.unit}"
    found = (
        _codes(c.code for c in by_level[level].criteria if c.plan_target == target.code) or NOT_ASKED
        for level in LEVELS
    )
    return _row((target.code, target.name.vi, goal, *found))


def _bullet_row(bullet: PlanBullet, by_level: Mapping[Level, CriteriaSet]) -> str:
    found = (
        _codes(c.code for c in by_level[level].criteria if bullet.id in c.covers)
        or (_("thiếu") if level in bullet.levels else NOT_ASKED)
        for level in LEVELS
    )
    return _row((bullet.id, bullet.clause, bullet.summary, *found))


def _codes(codes: Iterable[str]) -> str:
    return ", ".join(codes)
