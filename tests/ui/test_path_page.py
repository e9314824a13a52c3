"""The screen of the cheapest path: the answer in words, constraints in the address, out of reach, the effort table."""

import re
import time
from collections.abc import Iterator, Mapping
from decimal import Decimal
from pathlib import Path
from types import MappingProxyType

import pytest
from sqlalchemy import text
from streamlit.testing.v1 import AppTest

from data.database import read_session, write_session
from data.efforts import CeilingRecord, EffortContent, EffortLineRecord
from data.models import EffortUnit
from reports.path import efforts_workbook
from tests.ui.pages import html, sound, warnings
from ui import gateway, gateway_path
from ui.downloads import TYPES

PAGE = str(Path(__file__).resolve().parents[2] / "pages" / "path.py")
MOST_RUNS = 400
OUT_OF_REACH = {"muon": "diem", "muc-diem": "800", "du-an": "3"}


pytestmark = pytest.mark.usefixtures("few_draws")


@pytest.fixture(autouse=True)
def no_efforts() -> Iterator[None]:
    """Every test begins with the default rule alone, those of other screens too."""
    yield
    with read_session(gateway.engine()) as session:
        saved = session.scalar(text("SELECT count(*) FROM effort_table"))
    # A write makes every screen work its figures out anew.
    if saved:
        with write_session(gateway.engine()) as session:
            for table in ("effort_ceiling", "effort_line", "effort_table"):
                session.execute(text(f"DELETE FROM {table}"))


def opened(address: Mapping[str, str] = MappingProxyType({}), *, efforts: bool = False) -> AppTest:
    """The page at an address when everything is worked out. efforts: with the effort table open."""
    return whole(begun(address, efforts=efforts))


def begun(address: Mapping[str, str], *, efforts: bool = False) -> AppTest:
    """The same after its first run."""
    page = AppTest.from_file(PAGE, default_timeout=120)
    for name, value in address.items():
        page.query_params[name] = value
    if efforts:
        page.session_state["path_efforts"] = True
    return sound(page.run())


def whole(page: AppTest) -> AppTest:
    """The page after as many runs as the browser would ask for until the work is done."""
    for _run in range(MOST_RUNS):
        if not [b for b in sound(page).button if b.key == "path_cancel"]:
            return page
        # The browser waits between runs too; without it the page would take the time that the work needs.
        time.sleep(0.3)
        page.run()
    raise AssertionError("the work does not end")


def figures(page: AppTest) -> dict[str, str]:
    return {m.label: m.value for m in page.metric}


def address(page: AppTest) -> dict[str, str]:
    """What the address names now."""
    return {name: values if isinstance(values, str) else values[0] for name, values in page.query_params.items()}


def words(page: AppTest) -> str:
    """Every sentence outside of tables, with ordinary spaces."""
    parts = [*page.markdown, *page.caption, *page.success, *page.warning, *page.info]
    return " ".join(str(p.value) for p in parts).replace("\xa0", " ")


def codes(page: AppTest) -> set[str]:
    """Codes of the criteria among the steps of an answer whose only unit is the province."""
    found = re.findall(r'<td class="left" data-label="Chỉ số">([A-Z]{2}\.\d+) ', html(page))
    return set(found)


def test_the_answer_stands_in_one_sentence_and_its_figures() -> None:
    page = opened()
    # Nobody has written an effort: no success yet, and the sentence itself says so.
    assert not page.success
    (sentence,) = [i.value.replace("\xa0", " ") for i in page.info]
    found = re.fullmatch(
        r"Làm (\d+) bước ở (\d+) đơn vị, hết (\d+) ngày công \(theo mức nguồn lực mặc định, chưa được cơ quan xác nhận, "
        r"ở (\d+) trên (\d+) bước\), thì tổng điểm tăng (0,\d{4}), từ 0,7353 lên (0,\d{4}); khả năng ở trong nhóm 15 năm 2024 khoảng 50 %\.",
        sentence,
    )
    assert found
    steps, units, effort, unconfirmed, of, _gain, score = found.groups()
    assert (unconfirmed, of) == (steps, steps)
    shown = figures(page)
    assert (shown["Số bước"], shown["Nguồn lực (ngày công)"], shown["Điểm năm 2024"]) == (steps, effort, score)
    assert [m.delta for m in page.metric if m.label == "Số bước"] == [f"ở {units} đơn vị"]
    low, high = map(int, re.findall(r"\d+", shown["Khoảng của khả năng"]))
    assert low <= 50 <= high


