"""What a decision published, on paper: the decision and its hash, every ranking list, and the frozen text itself."""

from collections.abc import Iterator, Mapping, Sequence

from assessment.council import StepRecord, UnitStanding, period_state_name
from assessment.frozen import Results
from assessment.province import UNIT_LEVELS
from assessment.publishing import Edition, Preview
from assessment.ranking import RankingRow, ranking
from assessment.reopening import Overtaken
from assessment.snapshots import LevelSnapshot
from assessment.submissions import report_state_name
from data.models import StepKind
from data.repositories import PeriodRecord
from language import _, format_date, format_month, format_number, local_day
from reports.csv_table import csv_table
from reports.labels import (
    decision_name,
    level_name,
    list_name,
    period_file_name,
    period_label,
    set_name,
    used_set_status,
)
from reports.wording import converted_note
from reports.workbook import Column, Sheet, Value, workbook


def decision_text(edition: Edition) -> str:
    """The decision in a phrase: `Quyết định số 789/QĐ-UBND ngày 20/12/2024`."""
    return decision_name(edition.decision)


def published_by_text(found: Sequence[Edition]) -> str:
    """The decisions of a period in a phrase: `Quyết định số 789/QĐ-UBND ngày 20/12/2024, sửa đổi theo Quyết định … và …`.

    found: its editions, the newest first.
    """
    first, *amending = map(decision_text, reversed(found))
    if not amending:
        return first
    *some, last = amending
    told = _("{some} và {last}").format(some=", ".join(some), last=last) if some else last
    return _("{first}, sửa đổi theo {amending}").format(first=first, amending=told)


def edition_name(edition: Edition) -> str:
    """What an edition is called: `Lần 1`, `Lần 2 (sửa đổi)`."""
    if edition.number == 1:
        return _("Lần 1")
    return _("Lần {n} (sửa đổi)").format(n=format_number(edition.number))


def between_text(before: Edition, after: Edition) -> str:
    """Which two editions are compared, by which decisions."""
    return _("{after} theo {decision} so với {before} theo {earlier}").format(
        after=edition_name(after),
        decision=decision_text(after),
        before=edition_name(before).lower(),
        earlier=decision_text(before),
    )


def force_text(edition: Edition, in_force: Edition) -> str:
    """Whether an edition is in force, or by which edition and decision it was replaced."""
    if edition.number == in_force.number:
        return _("đang có hiệu lực")
    return _("đã được thay bằng {edition} theo {decision}").format(
        edition=edition_name(in_force).lower(), decision=decision_text(in_force)
    )


def replaced_notices(edition: Edition, in_force: Edition) -> tuple[str, ...]:
    """The sentence that a replaced edition carries; none for the one in force."""
    if edition.number == in_force.number:
        return ()
    return (_("Lần công bố này {replaced}.").format(replaced=force_text(edition, in_force)),)


def step_text(step: StepRecord) -> str:
    """The paper of a step with its day and its note."""
    paper = _("số {number}, ngày {day}") if step.number else _("ngày {day}")
    told = paper.format(number=step.number, day=format_date(step.date))
    return f"{told}: {step.note}" if step.note else told


def overtaken_texts(found: Overtaken | None) -> tuple[str, ...]:
    """That the council's minutes no longer hold and why, a sentence each, and what has to be done next; none for any that do."""
    if found is None:
        return ()
    minutes = _("Biên bản hội đồng {paper} có trước khi mở lại thẩm định nên không còn là căn cứ để trình phê duyệt.")
    lapsed = _("Tờ trình {paper} đã hết hiệu lực.")
    return (
        minutes.format(paper=_paper_text(found.minutes)),
        *(() if found.submission is None else (lapsed.format(paper=_paper_text(found.submission)),)),
        *(
            _("{unit}: mở lại {codes} ngày {day}, lý do: {reason}").format(
                unit=own.unit,
                codes=", ".join(own.criteria),
                day=format_date(local_day(own.told.reopened_at)),
                reason=own.told.reason,
            )
            for own in found.reopened
        ),
        _(
            "Việc tiếp theo: thẩm định lại xong, gửi lại kết quả dự kiến cho đơn vị được mở lại («Tổ chức thẩm định»), hội đồng họp "
            "lại và ghi biên bản mới, rồi trình phê duyệt lại."
        ),
    )


def _paper_text(step: StepRecord) -> str:
    return _("số {number} ngày {day}").format(number=step.number, day=format_date(step.date))


