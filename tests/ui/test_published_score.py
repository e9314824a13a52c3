"""The published score on Độ ổn định, So sánh, Lịch sử and Tổng quan: what it shows, who chooses it, and that no other slips in.

Two years were published, see tests/assessment/appraising.py: in 2025 Bà Rịa has 77,78, Vũng Tàu 71, Châu Đức 57 points.
Since then Vũng Tàu has other figures, 38,50 points by its own account, and another ruling, 72,50 points.
"""

import datetime as dt
import json
from collections.abc import Callable, Iterator

import pytest
from streamlit.testing.v1 import AppTest

from assessment.permissions import VISITOR, Identity
from assessment.roles import Role
from assessment.snapshots import ScoreStage
from data.database import write_session
from data.lineage import UnitKey
from data.models import RulingKind
from reports.comparison import comparison_file_name, comparison_workbook
from reports.history import history_workbook, unit_file_name
from reports.labels import published_source
from reports.overview import overview_file_name, overview_workbook
from reports.robustness import robustness_file_name, robustness_workbook
from reports.scorecard import scorecard_workbook
from tests.assessment.appraising import NOON, amended_office, appraising_office, rule, twice_published_office
from tests.data.databases import Databases
from tests.reports.reading import heading_texts, table
from tests.reports.reading import opened as read_workbook
from tests.ui.pages import cells_of, html, informed, opener, tables_of
from tests.ui.publishing import change_everything_unpublished, office_of
from ui import gateway, gateway_comparison, gateway_history, gateway_overview, gateway_robustness

Looking = Callable[[Identity], None]
robustness, comparison = opener("robustness.py", 120), opener("comparison.py", 60)
history, overview = opener("history.py", 60), opener("overview.py", 60)
ranking, scorecard = opener("ranking.py", 60), opener("scorecard.py", 60)
LEADER = Identity("lanh-dao-tinh", Role.PROVINCE_LEADER)
HEAD = Identity("lanh-dao", Role.UNIT_LEADER, UnitKey("747", dt.date(2020, 1, 1)))
SELF, APPRAISED, PUBLISHED = "Điểm tự đánh giá", "Điểm thẩm định", "Điểm công bố"
SCREENS = {
    "robustness": (robustness, [SELF, APPRAISED, PUBLISHED]),
    "comparison": (comparison, [SELF, APPRAISED, PUBLISHED]),
    "history": (history, [SELF, PUBLISHED]),
    "overview": (overview, [SELF, PUBLISHED]),
}
DECISION = "điểm công bố theo Quyết định số 900/QĐ-UBND ngày 20/12/2025"
BOTH = f"{DECISION}; Quyết định số 789/QĐ-UBND ngày 20/12/2024"


@pytest.fixture(scope="module")
def published(sqlite: Databases) -> Iterator[str]:
    """Two years published, the newer with other figures and another ruling since; gives the newer period."""
    with office_of(sqlite, twice_published_office) as period:
        change_everything_unpublished()
        yield str(period)


@pytest.fixture(scope="module")
def appraising(sqlite: Databases) -> Iterator[str]:
    """Appraisal goes on: of Vũng Tàu TC.3 is not ruled on yet, of Châu Đức nothing is."""
    with office_of(sqlite, appraising_office) as period:
        yield str(period)


@pytest.fixture(scope="module")
def amended(sqlite: Databases) -> Iterator[str]:
    """Published, and amended once."""
    with office_of(sqlite, amended_office) as period:
        yield str(period)


def scores(page: AppTest) -> list[str]:
    """The scores that the filter offers; none where it is not drawn."""
    return next(([*box.options] for box in page.selectbox if box.key == "filter_diem"), [])


def words(page: AppTest) -> str:
    return " ".join(e.value for kind in (page.caption, page.info, page.warning) for e in kind)


def lines(page: AppTest, key: str) -> dict[str, list[tuple[str, float | None]]]:
    """Points of the traces of a chart by their names."""
    (chart,) = (c for c in page.get("plotly_chart") if c.key == key)
    traces = json.loads(chart.proto.spec)["data"]
    return {t["name"]: list(zip(t["x"], t["y"], strict=True)) for t in traces}


