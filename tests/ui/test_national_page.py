"""The national page: cold, every year in every view, filters, sources, the office's table with faults and sound."""

import csv
import io
from collections.abc import Iterator
from pathlib import Path

import openpyxl
import pytest
from streamlit.testing.v1 import AppTest

from data.setup import prepare_database
from reports.national import national_csv, national_file_name, national_workbook, office_template, score_text
from tests.data.databases import Databases
from tests.ui.pages import html, sound
from tests.ui.publishing import application_on
from ui import gateway_national
from ui.national_view import national_tiles, values_text

PAGE = str(Path(__file__).resolve().parents[2] / "pages" / "national.py")
HEADER = "year,rank,province,dti,source\n"
VIEWS = {"": 0, "khoang": 1, "o": 1, "qua-nam": 2, "chi-so": 0, "nhap": 0}


def opened(**address: str) -> AppTest:
    """The page at an address; `_` in a name stands for `-`."""
    page = AppTest.from_file(PAGE, default_timeout=60)
    for name, value in address.items():
        page.query_params[name.replace("_", "-")] = value
    return sound(page.run())


def provinces(page: AppTest) -> int:
    return html(page).count("<tr>") - 1


@pytest.fixture
def own_edition(sqlite: Databases) -> Iterator[None]:
    """A database of this test alone: what it stores is seen by no other."""
    with application_on(sqlite.copy_of(prepare_database)):
        yield


@pytest.mark.parametrize("year", ["2020", "2021", "2022", "2023"])
@pytest.mark.parametrize("view", VIEWS)
def test_every_year_in_every_view(year: str, view: str) -> None:
    page = opened(nam=year, xem=view)
    assert len(page.get("plotly_chart")) == VIEWS[view]
    assert [w.value for w in page.warning] == []
    assert [e.value for e in page.error] == []
    if view == "":
        assert provinces(page) == 63


def test_key_figures_of_2023_and_2022() -> None:
    assert [m.value for m in opened().metric] == ["10 / 63", "0,7353", "0,6783", "34 / 63", "từ 0,5000"]
    page = opened(nam="2022")
    assert [m.value for m in page.metric] == ["28 / 63", "0,5878", "0,5791", "chưa công bố", "chưa công bố"]
    assert "0,6077 – 0,6383" in html(page)
    assert "còn thiếu 0,0199 – 0,0505 điểm" in html(page)


def test_published_scores_and_bounds_are_told_apart() -> None:
    text = html(opened())
    ours = next(line for line in text.split("<tr>") if "Bà Rịa - Vũng Tàu" in line)
    assert "<strong>0,7353</strong>" in ours
    assert 'class="dot"' in ours
    assert 'href="https://baobariavungtau.com.vn/' in ours
    hue = next(line for line in text.split("<tr>") if "Thừa Thiên Huế" in line)
    assert "chưa công bố" in hue
    assert "0,7411 – 0,8340" in hue
    assert 'class="span"' in hue
    angiang = next(line for line in text.split("<tr>") if "An Giang" in line)
    assert "trong 13–63" in angiang


def test_places_that_are_left_are_said_in_words() -> None:
    notes = " ".join(c.value for c in opened().caption)
    assert "48 tỉnh chưa được công bố thứ hạng năm 2023" in notes
    assert "13–20; 22–24; 26–37; 39–63" in notes
    assert "chưa được công bố thứ hạng" not in " ".join(c.value for c in opened(nam="2022").caption)


@pytest.mark.parametrize(("words", "found"), [("vung tau", 1), ("ĐÀ NẴNG", 1), ("quang", 6), ("dak", 2), ("zz", 0)])
def test_search(words: str, found: int) -> None:
    page = opened(tim_tinh=words)
    assert (provinces(page) if found else len(page.info)) == (found or 1)


@pytest.mark.parametrize(("state", "found"), [("cong-bo", 4), ("khoang", 59), ("hang-trong", 48)])
def test_filter_by_what_is_public(state: str, found: int) -> None:
    assert provinces(opened(so_lieu=state)) == found


