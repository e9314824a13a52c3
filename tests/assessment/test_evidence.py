"""Evidence of a unit: put in once, whole and checked, attached where it proves, read by who may, noted, taken out."""

import datetime as dt
import sys
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from pathlib import Path

import pytest
from sqlalchemy import Engine, select

from assessment.drafts import Change, save_drafts
from assessment.entries import entry_list
from assessment.evidence import (
    NewEvidence,
    Secrecy,
    Upload,
    add_evidence,
    add_signed_report,
    attach,
    detach,
    discard_unused,
    is_web_address,
    mark_out_of_force,
    received,
    remove_evidence,
    remove_secret,
)
from assessment.evidence_content import EvidenceRefusedError
from assessment.evidence_library import (
    REPORT,
    EvidenceRecord,
    Opened,
    attached,
    flagged_documents,
    library,
    open_evidence,
    readings,
    unit_library,
)
from assessment.permissions import VISITOR, Identity
from assessment.report_form import ReportForm, report_form, report_terms
from assessment.roles import Role
from assessment.sending import SignedReport, approve_and_send, hand_to_head, return_report
from assessment.submissions import ReportPlace, SubmissionRefusedError, submission
from data.database import draft_session, make_engine, read_session, write_session
from data.demonstration import switch_off
from data.evidence_files import EvidenceFiles, content_hash, evidence_files
from data.lineage import UnitKey
from data.models import Evidence, EvidenceReading, EvidenceUse, Input, InputOrigin, SecretRemoval
from data.settings import Settings
from tests.assessment.reporting import NOW, OFFICE, clerk, head, open_office, place_of, snapshot_of
from tests.data.databases import Databases

SET = """
id: rieng-2024
level: district
year: 2024
version: "1.0"
scale: 100
groups:
  - code: CQ
    name: Chính quyền số
    criteria:
      - {code: CQ.1, name: Hồ sơ trực tuyến, max_points: 40, rule: {type: ratio}, evidence: required, evidence_documents: Bảng thống kê hồ sơ}
      - {code: CQ.2, name: Có kế hoạch, max_points: 20, rule: {type: yes_no}, evidence: required}
      - {code: CQ.3, name: Hội nghị, max_points: 20, rule: {type: count, full_at: 4}}
  - code: AT
    name: An toàn thông tin mạng
    criteria:
      - {code: AT.1, name: Hệ thống có hồ sơ cấp độ, max_points: 20, rule: {type: yes_no}, evidence: required}
"""
FIRST = b"unit,criterion,input,value\n747,CQ.3,value,2\n748,CQ.3,value,1\n"
TODAY = dt.date(2024, 12, 12)
PLAN = b"%PDF-1.7\nKe hoach 12\n%%EOF"
DOCUMENT = NewEvidence("12/KH-UBND", dt.date(2024, 3, 1), "UBND thành phố", "Kế hoạch năm 2024", notice_read=True)
ADMINISTRATOR = Identity("quan-tri", Role.ADMINISTRATOR, account_id=2)


def _office(settings: Settings) -> Engine:
    return open_office(settings, SET, FIRST)


@pytest.fixture
def settings(new_database: Databases) -> Settings:
    return new_database.copy_of(_office)


@pytest.fixture
def engine(settings: Settings) -> Iterator[Engine]:
    """The office's period of 2024 with a figure each of two districts, December open."""
    engine = make_engine(settings.url)
    yield engine
    engine.dispose()


@pytest.fixture
def files(settings: Settings) -> EvidenceFiles:
    return evidence_files(settings)


@pytest.fixture
def place(engine: Engine) -> ReportPlace:
    """The report of Vũng Tàu, unit 747."""
    return place_of(engine, "747")


@pytest.fixture
def other(engine: Engine) -> ReportPlace:
    """The report of Bà Rịa, unit 748."""
    return place_of(engine, "748")


def _appraiser(*groups: str, unit: UnitKey | None = None) -> Identity:
    return Identity("tham-dinh", Role.APPRAISER, unit=unit, groups=frozenset(groups), account_id=9)


def _add(
    engine: Engine,
    files: EvidenceFiles,
    place: ReportPlace,
    content: bytes | None = PLAN,
    document: NewEvidence = DOCUMENT,
    identity: Identity | None = None,
    name: str = "Kế hoạch.pdf",
) -> int:
    upload = None if content is None else Upload(name, content)
    with received(files, upload) as file, draft_session(engine) as session:
        return add_evidence(session, files, identity or clerk(place), place.unit, document, file, NOW)


