"""HTML tables and receipts: what is not markup is escaped, wherever it stands."""

from html.parser import HTMLParser

import pytest
from hypothesis import given
from hypothesis import strategies as st
from markupsafe import Markup, escape

from ui.tables import STYLE, Column, definition, details, lines, link, meter, table, way

EVIL = "<script>alert('x')</script>\"'&"


class Reader(HTMLParser):
    """Collects tags, attributes and text."""

    def __init__(self) -> None:
        super().__init__()
        self.tags: list[str] = []
        self.attributes: list[tuple[str, str | None]] = []
        self.texts: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append(tag)
        self.attributes += attrs

    def handle_data(self, data: str) -> None:
        self.texts.append(data)


def read(html: Markup) -> Reader:
    reader = Reader()
    reader.feed(str(html))
    reader.close()
    return reader


@pytest.mark.parametrize("stack", [False, True])
@given(st.text(max_size=40), st.text(max_size=40), st.text(max_size=40))
def test_every_text_of_a_table_comes_back_and_nothing_becomes_a_tag(stack: bool, a: str, b: str, c: str) -> None:
    plain = read(table([Column("x", hint="y"), Column("z")], [["1", "2"]], caption="k", stack=stack))
    hostile = read(table([Column(a, hint=b), Column(c)], [[b, c]], caption=a, stack=stack))
    assert hostile.tags == plain.tags
    assert [name for name, _value in hostile.attributes if name != "title"] == [
        name for name, _value in plain.attributes if name != "title"
    ]


def test_hostile_text_is_shown_as_it_stands() -> None:
    reader = read(table([Column(EVIL, hint=EVIL)], [[EVIL]], caption=EVIL))
    assert "script" not in reader.tags
    assert reader.texts.count(EVIL) == 3
    assert [value for name, value in reader.attributes if value == EVIL] == [EVIL, EVIL]


def test_markup_in_a_cell_stays_markup() -> None:
    assert "a" in read(table([Column("x")], [[link("/phieu-diem?a=1&b=2", EVIL)]], caption="k")).tags


def test_numbers_and_empty_cells_are_written() -> None:
    assert read(table([Column("x"), Column("y")], [[7, ""]], caption="k")).texts == ["k", "x", "y", "7"]


@pytest.mark.parametrize("row", [["1"], ["1", "2", "3"]])
def test_a_row_of_another_length_is_refused(row: list[str]) -> None:
    with pytest.raises(ValueError, match="argument"):
        table([Column("x"), Column("y")], [row], caption="k")


def test_only_a_stacked_table_repeats_its_headings_in_the_cells() -> None:
    labels = lambda stack: [  # noqa: E731
        value
        for name, value in read(table([Column("Điểm")], [["1"]], caption="k", stack=stack)).attributes
        if name == "data-label"
    ]
    assert labels(True) == ["Điểm"]
    assert labels(False) == []


def test_table_is_a_named_region_reached_by_keyboard() -> None:
    attributes = read(table([Column("x")], [], caption="Bảng xếp hạng")).attributes
    assert ("aria-label", "Bảng xếp hạng") in attributes
    assert ("tabindex", "0") in attributes
    assert ("scope", "col") in attributes


def test_link_keeps_its_address() -> None:
    reader = read(link('/x?a=1&b="><script>', "y"))
    assert reader.tags == ["a"]
    assert ("href", '/x?a=1&b="><script>') in reader.attributes


def test_way_is_a_link_on_its_own_line_after_its_words() -> None:
    reader = read(way('/x?a=1&b="><script>', "y", "<b>1. "))
    assert (reader.tags, reader.texts) == (["p", "a"], ["<b>1. ", "y"])
    assert ("href", '/x?a=1&b="><script>') in reader.attributes


@pytest.mark.parametrize(
    ("fraction", "width"), [(0.0, "0.0"), (0.5, "50.0"), (1.0, "100.0"), (-1.0, "0.0"), (7.0, "100.0")]
)
def test_meter_stays_between_nothing_and_all(fraction: float, width: str) -> None:
    assert f'style="width:{width}%"' in meter(fraction, "1 / 2")


def test_meter_without_a_fraction_has_no_bar() -> None:
    assert "dti-meter" not in meter(None, EVIL)
    assert str(escape(EVIL)) in meter(None, EVIL)


def test_definition_leaves_out_what_is_empty_but_not_0() -> None:
    reader = read(definition([("a", ""), ("b", None), ("c", 0), (EVIL, EVIL)]))
    assert reader.texts == ["c", "0", EVIL, EVIL]
    assert "script" not in reader.tags


def test_details_and_lines_escape() -> None:
    assert lines([EVIL, "b"]) == escape(EVIL) + Markup("<br>b")
    reader = read(details(Markup("<b>a</b>"), lines([EVIL])))
    assert reader.tags == ["details", "summary", "b", "div"]


def test_style_speaks_of_no_other_host() -> None:
    style = STYLE.read_text(encoding="utf-8")
    assert "url(" not in style
    assert "@import" not in style