def test_everything_that_belongs_to_an_answer_is_on_the_page() -> None:
    page = opened()
    links = re.findall(r'href="#([^"]+)"', html(page))
    assert links == ["cac-buoc", "nguon-luc-va-kha-nang", "phuong-an-khac", "can-cu"]
    assert links == [h.proto.anchor for h in page.header]
    assert [h.value for h in page.header] == [
        "Các bước theo đơn vị chủ trì",
        "Nguồn lực và khả năng",
        "Phương án thứ hai và thứ ba",
        "Căn cứ và giới hạn",
    ]
    # The calendar and the frontier.
    assert len(page.get("plotly_chart")) == 2
    for sentence in (
        "giữ được nhóm 15",
        "Rút lại điểm tối đa của các thành phần trong từng chỉ số chính 1.000 lần",
        "GIẢ ĐỊNH",
        "không phải điểm của Bộ",
        "dựa trên 4 trên 63 tổng điểm năm 2023",
        "đã được chấm lại từ số liệu của từng đơn vị",
        "Bước nào chưa có dòng riêng thì lấy mức mặc định, chưa được cơ quan xác nhận",
        "Không đặt điều kiện nào.",
    ):
        assert sentence in words(page)
    assert "3 phương án, tốt nhất xếp trước" in html(page)
    assert "mặc định" in html(page)
    assert len(page.get("download_button")) == 1
    assert warnings(page) == []


@pytest.mark.parametrize(
    ("year", "title", "question"),
    [
        ("2022", "Phương án vào nhóm 15", "vào được nhóm 15"),
        ("2023", "Phương án giữ nhóm 15", "giữ được nhóm 15"),
    ],
)
def test_title_and_question_follow_the_base_year(year: str, title: str, question: str) -> None:
    page = opened({"nam-goc": year})
    assert page.title[0].value == title
    assert question in words(page)


def test_the_chance_that_is_wished_for_is_reached_and_more_takes_more() -> None:
    efforts = []
    for share in (35, 50, 65):
        page = opened({"muc-kha-nang": str(share)})
        assert figures(page)["Khả năng nhóm 15"].replace("\xa0", " ") == f"{share} %"
        efforts.append(int(figures(page)["Nguồn lực (ngày công)"]))
    assert efforts == sorted(set(efforts))


def test_a_score_and_a_budget_are_wishes_too() -> None:
    page = opened({"muon": "diem", "muc-diem": "760"})
    assert figures(page)["Điểm năm 2024"] >= "0,7600"
    assert "Mong muốn: đạt 0,7600 điểm năm 2024." in words(page)
    page = opened({"muon": "nguon-luc", "muc-nguon-luc": "60"})
    assert int(figures(page)["Nguồn lực (ngày công)"]) <= 60
    assert "Mong muốn: nhiều điểm nhất với không quá 60 ngày công." in words(page)


def test_the_appraisal_cut_asks_for_more() -> None:
    plain, cut = (opened({"tham-dinh": code}) for code in ("", "co"))
    assert int(figures(cut)["Nguồn lực (ngày công)"]) > int(figures(plain)["Nguồn lực (ngày công)"])
    assert "Phần điểm tăng thêm bị trừ khi thẩm định từ" in words(cut)
    assert "Chưa trừ phần có thể bị giảm khi thẩm định." in words(plain)