def _attach(engine: Engine, place: ReportPlace, evidence: int, criterion: str, page: str = "") -> None:
    criteria = snapshot_of(engine).criteria_set
    with draft_session(engine) as session:
        attach(session, clerk(place), place, criteria, evidence, criterion, page, NOW)


def _open(engine: Engine, files: EvidenceFiles, identity: Identity, evidence: int) -> Opened:
    with draft_session(engine) as session:
        return open_evidence(session, files, identity, evidence, NOW)


def _library(engine: Engine, identity: Identity) -> dict[int, EvidenceRecord]:
    with read_session(engine) as session:
        return {r.id: r for r in library(session, identity, TODAY)}


def _type(engine: Engine, place: ReportPlace, texts: dict[str, str]) -> None:
    entries = entry_list(snapshot_of(engine).book.compiled)
    with draft_session(engine) as session:
        save_drafts(session, clerk(place), place, entries, [Change(c, t, 0) for c, t in texts.items()], NOW)


def _hand_over(engine: Engine, place: ReportPlace) -> None:
    snapshot = snapshot_of(engine)
    with write_session(engine) as session:
        hand_to_head(session, clerk(place), place, snapshot, submission(session, place).version, NOW)


def _form(engine: Engine, place: ReportPlace) -> ReportForm:
    snapshot = snapshot_of(engine)
    with read_session(engine) as session:
        return report_form(session, clerk(place), place, snapshot, report_terms(session, place.period_id), TODAY)


# Putting in


def test_a_file_lies_by_its_hash_where_backups_look_and_nowhere_else(
    engine: Engine, files: EvidenceFiles, settings: Settings, place: ReportPlace
) -> None:
    _add(engine, files, place)
    name = content_hash(PLAN)
    found = {p.relative_to(settings.evidence_folder).as_posix() for p in settings.evidence_folder.rglob("*.*")}
    assert found == set()
    assert (settings.evidence_folder / name[:2] / name).read_bytes() == PLAN
    assert list(settings.dti_folder.glob("evidence-incoming/*")) == []


def test_a_document_may_be_an_address_alone(engine: Engine, files: EvidenceFiles, place: ReportPlace) -> None:
    evidence = _add(engine, files, place, None, replace(DOCUMENT, link="https://vungtau.example/kh?id=1"))
    assert _open(engine, files, clerk(place), evidence).link == "https://vungtau.example/kh?id=1"


@pytest.mark.parametrize("link", ["https://nguoi:matkhau@a.vn/kh", "https://nguoi@a.vn/kh", "http://@a.vn/"])
def test_an_address_that_signs_in_is_refused_and_not_repeated(
    engine: Engine, files: EvidenceFiles, place: ReportPlace, link: str
) -> None:
    with pytest.raises(EvidenceRefusedError) as refused:
        _add(engine, files, place, None, replace(DOCUMENT, link=link))
    (told,) = refused.value.faults
    assert told.startswith("Đường dẫn có tên đăng nhập hoặc mật khẩu")
    assert "matkhau" not in told


@pytest.mark.parametrize(
    "link", ["javascript:alert(1)", "file:///etc/passwd", "www.a.vn", "https://", "https://a b", "http://[", "data:x"]
)
def test_what_a_browser_would_run_is_no_address(link: str) -> None:
    assert not is_web_address(link)


