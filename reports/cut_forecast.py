"""What appraisal will probably leave of self scores: its sentences, and a list as an Excel workbook."""

from collections.abc import Iterator, Sequence

from assessment.cut_forecasts import AppraisedUnit, CriterionForecast, CutSource, LevelForecast, UnitForecast
from language import _, format_number
from reports.labels import file_name, level_name, list_name, period_label, source_line, used_set_status
from reports.workbook import Column, Sheet, Value, workbook
from scoring.cut_forecast import LEAST_DOSSIERS, Basis, PeriodTest

MOST_NAMED = 6
"""Criteria or units that a sentence names one by one."""


def basis_name(basis: Basis) -> str:
    """The nearest earlier gaps that a forecast rests on, as they are written on screens and in papers."""
    return {
        Basis.OWN: _("của chính đơn vị"),
        Basis.CRITERION: _("của chỉ số thành phần"),
        Basis.GROUP: _("của chỉ số chính"),
        Basis.ALL: _("của các chỉ số chính khác"),
        Basis.NONE: _("chưa có"),
    }[basis]


def basis_text(unit: UnitForecast) -> str:
    """How many of a unit's criteria rest on which earlier gaps, the nearest first; a dash without a claim."""
    found = sorted(unit.bases.items(), key=lambda item: -item[0])
    return (
        "; ".join(_("{basis}: {n} chỉ số").format(basis=basis_name(basis), n=format_number(n)) for basis, n in found)
        or "–"
    )


def criterion_basis_text(criterion: CriterionForecast) -> str:
    """What the forecast of a criterion rests on, with the number of earlier pairs."""
    if criterion.basis == Basis.NONE:
        return basis_name(criterion.basis)
    return _("{basis} ({n} cặp)").format(basis=basis_name(criterion.basis), n=format_number(criterion.pairs))


def _points(value: float | None) -> str:
    return format_number(value, 1)


def unit_sentence(found: LevelForecast, unit: UnitForecast) -> str:
    """What a unit claims, what is expected to be left, and on how much that rests."""
    told = {
        "claimed": _points(unit.self_total),
        "left": _points(unit.total),
        "low": _points(unit.low),
        "high": _points(unit.high),
        "n": format_number(found.dossiers),
        "least": LEAST_DOSSIERS,
    }
    if unit.total is None:
        return _(
            "Tự chấm {claimed} điểm; chưa có dữ liệu thẩm định trước nên chỉ có khoảng từ {low} đến {high} điểm."
        ).format(**told)
    if found.bounds_only:
        text = _(
            "Tự chấm {claimed} điểm, dự kiến {left} điểm, dựa trên {n} hồ sơ trước; cần ít nhất {least} hồ sơ mới nêu được "
            "khoảng dự báo, nay chỉ có hai chặn từ {low} đến {high}."
        )
    else:
        text = _("Tự chấm {claimed} điểm, dự kiến {left} điểm (từ {low} đến {high}), dựa trên {n} hồ sơ trước.")
    return " ".join(part for part in (text.format(**told), _evidence_sentence(unit)) if part)


def _evidence_sentence(unit: UnitForecast) -> str:
    if not unit.unproved:
        return ""
    codes = ", ".join(c.criterion.code for c in unit.unproved[:MOST_NAMED])
    more = len(unit.unproved) - MOST_NAMED
    shown = codes if more <= 0 else _("{codes} và {n} chỉ số khác").format(codes=codes, n=format_number(more))
    return _("Nếu không bổ sung tài liệu kiểm chứng còn thiếu ({codes}) thì dự kiến {left} điểm.").format(
        codes=shown, left=_points(unit.without_evidence)
    )


def standing_sentence(found: LevelForecast) -> str:
    """Whether there is a forecast at all, and whether it has an interval; empty where both are so."""
    if found.ended:
        if not found.appraised:
            return _("Kỳ này đã kết thúc chạy thử nội bộ nên không dự báo nữa.")
        return _("Kỳ này đã kết thúc chạy thử nội bộ nên không dự báo nữa; dưới đây là kết quả thẩm định khi kết thúc.")
    if found.over:
        return _("Kỳ này đã thẩm định xong nên không dự báo nữa; dưới đây là kết quả thẩm định.")
    if not found.used:
        return _(
            "Chưa có dữ liệu thẩm định trước nên chỉ có khoảng từ 0 đến điểm tự chấm, chưa có con số dự báo. Dự báo có khi kỳ "
            "trước đã thẩm định, hoặc khi đơn vị đầu tiên của kỳ này được gửi kết quả dự kiến. {above}"
        ).format(above=_above_text())
    if found.bounds_only:
        return _(
            "Mới có {n} hồ sơ đã thẩm định; dưới {least} hồ sơ thì chưa nêu được khoảng dự báo 80 %, chỉ có hai chặn từ 0 đến "
            "điểm tự chấm. {above}"
        ).format(n=format_number(found.dossiers), least=LEAST_DOSSIERS, above=_above_text())
    return ""


