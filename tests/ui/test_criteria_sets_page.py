"""The page of the criteria sets: every level, search, filter, roll-up in words; versions from Excel, side by side."""

import datetime as dt
import re
from collections.abc import Callable, Iterator
from html import unescape
from io import BytesIO

import pytest
from openpyxl import load_workbook
from openpyxl.workbook import Workbook
from streamlit.testing.v1 import AppTest

from assessment.permissions import Identity
from assessment.roles import Role
from assessment.set_storing import store_version
from criteria.model import CriteriaSet, Criterion, Level, RollUp
from criteria.workbook import to_workbook
from tests.ui.conftest import OFFICE
from tests.ui.pages import opener, sound, warnings
from ui import gateway, gateway_sets
from ui.criteria_set_view import rollup_in_words
from ui.selection import LEVELS

opened = opener("criteria_sets.py", 60)


def blocks(page: AppTest) -> dict[str, str]:
    """Texts of the criteria by code."""
    html = "".join(e.proto.body for e in page.get("html"))
    found = re.findall(r"<details.*?</details>", html, re.DOTALL)
    texts = ((re.search(r'class="code">([^<]+)<', b), unescape(re.sub(r"<[^>]+>", " ", b))) for b in found)
    return {code.group(1): text for code, text in texts if code}


@pytest.mark.parametrize("level", LEVELS)
def test_every_criterion_of_every_level(level: str) -> None:
    chosen = gateway.criteria_set(gateway.calendar()[0][0].id, LEVELS[level])
    found = blocks(opened(cap=level))
    criteria = [c for g in chosen.groups for c in g.criteria]
    assert list(found) == [c.code for c in criteria]
    for criterion in criteria:
        text = found[criterion.code]
        assert str(criterion.name) in text
        assert "Quy tắc chấm" in text
        assert "Căn cứ" in text


@pytest.mark.parametrize("level", LEVELS)
def test_no_block_holds_a_raw_value(level: str) -> None:
    raw = re.compile(r"\b(None|nan|True|False|not_applicable|public_services|rescale|ratio_of_sums|entry)\b")
    found = blocks(opened(cap=level))
    assert {code: m.group() for code, text in found.items() if (m := raw.search(text))} == {}


@pytest.mark.parametrize("words", ["dich vu cong truc tuyen", "Dịch vụ công trực tuyến", "DICH VU CONG TRUC TUYEN"])
def test_search_finds_the_same_with_and_without_diacritics(words: str) -> None:
    page = opened(cap="huyen")
    everything = blocks(page)
    page.text_input(key="tim-chi-so").set_value(words).run()
    found = blocks(sound(page))
    expected = {
        code for code, text in everything.items() if "dịch vụ công trực tuyến" in " ".join(text.lower().split())
    }
    assert found
    assert set(found) <= expected


def test_search_by_code_stands_at_the_start_of_a_word() -> None:
    found = blocks(opened(cap="huyen", tim_chi_so="NT.1"))
    assert "NT.1" in found
    assert [code for code in found if not code.startswith("NT.1")] == []


def test_search_without_a_result_says_so() -> None:
    page = opened(tim_chi_so="<script>alert(1)</script>")
    assert blocks(page) == {}
    assert "Không có chỉ số thành phần nào khớp" in page.info[0].value


@pytest.mark.parametrize("level", LEVELS)
def test_groups_together_are_the_whole_set(level: str) -> None:
    page = opened(cap=level)
    everything = list(blocks(page))
    chosen = gateway.criteria_set(gateway.calendar()[0][0].id, LEVELS[level])
    found: list[str] = []
    for group in chosen.groups:
        page.selectbox(key="filter_nhom").select(group.code).run()
        found += blocks(sound(page))
    assert found == everything


def test_search_and_group_hold_together() -> None:
    page = opened(cap="huyen", nhom="CQ", tim_chi_so="ty le")
    found = blocks(page)
    assert {code.split(".")[0] for code in found} <= {"CQ"}


def test_a_set_switched_shows_the_other_sets_criteria() -> None:
    page = opened(cap="so")
    departments = blocks(page)
    page.button_group(key="filter_cap").set_value("huyen").run()
    districts = blocks(sound(page))
    assert departments.keys() != districts.keys()
    assert [c for c in departments.keys() & districts.keys() if departments[c] == districts[c]] != list(districts)


