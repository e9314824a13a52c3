"""A new version of a criteria set as the office brings it: out to Excel, back with faults, back sound, stored, compared."""

import datetime as dt
from pathlib import Path
from typing import Any

import pytest
from openpyxl import Workbook, load_workbook
from playwright.sync_api import Page, expect

from assessment.accounts import NewAccount, create_accounts
from assessment.permissions import Identity
from assessment.roles import Role
from data.database import make_engine
from data.settings import Settings
from tests.e2e.conftest import OpenPage, Size, Theme, by_key, check_screen, settle, wait_for_run
from tests.e2e.test_criteria_sets import english_names
from tests.e2e.test_ranking import download, press, query


def put(book: Workbook, sheet: str, row: str, column: str, value: object) -> None:
    """Type into the cell of the row that holds a text."""
    place: Any = book[sheet]
    line = next(cells[0].row for cells in place.iter_rows(min_row=4) if row in [c.value for c in cells])
    place.cell(line, next(c.column for c in place[3] if c.value == column)).value = value


def upload(page: Page, file: Path) -> None:
    """Choose a file on the import view."""
    by_key(page, "set_file").locator("input[type=file]").set_input_files(file)
    expect(by_key(page, "set_file").get_by_text(file.name)).to_be_visible()
    settle(page)


def table(page: Page, caption: str) -> list[list[str]]:
    """Texts of the table with this caption."""
    cells = "e => [...e.querySelectorAll('tbody tr')].map(r => [...r.cells].map(c => c.innerText.trim()))"
    return page.locator("table.dti-table", has=page.locator("caption", has_text=caption)).evaluate(cells)


def test_a_version_goes_out_and_comes_back(open_page: OpenPage, tmp_path: Path) -> None:
    page = open_page("/bo-chi-so?cap=huyen")
    first = tmp_path / "bo-huyen.xlsx"
    download(page, "criteria_set_form_xlsx").save_as(first)

    press(page, "xem", "Nhập từ Excel")
    book = load_workbook(first)
    put(book, "Thông tin chung", "Phiên bản", "Giá trị", "2.0")
    put(book, "Chỉ số", "NT.1", "Điểm tối đa", "ba mươi")
    put(book, "Chỉ số", "NT.2", "Cách chấm", "Tính đại")
    bad = tmp_path / "bo-huyen-sai.xlsx"
    book.save(bad)
    upload(page, bad)
    expect(page.get_by_text("nên chưa lưu gì")).to_be_visible()
    faults = table(page, "Lỗi theo trang, dòng và cột")
    assert ["Chỉ số", "4", "Điểm tối đa"] in [fault[:3] for fault in faults]
    assert ["Chỉ số", "5", "Cách chấm"] in [fault[:3] for fault in faults]
    check_screen(page, "set-import-faults-wide-light", english_names("huyen"))

    put(book, "Chỉ số", "NT.1", "Điểm tối đa", 30)
    rule = next(c.value for c in load_workbook(first)["Chỉ số"][5] if c.value and c.column == 6)
    put(book, "Chỉ số", "NT.2", "Cách chấm", rule)
    good = tmp_path / "bo-huyen-moi.xlsx"
    book.save(good)
    by_key(page, "set_file").get_by_role("button", name="Bỏ").first.click()
    settle(page)
    upload(page, good)
    expect(page.get_by_text("Tệp đúng mẫu")).to_be_visible()
    code, _name, said = table(page, "NT Nhận thức số")[0]
    assert (code, said) == ("NT.1", "Điểm tối đa đổi từ 1,5 thành 30.")
    movers = table(page, "hạng theo bản cũ và theo bản mới")
    assert movers
    assert all(row[0] != row[1] for row in movers)
    check_screen(page, "set-import-sound-wide-light", english_names("huyen"))
    assert download(page, "set_yaml_yaml").suggested_filename == "mau-bo-chi-so_district-2024_2-0.yaml"

    by_key(page, "set_save").get_by_role("button").click()
    settle(page)
    expect(page.get_by_text("Phiên bản này đã lưu ngày")).to_be_visible()
    expect(page.get_by_text("hai người khác nhau")).to_be_visible()

    press(page, "xem", "So sánh phiên bản")
    stored = table(page, "Các phiên bản đã lưu")
    assert [row[1] for row in stored] == ["2.0", "1.1"]
    assert stored[0][4] == "đã lưu, chưa dùng cho kỳ nào"
    assert table(page, "hạng theo bản cũ và theo bản mới") == movers
    assert query(page)["xem"] == "so-sanh"
    file = download(page, "set_change_xlsx")
    assert file.suggested_filename.startswith("TRINH-DIEN_thay-doi-bo-chi-so")
    names = load_workbook(file.path().open("rb")).sheetnames
    assert names == ["Thứ hạng", "Nguyên nhân", "Tác động", "Khác nhau", "Số liệu chuyển sang"]
    for size, theme in (("wide", "dark"), ("narrow", "light"), ("narrow", "dark")):
        _sound(open_page, size, theme)