def _above_text() -> str:
    """What bare bounds do not hold: they reach from nothing to what a unit claims."""
    return _("Kết luận điều chỉnh tăng hoặc công nhận không áp dụng có thể cho điểm cao hơn điểm tự chấm.")


def source_sentences(found: LevelForecast) -> tuple[str, ...]:
    """What each period brings, one sentence a period."""
    return tuple(_source_sentence(found, source) for source in found.sources)


def _source_sentence(found: LevelForecast, source: CutSource) -> str:
    name = source.period.name
    if source.period.id == found.snapshot.period.id:
        name = _("{name} (kỳ đang xem)").format(name=name)
    parts = [
        _("{name}: {dossiers} hồ sơ, {pairs} cặp").format(
            name=name, dossiers=format_number(source.dossiers), pairs=format_number(source.pairs)
        ),
        _("kết quả đã chốt") if source.passed else _("kết quả dự kiến đã gửi đơn vị, còn có thể đổi sau giải trình"),
    ]
    if source.left_out:
        parts.append(
            _(
                "không dùng {n} cặp của {codes} vì bộ chỉ số hiện nay không có chỉ số cùng mã, cùng nghĩa, cùng quy tắc"
            ).format(n=format_number(source.left_out), codes=_some(source.codes))
        )
    return "; ".join(parts) + "."


def _some(codes: Sequence[str]) -> str:
    shown, more = ", ".join(codes[:MOST_NAMED]), len(codes) - MOST_NAMED
    return shown if more <= 0 else _("{codes} và {n} chỉ số khác").format(codes=shown, n=format_number(more))


def back_test_sentence(found: LevelForecast) -> str:
    """How earlier forecasts would have done, against the plain way that leaves the self score as it is."""
    test = found.test
    error, naive = test.total_error, test.naive_total_error
    if error is None or naive is None:
        if not found.used:
            return _("Chưa có kỳ nào đã thẩm định nên chưa kiểm định được.")
        return _(
            "Mới có một kỳ đã thẩm định nên chưa kiểm định được: cần ít nhất hai kỳ để bỏ một kỳ ra rồi dự báo lại từ kỳ kia. "
            "Chưa biết dự báo này đúng đến đâu."
        )
    better = round(error, 1) < round(naive, 1)
    text = (
        _(
            "Nếu đã dự báo các kỳ trước theo cách này: tổng điểm một hồ sơ lệch bình quân {error} điểm so với thẩm định; "
            "coi như thẩm định giữ nguyên điểm tự chấm thì lệch {naive} điểm."
        )
        if better
        else _(
            "Nếu đã dự báo các kỳ trước theo cách này: tổng điểm một hồ sơ lệch bình quân {error} điểm so với thẩm định, KHÔNG "
            "tốt hơn cách coi như thẩm định giữ nguyên điểm tự chấm ({naive} điểm)."
        )
    )
    return text.format(error=_points(error), naive=_points(naive))


def covered_text(test: PeriodTest) -> str:
    """How many dossiers of a period ended within their interval."""
    if test.covered is None:
        return _("chưa có khoảng")
    return _("{n} trên {of}").format(n=format_number(test.covered), of=format_number(test.dossiers))


def period_name(found: LevelForecast, test: PeriodTest) -> str:
    """The name of a period that was held out."""
    return next(s.period.name for s in found.sources if s.period.id == test.period)


def left_out_sentences(found: LevelForecast) -> tuple[str, ...]:
    """Who has no forecast and why, one sentence a reason."""
    reasons = (
        (_("Chưa có số liệu nên chưa dự báo: {names}."), found.without_figures),
        (_("Không dự báo vì không có nội dung nào áp dụng hoặc đã đến kỳ số liệu: {names}."), found.without_score),
    )
    return tuple(text.format(names=", ".join(u.name_vi for u in units)) for text, units in reasons if units)


