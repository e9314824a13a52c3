"""The scenario page: cold, every view, sliders, components, units, saving, addresses that name what is not there."""

import json

import pytest
from sqlalchemy import text
from streamlit.testing.v1 import AppTest

from assessment.scenarios import rename_scenario
from data.database import write_session
from data.reference.national import our_name
from reports.scenarios import chance_text
from scoring.national import INDEX_WEIGHTS
from scoring.outlook import forecast
from tests.ui.conftest import OFFICE
from tests.ui.pages import html, opener, sound, warnings
from ui import gateway, gateway_outlook, gateway_scenarios
from ui.clock import now

opened = opener("scenarios.py", 120)
VIEWS = ("", "thanh-phan", "don-vi", "so-sanh", "kiem-dinh")


pytestmark = pytest.mark.usefixtures("few_draws")


@pytest.fixture(autouse=True)
def no_scenarios() -> None:
    """Every test begins without saved scenarios."""
    with write_session(gateway.engine()) as session:
        session.execute(text("DELETE FROM scenario"))


def answer(page: AppTest) -> dict[str, str]:
    return {m.label: m.value for m in page.metric}


def slider(page: AppTest, code: str):
    return next(s for s in page.slider if s.key.startswith(f"mp_{code}_"))


def chart_titles(page: AppTest) -> list[str]:
    layouts = [json.loads(chart.proto.spec)["layout"] for chart in page.get("plotly_chart")]
    return [layout["title"]["text"].replace("<br>", " ") for layout in layouts]


def named(page: AppTest, name: str) -> AppTest:
    """The page after saving what it shows under a name."""
    page.text_input(key="mp_name").set_value(name)
    page.button(key="mp_save_new").click()
    return sound(page.run())


@pytest.mark.parametrize("view", VIEWS)
def test_every_view(view: str) -> None:
    page = opened(xem_kich_ban=view) if view else opened()
    assert answer(page)["Tổng điểm"] == "0,7353"
    assert len(page.slider) == len(INDEX_WEIGHTS)
    assert len(page.get("plotly_chart")) == {"": 4, "so-sanh": 1}.get(view, 0)
    assert warnings(page) == []


@pytest.mark.parametrize(("year", "words"), [("2023", "giữ được nhóm 15"), ("2022", "vào được nhóm 15")])
def test_the_question_follows_the_base_year(year: str, words: str) -> None:
    page = opened(nam_goc=year)
    assert words in " ".join(m.value for m in page.markdown)
    assert "không phải điểm của Bộ" in " ".join(m.value for m in page.markdown)


def test_a_slider_moves_total_rank_and_chance() -> None:
    page = opened()
    before = answer(page)
    own = slider(page, "XH")
    # From the base to the top of 150 points.
    own.set_value(150).run()
    after = answer(sound(page))
    assert after["Tổng điểm"] > before["Tổng điểm"]
    assert int(after["Hạng trung vị"]) < int(before["Hạng trung vị"])
    own.set_value(own.value - 150 + round(gateway_outlook.our_base_line(*_key(), 2023).indices["XH"] * 150)).run()
    assert answer(sound(page)) == before


def _key() -> tuple[int, int]:
    period, months = gateway.calendar()[0]
    return period.id, months[-1]


def test_frozen_rivals_are_easier_than_moving_ones() -> None:
    moving, frozen = (answer(opened(toc_do=code)) for code in ("", "dung"))
    assert frozen["Điểm cần để có khả năng 80 %"] < moving["Điểm cần để có khả năng 80 %"]


def test_a_component_is_set_and_taken_back() -> None:
    page = opened(xem_kich_ban="thanh-phan", nhom="NT")
    before = answer(page)
    page.number_input(key="mp_component_NT.1").set_value(100).run()
    assert answer(sound(page))["Tổng điểm"] > before["Tổng điểm"]
    page.number_input(key="mp_component_NT.1").set_value(None).run()
    assert answer(sound(page)) == before


