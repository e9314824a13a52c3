"""Two processes start together on an empty PostgreSQL database, nginx before them; one dies, and nobody loses anything."""

import os
import re
from collections.abc import Iterator
from pathlib import Path

import psycopg
import pytest
from playwright.sync_api import Browser, Page, expect
from sqlalchemy import make_url

from data.database import make_engine
from data.settings import Settings
from tests.coroutines import done
from tests.data.conftest import postgres_server, shared_folder
from tests.e2e.conftest import browser_type_launch_args, settle, wait_for_run
from tests.load.failover import failed_over
from tests.load.people import PASSWORD, Clerk, make_clerks, sign_in_all
from tests.load.servers import Server, balanced, serving
from tests.load.steady import make_walks
from tests.load.walks import not_kept

__all__ = ["browser_type_launch_args", "postgres_server", "shared_folder"]
PEOPLE = 6


@pytest.fixture
def settings(postgres_server: str, tmp_path: Path) -> Iterator[Settings]:
    """A new, empty PostgreSQL database."""
    name = f"failover_{os.environ.get('PYTEST_XDIST_WORKER', 'main')}"
    with psycopg.connect(postgres_server, autocommit=True) as connection:
        connection.execute(f'CREATE DATABASE "{name}"'.encode())
    url = make_url(postgres_server).set(database=name).render_as_string(hide_password=False)
    yield Settings(database_url=url, dti_folder=tmp_path)
    with psycopg.connect(postgres_server, autocommit=True) as connection:
        connection.execute(f'DROP DATABASE "{name}" WITH (FORCE)'.encode())


@pytest.fixture
def servers(settings: Settings) -> Iterator[tuple[Server, ...]]:
    """Two processes, started together."""
    with serving(settings.dti_folder, 2, settings.database_url) as started:
        yield started


def _at_the_first(browser: Browser, address: str, clerk: Clerk) -> Page:
    """The form in the real browser of a clerk who has signed in, served by the first process."""
    context = browser.new_context(ignore_https_errors=True, locale="vi-VN")
    page = context.new_page()
    page.goto(f"{address}/dang-nhap?toi=/nhap-so-lieu?chi-so=NT%26loc-so-lieu=tat-ca")
    context.add_cookies([{"name": "dti_may", "value": "1", "url": address, "secure": True}])
    page.get_by_label("Tên đăng nhập").fill(clerk.user_name)
    page.get_by_label("Mật khẩu").fill(PASSWORD)
    page.get_by_role("button", name="Đăng nhập").click()
    wait_for_run(page)
    return page


def test_whoever_a_dead_process_served_goes_on_at_the_other(
    settings: Settings, servers: tuple[Server, ...], tmp_path: Path, browser: Browser
) -> None:
    issued = [server.log.read_text(encoding="utf-8").count("  thuongtruc ") for server in servers]
    assert sorted(issued) == [0, 1]
    engine = make_engine(settings.url)
    watched, *clerks = make_clerks(engine, PEOPLE + 1)
    with balanced(tmp_path, *servers) as address:
        page = _at_the_first(browser, address, watched)
        field = page.get_by_placeholder(re.compile("ví dụ 1")).first
        field.fill("61")
        field.press("Enter")
        expect(page.get_by_text("Đã lưu nháp lúc").first).to_be_visible()

        cookies = done(sign_in_all(address, clerks))
        for headers in cookies:
            headers["Cookie"] = headers["Cookie"].replace("dti_may=2", "dti_may=1")
        walks = make_walks(address, clerks, cookies)
        found = done(failed_over(walks, servers[0]))
        assert (found.cut, found.lost) == (PEOPLE, 0)
        # Each typed a figure that no process was there to keep.
        assert found.open >= PEOPLE
        assert not_kept(engine, walks) == []

        # The page stays as it is; the other process meets it with the next figure, and cannot know what it stood on.
        wait_for_run(page)
        expect(field).to_have_value("61")
        field.fill("62")
        field.press("Enter")
        expect(page.get_by_text("ô này là «62»; đang lưu là «61». Chưa ghi đè ô nào")).to_be_visible()
        page.get_by_role("button", name="Giữ số của tôi").click()
        settle(page)
        page.reload()
        wait_for_run(page)
        expect(field).to_have_value("62")
        page.context.close()
    engine.dispose()