@pytest.mark.parametrize(
    ("changed", "sentence"),
    [
        ({"number": " "}, "Số, ký hiệu cần từ 1"),
        ({"issuer": ""}, "Cơ quan ban hành cần từ 1"),
        ({"abstract": "x" * 1001}, r"Trích yếu cần từ 1 đến 1\.000"),
        ({"issued_on": dt.date(2024, 12, 13)}, "ở tương lai"),
        ({"issued_on": None}, "Chưa có ngày ban hành"),
        (
            {"issued_on": dt.date(1024, 12, 12)},
            "Ngày ban hành: năm 1024 của ngày 12/12/1024 ngoài khoảng 1945 đến 2100",
        ),
        ({"valid_to": dt.date(2924, 12, 12)}, "Ngày hết hiệu lực: năm 2924 của ngày 12/12/2924 ngoài khoảng"),
        ({"valid_to": dt.date(2024, 2, 29)}, "trước ngày ban hành"),
        ({"link": "javascript:alert(1)"}, "Đường dẫn «javascript:alert.1.» không hợp lệ"),
        ({"secrecy": Secrecy.SECRET}, "tài liệu mật nên không nhận và không lưu"),
        ({"secrecy": Secrecy.MOST}, "tài liệu mật nên không nhận và không lưu"),
        ({"notice_read": False}, "Chưa xác nhận lưu ý"),
    ],
)
def test_what_is_wrong_with_a_document_is_said_and_nothing_kept(
    engine: Engine, files: EvidenceFiles, place: ReportPlace, changed: dict[str, object], sentence: str
) -> None:
    with pytest.raises(EvidenceRefusedError, match=sentence):
        _add(engine, files, place, document=replace(DOCUMENT, **changed))
    assert files.stored() == frozenset()
    assert _library(engine, clerk(place)) == {}


def test_neither_file_nor_address_is_refused(engine: Engine, files: EvidenceFiles, place: ReportPlace) -> None:
    with pytest.raises(EvidenceRefusedError, match="Chưa có tệp hoặc đường dẫn"):
        _add(engine, files, place, None)


def test_a_file_whose_name_says_secret_is_not_even_written(
    engine: Engine, files: EvidenceFiles, settings: Settings, place: ReportPlace
) -> None:
    with pytest.raises(EvidenceRefusedError, match=r"«KH Tối mật\.pdf» được ghi là tài liệu mật"):
        _add(engine, files, place, name="KH Tối mật.pdf")
    assert not (settings.dti_folder / "evidence-incoming").exists()


def test_the_same_file_twice_in_a_library_is_refused_by_its_number(
    engine: Engine, files: EvidenceFiles, place: ReportPlace
) -> None:
    _add(engine, files, place)
    with pytest.raises(EvidenceRefusedError, match="đã có trong thư viện với số 12/KH-UBND"):
        _add(engine, files, place, document=replace(DOCUMENT, number="13/KH-UBND"))


def _scanner(tmp_path: Path, code: str) -> str:
    script = tmp_path / "scan.py"
    script.write_text(f"import sys\ncontent = open(sys.argv[1], 'rb').read()\n{code}\n")
    return f"{sys.executable} {script}"


@pytest.mark.parametrize(
    ("code", "sentence"),
    [
        ("sys.exit(1 if b'Ke hoach' in content else 0)", "không chấp nhận tệp «Kế hoạch.pdf»"),
        ("import os; os.kill(os.getpid(), 9)", "không chấp nhận tệp"),
    ],
)
def test_the_scanner_decides(
    engine: Engine, files: EvidenceFiles, place: ReportPlace, tmp_path: Path, code: str, sentence: str
) -> None:
    scanned = replace(files, scanner=_scanner(tmp_path, code))
    with pytest.raises(EvidenceRefusedError, match=sentence):
        _add(engine, scanned, place)
    assert files.stored() == frozenset()
    clean = replace(files, scanner=_scanner(tmp_path, "sys.exit(0)"))
    assert _add(engine, clean, place)


def test_without_the_scanner_that_was_named_nothing_is_taken(
    engine: Engine, files: EvidenceFiles, place: ReportPlace
) -> None:
    with pytest.raises(EvidenceRefusedError, match="Chưa quét được mã độc"):
        _add(engine, replace(files, scanner="khong-co-lenh-nay"), place)


# Nothing is lost


def _add_and_fail(engine: Engine, files: EvidenceFiles, place: ReportPlace) -> None:
    with received(files, Upload("b.pdf", b"%PDF-2")) as file, draft_session(engine) as session:
        add_evidence(session, files, clerk(place), place.unit, DOCUMENT, file, NOW)
        raise InterruptedError


def test_a_transaction_that_fails_leaves_no_row_and_what_was_there_stays(
    engine: Engine, files: EvidenceFiles, place: ReportPlace, other: ReportPlace
) -> None:
    _add(engine, files, place)
    with pytest.raises(InterruptedError):
        _add_and_fail(engine, files, other)
    assert _library(engine, clerk(other)) == {}
    # The file without a row goes at the next clearing up, the other one is needed.
    assert discard_unused(engine, files) == 1
    assert files.stored() == {content_hash(PLAN)}


