"""A ranking list as an Excel workbook and as CSV."""

from collections.abc import Callable, Sequence

from assessment.ranking import OpenPlace, RankingRow, RankingTable
from assessment.snapshots import ScoreStage
from data.repositories import UnitRecord
from language import _, format_number
from reports.csv_table import csv_table
from reports.history import other_rules_text
from reports.labels import (
    file_name,
    level_name,
    no_figures_text,
    period_label,
    published_source,
    source_line,
    trial_label,
    used_set_status,
)
from reports.places import unplaced_text
from reports.wording import converted_note
from reports.workbook import Column, Kind, Sheet, Value, workbook
from scoring.grid import in_points


def _scale(table: RankingTable) -> float:
    return float(in_points(table.snapshot.book.compiled.scale))


def _points_kind(table: RankingTable) -> Kind:
    """Two decimals, or four where ranks are decided on more than two."""
    return "fine_points" if (table.snapshot.criteria_set.rank_precision or 0) > 2 else "points"


def _columns(table: RankingTable) -> tuple[Column, ...]:
    points = _points_kind(table)
    groups = (
        Column(_("{name} (tối đa {maximum})").format(name=group.name, maximum=format_number(maximum)), 12, points)
        for group, maximum in zip(table.groups, table.maxima, strict=True)
    )
    return (
        Column(_("Hạng"), 7, "count"),
        Column(_("Tăng, giảm hạng"), 9, "change"),
        Column(_("Mã đơn vị"), 11),
        Column(_("Cơ quan, đơn vị"), 34),
        Column(_("Tổng điểm (tối đa {maximum})").format(maximum=format_number(_scale(table))), 12, points),
        Column(_("Xếp loại"), 12),
        *groups,
        *((Column(_("Thưởng, trừ"), 9, points),) if table.adjusted else ()),
        Column(_("Hạng cao nhất có thể"), 10, "count"),
        Column(_("Hạng thấp nhất có thể"), 10, "count"),
        Column(_("Số chỉ số thành phần {open}").format(open=_open(table)), 13, "count"),
        Column(_("Chỉ số thành phần {open}").format(open=_open(table)), 24),
    )


def _open(table: RankingTable) -> str:
    return no_figures_text(table.snapshot.stage)


def _without_place(table: RankingTable, row: RankingRow) -> bool:
    """Whether a word stands for the total: nothing was reported, or a decision gave no place."""
    return not row.reported or (row.total is None and table.snapshot.stage == ScoreStage.PUBLISHED)


def _cells(table: RankingTable, row: RankingRow) -> tuple[Value, ...]:
    return (
        row.rank,
        row.movement,
        row.unit.code,
        row.unit.name_vi,
        unplaced_text(table.snapshot.stage, closed=row.closed) if _without_place(table, row) else row.total,
        row.band,
        *row.groups,
        *((row.adjustment,) if table.adjusted else ()),
        row.best_rank,
        row.worst_rank,
        row.missing,
        ", ".join(row.missing_codes),
    )


def _heading(table: RankingTable) -> tuple[str, ...]:
    compared = (
        _("Không so sánh với kỳ khác.")
        if table.compared is None
        else _("So với tháng {month}: {text}.").format(
            month=table.compared.name, text=other_rules_text().replace(":", ",")
        )
        if table.other_rules
        else _("So với tháng {month}.").format(month=table.compared.name)
    )
    return (
        _("Khối xếp hạng: {list}. Kỳ đánh giá: {period}. Số liệu đến hết tháng {month}. {compared}").format(
            list=table.list_name, period=table.snapshot.period.name, month=table.snapshot.name, compared=compared
        ),
        source_line(table.snapshot),
        _("Tình trạng bộ chỉ số: {status}.").format(status=used_set_status(table.snapshot)),
        *filter(None, (trial_label(table.snapshot),)),
    )


