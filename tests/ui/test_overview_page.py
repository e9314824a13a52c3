"""The overview page: cold, every month, filters in the address, links, and figures equal to those of other screens."""

import re
from collections.abc import Callable

import pytest
from streamlit.testing.v1 import AppTest

from assessment.overview import MOST_ITEMS
from assessment.permissions import VISITOR, Identity
from assessment.targets import TargetState, counts
from language import format_number
from reports.overview import attention_text, targets_note
from scoring.outlook import shown
from tests.assessment.appraising import LEADER, amended_office, appraised_office
from tests.data.databases import Databases
from tests.ui.pages import blocks, opener, sound
from tests.ui.publishing import office_of
from ui import gateway, gateway_outlook, gateway_overview
from ui.overview_view import STATE_CODES

opened = opener("overview.py", 120)


pytestmark = pytest.mark.usefixtures("few_draws")


def html(page: AppTest) -> list[str]:
    """The blocks of the page but the links at its top."""
    return [block for block in blocks(page) if 'href="#' not in block]


def metrics(page: AppTest) -> dict[str, str]:
    return {m.label: m.value for m in page.metric}


def rows(block: str) -> int:
    return block.count("<tr>") - block.count("<thead>")


def year_2024() -> int:
    return next(p.id for p, _months in gateway.calendar() if p.year == 2024)


def test_the_published_place_stands_first_beside_the_year_before() -> None:
    page = opened()
    shown = metrics(page)
    assert list(shown)[:4] == ["Hạng năm 2023", "Điểm năm 2023", "Hạng năm 2022", "Điểm năm 2022"]
    assert list(shown.values())[:4] == ["10 / 63", "0,7353", "28 / 63", "0,5878"]
    assert page.metric[0].delta == "+18 hạng"
    facts = html(page)[0]
    assert "cao hơn điểm hạng 15 từ 0 đến 0,0570; công bố ngày 09/02/2025." in facts
    assert "thấp hơn điểm hạng 15 từ 0,0199 đến 0,0505." in facts
    assert "Quyết định số 968/QĐ-UBND ngày 10/4/2024" in facts
    assert "80,1 trên 100 điểm (+18,6 so với năm 2022)" in facts
    # A source is read by the name of its site; its address is only where the link leads.
    assert facts.count("Nguồn: ") >= 3
    assert re.search(r'href="https://baobariavungtau\.com\.vn/[^"]+"[^>]*>baobariavungtau\.com\.vn</a>', facts)
    assert not re.search(r"\.(vn|com|net)/", re.sub(r"<[^>]+>", "", facts))


def test_the_outlook_stands_beside_the_published_place_as_soon_as_it_is_drawn() -> None:
    page = opened()
    year = gateway_outlook.known_base_years()[0]
    job = gateway_outlook.standing_job(year)
    assert job.wait(120)
    facts = html(opened())[0].replace("\xa0", " ")
    drawn = gateway_outlook.field(year).standing_still
    assert job.result == drawn
    assert drawn.assumed is not None
    low, high = drawn.assumed
    said = (
        f"Khả năng giữ nhóm 15 năm 2024 nếu không làm gì thêm: {round(100 * shown(drawn.chance))} % "
        f"({round(100 * shown(low))}–{round(100 * shown(high))} %); điểm cần để có khả năng 50 %: "
        f"{format_number(drawn.needed[0.5], 4)}. Ước tính từ kết quả năm 2023."
    )
    assert said in facts
    assert 'href="/mo-phong"' in facts
    assert 'href="/phuong-an"' in facts
    assert "Dự báo" in html(page)[0]
    card = next(m for m in opened().metric if m.label == "Khả năng giữ nhóm 15 năm 2024")
    assert card.value.replace("\xa0", " ") == f"{round(100 * shown(drawn.chance))} %"


def test_who_may_not_open_the_screens_of_the_goal_sees_no_outlook(looking: Callable[[Identity], None]) -> None:
    looking(VISITOR)
    assert "Dự báo" not in html(opened())[0]


@pytest.mark.parametrize("month", ["1", "6", "11"])
def test_every_part_is_that_of_its_month(month: str) -> None:
    page = opened(thang=month)
    shown = gateway_overview.overview_of(year_2024(), int(month), gateway.before(year_2024(), int(month)))
    found = counts(shown.statuses)
    assert [m.value for m in page.metric[-len(TargetState) :]] == [str(found[state]) for state in TargetState]
    assert sum(found.values()) == 39
    attention = html(page)[1]
    assert rows(attention) == len(shown.attention) <= MOST_ITEMS
    for item in shown.attention:
        assert attention_text(item, shown)[0][:40] in attention
    assert targets_note() in page.caption[-2].value + page.caption[-1].value + " ".join(c.value for c in page.caption)


def test_leaders_are_those_of_the_ranking_and_lead_to_their_scorecards() -> None:
    page = opened(thang="6")
    period = year_2024()
    then = gateway.before(period, 6)
    for block, level, code in zip(
        html(page)[2:5], ("department", "district", "commune"), ("so", "huyen", "xa"), strict=True
    ):
        now = gateway.snapshot(period, level, 6)
        table = gateway.ranking_table(now, now.lists[0].code, gateway.compared_with(then, level))
        leaders = block.partition("Tăng hạng")[0]
        codes = re.findall(r"don-vi=(\w+)", leaders)
        assert codes == [r.unit.code for r in table.rows if r.rank is not None and r.rank <= 3]
        assert f"/phieu-diem?khoi={code}&amp;ky={period}&amp;thang=6&amp;don-vi={codes[0]}" in block
        assert f'href="/xep-hang?khoi={code}&amp;ky={period}&amp;thang=6"' in block


