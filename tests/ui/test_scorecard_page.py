"""The scorecard page: every unit, every filter, what is missing, not due and not applicable, unknown addresses."""

import re
from html import unescape

import pytest
from streamlit.testing.v1 import AppTest

from assessment.rank_change import RankChange
from language import format_number, format_signed
from reports.rank_change import change_sentences
from reports.wording import points_text
from scoring.engine import CellState
from tests.ui.pages import opener, sound, warnings
from ui import gateway, gateway_robustness
from ui.receipt_view import FILTERS, chosen_receipts

opened = opener("scorecard.py", 60)
LEVELS = {"so": "department", "huyen": "district"}


def blocks(page: AppTest) -> dict[str, str]:
    """HTML of the receipts by the code of the criterion."""
    html = "".join(e.proto.body for e in page.get("html"))
    found = re.findall(r"<details.*?</details>", html, re.DOTALL)
    return {re.search(r'class="code">([^<]+)<', block).group(1): block for block in found}  # type: ignore[union-attr]


def text_of(block: str) -> str:
    return unescape(re.sub(r"<[^>]+>", " ", block))


def unit_codes(level: str) -> list[str]:
    now = gateway.snapshot(gateway.calendar()[0][0].id, level, 12)  # type: ignore[arg-type]
    return [u.code for u in now.units]


@pytest.mark.parametrize("level", LEVELS)
def test_every_unit_has_its_scorecard(level: str) -> None:
    page = opened(khoi=level)
    now = gateway.snapshot(gateway.calendar()[0][0].id, LEVELS[level], 12)  # type: ignore[arg-type]
    rows = {r.unit.code: r for r in gateway.ranking_table(now, now.lists[0].code, None).rows}
    codes = [c.code for g in now.criteria_set.groups for c in g.criteria]
    for unit in now.units:
        page.selectbox(key="filter_don-vi").select(unit.code).run()
        sound(page)
        row = rows[unit.code]
        assert page.header[0].value == unit.name_vi
        assert page.metric[0].value == format_number(row.total, 2)
        assert page.metric[1].value == f"{row.rank} / {len(rows)}"
        assert list(blocks(page)) == codes


@pytest.mark.parametrize("month", ["1", "2", "3", "6", "11", "12"])
def test_communes_through_the_year(month: str) -> None:
    page = opened(khoi="xa", thang=month, don_vi="26506")
    assert page.header[0].value == "Phường 1 (Thành phố Vũng Tàu)"
    assert warnings(page) == []


@pytest.mark.parametrize("code", FILTERS)
def test_every_filter_keeps_exactly_its_receipts(code: str) -> None:
    for unit in ("TTT", "SYT", "SGDDT"):
        page = opened(khoi="so", don_vi=unit, loc=code)
        now = gateway.snapshot(gateway.calendar()[0][0].id, "department", 12)
        card = gateway.unit_scorecard(now, now.lists[0].code, unit, None)
        expected = [r.criterion.code for r in chosen_receipts(card.receipts, code)]
        assert list(blocks(page)) == expected
        if not expected:
            assert "Không có chỉ số thành phần nào thuộc nhóm này." in [i.value for i in page.info]


def test_what_is_not_due_is_neither_0_nor_missing() -> None:
    page = opened(khoi="huyen", don_vi="747", thang="1")
    waiting = {code: b for code, b in blocks(page).items() if "chưa đến kỳ số liệu" in b}
    assert len(waiting) > 10
    assert [code for code, block in waiting.items() if '<span class="points">–</span>' not in block] == []
    assert [code for code, block in waiting.items() if 'class="dti-tag">chưa có số liệu' in block] == []


def test_what_does_not_apply_gives_its_reason_and_who_approved_it() -> None:
    page = opened(khoi="so", don_vi="TTT", loc="khong")
    found = blocks(page)
    assert "CQ.1" in found
    for block in found.values():
        assert "không áp dụng" in block
        assert re.search(r"Lý do không áp dụng\s+\S.+ \(người chấp thuận: \S.+\)", text_of(block))
        assert "Đóng góp vào tổng điểm" not in block


def test_missing_figures_are_listed_and_never_shown_as_0() -> None:
    now = gateway.snapshot(gateway.calendar()[0][0].id, "commune", 12)
    rows = gateway.ranking_table(now, now.lists[0].code, None).rows
    unit = next(r for r in rows if r.missing)
    page = opened(khoi="xa", don_vi=unit.unit.code)
    assert "Số liệu còn thiếu" in [h.value for h in page.header]
    assert page.metric[3].value == f"{unit.missing} chỉ số"
    missing = [block for block in blocks(page).values() if 'class="dti-tag">chưa có số liệu' in block]
    assert len(missing) == unit.missing
    assert [block for block in missing if not re.search(r'<span class="points">– / [\d,]+</span>', block)] == []
    complete = next(r for r in rows if not r.missing)
    page = opened(khoi="xa", don_vi=complete.unit.code)
    assert "Số liệu còn thiếu" not in [h.value for h in page.header]