def test_what_is_chosen_stands_in_the_address() -> None:
    page = opened({"muc-kha-nang": "35", "du-an": "30"})
    page.multiselect(key="filter_tru-chi-so").set_value(["tinh/NT.2", "tinh/NT.3"])
    page.multiselect(key="filter_bat-buoc").set_value(["tinh/TC.9"])
    whole(page.run())
    asked = address(page)
    assert {name: asked[name] for name in ("tru-chi-so", "bat-buoc", "du-an")} == {
        "tru-chi-so": "tinh/NT.2,tinh/NT.3",
        "bat-buoc": "tinh/TC.9",
        "du-an": "30",
    }
    again = opened(asked)
    assert figures(again) == figures(page)
    assert html(again) == html(page)


def test_constraints_of_the_address_hold_and_are_said() -> None:
    free = opened({"muc-kha-nang": "35"})
    assert {"NT.2", "NT.3"} <= codes(free)
    bound = opened({"muc-kha-nang": "35", "tru-chi-so": "tinh/NT.2,tinh/NT.3", "bat-buoc": "tinh/TC.9", "du-an": "30"})
    assert not {"NT.2", "NT.3"} & codes(bound)
    assert "TC.9" in codes(bound)
    assert int(figures(bound)["Nguồn lực (ngày công)"]) > int(figures(free)["Nguồn lực (ngày công)"])
    for sentence in (
        "Không làm: Cấp tỉnh: NT.2 Ban Chỉ đạo tỉnh theo dõi, đánh giá hằng tháng, Cấp tỉnh: NT.3",
        "Bắt buộc: Cấp tỉnh: TC.9",
        "Không quá 30 dự án.",
        "Điều kiện «các đơn vị, chỉ số được loại ra» làm phương án tốn thêm",
        "Điều kiện «số dự án tối đa» không làm phương án này tốn thêm.",
    ):
        assert sentence in words(bound)


def test_a_unit_that_takes_no_part_takes_no_step() -> None:
    page = opened({"muc-kha-nang": "30", "tru-don-vi": "77"})
    assert figures(page)["Số bước"] != "0"
    assert 'data-label="Chỉ số">' in html(page)
    assert "Tỉnh Bà Rịa - Vũng Tàu: " not in html(page)
    assert "Loại ra: Tỉnh Bà Rịa - Vũng Tàu." in words(page)


def test_a_wish_out_of_reach_says_how_far_one_gets_and_what_stands_in_the_way() -> None:
    page = opened(OUT_OF_REACH)
    assert not page.success
    (sentence,) = warnings(page)
    reached = re.match(
        r"Không đạt được mong muốn\. Xa nhất có thể đến (0,\d{4}) điểm, với \d+ ngày công \(theo", sentence
    )
    assert reached
    assert figures(page)["Điểm năm 2024"] == reached.group(1)
    assert figures(page)["Số bước"] == "3"
    assert "Vướng số dự án tối đa: bỏ điều kiện này thì đạt được mong muốn" in words(page)
    assert page.header[0].value == "Các bước của phương án xa nhất có thể, theo đơn vị chủ trì"
    assert "Phương án thứ hai và thứ ba" not in [h.value for h in page.header]
    # No share is worked out for a plan that does not do what is wished.
    assert "Ở lại" not in html(page)


def test_a_chance_that_is_just_missed_is_not_shown_as_reached() -> None:
    page = opened({"nam-goc": "2022"})
    assert not page.success
    (sentence,) = warnings(page)
    assert sentence.replace("\xa0", " ").endswith("khả năng ở trong nhóm 15 gần nhưng chưa tới 50 %.")
    assert figures(page)["Khả năng nhóm 15"].replace("\xa0", " ") == "dưới 50 %"


@pytest.mark.parametrize(
    ("month", "said"),
    [
        ("12", "Số liệu đã đến hết năm 2024: lịch là của một năm thực hiện, tính từ tháng 1"),
        (
            "6",
            "Số liệu đến hết tháng 6/2024: lịch là của một năm thực hiện, tính từ tháng 1. Việc làm ngay trong năm 2024",
        ),
    ],
)
def test_the_calendar_says_of_which_year_it_is(month: str, said: str) -> None:
    assert said in words(opened({"thang": month}))


