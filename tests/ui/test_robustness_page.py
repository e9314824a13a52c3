"""The page of firmness: cold, every level and list, every filter, the sensitivity from button to result, unknown addresses."""

import json
import re
import time
from html import unescape

import pytest
from streamlit.testing.v1 import AppTest

from assessment.robustness import ListStability
from language import format_number, format_percent
from reports.referee import referee_headline
from reports.robustness import dependence_sentences, factor_name, range_text
from scoring.robustness import Scope
from scoring.sensitivity import Factor
from tests.ui.pages import html, opener, sound, warnings
from ui import gateway, gateway_robustness
from ui.robustness_view import FIRM, FLOORS, SCOPES

opened = opener("robustness.py", 120)
LEVELS = {"so": ("department", 21), "huyen": ("district", 8), "xa": ("commune", 82)}
LONGEST_SECONDS = 120


def metrics(page: AppTest) -> dict[str, str]:
    return {m.label: m.value for m in page.metric}


def items(page: AppTest) -> list[str]:
    return [unescape(text) for text in re.findall(r"<li>(.*?)</li>", html(page))]


def rows(page: AppTest, caption: str) -> list[list[str]]:
    """Texts of the cells of the table whose caption holds these words; empty where there is none."""
    for block in re.findall(r"<table.*?</table>", html(page), re.DOTALL):
        if caption in block.partition("</caption>")[0]:
            body = block.partition("<tbody>")[2]
            lines = re.findall(r"<tr>(.*?)</tr>", body, re.DOTALL)
            return [
                [unescape(re.sub(r"<[^>]+>", "", c)).strip() for c in re.findall(r"<td.*?</td>", line, re.DOTALL)]
                for line in lines
            ]
    return []


def stable(level: str, scope: Scope = "criterion", floor: float = 0.01) -> ListStability:
    """What the screen is drawn from, at December of the newest year."""
    now = gateway.snapshot(gateway.calendar()[0][0].id, level, 12)  # type: ignore[arg-type]
    return gateway_robustness.list_stability(now, now.lists[0].code, scope, floor)


def charts(page: AppTest) -> list[str | None]:
    """Keys of the charts on the page, from top to bottom."""
    return [chart.key for chart in page.get("plotly_chart")]


def shown_rank(rank: int, other: int) -> str:
    """A rank under another choice as the tables write it."""
    if other == rank:
        return str(other)
    return f"{other} {'▲' if other < rank else '▼'} {abs(other - rank)}"


@pytest.mark.parametrize("level", LEVELS)
def test_every_level_shows_what_was_found(level: str) -> None:
    page, found = opened(khoi=level), stable(LEVELS[level][0])
    assert warnings(page) == []
    assert metrics(page) == {
        "Đơn vị được xếp hạng": str(LEVELS[level][1]),
        "Hạng vững": str(sum(u.held >= FIRM for u in found.units)),
        "Hạng tùy cách chọn": str(len(found.dependent)),
        "Khoảng rộng nhất": f"{max(u.width for u in found.units)} hạng",
    }
    assert items(page)[: len(dependence_sentences(found))] == list(dependence_sentences(found))
    moved = any(map(found.referee.moved, found.referee.others))
    assert charts(page) == ["robustness_ranges"] + ["robustness_referee"] * moved
    told = [[line[0], line[2], line[3], line[5]] for line in rows(page, "lần thử trọng số")]
    assert told == [
        [str(u.rank), format_number(u.total, 2), range_text(u), format_percent(u.held, 0)] for u in found.units
    ]


@pytest.mark.parametrize("level", LEVELS)
def test_the_ranks_are_those_of_the_ranking(level: str) -> None:
    now = gateway.snapshot(gateway.calendar()[0][0].id, LEVELS[level][0], 12)  # type: ignore[arg-type]
    table = gateway.ranking_table(now, now.lists[0].code, None)
    assert [(u.unit.code, u.rank, u.total) for u in stable(LEVELS[level][0]).units] == [
        (r.unit.code, r.rank, r.total) for r in table.rows
    ]


def test_whom_the_treatment_of_what_is_not_applicable_moves() -> None:
    page, found = opened(khoi="so"), stable("department").referee
    assert found.moved("full")
    assert any(m.value == f"**{referee_headline(found)}**" for m in page.markdown)
    lines = rows(page, "theo cách xử lý")
    assert [[line[1], line[2], line[3], line[5], line[7]] for line in lines] == [
        [
            ", ".join(row.codes),
            format_number(row.total, 2),
            str(row.rank),
            shown_rank(row.rank, row.ranks["full"]),
            shown_rank(row.rank, row.ranks["zero"]),
        ]
        for row in found.touched
    ]
    for line, row in zip(lines, found.touched, strict=True):
        assert [line[i].split(" ")[0] for i in (4, 6)] == [format_number(row.totals[t], 2) for t in found.others]
        assert all(("(" in line[i]) == bool(row.codes) for i in (4, 6))


def test_a_list_without_anything_not_applicable_says_that_the_treatments_agree() -> None:
    page = opened(khoi="xa")
    assert not stable("commune").referee.waived
    assert any("ba cách xử lý cho cùng một thứ hạng" in i.value for i in page.info)
    assert rows(page, "theo cách xử lý") == []