def test_a_store_that_cannot_be_written_is_said_and_no_row_names_a_missing_file(
    engine: Engine, files: EvidenceFiles, place: ReportPlace
) -> None:
    # A file where a folder should be: whoever runs the test, root too, cannot write there.
    files.folder.mkdir(parents=True)
    (files.folder / content_hash(PLAN)[:2]).write_bytes(b"")
    with pytest.raises(EvidenceRefusedError, match=r"Kho tài liệu không ghi được tệp «Kế hoạch\.pdf»"):
        _add(engine, files, place)
    assert _library(engine, clerk(place)) == {}


def test_a_damaged_file_is_made_whole_by_who_sends_it_again(
    engine: Engine, files: EvidenceFiles, place: ReportPlace, other: ReportPlace
) -> None:
    evidence = _add(engine, files, place)
    files.path(content_hash(PLAN)).write_bytes(b"%PDF")
    _add(engine, files, other)
    path = _open(engine, files, clerk(place), evidence).path
    assert path is not None
    assert path.read_bytes() == PLAN


def test_a_removed_document_keeps_its_row_and_its_file_stays_while_another_needs_it(
    engine: Engine, files: EvidenceFiles, place: ReportPlace, other: ReportPlace
) -> None:
    mine, theirs = _add(engine, files, place), _add(engine, files, other)
    for own, evidence, left in ((place, mine, 1), (other, theirs, 0)):
        with draft_session(engine) as session:
            remove_evidence(session, clerk(own), evidence, 1, "Đưa nhầm tệp", NOW)
        discard_unused(engine, files)
        assert len(files.stored()) == left
        record = _library(engine, OFFICE)[evidence]
        assert (record.removal_reason, record.removed_at) == ("Đưa nhầm tệp", NOW)
    with pytest.raises(LookupError, match="đã được gỡ"):
        _open(engine, files, clerk(place), mine)


def test_removing_wants_a_reason_and_the_version_that_was_seen(
    engine: Engine, files: EvidenceFiles, place: ReportPlace
) -> None:
    evidence = _add(engine, files, place)
    for version, reason, sentence in ((1, " ", "Cần lý do gỡ"), (2, "x", "vừa được người khác sửa")):
        with draft_session(engine) as session, pytest.raises(EvidenceRefusedError, match=sentence):
            remove_evidence(session, clerk(place), evidence, version, reason, NOW)


def test_files_that_come_and_go_at_once_are_there_for_every_document_that_stays(
    engine: Engine, files: EvidenceFiles, place: ReportPlace, other: ReportPlace
) -> None:
    """Two units put the same file in and take it out, eight times each, and both keep it at the end."""

    def come_and_go(own: ReportPlace) -> int:
        for _time in range(8):
            evidence = _add(engine, files, own)
            with draft_session(engine) as session:
                remove_evidence(session, clerk(own), evidence, 1, "Thử", NOW)
            discard_unused(engine, files)
        return _add(engine, files, own)

    with ThreadPoolExecutor(2) as threads:
        kept = list(threads.map(come_and_go, (place, other)))
    for own, evidence in zip((place, other), kept, strict=True):
        path = _open(engine, files, clerk(own), evidence).path
        assert path is not None
        assert path.read_bytes() == PLAN


# Where it proves


def test_a_document_proves_several_criteria_each_with_its_page(
    engine: Engine, files: EvidenceFiles, place: ReportPlace
) -> None:
    evidence = _add(engine, files, place)
    _attach(engine, place, evidence, "CQ.1", "trang 3")
    _attach(engine, place, evidence, "CQ.2")
    _attach(engine, place, evidence, "CQ.2", "mục 2")
    with read_session(engine) as session:
        found = attached(session, OFFICE, place, TODAY)
        (record,) = unit_library(session, clerk(place), place.unit, TODAY)
    assert {code: [r.id for r in records] for code, records in found.items()} == {
        "CQ.1": [evidence],
        "CQ.2": [evidence],
    }
    assert [(u.criterion, u.page) for u in record.uses] == [("CQ.1", "trang 3"), ("CQ.2", "mục 2")]
    with draft_session(engine) as session:
        detach(session, clerk(place), place, evidence, "CQ.1", NOW)
    assert list(_form(engine, place).evidence) == ["CQ.2"]


