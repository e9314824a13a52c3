"""`python -m tests.docs.pictures`: takes the pictures of the documents anew, from the demonstration data."""

import datetime as dt
import io
import shutil
import sys
import tempfile
from dataclasses import dataclass
from pathlib import Path

from PIL import Image
from playwright.sync_api import Locator, Page, expect, sync_playwright

from assessment.appraisal import begin_appraisal, tasks
from assessment.appraised import appraised_month
from assessment.evidence import NewEvidence, Upload, add_evidence, received
from assessment.permissions import Identity
from assessment.roles import Role
from assessment.rulings import Verdict, rule
from assessment.snapshots import level_snapshot
from assessment.submissions import ReportPlace
from data.database import draft_session, make_engine, write_session
from data.evidence_files import evidence_files
from data.lineage import UnitKey
from data.models import PeriodState, RulingKind, Submission
from data.repositories import periods
from data.settings import Settings
from tests.e2e.conftest import OFFICE, ROOT, send_cookie, serve, wait_for_run
from tests.signed_in import session_token
from tests.told_unit import tell_a_unit

FOLDER = ROOT / "docs" / "images"
WIDTH, MARGIN = 1440, 20
SECONDS_OF_WORK = 60
SETTLE_MILLISECONDS = 1500
"""Charts are drawn after the script has come to rest."""


@dataclass(frozen=True)
class Shot:
    """A picture: its file, the address, and how much of the page from the top it shows.

    ready: text that is on the page once long work has ended. opened: code of the criterion whose block is open; with
    alone it is shown by itself, below the label of the page. appraising: taken last, with reports in appraisal. told: one
    of them was told draft results. user: who looks.
    """

    name: str
    address: str
    height: int
    ready: str = ""
    opened: str = ""
    alone: bool = False
    appraising: bool = False
    user: str = OFFICE
    told: bool = False


SHOTS = (
    Shot("tong-quan", "/tong-quan", 1497),
    Shot("xep-hang", "/xep-hang?khoi=huyen", 1095),
    Shot("xep-hang-dien-bien", "/xep-hang?khoi=huyen&xem=dien-bien", 1312),
    Shot("phieu-diem", "/phieu-diem?khoi=so&don-vi=STC", 2046),
    Shot("dien-giai", "/phieu-diem?khoi=huyen&don-vi=752", 900, opened="XH.3", alone=True),
    Shot("so-sanh", "/so-sanh?khoi=huyen", 1325),
    Shot("lich-su", "/lich-su?khoi=huyen", 1344),
    Shot("do-on-dinh", "/do-on-dinh?khoi=huyen", 1768),
    Shot("toan-quoc", "/toan-quoc?xem=o", 1790),
    Shot("mo-phong", "/mo-phong", 1702),
    Shot("phuong-an", "/phuong-an", 1600, ready="tốt nhất xếp trước"),
    Shot("du-dia", "/du-dia", 1168),
    Shot("nhap-so-lieu", "/nhap-so-lieu?don-vi=747", 1400),
    Shot("theo-doi", "/theo-doi", 1200),
    Shot("tai-lieu-kiem-chung", "/tai-lieu-kiem-chung", 900),
    Shot("cung-cap-so-lieu", "/cung-cap-so-lieu?co-quan=CAT&so-lieu-cung-cap=district.fact%2Fadults_eid%2Fnumber", 900),
    Shot("hoi-dong-cong-bo", "/hoi-dong-cong-bo", 1400),
    Shot("ket-qua-cong-bo", "/ket-qua-cong-bo", 500),
    Shot("tai-khoan", "/tai-khoan", 1200),
    Shot("tai-khoan-cua-toi", "/tai-khoan-cua-toi", 800),
    Shot("nhat-ky", "/nhat-ky?muc=3", 1300),
    Shot("du-bao-tham-dinh", "/du-bao-tham-dinh", 1900),
    Shot("to-chuc-tham-dinh", "/to-chuc-tham-dinh?cap=district", 1500, appraising=True),
    Shot("tham-dinh", "/tham-dinh?cap=district&chi-so=CQ.4&don-vi=748", 1700, appraising=True),
    Shot("bo-chi-so", "/bo-chi-so?cap=huyen&tim-chi-so=ho+so+thuc+hien", 1968, opened="CQ.4"),
    Shot("ket-qua-tham-dinh", "/ket-qua-tham-dinh", 1750, appraising=True, told=True, user="lanhdao.747"),
)