@pytest.mark.parametrize("group", list(INDEX_WEIGHTS))
def test_every_main_index_has_its_components(group: str) -> None:
    page = opened(xem_kich_ban="thanh-phan", nhom=group)
    fields = [n for n in page.number_input if n.key.startswith("mp_component_")]
    assert fields
    assert all(n.value is None for n in fields)


def test_a_whole_list_reaches_a_level() -> None:
    page = opened(xem_kich_ban="don-vi", khoi="huyen")
    page.selectbox(key="mp_target_district").select("NT.4").run()
    page.number_input(key="mp_goal_district_share").set_value(100)
    page.button(key="mp_add").click()
    sound(page.run())
    assert "Mọi đơn vị của khối" in " ".join(t.value for t in page.text)
    assert "Đơn vị thay đổi điểm hoặc hạng" in html(page)
    page.button(key="mp_drop_1").click()
    sound(page.run())
    assert html(page) == ""


def test_one_reported_figure_that_cannot_be_is_said_by_row() -> None:
    page = opened(xem_kich_ban="don-vi", khoi="xa", loai_thay_doi="so-lieu")
    code = next(
        c.code
        for c in gateway.criteria_set(_key()[0], "commune").criteria
        if c.rule.type == "ratio" and c.rule.over == "refuse"
    )
    page.selectbox(key="mp_criterion_commune").select(code).run()
    page.number_input(key=f"mp_value_commune_{code}_a").set_value(9_000_000)
    page.button(key="mp_add").click()
    page.run()
    assert [e.message for e in page.exception] == []
    (message,) = [e.value for e in page.error]
    assert "Dòng 1" in message
    assert "lớn hơn b" in message


def test_weights_of_a_set() -> None:
    page = opened(xem_kich_ban="don-vi", khoi="huyen", loai_thay_doi="trong-so")
    page.number_input(key="mp_factor_district").set_value(300)
    page.button(key="mp_add").click()
    sound(page.run())
    assert "Đơn vị thay đổi điểm hoặc hạng" in html(page)


def test_save_open_again_change_duplicate_rename_delete() -> None:
    page = opened(nam_goc="2022")
    slider(page, "NT").set_value(90).run()
    before = answer(page)
    named(page, "Đẩy mạnh nhận thức")
    (saved,) = gateway_scenarios.saved()
    assert page.query_params["kich-ban"] in (str(saved.id), [str(saved.id)])
    again = opened(kich_ban=str(saved.id))
    assert answer(again) == before
    assert slider(again, "NT").value == 90
    slider(again, "NT").set_value(95).run()
    again.button(key="mp_save").click()
    sound(again.run())
    assert answer(opened(kich_ban=str(saved.id))) == answer(again)
    again.button(key="mp_duplicate").click()
    sound(again.run())
    assert [s.name for s in gateway_scenarios.saved()] == ["Đẩy mạnh nhận thức", "Đẩy mạnh nhận thức (bản sao 1)"]
    again.text_input(key="mp_name").set_value("Bản hai")
    again.button(key="mp_rename").click()
    sound(again.run())
    again.button(key="mp_delete_sure").click()
    sound(again.run())
    assert [s.name for s in gateway_scenarios.saved()] == ["Đẩy mạnh nhận thức"]


def test_a_scenario_without_a_name_is_not_saved() -> None:
    page = opened()
    page.button(key="mp_save_new").click()
    page.run()
    assert [e.value for e in page.error] == ["Kịch bản chưa có tên; hãy đặt tên trước khi lưu."]
    assert gateway_scenarios.saved() == ()


def test_a_name_that_is_too_long_is_said_by_its_length() -> None:
    page = opened()
    page.text_input(key="mp_name").set_value("x" * 300)
    page.button(key="mp_save_new").click()
    page.run()
    assert [e.value for e in page.error] == ["Tên kịch bản dài 300 ký tự; hãy rút xuống nhiều nhất 80 ký tự."]