# While appraisal goes on: one database follows another


def test_the_firmness_of_appraised_points_says_that_it_is_for_the_time_being(appraising: str) -> None:
    page = robustness(ky=appraising, khoi="huyen", diem="tham-dinh")
    (found,) = tables_of(page, "lần thử trọng số")
    assert [cells[:3] for cells in cells_of(found)] == [
        ["1", "Thành phố Vũng Tàu", "61,00"],
        ["2", "Thành phố Bà Rịa", "55,56"],
    ]
    (told,) = [w.value for w in page.warning]
    assert "1 đơn vị chưa thẩm định xong (Thành phố Vũng Tàu): phần chưa thẩm định đang tính 0 điểm" in told
    assert "Chưa thẩm định nên chưa xếp hạng: Huyện Châu Đức" in words(page)
    assert "Các phép thử dùng" not in words(robustness(ky=appraising, khoi="huyen"))


def test_appraised_units_are_compared_in_words_of_appraisal(appraising: str) -> None:
    page = comparison(ky=appraising, khoi="huyen", cac_don_vi="747.748", diem="tham-dinh", hien="het")
    (places,) = tables_of(page, "2 đơn vị trong")
    assert "Chưa thẩm định" in places
    (criteria,) = tables_of(page, "chỉ số thành phần; dưới mỗi điểm")
    row = next(cells for cells in cells_of(criteria) if cells[0] == "TC.3")
    assert row[3].startswith("chưa thẩm định")
    assert "chưa có số liệu" not in html(page)


# Who chooses


@pytest.mark.parametrize("screen", SCREENS)
def test_the_published_score_is_shown_first_and_others_can_be_chosen(
    looking: Looking, published: str, screen: str
) -> None:
    opened, offered = SCREENS[screen]
    looking(LEADER)
    page = opened(ky=published, khoi="huyen")
    assert scores(page) == offered
    assert page.selectbox(key="filter_diem").value == "cong-bo"
    assert "diem" not in page.query_params
    assert DECISION in page.caption[-1].value
    own = opened(ky=published, khoi="huyen", diem="tu-danh-gia")
    assert own.selectbox(key="filter_diem").value == "tu-danh-gia"
    assert "điểm công bố theo" not in own.caption[-1].value


@pytest.mark.parametrize("screen", ["comparison", "history", "overview"])
def test_a_unit_chooses_between_its_own_score_and_the_published_one(
    looking: Looking, published: str, screen: str
) -> None:
    looking(HEAD)
    assert scores(SCREENS[screen][0](ky=published, khoi="huyen")) == [SELF, PUBLISHED]


@pytest.mark.parametrize("screen", ["robustness", "comparison", "overview"])
def test_of_a_month_that_was_not_published_there_is_the_own_score_alone(published: str, screen: str) -> None:
    opened, _offered = SCREENS[screen]
    page = opened(ky=published, khoi="huyen", thang="11")
    assert scores(page) == []
    asked = opened(ky=published, khoi="huyen", thang="11", diem="cong-bo")
    assert "Địa chỉ nêu điểm «`cong-bo`» không có ở màn hình này; đang hiển thị «Điểm tự đánh giá»." in words(asked)


@pytest.mark.parametrize("screen", ["comparison", "history", "overview"])
def test_a_visitor_is_told_of_a_score_that_is_not_for_him(looking: Looking, published: str, screen: str) -> None:
    opened, _offered = SCREENS[screen]
    looking(VISITOR)
    plain = opened(ky=published, khoi="huyen")
    assert (scores(plain), [w.value for w in plain.warning]) == ([], [])
    page = opened(ky=published, khoi="huyen", diem="tu-danh-gia")
    told = "Địa chỉ nêu điểm «`tu-danh-gia`» không có ở màn hình này; đang hiển thị «Điểm công bố»."
    assert [w.value for w in page.warning] == [told]
    assert html(page) == html(plain)