def _put_documents(settings: Settings) -> None:
    """Example documents of a unit: one in force, one no longer."""
    engine, files, now = make_engine(settings.url), evidence_files(settings), dt.datetime.now(dt.UTC)
    unit = UnitKey("747", dt.date(2020, 1, 1))
    clerk = Identity("nhap.747", Role.DATA_ENTRY, unit=unit, demonstration=True)
    for number, until in (("VD-01", None), ("VD-02", dt.date(2024, 6, 30))):
        document = NewEvidence(
            number, dt.date(2024, 1, 15), "Đơn vị ví dụ", "Tài liệu ví dụ, không có giá trị", valid_to=until,
            notice_read=True,
        )  # fmt: skip
        upload = Upload(f"{number}.pdf", b"%PDF-1.7 " + number.encode())
        with received(files, upload) as file, draft_session(engine) as session:
            add_evidence(session, files, clerk, unit, document, file, now)
    engine.dispose()


def _begin_appraisal(settings: Settings) -> None:
    """Three districts of the demonstration have sent, and two criteria of one are ruled on."""
    engine, now = make_engine(settings.url), dt.datetime.now(dt.UTC)
    office = Identity("thuongtruc", Role.DX_OFFICE)
    with write_session(engine) as session:
        period = periods(session)[0]
        month = appraised_month(session, period)
        assert month is not None
        snapshot = level_snapshot(session, period, "district", month)
        keys = [UnitKey(code, dt.date(2020, 1, 1)) for code in ("747", "748", "750")]
        for key in keys:
            row = session.get(Submission, (period.id, *key)) or Submission(**ReportPlace(period.id, key).columns)
            row.state, row.changed_at = PeriodState.SENT.value, now
            row.report_number, row.report_date = "01/BC", now.date()
            session.add(row)
        session.flush()
        begin_appraisal(session, office, snapshot, keys, 10, now)
        found = [t for t in tasks(session, office, period.id) if t.key.unit == keys[0] and t.group == "CQ"]
        rule(session, office, snapshot, found[:4], Verdict(RulingKind.AGREE, "Khớp với tài liệu"), now)
    engine.dispose()


def _whole(page: Page, height: int) -> Image.Image:
    page.set_viewport_size({"width": WIDTH, "height": height})
    page.wait_for_timeout(SETTLE_MILLISECONDS)
    return Image.open(io.BytesIO(page.screenshot()))


def _alone(page: Page, block: Locator) -> Image.Image:
    """The label of the page and a block, one below the other."""
    parts = [page.get_by_test_id("stAlert").first, block]
    pictures = [Image.open(io.BytesIO(part.screenshot())) for part in parts]
    size = (max(p.width for p in pictures) + 2 * MARGIN, sum(p.height + MARGIN for p in pictures) + MARGIN)
    joined, top = Image.new("RGB", size, "white"), MARGIN
    for picture in pictures:
        joined.paste(picture, (MARGIN, top))
        top += picture.height + MARGIN
    return joined


def _save(picture: Image.Image, path: Path) -> None:
    """Few colours are enough for text, tables and charts, and make a small file."""
    few = picture.convert("RGB").quantize(128, method=Image.Quantize.MEDIANCUT, dither=Image.Dither.NONE)
    few.save(path, optimize=True)


def main(names: list[str]) -> None:
    """Takes the named pictures, all of them without names."""
    program = shutil.which("chromium-headless-shell")
    if program is None:
        sys.exit("Chromium is not installed; run `make packages`, or: apt-get install chromium-headless-shell")
    with (
        tempfile.TemporaryDirectory() as folder,
        serve(ROOT / "app.py", Path(folder)) as address,
        sync_playwright() as playwright,
    ):
        browser = playwright.chromium.launch(executable_path=program, args=["--no-sandbox", "--disable-dev-shm-usage"])
        _put_documents(Settings(database_url="", dti_folder=Path(folder)))
        begun = False
        for shot in sorted((s for s in SHOTS if not names or s.name in names), key=lambda s: s.appraising):
            if shot.appraising and not begun:
                _begin_appraisal(Settings(database_url="", dti_folder=Path(folder)))
                begun = True
            context = browser.new_context(
                viewport={"width": WIDTH, "height": shot.height},
                color_scheme="light",
                locale="vi-VN",
                timezone_id="Asia/Ho_Chi_Minh",
                reduced_motion="reduce",
            )
            settings = Settings(database_url="", dti_folder=Path(folder))
            if shot.told:
                tell_a_unit(settings)
            token = session_token(settings, shot.user)
            send_cookie(context, address, token)
            page = context.new_page()
            page.goto(address + shot.address)
            wait_for_run(page)
            if shot.ready:
                expect(page.get_by_text(shot.ready)).to_be_visible(timeout=SECONDS_OF_WORK * 1000)
            block = page.locator("details.dti-details", has=page.get_by_text(shot.opened, exact=True)).last
            if shot.opened:
                block.evaluate("e => { e.open = true; }")
            picture = _alone(page, block) if shot.alone else _whole(page, shot.height)
            _save(picture, FOLDER / f"{shot.name}.png")
            context.close()
        browser.close()


if __name__ == "__main__":
    main(sys.argv[1:])
