"""Somebody types while the database is locked, gone, or its disk full, and while an upload is cut off: nothing is lost."""

import json
import os
import socket
import subprocess
import sys
import urllib.error
import urllib.request
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import NoReturn
from urllib.parse import urlsplit

import pytest
from playwright.sync_api import BrowserContext, Page, Request, expect

from tests.e2e.conftest import (
    ROOT,
    Size,
    Theme,
    Watch,
    no_exception,
    send_cookie,
    serve,
    wait_for_run,
)
from tests.e2e.test_evidence import paper

pytestmark = pytest.mark.e2e
FORM = "/nhap-so-lieu?chi-so=NT&loc-so-lieu=tat-ca"
ITEMS = "Tin, bài, sản phẩm truyền thông về chuyển đổi số (tin, bài, sản phẩm)"
PATIENT = 90_000
"""Milliseconds: longer than a save waits for its turn."""
_AS_USER = [] if os.geteuid() == 0 else ["--user"]
OWN_DISK = ["unshare", "--mount", *(["--map-root-user"] if _AS_USER else [])]
SMALL_DISK = 'echo $$ > "$0/pid" && mount -t tmpfs -o size=160m tmpfs "$0" && exec "$@"'


@dataclass(frozen=True)
class Installation:
    """A running application on a small disk of its own, which only it sees. log: what the server wrote."""

    address: str
    folder: Path
    pid: str

    @property
    def log(self) -> str:
        """What the server has written."""
        return (self.folder / "server.log").read_text(encoding="utf-8")

    @property
    def database(self) -> Path:
        """The file of the database, as seen from here."""
        return Path(f"/proc/{self.pid}/root{self.folder}/dti.sqlite3")

    def beside(self, program: str) -> subprocess.Popen[str]:
        """A Python program that runs where the application runs, and sees its disk."""
        command = ["nsenter", "--target", self.pid, "--mount", *_AS_USER, sys.executable, "-c", program]
        variables = os.environ | {"DTI_FOLDER": str(self.folder), "PYTHONPATH": str(ROOT)}
        variables.pop("DATABASE_URL", None)
        return subprocess.Popen(command, env=variables, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)

    def told(self, program: str) -> str:
        """What such a program prints."""
        with self.beside(program) as process:
            said = process.communicate()[0]
        assert process.returncode == 0
        return said.strip()

    def opening(self) -> str:
        """The beginning of a program that opens the database."""
        return f"import sqlite3; c = sqlite3.connect({str(self.folder / 'dti.sqlite3')!r}, isolation_level=None);"

    @contextmanager
    def locked(self) -> Iterator[None]:
        """Another process writes, and goes on writing."""
        with self.beside(
            f"{self.opening()} c.execute('BEGIN IMMEDIATE'); print('locked', flush=True); input()"
        ) as other:
            assert other.stdout is not None
            assert other.stdout.readline() == "locked\n"
            yield
            other.communicate("\n")

    def health(self) -> tuple[int, dict[str, bool]]:
        """What the server says of itself."""
        try:
            with urllib.request.urlopen(f"{self.address}/suc-khoe", timeout=30) as answer:
                return answer.status, json.load(answer)
        except urllib.error.HTTPError as refused:
            return refused.code, json.load(refused)

    def fill(self) -> Path:
        """Leaves no room on the disk; gives the file that takes it."""
        # What was reserved for further changes would be written over without asking for room.
        self.told(f"{self.opening()} c.execute('PRAGMA wal_checkpoint(TRUNCATE)')")
        filler = self.database.with_name("filler")
        with pytest.raises(OSError, match="No space left"):
            _write_on(filler)
        return filler


def _write_on(path: Path) -> NoReturn:
    with path.open("wb", buffering=0) as file:
        while True:
            file.write(bytes(4096))


HEALTHY = (200, {"database": True, "writing": True, "room": True})


@pytest.fixture(scope="module")
def installation(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Installation]:
    """The real application on a small disk of its own."""
    if subprocess.run([*OWN_DISK, "true"], capture_output=True, check=False).returncode != 0:
        pytest.skip("a disk of its own needs the right to mount one")
    folder = tmp_path_factory.mktemp("small-disk")
    with serve(ROOT / "app.py", folder, within=[*OWN_DISK, "sh", "-c", SMALL_DISK, str(folder)]) as address:
        yield Installation(address, folder, (folder / "pid").read_text().strip())


@pytest.fixture(scope="module")
def token(installation: Installation) -> str:
    """The clerk is signed in."""
    imports = "from tests.signed_in import session_token; from data.settings import Settings;"
    return installation.told(f"{imports} print(session_token(Settings(), 'nhap.747'))")