# What is shown


def test_the_firmness_of_the_published_ranking(published: str) -> None:
    page = robustness(ky=published, khoi="huyen")
    (found,) = tables_of(page, "lần thử trọng số")
    assert [cells[:3] for cells in cells_of(found)] == [
        ["1", "Thành phố Bà Rịa", "77,78"],
        ["2", "Thành phố Vũng Tàu", "71,00"],
        ["3", "Huyện Châu Đức", "57,00"],
    ]
    # TC.2 does not apply to Bà Rịa: of 100 it has 70 + 10 in full, and 70 with nothing, one point less than Vũng Tàu.
    (treated,) = tables_of(page, "theo cách xử lý")
    assert cells_of(treated) == [
        ["Thành phố Bà Rịa", "TC.2", "77,78", "1", "80,00 (+2,22)", "1", "70,00 (−7,78)", "2 ▼ 1"],
        ["Thành phố Vũng Tàu", "", "71,00", "2", "71,00", "2", "71,00", "1 ▲ 1"],
    ]
    told = words(page)
    assert "đúng số liệu, điểm và nội dung không áp dụng mà quyết định đã công bố" in told
    assert "Kết quả công bố không xếp hạng: Huyện Côn Đảo" in told
    assert "Hạng công bố" in lines(page, "robustness_ranges")


def test_units_are_compared_by_their_published_points_through_the_published_years(published: str) -> None:
    page = comparison(ky=published, khoi="huyen")
    (places,) = tables_of(page, "3 đơn vị trong")
    assert [cells[:4] for cells in cells_of(places)] == [
        ["Thành phố Bà Rịa", "1/3", "77,78", "cao nhất"],
        ["Thành phố Vũng Tàu", "2/3", "71,00", "−6,78"],
        ["Huyện Châu Đức", "3/3", "57,00", "−20,78"],
    ]
    assert lines(page, "comparison_total") == {
        "Thành phố Bà Rịa": [("12/2024", pytest.approx(55.56, abs=0.01)), ("12/2025", pytest.approx(77.78, abs=0.01))],
        "Thành phố Vũng Tàu": [("12/2024", 66), ("12/2025", 71)],
        "Huyện Châu Đức": [("12/2024", 57), ("12/2025", 57)],
    }
    assert lines(page, "comparison_rank")["Thành phố Vũng Tàu"] == [("12/2024", 1), ("12/2025", 2)]
    assert "Chỉ gồm điểm công bố, mỗi kỳ một tháng." in words(page)
    own = comparison(ky=published, khoi="huyen", cac_don_vi="747.748", diem="tu-danh-gia")
    assert [month for month, _total in lines(own, "comparison_total")["Thành phố Vũng Tàu"]] == [
        "12/2024", "11/2025", "12/2025",
    ]  # fmt: skip


def test_appraised_points_stand_behind_what_was_published_before(published: str) -> None:
    page = comparison(ky=published, khoi="huyen", cac_don_vi="747.748", diem="tham-dinh")
    assert lines(page, "comparison_total")["Thành phố Vũng Tàu"] == [("12/2024", 66), ("12/2025", 72.5)]
    assert "Gồm điểm công bố của các kỳ trước và điểm thẩm định của kỳ này." in words(page)


def test_published_points_through_the_years(published: str) -> None:
    page = history(ky=published, khoi="huyen")
    (years,) = tables_of(page, "điểm, hạng và xếp loại cuối mỗi năm")
    assert cells_of(years)[:3] == [
        ["Thành phố Bà Rịa", "55,56 | hạng 3/3", "77,78 | hạng 1/3 ▲ 2"],
        ["Thành phố Vũng Tàu", "66,00 | hạng 1/3", "71,00 | hạng 2/3 ▼ 1"],
        ["Huyện Châu Đức", "57,00 | hạng 2/3", "57,00 | hạng 3/3 ▼ 1"],
    ]
    one = history(ky=published, khoi="huyen", pham_vi="don-vi", don_vi="747")
    assert [total for _day, total in lines(one, "history_unit")["Thành phố Vũng Tàu"]] == [66, 71]
    own = history(ky=published, khoi="huyen", pham_vi="don-vi", don_vi="747", diem="tu-danh-gia")
    # 30 of 100 dossiers are 15 points; in November 17, in December 77 of them.
    assert [total for _day, total in lines(own, "history_unit")["Thành phố Vũng Tàu"]] == [15, 8.5, 38.5]


