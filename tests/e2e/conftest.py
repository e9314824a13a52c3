"""The browser suite: the real application on a free port, a real browser, and watchers on every page."""

import json
import os
import re
import shutil
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any, Literal
from urllib.parse import urlsplit

import pytest
from axe_playwright_python.base import AXE_SCRIPT
from playwright.sync_api import Browser, BrowserContext, Page, ViewportSize, expect
from playwright.sync_api import TimeoutError as NotThereError
from sqlalchemy import Engine

from data.database import make_engine
from data.settings import Settings
from tests.data.conftest import shared_folder, sqlite, templates
from tests.data.databases import Databases
from tests.ports import port_of_process
from tests.signed_in import session_token
from ui.cookies import PLAIN

__all__ = ["shared_folder", "sqlite", "templates"]

ROOT = Path(__file__).resolve().parents[2]
SCREENSHOTS = Path(__file__).parent / "screenshots"
SIZES: dict[str, ViewportSize] = {"wide": {"width": 1440, "height": 900}, "narrow": {"width": 390, "height": 844}}
FIRST_LOG = "first-start.log"
CHROMIUM = [
    "--no-sandbox",
    "--disable-dev-shm-usage",
    # What a page has made of the scripts is of use to the next one in the same process.
    "--process-per-site",
    # No page lives long enough to earn what optimising its scripts costs.
    "--js-flags=--no-maglev --no-turbofan",
]
START_SECONDS = 120
FIRST_OPENING = 120_000
"""Milliseconds within which what is worked out at the first opening of a screen is there."""

Size = Literal["wide", "narrow"]
Theme = Literal["light", "dark"]
Look = tuple[Size, Theme]
OpenPage = Callable[..., Page]
SignedIn = Callable[[str, str | None], BrowserContext]
OFFICE = "thuongtruc"
"""The demonstration account of the DX office, who looks at every page unless a test says otherwise."""
_served: dict[str, Settings] = {}
"""Databases of the servers that run the application itself, by address."""


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Everything in this folder drives a browser."""
    here = Path(__file__).parent
    for item in items:
        if here in item.path.parents:
            item.add_marker(pytest.mark.e2e)


def _answers(address: str) -> bool:
    try:
        with urllib.request.urlopen(address, timeout=2) as answer:
            return answer.status == 200
    except (urllib.error.URLError, OSError):
        return False


def _await_start(process: subprocess.Popen[bytes], address: str, log: Path) -> None:
    deadline = time.monotonic() + START_SECONDS
    while time.monotonic() < deadline and process.poll() is None:
        if _answers(f"{address}/_stcore/health"):
            return
        time.sleep(0.1)
    pytest.fail(f"The application did not start at {address}:\n{log.read_text(errors='replace')[-4000:]}")


@contextmanager
def serve(
    app_file: Path,
    folder: Path,
    database_url: str = "",
    environment: Mapping[str, str] | None = None,
    within: Sequence[str] = (),
) -> Iterator[str]:
    """Run an application file as a user would. Yields its address without trailing slash.

    folder: receives the database and the server's log. database_url: another database than the file in the folder.
    environment: further variables. within: a command that runs the one after it in surroundings of its own.
    """
    # Workers of a test run are called gw0, gw1 and so on.
    worker = int(os.environ.get("PYTEST_XDIST_WORKER", "gw0").removeprefix("gw"))
    port, log = port_of_process(worker), folder / "server.log"
    inherited = {k: v for k, v in os.environ.items() if k != "DATABASE_URL" and not k.startswith("OIDC_")}
    variables = inherited | dict(environment or {})
    variables |= {"DTI_FOLDER": str(folder), "PYTHONPATH": str(ROOT), "PYTHONUNBUFFERED": "1"}
    variables |= {"DATABASE_URL": database_url} if database_url else {}
    command = [*within, sys.executable, "-m", "streamlit", "run", str(app_file), "--server.port", str(port)]
    with log.open("wb") as sink:
        process = subprocess.Popen(command, cwd=ROOT, env=variables, stdout=sink, stderr=subprocess.STDOUT)
        try:
            address = f"http://127.0.0.1:{port}"
            _await_start(process, address, log)
            if app_file == ROOT / "app.py":
                _served[address] = Settings(database_url=database_url, dti_folder=folder)
            yield address
        finally:
            process.terminate()
            try:
                process.wait(timeout=15)
            except subprocess.TimeoutExpired:
                process.kill()
                process.wait()


def first_start(settings: Settings) -> Engine:
    """What the first start of the application leaves in an empty folder: the database, and what was on its console."""
    with serve(ROOT / "app.py", settings.dti_folder):
        pass
    (settings.dti_folder / "server.log").rename(settings.dti_folder / FIRST_LOG)
    return make_engine(settings.url)


@pytest.fixture(scope="session")
def server_folder(sqlite: Databases) -> Path:
    """Database and log (server.log) of the application under test."""
    return sqlite.copy_of(first_start).dti_folder


@pytest.fixture(scope="session")
def server(server_folder: Path) -> Iterator[str]:
    """Address of the real application, which has been started once before; one per worker."""
    with serve(ROOT / "app.py", server_folder) as address:
        yield address


@pytest.fixture(scope="session")
def gallery_log(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The log of the gallery's server."""
    return tmp_path_factory.mktemp("gallery") / "server.log"