def step_name(kind: StepKind) -> str:
    """What a step of a period is called."""
    return {
        StepKind.COUNCIL: _("Biên bản hội đồng"),
        StepKind.APPROVAL: _("Tờ trình phê duyệt"),
        StepKind.TRIAL_CLOSED: _("Kết thúc chạy thử nội bộ"),
    }[kind]


def _facts(period: PeriodRecord, edition: Edition, results: Results, in_force: Edition) -> Iterator[tuple[str, Value]]:
    yield _("Kỳ đánh giá"), period.name
    yield _("Số liệu đến hết tháng"), format_month(period.year, edition.month)
    yield _("Lần công bố"), edition_name(edition)
    yield _("Hiệu lực"), force_text(edition, in_force)
    yield _("Quyết định"), edition.decision.number
    yield _("Ngày ký"), edition.decision.date
    yield _("Người ký"), edition.decision.signer
    if edition.reason:
        yield _("Lý do sửa đổi"), edition.reason
    yield _("Mã SHA-256 của nội dung công bố"), edition.sha256
    for snapshot in (*results.levels.values(), results.province):
        level = snapshot.criteria_set.level
        yield (
            _("Bộ chỉ số: {level}").format(level=level_name(level)),
            f"{set_name(snapshot.criteria_set)}, {used_set_status(snapshot)}",
        )


def _heading(period: PeriodRecord, edition: Edition, in_force: Edition) -> tuple[str, ...]:
    return (
        _("Kỳ đánh giá: {period}. Số liệu đến hết tháng {month}. Điểm công bố, {edition}.").format(
            period=period.name, month=format_month(period.year, edition.month), edition=edition_name(edition).lower()
        ),
        _("Nguồn: {decision}, người ký: {signer}.").format(
            decision=decision_text(edition), signer=edition.decision.signer
        ),
        *replaced_notices(edition, in_force),
    )


def _rows(snapshot: LevelSnapshot) -> Iterator[tuple[str, RankingRow]]:
    """Every unit in every list of a level, list by list, best first."""
    for ranking_list in snapshot.lists:
        for row in ranking(snapshot, ranking_list.code).rows:
            yield list_name(ranking_list), row


def without_place_text() -> str:
    """What stands for the total of a unit that a decision gave no place."""
    return _("không xếp hạng")


def area_names(results: Results) -> Mapping[str, str]:
    """Names of the districts by code: communes of two districts may bear the same name."""
    return {unit.code: unit.name_vi for unit in results.levels["district"].units}


def _cells(name: str, row: RankingRow, areas: Mapping[str, str] | None) -> tuple[Value, ...]:
    total = without_place_text() if row.total is None else row.total
    area = () if areas is None else (areas.get(row.unit.parent_code or "", ""),)
    return (name, row.rank, row.unit.code, row.unit.name_vi, *area, total, row.band)


def _columns(*, area: bool) -> tuple[Column, ...]:
    return (
        Column(_("Danh sách"), 34),
        Column(_("Hạng"), 7, "count"),
        Column(_("Mã đơn vị"), 11),
        Column(_("Cơ quan, đơn vị"), 34),
        *([Column(_("Địa bàn"), 22)] if area else []),
        Column(_("Tổng điểm"), 14, "fine_points"),
        Column(_("Xếp loại"), 14),
    )


def _level_sheet(title: str, heading: Sequence[str], snapshot: LevelSnapshot, results: Results) -> Sheet:
    name, areas = level_name(snapshot.level), area_names(results) if snapshot.level == "commune" else None
    groups = [g for g in snapshot.criteria_set.groups if g.kind == "scored"]
    return Sheet(
        name,
        title.format(level=name),
        (*heading, converted_note()),
        (*_columns(area=areas is not None), *(Column(str(g.name), 12, "points") for g in groups)),
        [(*_cells(listed, row, areas), *row.groups) for listed, row in _rows(snapshot)],
        nothing=_("Cấp này không có cơ quan, đơn vị nào."),
        repeated=(0, 3),
    )


def publication_workbook(
    period: PeriodRecord, edition: Edition, results: Results, in_force: Edition, amending: Sheet | None = None
) -> bytes:
    """An edition as .xlsx: the decision with its hash and sets, and every ranking list, a sheet for each level.

    in_force: the edition of the period that is in force, which a replaced one names. amending: what an amended edition
    changes, as the second sheet.
    """
    title = _("Kết quả công bố: {period}").format(period=period.name)
    heading = _heading(period, edition, in_force)
    decision = Sheet(
        _("Quyết định"),
        title,
        heading,
        (Column(_("Nội dung"), 36), Column(_("Giá trị"), 90)),
        list(_facts(period, edition, results, in_force)),
        landscape=False,
    )
    levels = (
        _level_sheet(_("Bảng xếp hạng công bố: {level}"), heading, results.levels[level], results)
        for level in UNIT_LEVELS
    )
    changes = [amending] if amending else []
    return workbook((decision, *changes, *levels), title=title, label=period_label(period))