@pytest.fixture
def clerk(
    installation: Installation, token: str, new_context: Callable[[Size, Theme], BrowserContext], watch: Watch
) -> Iterator[Page]:
    """The form of a unit in the browser of its clerk."""
    context = new_context("wide", "light")
    send_cookie(context, installation.address, token)
    page = context.new_page()
    watch.follow(page)
    page.goto(installation.address + FORM)
    wait_for_run(page)
    yield page
    no_exception(page)
    assert installation.health() == HEALTHY
    assert "Traceback" not in installation.log


def type_in(page: Page, text: str) -> None:
    """Types a figure, as a clerk does, without waiting for what comes of it."""
    field = page.get_by_role("textbox", name=ITEMS)
    field.fill(text)
    field.press("Enter")


def assert_kept(page: Page, text: str) -> None:
    """The figure was saved by itself and is there when the page is opened anew."""
    expect(page.get_by_text("Đã lưu nháp 1 số liệu.")).to_be_visible(timeout=PATIENT)
    expect(page.get_by_text("Chờ lưu nháp")).to_have_count(0)
    expect(page.get_by_role("textbox", name=ITEMS)).to_have_value(text)
    page.reload()
    wait_for_run(page)
    expect(page.get_by_role("textbox", name=ITEMS)).to_have_value(text)


def test_a_database_that_somebody_else_writes_to_for_too_long(installation: Installation, clerk: Page) -> None:
    with installation.locked():
        type_in(clerk, "61")
        expect(clerk.get_by_text("Cơ sở dữ liệu đang bận: một công việc khác giữ quyền ghi quá lâu.")).to_be_visible(
            timeout=PATIENT
        )
        expect(clerk.get_by_text("Chờ lưu nháp 1 số liệu")).to_be_visible(timeout=PATIENT)
        expect(clerk.get_by_role("textbox", name=ITEMS)).to_have_value("61")
        assert installation.health() == (503, {"database": True, "writing": False, "room": True})
    assert_kept(clerk, "61")


def test_a_database_that_is_gone(installation: Installation, clerk: Page) -> None:
    elsewhere = installation.database.with_name("moved.sqlite3")
    installation.database.rename(elsewhere)
    type_in(clerk, "62")
    expect(clerk.get_by_text("Phần mềm không kết nối được với cơ sở dữ liệu.").first).to_be_visible(timeout=PATIENT)
    expect(clerk.get_by_text("Trang giữ nguyên nội dung đang có")).to_be_visible()
    expect(clerk.get_by_role("textbox", name=ITEMS)).to_have_value("62")
    assert installation.health() == (503, {"database": False, "writing": False, "room": True})
    newcomer = clerk.context.new_page()
    answer = newcomer.goto(installation.address + "/xep-hang")
    assert answer is not None
    assert answer.status == 503
    expect(newcomer.get_by_role("heading", name="Tạm thời chưa phục vụ được")).to_be_visible()
    expect(newcomer.get_by_text("Trang tự thử lại sau 10 giây.")).to_be_visible()
    newcomer.close()
    # Nothing was put in its place.
    assert not installation.database.exists()
    elsewhere.rename(installation.database)
    assert_kept(clerk, "62")


def test_a_form_that_is_sent_while_the_database_is_gone(installation: Installation, clerk: Page) -> None:
    clerk.goto(installation.address + "/tai-lieu-kiem-chung")
    wait_for_run(clerk)
    clerk.get_by_text("Thêm tài liệu vào thư viện").click()
    form = clerk.get_by_test_id("stForm").first
    form.get_by_label("Số, ký hiệu").fill("62/BK")
    form.get_by_label("Ngày ban hành").fill("02/12/2024")
    form.get_by_label("Trích yếu").fill("Bảng kê gõ trước khi mất kết nối")
    form.locator("input[type=file]").set_input_files(paper("bang-ke-62.pdf", b"%PDF-1.7 62"))
    expect(form.get_by_text("bang-ke-62.pdf")).to_be_visible()
    form.get_by_text("Tôi đã kiểm tra: tài liệu không phải tài liệu mật").click()
    elsewhere = installation.database.with_name("moved.sqlite3")
    installation.database.rename(elsewhere)
    form.get_by_role("button", name="Lưu tài liệu").click()
    expect(clerk.get_by_text("Đang chờ cơ sở dữ liệu")).to_be_visible(timeout=PATIENT)
    elsewhere.rename(installation.database)
    expect(clerk.get_by_text("Chưa lưu gì; nội dung đã nhập còn nguyên trên trang này")).to_be_visible(timeout=PATIENT)
    expect(clerk.get_by_text("Đang chờ cơ sở dữ liệu")).to_have_count(0)
    expect(form.get_by_label("Trích yếu")).to_have_value("Bảng kê gõ trước khi mất kết nối")
    form.get_by_role("button", name="Lưu tài liệu").click()
    expect(clerk.get_by_text("Đã lưu tài liệu 62/BK.")).to_be_visible()