def test_only_documents_of_the_own_library_are_attached(
    engine: Engine, files: EvidenceFiles, place: ReportPlace, other: ReportPlace
) -> None:
    theirs = _add(engine, files, other)
    with pytest.raises(EvidenceRefusedError, match="Thư viện của đơn vị không còn tài liệu này"):
        _attach(engine, place, theirs, "CQ.1")
    mine = _add(engine, files, place)
    with pytest.raises(EvidenceRefusedError, match=r"không có chỉ số CQ\.9"):
        _attach(engine, place, mine, "CQ.9")
    criteria = snapshot_of(engine).criteria_set
    for identity in (clerk(other), OFFICE, _appraiser("CQ"), VISITOR):
        with draft_session(engine) as session, pytest.raises(PermissionError):
            attach(session, identity, place, criteria, mine, "CQ.1", "", NOW)
        with pytest.raises(PermissionError):
            _add(engine, files, place, b"%PDF-3", identity=identity)


# What is required


def test_an_answer_without_required_evidence_stops_the_report_criterion_by_criterion(
    engine: Engine, files: EvidenceFiles, place: ReportPlace
) -> None:
    """CQ.3 wants none, AT.1 is answered with no, CQ.1 and CQ.2 are claimed."""
    _type(
        engine,
        place,
        {
            "input/CQ.1/a": "30", "input/CQ.1/b": "100", "input/CQ.2/value": "có", "input/CQ.3/value": "4",
            "input/AT.1/value": "không",
        },
    )  # fmt: skip
    assert _form(engine, place).lacking == {"CQ.1", "CQ.2"}
    with pytest.raises(SubmissionRefusedError) as refused:
        _hand_over(engine, place)
    assert refused.value.faults == (
        "CQ.1 Hồ sơ trực tuyến: đã có số liệu nhưng chưa có tài liệu kiểm chứng bắt buộc (Bảng thống kê hồ sơ); hãy đính "
        "kèm ở chỉ số này.",
        "CQ.2 Có kế hoạch: đã có số liệu nhưng chưa có tài liệu kiểm chứng bắt buộc; hãy đính kèm ở chỉ số này.",
    )
    evidence = _add(engine, files, place)
    _attach(engine, place, evidence, "CQ.1")
    _attach(engine, place, evidence, "CQ.2")
    assert _form(engine, place).lacking == frozenset()
    _hand_over(engine, place)
    # What rests on it is handed over: it stays where it is.
    with draft_session(engine) as session, pytest.raises(SubmissionRefusedError):
        detach(session, clerk(place), place, evidence, "CQ.1", NOW)
    with draft_session(engine) as session, pytest.raises(EvidenceRefusedError, match="đã trình hoặc đã gửi"):
        remove_evidence(session, clerk(place), evidence, 1, "Nhầm", NOW)


def test_a_removed_document_proves_nothing(engine: Engine, files: EvidenceFiles, place: ReportPlace) -> None:
    _type(engine, place, {"input/CQ.2/value": "có"})
    evidence = _add(engine, files, place)
    _attach(engine, place, evidence, "CQ.2")
    with draft_session(engine) as session:
        remove_evidence(session, clerk(place), evidence, 1, "Nhầm", NOW)
    assert _form(engine, place).lacking == {"CQ.2"}


@pytest.mark.parametrize(
    ("origin", "lacking"),
    [
        (InputOrigin.SELF_ASSESSED, {"CQ.1"}),
        (InputOrigin.SOURCE_SYSTEM, set[str]()),
        (InputOrigin.DEMONSTRATION, set[str]()),
    ],
)
def test_figures_that_the_unit_has_not_answered_itself_want_no_evidence(
    engine: Engine, place: ReportPlace, origin: InputOrigin, lacking: set[str]
) -> None:
    with write_session(engine) as session:
        for key, number in (("a", 3.0), ("b", 4.0)):
            session.add(
                Input(
                    period_id=place.period_id, unit_code=place.unit.code, unit_valid_from=place.unit.valid_from,
                    criterion="CQ.1", input_key=key, month=12, number=number, state="given", origin=origin.value,
                )
            )  # fmt: skip
    assert _form(engine, place).lacking == lacking


def test_what_is_asked_to_be_not_applicable_wants_no_evidence(engine: Engine, place: ReportPlace) -> None:
    _type(engine, place, {"input/CQ.2/value": "có", "request/CQ.2": "Không thuộc đối tượng"})
    assert _form(engine, place).lacking == frozenset()