def test_an_earlier_year_is_shown_as_it_was_published(published: str) -> None:
    first = str(gateway.timeline(int(published))[0][0].id)
    page = history(ky=first, khoi="huyen")
    assert scores(page) == [SELF, PUBLISHED]
    (years,) = tables_of(page, "điểm, hạng và xếp loại cuối mỗi năm")
    assert cells_of(years)[0] == ["Thành phố Vũng Tàu", "66,00 | hạng 1/3"]


def test_the_province_and_its_rankings_as_they_were_published(published: str) -> None:
    page = overview(ky=published)
    assert "Nội dung đáng chú ý" in [h.value for h in page.header]
    (leaders,) = tables_of(page, "Dẫn đầu, tháng 12/2025")
    assert cells_of(leaders) == [
        ["1", "Thành phố Bà Rịa", "77,78"],
        ["2", "Thành phố Vũng Tàu", "71,00"],
        ["3", "Huyện Châu Đức", "57,00"],
    ]
    # Movement is from the year before as it was published, not from November.
    (risers,) = tables_of(page, "Tăng hạng nhiều nhất so với tháng 12/2024")
    assert cells_of(risers) == [["▲ 2", "Thành phố Bà Rịa", "3 → 1"]]
    assert gateway_overview.province(int(published), 12, ScoreStage.PUBLISHED) == gateway.published_province(
        int(published), 12
    )
    own = overview(ky=published, diem="tu-danh-gia")
    (leaders,) = tables_of(own, "Dẫn đầu, tháng 12/2025")
    assert ["1", "Thành phố Vũng Tàu", "38,50"] in cells_of(leaders)
    assert "Việc cần quan tâm" in [h.value for h in own.header]


@pytest.mark.parametrize("screen", ["comparison", "history", "overview"])
def test_everybody_reads_the_published_score_alike(looking: Looking, published: str, screen: str) -> None:
    opened, _offered = SCREENS[screen]
    looking(VISITOR)
    page = opened(ky=published, khoi="huyen")
    seen = tables_of(page, "12/2025" if screen != "history" else "cuối mỗi năm")
    looking(HEAD)
    own = opened(ky=published, khoi="huyen")
    assert seen
    assert tables_of(own, "12/2025" if screen != "history" else "cuối mỗi năm") == seen
    assert informed(own) == informed(page)


# From screen to screen, and on paper


def test_links_keep_the_score(published: str) -> None:
    ways = {
        robustness: "/phieu-diem?", comparison: "/phieu-diem?", overview: "/phieu-diem?", ranking: "/so-sanh?",
        scorecard: "/so-sanh?",
    }  # fmt: skip
    for opened, way in ways.items():
        shown = {code: html(opened(ky=published, khoi="huyen", diem=code)) for code in ("cong-bo", "tu-danh-gia")}
        for code, text in shown.items():
            addresses = [part.partition('"')[0] for part in text.split(f'href="{way}')[1:]]
            assert addresses
            assert {"diem=tu-danh-gia" in address for address in addresses} == {code == "tu-danh-gia"}