@pytest.fixture(scope="session")
def gallery(gallery_log: Path) -> Iterator[str]:
    """Address of the gallery of widgets."""
    with serve(ROOT / "tests" / "ui" / "gallery" / "app.py", gallery_log.parent) as address:
        yield address


@pytest.fixture(scope="session")
def browser_type_launch_args() -> dict[str, Any]:
    """The system's Chromium without windows. Its absence is a failure: a browser suite that skips proves nothing."""
    program = shutil.which("chromium-headless-shell")
    if program is None:
        pytest.fail("Chromium is not installed; run `make test`, or: apt-get install chromium-headless-shell")
    return {"executable_path": program, "args": CHROMIUM}


def demonstration_passwords(folder: Path) -> dict[str, str]:
    """Passwords of the demonstration accounts by user name, as the first start wrote them on its console."""
    log = (folder / FIRST_LOG).read_text(encoding="utf-8")
    return dict(re.findall(r"^ {4}(\S+) +((?:[2-9A-Z]{4}-){3}[2-9A-Z]{4})  ", log, re.MULTILINE))


def send_cookie(context: BrowserContext, server: str, token: str) -> None:
    """Makes the browser send the token to the server from now on."""
    context.add_cookies([{"name": PLAIN, "value": token, "url": server, "httpOnly": True, "sameSite": "Lax"}])


def sign_in(context: BrowserContext, server: str, user: str = OFFICE) -> None:
    """Signs somebody in on a server that runs the application itself."""
    send_cookie(context, server, session_token(_served[server], user))


class Watch:
    """What pages did behind the user's back: requests to other hosts, refusals by the policy, script failures."""

    def __init__(self) -> None:
        self.outside: list[str] = []
        self.failures: list[str] = []

    def follow(self, page: Page) -> None:
        """Record what the page does from now on."""
        page.on("request", lambda request: self._address(request.url))
        page.on("websocket", lambda websocket: self._address(websocket.url))
        page.on("pageerror", lambda failure: self.failures.append(str(failure)))
        page.on("console", lambda message: self._console(message.text))

    def _address(self, url: str) -> None:
        parts = urlsplit(url)
        if parts.scheme not in ("data", "blob") and parts.hostname != "127.0.0.1":
            self.outside.append(url)

    def _console(self, text: str) -> None:
        if "Content Security Policy" in text or "Content-Security-Policy" in text:
            self.failures.append(text)


@pytest.fixture
def watch() -> Iterator[Watch]:
    """Fails the test when one of its pages reached another host, broke the policy, or raised in its scripts."""
    watcher = Watch()
    yield watcher
    assert watcher.outside == []
    assert watcher.failures == []


