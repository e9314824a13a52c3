"""The real application on PostgreSQL: first start, the same figures as on SQLite, own figures, restart."""

import datetime as dt
import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import psycopg
import pytest
from playwright.sync_api import Page, expect
from sqlalchemy import make_url

from assessment.accounts import NewAccount, create_accounts
from assessment.permissions import Identity
from assessment.roles import Role
from data.database import make_engine
from data.settings import Settings
from reports.labels import demonstration_label
from tests.data.conftest import postgres_server
from tests.e2e.conftest import ROOT, OpenPage, serve

__all__ = ["postgres_server"]

REAL = "thuong.truc.that"
INPUTS = "unit,criterion,input,value\n752,NT.1,a,20\n752,NT.1,b,40\n753,NT.1,a,40\n753,NT.1,b,40\n"
SET = """
id: rieng-2024
level: district
year: 2024
version: "1.0"
scale: 100
groups:
  - code: NT
    name: Nhận thức số
    criteria:
      - {code: NT.1, name: Tỷ lệ cán bộ được bồi dưỡng, max_points: 80, rule: {type: ratio}}
      - {code: NT.2, name: Số chuyên mục, max_points: 20, rule: {type: count, full_at: 10}}
"""
"""752: 20 of 40 is 40 points; 753: 40 of 40 is 80 points; nobody reports NT.2."""


@pytest.fixture(scope="module")
def database_url(postgres_server: str) -> Iterator[str]:
    """Address of a new, empty PostgreSQL database."""
    name = f"walk_{os.environ.get('PYTEST_XDIST_WORKER', 'main')}"
    with psycopg.connect(postgres_server, autocommit=True) as connection:
        connection.execute(f'CREATE DATABASE "{name}"'.encode())
    yield make_url(postgres_server).set(database=name).render_as_string(hide_password=False)
    with psycopg.connect(postgres_server, autocommit=True) as connection:
        connection.execute(f'DROP DATABASE "{name}" WITH (FORCE)'.encode())


def _rows(page: Page) -> list[list[str]]:
    """The texts of the first table on screen."""
    cells = "e => [...e.querySelectorAll('tbody tr')].map(r => [...r.cells].map(c => c.innerText.trim()))"
    return page.locator("table.dti-table").first.evaluate(cells)


def _card(page: Page) -> tuple[list[str], list[str]]:
    """Key figures of a scorecard, and every line of its receipts."""
    figures = page.get_by_test_id("stMetricValue").all_text_contents()
    return figures, page.locator("details.dti-details > summary").all_text_contents()


def _command(url: str, folder: Path, *arguments: str) -> str:
    environment = os.environ | {"DATABASE_URL": url, "DTI_FOLDER": str(folder), "PYTHONUTF8": "1"}
    done = subprocess.run(
        [sys.executable, "-m", *arguments], cwd=ROOT, env=environment, capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stderr
    return done.stdout


def _columns_of(rows: list[list[str]], *columns: int) -> list[list[str]]:
    return [[row[column] for column in columns] for row in rows]


def test_the_application_works_on_postgresql(open_page: OpenPage, database_url: str, tmp_path: Path) -> None:
    (tmp_path / "inputs.csv").write_text(INPUTS, encoding="utf-8")
    (tmp_path / "set.yaml").write_text(SET, encoding="utf-8")
    with serve(ROOT / "app.py", tmp_path, database_url) as address:
        # The first start seeded the demonstration: the same ranks, points and receipts as on SQLite, at a month that is
        # closed, since other walks report figures on SQLite meanwhile.
        ranking, card = "/xep-hang?khoi=huyen&thang=11", "/phieu-diem?khoi=huyen&don-vi=747&thang=11"
        here = _rows(open_page(ranking, at=address))
        assert len(here) == 8
        assert here == _rows(open_page(ranking))
        there = _card(open_page(card, at=address))
        assert there[1]
        assert there == _card(open_page(card))

        # The office's own figures come in while the application runs, and the screen shows them.
        files = [str(tmp_path / "inputs.csv"), "--criteria", str(tmp_path / "set.yaml")]
        said = _command(
            database_url,
            tmp_path,
            "assessment",
            "import",
            *files,
            "--level",
            "district",
            "--year",
            "2024",
            "--month",
            "6",
        )
        own = "/xep-hang?" + said.rsplit("/xep-hang?", 1)[1].strip()
        # Accounts of the demonstration do not see it.
        engine = make_engine(Settings(database_url=database_url, dti_folder=tmp_path).url)
        real, maker = NewAccount(REAL, Role.DX_OFFICE, "Người thường trực"), Identity(None, Role.ADMINISTRATOR)
        create_accounts(engine, maker, [real], dt.datetime.now(dt.UTC), password="chạy trên máy chủ")
        engine.dispose()
        page = open_page(own, at=address, user=REAL)
        own_rows = _columns_of(_rows(page), 0, 2, 3)
        assert own_rows[:2] == [["1", "Huyện Đất Đỏ", "80,00"], ["2", "Huyện Long Điền", "40,00"]]
        expect(page.get_by_text(demonstration_label())).to_have_count(0)

    assert not (tmp_path / "dti.sqlite3").exists()
    with serve(ROOT / "app.py", tmp_path, database_url) as address:
        assert _columns_of(_rows(open_page(own, at=address, user=REAL)), 0, 2, 3) == own_rows
    # Nothing was seeded a second time.
    assert "đang có" in _command(database_url, tmp_path, "data", "demonstration", "status")
    with psycopg.connect(database_url) as connection:
        found = connection.execute("SELECT origin, count(*) FROM period GROUP BY origin ORDER BY origin").fetchall()
    assert found == [("demonstration", 2), ("office", 1)]