def test_no_receipt_holds_a_raw_value() -> None:
    raw = re.compile(r"\b(None|nan|True|False|inf)\b|CellState|Decimal|\d\.\d\d\b|\bself_assessed\b|\bdemonstration\b")
    for level, unit in (("so", "TTT"), ("huyen", "747"), ("huyen", "755"), ("xa", "26506")):
        found = blocks(opened(khoi=level, don_vi=unit))
        assert {code: m.group() for code, b in found.items() if (m := raw.search(text_of(b)))} == {}


def test_written_receipts_are_those_of_the_unit_and_month_on_screen() -> None:
    page = opened(khoi="huyen", don_vi="747", thang="6")
    first = blocks(page)
    page.selectbox(key="filter_don-vi").select("748").run()
    second = blocks(sound(page))
    assert first != second
    page.selectbox(key="filter_thang").select("7").run()
    assert blocks(sound(page)) != second
    page.selectbox(key="filter_thang").select("6").run()
    page.selectbox(key="filter_don-vi").select("747").run()
    assert blocks(sound(page)) == first


def test_points_in_the_lines_are_those_of_the_receipts() -> None:
    now = gateway.snapshot(gateway.calendar()[0][0].id, "district", 12)
    card = gateway.unit_scorecard(now, now.lists[0].code, "747", None)
    found = blocks(opened(khoi="huyen", don_vi="747"))
    for receipt in card.receipts:
        line = text_of(found[receipt.criterion.code].split("</summary>")[0]).split()
        if receipt.state is CellState.SCORED:
            assert line[-3:] == [points_text(receipt.points), "/", format_number(receipt.criterion.max_points, 2)]


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("khoi", "abc"),
        ("ky", "999"),
        ("thang", "13"),
        ("don_vi", "<script>alert(1)</script>"),
        ("don_vi", "747"),
        ("loc", "tat-ca"),
    ],
)
def test_an_unknown_value_is_named_and_the_page_still_stands(name: str, value: str) -> None:
    page = opened(**{name: value})
    assert len(warnings(page)) == 1
    assert f"`{value}`" in warnings(page)[0]
    assert page.header[0].value == "Ban Dân tộc"


def test_a_unit_of_another_level_gives_way_when_the_level_changes() -> None:
    page = opened(khoi="huyen", don_vi="747")
    page.button_group(key="filter_khoi").set_value("so").run()
    sound(page)
    assert page.header[0].value == "Ban Dân tộc"
    assert "don-vi" not in page.query_params


def change_of(level: str, unit: str, month: int = 12, *, year: bool = False) -> RankChange | None:
    """Why a unit moved since the month before, or since the end of the year before."""
    period = gateway.calendar()[0][0].id
    now = gateway.snapshot(period, level, month)  # type: ignore[arg-type]
    then = gateway.year_before(period) if year else gateway.before(period, month)
    return gateway_robustness.unit_rank_change(
        now,
        now.lists[0].code,
        unit,
        gateway.compared_with(then, level),  # type: ignore[arg-type]
    )


def change_rows(page: AppTest) -> list[list[str]]:
    """Texts of the cells of the table of causes."""
    (block,) = [e.proto.body for e in page.get("html") if "Nguyên nhân, theo thứ tự" in e.proto.body]
    lines = re.findall(r"<tr>(.*?)</tr>", block.partition("<tbody>")[2], re.DOTALL)
    return [[text_of(c).strip() for c in re.findall(r"<td.*?</td>", line, re.DOTALL)] for line in lines]


@pytest.mark.parametrize("level", ["department", "district", "commune"])
@pytest.mark.parametrize("year", [False, True])
def test_why_the_rank_moved_adds_up_for_every_unit(level: str, year: bool) -> None:
    period = gateway.calendar()[0][0].id
    now = gateway.snapshot(period, level, 12)  # type: ignore[arg-type]
    moment = gateway.year_before(period) if year else gateway.before(period, 12)
    then = gateway.compared_with(moment, level)  # type: ignore[arg-type]
    for row in gateway.ranking_table(now, now.lists[0].code, then).rows:
        change = change_of(level, row.unit.code, year=year)
        assert change is not None
        assert (change.start_rank, change.end_rank) == (row.previous_rank, row.rank)
        assert (change.start_total, change.end_total) == (row.previous_total, row.total)
        assert sum(s.places for s in change.steps) == row.movement
        assert round(sum(s.points for s in change.steps), 9) == round(change.end_total - change.start_total, 9)