def test_a_disk_that_is_full(installation: Installation, clerk: Page) -> None:
    filler = installation.fill()
    type_in(clerk, "63")
    expect(clerk.get_by_text("Ổ đĩa chứa dữ liệu đã đầy.").first).to_be_visible(timeout=PATIENT)
    expect(clerk.get_by_role("textbox", name=ITEMS)).to_have_value("63")
    assert installation.health() == (503, {"database": True, "writing": True, "room": False})
    box = clerk.locator("[class*=st-key-evidence_][class*=_NT_1_box]")
    box.get_by_role("button").first.click()
    form = clerk.get_by_test_id("stPopoverBody").get_by_test_id("stForm").last
    form.get_by_label("Số, ký hiệu").fill("63/BK")
    form.get_by_label("Ngày ban hành").fill("02/12/2024")
    form.get_by_label("Trích yếu").fill("Bảng kê")
    form.locator("input[type=file]").set_input_files(paper("bang-ke.pdf", b"%PDF-1.7 " + bytes(100_000)))
    expect(form.get_by_text("bang-ke.pdf")).to_be_visible()
    form.get_by_text("Tôi đã kiểm tra: tài liệu không phải tài liệu mật").click()
    form.get_by_role("button", name="Lưu và đính kèm").click()
    expect(clerk.get_by_text("Ổ đĩa của kho tài liệu đã đầy nên chưa nhận tệp «bang-ke.pdf»")).to_be_visible(
        timeout=PATIENT
    )
    expect(form.get_by_label("Số, ký hiệu")).to_have_value("63/BK")
    filler.unlink()
    form.get_by_role("button", name="Lưu và đính kèm").click()
    expect(clerk.get_by_text("Đã lưu tài liệu 63/BK.")).to_be_visible(timeout=PATIENT)
    clerk.keyboard.press("Escape")
    clerk.reload()
    wait_for_run(clerk)
    expect(clerk.get_by_role("textbox", name=ITEMS)).to_have_value("63")
    expect(clerk.get_by_role("link", name="63/BK")).to_be_visible()


def _cut_off(request: Request) -> None:
    """Sends the same upload once more, larger, and hangs up in the middle of it."""
    address = urlsplit(request.url)
    dropped = ("content-length", "host", "connection")
    headers = {name: value for name, value in request.all_headers().items() if name not in dropped and name[0] != ":"}
    headers |= {"host": address.netloc, "content-length": "1000000"}
    head = "\r\n".join([f"PUT {address.path} HTTP/1.1", *(f"{name}: {value}" for name, value in headers.items())])
    with socket.create_connection((address.hostname or "", address.port or 0), timeout=10) as line:
        line.sendall(f"{head}\r\n\r\n".encode() + bytes(100_000))


def test_an_upload_that_is_cut_off(installation: Installation, clerk: Page) -> None:
    box = clerk.locator("[class*=st-key-evidence_][class*=_NT_1_box]")
    box.get_by_role("button").first.click()
    form = clerk.get_by_test_id("stPopoverBody").get_by_test_id("stForm").last
    form.get_by_label("Số, ký hiệu").fill("64/BK")
    uploads = "**/_stcore/upload_file/**"
    clerk.route(uploads, lambda route: route.abort("connectionreset"))
    form.locator("input[type=file]").set_input_files(paper("bang-ke.pdf", b"%PDF-1.7 64"))
    expect(form.get_by_role("alert")).to_have_text(
        "Lỗi: Tải lên bị ngắt vì mất kết nối nên chưa nhận tệp. Đề nghị bỏ tệp này rồi chọn lại."
    )
    clerk.unroute(uploads)
    with clerk.expect_request(uploads) as sent:
        form.locator("input[type=file]").set_input_files(paper("bang-ke-2.pdf", b"%PDF-1.7 64"))
    expect(form.get_by_text("bang-ke-2.pdf")).to_be_visible()
    _cut_off(sent.value)
    expect(form.get_by_label("Số, ký hiệu")).to_have_value("64/BK")