def test_a_wish_beyond_every_step_says_that_no_constraint_is_to_blame() -> None:
    page = opened({"muon": "diem", "muc-diem": "1000"})
    assert "Không có điều kiện nào cản trở: làm hết các bước còn mở theo bộ chỉ số của kỳ cũng chưa đủ." in words(page)
    # Many owners: the first thirty by themselves, the rest behind one line.
    assert re.search(r"\d+ đơn vị chủ trì khác", html(page))


def test_compulsory_criteria_that_nothing_allows_leave_no_plan() -> None:
    page = opened({"bat-buoc": "xa/NT.1", "tran": "1"})
    assert not page.metric
    assert "Không có phương án nào giữ được mọi điều kiện" in warnings(page)[0]
    assert "Vướng nguồn lực tối đa của từng đơn vị" in words(page)


def test_nothing_to_do_is_said() -> None:
    page = opened({"muc-kha-nang": "5"})
    assert "Không cần thêm bước nào" in page.success[0].value
    assert figures(page)["Số bước"] == "0"


@pytest.mark.parametrize(
    ("name", "value", "said"),
    [
        ("nam-goc", "1999", "1999"),
        ("muon", "<b>", "<b>"),
        ("tham-dinh", "x", "x"),
        ("tran-thang", "?", "?"),
        ("khac", "9", "9"),
        ("tru-don-vi", "99999", "99999"),
        ("muc-kha-nang", "1e309", "1e309"),
        ("muc-kha-nang", "-5", "-5"),
        ("muc-kha-nang", "nan", "nan"),
        ("tran", "1e309", "1e309"),
        ("du-an", "10001", "10001"),
        ("tru-chi-so", "tinh/NT.2,tinh/KHONG", "tinh/KHONG"),
    ],
)
def test_an_unknown_value_is_named_and_the_page_still_stands(name: str, value: str, said: str) -> None:
    page = begun({name: value})
    (sentence,) = warnings(page)
    assert f"`{said}`" in sentence
    assert whole(page).info[0].value.startswith("Làm ")


# The effort table


def add_line(page: AppTest, amount: str, months: str = "", owner: str = "", project: str = "") -> AppTest:
    """The page after a row for the highest step of NT.2 at provincial level."""
    page.selectbox(key="effort_criterion_province").select("NT.2")
    page.selectbox(key="effort_step").select("Điểm tối đa")
    for field, value in (("amount", amount), ("months", months), ("owner", owner), ("project", project)):
        page.text_input(key=f"effort_{field}").set_value(value)
    page.button(key="effort_add_line").click()
    return page.run()


def test_a_row_of_the_office_takes_the_place_of_the_default_and_a_second_one_its_own() -> None:
    page = opened(efforts=True)
    assert "Chưa có dòng nào; mọi bước đang lấy mức mặc định." in words(page)
    page = add_line(page, "1,5", "3, 5-6", "Sở Y tế", "Dự án 1")
    assert "Đã lưu bảng nguồn lực, phiên bản 1." in words(page)
    page = whole(page)
    assert re.search(r">NT\.2 [^<]*</td>|>[^<]*NT\.2 [^<]*</td>", html(page))
    assert '<td class="right" data-label="Nguồn lực (ngày công)">1,5</td>' in html(page)
    assert '<td class="nowrap" data-label="Tháng">3, 5-6</td>' in html(page)
    # Named by its name, the owner is the department with its own block.
    assert "Sở Y tế: 1 bước, 1,5 ngày công" in html(page)
    page = whole(add_line(page, "2"))
    content = gateway_path.current_efforts().content
    assert [(line.criterion, str(line.amount), line.months, line.owner) for line in content.lines] == [
        ("NT.2", "2", None, None)
    ]


def test_a_faulty_row_is_refused_by_place_and_nothing_is_stored() -> None:
    page = add_line(opened(efforts=True), "1.234", "13")
    assert [e.message for e in page.exception] == []
    (message,) = [e.value for e in page.error]
    assert "Nguồn lực, dòng 1, cột Nguồn lực: «1.234» có thể là số nghìn hoặc số thập phân" in message
    assert "Nguồn lực, dòng 1, cột Tháng thực hiện: «13» không đọc được thành các tháng" in message
    assert gateway_path.current_efforts().edition == 0


