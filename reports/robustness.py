"""How firm a ranking list is: its sentences, and the list as an Excel workbook."""

from collections.abc import Sequence

from assessment.robustness import Choice, ListStability, UnitStability
from assessment.snapshots import ScoreStage
from data.repositories import UnitRecord
from language import _, format_number, format_percent
from reports.labels import file_name, level_name, period_label, source_line, trial_label, used_set_status
from reports.referee import (
    MOST_NAMED,
    moves_text,
    referee_sheet,
    treatment_name,
    treatment_sentence,
    treatment_text,
)
from reports.workbook import Column, Sheet, Value, workbook
from scoring.sensitivity import Factor, Sensitivity


def choice_name(choice: Choice) -> str:
    """A choice in few words."""
    match choice:
        case Choice.WEIGHTS:
            return _("trọng số")
        case Choice.GEOMETRIC:
            return _("trung bình nhân")
        case _:
            return _("không áp dụng: {treatment}").format(treatment=treatment_name(choice.value))


def factor_name(factor: Factor) -> str:
    """An input of the outlook as it is written on screens and in papers."""
    return {
        Factor.CHANGE: _("Mức tăng điểm tự đánh giá của tỉnh"),
        Factor.CUT: _("Chênh lệch tự đánh giá - thẩm định"),
        Factor.LUCK: _("Biến động riêng của tỉnh trong năm"),
        Factor.SHOCK: _("Mặt bằng chung của cả nước (các tỉnh cùng tăng, giảm)"),
        Factor.PRIOR_PAIRS: _("Mức tin vào đà tăng đã công bố"),
        Factor.OWN_NOISE: _("Độ lớn biến động riêng của từng tỉnh"),
        Factor.CATCHING_UP: _("Tốc độ các tỉnh phía sau đuổi kịp"),
    }[factor]


def named(units: Sequence[UnitStability]) -> str:
    """The first units by name, and how many more there are."""
    return _unit_names([u.unit for u in units])


def _unit_names(units: Sequence[UnitRecord]) -> str:
    names = ", ".join(u.name_vi for u in units[:MOST_NAMED])
    more = len(units) - MOST_NAMED
    return names if more <= 0 else _("{names} và {n} đơn vị khác").format(names=names, n=format_number(more))


def range_text(unit: UnitStability) -> str:
    """The 90 % range of a unit's rank."""
    return str(unit.low) if unit.low == unit.high else f"{unit.low}–{unit.high}"


def rank_name(stable: ListStability) -> str:
    """What the rank by the choices as they were made is called."""
    return _("hạng công bố") if stable.snapshot.stage == ScoreStage.PUBLISHED else _("hạng đã tính")


def score_text(stable: ListStability) -> str:
    """What appraised or published points the trials rest on, and what of them is still open; empty for self-assessed."""
    stage, open_units = stable.snapshot.stage, stable.unfinished
    if stage == ScoreStage.PUBLISHED:
        return _(
            "Các phép thử dùng đúng số liệu, điểm và nội dung không áp dụng mà quyết định đã công bố; thứ hạng công bố giữ nguyên."
        )
    if stage == ScoreStage.SELF:
        return ""
    told = _("Các phép thử dùng kết luận thẩm định đến lúc này.")
    if not open_units:
        return told
    return told + _(
        " {n} đơn vị chưa thẩm định xong ({names}): phần chưa thẩm định đang tính 0 điểm, nên hạng và mọi kết quả dưới đây "
        "chỉ là tạm thời."
    ).format(n=format_number(len(open_units)), names=_unit_names(open_units))


def weights_meaning(stable: ListStability) -> tuple[str, ...]:
    """What changing the weights means, and what it does not."""
    what = (
        _("mỗi chỉ số thành phần") if stable.scope == "criterion" else _("mỗi chỉ số chính (cùng mọi chỉ số bên trong)")
    )
    spread = format_percent(stable.spread, 0)
    low, high = format_number(10 * (1 - stable.spread), 1), format_number(10 * (1 + stable.spread), 1)
    return (
        _(
            "Phép thử: {n} lần, mỗi lần điểm tối đa của {what} được tăng hoặc giảm ngẫu nhiên trong khoảng ±{spread} "
            "(10 điểm có thể thành từ {low} đến {high} điểm), các chỉ số độc lập với nhau; tổng được quy đổi về thang "
            "cũ rồi xếp hạng lại toàn khối. Số liệu của các đơn vị giữ nguyên."
        ).format(n=format_number(stable.draws), what=what, spread=spread, low=low, high=high),
        _(
            "Khoảng hạng 90 % là các hạng còn lại sau khi bỏ 5 % số lần tốt nhất và 5 % số lần kém nhất. Nếu khoảng "
            "của hai đơn vị chồng nhau nhiều thì bộ trọng số hợp lý khác có thể đổi chỗ hai đơn vị ấy."
        ),
        _(
            "Phép thử không nói trọng số hiện hành là sai, không thay {rank}, không phải sai số của số liệu và "
            "không phải khả năng đổi hạng ở kỳ sau. Mức ±{spread} là mức quy ước để thử."
        ).format(spread=spread, rank=rank_name(stable)),
    )