def _rank_rule(table: RankingTable) -> str:
    precision = table.snapshot.criteria_set.rank_precision
    rule = _(
        "Xếp từ tổng điểm cao nhất; các đơn vị bằng điểm cùng nhận một hạng và hạng kế tiếp bị bỏ qua (1, 2, 2, 4)."
    )
    if precision is None:
        return rule
    return rule + _(" So sánh trên tổng điểm làm tròn đến {n} chữ số thập phân.").format(n=precision)


def _absent_note(table: RankingTable) -> str:
    """Why a unit has no total."""
    if table.snapshot.stage == ScoreStage.PUBLISHED:
        return _("«{absent}»: kết quả công bố không có điểm, hạng và xếp loại của đơn vị.").format(
            absent=unplaced_text(table.snapshot.stage)
        )
    return _(
        "Ô trống: đơn vị không có nội dung nào áp dụng nên không có điểm và không xếp hạng. «{absent}»: đơn vị {absent} "
        "phần nào nên chưa có điểm, hạng và xếp loại. «{closed}»: kỳ không còn nhận số liệu nên đơn vị không có điểm."
    ).format(absent=_open(table), closed=unplaced_text(table.snapshot.stage, closed=True))


def _possible_note(table: RankingTable) -> str:
    """What the best and the worst possible rank are, by the score and by what may still come."""
    if table.settled and table.snapshot.stage != ScoreStage.PUBLISHED:
        return _("{end} mà đơn vị có thể đạt; không còn phần nào có thể bổ sung nên bằng hạng của đơn vị.")
    return {
        ScoreStage.SELF: _(
            "{end} mà đơn vị có thể đạt khi số liệu còn thiếu của đơn vị và của các đơn vị cùng khối được bổ sung. "
            "Khi hai cột bằng nhau, hạng không còn thay đổi vì số liệu thiếu."
        ),
        ScoreStage.APPRAISED: _(
            "{end} mà đơn vị có thể đạt khi các chỉ số còn lại của đơn vị và của các đơn vị cùng khối được thẩm định. Khi "
            "hai cột bằng nhau, hạng không còn thay đổi."
        ),
        ScoreStage.PUBLISHED: _("{end}; hạng công bố đã cố định nên bằng hạng của đơn vị."),
    }[table.snapshot.stage]


def _notes(table: RankingTable) -> tuple[tuple[str, str], ...]:
    columns = [c.title for c in _columns(table)]
    bands = "; ".join(
        _("{name}: từ {points} điểm").format(name=b.name, points=format_number(b.reached))
        for b in table.snapshot.criteria_set.bands
    )
    group = _(
        "Điểm của chỉ số chính sau quy đổi: nội dung không áp dụng được đưa ra khỏi điểm tối đa rồi quy đổi về điểm "
        "tối đa của chỉ số chính. Ô trống: không có nội dung nào áp dụng."
    )
    possible = _possible_note(table)
    return (
        (columns[0], _rank_rule(table)),
        (
            columns[1],
            _("Số hạng tăng (+) hoặc giảm (−) so với tháng được so sánh; ô trống khi không có gì để so sánh."),
        ),
        (columns[2], _("Mã của cơ quan, đơn vị tại thời điểm của kỳ đánh giá.")),
        (columns[3], _("Tên của cơ quan, đơn vị tại thời điểm của kỳ đánh giá.")),
        (
            columns[4],
            _("Tổng điểm sau quy đổi, đã gồm điểm thưởng và điểm trừ nếu bộ chỉ số có. {absent}").format(
                absent=_absent_note(table)
            ),
        ),
        (columns[5], bands or _("Bộ chỉ số này không quy định xếp loại.")),
        *((title, f"{group} {converted_note()}") for title in columns[6 : 6 + len(table.groups)]),
        *((title, _("Điểm thưởng, điểm trừ sau mức trần.")) for title in columns[6 + len(table.groups) : -4]),
        (columns[-4], possible.format(end=_("Hạng cao nhất (số nhỏ nhất)"))),
        (columns[-3], possible.format(end=_("Hạng thấp nhất (số lớn nhất)"))),
        (
            columns[-2],
            _(
                "Số chỉ số thành phần phải có mà {absent}. Phần này tạm tính 0 điểm và vẫn giữ điểm tối đa; "
                "chỉ số chưa đến kỳ số liệu, chỉ số không áp dụng và chỉ số do hội đồng chấm không tính là thiếu."
            ).format(absent=_open(table)),
        ),
        (columns[-1], _("Mã của các chỉ số đó; tên và nơi lấy số liệu có trong phiếu điểm của đơn vị.")),
    )