def release_of(page: Page, version: str) -> str:
    """What the table of stored versions says of the release of one."""
    return next(row[-1] for row in table(page, "Các phiên bản đã lưu") if row[1] == version)


def test_an_official_version_is_released_by_two_people(
    open_page: OpenPage, server: str, server_folder: Path, tmp_path: Path
) -> None:
    engine = make_engine(Settings(database_url="", dti_folder=server_folder).url)
    wanted = [
        NewAccount("van-phong", Role.DX_OFFICE, "Người đề nghị"),
        NewAccount("lanh-dao", Role.PROVINCE_LEADER, "Người phê duyệt"),
    ]
    maker = Identity(None, Role.ADMINISTRATOR)
    create_accounts(engine, maker, wanted, dt.datetime.now(dt.UTC), password="hai người ban hành một bộ")
    engine.dispose()
    page = open_page("/bo-chi-so?cap=so", user="van-phong")
    file = tmp_path / "bo-so.xlsx"
    download(page, "criteria_set_form_xlsx").save_as(file)
    book = load_workbook(file)
    put(book, "Thông tin chung", "Phiên bản", "Giá trị", "3.0")
    put(book, "Thông tin chung", "Tình trạng", "Giá trị", "Chính thức")
    book.save(file)
    press(page, "xem", "Nhập từ Excel")
    upload(page, file)
    by_key(page, "set_save").get_by_role("button").click()
    settle(page)
    press(page, "xem", "Ban hành")
    assert release_of(page, "3.0") == "chưa ban hành, chưa đề nghị"
    assert release_of(page, "1.1") == "bộ tham chiếu, không ban hành"
    by_key(page, "release_propose").get_by_role("button").click()
    expect(page.get_by_text("Đã đề nghị ban hành.")).to_be_visible()
    # Whoever proposed finds no button to confirm, but why.
    expect(page.get_by_text("chính tài khoản của bạn lập")).to_be_visible()
    expect(page.get_by_role("button", name="Phê duyệt ban hành")).to_have_count(0)
    assert release_of(page, "3.0").startswith("chưa ban hành, đã đề nghị bởi van-phong – ")
    check_screen(page, "set-release-proposed-wide-light", english_names("so"))

    leader = open_page("/bo-chi-so?cap=so&xem=ban-hanh", user="lanh-dao", size="narrow", theme="dark")
    check_screen(leader, "set-release-narrow-dark", english_names("so"))
    by_key(leader, "release_confirm").get_by_role("button").click()
    expect(leader.get_by_text("Đã ban hành; không sửa được nữa.")).to_be_visible()
    said = release_of(leader, "3.0")
    assert said.startswith("đã ban hành bởi van-phong – ")
    assert "và lanh-dao – " in said
    # What nobody may release any more is not offered either.
    page.reload()
    wait_for_run(page)
    assert release_of(page, "3.0") == said
    expect(page.get_by_role("button", name="Đề nghị ban hành")).to_have_count(0)


def _sound(open_page: OpenPage, size: Size, theme: Theme) -> None:
    """The comparison holds at another size and theme; blocks are opened to be looked at."""
    page = open_page("/bo-chi-so?cap=huyen&xem=so-sanh&hien=tat-ca", size=size, theme=theme)
    expect(page.locator("table caption", has_text="hạng theo bản cũ")).to_be_visible()
    page.locator("details.dti-details").evaluate_all("all => all.forEach((e) => { e.open = true; })")
    check_screen(page, f"set-compare-{size}-{theme}", english_names("huyen"))


@pytest.mark.parametrize(("size", "theme"), [("narrow", "dark"), ("wide", "dark")])
def test_import_view_is_sound(open_page: OpenPage, size: Size, theme: Theme) -> None:
    page = open_page("/bo-chi-so?cap=xa&xem=nhap", size=size, theme=theme)
    check_screen(page, f"set-import-{size}-{theme}", english_names("xa"))
