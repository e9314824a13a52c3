"""Appraisal in words and on paper: how far every unit is, who has how much to do, what was decided."""

import datetime as dt
from collections.abc import Iterable, Mapping, Sequence

from assessment.appraisal import Load, Progress, TaskRecord, progress_of, tier_name
from assessment.appraisal_cases import AppraisalCase
from assessment.appraised import RulingRecord
from assessment.appraisers import Appraiser
from assessment.council import UnitStanding
from assessment.explaining import EarlierRecord
from assessment.reopening import ReopeningRecord
from assessment.rulings import Value, content_values, kind_name
from assessment.snapshots import LevelSnapshot
from assessment.submissions import report_state_name
from criteria.model import Criterion
from data.lineage import UnitKey
from data.models import AppraisalTier, RulingKind
from data.repositories import PeriodRecord
from language import _, format_date, format_moment, format_number, local_day
from reports.labels import level_name, period_file_name, period_label, set_name, used_set_status
from reports.publication import standing_text
from reports.wording import input_label, points_text, value_text
from reports.workbook import Column, Sheet, workbook
from scoring.compiled import CompiledSet


def appraiser_name(appraiser: Appraiser | None, account_id: int | None) -> str:
    """Who a task is given to: name and account, the office, or an account that can no longer appraise."""
    if appraiser is not None:
        return f"{appraiser.full_name} ({appraiser.user_name})" if appraiser.full_name else appraiser.user_name
    if account_id is None:
        return _("Cơ quan thường trực")
    return _("Tài khoản số {id}, không còn thẩm định được").format(id=account_id)


def values_text(criterion: Criterion, values: Mapping[str, Value]) -> str:
    """Inputs with their names, one after the other; empty without any."""
    return "; ".join(
        f"{input_label(criterion, key)}: {value_text(criterion, key, value, unit=True)}"
        if key in criterion.inputs or len(values) > 1
        else value_text(criterion, key, value, unit=True)
        for key, value in values.items()
        if value is not None
    )


def ruling_text(compiled: CompiledSet, ruling: RulingRecord) -> str:
    """What was decided, with the figures that it rests on."""
    criterion = compiled.criteria_set.by_code.get(ruling.criterion)
    if criterion is None:
        return kind_name(ruling.kind)
    told = values_text(criterion, content_values(compiled, ruling.criterion, ruling.content))
    return f"{kind_name(ruling.kind)} ({told})" if told else kind_name(ruling.kind)


def tier_title(ruling: RulingRecord) -> str:
    """The tier of a ruling as a heading."""
    name = tier_name(ruling.tier)
    return name[:1].upper() + name[1:]


def decided_text(case: AppraisalCase) -> str:
    """What stands where there are no appraised points."""
    if case.in_force is None:
        return _("chưa thẩm định")
    if case.in_force.kind is RulingKind.NOT_APPLICABLE:
        return _("không áp dụng")
    return points_text(0.0)


def due_text(case: AppraisalCase) -> str:
    """Until when a case is to be ruled on; once it is, when it was, and never a deadline."""
    if case.ruled_at is not None:
        return _("đã kết luận ngày {day}").format(day=format_date(local_day(case.ruled_at)))
    if case.task.awaited_by is None:
        return _("đã kết luận") if case.task.ruled else _("chưa kết luận khi kỳ kết thúc")
    return _("hạn {day}").format(day=format_date(case.task.awaited_by))


def reopening_text(reopening: ReopeningRecord) -> str:
    """When the office reopened a criterion after the council, and why: `20/12/2024 12:00: Có thêm hồ sơ`."""
    return _("{time}: {reason}").format(time=format_moment(reopening.reopened_at), reason=reopening.reason)


def earlier_text(earlier: EarlierRecord) -> str:
    """What a unit said before draft results were sent anew, and when: `20/12/2024 12:00: Có thêm hồ sơ`."""
    return _("{time}: {text}").format(time=format_moment(earlier.sent_at), text=earlier.text)


def case_marks(case: AppraisalCase) -> tuple[str, ...]:
    """What is to be looked at in a case, in words."""
    found = []
    if case.task.key.tier != AppraisalTier.FIRST:
        found.append(tier_name(case.task.key.tier))
    if case.reopenings and case.task.key.tier == AppraisalTier.SECOND:
        found.append(_("cơ quan thường trực mở lại"))
    if case.request is not None:
        found.append(_("đề nghị không áp dụng"))
    if case.explanation is not None:
        found.append(_("có giải trình"))
    if case.lacks_evidence:
        found.append(_("thiếu tài liệu bắt buộc"))
    if any(not document.in_force for document in case.evidence):
        found.append(_("tài liệu hết hiệu lực"))
    if any(document.is_shared for document in case.evidence):
        found.append(_("tệp trùng với đơn vị khác"))
    return tuple(found)


def unit_progress(
    standings: Iterable[UnitStanding], tasks: Iterable[TaskRecord], today: dt.date
) -> Mapping[UnitKey, Progress]:
    """How far every unit is."""
    by_unit: dict[UnitKey, list[TaskRecord]] = {s.unit.key: [] for s in standings}
    for task in tasks:
        by_unit.setdefault(task.key.unit, []).append(task)
    return {unit: progress_of(own, today) for unit, own in by_unit.items()}


