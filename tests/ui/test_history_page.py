"""The history page: cold, every filter, years of different rules, units that were merged, faults in the address."""

import json
from collections.abc import Iterator

import pytest
from streamlit.testing.v1 import AppTest

from data.database import write_session
from data.internal_totals import OfficeTotal, store_internal_totals
from data.setup import prepare_database
from tests.assessment.years import bring_in
from tests.data.databases import Databases
from tests.ui.pages import html, opener, sound
from tests.ui.publishing import application_on
from ui import gateway
from ui.history_view import rescoring_choices

opened = opener("history.py", 60)
OTHER_RULES = "khác bộ chỉ số: không so sánh trực tiếp"
AGAIN = "chấm lại theo bộ rieng 2.0"


def words(page: AppTest) -> str:
    """Sentences outside tables."""
    said = [e.value for kind in (page.markdown, page.caption, page.info) for e in kind]
    return " ".join(said).replace("\N{NO-BREAK SPACE}", " ")


def chart(page: AppTest) -> str:
    """The picture as plotly gets it."""
    (found,) = page.get("plotly_chart")
    # Reading and writing it again turns escaped letters into themselves.
    return json.dumps(json.loads(found.proto.spec), ensure_ascii=False, separators=(",", ":"))


@pytest.fixture(scope="module")
def own_years(sqlite: Databases) -> Iterator[int]:
    """A database with three years of the office beside the demonstration; gives the period of 2025."""
    with application_on(sqlite.copy_of(prepare_database)):
        yield [bring_in(gateway.engine(), year).period.id for year in (2023, 2024, 2025)][-1]


@pytest.mark.parametrize(("level", "units"), [("so", 21), ("huyen", 8), ("xa", 82)])
def test_every_level_shows_its_units_in_both_years(level: str, units: int) -> None:
    page = opened(khoi=level)
    text = html(page)
    assert text.count("<tr>") - 1 == units
    assert "12/2023" in text
    assert "12/2024" in text
    assert OTHER_RULES not in text + words(page) + chart(page)
    assert "Các năm 2023, 2024 cùng chấm theo bộ" in words(page)
    assert "so sánh trực tiếp được" in words(page)


def test_the_figures_are_those_of_the_ranking() -> None:
    text = html(opened(khoi="huyen"))
    now = gateway.snapshot(gateway.calendar()[0][0].id, "district", 12)
    then = gateway.compared_with(gateway.year_before(now.period.id), "district")
    for row in gateway.ranking_table(now, now.lists[0].code, then).rows:
        line = next(line for line in text.split("<tr>") if row.unit.name_vi in line)
        cell = line.split("<td")[-1]
        assert f"<strong>{row.total:.2f}</strong>".replace(".", ",") in cell
        assert f"hạng {row.rank}/8" in cell
        movement = row.movement or 0
        assert (f"▲ {movement}" if movement > 0 else f"▼ {-movement}" if movement < 0 else "=") in cell


def test_a_published_mean_of_all_levels_is_told_with_its_source_and_drawn_among_no_level() -> None:
    page = opened(khoi="huyen")
    whole = "kết quả công bố, không có số liệu đầu vào (bình quân chung các cấp): 80,10, +18,6 so với năm trước"
    assert whole in words(page)
    assert "không phải điểm của riêng khối nào nên không vẽ cùng" in words(page)
    assert "baobariavungtau.com.vn" in words(page)
    assert "80.1" not in chart(page)
    assert "Công bố năm 2023" not in chart(page)


def test_one_unit_over_all_months() -> None:
    page = opened(khoi="huyen", pham_vi="don-vi", don_vi="747")
    assert page.header[0].value == "Thành phố Vũng Tàu"
    assert all(month in chart(page) for month in ("12/2023", "01/2024", "11/2024"))
    assert "CQ Hoạt động chính quyền số" in html(page)


def test_search_and_its_refusal() -> None:
    page = opened(khoi="xa")
    page.text_input(key="tim").set_value("dat do").run()
    assert 0 < html(sound(page)).count("<tr>") - 1 < 82
    page.text_input(key="tim").set_value("không nơi nào").run()
    assert "Không có cơ quan, đơn vị nào khớp" in words(sound(page))


def test_years_of_the_same_rules_need_no_second_scoring() -> None:
    page = opened(khoi="huyen", bo="ky-nay")
    assert "Không có năm nào cần chấm lại" in words(page)
    assert "chấm lại theo bộ" not in html(page)


