"""The tile map: unknown cells apart, letters that can be read on every colour, districts laid out by place."""

import datetime as dt
from itertools import pairwise

import pytest

from data.reference import unit_history
from data.reference.districts import district_tiles
from ui.charts import SEQUENTIAL
from ui.tile_map import Scale, Tile, _brightness, letters_on, tile_map

SCALE = Scale("Điểm", 0, 100, ((0, "0"), (100, "100")))


def test_a_cell_without_a_value_is_hatched_and_never_has_a_colour_of_the_scale() -> None:
    tiles = [
        Tile("A", "A", 1, 1, 0.0, "0"),
        Tile("B", "B", 1, 2, None, "–"),
        Tile("C", "C", 2, 1, 40.0, "≥ 40", bounded=True),
    ]
    figure = tile_map(tiles, SCALE, "chưa công bố")
    known, key, unknown, *legend = figure.data
    assert list(known.customdata[0]) == ["A", "0"]
    assert known.marker.color == (SEQUENTIAL[0], SEQUENTIAL[4])
    assert known.marker.pattern.shape == ("", ".")
    assert (key.marker.cmin, key.marker.cmax) == (0, 100)
    assert (unknown.marker.color, unknown.marker.pattern.shape) == ("rgba(0,0,0,0)", "/")
    assert [trace.name for trace in legend] == ["chưa công bố", "ô chấm: giới hạn, không phải số công bố"]


def test_everything_known_needs_no_legend() -> None:
    figure = tile_map([Tile("A", "A", 1, 1, 5.0, "5", span=2, highlighted=True)], SCALE, "chưa công bố")
    assert figure.layout.showlegend is False
    assert (figure.data[0].x[0], figure.data[0].marker.line.width[0]) == (1.5, 3.5)


@pytest.mark.parametrize(("value", "place"), [(-5, 0), (0, 0), (50, 4), (100, 9), (200, 9)])
def test_colour_of_a_value(value: float, place: int) -> None:
    assert SCALE.colour(value) == SEQUENTIAL[place]
    assert Scale("Hạng", 0, 100, (), reversed=True).colour(value) in SEQUENTIAL[9 - place : 11 - place]


def test_letters_stand_out_from_every_colour_and_lightness_alone_tells_the_steps_apart() -> None:
    for colour in SEQUENTIAL:
        light, dark = sorted((_brightness(colour), _brightness(letters_on(colour))), reverse=True)
        # WCAG 2.1, 1.4.3: 4.5 to 1.
        assert (light + 0.05) / (dark + 0.05) >= 4.5
    assert all(_brightness(a) > _brightness(b) for a, b in pairwise(SEQUENTIAL))


@pytest.mark.parametrize(
    ("day", "count"), [(dt.date(2024, 12, 31), 8), (dt.date(2025, 1, 1), 7), (dt.date(2025, 3, 1), 7)]
)
def test_every_district_has_a_cell_of_its_own(day: dt.date, count: int) -> None:
    valid = [
        unit for unit in unit_history()
        if unit.level == "district" and unit.valid_from <= day and (unit.valid_to is None or day <= unit.valid_to)
    ]  # fmt: skip
    cells = [
        (tile.row, tile.column + i)
        for tile in (district_tiles()[unit.code, unit.valid_from] for unit in valid)
        for i in range(tile.span)
    ]
    assert len(valid) == count
    assert len(cells) == len(set(cells))


def test_every_cell_belongs_to_a_district() -> None:
    assert set(district_tiles()) <= {(u.code, u.valid_from) for u in unit_history() if u.level == "district"}


def test_districts_lie_as_their_seats_do() -> None:
    old = dt.date(2020, 1, 1)
    tile = {code: district_tiles()[code, old] for code in ("747", "748", "750", "751", "752", "753", "754", "755")}
    vung_tau, ba_ria, chau_duc, xuyen_moc, long_dien, dat_do, phu_my, con_dao = tile.values()
    assert vung_tau.row > ba_ria.row > phu_my.row
    assert phu_my.column < ba_ria.column < long_dien.column < dat_do.column < xuyen_moc.column
    assert chau_duc.row < long_dien.row
    # The island lies far to the south: a row is left free above it.
    assert con_dao.row == max(t.row for t in tile.values() if t is not con_dao) + 2
    assert con_dao.column == vung_tau.column
    new = district_tiles()["753", dt.date(2025, 1, 1)]
    assert (new.row, new.column, new.span) == (long_dien.row, long_dien.column, 2)