def test_a_change_that_was_saved_elsewhere_meanwhile_is_not_lost() -> None:
    named(opened(), "Một")
    (saved,) = gateway_scenarios.saved()
    first, second = (opened(kich_ban=str(saved.id)) for _tab in range(2))
    slider(first, "NT").set_value(95).run()
    slider(second, "XH").set_value(150).run()
    first.button(key="mp_save").click()
    sound(first.run())
    second.button(key="mp_save").click()
    second.run()
    (message,) = [e.value for e in second.error]
    assert "đã được lưu ở nơi khác" in message
    assert slider(opened(kich_ban=str(saved.id)), "NT").value == 95
    assert slider(second, "XH").value == 150
    second.button(key="mp_open_anew").click()
    sound(second.run())
    assert slider(second, "NT").value == 95
    assert slider(second, "XH").value != 150
    slider(second, "XH").set_value(140).run()
    for _time in range(2):
        second.button(key="mp_save").click()
        sound(second.run())
    assert slider(opened(kich_ban=str(saved.id)), "XH").value == 140


def test_moved_sliders_stand_in_the_address_and_are_read_from_it() -> None:
    page = opened()
    start = slider(page, "XH").value
    slider(page, "NT").set_value(69).run()
    slider(page, "XH").set_value(150).run()
    assert page.query_params["diem"] in ("NT:69,XH:150", ["NT:69,XH:150"])
    again = opened(diem="NT:69,XH:150")
    assert (slider(again, "NT").value, slider(again, "XH").value) == (69, 150)
    assert answer(again) == answer(page)
    assert warnings(again) == []
    slider(page, "XH").set_value(start).run()
    assert page.query_params["diem"] in ("NT:69", ["NT:69"])


def test_points_that_no_slider_can_show_are_named_and_the_others_hold() -> None:
    page = opened(diem="NT:69,XH:151,YY:3,TC:-1,HT:1e309,AT")
    (sentence,) = warnings(page)
    for part in ("XH:151", "YY:3", "TC:-1", "HT:1e309", "AT"):
        assert f"`{part}`" in sentence
    assert "NT:69," not in sentence
    assert slider(page, "NT").value == 69
    assert page.query_params["diem"] in ("NT:69", ["NT:69"])


def test_the_address_of_a_saved_scenario_names_only_what_differs_from_it() -> None:
    page = opened()
    start = slider(page, "NT").value
    slider(page, "NT").set_value(69).run()
    named(page, "Một")
    assert "diem" not in page.query_params
    (saved,) = gateway_scenarios.saved()
    slider(page, "NT").set_value(start).run()
    assert page.query_params["diem"] in ("goc", ["goc"])
    again = opened(kich_ban=str(saved.id), diem="goc")
    assert slider(again, "NT").value == start
    assert "khác bản đã lưu của kịch bản «Một»" in again.info[0].value


def test_moving_like_the_others_stands_beside_standing_still() -> None:
    page = opened()
    question = gateway_outlook.question(2023)
    drawn = forecast(question, gateway_scenarios.ALIKE_DRAWS, gateway_scenarios.ALIKE_SEED)
    share = chance_text(float((drawn.ranks[:, question.history.index(our_name())] <= 15).mean()))
    said = f"Nếu tỉnh thay đổi như mặt bằng chung: khả năng khoảng {share}."
    assert said in [m.value for m in page.markdown]
    assert share != answer(page)["Khả năng giữ nhóm 15"]
    assert not any("mặt bằng chung: khả năng" in m.value for m in opened(toc_do="dung").markdown)


