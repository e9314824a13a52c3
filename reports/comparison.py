"""Units side by side as an Excel workbook."""

from assessment.comparison import ComparedCell, Comparison, Explanation
from assessment.scorecard import TrendPoint
from assessment.snapshots import ScoreStage
from language import _, format_number
from reports.labels import (
    file_name,
    level_name,
    no_figures_text,
    period_label,
    source_line,
    trial_label,
    used_set_status,
)
from reports.places import unplaced_text
from reports.wording import rule_in_words, state_text
from reports.workbook import Column, Kind, Sheet, Value, workbook
from scoring.grid import in_points


def _points_kind(compared: Comparison) -> Kind:
    return "fine_points" if (compared.snapshot.criteria_set.rank_precision or 0) > 2 else "points"


def _heading(compared: Comparison) -> tuple[str, ...]:
    return (
        _("Danh sách: {list}. Kỳ đánh giá: {period}. Số liệu đến hết tháng {month}.").format(
            list=compared.table.list_name, period=compared.snapshot.period.name, month=compared.snapshot.name
        ),
        source_line(compared.snapshot),
        _("Tình trạng bộ chỉ số: {status}.").format(status=used_set_status(compared.snapshot)),
        *filter(None, (trial_label(compared.snapshot),)),
    )


def _names(compared: Comparison) -> list[str]:
    return [_("{name} (mã {code})").format(name=p.unit.name_vi, code=p.unit.code) for p in compared.places]


def _summary(compared: Comparison) -> Sheet:
    points = _points_kind(compared)
    groups = (
        Column(_("{name} (tối đa {maximum})").format(name=g.name, maximum=format_number(m)), 12, points)
        for g, m in zip(compared.table.groups, compared.table.maxima, strict=True)
    )
    columns = (
        Column(_("Cơ quan, đơn vị"), 34),
        Column(_("Hạng"), 7, "count"),
        Column(
            _("Tổng điểm (tối đa {maximum})").format(
                maximum=format_number(float(in_points(compared.snapshot.book.compiled.scale)))
            ),
            12,
            points,
        ),
        Column(_("Xếp loại"), 12),
        *groups,
        Column(_("Hạng cao nhất có thể"), 10, "count"),
        Column(_("Hạng thấp nhất có thể"), 10, "count"),
        Column(_("Số chỉ số thành phần {open}").format(open=no_figures_text(compared.snapshot.stage)), 13, "count"),
    )
    rows = [
        (
            name,
            p.rank,
            p.total if p.reported else unplaced_text(compared.snapshot.stage, closed=p.closed),
            p.band,
            *p.groups,
            p.best_rank,
            p.worst_rank,
            p.missing,
        )
        for name, p in zip(_names(compared), compared.places, strict=True)
    ]
    return Sheet(_("Tổng hợp"), _("So sánh các cơ quan, đơn vị"), _heading(compared), columns, rows)


def _value(cell: ComparedCell, stage: ScoreStage) -> Value:
    """Points, or the state in words: what is missing or does not count is never 0."""
    return state_text(cell.state, stage) if cell.points is None else cell.points


def _criteria(compared: Comparison) -> Sheet:
    points, names = _points_kind(compared), _names(compared)
    columns = (
        Column(_("Chỉ số chính"), 16),
        Column(_("Mã"), 8),
        Column(_("Chỉ số thành phần"), 34),
        Column(_("Điểm tối đa"), 9, "number"),
        *(Column(_("Điểm: {name}").format(name=name), 15, points) for name in names),
        *(Column(_("Kém cao nhất: {name}").format(name=name), 15, points) for name in names),
        Column(_("Chênh lệch lớn nhất"), 12, points),
        Column(_("Quy tắc"), 50),
    )
    rows = [
        (
            f"{row.group.code} {row.group.name}",
            row.criterion.code,
            str(row.criterion.name),
            row.criterion.max_points,
            *(_value(cell, compared.snapshot.stage) for cell in row.cells),
            *(cell.gap for cell in row.cells),
            row.largest_gap,
            rule_in_words(row.criterion),
        )
        for row in compared.rows
    ]
    note = _(
        "Cột «Kém cao nhất»: số điểm của tổng điểm (sau quy đổi) mà đơn vị kém đơn vị cao nhất ở chỉ số đó; ô trống: chỉ "
        "số không áp dụng hoặc chưa đến kỳ số liệu. Chỉ số {open} tạm tính 0 điểm trong tổng điểm."
    ).format(open=no_figures_text(compared.snapshot.stage))
    return Sheet(
        _("Chỉ số thành phần"),
        _("So sánh theo chỉ số thành phần"),
        (*_heading(compared), note),
        columns,
        rows,
        repeated=(0, 3),
    )