@pytest.mark.parametrize("code", FLOORS)
def test_every_floor_shows_whom_a_geometric_mean_moves(code: str) -> None:
    page, found = opened(khoi="xa", san=code), stable("commune", floor=FLOORS[code])
    assert format_percent(FLOORS[code]) in " ".join(m.value for m in page.markdown)
    moved = sorted(
        (u for u in found.units if u.geometric_rank != u.rank), key=lambda u: (-abs(u.geometric_rank - u.rank), u.rank)
    )
    assert [line[1:] for line in rows(page, "trung bình nhân")] == [
        [
            format_number(u.total, 2),
            str(u.rank),
            format_number(u.geometric_total, 2),
            shown_rank(u.rank, u.geometric_rank),
        ]
        for u in moved
    ]


@pytest.mark.parametrize("code", SCOPES)
def test_every_way_to_draw_weights(code: str) -> None:
    page, found = opened(khoi="so", trong_so=code), stable("department", SCOPES[code])
    assert [line[3] for line in rows(page, "lần thử trọng số")] == [range_text(u) for u in found.units]
    said = "mỗi chỉ số thành phần" if code == "thanh-phan" else "mỗi chỉ số chính (cùng mọi chỉ số bên trong)"
    assert said in page.markdown[0].value


def test_every_list_of_the_communes() -> None:
    page = opened(khoi="xa")
    period = gateway.calendar()[0][0].id
    for ranking_list in gateway.snapshot(period, "commune", 12).lists:
        page.selectbox(key="filter_danh-sach").select(ranking_list.code).run()
        sound(page)
        assert metrics(page)["Đơn vị được xếp hạng"] == str(len(ranking_list.members))
        assert len(rows(page, "lần thử trọng số")) == len(ranking_list.members)


def test_on_a_narrow_screen_every_row_of_a_table_is_a_block() -> None:
    page = opened(khoi="so")
    assert html(page).count("<table ") == html(page).count("dti-table dti-stack") == 3


def test_axes_of_ranks_name_whole_ranks() -> None:
    for chart in opened(khoi="so").get("plotly_chart"):
        axis = json.loads(chart.proto.spec)["layout"]["xaxis"]
        assert axis["tickvals"] == [1, 5, 10, 15, 20]


@pytest.mark.parametrize("month", ["1", "6", "12"])
def test_through_the_year(month: str) -> None:
    page = opened(khoi="huyen", thang=month)
    assert f"kỳ {int(month):02}/2024" in html(page)
    assert len(rows(page, "lần thử trọng số")) == 8


def test_choices_stand_in_the_address() -> None:
    page = opened(khoi="huyen")
    page.segmented_control(key="filter_trong-so").set_value("chinh").run()
    page.selectbox(key="filter_san").select("5").run()
    page.selectbox(key="filter_nam-goc").select("2022").run()
    sound(page)
    asked = {name: page.query_params[name] for name in ("trong-so", "san", "nam-goc")}
    assert {name: value if isinstance(value, str) else value[0] for name, value in asked.items()} == {
        "trong-so": "chinh",
        "san": "5",
        "nam-goc": "2022",
    }
    again = opened(khoi="huyen", trong_so="chinh", san="5", nam_goc="2022")
    assert (html(again), metrics(again)) == (html(page), metrics(page))


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("khoi", "abc"),
        ("ky", "999"),
        ("thang", "13"),
        ("trong_so", "<b>x</b>"),
        ("san", "0"),
        ("nam_goc", "1999"),
    ],
)
def test_an_unknown_value_is_named_and_the_page_still_stands(name: str, value: str) -> None:
    page = opened(**{name: value})
    assert len(warnings(page)) == 1
    assert f"`{value}`" in warnings(page)[0]
    assert metrics(page)["Đơn vị được xếp hạng"] == "21"
    assert name.replace("_", "-") not in page.query_params


def test_nothing_is_compared_so_nothing_is_asked() -> None:
    assert "filter_so-voi" not in [s.key for s in opened().selectbox]


def test_the_question_follows_the_base_year() -> None:
    for year in ("2023", "2022"):
        said = " ".join(m.value for m in opened(nam_goc=year).markdown)
        assert f"thứ hạng năm 2024 tính từ kết quả đã công bố năm {year}" in said


def finished(page: AppTest) -> AppTest:
    """The page once the work beside it has ended."""
    deadline = time.monotonic() + LONGEST_SECONDS
    while page.get("progress") and time.monotonic() < deadline:
        time.sleep(0.2)
        page.run()
    return sound(page)


def test_the_sensitivity_is_begun_cancelled_begun_again_and_kept() -> None:
    page = opened(khoi="huyen", nam_goc="2022")
    assert charts(page) == ["robustness_ranges"]
    page.button(key="sensitivity_start").click().run()
    assert len(sound(page).get("progress")) == 1
    page.button(key="sensitivity_cancel").click().run()
    finished(page)
    assert charts(page) == ["robustness_ranges"]
    page.button(key="sensitivity_start").click().run()
    finished(page)
    assert charts(page) == ["robustness_ranges", "robustness_sensitivity"]
    assert "sensitivity_start" not in [b.key for b in page.button]
    said = " ".join(m.value for m in page.markdown)
    assert f"Nhiều nhất là **{factor_name(Factor.SHOCK).lower()}**" in said
    # Whoever comes next finds it ready, also beside another list; the other base year is another question.
    assert "robustness_sensitivity" in charts(opened(khoi="so", nam_goc="2022"))
    assert "robustness_sensitivity" not in charts(opened(khoi="huyen", nam_goc="2023"))
