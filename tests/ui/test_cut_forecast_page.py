"""The page of the forecast of cuts over hand-worked figures: what it says, who may open it, unknown addresses, its file."""

import re
from collections.abc import Callable, Iterator
from html import unescape

import pytest
from sqlalchemy.orm import Session
from streamlit.testing.v1 import AppTest

from assessment.permissions import Identity
from assessment.roles import Role
from data.database import engine_for, write_session
from language import format_number
from reports.cut_forecast import cut_forecast_file_name, cut_forecast_workbook
from tests.assessment.forecasting import (
    HALF,
    NOTHING,
    appraise,
    close_as_trial,
    first_office,
    pass_council,
    second_office,
    two_years_office,
)
from tests.data.databases import Databases
from tests.reports.reading import opened as read_workbook
from tests.reports.reading import table
from tests.ui.pages import PAGES, html, opener, warnings
from tests.ui.publishing import office_of
from ui import gateway, gateway_forecast

Looking = Callable[[Identity], None]
opened = opener("cut_forecast.py", 60)


@pytest.fixture
def first(sqlite: Databases) -> Iterator[str]:
    """Nothing was ever appraised."""
    with office_of(sqlite, first_office) as period:
        yield str(period)


@pytest.fixture
def second(sqlite: Databases) -> Iterator[str]:
    """Two dossiers of the year before."""
    with office_of(sqlite, second_office) as period:
        yield str(period)


@pytest.fixture
def third(sqlite: Databases) -> Iterator[str]:
    """Sixteen dossiers of two years; Vũng Tàu lacks a document."""
    with office_of(sqlite, two_years_office) as period:
        yield str(period)


def rows(page: AppTest, caption: str) -> list[list[str]]:
    """Texts of the cells of the table whose caption holds these words; empty where there is none."""
    for block in re.findall(r"<table.*?</table>", html(page), re.DOTALL):
        if caption in block.partition("</caption>")[0]:
            lines = re.findall(r"<tr>(.*?)</tr>", block.partition("<tbody>")[2], re.DOTALL)
            return [
                [unescape(re.sub(r"<[^>]+>", "", c)).strip() for c in re.findall(r"<td.*?</td>", line, re.DOTALL)]
                for line in lines
            ]
    return []


def said(page: AppTest) -> str:
    return " ".join(m.value for m in page.markdown)


def told(page: AppTest) -> str:
    return " ".join(i.value for i in page.info)


def metrics(page: AppTest) -> dict[str, str]:
    return {m.label: m.value for m in page.metric}


def test_without_any_earlier_appraisal_the_page_says_that_there_are_only_bounds(first: str) -> None:
    page = opened(ky=first, khoi="huyen", don_vi="747")
    assert "Chưa có dữ liệu thẩm định trước nên chỉ có khoảng từ 0 đến điểm tự chấm" in told(page)
    assert "Chưa có kỳ nào đã thẩm định nên chưa kiểm định được." in said(page)
    assert "Tự chấm 60,0 điểm; chưa có dữ liệu thẩm định trước nên chỉ có khoảng từ 0,0 đến 60,0 điểm." in said(page)
    assert [line[1:6] for line in rows(page, "dự kiến sau thẩm định")] == [
        ["Thành phố Bà Rịa", "60,00", "–", "0,0 đến 60,0", "–"],
        ["Thành phố Vũng Tàu", "60,00", "–", "0,0 đến 60,0", "–"],
        ["Huyện Châu Đức", "50,00", "–", "0,0 đến 50,0", "–"],
    ]
    assert metrics(page)["Lệch khi kiểm định"] == "chưa có"


def test_with_few_dossiers_there_is_a_forecast_without_an_interval_and_without_a_test(second: str) -> None:
    page = opened(ky=second, khoi="huyen", don_vi="747")
    assert "Mới có 2 hồ sơ đã thẩm định; dưới 9 hồ sơ thì chưa nêu được khoảng dự báo 80 %" in told(page)
    assert "Mới có một kỳ đã thẩm định nên chưa kiểm định được" in said(page)
    assert "Tự chấm 60,0 điểm, dự kiến 35,1 điểm, dựa trên 2 hồ sơ trước; cần ít nhất 9 hồ sơ" in said(page)
    assert "Năm 2023: 2 hồ sơ, 4 cặp; kết quả đã chốt." in html(page)
    found = {line[1]: line[3:] for line in rows(page, "dựa trên 2 hồ sơ trước")}
    assert found["Thành phố Vũng Tàu"] == ["35,11", "0,0 đến 60,0", "–", "1", "của chính đơn vị: 2 chỉ số"]
    assert found["Huyện Châu Đức"][3:] == ["0", "của chỉ số thành phần: 1 chỉ số; của chỉ số chính: 1 chỉ số"]