# The signed report


def test_the_signed_report_is_kept_as_evidence_of_what_was_sent(
    engine: Engine, files: EvidenceFiles, place: ReportPlace, other: ReportPlace
) -> None:
    _hand_over(engine, place)
    snapshot, theirs = snapshot_of(engine), _add(engine, files, other)
    missing = SignedReport("15/BC-UBND", dt.date(2024, 12, 11), theirs)
    with write_session(engine) as session, pytest.raises(EvidenceRefusedError, match="Thư viện của đơn vị"):
        approve_and_send(session, head(place), place, snapshot, missing, 1, NOW)
    signed = replace(DOCUMENT, number="15/BC-UBND")
    with received(files, Upload("bc.pdf", b"%PDF-bc")) as file, write_session(engine) as session:
        evidence = add_signed_report(session, files, head(place), place.unit, signed, file, NOW)
        report = SignedReport("15/BC-UBND", dt.date(2024, 12, 11), evidence)
        sent = approve_and_send(session, head(place), place, snapshot, report, 1, NOW)
    record = _form(engine, place).signed_report
    assert record is not None
    assert (record.id, record.number) == (evidence, "15/BC-UBND")
    with write_session(engine) as session:
        return_report(session, OFFICE, place, "Bổ sung", 3, sent.version, NOW)
    with draft_session(engine) as session, pytest.raises(EvidenceRefusedError, match="báo cáo tự đánh giá đã ký"):
        remove_evidence(session, clerk(place), evidence, 1, "Nhầm", NOW)
    with read_session(engine) as session:
        assert [u.criterion for u in session.scalars(select(EvidenceUse))] == [REPORT]
    # Sent again as it was signed: the library has the file already.
    _hand_over(engine, place)
    with received(files, Upload("bc.pdf", b"%PDF-bc")) as file, write_session(engine) as session:
        assert add_signed_report(session, files, head(place), place.unit, signed, file, NOW) == evidence
        approve_and_send(session, head(place), place, snapshot, report, submission(session, place).version, NOW)


# Reading


def test_who_may_read_and_every_reading_is_noted(
    engine: Engine, files: EvidenceFiles, place: ReportPlace, other: ReportPlace
) -> None:
    evidence = _add(engine, files, place)
    _attach(engine, place, evidence, "CQ.1")
    may = [clerk(place), head(place), OFFICE, _appraiser("CQ"), _appraiser("CQ", unit=other.unit)]
    may_not = [
        clerk(other),
        head(other),
        _appraiser("AT"),
        _appraiser("CQ", unit=place.unit),
        ADMINISTRATOR,
        Identity("lanh-dao", Role.PROVINCE_LEADER),
        Identity("so-lieu", Role.DATA_PROVIDER),
        VISITOR,
    ]
    for identity in may:
        opened = _open(engine, files, identity, evidence)
        assert opened.path is not None
        assert (opened.path.read_bytes(), opened.media_type, opened.name) == (PLAN, "application/pdf", "Kế hoạch.pdf")
    for identity in may_not:
        with pytest.raises(PermissionError):
            _open(engine, files, identity, evidence)
    with read_session(engine) as session:
        noted = [(r.evidence_id, r.account_id, r.read_at) for r in session.scalars(select(EvidenceReading))]
    assert noted == [(evidence, account, NOW) for account in (7, 8, 1, 9, 9)]
    assert _library(engine, OFFICE)[evidence].readings == 5
    with read_session(engine) as session:
        seen = readings(session, OFFICE, evidence)
        assert [r.read_at for r in seen] == [NOW] * 5
        assert readings(session, head(place), evidence) == seen
        for nobody in (clerk(place), head(other), _appraiser("CQ"), VISITOR):
            with pytest.raises(PermissionError):
                readings(session, nobody, evidence)