def test_every_roll_up_of_the_province_is_said_in_words() -> None:
    found = blocks(opened(cap="tinh"))
    for criterion in _rolled():
        assert criterion.rollup is not None
        assert rollup_in_words(criterion.rollup) in " ".join(found[criterion.code].split())


def _rolled() -> Iterator[Criterion]:
    chosen = gateway.criteria_set(gateway.calendar()[0][0].id, "province")
    return (c for g in chosen.groups for c in g.criteria if c.rollup)


@pytest.mark.parametrize(
    ("how", "weight", "said"),
    [
        ("entry", None, "nhập ở cấp tỉnh"),
        ("ratio_of_sums", None, "tổng a chia tổng b của: A.1, B.2"),
        ("sum", None, "tổng số liệu của: A.1, B.2"),
        ("share_meeting", None, "tỷ lệ đơn vị đạt yêu cầu trong: A.1, B.2"),
        ("mean", "units", "trung bình (mỗi đơn vị tính một lần) của: A.1, B.2"),
    ],
)
def test_each_way_of_rolling_up_has_its_words(how: str, weight: str | None, said: str) -> None:
    rollup = RollUp.model_construct(how=how, sources=("A.1", "B.2"), weight=weight)
    assert rollup_in_words(rollup) == said


@pytest.mark.parametrize(
    ("name", "value"), [("cap", "abc"), ("ky", "999"), ("nhom", "QQ"), ("nhom", "<script>alert(1)</script>")]
)
def test_an_unknown_value_is_named_and_the_page_still_stands(name: str, value: str) -> None:
    page = opened(**{name: value})
    assert len(warnings(page)) == 1
    assert f"`{value}`" in warnings(page)[0]
    assert len(blocks(page)) > 50


# Versions: from Excel, side by side

NOON = dt.datetime(2024, 12, 2, 5, 0, tzinfo=dt.UTC)
XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
Change = Callable[[Workbook], object]


def district() -> CriteriaSet:
    """The district set in use."""
    return gateway.criteria_set(gateway.calendar()[0][0].id, "district")


def put(book: Workbook, sheet: str, row: str, column: str, value: object) -> None:
    """Change the cell of the row that holds a text."""
    place = book[sheet]
    line = next(cells[0].row for cells in place.iter_rows(min_row=4) if row in [c.value for c in cells])
    place.cell(line, next(c.column for c in place[3] if c.value == column)).value = value


def changed(version: str, *changes: Change) -> bytes:
    """The workbook of the district set under another version, after changes."""
    book = load_workbook(BytesIO(to_workbook(district())))
    put(book, "Thông tin chung", "Phiên bản", "Giá trị", version)
    for change in changes:
        change(book)
    content = BytesIO()
    book.save(content)
    return content.getvalue()


def weigh(points: float) -> Change:
    """NT.1 counts so many points."""
    return lambda book: put(book, "Chỉ số", "NT.1", "Điểm tối đa", points)


def uploaded(content: bytes, name: str = "bộ mới.xlsx", **address: str) -> AppTest:
    """The import view after an upload."""
    page = opened(**{"xem": "nhap", "cap": "huyen", **address})
    page.file_uploader(key="set_file").set_value((name, content, XLSX)).run()
    assert [e.message for e in page.exception] == []
    return page


def text_of(page: AppTest) -> str:
    """Everything that stands in the page's HTML, as text."""
    html = "".join(e.proto.body for e in page.get("html") if not e.proto.body.startswith("<style>"))
    return " ".join(unescape(re.sub(r"<[^>]+>", " ", html)).split())


def versions(level: Level = "district") -> list[tuple[str, tuple[str, ...]]]:
    """Stored versions of a level with the periods that use them."""
    return [(s.stored.version, s.periods) for s in gateway_sets.stored(level)]


@pytest.mark.parametrize("level", LEVELS)
def test_import_view_before_an_upload(level: str) -> None:
    page = opened(xem="nhap", cap=level)
    assert len(page.file_uploader) == 1
    assert [b.label for b in page.get("download_button")] == ["Tải mẫu để sửa và nhập lại (Excel)"]
    assert blocks(page) == {}