def unranked_sentences(stable: ListStability) -> tuple[str, ...]:
    """Who has no place and why, one sentence a reason."""
    nothing = {
        ScoreStage.SELF: _("Chưa có số liệu nên chưa xếp hạng: {names}."),
        ScoreStage.APPRAISED: _("Chưa thẩm định nên chưa xếp hạng: {names}."),
        ScoreStage.PUBLISHED: _("Kết quả công bố không xếp hạng: {names}."),
    }
    reasons = (
        (nothing[stable.snapshot.stage], stable.without_figures),
        (
            _("Không xếp hạng vì không có nội dung nào áp dụng hoặc đã đến kỳ số liệu: {names}."),
            stable.without_score,
        ),
    )
    return tuple(text.format(names=_unit_names(units)) for text, units in reasons if units)


def dependence_sentences(stable: ListStability) -> tuple[str, ...]:
    """Whose place depends on which choice, one sentence a choice; one that says so where no place does."""
    if not stable.units:
        return (_("Chưa có đơn vị nào được xếp hạng nên chưa thử được độ ổn định của thứ hạng."),)
    treated = (treatment_sentence(stable.referee, t) for t in stable.referee.others)
    sentences = [s for s in (_weight_sentence(stable), *treated, _geometric_sentence(stable)) if s]
    if not stable.dependent:
        sentences.append(
            _(
                "Không có đơn vị nào đổi hạng theo cách xử lý nội dung không áp dụng hay cách tính trung bình, và hạng nào cũng giữ được trong ít nhất một nửa số lần thử trọng số."
            )
        )
    return tuple(sentences)


def _weight_sentence(stable: ListStability) -> str:
    units = sorted(stable.moved_by(Choice.WEIGHTS), key=lambda u: (u.held, u.rank))
    if not units:
        return ""
    return _(
        "Trọng số: {n} đơn vị giữ đúng hạng trong chưa đến một nửa số lần thử, ít nhất là {names}. Với các đơn vị này "
        "nên đọc khoảng hạng, không nên đọc riêng một con số."
    ).format(n=format_number(len(units)), names=_with_range(units))


def _with_range(units: Sequence[UnitStability]) -> str:
    shown = ", ".join(
        _("{name} (hạng {rank}, khoảng {range})").format(name=u.unit.name_vi, rank=u.rank, range=range_text(u))
        for u in units[:MOST_NAMED]
    )
    more = len(units) - MOST_NAMED
    return shown if more <= 0 else _("{names} và {n} đơn vị khác").format(names=shown, n=format_number(more))


def _geometric_sentence(stable: ListStability) -> str:
    units = stable.moved_by(Choice.GEOMETRIC)
    if not units:
        return ""
    return _(
        "Cách tính trung bình: nếu dùng trung bình nhân thay cho trung bình cộng, {n} đơn vị đổi hạng: {names}."
    ).format(n=format_number(len(units)), names=moves_text((u.unit.name_vi, u.rank, u.geometric_rank) for u in units))


def _columns() -> tuple[Column, ...]:
    return (
        Column(_("Hạng"), 7, "count"),
        Column(_("Mã đơn vị"), 11),
        Column(_("Cơ quan, đơn vị"), 34),
        Column(_("Tổng điểm"), 10, "points"),
        Column(_("Hạng ở mức 5 %"), 10, "count"),
        Column(_("Hạng ở mức 50 %"), 10, "count"),
        Column(_("Hạng ở mức 95 %"), 10, "count"),
        Column(_("Hạng tốt nhất"), 9, "count"),
        Column(_("Hạng thấp nhất"), 9, "count"),
        Column(_("Tỷ lệ lần thử giữ đúng hạng"), 12, "percent"),
        Column(_("Đơn vị liền trên"), 28),
        Column(_("Tỷ lệ lần thử đứng trên đơn vị liền trên"), 14, "percent"),
        Column(_("Hạng theo trung bình nhân"), 12, "count"),
        Column(_("Điểm theo trung bình nhân"), 12, "points"),
        Column(_("Hạng phụ thuộc vào"), 34),
    )


def _cells(unit: UnitStability) -> tuple[Value, ...]:
    return (
        unit.rank,
        unit.unit.code,
        unit.unit.name_vi,
        unit.total,
        unit.low,
        unit.middle,
        unit.high,
        unit.best,
        unit.worst,
        unit.held,
        unit.above.name_vi if unit.above else "",
        unit.overtakes,
        unit.geometric_rank,
        unit.geometric_total,
        "; ".join(map(choice_name, unit.choices)),
    )