def test_files_say_which_score_they_show(published: str) -> None:
    period = int(published)
    now = gateway.snapshot(period, "district", 12, ScoreStage.PUBLISHED)
    assert published_source(now) == DECISION
    stable = gateway_robustness.list_stability(now, "districts", "criterion", 0.01)
    compared = gateway_comparison.compared_units(now, "districts", ("747", "748"), None)
    years = gateway_history.history(period, "district", "districts", ScoreStage.PUBLISHED)
    shown = gateway_overview.overview_of(period, 12, None, ScoreStage.PUBLISHED)
    names = [robustness_file_name(stable), comparison_file_name(compared), unit_file_name(years, None)]
    assert [*names, overview_file_name(shown)] == [
        "do-on-dinh-thu-hang_cap-huyen_diem-cong-bo_2025-12.xlsx",
        "so-sanh_cap-huyen_747-748_diem-cong-bo_2025-12.xlsx",
        "lich-su_cap-huyen_diem-cong-bo_2025-12.xlsx",
        "tong-quan_diem-cong-bo_2025-12.xlsx",
    ]
    files = {
        "Độ ổn định": (robustness_workbook(stable), DECISION),
        "Tổng hợp": (comparison_workbook(compared), DECISION),
        "Các năm": (history_workbook(years, gateway_history.units_in_time()), BOTH),
        "Dẫn đầu, tăng hạng": (overview_workbook(shown, ()), DECISION),
    }
    for sheet, (file, source) in files.items():
        assert source in " ".join(heading_texts(read_workbook(file)[sheet])), sheet
    trials = read_workbook(files["Độ ổn định"][0])["Độ ổn định"]
    assert "thứ hạng công bố giữ nguyên" in " ".join(heading_texts(trials))
    assert [(row["Cơ quan, đơn vị"], row["Tổng điểm"]) for row in table(trials)] == [
        ("Thành phố Bà Rịa", pytest.approx(77.78, abs=0.01)),
        ("Thành phố Vũng Tàu", 71),
        ("Huyện Châu Đức", 57),
    ]
    past = read_workbook(files["Tổng hợp"][0])["Diễn biến"]
    assert [row["Tháng"] for row in table(past)] == ["12/2024", "12/2025"]
    assert "Chỉ gồm điểm công bố, mỗi kỳ một tháng." in heading_texts(past)


def test_what_is_kept_of_one_score_is_never_given_for_another(published: str) -> None:
    period, units = int(published), ("747", "748")
    for stage, total in ((ScoreStage.SELF, 38.5), (ScoreStage.APPRAISED, 72.5), (ScoreStage.PUBLISHED, 71)):
        now = gateway.snapshot(period, "district", 12, stage)
        stable = gateway_robustness.list_stability(now, "districts", "criterion", 0.01)
        assert [u.total for u in stable.units if u.unit.code == "747"] == [total]
        assert gateway_comparison.compared_units(now, "districts", units, None).places[0].total == total
        if stage in gateway_overview.SCORES:
            years = gateway_history.history(period, "district", "districts", stage)
            assert (
                next(r.cells[-1].own.row.total for r in years.rows if r.unit.code == "747" and r.cells[-1].own) == total
            )
            districts = gateway_overview.overview_of(period, 12, None, stage).podiums[1]
            assert next(row.total for row in districts.table.rows if row.unit.code == "747") == total


def test_a_ruling_is_seen_in_appraised_points_at_the_next_question(published: str) -> None:
    def total() -> float | None:
        now = gateway.snapshot(int(published), "district", 12, ScoreStage.APPRAISED)
        return gateway_comparison.compared_units(now, "districts", ("748", "747"), None).places[0].total

    assert total() == pytest.approx(77.78, abs=0.01)
    with write_session(gateway.engine()) as session:
        # 20 of 100 dossiers of Bà Rịa instead of 80: 10 points instead of 40, 40 of 90.
        told = (RulingKind.CORRECT, {"a": 20.0, "b": 100.0})
        rule(session, "748", "CQ.1", told, now=NOON + dt.timedelta(days=400))
    assert total() == pytest.approx(44.44, abs=0.01)


# Another edition in the address