def test_a_bad_workbook_is_told_by_sheet_row_and_column_and_nothing_is_stored() -> None:
    before = versions()
    page = uploaded(changed("9.1", weigh(-3), lambda book: put(book, "Chỉ số", "NT.2", "Điểm tối đa", "mười")))
    assert [e.value for e in page.error] == ["Tệp có 2 lỗi nên chưa lưu gì. Hãy sửa trong Excel rồi tải lên lại."]
    text = text_of(page)
    assert "Chỉ số 4 Điểm tối đa Điểm tối đa −3 âm" in text
    assert "Chỉ số 5 Điểm tối đa «mười» không phải là số" in text
    assert "set_save" not in [b.key for b in page.button]
    assert versions() == before


@pytest.mark.parametrize(
    ("content", "words"),
    [(b"", "không phải là tệp Excel"), (b"id: x", "không phải là tệp Excel"), (bytes(5_000_001), "lớn hơn 5 MB")],
)
def test_what_is_no_workbook_is_refused_in_a_sentence(content: bytes, words: str) -> None:
    page = uploaded(content)
    assert len(page.error) == 1
    assert words in text_of(page)


def test_a_sound_workbook_says_what_it_changes_and_who_moves() -> None:
    page = sound(uploaded(changed("9.2", weigh(30))))
    text = text_of(page)
    assert "Phiên bản đổi từ «1.1» thành «9.2»." in text
    assert "Điểm tối đa đổi từ 1,5 thành 30." in text
    assert page.metric[0].value == "8"
    assert "hạng theo bản cũ và theo bản mới" in text
    assert re.search(r"[▲▼] \d", text)
    assert "NT.1 +" in text


def test_the_same_content_says_that_it_is_stored_and_moves_nobody() -> None:
    page = sound(uploaded(to_workbook(district())))
    assert [s.value for s in page.success][-1] == "Hai bản giống nhau về nội dung."
    assert "Phiên bản này đã lưu ngày" in page.success[1].value
    assert "Không có cơ quan, đơn vị nào đổi hạng." in [i.value for i in page.info]
    assert "set_save" not in [b.key for b in page.button]


def test_saved_compared_and_never_changed() -> None:
    content = changed("9.3", weigh(30))
    page = uploaded(content)
    page.button(key="set_save").click().run()
    assert "chưa dùng cho kỳ nào" in sound(page).success[1].value
    assert any("hai người khác nhau" in c.value for c in page.caption)
    assert ("9.3", ()) in versions()

    compared = opened(xem="so-sanh", cap="huyen", ban_moi="district-2024/9.3")
    text = text_of(compared)
    assert "district-2024 9.3 bộ tham chiếu, không phải bộ chính thức" in text
    assert "đã lưu, chưa dùng cho kỳ nào" in text
    assert "Điểm tối đa đổi từ 1,5 thành 30." in text
    assert district().version == "1.1"

    other = uploaded(changed("9.3", weigh(31)))
    assert any("đã lưu với nội dung khác (1 điểm khác nhau)" in w for w in warnings(other))
    assert "set_save" not in [b.key for b in other.button]


def test_two_presses_on_one_version_end_in_a_sentence() -> None:
    first, second = uploaded(changed("9.4", weigh(30))), uploaded(changed("9.4", weigh(31)))
    first.button(key="set_save").click().run()
    second.button(key="set_save").click().run()
    assert [e.message for e in second.exception] == []
    assert len(second.error) == 1
    assert "đã lưu với nội dung khác" in second.error[0].value
    assert [v for v, _periods in versions()].count("9.4") == 1


def test_a_file_stays_chosen_while_the_reader_looks_elsewhere() -> None:
    page = uploaded(changed("9.5", weigh(30)))
    page.button_group(key="filter_xem").set_value("tra-cuu").run()
    assert len(blocks(sound(page))) > 50
    page.button_group(key="filter_xem").set_value("nhap").run()
    assert "Điểm tối đa đổi từ 1,5 thành 30." in text_of(sound(page))
    assert any("bộ mới.xlsx" in c.value for c in page.caption)
    page.button(key="set_file_drop").click().run()
    assert "Điểm tối đa đổi" not in text_of(sound(page))