def method_sentences() -> tuple[str, ...]:
    """What the forecast is, and what it is not."""
    return (
        _(
            "Dự báo không thay thẩm định và không phải căn cứ để cắt điểm; nó chỉ cho biết nên xem kỹ chỗ nào. Phần điểm được giữ "
            "lại của từng chỉ số lấy từ các lần thẩm định trước, kéo về mức của chỉ số chính và mức chung khi còn ít cặp."
        ),
        _(
            "Cặp: điểm tự chấm và điểm thẩm định của một đơn vị ở một chỉ số trong một kỳ. Hồ sơ: mọi cặp của một đơn vị trong "
            "một kỳ. Nội dung đơn vị chưa tự chấm được dự báo 0 điểm; điểm thưởng, điểm trừ lấy nguyên như hiện có."
        ),
    )


def _unit_columns() -> tuple[Column, ...]:
    return (
        Column(_("Hạng tự chấm"), 8, "count"),
        Column(_("Mã đơn vị"), 11),
        Column(_("Cơ quan, đơn vị"), 34),
        Column(_("Điểm tự chấm"), 10, "points"),
        Column(_("Điểm dự kiến"), 10, "points"),
        Column(_("Không bổ sung tài liệu"), 12, "points"),
        Column(_("Đầu dưới của khoảng"), 11, "points"),
        Column(_("Đầu trên của khoảng"), 11, "points"),
        Column(_("Hồ sơ trước của đơn vị"), 11, "count"),
        Column(_("Căn cứ gần nhất"), 40),
        Column(_("Chỉ số thiếu tài liệu bắt buộc"), 26),
    )


def _unit_cells(unit: UnitForecast) -> tuple[Value, ...]:
    return (
        unit.rank,
        unit.unit.code,
        unit.unit.name_vi,
        unit.self_total,
        unit.total,
        unit.without_evidence,
        unit.low,
        unit.high,
        unit.dossiers,
        basis_text(unit),
        ", ".join(c.criterion.code for c in unit.unproved),
    )


def _criterion_columns() -> tuple[Column, ...]:
    return (
        Column(_("Mã đơn vị"), 11),
        Column(_("Cơ quan, đơn vị"), 30),
        Column(_("Mã chỉ số"), 10),
        Column(_("Chỉ số thành phần"), 44),
        Column(_("Điểm tối đa"), 9, "points"),
        Column(_("Điểm tự chấm"), 9, "points"),
        Column(_("Điểm dự kiến"), 9, "points"),
        Column(_("Đầu dưới của khoảng"), 10, "points"),
        Column(_("Đầu trên của khoảng"), 10, "points"),
        Column(_("Mất của tổng điểm"), 10, "points"),
        Column(_("Căn cứ gần nhất"), 24),
        Column(_("Số cặp"), 8, "count"),
        Column(_("Tài liệu bắt buộc còn thiếu"), 36),
    )


def _criterion_rows(units: Sequence[UnitForecast]) -> Iterator[tuple[Value, ...]]:
    for unit in units:
        for c in unit.criteria:
            yield (
                unit.unit.code,
                unit.unit.name_vi,
                c.criterion.code,
                str(c.criterion.name),
                c.maximum,
                c.claimed,
                c.forecast,
                c.low,
                c.high,
                c.loss,
                basis_name(c.basis),
                c.pairs,
                lacking_text(c),
            )


def lacking_text(criterion: CriterionForecast) -> str:
    """The required evidence that a criterion lacks; empty where it lacks none."""
    if not criterion.evidence_absent:
        return ""
    return str(criterion.criterion.evidence_documents or _("tài liệu kiểm chứng"))


def _appraised_sheet(found: LevelForecast) -> Sheet:
    columns = (
        Column(_("Mã đơn vị"), 11),
        Column(_("Cơ quan, đơn vị"), 34),
        Column(_("Điểm tự chấm"), 12, "points"),
        Column(_("Điểm thẩm định"), 12, "points"),
        Column(_("Chênh lệch"), 12, "points"),
        Column(_("Ghi chú"), 30),
    )
    return Sheet(
        _("Đã thẩm định"),
        _("Đơn vị đã được gửi kết quả thẩm định: {list}").format(list=list_name(found.ranking_list)),
        _heading(found),
        columns,
        [
            (
                a.unit.code,
                a.unit.name_vi,
                a.self_total,
                a.appraised_total,
                a.appraised_total - a.self_total,
                note_text(a),
            )
            for a in found.appraised
        ],
        nothing=_("Chưa có đơn vị nào của khối được gửi kết quả thẩm định."),
    )


