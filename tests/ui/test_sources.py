"""Sources are read by the name of their site; an address is only where a link leads."""

import pytest

from ui.sources import source_hosts, source_links, source_names

OUTSIDE = 'rel="noopener noreferrer" target="_blank"'


@pytest.mark.parametrize(
    ("source", "drawn"),
    [
        ("a.vn/b (thứ hạng)", f'<a href="https://a.vn/b" {OUTSIDE}>a.vn</a> (thứ hạng)'),
        ("http://a.vn/b", f'<a href="http://a.vn/b" {OUTSIDE}>a.vn</a>'),
        ("baomoi.net.vn (bài 1)", "baomoi.net.vn (bài 1)"),
        ("Báo cáo <b>", "Báo cáo &lt;b&gt;"),
        ("javascript:alert(1)", "javascript:alert(1)"),
        ('a.vn/"onclick=x', f'<a href="https://a.vn/&#34;onclick=x" {OUTSIDE}>a.vn</a>'),
    ],
)
def test_sources_are_links_only_where_they_are_addresses(source: str, drawn: str) -> None:
    assert source_links(source) == (drawn,)


def test_every_part_of_a_source_is_named() -> None:
    source = "dti.gov.vn/xep-hang-2022 (thứ hạng); https://bao.vn/kinh-te/1033878 (tổng điểm); Công văn số 5"
    assert source_names(source) == "dti.gov.vn (thứ hạng); bao.vn (tổng điểm); Công văn số 5"
    assert len(source_links(source)) == 3
    assert source_names("") == ""


def test_a_chart_names_the_most_frequent_sources() -> None:
    sources = ("a.vn/1; b.vn/1", "a.vn/2", "c.vn/1", "https://d.vn/1")
    assert source_hosts(sources) == "a.vn, b.vn, c.vn và 1 nguồn khác (xem bảng)"
    assert source_hosts(sources[:2]) == "a.vn, b.vn"
