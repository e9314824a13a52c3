"""The page of the criteria sets: every level, search, filter, roll-up in words, unknown addresses."""

import re
from collections.abc import Iterator
from html import unescape
from pathlib import Path

import pytest
from streamlit.testing.v1 import AppTest

from criteria.model import Criterion, RollUp
from ui import gateway
from ui.criteria_set_view import rollup_in_words
from ui.selection import LEVELS

PAGE = str(Path(__file__).resolve().parents[2] / "pages" / "criteria_sets.py")


def opened(**address: str) -> AppTest:
    """The page at an address; `_` in a name stands for `-`."""
    page = AppTest.from_file(PAGE, default_timeout=60)
    for name, value in address.items():
        page.query_params[name.replace("_", "-")] = value
    return sound(page.run())


def sound(page: AppTest) -> AppTest:
    assert [e.message for e in page.exception] == []
    assert [e.value for e in page.error] == []
    return page


def blocks(page: AppTest) -> dict[str, str]:
    """Texts of the criteria by code."""
    html = "".join(e.proto.body for e in page.get("html"))
    found = re.findall(r"<details.*?</details>", html, re.DOTALL)
    texts = ((re.search(r'class="code">([^<]+)<', b), unescape(re.sub(r"<[^>]+>", " ", b))) for b in found)
    return {code.group(1): text for code, text in texts if code}


def warnings(page: AppTest) -> list[str]:
    """Warnings beside the demonstration label."""
    return [w.value for w in page.warning][1:]


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
