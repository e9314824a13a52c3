"""The 63 provinces: codes, spellings, the tile map, and that the published tables name only them."""

from collections import Counter

import pytest

from data.reference import grid_steps, published_internal_totals
from data.reference.national import (
    province_by_code,
    province_code,
    provinces,
    published_index_ranks,
    published_results,
    published_years,
    sea_tiles,
)


def test_there_are_63_each_with_its_own_cell() -> None:
    assert len(provinces()) == len(province_by_code()) == 63
    cells = [(p.tile_row, p.tile_column) for p in provinces()] + [(t.tile_row, t.tile_column) for t in sea_tiles()]
    assert len(set(cells)) == 65
    assert min(min(cell) for cell in cells) == 1
    assert all(code.isascii() and code.islower() and len(code) <= 4 for code in province_by_code())


def test_the_tile_map_is_laid_out_by_place() -> None:
    def cell(name: str) -> tuple[int, int]:
        found = province_by_code()[province_code(name) or ""]
        return found.tile_row, found.tile_column

    north_to_south = ["Hà Giang", "Hà Nội", "Thanh Hóa", "Đà Nẵng", "Khánh Hòa", "Bà Rịa - Vũng Tàu", "Cà Mau"]
    rows = [cell(name)[0] for name in north_to_south]
    assert rows == sorted(rows)
    assert len(set(rows)) == len(rows)
    west_to_east = [("Điện Biên", "Quảng Ninh"), ("Kon Tum", "Quảng Ngãi"), ("An Giang", "Bà Rịa - Vũng Tàu")]
    assert all(cell(west)[1] < cell(east)[1] for west, east in west_to_east)
    neighbours = [("Đồng Nai", "Bà Rịa - Vũng Tàu"), ("TP. Hồ Chí Minh", "Bà Rịa - Vũng Tàu")]
    assert all(sum(abs(a - b) for a, b in zip(cell(one), cell(other), strict=True)) == 1 for one, other in neighbours)


def test_the_archipelagos_lie_in_the_sea_and_belong_to_their_provinces() -> None:
    tiles = {tile.name_vi: tile for tile in sea_tiles()}
    assert set(tiles) == {"Quần đảo Hoàng Sa", "Quần đảo Trường Sa"}
    assert tiles["Quần đảo Hoàng Sa"].province == province_code("Đà Nẵng")
    assert tiles["Quần đảo Trường Sa"].province == province_code("Khánh Hòa")
    coast = max(province.tile_column for province in provinces())
    assert all(tile.tile_column > coast + 1 for tile in tiles.values())
    assert tiles["Quần đảo Hoàng Sa"].tile_row < tiles["Quần đảo Trường Sa"].tile_row


@pytest.mark.parametrize(
    ("written", "name"),
    [
        ("TP. Đà Nẵng", "Đà Nẵng"),
        ("thành phố đà nẵng", "Đà Nẵng"),
        ("Thừa Thiên - Huế", "Thừa Thiên Huế"),
        ("Huế", "Thừa Thiên Huế"),
        ("Bà Rịa-Vũng Tàu", "Bà Rịa - Vũng Tàu"),
        ("Bà Rịa – Vũng Tàu", "Bà Rịa - Vũng Tàu"),
        ("BR-VT", "Bà Rịa - Vũng Tàu"),
        ("Tỉnh Hoà Bình", "Hòa Bình"),
        ("Thành phố Hồ Chí Minh", "TP. Hồ Chí Minh"),
        ("TP.HCM", "TP. Hồ Chí Minh"),
        ("Hồ Chí Minh", "TP. Hồ Chí Minh"),
        ("Đăk Lăk", "Đắk Lắk"),
        ("Hanoi", "Hà Nội"),
        ("  ninh   thuan ", "Ninh Thuận"),
    ],
)
def test_spellings(written: str, name: str) -> None:
    code = province_code(written)
    assert code is not None
    assert province_by_code()[code].name_vi == name


@pytest.mark.parametrize("written", ["", "_TRUNG BÌNH TỈNH", "Hà", "Tỉnh", "Sài Gòn - Gia Định"])
def test_what_is_no_province(written: str) -> None:
    assert province_code(written) is None


def test_no_spelling_stands_for_two_provinces() -> None:
    for province in provinces():
        assert province_code(province.name_vi) == province_code(province.name_en) == province.code


def test_published_rows_are_complete() -> None:
    results = published_results()
    assert Counter(row["year"] for row in results) == {2020: 26, 2021: 25, 2022: 63, 2023: 15}
    assert len({(row["year"], row["province"]) for row in results}) == 129
    assert {row["province"] for row in results if row["year"] == 2022} == set(province_by_code())
    assert Counter(row["year"] for row in results if row["total"] is not None) == {2020: 4, 2021: 6, 2022: 11, 2023: 4}
    full = [row for row in results if row["index_nt"] is not None]
    assert len(full) == 5
    ours = {row["year"]: (row["rank"], row["total"]) for row in results if row["province"] == "brvt"}
    assert ours == {2022: (28, 587_800_000), 2023: (10, 735_300_000)}
    assert sum(row["pillar_cqs"] is not None for row in results) == 6


def test_every_published_row_names_its_source_in_words_of_its_own() -> None:
    rows = [*published_results(), *published_years(), *published_index_ranks()]
    assert all(str(row["source"]) and "…" not in str(row["source"]) for row in rows)
    assert {row["province"] for row in published_index_ranks()} <= set(province_by_code())


def test_index_ranks_of_our_province() -> None:
    ours = {(r["year"], r["index_code"], r["rank"]) for r in published_index_ranks() if r["province"] == "brvt"}
    assert ours == {(2022, "HT", 3), (2023, "XH", 1)}


def test_of_earlier_internal_results_only_what_is_published() -> None:
    (only,) = published_internal_totals()
    assert (only.year, only.level, only.unit_code, only.rank) == (2023, None, None, None)
    assert (only.total, only.change) == (80_100_000_000, 18_600_000_000)


def test_grid_steps_are_exact() -> None:
    assert grid_steps("0.54146") == 541_460_000
    with pytest.raises(ValueError, match="chữ số thập phân"):
        grid_steps("0.0000000001")