@pytest.mark.parametrize(("level", "unit"), [("so", "TTT"), ("huyen", "747"), ("xa", "26506")])
@pytest.mark.parametrize("compare", ["thang", "nam"])
def test_why_the_rank_moved_stands_on_the_scorecard(level: str, unit: str, compare: str) -> None:
    page = opened(khoi=level, don_vi=unit, so_voi=compare)
    change = change_of({**LEVELS, "xa": "commune"}[level], unit, year=compare == "nam")
    assert change is not None
    assert "Vì sao hạng thay đổi" in [h.value for h in page.header]
    html = unescape("".join(e.proto.body for e in page.get("html")))
    assert [text for text in change_sentences(change) if f"<li>{text}</li>" not in html] == []
    *steps, together = change_rows(page)
    assert [line[0] for line in steps] == [
        "Bộ chỉ số",
        "Nội dung không áp dụng",
        "Kết quả của đơn vị",
        "Các đơn vị khác",
    ]
    assert [line[1:5] for line in steps] == [
        [format_signed(s.points, 2), format_signed(s.places), format_number(s.total, 2), str(s.rank)]
        for s in change.steps
    ]
    assert together[:5] == [
        "Cộng",
        format_signed(change.end_total - change.start_total, 2),
        format_signed(change.start_rank - change.end_rank),
        format_number(change.end_total, 2),
        str(change.end_rank),
    ]
    assert page.metric[0].value == together[3]
    assert page.metric[1].value.startswith(f"{change.end_rank} / ")


def test_the_first_month_has_nothing_to_compare_the_rank_with() -> None:
    first = gateway.calendar()[-1][0]
    page = opened(ky=str(first.id), thang="12", so_voi="nam")
    assert any("không so sánh được" in i.value for i in page.info)


def test_links_at_the_top_lead_to_headings_of_the_page() -> None:
    page = opened(khoi="huyen", don_vi="747")
    html = "".join(e.proto.body for e in page.get("html"))
    found = re.findall(r'href="#([^"]+)"', html)
    assert found[-2:] == ["viec-tang-diem", "dien-giai"]
    assert set(found) <= {h.proto.anchor for h in page.header}


def test_the_steps_that_take_least_stand_beside_those_that_bring_most() -> None:
    page = opened(khoi="huyen", don_vi="747")
    assert "Nguồn lực" not in steps_block(page, "của tổng điểm, nhiều nhất trước")
    page.button_group(key="filter_xep-viec").set_value("nguon-luc").run()
    assert page.query_params["xep-viec"] in ("nguon-luc", ["nguon-luc"])
    block = steps_block(sound(page), "trên một ngày công, nhiều nhất trước")
    # Nobody has written an effort yet: every one is marked, and the rule is said.
    assert block.count("<tr>") - 1 == block.count(">mặc định<") == 10
    assert any("20 ngày công cho toàn bộ điểm" in c.value for c in page.caption)
    rates = [float(r.replace(",", ".")) for r in re.findall(r">([\d,]+)</td></tr>", block)]
    assert len(rates) == 10
    assert rates == sorted(rates, reverse=True)


def steps_block(page: AppTest, words: str) -> str:
    """The table of the steps."""
    (block,) = [e.proto.body for e in page.get("html") if f"{words}</caption>" in e.proto.body]
    return block


def test_small_denominators_are_explained_once_and_marked_at_their_criteria() -> None:
    now = gateway.snapshot(gateway.calendar()[0][0].id, "commune", 12)
    cards = (gateway.unit_scorecard(now, now.lists[0].code, unit.code, None) for unit in now.units)
    card = next(card for card in cards if sum(bool(r.small_denominators) for r in card.receipts) > 1)
    codes = [r.criterion.code for r in card.receipts if r.small_denominators]
    page = opened(khoi="xa", don_vi=card.place.unit.code)
    said = [c.value for c in page.caption if "Mẫu số dưới 30" in c.value]
    assert len(said) == 1
    assert f"ở {len(codes)} chỉ số, mang nhãn «b < 30»: {', '.join(codes)}. " in said[0]
    assert [code for code, block in blocks(page).items() if ">b &lt; 30<" in block] == codes
    assert "thay đổi nhiều" not in text_of("".join(blocks(page).values()))


def test_a_rank_that_may_change_says_why() -> None:
    now = gateway.snapshot(gateway.calendar()[0][0].id, "commune", 12)
    rows = gateway.ranking_table(now, now.lists[0].code, None).rows
    row = next(r for r in rows if r.missing and not r.settled)
    page = opened(khoi="xa", don_vi=row.unit.code)
    (said,) = [i.value for i in page.info if "Hạng có thể nằm trong khoảng" in i.value]
    assert f"Lý do: đơn vị chưa có số liệu của {', '.join(row.missing_codes)}" in said


def test_what_main_indices_bring_stands_above_the_receipts() -> None:
    page = opened(khoi="so", don_vi="BDT")
    (block,) = [e.proto.body for e in page.get("html") if "Từ điểm đạt được đến tổng điểm" in e.proto.body]
    cells = [text_of(c).strip() for c in re.findall(r"<td.*?</td>", block, re.DOTALL)]
    assert cells[-1] == page.metric[0].value
    brought = [float(c.replace(",", ".").replace("−", "-")) for c in cells[3:-4:4]]
    assert sum(brought) == pytest.approx(float(cells[-1].replace(",", ".")), abs=0.05)