def _context(browser: Browser, size: Size, theme: Theme) -> BrowserContext:
    return browser.new_context(
        viewport=SIZES[size],
        color_scheme=theme,
        locale="vi-VN",
        timezone_id="Asia/Ho_Chi_Minh",
        reduced_motion="reduce",
    )


@pytest.fixture
def new_context(browser: Browser) -> Iterator[Callable[[Size, Theme], BrowserContext]]:
    """A function that opens a browser context of a size and theme; all are closed after the test."""
    contexts: list[BrowserContext] = []

    def open_context(size: Size, theme: Theme) -> BrowserContext:
        contexts.append(_context(browser, size, theme))
        return contexts[-1]

    yield open_context
    for context in contexts:
        context.close()


def _still_in(context: BrowserContext, address: str) -> bool:
    """Whether no test has ended the session of the account since."""
    return context.request.get(f"{address}/_stcore/host-config").status != 401


@pytest.fixture(scope="session")
def signed_in(browser: Browser) -> Iterator[SignedIn]:
    """A function that gives the context of somebody at a server, signed in once; scripts are fetched once in each.

    None is a visitor. What a test does to it (signing out, say) the next one finds: such tests open contexts of their
    own.
    """
    contexts: dict[tuple[str, str | None], BrowserContext] = {}

    def of(address: str, user: str | None) -> BrowserContext:
        key = (address, user)
        known = key in contexts
        if not known:
            contexts[key] = _context(browser, "wide", "light")
            # As long as one page is open, the process with the scripts stays for the pages of the next test.
            contexts[key].new_page().goto(f"{address}/_stcore/health")
        if user is not None and address in _served and not (known and _still_in(contexts[key], address)):
            sign_in(contexts[key], address, user)
        return contexts[key]

    yield of
    for context in contexts.values():
        context.close()


def _first_opening(context: BrowserContext, address: str, heading: str) -> None:
    """Waits, as nobody else need, until a screen has worked out what takes seconds on a busy machine."""
    page = context.new_page()
    page.goto(address)
    expect(page.get_by_role("heading", name=heading)).to_be_visible(timeout=FIRST_OPENING)
    expect(page.get_by_role("button", name="Dừng tính")).to_have_count(0, timeout=FIRST_OPENING)
    page.close()


@pytest.fixture(scope="session")
def drawn_rivals(server: str, signed_in: SignedIn) -> None:
    """The server has drawn the rivals."""
    _first_opening(signed_in(server, OFFICE), f"{server}/mo-phong", "Lưu kịch bản")


@pytest.fixture(scope="session")
def worked_out_plans(server: str, signed_in: SignedIn) -> None:
    """The server has drawn the rivals and worked the plans out."""
    _first_opening(signed_in(server, OFFICE), f"{server}/phuong-an", "Phương án thứ hai và thứ ba")


@pytest.fixture
def open_page(
    request: pytest.FixtureRequest,
    watch: Watch,
    new_context: Callable[[Size, Theme], BrowserContext],
    signed_in: SignedIn,
) -> Iterator[OpenPage]:
    """open_page(path, size="wide", theme="light", at=None, user=OFFICE, alone=False): a page after its first run.

    at: address of another server than the application itself. user: who is signed in; None for a visitor. alone: in a
    browser session of its own, which may be ended.
    """
    pages: list[Page] = []

    def open_path(
        path: str,
        *,
        size: Size = "wide",
        theme: Theme = "light",
        at: str | None = None,
        user: str | None = OFFICE,
        alone: bool = False,
    ) -> Page:
        address = at or request.getfixturevalue("server")
        if alone:
            context = new_context(size, theme)
            if user is not None:
                sign_in(context, address, user)
        else:
            context = signed_in(address, user)
        page = context.new_page()
        page.set_viewport_size(SIZES[size])
        page.emulate_media(color_scheme=theme)
        pages.append(page)
        watch.follow(page)
        page.goto(address + path)
        wait_for_run(page)
        return page

    yield open_path
    for page in pages:
        page.close()


