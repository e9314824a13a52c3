"""Server time of the screens: from the reader's click to the last message of the page, on the running application."""

import datetime as dt
import os
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from itertools import cycle, islice
from pathlib import Path
from tempfile import TemporaryDirectory
from urllib.parse import urlencode

import numpy as np
from streamlit.proto.BackMsg_pb2 import BackMsg
from streamlit.proto.ForwardMsg_pb2 import ForwardMsg
from websockets.sync.client import ClientConnection, connect
from websockets.typing import Subprotocol

from data.reference import reference_units
from data.settings import Settings
from language import _
from tests.bench.timing import Row
from tests.ports import free_port
from tests.signed_in import cookie_header, session_token
from tests.told_unit import tell_a_unit

ROOT = Path(__file__).resolve().parents[2]
PROTOCOL = Subprotocol("streamlit")
OFFICE, HEAD = "thuongtruc", "lanhdao.747"
"""The demonstration accounts that look at the screens: the office, and the head of a unit at those of units alone."""
RERUNS = 40
"""Measured reruns of every screen, level and view."""
START_SECONDS = 120
UNKNOWN = "không có ở màn hình này"
"""A page that says this shows something else than was asked for."""
FEWEST_ELEMENTS = 10
"""A run that draws less has not shown the page."""
LAST_DAY = dt.date(2024, 12, 31)
"""Day of the newest snapshot of the demonstration data."""
SUPPLIED = (("district", "adults_eid"), ("district", "adults"), ("district", "security_incidents"))
"""Figures that the police give, by level."""
WARM_AFTER = 10
"""Different things shown in turn; all are shown once before the clock starts."""


@dataclass(frozen=True)
class Screen:
    """A screen at a level and view: its address, and what a reader changes on it from click to click."""

    task: str
    page: str
    query: Mapping[str, str]
    clicks: Sequence[Mapping[str, str]]
    user: str = OFFICE


def screens() -> Iterator[Screen]:
    """Every screen at every level in every view, on the demonstration data."""
    ranked = {"so": _("sở, ban, ngành"), "huyen": _("cấp huyện"), "xa": _("cấp xã")}
    levels = {"so": "department", "huyen": "district", "xa": "commune"}
    views = {"bang": _("bảng"), "cot": _("biểu đồ cột"), "nhiet": _("biểu đồ nhiệt"), "dien-bien": _("diễn biến")}
    months = [{"thang": str(month)} for month in range(3, 3 + WARM_AFTER)]
    yield Screen(_("Tổng quan, đổi tháng"), "", {}, months)
    for level, name in ranked.items():
        for view, shown in views.items():
            task = _("Xếp hạng {level}, {view}, đổi tháng").format(level=name, view=shown)
            yield Screen(task, "xep-hang", {"khoi": level, "xem": view}, months)
    for level, name in ranked.items():
        units = [{"don-vi": code} for code in _unit_codes(levels[level])]
        yield Screen(_("Phiếu điểm {level}, đổi đơn vị").format(level=name), "phieu-diem", {"khoi": level}, units)
    for level, name in ranked.items():
        words = [{"tim": words} for words in ("", "so", "thanh", "huyen", "xa")]
        yield Screen(_("Lịch sử {level}, đổi từ tìm kiếm").format(level=name), "lich-su", {"khoi": level}, words)
        units = [{"don-vi": code} for code in _unit_codes(levels[level])]
        scope = {"khoi": level, "pham-vi": "don-vi"}
        yield Screen(_("Lịch sử {level}, đổi đơn vị").format(level=name), "lich-su", scope, units)
        codes = _unit_codes(levels[level])
        threes = [{"cac-don-vi": ".".join((codes * 2)[i : i + 3])} for i in range(len(codes))]
        yield Screen(_("So sánh {level}, đổi đơn vị").format(level=name), "so-sanh", {"khoi": level}, threes)
        yield Screen(
            _("Độ ổn định thứ hạng {level}, đổi tháng").format(level=name), "do-on-dinh", {"khoi": level}, months
        )
        yield Screen(
            _("Dự báo thẩm định {level}, đổi đơn vị").format(level=name), "du-bao-tham-dinh", {"khoi": level}, units
        )
    words = [{"tim-chi-so": words} for words in ("", "ty le", "dich vu", "ke hoach", "an toan", "nguoi")]
    for level, name in (ranked | {"tinh": _("cấp tỉnh")}).items():
        yield Screen(_("Bộ chỉ số {level}, đổi từ tìm kiếm").format(level=name), "bo-chi-so", {"cap": level}, words)
    yield from _national_screens()
    yield Screen(_("Mô phỏng kịch bản, đổi cách xem"), "mo-phong", {}, scenario_clicks())
    for level, name in ranked.items():
        units = [{"don-vi": code} for code in _unit_codes(levels[level])]
        yield Screen(_("Nhập số liệu {level}, đổi đơn vị").format(level=name), "nhap-so-lieu", {}, units)
    figures = [{"so-lieu-cung-cap": f"{level}.fact/{fact}/number"} for level, fact in SUPPLIED]
    yield Screen(_("Cung cấp số liệu, đổi số liệu"), "cung-cap-so-lieu", {"co-quan": "CAT"}, figures)
    # The newest period and the one before it, as a first start numbers them.
    periods = [{"ky": number} for number in ("2", "1")]
    yield Screen(_("Hội đồng và công bố, đổi kỳ"), "hoi-dong-cong-bo", {}, periods)
    yield from _list_screens()