def floor_text(stable: ListStability) -> str:
    """How the geometric mean is made."""
    return _(
        "Trung bình nhân: tổng điểm = thang điểm × tích các tỷ lệ đạt của chỉ số chính, mỗi tỷ lệ lũy thừa theo phần "
        "điểm tối đa áp dụng của nó; tỷ lệ dưới {floor} được tính bằng {floor}, để một chỉ số chính bằng 0 không làm cả tổng bằng 0. "
        "Chỉ số chính yếu không được các chỉ số khác bù hết như khi cộng."
    ).format(floor=format_percent(stable.floor))


def _notes(stable: ListStability) -> Sheet:
    lines = [
        *((_("Trọng số"), text) for text in weights_meaning(stable)),
        *((_("Nội dung không áp dụng"), treatment_text(t)) for t in ("rescale", "full", "zero")),
        (_("Cách tính trung bình"), floor_text(stable)),
        (
            _("Hạng phụ thuộc vào"),
            _("Trọng số: giữ đúng hạng trong chưa đến một nửa số lần thử. Các cách khác: hạng đổi khi chọn cách ấy."),
        ),
        *((_("Nhận xét"), text) for text in (*dependence_sentences(stable), *unranked_sentences(stable))),
    ]
    return Sheet(
        _("Ghi chú"),
        _("Cách thử và cách đọc"),
        _heading(stable),
        (Column(_("Nội dung"), 26), Column(_("Giải thích"), 110)),
        lines,
    )


def _heading(stable: ListStability) -> tuple[str, ...]:
    return (
        _("Khối xếp hạng: {list}. Kỳ đánh giá: {period}. Số liệu đến hết tháng {month}.").format(
            list=stable.list_name, period=stable.snapshot.period.name, month=stable.snapshot.name
        ),
        source_line(stable.snapshot),
        _("Tình trạng bộ chỉ số: {status}.").format(status=used_set_status(stable.snapshot)),
        *filter(None, (trial_label(stable.snapshot), score_text(stable))),
    )


def _sensitivity_sheet(stable: ListStability, found: Sensitivity, base_year: int, target_year: int) -> Sheet:
    rows = [
        (
            factor_name(factor),
            found.first[factor].value,
            found.first[factor].low,
            found.first[factor].high,
            found.total[factor].value,
            found.total[factor].low,
            found.total[factor].high,
        )
        for factor in sorted(Factor, key=lambda f: -found.total[f].value)
    ]
    columns = (
        Column(_("Yếu tố"), 48),
        Column(_("Riêng yếu tố"), 12, "percent"),
        Column(_("Cận dưới 95 %"), 12, "percent"),
        Column(_("Cận trên 95 %"), 12, "percent"),
        Column(_("Gồm cả tác động cùng yếu tố khác"), 16, "percent"),
        Column(_("Cận dưới 95 %"), 12, "percent"),
        Column(_("Cận trên 95 %"), 12, "percent"),
    )
    return Sheet(
        _("Hạng toàn quốc"),
        _("Thứ hạng toàn quốc năm {target} phụ thuộc vào đâu, tính từ kết quả năm {base}").format(
            target=target_year, base=base_year
        ),
        (sensitivity_method(found),),
        columns,
        rows,
    )


def sensitivity_method(found: Sensitivity) -> str:
    """How the indices were made, with how many runs."""
    return _(
        "Chỉ số Sobol (Saltelli 2010): phần phương sai của hạng do từng yếu tố. {replicates} dãy độc lập, mỗi dãy "
        "n = {points} điểm (lũy thừa của 2), {runs} lần tính; khoảng 95 % lấy từ độ lệch giữa các dãy."
    ).format(replicates=found.replicates, points=format_number(found.points), runs=format_number(found.runs))


def robustness_workbook(
    stable: ListStability, sensitivity: Sensitivity | None = None, base_year: int = 0, target_year: int = 0
) -> bytes:
    """The list under other choices as .xlsx, with how to read it; and what our national rank depends on, once computed."""
    title = _("Độ ổn định thứ hạng: {list}").format(list=stable.list_name)
    sheets = [
        Sheet(
            _("Độ ổn định"),
            title,
            _heading(stable),
            _columns(),
            [_cells(u) for u in stable.units],
            nothing=_("Khối xếp hạng này không có cơ quan, đơn vị nào có điểm."),
            repeated=(0, 2),
        ),
        referee_sheet(stable.referee, _heading(stable)),
        _notes(stable),
    ]
    if sensitivity is not None:
        sheets.append(_sensitivity_sheet(stable, sensitivity, base_year, target_year))
    return workbook(sheets, title=title, label=period_label(stable.snapshot.period))


def robustness_file_name(stable: ListStability) -> str:
    """File name: `TRINH-DIEN_do-on-dinh-thu-hang_cap-huyen_2024-12.xlsx`."""
    lists = (stable.list_name,) if len(stable.snapshot.lists) > 1 else ()
    return file_name(
        stable.snapshot, _("Độ ổn định thứ hạng"), level_name(stable.snapshot.level), *lists, extension="xlsx"
    )