def wait_for_run(page: Page) -> None:
    """Wait until the page is connected and its script has come to rest."""
    app = page.locator("[data-testid=stApp]")
    expect(app).to_have_attribute("data-test-connection-state", "CONNECTED", timeout=30_000)
    expect(app).to_have_attribute("data-test-script-state", "notRunning", timeout=30_000)
    # Parts of the frontend are fetched when first needed; until then grey blocks hold their place.
    expect(page.get_by_test_id("stSkeleton")).to_have_count(0, timeout=30_000)


def no_exception(page: Page) -> None:
    """Neither Streamlit's own exception box nor our sentence for a failed page is on the screen."""
    expect(page.get_by_test_id("stException")).to_have_count(0)
    expect(page.get_by_text("Có sự cố khi hiển thị trang")).to_have_count(0)


def by_key(page: Page, key: str) -> Any:
    """The element that was given this key in the page's code."""
    return page.locator(f".st-key-{key}").first


def settle(page: Page) -> None:
    """A click reaches the server a moment later; then the run takes its time."""
    page.wait_for_timeout(250)
    wait_for_run(page)


def choose(page: Page, key: str, option: str, *, begins: bool = False) -> None:
    """Choose in a list: type, because a long list shows only a part of itself, and click.

    begins: the option's name goes on after these words. A run that ends meanwhile closes the list; then, as a user
    would, open it again.
    """
    field = by_key(page, key).locator("input").first
    name = re.compile(f"^{re.escape(option)}") if begins else option
    found = page.get_by_role("option", name=name, exact=not begins).first
    for attempt in range(3):
        field.click()
        field.fill(option)
        try:
            found.click(timeout=10_000)
            break
        except NotThereError:
            if attempt == 2:
                raise
            page.keyboard.press("Escape")
    settle(page)