@pytest.mark.parametrize(
    ("order", "first"),
    [("", "Đà Nẵng"), ("ten", "An Giang"), ("cao", "Đà Nẵng"), ("thap", "Đà Nẵng"), ("rong", "An Giang")],
)
def test_every_order_keeps_every_province(order: str, first: str) -> None:
    page = opened(thu_tu=order)
    assert provinces(page) == 63
    assert first in html(page).split("<tr>")[2]


@pytest.mark.parametrize("name", ["nam", "xem", "so_lieu", "thu_tu"])
def test_an_unknown_value_is_named(name: str) -> None:
    page = opened(**{name: "<b>x</b>"})
    assert len(page.warning) == 1
    assert "`<b>x</b>`" in page.warning[0].value


def test_at_most_six_provinces_beside_ours() -> None:
    page = opened(xem="qua-nam", tinh_so_sanh="dna.hcm")
    assert page.multiselect[0].value == ["dna", "hcm"]
    page = opened(xem="qua-nam", tinh_so_sanh="dna.hcm.hue.hno.cth.lso.bdu.zz")
    assert len(page.multiselect[0].value) == 6
    assert len(page.warning) == 2


def test_what_is_not_public_of_main_indices_is_said() -> None:
    text = html(opened(xem="chi-so", nam="2023"))
    ours = next(line for line in text.split("<tr>") if "Bà Rịa - Vũng Tàu" in line)
    assert "hạng 1" in ours
    assert ours.count("chưa công bố") == 7
    assert "nhân 150, chia cho 650" in text
    assert "cấu trúc khác" in html(opened(xem="chi-so", nam="2020"))


@pytest.mark.parametrize("kind", ["hang", "diem", "thap", "cao"])
def test_the_tile_map_always_has_both_archipelagos(kind: str) -> None:
    tiles = national_tiles(gateway_national.year(2023), kind)
    assert len(tiles) == 65
    names = {tile.name for tile in tiles}
    assert {"Quần đảo Hoàng Sa (Đà Nẵng)", "Quần đảo Trường Sa (Khánh Hòa)"} <= names
    assert [tile.name for tile in tiles if tile.highlighted] == ["Bà Rịa - Vũng Tàu"]
    by_name = {tile.name: tile for tile in tiles}
    assert by_name["Quần đảo Hoàng Sa (Đà Nẵng)"].value == by_name["Đà Nẵng"].value
    cells = [(tile.row, tile.column + i) for tile in tiles for i in range(tile.span)]
    assert len(cells) == len(set(cells))


def test_a_limit_on_the_tile_map_is_never_shown_as_a_figure() -> None:
    tiles = {tile.name: tile for tile in national_tiles(gateway_national.year(2023), "thap")}
    assert (tiles["Thừa Thiên Huế"].shown, tiles["Thừa Thiên Huế"].bounded) == ("≥ 0,741", True)
    assert (tiles["Đà Nẵng"].shown, tiles["Đà Nẵng"].bounded) == ("0,8340", False)
    scores = {tile.name: tile for tile in national_tiles(gateway_national.year(2023), "diem")}
    assert scores["Thừa Thiên Huế"].value is None


@pytest.mark.parametrize(
    ("score", "text"), [(0.7353, "0,7353"), (0.5, "0,5000"), (0.54146, "0,54146"), (1.0, "1,0000")]
)
def test_scores_have_the_decimals_of_their_source(score: float, text: str) -> None:
    assert score_text(score) == text