@pytest.mark.parametrize("who", [VISITOR, LEADER], ids=lambda who: who.role.value)
def test_an_edition_that_a_card_does_not_show_is_told(looking: Looking, amended: str, who: Identity) -> None:
    looking(who)
    address = {"ky": amended, "khoi": "huyen", "don-vi": "747"}
    for asked in ("1", "7"):
        page = scorecard(**address, lan=asked)
        assert [w.value for w in page.warning] == [
            f"Địa chỉ nêu lần công bố «`{asked}`» không có ở màn hình này; đang hiển thị «Lần 2 (sửa đổi)», lần đang có "
            "hiệu lực. Kết quả của từng lần công bố có ở màn hình «Kết quả công bố»."
        ]
        assert "71,00" in html(page) + " ".join(m.value for m in page.metric)
        assert "lan" not in page.query_params
    assert [w.value for w in scorecard(**address, lan="2").warning] == []


def test_an_edition_beside_another_score_is_told(amended: str) -> None:
    page = scorecard(ky=amended, khoi="huyen", don_vi="747", diem="tu-danh-gia", lan="2")
    assert [w.value for w in page.warning] == [
        "Địa chỉ nêu lần công bố «`2`» không có ở màn hình này; đang hiển thị điểm tự đánh giá."
    ]


@pytest.mark.parametrize("score", ["cong-bo", "tham-dinh"])
def test_rejected_evidence_is_told_as_that_and_not_as_figures_that_nobody_gave(amended: str, score: str) -> None:
    """Châu Đức reported CQ.1, and its evidence was rejected: 0 of 40 points."""
    page = scorecard(ky=amended, khoi="huyen", don_vi="750", diem=score)
    receipt = html(page).partition(">CQ.1</span>")[2].partition("</details>")[0]
    assert "Không chấp nhận tài liệu kiểm chứng, tính 0 điểm" in receipt
    assert "không được tính" in receipt
    assert "nộp tài liệu kiểm chứng được chấp nhận" in receipt
    assert "chưa có số liệu" not in receipt
    now = gateway.snapshot(int(amended), "district", 12, ScoreStage.PUBLISHED)
    card = gateway.unit_scorecard(now, now.lists[0].code, "750", None)
    assert "CQ.1" not in {r.criterion.code for r in card.steps}
    cells = {str(cell.value) for sheet in read_workbook(scorecard_workbook(card)) for row in sheet for cell in row}
    assert "Không chấp nhận tài liệu kiểm chứng, tính 0 điểm" in cells
    assert not [text for text in cells if "chưa có số liệu, tính" in text]


# What belongs to one score alone


def test_there_is_nothing_to_compare_published_points_with_but_what_was_published_before(published: str) -> None:
    chosen = {"khoi": "huyen", "ky": published, "so_voi": "nam"}
    for screen in (ranking, scorecard, comparison, overview):
        for stage, offered in (("", False), ("tu-danh-gia", True)):
            page = screen(**chosen, **({"diem": stage} if stage else {}))
            assert ("filter_so-voi" in [s.key for s in page.selectbox]) is offered
            assert ("so-voi" in page.query_params) is offered


def test_the_note_on_figures_that_are_not_due_stands_under_the_months_of_self_assessment_alone(published: str) -> None:
    chosen = {"khoi": "huyen", "ky": published, "don_vi": "747"}
    within, decembers = "Trong năm chỉ tính các chỉ số đã đến kỳ số liệu", "chỉ có tháng đã công bố"
    for stage in ("cong-bo", "tham-dinh", "tu-danh-gia"):
        said = words(scorecard(**chosen, diem=stage))
        assert (within in said, decembers in said) == (stage == "tu-danh-gia", stage != "tu-danh-gia")


@pytest.mark.parametrize(("unit", "beside"), [("747", "748"), ("748", "747"), ("750", "747"), ("755", "748")])
def test_the_way_to_the_comparison_takes_the_next_above_in_rank(published: str, unit: str, beside: str) -> None:
    """Bà Rịa has 77,78, Vũng Tàu 71, Châu Đức 57; Côn Đảo has no rank, and meets the leader."""
    page = scorecard(khoi="huyen", ky=published, don_vi=unit)
    assert f'cac-don-vi={unit}.{beside}"' in html(page)