def again_text(progress: Progress) -> str:
    """How many criteria are looked at again, to stand behind how many there are; empty without any."""
    if not progress.again:
        return ""
    return _("trong đó {n} chỉ số phúc tra hoặc thẩm định lại").format(n=format_number(progress.again))


def appraisal_workbook(
    period: PeriodRecord,
    standings: Sequence[UnitStanding],
    tasks: Sequence[TaskRecord],
    loads: Sequence[Load],
    today: dt.date,
) -> bytes:
    """Progress by unit and load by appraiser as .xlsx."""
    found = unit_progress(standings, tasks, today)
    progress = Sheet(
        _("Tiến độ thẩm định"),
        _("Tiến độ thẩm định theo cơ quan, đơn vị"),
        (period.name,),
        (
            Column(_("Mã"), 10),
            Column(_("Cơ quan, đơn vị"), 36),
            Column(_("Cấp"), 18),
            Column(_("Trạng thái"), 22),
            Column(_("Chỉ số phải thẩm định"), 12, "count"),
            Column(_("Đã thẩm định"), 12, "count"),
            Column(_("Phúc tra hoặc thẩm định lại"), 14, "count"),
            Column(_("Việc còn lại"), 60),
        ),
        [
            (
                s.unit.code,
                s.unit.name_vi,
                level_name(s.unit.level),
                report_state_name(s.state, closed=s.closed),
                found[s.unit.key].given,
                found[s.unit.key].ruled,
                found[s.unit.key].again,
                standing_text(s),
            )
            for s in standings
        ],
        nothing=_("Chưa có đơn vị nào."),
        repeated=(0, 1),
    )
    load = Sheet(
        _("Khối lượng"),
        _("Khối lượng và thời hạn của người thẩm định"),
        (period.name, load_text()),
        (
            Column(_("Người thẩm định"), 40),
            Column(_("Được giao"), 12, "count"),
            Column(_("Đã thẩm định"), 12, "count"),
            Column(_("Còn lại"), 12, "count"),
            Column(_("Quá hạn"), 12, "count"),
            Column(_("Hạn gần nhất"), 14),
        ),
        [(appraiser_name(x.appraiser, x.account_id), x.given, x.ruled, x.open, x.late, x.next_due) for x in loads],
        nothing=_("Chưa có tài khoản thẩm định nào."),
    )
    return workbook((progress, load), title=progress.title, label=period_label(period))


def load_text() -> str:
    """What a load counts."""
    return _("Tính theo lượt thẩm định: chỉ số được phúc tra hoặc thẩm định lại thì tính thêm một lượt.")


def appraisal_file_name(period: PeriodRecord) -> str:
    """File name of the progress of appraisal."""
    return period_file_name(period, _("Tiến độ thẩm định"), extension="xlsx")


def queue_workbook(period: PeriodRecord, cases: Sequence[AppraisalCase], snapshot: LevelSnapshot) -> bytes:
    """The cases of a queue as .xlsx: what was reported, what was decided, and why."""
    columns = (
        Column(_("Mã"), 10),
        Column(_("Cơ quan, đơn vị"), 34),
        Column(_("Chỉ số"), 12),
        Column(_("Tên chỉ số"), 40),
        Column(_("Bước"), 16),
        Column(_("Hạn"), 14),
        Column(_("Ngày kết luận"), 14),
        Column(_("Điểm tối đa"), 12, "points"),
        Column(_("Điểm tự chấm"), 12, "points"),
        Column(_("Điểm thẩm định"), 12, "points"),
        Column(_("Số liệu đơn vị báo cáo"), 40),
        Column(_("Kết luận"), 40),
        Column(_("Lý do"), 40),
        Column(_("Cần xem"), 30),
        Column(_("Mở lại thẩm định"), 40),
    )
    rows = [
        (
            c.unit.code,
            c.unit.name_vi,
            c.criterion.code,
            str(c.criterion.name),
            tier_name(c.task.key.tier),
            c.task.awaited_by,
            None if c.ruled_at is None else local_day(c.ruled_at),
            float(c.criterion.max_points),
            c.self_points,
            c.appraised_points,
            values_text(c.criterion, c.reported),
            ruling_text(snapshot.book.compiled, c.in_force) if c.in_force else _("chưa thẩm định"),
            c.in_force.reason if c.in_force else "",
            "; ".join(case_marks(c)),
            "\n".join(map(reopening_text, c.reopenings)),
        )
        for c in cases
    ]
    sheet = Sheet(
        _("Thẩm định"),
        _("Các chỉ số đang thẩm định"),
        (period.name, f"{set_name(snapshot.criteria_set)}, {used_set_status(snapshot)}"),
        columns,
        rows,
        nothing=_("Không có chỉ số nào."),
        repeated=(0, 1),
    )
    return workbook((sheet,), title=sheet.title, label=period_label(period))


def queue_file_name(period: PeriodRecord) -> str:
    """File name of a queue."""
    return period_file_name(period, _("Thẩm định"), extension="xlsx")