def test_a_unit_s_losses_stand_largest_first_with_what_they_rest_on(second: str) -> None:
    page = opened(ky=second, khoi="huyen", don_vi="750")
    assert [line[:3] + line[4:] for line in rows(page, "dự kiến mất nhiều nhất xếp trước")] == [
        ["CQ.1 Hồ sơ trực tuyến", "40,00 / 40,00", "27,78", "12,22", "của chỉ số thành phần (2 cặp)", "–"],
        ["CQ.2 Hồ sơ đúng hạn", "10,00 / 20,00", "6,67", "3,33", "của chỉ số chính (2 cặp)", "–"],
    ]


def test_with_enough_dossiers_there_are_interval_back_test_and_the_case_without_evidence(third: str) -> None:
    page = opened(ky=third, khoi="huyen", don_vi="747")
    assert told(page) == ""
    assert re.search(
        r"Tự chấm 60,0 điểm, dự kiến 33,3 điểm \(từ \d+,\d đến \d+,\d\), dựa trên 16 hồ sơ trước\. Nếu không bổ sung tài "
        r"liệu kiểm chứng còn thiếu \(CQ\.1\) thì dự kiến 13,3 điểm\.",
        said(page),
    )
    assert "CQ.1 Hồ sơ trực tuyến: Báo cáo hồ sơ" in html(page)
    assert rows(page, "dự kiến mất nhiều nhất xếp trước")[0][-1] == "thiếu"
    assert "lệch bình quân 9,5 điểm so với thẩm định; coi như thẩm định giữ nguyên điểm tự chấm thì lệch 10,0" in said(
        page
    )
    assert rows(page, "Bỏ lần lượt từng kỳ") == [
        ["Năm 2022", "8", "9,50", "7,50", "8", "9,50", "7,50", "chưa có khoảng"],
        ["Năm 2023", "8", "9,50", "12,50", "8", "9,50", "12,50", "chưa có khoảng"],
    ]
    assert [chart.key for chart in page.get("plotly_chart")] == ["cut_forecast"]


def test_a_ruling_is_seen_at_the_next_question_though_the_data_version_stays(second: str) -> None:
    assert "dự kiến 35,1 điểm" in said(opened(ky=second, khoi="huyen", don_vi="747"))
    version = gateway.data_version()
    with Session(engine_for(gateway.engine(), "write")) as session, session.begin():
        appraise(session, 2023, "747", {"TC.1": HALF})
        appraise(session, 2023, "748", {"TC.1": NOTHING})
    assert gateway.data_version() == version
    # Of TC.1 nothing is left to anybody: 1,5 / 4 = 0,375; CQ (1,5 + 1,5) / 6 = 0,5; CQ.1 (1,5 + 2) / 6; Vũng Tàu's own
    # (0,5 + 14 / 6) / 5 of 40; TC 0,25, TC.1 1 / 6, its own (4 / 6) / 5 of 20: 22,667 + 2,667.
    assert "dự kiến 25,3 điểm" in said(opened(ky=second, khoi="huyen", don_vi="747"))


def test_who_knows_its_results_stands_apart_and_tells_of_the_others(second: str) -> None:
    with write_session(gateway.engine()) as session:
        appraise(session, 2024, "748", {"CQ.1": HALF, "TC.1": NOTHING})
    page = opened(ky=second, khoi="huyen")
    assert rows(page, "đã được gửi kết quả thẩm định") == [
        ["Thành phố Bà Rịa", "60,00", "20,00", "\N{MINUS SIGN}40,00", "còn chỉ số chưa thẩm định, đang tính 0 điểm"]
    ]
    assert "Thành phố Bà Rịa" not in [line[1] for line in rows(page, "dự kiến sau thẩm định")]
    assert "Năm 2024 (kỳ đang xem): 1 hồ sơ, 2 cặp; kết quả dự kiến đã gửi đơn vị" in html(page)