def test_the_default_rule_and_its_measure_are_the_offices_to_change() -> None:
    before = opened()
    page = opened(efforts=True)
    page.selectbox(key="effort_measure").select("triệu đồng")
    page.text_input(key="effort_all").set_value("200")
    page.button(key="effort_save_rule").click()
    page = whole(page.run())
    assert "200 triệu đồng cho toàn bộ điểm" in words(page)
    assert figures(page)["Khả năng nhóm 15"] == figures(before)["Khả năng nhóm 15"]
    assert int(figures(page)["Nguồn lực (triệu đồng)"]) > int(figures(before)["Nguồn lực (ngày công)"])


def test_monthly_ceilings_hold_until_they_are_put_aside() -> None:
    page = opened({"muc-kha-nang": "35"}, efforts=True)
    free = figures(page)
    page.text_input(key="ceiling_months").set_value("1-12")
    page.text_input(key="ceiling_amount").set_value("1")
    page.button(key="ceiling_add").click()
    page = whole(page.run())
    assert "Giữ mức trần theo tháng của bảng nguồn lực." in words(page)
    # 12 days of work in the year are not enough.
    assert "Vướng mức trần theo tháng" in words(page)
    assert float(figures(page)["Nguồn lực (ngày công)"]) <= 12
    assert figures(opened({"tran-thang": "khong", "muc-kha-nang": "35"})) == free
    page.button(key="ceiling_clear").click()
    assert figures(whole(page.run())) == free


def test_a_ceiling_of_nobody_is_pointed_out() -> None:
    page = opened(efforts=True)
    page.text_input(key="ceiling_owner").set_value("Sở Y học")
    page.text_input(key="ceiling_months").set_value("1")
    page.text_input(key="ceiling_amount").set_value("5")
    page.button(key="ceiling_add").click()
    assert "Mức trần của Sở Y học không áp vào bước nào" in warnings(whole(page.run()))[0]


def test_the_table_goes_out_as_excel_and_comes_back() -> None:
    content = EffortContent(
        EffortUnit.MILLION_DONG,
        40,
        2,
        (4, 5, 6),
        (EffortLineRecord("province", "NT.2", "full", Decimal("7.5"), None, (3,), "Đội công nghệ số", "Dự án 1"),),
        (CeilingRecord((1, 2), Decimal("900")),),
    )
    page = opened(efforts=True)
    place = gateway_path.last_place()
    assert place is not None
    file = efforts_workbook(content, gateway_path.ground(*place).scope)
    (field,) = page.file_uploader
    field.set_value(("bang-nguon-luc.xlsx", file, TYPES["xlsx"])).run()
    page.button(key="effort_import").click()
    page.run()
    assert "Đã lưu bảng nguồn lực, phiên bản 1." in words(page)
    assert gateway_path.current_efforts().content == content
    page = whole(page)
    assert "Đội công nghệ số: 1 bước, 7,5 triệu đồng" in html(page)


def test_a_file_with_faults_changes_nothing() -> None:
    page = opened(efforts=True)
    page.file_uploader[0].set_value(("x.xlsx", b"PK\x03\x04 no", TYPES["xlsx"])).run()
    page.button(key="effort_import").click()
    page.run()
    assert [e.message for e in page.exception] == []
    assert "không phải là tệp Excel" in page.error[0].value
    assert gateway_path.current_efforts().edition == 0


def test_who_has_not_seen_the_last_edition_overwrites_nothing() -> None:
    first, second = opened(efforts=True), opened(efforts=True)
    whole(add_line(first, "3"))
    page = add_line(second, "4")
    assert "đang là phiên bản 1, bạn đã xem phiên bản 0" in page.error[0].value
    assert [str(line.amount) for line in gateway_path.current_efforts().content.lines] == ["3"]