def test_a_file_of_another_level_is_compared_with_that_level() -> None:
    page = sound(uploaded(to_workbook(gateway.criteria_set(gateway.calendar()[0][0].id, "commune"))))
    assert any("bộ chỉ số của cấp xã" in i.value for i in page.info)
    assert page.metric[0].value == "82"


def renamed(book: Workbook) -> None:
    """NT.1 is called NT.99."""
    for sheet in ("Chỉ số", "Số liệu đầu vào", "Bậc và lựa chọn"):
        for cells in book[sheet].iter_rows(min_row=4):
            for cell in cells:
                if cell.value == "NT.1":
                    cell.value = "NT.99"


def test_a_renamed_criterion_is_lost_until_its_codes_are_paired() -> None:
    page = sound(uploaded(changed("9.6", renamed)))
    assert "NT.99" in text_of(page)
    assert "bộ cũ không có" in text_of(page)
    page.selectbox(key="rename_old").select("NT.1")
    page.selectbox(key="rename_new").select("NT.99")
    page.button(key="rename_add").click().run()
    assert page.query_params["doi-ma"] in (["NT.1:NT.99"], "NT.1:NT.99")
    assert "bộ cũ không có" not in text_of(sound(page))
    assert "Không có cơ quan, đơn vị nào đổi hạng." in [i.value for i in page.info]
    page.button(key="rename_drop_0").click().run()
    assert "bộ cũ không có" in text_of(sound(page))


@pytest.mark.parametrize("pairs", ["NT.1:KHONG", "a", ":::,,", "NT.1:NT.2,NT.3:NT.2"])
def test_pairs_of_the_address_that_do_not_fit_are_told_and_left_out(pairs: str) -> None:
    page = sound(uploaded(changed("9.7", weigh(30)), doi_ma=pairs))
    assert page.metric[0].value == "8"
    assert len(warnings(page)) == (pairs.startswith("NT"))


@pytest.mark.parametrize("level", ["so", "xa", "tinh"])
def test_comparison_with_a_single_version_says_so(level: str) -> None:
    page = opened(xem="so-sanh", cap=level)
    assert "mới có một phiên bản" in page.info[0].value
    assert "Các phiên bản đã lưu" in text_of(page)


def test_the_province_is_compared_without_ranks() -> None:
    found = gateway.criteria_set(gateway.calendar()[0][0].id, "province")
    store_version(gateway.engine(), OFFICE, found.model_copy(update={"version": "9.8", "scale": 500}), NOON)
    page = opened(xem="so-sanh", cap="tinh")
    assert any("chỉ có một đơn vị" in i.value for i in page.info)
    assert "Thang điểm" in text_of(page)


@pytest.mark.parametrize("month", ["1", "6", "12"])
def test_every_month_and_all_units(month: str) -> None:
    store_version(gateway.engine(), OFFICE, district().model_copy(update={"version": "9.9", "year": 2025}), NOON)
    page = opened(xem="so-sanh", cap="huyen", ban_moi="district-2024/9.9", thang=month, hien="tat-ca")
    assert page.metric[1].value == "0"
    for unit in gateway.snapshot(gateway.calendar()[0][0].id, "district", int(month)).units:
        assert unit.name_vi in text_of(page)


def test_an_unknown_version_in_the_address_is_named() -> None:
    page = opened(xem="so-sanh", cap="huyen", ban_cu="district-2024/77")
    assert "`district-2024/77`" in warnings(page)[0]


# Release by two people

COLLEAGUE = Identity("thuong-truc", Role.DX_OFFICE, account_id=501)
LEADER = Identity("lanh-dao", Role.PROVINCE_LEADER, account_id=502)


def official(version: str) -> str:
    """Stores an official version of the district set; gives its code in the address."""
    new = district().model_copy(update={"version": version, "status": "official"})
    store_version(gateway.engine(), OFFICE, new, NOON)
    return next(str(s.id) for s in gateway_sets.stored("district") if s.stored.version == version)


def release_view(code: str) -> AppTest:
    """The view of releases at a version."""
    return opened(xem="ban-hanh", cap="huyen", phien_ban=code)


def row_of(page: AppTest, version: str) -> str:
    """The row of a version in the table of stored versions, as text."""
    text = text_of(page)
    start = text.index(f"district-2024 {version} ")
    return text[start:].split(" district-2024 ")[0]


