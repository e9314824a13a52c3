"""The back-test in words: the section of docs/outlook.md that is written from real runs."""

from collections.abc import Iterable, Iterator, Mapping

from language import _, format_number, format_percent, format_signed
from scoring.outlook.assumptions import Assumptions
from scoring.outlook.backtest import HALF, METHODS, MOST, BackTest, Comparison, Hits, Method, Range, YearTest
from scoring.outlook.history import History
from scoring.outlook.movement import fit

NOT_GIVEN = "–"
DECIMALS = 3
SCORE_DECIMALS = 4


def method_name(method: Method) -> str:
    """What a method is called on screen and in papers."""
    return {
        "model": _("Mô hình"),
        "frozen": _("Điểm giữ nguyên như năm trước"),
        "same_rank": _("Thứ hạng giữ nguyên như năm trước"),
    }[method]


def back_test_section(result: BackTest) -> str:
    """The whole section in Markdown, from the assumptions to the verdict."""
    return (
        "\n".join([*_assumption_lines(result), *(line for test in result.tests for line in _test_lines(test))]) + "\n"
    )


def growth_table(history: History, assumptions: Assumptions) -> str:
    """What is known of the level's yearly change at every base year that has a published change, in Markdown."""
    movements = ((results.year, fit(history, results.year, assumptions)) for results in history.years)
    rows = (
        (
            str(year),
            "; ".join(format_signed(change.change, SCORE_DECIMALS) for change in found.changes),
            format_signed(found.growth, SCORE_DECIMALS),
            format_number(found.growth_spread, SCORE_DECIMALS),
            format_number(found.year_spread, SCORE_DECIMALS),
        )
        for year, found in movements
        if found.changes
    )
    head = (
        _("Năm gốc"),
        _("Thay đổi của trung bình đã công bố"),
        _("Mức tăng dùng để dự báo, một năm"),
        _("Độ lệch chuẩn của mức tăng"),
        _("Độ lệch chuẩn của biến động chung một năm"),
    )
    return "\n".join(_table(head, rows)) + "\n"


def _row(cells: Iterable[str]) -> str:
    return "| " + " | ".join(cells) + " |"


def _table(head: Iterable[str], rows: Iterable[Iterable[str]]) -> Iterator[str]:
    names = tuple(head)
    yield _row(names)
    yield _row("---" for _name in names)
    yield from map(_row, rows)


def _assumption_lines(result: BackTest) -> Iterator[str]:
    yield _("Giả định của lần chạy này ({draws} lần mô phỏng, mầm ngẫu nhiên {seed}):").format(
        draws=format_number(result.draws), seed=result.seed
    )
    yield ""
    yield from _table((_("Giả định"), _("Giá trị")), assumption_rows(result.assumptions))
    yield ""


def assumption_rows(assumptions: Assumptions) -> Iterator[tuple[str, str]]:
    """Name and value of every assumption."""
    yield (
        _("Trọng số của mức tăng bằng 0, tính bằng số lần thay đổi đã công bố"),
        format_number(assumptions.prior_pairs),
    )
    yield (
        _("Độ lệch chuẩn nhỏ nhất của biến động chung một năm"),
        format_number(assumptions.least_common_spread, DECIMALS),
    )
    yield _("Độ lệch chuẩn của biến động riêng từng tỉnh một năm"), format_number(assumptions.own_noise, DECIMALS)
    yield _("Phần khoảng cách tới trung bình mất đi mỗi năm"), format_percent(assumptions.catching_up, 0)
    yield (
        _("Độ xê dịch vị trí của tỉnh không có thứ hạng, theo thang chuẩn"),
        format_number(assumptions.place_noise, 2),
    )


