"""The history screen as a reader uses it: the demonstration, and an office's years of different rules and units."""

import datetime as dt
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import parse_qs, urlsplit

import pytest
from openpyxl import load_workbook
from playwright.sync_api import Page, expect

from assessment.accounts import NewAccount, create_accounts
from assessment.permissions import Identity
from assessment.roles import Role
from data.settings import Settings
from data.setup import prepare_database
from tests.assessment.years import bring_in
from tests.e2e.conftest import ROOT, OpenPage, Size, Theme, by_key, check_screen, serve, wait_for_run

AGAIN = "chấm lại theo bộ rieng 2.0"


REAL = "thuong.truc.that"
"""An account of the office itself: those of the demonstration do not see its period."""


@pytest.fixture(scope="module")
def office(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[str, int]]:
    """Address of an application with three years of an office, and the period of 2025."""
    folder = tmp_path_factory.mktemp("office")
    engine = prepare_database(Settings(database_url="", dti_folder=folder), demonstration=False)
    period = [bring_in(engine, year).period.id for year in (2023, 2024, 2025)][-1]
    real = NewAccount(REAL, Role.DX_OFFICE, "Người thường trực")
    create_accounts(
        engine, Identity(None, Role.ADMINISTRATOR), [real], dt.datetime.now(dt.UTC), password="lịch sử nhiều năm"
    )
    engine.dispose()
    with serve(ROOT / "app.py", folder) as address:
        yield address, period


def _press(page: Page, name: str, option: str) -> None:
    by_key(page, f"filter_{name}").get_by_text(option, exact=True).click()
    # What is pointed at is drawn in another colour for a moment.
    page.mouse.move(0, 0)
    page.wait_for_timeout(250)
    wait_for_run(page)


def _row(page: Page, unit: str) -> list[str]:
    """The cells of a unit's row in the first table."""
    cells = "(e, unit) => [...e.querySelectorAll('tbody tr')].map(r => [...r.cells].map(c => c.innerText.trim()))"
    return next(r for r in page.locator("table.dti-table").first.evaluate(cells) if r[0] == unit)


@pytest.mark.parametrize(
    ("size", "theme", "query"),
    [
        ("wide", "light", "?khoi=huyen"),
        ("narrow", "dark", "?khoi=so&pham-vi=don-vi"),
    ],
)
def test_screen_is_sound(open_page: OpenPage, size: Size, theme: Theme, query: str) -> None:
    check_screen(open_page(f"/lich-su{query}", size=size, theme=theme), f"history-{size}-{theme}")


@pytest.mark.parametrize(("size", "theme"), [("wide", "dark"), ("narrow", "light")])
def test_a_reader_follows_a_merged_unit_through_a_change_of_rules(
    open_page: OpenPage, office: tuple[str, int], size: Size, theme: Theme, tmp_path: Path
) -> None:
    address, period = office
    page = open_page(f"/lich-su?khoi=huyen&ky={period}", size=size, theme=theme, at=address, user=REAL)
    expect(page.get_by_text("khác bộ chỉ số, không so sánh trực tiếp")).to_be_visible()
    assert _row(page, "Thành phố Phú Mỹ")[-1].startswith("100,00")
    assert "≠" in _row(page, "Thành phố Phú Mỹ")[-1]
    before, last_year = _row(page, "Huyện Long Đất")[1:3]
    assert "Huyện Long Điền: 50,00" in before
    assert "Huyện Đất Đỏ: 70,00" in last_year

    _press(page, "bo", "Thêm chấm lại bộ kỳ này")
    assert "25,00 – 55,00" in " ".join(_row(page, "Thành phố Phú Mỹ"))
    expect(page.get_by_text(f"Số liệu 12/2024 {AGAIN}")).to_be_visible()
    check_screen(page, f"history-again-{size}-{theme}")

    _press(page, "pham-vi", "Một đơn vị")
    page.goto(f"{page.url}&don-vi=753")
    wait_for_run(page)
    expect(page.get_by_role("heading", name="Huyện Long Đất")).to_be_visible()
    broken = by_key(page, "history_unit").locator(".annotation-text").first
    expect(broken).to_contain_text("khác bộ chỉ số", timeout=30_000)
    expect(page.get_by_text("sáp nhập thành Huyện Long Đất (Nghị quyết số 1256/NQ-UBTVQH15)")).to_be_visible()
    assert {k: v[0] for k, v in parse_qs(urlsplit(page.url).query).items()} == {
        "khoi": "huyen",
        "ky": str(period),
        "bo": "ky-nay",
        "pham-vi": "don-vi",
        "don-vi": "753",
    }
    check_screen(page, f"history-unit-{size}-{theme}")

    with page.expect_download() as waiting:
        by_key(page, "history_xlsx").get_by_role("button").click()
    waiting.value.save_as(tmp_path / "history.xlsx")
    book = load_workbook(tmp_path / "history.xlsx")
    assert "2024 chấm lại" in book.sheetnames
    texts = {str(cell) for line in book["2024 chấm lại"].iter_rows(values_only=True) for cell in line}
    assert {"Huyện Long Điền", "Huyện Đất Đỏ", f"Điểm {AGAIN}"} <= texts