def pressed(page: AppTest, key: str) -> AppTest:
    page.button(key=key).click().run()
    assert [e.message for e in page.exception] == []
    return page


def keys(page: AppTest) -> list[str]:
    return [key for b in page.button if (key := b.key or "").startswith("release_")]


def test_proposed_by_one_and_released_by_another(looking: Callable[[Identity], None]) -> None:
    code = official("10.1")
    looking(COLLEAGUE)
    page = release_view(code)
    assert "chính thức" in row_of(page, "10.1")
    assert "chưa ban hành, chưa đề nghị" in row_of(page, "10.1")
    assert keys(page) == ["release_propose"]
    pressed(page, "release_propose")
    assert [s.value for s in page.success] == ["Đã đề nghị ban hành."]
    assert "chưa ban hành, đã đề nghị bởi tài khoản số 501 (đã gỡ) lúc" in row_of(page, "10.1")
    # Whoever proposed it is told that somebody else must decide, and finds no button to.
    assert any("cần hai người khác nhau" in i.value for i in page.info)
    assert keys(page) == ["release_withdraw"]

    looking(LEADER)
    page = release_view(code)
    assert "release_confirm" in keys(page)
    pressed(page, "release_confirm")
    assert [s.value for s in page.success] == ["Đã ban hành; không sửa được nữa."]
    said = row_of(page, "10.1")
    assert "đã ban hành bởi tài khoản số 501 (đã gỡ) (đề nghị lúc" in said
    assert "và tài khoản số 502 (đã gỡ) (phê duyệt lúc" in said


def test_a_press_of_the_same_person_on_an_old_page_ends_in_a_sentence(looking: Callable[[Identity], None]) -> None:
    code = official("10.2")
    looking(LEADER)
    pressed(release_view(code), "release_propose")
    looking(COLLEAGUE)
    page = release_view(code)
    looking(LEADER)
    pressed(page, "release_confirm")
    assert len(page.error) == 1
    assert "chính tài khoản của bạn lập" in page.error[0].value
    assert "chưa ban hành" in row_of(page, "10.2")


def test_a_refusal_needs_a_reason_and_a_withdrawal_none(looking: Callable[[Identity], None]) -> None:
    code = official("10.3")
    looking(COLLEAGUE)
    pressed(release_view(code), "release_propose")
    looking(LEADER)
    page = release_view(code)
    page.text_area(key="release_reason").set_value("Thiếu [căn cứ](http://x)")
    next(b for b in page.button if b.label == "Từ chối").click().run()
    assert "tài khoản số 502 (đã gỡ) từ chối lúc" in row_of(sound(page), "10.3")
    assert "Thiếu [căn cứ](http://x)" in row_of(page, "10.3")
    pressed(page, "release_propose")
    pressed(page, "release_withdraw")
    assert "tài khoản số 502 (đã gỡ) đã rút đề nghị lúc" in row_of(sound(page), "10.3")


@pytest.mark.parametrize("role", [Role.ADMINISTRATOR, Role.APPRAISER])
def test_others_see_whether_but_neither_by_whom_nor_a_button(looking: Callable[[Identity], None], role: Role) -> None:
    number = f"10.4.{role.value}"
    code = official(number)
    looking(COLLEAGUE)
    pressed(release_view(code), "release_propose")
    looking(Identity("khac", role, account_id=503))
    asked = release_view(code)
    assert (keys(asked), warnings(asked)) == (
        [],
        ["Địa chỉ nêu nội dung «`ban-hanh`» không có ở màn hình này; đang hiển thị «Tra cứu»."],
    )
    said = row_of(opened(xem="so-sanh", cap="huyen"), number)
    assert said.count("chưa ban hành") == 2
    assert "tài khoản số" not in said


def test_a_level_without_an_official_version_says_how_to_bring_one(looking: Callable[[Identity], None]) -> None:
    looking(LEADER)
    page = sound(opened(xem="ban-hanh", cap="so"))
    assert "bộ tham chiếu, không ban hành" in text_of(page)
    assert "Không có phiên bản chính thức nào chờ ban hành" in page.info[0].value
    assert keys(page) == []