@pytest.mark.parametrize(
    ("flagged", "criteria", "readers"),
    [
        # Flagged, and proving a criterion of CQ: the unit and the appraisers of CQ.
        (True, ["CQ.1"], {"unit", "CQ"}),
        # Proving a criterion of AT, whatever else: the unit and the appraisers of AT.
        (False, ["AT.1"], {"unit", "AT"}),
        (False, ["AT.1", "CQ.1"], {"unit", "AT"}),
        # Proving nothing yet: the unit alone.
        (True, [], {"unit"}),
    ],
)
def test_security_evidence_is_for_its_appraisers_and_the_unit_alone(
    engine: Engine, files: EvidenceFiles, place: ReportPlace, flagged: bool, criteria: list[str], readers: set[str]
) -> None:
    evidence = _add(engine, files, place, document=replace(DOCUMENT, security=flagged))
    for code in criteria:
        _attach(engine, place, evidence, code)
    people = {"unit": clerk(place), "office": OFFICE, "CQ": _appraiser("CQ"), "AT": _appraiser("AT")}
    found = set()
    for name, identity in people.items():
        try:
            _open(engine, files, identity, evidence)
        except PermissionError:
            continue
        found.add(name)
    assert found == readers
    # The office knows that there is a document, not what it is about.
    record = _library(engine, OFFICE)[evidence]
    assert (record.security, record.readable, record.abstract, record.file_name) == (True, False, "", None)


def test_who_knows_of_which_documents(
    engine: Engine, files: EvidenceFiles, place: ReportPlace, other: ReportPlace
) -> None:
    mine, theirs = _add(engine, files, place), _add(engine, files, other, b"%PDF-8")
    _attach(engine, place, mine, "CQ.1")
    assert list(_library(engine, clerk(place))) == [mine]
    assert list(_library(engine, clerk(other))) == [theirs]
    assert set(_library(engine, OFFICE)) == set(_library(engine, ADMINISTRATOR)) == {mine, theirs}
    assert list(_library(engine, _appraiser("CQ"))) == [mine]
    for identity in (VISITOR, Identity("lanh-dao", Role.PROVINCE_LEADER)):
        with pytest.raises(PermissionError):
            _library(engine, identity)


def test_documents_of_the_demonstration_and_of_the_office_lie_apart_and_the_first_go_with_it(
    engine: Engine, files: EvidenceFiles, place: ReportPlace
) -> None:
    own, invented = clerk(place), replace(clerk(place), demonstration=True)
    # The same file in both: neither stands in the other's way, and neither counts as shared.
    mine, shown = _add(engine, files, place), _add(engine, files, place, identity=invented)
    secret = _add(engine, files, place, b"%PDF-9", identity=invented)
    assert [r.demonstration for r in _library(engine, OFFICE).values()] == [True, True, False]
    assert (
        set(_library(engine, replace(OFFICE, demonstration=True))) == set(_library(engine, invented)) == {shown, secret}
    )
    with read_session(engine) as session:
        choices = [{r.id for r in unit_library(session, who, place.unit, TODAY)} for who in (own, invented)]
    assert choices == [{mine}, {shown, secret}]
    with pytest.raises(LookupError, match="Không có tài liệu này hoặc bạn không được đọc"):
        _open(engine, files, invented, mine)
    assert _open(engine, files, own, shown).path is not None
    # A document of the demonstration proves nothing in the office's period, and is changed by nobody of it unseen.
    with pytest.raises(EvidenceRefusedError, match="Thư viện của đơn vị không còn tài liệu này"):
        _attach(engine, place, shown, "CQ.1")
    with pytest.raises(PermissionError, match="Tài khoản trình diễn"), draft_session(engine) as session:
        mark_out_of_force(session, invented, mine, 1, NOW, out_of_force=True)
    # A secret goes from every library: an account of the demonstration takes none out of the office's.
    with pytest.raises(PermissionError, match="Tài khoản trình diễn"), write_session(engine) as session:
        remove_secret(session, replace(OFFICE, demonstration=True), mine, "Có dấu mật", NOW)
    with write_session(engine) as session:
        remove_secret(session, OFFICE, secret, "Có dấu mật", NOW)
    with write_session(engine) as session:
        switch_off(session)
    # What the log of secrets names stays, without what was said of it.
    assert set(_library(engine, OFFICE)) == {mine, secret}
    assert _library(engine, OFFICE)[mine].removed_at is None


# Flags