def note_text(unit: AppraisedUnit) -> str:
    """What has to be known about an appraised total; empty for a whole one."""
    return "" if unit.complete else _("còn chỉ số chưa thẩm định, đang tính 0 điểm")


def _test_sheet(found: LevelForecast) -> Sheet:
    columns = (
        Column(_("Kỳ bỏ ra để dự báo lại"), 34),
        Column(_("Số cặp"), 8, "count"),
        Column(_("Lệch bình quân một chỉ số: dự báo"), 14, "points"),
        Column(_("Lệch bình quân một chỉ số: giữ nguyên điểm tự chấm"), 16, "points"),
        Column(_("Số hồ sơ"), 8, "count"),
        Column(_("Lệch bình quân tổng hồ sơ: dự báo"), 14, "points"),
        Column(_("Lệch bình quân tổng hồ sơ: giữ nguyên điểm tự chấm"), 16, "points"),
        Column(_("Hồ sơ trong khoảng 80 %"), 14),
    )
    rows = [
        (
            period_name(found, t), t.pairs, t.error, t.naive_error, t.dossiers, t.total_error, t.naive_total_error,
            covered_text(t),
        )
        for t in found.test.periods
    ]  # fmt: skip
    return Sheet(
        _("Kiểm định"),
        _("Dự báo các kỳ trước sẽ đúng đến đâu"),
        (*_heading(found), back_test_sentence(found)),
        columns,
        rows,
        nothing=back_test_sentence(found),
    )


def _notes(found: LevelForecast) -> Sheet:
    standing = standing_sentence(found)
    lines = [
        *((_("Cách dự báo"), text) for text in method_sentences()),
        *((_("Căn cứ"), text) for text in source_sentences(found)),
        *([(_("Mức tin cậy"), standing)] if standing else []),
        *((_("Không dự báo"), text) for text in left_out_sentences(found)),
    ]
    return Sheet(
        _("Ghi chú"),
        _("Cách dự báo và cách đọc"),
        _heading(found),
        (Column(_("Nội dung"), 20), Column(_("Giải thích"), 110)),
        lines,
    )


def _heading(found: LevelForecast) -> tuple[str, ...]:
    return (
        _("Khối xếp hạng: {list}. Kỳ đánh giá: {period}. Số liệu đến hết tháng {month}.").format(
            list=list_name(found.ranking_list), period=found.snapshot.period.name, month=found.snapshot.name
        ),
        source_line(found.snapshot),
        _("Tình trạng bộ chỉ số: {status}.").format(status=used_set_status(found.snapshot)),
    )


def cut_forecast_workbook(found: LevelForecast) -> bytes:
    """The forecast of a list as .xlsx: units, criteria, who knows results already, the back-test, how to read it."""
    title = _("Dự báo thẩm định: {list}").format(list=list_name(found.ranking_list))
    nothing = _("Khối xếp hạng này không có cơ quan, đơn vị nào chờ thẩm định.")
    sheets = [
        Sheet(
            _("Dự báo"),
            title,
            _heading(found),
            _unit_columns(),
            [_unit_cells(u) for u in found.units],
            nothing=nothing,
            repeated=(0, 2),
        ),
        Sheet(
            _("Chỉ số"),
            _("Dự báo từng chỉ số thành phần đơn vị đã tự chấm"),
            _heading(found),
            _criterion_columns(),
            list(_criterion_rows(found.units)),
            nothing=nothing,
            repeated=(0, 3),
        ),
        _appraised_sheet(found),
        _test_sheet(found),
        _notes(found),
    ]
    return workbook(sheets, title=title, label=period_label(found.snapshot.period))


def cut_forecast_file_name(found: LevelForecast) -> str:
    """File name: `TRINH-DIEN_du-bao-tham-dinh_cap-huyen_2024-12.xlsx`."""
    lists = (list_name(found.ranking_list),) if len(found.snapshot.lists) > 1 else ()
    return file_name(found.snapshot, _("Dự báo thẩm định"), level_name(found.snapshot.level), *lists, extension="xlsx")