def test_risers_change_with_what_is_compared() -> None:
    page = opened(thang="6")
    before = html(page)[2:5]
    page.selectbox(key="filter_so-voi").select("nam").run()
    after = html(sound(page))[2:5]
    assert all("so với tháng 05/2024" in block for block in before)
    assert all("so với tháng 12/2023" in block for block in after)
    assert page.query_params["so-voi"] in ("nam", ["nam"])


@pytest.mark.parametrize("code", STATE_CODES)
def test_each_state_and_its_count(code: str) -> None:
    page = opened(thang="6", trang_thai=code)
    statuses = gateway_overview.overview_of(year_2024(), 6, None).statuses
    kept = [s.target.code for s in statuses if s.state is STATE_CODES[code]]
    shown = re.findall(r">(T\d\d)<", html(page)[5]) if len(html(page)) > 5 else []
    assert sorted(shown) == kept
    assert len(page.info) == (not kept)


def test_links_at_the_top_lead_to_headings_of_the_page() -> None:
    page = opened(thang="6")
    found = re.findall(r'href="#([^"]+)"', blocks(page)[0])
    assert found == ["viec-can-quan-tam", "dan-dau", "chi-tieu"]
    assert found == [h.proto.anchor for h in page.header][1:]


def test_all_39_targets_stand_with_their_component() -> None:
    block = html(opened(thang="12"))[5]
    assert len(re.findall(r">T\d\d<", block)) == 39
    assert f'href="/bo-chi-so?cap=tinh&amp;ky={year_2024()}&amp;tim-chi-so=CQ.4"' in block
    assert "thứ hạng công bố" in block


def test_the_rank_target_is_measured_by_the_rank_published_for_the_year() -> None:
    last = next(p.id for p, _months in gateway.calendar() if p.year == 2023)
    statuses = gateway_overview.overview_of(last, 12, None).statuses
    assert (statuses[-1].target.code, statuses[-1].state, statuses[-1].value) == ("T39", TargetState.MET, 10)
    page = opened(ky=str(last))
    assert any("đặt cạnh số liệu năm 2023" in c.value for c in page.caption)
    assert all("Không có kỳ trước để so sánh" in block for block in html(page)[2:5])


@pytest.mark.parametrize(("name", "value"), [("ky", "999"), ("thang", "13"), ("so_voi", "x"), ("trang_thai", "<b>")])
def test_an_unknown_value_is_named_and_the_page_still_stands(name: str, value: str) -> None:
    page = opened(**{name: value})
    named = [w.value for w in page.warning if f"`{value}`" in w.value]
    assert len(named) == 1
    assert len(html(page)) == 6


def test_a_second_question_makes_nothing_anew() -> None:
    first = gateway_overview.overview_of(year_2024(), 6, gateway.before(year_2024(), 6))
    assert gateway_overview.overview_of(year_2024(), 6, gateway.before(year_2024(), 6)) is first
    assert gateway_overview.published() is gateway_overview.published()
    assert gateway_overview.province(year_2024(), 6) is first.province


def step_of(page: AppTest) -> str:
    """In which step the page says that the period stands."""
    (told,) = [m.value for m in page.markdown if m.value.startswith("**Bước của kỳ:** ")]
    return told.removeprefix("**Bước của kỳ:** ").replace("\\", "")


def test_the_page_says_in_which_step_the_period_stands_and_asks_nobody_for_what_he_cannot_give(
    sqlite: Databases, looking: Callable[[Identity], None]
) -> None:
    """While figures are taken units are urged to give theirs; once results are published nobody can."""
    looking(LEADER)
    with office_of(sqlite, appraised_office) as period:
        page = opened(ky=str(period))
        shown = "".join(html(page))
        step = "Đang thẩm định: xong 3 / 3 đơn vị đã gửi báo cáo. Đang nhận số liệu, chưa đặt thời hạn gửi"
        assert step_of(page) == f"{step}; đã gửi 3 / 111 đơn vị."
        assert "Đôn đốc đơn vị bổ sung số liệu." in shown
        # Vũng Tàu lacks figures too; it is in appraisal and cannot add any.
        assert not re.search(r"Thành phố Vũng Tàu còn \d+ chỉ số thành phần chưa có số liệu", shown)
    with office_of(sqlite, amended_office) as period:
        for who in (LEADER, VISITOR):
            looking(who)
            page = opened(ky=str(period))
            shown = "".join(html(page))
            assert step_of(page) == (
                "Kết quả đã công bố theo Quyết định số 789/QĐ-UBND ngày 20/12/2024, sửa đổi theo Quyết định số "
                "12/QĐ-UBND ngày 30/12/2024."
            )
            for work in ("Đôn đốc", "Trả lại báo cáo", "Đề nghị đơn vị báo cáo", "rà soát và gửi lại"):
                assert work not in shown