def publication_csv(period: PeriodRecord, edition: Edition, results: Results, in_force: Edition) -> bytes:
    """An edition as one table: every unit in every list, with its level, the decision, and whether that is in force."""
    header = [_("Cấp"), *(column.title for column in _columns(area=True)), _("Quyết định"), _("Hiệu lực")]
    told, areas = (decision_text(edition), force_text(edition, in_force)), area_names(results)
    rows = (
        [level_name(level), *_cells(name, row, areas), *told]
        for level in UNIT_LEVELS
        for name, row in _rows(results.levels[level])
    )
    return csv_table(header, rows)


def preview_workbook(period: PeriodRecord, found: Preview, amending: Sheet | None) -> bytes:
    """What a decision would publish now, as .xlsx: every ranking list, a sheet for each level, to be held against it.

    amending: what would differ from the edition in force, as the first sheet.
    """
    results = found.frozen.results
    title = _("Nội dung sẽ công bố: {period}").format(period=period.name)
    heading = (
        _("DỰ THẢO, CHƯA CÔNG BỐ. Kỳ đánh giá: {period}. Số liệu đến hết tháng {month}.").format(
            period=period.name, month=format_month(period.year, results.month)
        ),
        _("Nguồn: kết quả thẩm định hiện tại; mã SHA-256 của nội dung sẽ công bố: {sha256}.").format(
            sha256=found.frozen.sha256
        ),
    )
    levels = (
        _level_sheet(_("Bảng xếp hạng sẽ công bố: {level}"), heading, results.levels[level], results)
        for level in UNIT_LEVELS
    )
    changes = [amending] if amending else []
    return workbook((*changes, *levels), title=title, label=period_label(period))


def preview_file_name(period: PeriodRecord) -> str:
    """Name of the file of what would be published: `du-thao-cong-bo_2024.xlsx`."""
    return period_file_name(period, _("Dự thảo công bố"), extension="xlsx")


def publication_file_name(period: PeriodRecord, edition: Edition, extension: str) -> str:
    """Name of a file of an edition: `ket-qua-cong-bo_lan-1_2024.xlsx`."""
    part = _("Lần {n}").format(n=edition.number)
    return period_file_name(period, _("Kết quả công bố"), part, extension=extension)


def council_workbook(
    period: PeriodRecord,
    steps: Mapping[StepKind, StepRecord],
    standings: Sequence[UnitStanding],
    overtaken: Overtaken | None = None,
) -> bytes:
    """How far appraisal of every unit is, for the council, as .xlsx. overtaken: minutes that no longer hold."""
    sheet = Sheet(
        _("Tình hình thẩm định"),
        _("Tình hình thẩm định trước hội đồng"),
        (
            _("{period}. Bước: {state}.").format(period=period.name, state=period_state_name(period, steps, standings)),
            *overtaken_texts(overtaken),
        ),
        (
            Column(_("Mã"), 10),
            Column(_("Cơ quan, đơn vị"), 36),
            Column(_("Cấp"), 18),
            Column(_("Trạng thái báo cáo"), 24),
            Column(_("Việc còn lại"), 60),
        ),
        [
            (
                s.unit.code,
                s.unit.name_vi,
                level_name(s.unit.level),
                report_state_name(s.state, closed=s.closed),
                standing_text(s),
            )
            for s in standings
        ],
        repeated=(0, 1),
    )
    return workbook((sheet,), title=sheet.title, label=period_label(period))


def standing_text(standing: UnitStanding) -> str:
    """What is left to do about a unit before the council, how it was finished, or what becomes of it."""
    if standing.obstacles:
        return "; ".join(standing.obstacles)
    if standing.how:
        return _("đã xong: {how}").format(how=standing.how)
    return _("không gửi báo cáo: không xếp hạng") if standing.closed else _("chưa gửi báo cáo: không xếp hạng")


def council_file_name(period: PeriodRecord) -> str:
    """File name of what stands before the council."""
    return period_file_name(period, _("Tình hình thẩm định"), extension="xlsx")