def test_documents_of_a_report_that_are_to_be_looked_at_are_counted_once(
    engine: Engine, files: EvidenceFiles, place: ReportPlace, other: ReportPlace
) -> None:
    """One file that two units have, attached twice by one and not at all by the other; one document past its day."""
    shared, sound = _add(engine, files, place), _add(engine, files, place, b"%PDF-1.7 sound")
    _add(engine, files, other)
    for evidence, criterion in ((shared, "CQ.1"), (shared, "CQ.2"), (sound, "CQ.1")):
        _attach(engine, place, evidence, criterion)
    with read_session(engine) as session:
        assert flagged_documents(session, place.period_id, TODAY) == {place.unit: 1}
    with draft_session(engine) as session:
        version = session.get_one(Evidence, sound).version
        mark_out_of_force(session, clerk(place), sound, version, NOW, out_of_force=True)
    with read_session(engine) as session:
        assert flagged_documents(session, place.period_id, TODAY) == {place.unit: 2}
        assert flagged_documents(session, place.period_id + 1, TODAY) == {}


def test_the_same_file_in_two_libraries_is_flagged_and_named_to_the_office_alone(
    engine: Engine, files: EvidenceFiles, place: ReportPlace, other: ReportPlace
) -> None:
    mine = _add(engine, files, place)
    assert not _library(engine, OFFICE)[mine].is_shared
    theirs = _add(engine, files, other)
    assert _library(engine, OFFICE)[mine].other_units == ("Thành phố Bà Rịa",)
    assert _library(engine, clerk(place))[mine].other_units == ("",)
    with draft_session(engine) as session:
        remove_evidence(session, clerk(other), theirs, 1, "Nhầm", NOW)
    assert not _library(engine, OFFICE)[mine].is_shared


@pytest.mark.parametrize(
    ("valid_to", "in_force"), [(None, True), (dt.date(2024, 12, 12), True), (dt.date(2024, 12, 11), False)]
)
def test_a_document_is_in_force_to_its_last_day(
    engine: Engine, files: EvidenceFiles, place: ReportPlace, valid_to: dt.date | None, in_force: bool
) -> None:
    evidence = _add(engine, files, place, document=replace(DOCUMENT, valid_to=valid_to))
    assert _library(engine, OFFICE)[evidence].in_force is in_force


def test_a_document_is_marked_as_no_longer_in_force_and_back(
    engine: Engine, files: EvidenceFiles, place: ReportPlace, other: ReportPlace
) -> None:
    evidence = _add(engine, files, place)
    for version, marked in ((1, True), (2, False)):
        with draft_session(engine) as session:
            mark_out_of_force(session, clerk(place), evidence, version, NOW, out_of_force=marked)
        assert _library(engine, OFFICE)[evidence].in_force is not marked
    with draft_session(engine) as session, pytest.raises(PermissionError):
        mark_out_of_force(session, clerk(other), evidence, 3, NOW, out_of_force=True)


# Secrets


def test_a_secret_goes_from_every_library_with_what_was_said_of_it_and_a_log_of_its_own(
    engine: Engine, files: EvidenceFiles, place: ReportPlace, other: ReportPlace
) -> None:
    mine, theirs = _add(engine, files, place), _add(engine, files, other)
    _attach(engine, place, mine, "CQ.1")
    _type(engine, place, {"input/CQ.1/a": "1", "input/CQ.1/b": "2"})
    _hand_over(engine, place)
    with write_session(engine) as session:
        assert remove_secret(session, ADMINISTRATOR, mine, "Có độ mật, thông báo của công an tỉnh", NOW) == 2
    discard_unused(engine, files)
    assert files.stored() == frozenset()
    with read_session(engine) as session:
        log = [(s.evidence_id, s.account_id, s.removed_at, s.sha256) for s in session.scalars(select(SecretRemoval))]
        left = [(e.number, e.issuer, e.abstract, e.file_name, e.link) for e in session.scalars(select(Evidence))]
    assert log == [(mine, 2, NOW, content_hash(PLAN)), (theirs, 2, NOW, content_hash(PLAN))]
    assert left == [("–", "–", "–", "–", None)] * 2


def test_only_office_and_administrator_take_secrets_out(
    engine: Engine, files: EvidenceFiles, place: ReportPlace
) -> None:
    evidence = _add(engine, files, place)
    for identity in (clerk(place), head(place), _appraiser("CQ"), VISITOR):
        with write_session(engine) as session, pytest.raises(PermissionError):
            remove_secret(session, identity, evidence, "Mật", NOW)
    with write_session(engine) as session, pytest.raises(EvidenceRefusedError, match="Cần lý do gỡ"):
        remove_secret(session, OFFICE, evidence, "", NOW)