def test_downloads_hold_origin_and_source() -> None:
    shown = gateway_national.year(2023)
    assert national_file_name(shown, "csv") == "thu-hang-toan-quoc_2023.csv"
    rows = list(csv.DictReader(io.StringIO(national_csv(shown).decode("utf-8-sig")), delimiter=";"))
    assert len(rows) == 63
    ours = next(row for row in rows if row["Tỉnh, thành phố"] == "Bà Rịa - Vũng Tàu")
    assert (ours["Hạng"], ours["Điểm công bố"], ours["Nguồn gốc"]) == ("10", "0,7353", "đã công bố")
    assert "baobariavungtau.com.vn" in ours["Nguồn"]
    hue = next(row for row in rows if row["Tỉnh, thành phố"] == "Thừa Thiên Huế")
    assert (hue["Điểm công bố"], hue["Điểm thấp nhất có thể"], hue["Điểm cao nhất có thể"]) == ("", "0,7411", "0,834")
    assert national_workbook(shown).startswith(b"PK")
    # Nobody need know the codes of pillars and main indices.
    assert ours["Thứ hạng theo chỉ số chính, trụ cột"].startswith("Hoạt động xã hội số (XH): hạng 1 (")
    assert {"Nhận thức số (NT)", "Trụ cột Xã hội số (XHS)"} <= set(ours)


def test_the_form_has_vietnamese_headings() -> None:
    (sheet,) = openpyxl.load_workbook(io.BytesIO(office_template(gateway_national.year(2023))))
    assert [c.value for c in sheet[1]] == [
        "Năm",
        "Hạng",
        "Tỉnh, thành phố",
        "Nhận thức số",
        "Thể chế số",
        "Hạ tầng số",
        "Nhân lực số",
        "An toàn thông tin mạng",
        "Hoạt động chính quyền số",
        "Hoạt động kinh tế số",
        "Hoạt động xã hội số",
        "Tổng điểm",
        "Nguồn",
    ]


def _sent(page: AppTest, rows: str) -> AppTest:
    page.file_uploader[0].set_value(("bang.csv", (HEADER + rows).encode(), "text/csv"))
    return page.run()


def test_a_table_with_faults_changes_nothing_and_names_every_place(own_edition: None) -> None:
    page = _sent(opened(xem="nhap"), "2023,64,Huế,0.75,A\n2023,13,Atlantis,7.353,A\n")
    assert "3 lỗi" in page.error[0].value
    text = html(page)
    for row, column in ((2, "rank"), (3, "province"), (3, "dti")):
        assert f'data-label="Dòng">{row}</td><td class="left" data-label="Cột">{column}</td>' in text
    assert not [b for b in page.button if b.key == "national_store"]
    assert gateway_national.year(2023).superseded == ()


def test_a_sound_table_is_compared_confirmed_and_its_origin_is_visible(own_edition: None) -> None:
    page = _sent(
        opened(xem="nhap"), "2023,3,Huế,0.7612,Báo cáo số 1\n2023,13,Hà Nam,,Báo cáo số 1\n2023,1,Đà Nẵng,,A\n"
    )
    assert [m.value for m in page.metric][-4:] == ["1", "1", "1", "0"]
    assert "Tổng điểm: chưa có → 0,7612" in html(page)
    assert "Hạng: chưa có → 13" in html(page)
    # Nothing is stored before it is confirmed.
    assert not gateway_national.year(2023).of("hue").office
    sound(page.button(key="national_store").click().run())
    assert "thêm 1 tỉnh, sửa 1 tỉnh" in page.success[0].value
    assert "Thừa Thiên Huế" in html(page)
    now = gateway_national.year(2023)
    assert (now.of("hue").low, now.of("hue").office, now.of("hue").rank) == (0.7612, True, 3)
    text = html(opened(so_lieu="nhap"))
    assert text.count("số liệu cơ quan nhập") == 2
    assert values_text(now.superseded[0].values) in text
    again = _sent(opened(xem="nhap"), "2023,3,Huế,0.7612,Báo cáo số 1\n")
    assert "không có gì khác" in again.info[0].value


def test_a_difference_that_is_out_of_date_is_not_stored(own_edition: None) -> None:
    page = _sent(opened(xem="nhap"), "2023,3,Huế,0.7612,Báo cáo số 1\n")
    other = _sent(opened(xem="nhap"), "2023,3,Huế,0.7599,Báo cáo số 2\n")
    sound(other.button(key="national_store").click().run())
    sound(page.button(key="national_store").click().run())
    assert "đã thay đổi sau khi lập bảng so sánh" in page.warning[0].value
    assert gateway_national.year(2023).of("hue").low == 0.7599