def _list_screens() -> Iterator[Screen]:
    """Screens that are a list with filters: what a reader looks for changes."""
    for task, page, name in (
        (_("Dư địa tăng điểm, đổi từ tìm kiếm"), "du-dia", "tim-du-dia"),
        (_("Theo dõi báo cáo, đổi từ tìm kiếm"), "theo-doi", "tim"),
        (_("Quản lý tài khoản, đổi từ tìm kiếm"), "tai-khoan", "tim-tai-khoan"),
        (_("Nhật ký hệ thống, đổi từ tìm kiếm"), "nhat-ky", "tim-nhat-ky"),
    ):
        yield Screen(task, page, {}, [{name: words} for words in ("", "so", "thanh", "huyen", "nhap")])


def unit_screens() -> Iterator[Screen]:
    """Screens of units alone, of one that was told draft results."""
    shown = [{"loc-ket-qua": "tat-ca"}, {"loc-ket-qua": "thay-doi"}]
    yield Screen(_("Kết quả thẩm định, đổi bộ lọc"), "ket-qua-tham-dinh", {}, shown, HEAD)


def _national_screens() -> Iterator[Screen]:
    views = {
        "": _("bảng"), "khoang": _("biểu đồ"), "o": _("sơ đồ ô"), "qua-nam": _("qua các năm"), "chi-so": _("chỉ số chính"),
    }  # fmt: skip
    years = [{"nam": str(year)} for year in range(2020, 2024)]
    for view, shown in views.items():
        query = {"xem": view, "tinh-so-sanh": "dna.hcm.hue.hno.cth.lso"}
        yield Screen(_("Thứ hạng toàn quốc, {view}, đổi năm").format(view=shown), "toan-quoc", query, years)


def scenario_clicks() -> list[dict[str, str]]:
    """What a reader changes on the scenario page from click to click: the view."""
    return [{"xem-kich-ban": view} for view in ("", "thanh-phan", "don-vi")]


def _unit_codes(level: str) -> list[str]:
    units = (u for u in reference_units() if u.level == level and u.valid_from <= LAST_DAY)
    return [u.code for u in units if u.valid_to is None or u.valid_to >= LAST_DAY][:WARM_AFTER]


@contextmanager
def running_application() -> Iterator[tuple[str, Settings]]:
    """The application with a fresh database of demonstration data. Yields host and port, and where its data lie.

    Raises RuntimeError with the end of its log when it does not start.
    """
    with TemporaryDirectory() as folder:
        port = free_port()
        host = f"127.0.0.1:{port}"
        environment = {k: v for k, v in os.environ.items() if k != "DATABASE_URL"} | {"DTI_FOLDER": folder}
        command = [sys.executable, "-m", "streamlit", "run", "app.py", "--server.port", str(port)]
        log = Path(folder) / "server.log"
        with log.open("wb") as sink:
            process = subprocess.Popen(command, cwd=ROOT, env=environment, stdout=sink, stderr=subprocess.STDOUT)
        try:
            await_start(process, host, log)
            yield host, Settings(database_url="", dti_folder=Path(folder))
        finally:
            process.terminate()
            process.wait()


def await_start(process: subprocess.Popen[bytes], host: str, log: Path) -> None:
    """Waits until the application answers. Raises RuntimeError with the end of its log when it does not."""
    deadline = time.monotonic() + START_SECONDS
    while time.monotonic() < deadline and process.poll() is None:
        try:
            with urllib.request.urlopen(f"http://{host}/_stcore/health", timeout=2):
                return
        except (urllib.error.URLError, OSError):
            time.sleep(0.1)
    raise RuntimeError(f"The application did not start:\n{log.read_text(errors='replace')[-2000:]}")


def _seconds(server: ClientConnection, screen: Screen, click: Mapping[str, str]) -> float:
    """From the request for a rerun to its end. Raises RuntimeError when the page fails or says nothing."""
    request = BackMsg()
    request.rerun_script.page_name = screen.page
    request.rerun_script.query_string = urlencode({**screen.query, **click})
    drawn, start = 0, time.perf_counter()
    server.send(request.SerializeToString())
    while True:
        message = ForwardMsg.FromString(server.recv(timeout=60, decode=False))
        if message.WhichOneof("type") == "delta":
            drawn += 1
            _refuse_failure(message, screen, click)
        if message.WhichOneof("type") == "script_finished":
            break
    taken = time.perf_counter() - start
    if drawn < FEWEST_ELEMENTS:
        raise RuntimeError(f"{screen.task} {click}: only {drawn} elements were drawn")
    return taken


def _refuse_failure(message: ForwardMsg, screen: Screen, click: Mapping[str, str]) -> None:
    element = message.delta.new_element
    failed = element.WhichOneof("type") == "exception"
    if element.WhichOneof("type") == "alert":
        failed = element.alert.format == element.alert.ERROR or UNKNOWN in element.alert.body
    if failed:
        raise RuntimeError(f"{screen.task} {click}: the page failed: {element.alert.body}")


def _row(host: str, settings: Settings, screen: Screen) -> Row:
    clicks = screen.clicks[:WARM_AFTER]
    address, headers = f"ws://{host}/_stcore/stream", cookie_header(session_token(settings, screen.user))
    with connect(address, subprotocols=[PROTOCOL], max_size=None, additional_headers=headers) as server:
        for click in clicks:
            _seconds(server, screen, click)
        taken = [_seconds(server, screen, click) for click in islice(cycle(clicks), RERUNS)]
    half, most = np.percentile(taken, [50, 95])
    return Row(screen.task, {_("trung vị"): float(half), _("95 % số lần dưới"): float(most)})


def screen_rows() -> list[Row]:
    """Median and 95th percentile of the server time of every screen."""
    with running_application() as (host, settings):
        rows = [_row(host, settings, screen) for screen in screens()]
        # Afterwards: a period that is being appraised has a second score on every screen.
        tell_a_unit(settings)
        return [*rows, *(_row(host, settings, screen) for screen in unit_screens())]