def test_a_period_that_is_through_is_not_forecast(second: str) -> None:
    with write_session(gateway.engine()) as session:
        appraise(session, 2024, "748", {"CQ.1": HALF})
        pass_council(session, 2024)
    page = opened(ky=second, khoi="huyen")
    assert "Kỳ này đã thẩm định xong nên không dự báo nữa" in told(page)
    assert "Từng cơ quan, đơn vị" not in [h.value for h in page.header]
    assert len(rows(page, "đã được gửi kết quả thẩm định")) == 1


@pytest.mark.parametrize(("appraised", "rest"), [(True, "; dưới đây là kết quả thẩm định khi kết thúc."), (False, ".")])
def test_an_ended_trial_run_is_not_forecast_and_not_called_appraised(
    second: str, *, appraised: bool, rest: str
) -> None:
    with write_session(gateway.engine()) as session:
        if appraised:
            appraise(session, 2024, "748", {"CQ.1": HALF})
        close_as_trial(session, 2024)
    page = opened(ky=second, khoi="huyen")
    assert told(page) == f"Kỳ này đã kết thúc chạy thử nội bộ nên không dự báo nữa{rest}"
    assert ("Đã có kết quả thẩm định" in [h.value for h in page.header]) is appraised


def test_the_file_holds_units_criteria_results_test_and_notes(third: str) -> None:
    now = gateway.snapshot(int(third), "district", 12)
    found = gateway_forecast.level_forecast(now)
    assert cut_forecast_file_name(found) == "du-bao-tham-dinh_cap-huyen_2024-12.xlsx"
    book = read_workbook(cut_forecast_workbook(found))
    assert book.sheetnames == ["Dự báo", "Chỉ số", "Đã thẩm định", "Kiểm định", "Ghi chú"]
    own = next(r for r in table(book["Dự báo"]) if r["Mã đơn vị"] == "747")
    assert [own[name] for name in ("Điểm tự chấm", "Hồ sơ trước của đơn vị", "Chỉ số thiếu tài liệu bắt buộc")] == [
        60, 2, "CQ.1",
    ]  # fmt: skip
    assert [format_number(float(str(own[name])), 4) for name in ("Điểm dự kiến", "Không bổ sung tài liệu")] == [
        "33,3333",
        "13,3333",
    ]
    (row,) = (r for r in table(book["Chỉ số"]) if r["Mã chỉ số"] == "CQ.1")
    assert (row["Điểm dự kiến"], row["Số cặp"], row["Tài liệu bắt buộc còn thiếu"]) == (20, 16, "Báo cáo hồ sơ")
    assert [r["Kỳ bỏ ra để dự báo lại"] for r in table(book["Kiểm định"])] == ["Năm 2022", "Năm 2023"]
    assert any("Năm 2022: 8 hồ sơ" in str(r["Giải thích"]) for r in table(book["Ghi chú"]))


@pytest.mark.parametrize("role", [Role.APPRAISER, Role.PROVINCE_LEADER], ids=lambda role: role.value)
def test_appraisers_and_leaders_read_it_too(looking: Looking, second: str, role: Role) -> None:
    looking(Identity("ai-do", role))
    assert metrics(opened(ky=second, khoi="huyen"))["Hồ sơ đã thẩm định"] == "2"


@pytest.mark.parametrize(
    "role", [Role.UNIT_LEADER, Role.DATA_ENTRY, Role.DATA_PROVIDER, Role.PUBLIC], ids=lambda role: role.value
)
def test_nobody_else_does(looking: Looking, second: str, role: Role) -> None:
    looking(Identity("ai-do", role))
    page = AppTest.from_file(str(PAGES / "cut_forecast.py"), default_timeout=60).run()
    assert metrics(page) == {}
    # A visitor is led to sign in; nobody sees anything else.
    assert ("đăng nhập" in html(page)) is (role == Role.PUBLIC)
    assert "Dự báo" not in html(page)


@pytest.mark.parametrize(("name", "value"), [("khoi", "abc"), ("ky", "999"), ("don_vi", "<b>x</b>"), ("thang", "13")])
def test_an_unknown_value_is_named_and_the_page_still_stands(name: str, value: str) -> None:
    page = opened(**{name: value})
    assert len(warnings(page)) == 1
    assert f"`{value}`" in warnings(page)[0]
    assert metrics(page)["Đơn vị được dự báo"] == "21"