def test_two_scenarios_stand_side_by_side() -> None:
    page = opened()
    slider(page, "NT").set_value(90).run()
    named(page, "Một")
    slider(page, "NT").set_value(95).run()
    named(page, "Hai")
    first, second = gateway_scenarios.saved()
    page = opened(xem_kich_ban="so-sanh")
    page.multiselect(key="filter_doi-chieu").set_value([str(first.id), str(second.id)]).run()
    text = html(sound(page))
    for words in ("Đang xem", "Một", "Hai", "Khả năng trong nhóm 15"):
        assert words in text
    assert "Các bước cộng bằng đúng thay đổi" in text
    assert any("«Đang xem» sang «Một»" in heading for heading in chart_titles(page))
    assert [i.value for i in page.info] == ["Không kịch bản nào làm đơn vị nào đổi hạng."]


def test_a_link_to_compared_scenarios_outlives_their_renaming() -> None:
    page = opened()
    slider(page, "NT").set_value(90).run()
    named(page, "Một")
    page = opened(xem_kich_ban="so-sanh")
    (own,) = gateway_scenarios.saved()
    page.multiselect(key="filter_doi-chieu").set_value([str(own.id)]).run()
    assert page.query_params["doi-chieu"] == str(own.id)
    gateway_scenarios.write(lambda session: rename_scenario(session, OFFICE, own.id, own.version, "Mới", now()))
    again = opened(xem_kich_ban="so-sanh", doi_chieu=str(own.id))
    assert again.multiselect(key="filter_doi-chieu").value == [str(own.id)]
    assert "Mới" in html(again)
    # Links of earlier versions name it by its name.
    older = opened(xem_kich_ban="so-sanh", doi_chieu="Mới")
    assert older.multiselect(key="filter_doi-chieu").value == [str(own.id)]
    assert older.query_params["doi-chieu"] == str(own.id)
    assert "`Một`" in warnings(opened(xem_kich_ban="so-sanh", doi_chieu="Một"))[0]


def test_scenarios_on_other_months_say_why_they_cannot_be_explained_from_each_other() -> None:
    page = opened(thang="6")
    named(page, "Giữa năm")
    page = opened(xem_kich_ban="so-sanh", thang="12")
    page.multiselect(key="filter_doi-chieu").set_value([str(gateway_scenarios.saved()[0].id)]).run()
    (said, _movers) = [i.value for i in sound(page).info]
    assert "«Đang xem» và «Giữa năm» tính từ số liệu hoặc năm gốc khác nhau" in said


def test_the_steps_of_the_rank_lead_from_the_base_year_to_the_scenario() -> None:
    page = opened()
    slider(page, "XH").set_value(150).run()
    text = html(sound(page))
    for cause in ("Trọng số của bộ chỉ số", "Kết quả của tỉnh", "Cắt khi thẩm định", "Các tỉnh khác", "Cộng"):
        assert cause in text
    assert any("«Năm 2023» sang «Kịch bản, năm 2024»" in heading for heading in chart_titles(page))


def test_the_width_of_the_range_is_explained() -> None:
    captions = " ".join(c.value for c in opened().caption)
    assert "điểm của tỉnh đứng tại chỗ" in captions
    assert "2022-2023: " in captions
    assert "không phải dự báo" in " ".join(c.value for c in opened(toc_do="dung").caption)


def test_the_cut_must_rise() -> None:
    page = opened()
    page.number_input(key="mp_cut_low").set_value(50).run()
    assert len(warnings(sound(page))) == 1
    assert "tăng dần" in warnings(page)[0]


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("kich_ban", "999"),
        ("nam_goc", "1999"),
        ("toc_do", "bay"),
        ("xem_kich_ban", "<b>"),
        ("ky", "77"),
        ("thang", "0"),
    ],
)
def test_an_unknown_value_is_named_and_the_page_still_stands(name: str, value: str) -> None:
    page = opened(**{name: value})
    assert len(warnings(page)) == 1
    assert f"`{value}`" in warnings(page)[0]
    assert answer(page)["Tổng điểm"] == "0,7353"


def test_the_back_test_says_its_verdict() -> None:
    text = html(opened(xem_kich_ban="kiem-dinh"))
    assert text.count("Năm 2022: ") == 2
    assert text.count("Năm 2023: ") == 2
    assert "Brier" in text