def accessibility_violations(page: Page) -> list[str]:
    """What axe finds against WCAG 2 A and AA, one line per rule with the first places."""
    tags = {"type": "tag", "values": ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa"]}
    # Every place that holds would be described too.
    options = {"runOnly": tags, "resultTypes": ["violations"]}
    if not page.evaluate("'axe' in window"):
        page.evaluate(AXE_SCRIPT)
    found = page.evaluate("options => axe.run(options).then((results) => results.violations)", options)
    return [
        f"{v['id']}: {v['help']} ({len(v['nodes'])}): " + "; ".join(n["html"][:160] for n in v["nodes"][:3])
        for v in found
    ]


def built_in_texts() -> tuple[set[str], list[str]]:
    """Streamlit's English strings that we translate: exact texts, and patterns."""
    words = json.loads((ROOT / "ui" / "assets" / "streamlit-vi.json").read_text(encoding="utf-8"))
    return set(words["texts"]), [rule["pattern"] for rule in words["patterns"]]


def all_strings(page: Page) -> list[str]:
    """Every text and every spoken or hinted attribute in the document."""
    return page.evaluate(
        """() => {
            const found = [];
            const walker = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT | NodeFilter.SHOW_ELEMENT);
            for (let node = walker.nextNode(); node; node = walker.nextNode()) {
                if (node.nodeType === Node.TEXT_NODE) {
                    if (!["SCRIPT", "STYLE"].includes(node.parentElement.tagName)) found.push(node.nodeValue.trim());
                } else for (const name of ["placeholder", "aria-label", "title", "alt"])
                    if (node.hasAttribute(name)) found.push(node.getAttribute(name).trim());
            }
            return [...new Set(found)].filter(Boolean);
        }"""
    )


def keep_screenshot(page: Page, name: str) -> None:
    """Save the whole page as a picture where DTI_PICTURES asks for them."""
    if os.environ.get("DTI_PICTURES"):
        SCREENSHOTS.mkdir(exist_ok=True)
        page.screenshot(path=SCREENSHOTS / f"{name}.tmp.png", full_page=True)


RAW = re.compile(
    r"\b(nan|NaN|None|null|undefined|inf|True|False|Traceback|Error|Exception|missing|scored|not_applicable|not_due"
    r"|self_assessed|demonstration|reference|department|district|commune|province|entry|ratio|checklist|judged"
    r"|the|of|and|score|rank|unit|total|download|search|select|loading)\b",
    re.IGNORECASE,
)
"""Values that were not turned into words, and English: none of these is a Vietnamese word."""
SET_IDS = re.compile(r"\b(department|district|commune|province)-\d{4}\b")
"""Criteria sets are cited by their code, as documents are by their number."""


def english_left(page: Page) -> list[str]:
    """Streamlit's own strings that are still English."""
    texts, patterns = built_in_texts()
    # Names that are the same in both languages stay.
    texts -= {"Euro"}
    return [s for s in all_strings(page) if s in texts or any(re.search(p, s) for p in patterns)]


def raw_left(page: Page, foreign: frozenset[str] = frozenset()) -> list[str]:
    """Texts with an English word or a value that was not turned into words.

    foreign: texts that are English on purpose.
    """
    # Icons are drawn from ligatures: their names are letters in the document only.
    icons = set(page.get_by_test_id("stIconMaterial").all_text_contents())
    said = set(all_strings(page)) - icons - foreign
    return sorted(s for s in said if RAW.search(SET_IDS.sub("", s)))


def overflows(page: Page) -> bool:
    """Whether the page, or the part of it that scrolls, is wider than the window."""
    return page.evaluate(
        """() => [document.scrollingElement, document.querySelector("[data-testid=stMain]")]
            .some((e) => e.scrollWidth > Math.min(e.clientWidth, innerWidth))"""
    )


def keep_whole_screenshot(page: Page, name: str) -> None:
    """Save a picture of everything that the page scrolls through, up to 6000 pixels, where DTI_PICTURES asks for them."""
    if not os.environ.get("DTI_PICTURES"):
        return
    before = page.viewport_size
    assert before is not None
    height = page.get_by_test_id("stMain").evaluate("e => e.scrollHeight")
    page.set_viewport_size({"width": before["width"], "height": min(max(height, before["height"]), 6000)})
    keep_screenshot(page, name)
    page.set_viewport_size(before)


def looks(page: Page, *pairs: Look) -> Iterator[Look]:
    """Puts a page into sizes and themes, one after the other, without loading it anew.

    pairs: without any, both sizes and both themes; every pair is looked at where all screens are opened.
    """
    for size, theme in pairs or (("wide", "light"), ("narrow", "dark")):
        page.set_viewport_size(SIZES[size])
        page.emulate_media(color_scheme=theme)
        settle(page)
        yield size, theme


def covered_marks(page: Page) -> list[str]:
    """Titles of the charts whose legend lies over the marks of an axis."""
    return page.get_by_test_id("stPlotlyChart").evaluate_all(
        """charts => charts.filter(chart => {
            const legend = chart.querySelector(".legend")?.getBoundingClientRect();
            const marks = [...chart.querySelectorAll(".xtick text")].map(mark => mark.getBoundingClientRect());
            return legend && marks.some(mark => mark.bottom > legend.top && mark.top < legend.bottom
                && mark.right > legend.left && mark.left < legend.right);
        }).map(chart => chart.querySelector(".gtitle")?.textContent ?? "")"""
    )


def check_screen(page: Page, name: str, foreign: frozenset[str] = frozenset()) -> None:
    """What holds on every screen: no failure, no English, no raw value, no overflow, accessible. Keeps a picture."""
    no_exception(page)
    expect(page.locator("h1")).to_have_count(1)
    charts = page.get_by_test_id("stPlotlyChart")
    expect(page.locator(".js-plotly-plot .main-svg").first if charts.count() else page.locator("h1")).to_be_visible()
    assert english_left(page) == [], name
    assert raw_left(page, foreign) == [], name
    assert not overflows(page), name
    assert covered_marks(page) == [], name
    assert accessibility_violations(page) == [], name
    keep_whole_screenshot(page, name)