def _test_lines(test: YearTest) -> Iterator[str]:
    yield _("### Năm {target}, dự báo từ kết quả đến năm {fitted_to}").format(
        target=test.target, fitted_to=test.fitted_to
    )
    yield ""
    yield _basis(test)
    yield ""
    yield from _table(
        (
            _("Cách dự báo"),
            _("Brier, {n} tỉnh").format(n=test.provinces),
            _("Brier, đúng số chỗ còn lại"),
            _("Kém mô hình"),
            _("Tổng điểm trong khoảng 50 %"),
            _("Tổng điểm trong khoảng 90 %"),
            _("Thứ hạng trong khoảng 50 %"),
            _("Thứ hạng trong khoảng 90 %"),
            _("Sai lệch điểm trung bình"),
        ),
        (_method_row(method, test.comparisons[method]) for method in METHODS),
    )
    yield ""
    yield from _level_lines(test)
    yield from (f"- {verdict(test, method)}" for method in METHODS if method != "model")
    yield ""
    yield from _table(
        (_("Tỉnh có tổng điểm công bố"), "5 %", "50 %", "95 %", _("Công bố"), _("Trong khoảng 90 %")),
        (
            (
                check.province,
                *(_score(value) for value in (check.low, check.middle, check.high, check.published)),
                _yes(check.low <= check.published <= check.high),
            )
            for check in test.checks
        ),
    )
    yield ""


def _basis(test: YearTest) -> str:
    text = _(
        "Đã công bố cho năm {target}: {totals} tổng điểm, {ranks} thứ hạng. Biết chắc {known_in} tỉnh trong nhóm 15 và "
        "{known_out} tỉnh ngoài nhóm."
    ).format(target=test.target, totals=test.totals, ranks=test.ranks, known_in=test.known_in, known_out=test.known_out)
    if test.unknown:
        text += " " + _(
            "Còn {unknown} tỉnh không rõ kết quả, nên điểm Brier là một khoảng. Kết quả đã biết là kết quả được chọn "
            "lọc: tỉnh xếp hạng cao hay lên hạng nhiều thì báo chí mới đưa."
        ).format(unknown=test.unknown)
    return text


def _range(value: Range) -> str:
    low, high = format_number(value.low, DECIMALS), format_number(value.high, DECIMALS)
    return low if low == high else _("{low} đến {high}").format(low=low, high=high)


def _signed_range(value: Range) -> str:
    low, high = format_signed(value.low, DECIMALS), format_signed(value.high, DECIMALS)
    return low if low == high else _("{low} đến {high}").format(low=low, high=high)


def _hits(hits: Mapping[float, Hits] | None, size: float) -> str:
    return NOT_GIVEN if hits is None else _("{inside} trên {of}").format(inside=hits[size].inside, of=hits[size].of)


def _method_row(method: Method, found: Comparison) -> tuple[str, ...]:
    return (
        method_name(method),
        _range(found.brier),
        _range(found.brier_seats),
        NOT_GIVEN if found.advantage is None else _signed_range(found.advantage),
        _hits(found.score_hits, HALF),
        _hits(found.score_hits, MOST),
        _hits(found.rank_hits, HALF),
        _hits(found.rank_hits, MOST),
        format_number(found.score_error, DECIMALS, missing=NOT_GIVEN),
    )


def _level_lines(test: YearTest) -> Iterator[str]:
    if test.level is not None:
        yield "- " + _(
            "Trung bình các tỉnh: dự báo {middle} (khoảng 90 % từ {low} đến {high}), công bố {published}."
        ).format(
            middle=_score(test.level.middle),
            low=_score(test.level.low),
            high=_score(test.level.high),
            published=_score(test.level.published),
        )


def verdict(test: YearTest, method: Method) -> str:
    """In a sentence: whether the model's top-15 chances were better than the alternative's, in every possible case."""
    advantage = test.comparisons[method].advantage
    if advantage is None:
        raise ValueError(f"{method} is not compared with itself")
    name = method_name(method)
    if advantage.low > 0:
        text = _("Năm {year}: mô hình dự báo nhóm 15 tốt hơn cách «{name}»{whoever}.")
    elif advantage.high < 0:
        text = _("Năm {year}: mô hình dự báo nhóm 15 KÉM HƠN cách «{name}»{whoever}.")
    else:
        text = _("Năm {year}: chưa kết luận được mô hình có hơn cách «{name}» hay không.")
    whoever = _(", dù các chỗ còn lại trong nhóm thuộc về tỉnh nào") if test.unknown else ""
    return text.format(year=test.target, name=name, whoever=whoever)


def _score(value: float) -> str:
    return format_number(value, SCORE_DECIMALS)


def _yes(value: bool) -> str:
    return _("có") if value else _("không")