MOST_RIVALS = 3
"""Units written out in a reason; the others are counted."""


def open_place_text(place: OpenPlace, name: Callable[[UnitRecord], str]) -> str:
    """Why a place may still change, without a full stop. name: what a unit is called."""
    codes, appraised = place.row.missing_codes, place.stage == ScoreStage.APPRAISED
    lacks = _("đơn vị chưa thẩm định {codes}") if appraised else _("đơn vị chưa có số liệu của {codes}")
    lack = _("chưa thẩm định xong") if appraised else _("còn thiếu số liệu")
    reasons = [
        *([lacks.format(codes=", ".join(codes))] if codes else []),
        *(
            [
                _("đổi thứ tự được với {units}, {lack}").format(
                    units=_units_named([r.unit for r in place.rivals], name), lack=lack
                )
            ]
            if place.rivals
            else []
        ),
        *(
            [
                _("{codes} chấm so với các đơn vị khác, mà {units} {open}").format(
                    codes=", ".join(place.compared),
                    units=_units_named(place.lacking, name),
                    open=no_figures_text(place.stage),
                )
            ]
            if place.compared
            else []
        ),
    ]
    return "; ".join(reasons)


def _units_named(units: Sequence[UnitRecord], name: Callable[[UnitRecord], str]) -> str:
    shown = ", ".join(map(name, units[:MOST_RIVALS]))
    more = len(units) - MOST_RIVALS
    return shown if more <= 0 else _("{units} và {n} đơn vị khác").format(units=shown, n=format_number(more))


def ranking_workbook(table: RankingTable) -> bytes:
    """The ranking list as .xlsx: sheet `Xếp hạng` with the figures, sheet `Ghi chú` explaining every column."""
    title = _("Bảng xếp hạng mức độ chuyển đổi số: {list}").format(list=table.list_name)
    heading = _heading(table)
    ranks = Sheet(
        _("Xếp hạng"),
        title,
        heading,
        _columns(table),
        [_cells(table, row) for row in table.rows],
        nothing=_("Khối xếp hạng này không có cơ quan, đơn vị nào."),
    )
    columns = (Column(_("Cột"), 34), Column(_("Ý nghĩa"), 90))
    notes = Sheet(_("Ghi chú"), _("Giải thích các cột của bảng xếp hạng"), heading, columns, _notes(table))
    return workbook((ranks, notes), title=title, label=period_label(table.snapshot.period))


def ranking_csv(table: RankingTable) -> bytes:
    """The ranking list as CSV that Excel with Vietnamese settings opens as it is.

    UTF-8 with byte-order mark, semicolons, decimal commas, one table with one header row; the demonstration label
    that of a trial run and the decision that published it stand in the column `Ghi chú` of every row.
    """
    snapshot = table.snapshot
    labels = (period_label(snapshot.period), trial_label(snapshot), published_source(snapshot))
    label = "; ".join(filter(None, labels))
    header = [*(c.title for c in _columns(table)), _("Ghi chú")]
    return csv_table(header, ([*_cells(table, row), label] for row in table.rows))


def ranking_file_name(table: RankingTable, extension: str = "xlsx") -> str:
    """File name of the list; names the list itself when its level has more than one."""
    snapshot = table.snapshot
    lists: Sequence[str] = (table.list_name,) if len(snapshot.lists) > 1 else ()
    return file_name(snapshot, _("Xếp hạng"), level_name(snapshot.level), *lists, extension=extension)