@pytest.mark.parametrize(
    ("name", "value"), [("khoi", "abc"), ("ky", "999"), ("pham_vi", "<b>"), ("bo", "khac"), ("don_vi", "000")]
)
def test_an_unknown_value_is_named_and_the_page_still_stands(name: str, value: str) -> None:
    scope = {"pham_vi": "don-vi"} if name == "don_vi" else {}
    page = opened(**scope, **{name: value})
    assert [f"`{value}`" in w.value for w in page.warning[1:]] == [True]
    assert "12/2024" in html(page)


def test_the_line_breaks_where_the_rules_change(own_years: int) -> None:
    page = opened(khoi="huyen", ky=str(own_years))
    assert "khác bộ chỉ số, không so sánh trực tiếp" in words(page)
    assert "khác bộ chỉ số:<br>không so sánh trực tiếp" in chart(page)
    text = html(page)
    assert "03/2025 (≠)" in text
    # Thành phố Phú Mỹ was first of 7 after third of 8: no places won are claimed.
    line = next(line for line in text.split("<tr>") if "Thành phố Phú Mỹ" in line)
    assert "<strong>100,00</strong>" in line
    assert "▲" not in line
    assert AGAIN not in text


def test_the_years_before_are_scored_again_on_request(own_years: int) -> None:
    page = opened(khoi="huyen", ky=str(own_years), bo="ky-nay")
    text = html(page)
    assert f"12/2024, {AGAIN}" in text
    assert "<strong>25,00 – 55,00</strong>" in text
    assert f"Số liệu 12/2024 {AGAIN}: chuyển được đủ 70,0 % điểm tối đa (70,00 điểm)" in words(page)
    assert "<span>bộ cũ không có</span>" in text
    # What it was at the time stands beside it.
    assert "<strong>40,00</strong>" in text


def test_a_merged_unit_shows_those_that_went_into_it_side_by_side(own_years: int) -> None:
    page = opened(khoi="huyen", ky=str(own_years), pham_vi="don-vi", don_vi="753")
    text = html(page)
    assert "Huyện Long Điền: <strong>80,00</strong>" in text
    assert "Huyện Đất Đỏ: <strong>70,00</strong>" in text
    assert "01/01/2025: Huyện Long Điền, Huyện Đất Đỏ sáp nhập thành Huyện Long Đất" in words(page)
    assert "Nghị quyết số 1256/NQ-UBTVQH15" in words(page)
    assert '"dash":"dot"' in chart(page)
    # 75 is the mean of neither year and belongs to 2025 alone.
    assert text.count("<strong>75,00</strong>") == 1


def test_a_renamed_unit_continues(own_years: int) -> None:
    page = opened(khoi="huyen", ky=str(own_years), pham_vi="don-vi", don_vi="754")
    assert '"dash":"dot"' not in chart(page)
    assert "01/03/2025: Thị xã Phú Mỹ đổi tên thành Thành phố Phú Mỹ" in words(page)
    assert "<strong>40,00</strong>" in html(page)


def test_a_unit_without_figures_is_not_shown_as_0(own_years: int) -> None:
    line = next(x for x in html(opened(khoi="huyen", ky=str(own_years))).split("<tr>") if "Huyện Côn Đảo" in x)
    assert line.count("chưa có số liệu") == 3
    assert "0,00" not in line


def test_a_published_mean_of_the_level_stands_apart_from_the_line(own_years: int) -> None:
    with write_session(gateway.engine()) as session:
        means = [
            OfficeTotal(2022, "district", None, 70 * 10**9, "QĐ số 1"),
            OfficeTotal(2022, "commune", None, 60 * 10**9, "QĐ số 1"),
        ]
        store_internal_totals(session, means)
    page = opened(khoi="huyen", ky=str(own_years))
    assert "(bình quân của cấp): 70,00. Không rõ bộ chỉ số nên không nối vào đường" in words(page)
    apart = [t for t in json.loads(chart(page))["data"] if t["name"] == "Công bố năm 2022, không có số liệu đầu vào"]
    assert [(t["mode"], t["y"]) for t in apart] == [("markers+text", [70])]


def test_own_years_and_the_demonstration_are_never_side_by_side(own_years: int) -> None:
    assert "trình diễn" not in html(opened(khoi="huyen", ky=str(own_years)))
    assert list(rescoring_choices()) == ["", "ky-nay"]