def _explained(one: Explanation, stage: ScoreStage) -> list[tuple[Value, ...]]:
    names = one.best.unit.name_vi, one.other.unit.name_vi
    value = lambda cell: _value(cell, stage)  # noqa: E731
    rows: list[tuple[Value, ...]] = [
        (*names, item.criterion.code, str(item.criterion.name), value(item.best), value(item.other), item.gap)
        for item in one.items
    ]
    return [*rows, (*names, "", _("Cộng: chênh lệch tổng điểm"), one.best.total, one.other.total, one.difference)]


def _explanations(compared: Comparison) -> Sheet:
    points = _points_kind(compared)
    columns = (
        Column(_("Đơn vị cao nhất"), 28),
        Column(_("Đơn vị so sánh"), 28),
        Column(_("Mã"), 8),
        Column(_("Chỉ số thành phần"), 40),
        Column(_("Điểm của đơn vị cao nhất"), 16, points),
        Column(_("Điểm của đơn vị so sánh"), 16, points),
        Column(_("Góp vào chênh lệch tổng điểm"), 14, points),
    )
    return Sheet(
        _("Vì sao chênh lệch"),
        _("Chỉ số thành phần tạo nên chênh lệch tổng điểm"),
        _heading(compared),
        columns,
        [row for one in compared.explanations for row in _explained(one, compared.snapshot.stage)],
        nothing=_("Chưa có tổng điểm của ít nhất hai đơn vị."),
    )


def _point(point: TrendPoint | None) -> tuple[Value, Value]:
    return (_("không có mặt"), None) if point is None else (point.total, point.rank)


def history_note(compared: Comparison) -> str:
    """Which scores the history is of: those of every month, or what was published."""
    return {
        ScoreStage.SELF: _("Trong năm chỉ tính các chỉ số đã đến kỳ số liệu; số liệu cả năm được tính từ tháng 12."),
        ScoreStage.APPRAISED: _("Gồm điểm công bố của các kỳ trước và điểm thẩm định của kỳ này."),
        ScoreStage.PUBLISHED: _("Chỉ gồm điểm công bố, mỗi kỳ một tháng."),
    }[compared.snapshot.stage]


def _history(compared: Comparison) -> Sheet:
    points = _points_kind(compared)
    columns = [Column(_("Tháng"), 12), Column(_("Bộ chỉ số"), 22)]
    for name in _names(compared):
        columns += [
            Column(_("Tổng điểm: {name}").format(name=name), 15, points),
            Column(_("Hạng: {name}").format(name=name), 12, "count"),
        ]
    history = compared.history
    rows = [
        (label, chosen, *(value for unit in history.units for value in _point(unit[i])))
        for i, (label, chosen) in enumerate(zip(history.labels, history.sets, strict=True))
    ]
    return Sheet(
        _("Diễn biến"),
        _("Diễn biến tổng điểm và thứ hạng"),
        (*_heading(compared), history_note(compared)),
        columns,
        rows,
        nothing=_("Chưa có số liệu của tháng nào."),
        repeated=(0, 1),
    )


def comparison_workbook(compared: Comparison) -> bytes:
    """The comparison as .xlsx: places and main indices, every criterion, what explains the gaps, history."""
    sheets = (_summary(compared), _criteria(compared), _explanations(compared), _history(compared))
    title = _("So sánh các cơ quan, đơn vị: {list}").format(list=compared.table.list_name)
    return workbook(sheets, title=title, label=period_label(compared.snapshot.period))


def comparison_file_name(compared: Comparison) -> str:
    """File name of the comparison: `TRINH-DIEN_so-sanh_cap-huyen_747-748_2024-12.xlsx`."""
    codes = " ".join(p.unit.code for p in compared.places)
    return file_name(compared.snapshot, _("So sánh"), level_name(compared.snapshot.level), codes, extension="xlsx")
