"""The library of evidence: found without marks, flagged, taken out with a reason; secrets by office and administrator."""

import datetime as dt
from collections.abc import Callable, Iterator

import pytest
from sqlalchemy import delete, select

from assessment.evidence import NewEvidence, Upload, add_evidence, attach, received
from assessment.permissions import Identity
from assessment.roles import Role
from assessment.submissions import ReportPlace
from data.database import draft_session, read_session, write_session
from data.lineage import UnitKey
from data.models import Evidence, EvidenceFile, EvidenceReading, EvidenceUse, SecretRemoval
from tests.ui.conftest import OFFICE
from tests.ui.pages import html, opener, sound
from ui import gateway
from ui.gateway_evidence import store

Looking = Callable[[Identity], None]
UNIT, NEIGHBOUR = UnitKey("747", dt.date(2020, 1, 1)), UnitKey("748", dt.date(2020, 1, 1))
CLERK = Identity("nhap.747", Role.DATA_ENTRY, unit=UNIT)
THEIRS = Identity("nhap.748", Role.DATA_ENTRY, unit=NEIGHBOUR)
ADMINISTRATOR = Identity("quantri", Role.ADMINISTRATOR)
opened = opener("evidence.py", 60)


@pytest.fixture(autouse=True)
def empty_libraries(own_database: None) -> Iterator[None]:
    """No library holds anything before a test, and none of it is left after."""
    yield
    with write_session(gateway.engine()) as session:
        for table in (SecretRemoval, EvidenceReading, EvidenceUse, Evidence, EvidenceFile):
            session.execute(delete(table))


def put_in(number: str, abstract: str, content: bytes, *, identity: Identity = CLERK, **more: object) -> int:
    """A document in the identity's library."""
    assert identity.unit is not None
    document = NewEvidence(number, dt.date(2024, 3, 1), "UBND", abstract, notice_read=True, **more)  # pyright: ignore[reportArgumentType]
    with received(store(), Upload("a.pdf", content)) as file, draft_session(gateway.engine()) as session:
        return add_evidence(session, store(), identity, identity.unit, document, file, dt.datetime.now(dt.UTC))


def prove(evidence: int, criterion: str) -> None:
    period = gateway.calendar()[0][0].id
    criteria = gateway.snapshot(period, "district", 12).criteria_set
    with draft_session(gateway.engine()) as session:
        now = dt.datetime.now(dt.UTC)
        attach(session, CLERK, ReportPlace(period, UNIT), criteria, evidence, criterion, "trang 4", now)


def test_documents_are_found_without_marks_and_say_where_they_are_used(looking: Looking) -> None:
    evidence = put_in("12/KH-UBND", "Kế hoạch chuyển đổi số", b"%PDF-1")
    put_in("13/QĐ-UBND", "Quyết định kiện toàn", b"%PDF-2")
    prove(evidence, "NT.1")
    looking(CLERK)
    assert "2 tài liệu" in html(opened())
    page = opened(tim_tai_lieu="ke hoach chuyen doi")
    assert "1 tài liệu" in html(page)
    assert f'<a href="/tai-lieu/{evidence}"' in html(page)
    assert "Năm 2024 (trình diễn): NT.1, trang 4" in html(page)
    assert "1 tài liệu" in html(opened(trang_thai_tai_lieu="chua-dung"))
    looking(THEIRS)
    assert any("Chưa có tài liệu kiểm chứng nào" in i.value for i in opened().info)


def test_the_office_sees_what_is_to_be_looked_at(looking: Looking) -> None:
    put_in("12/KH-UBND", "Kế hoạch", b"%PDF-1", valid_to=dt.date(2024, 6, 30))
    put_in("8/BC-UBND", "Báo cáo", b"%PDF-3")
    put_in("9/BC-UBND", "Báo cáo", b"%PDF-3", identity=THEIRS)
    looking(OFFICE)
    page = opened(trang_thai_tai_lieu="can-xem")
    assert "3 tài liệu" in html(page)
    assert "hết hiệu lực sau ngày 30/06/2024" in html(page)
    assert "tệp này Thành phố Bà Rịa cũng đã nộp" in html(page)
    assert not [e for e in page.expander if e.label == "Thêm tài liệu vào thư viện"]
    looking(CLERK)
    page = opened(trang_thai_tai_lieu="trung-tep")
    assert "tệp này 1 đơn vị khác cũng đã nộp" in html(page)
    assert "Bà Rịa" not in html(page)


def test_security_evidence_says_nothing_to_the_office(looking: Looking) -> None:
    evidence = put_in("5/BC-UBND", "Điểm yếu của hệ thống", b"%PDF-5", security=True)
    looking(OFFICE)
    page = opened()
    assert "5/BC-UBND" in html(page)
    assert "hạn chế người đọc" in html(page)
    assert "Điểm yếu" not in html(page)
    assert f"/tai-lieu/{evidence}" not in html(page)
    looking(CLERK)
    assert "Điểm yếu" in html(opened())


def test_the_unit_marks_and_takes_out_with_a_reason(looking: Looking) -> None:
    evidence = put_in("12/KH-UBND", "Kế hoạch", b"%PDF-1")
    looking(CLERK)
    page = opened(tai_lieu=str(evidence))
    page.button(key="evidence_mark").click().run()
    assert "hết hiệu lực" in html(sound(page))
    remove = next(b for b in page.button if b.label == "Gỡ tài liệu")
    remove.click().run()
    assert [e.value for e in page.error] == ["Cần lý do gỡ từ 1 đến 2.000 ký tự; hãy ghi lý do."]
    page.text_area(key="evidence_remove_reason").set_value("Đưa nhầm văn bản")
    next(b for b in page.button if b.label == "Gỡ tài liệu").click().run()
    assert any("Đã gỡ tài liệu 12/KH-UBND" in s.value for s in sound(page).success)
    assert store().stored() == frozenset()
    page = opened(trang_thai_tai_lieu="da-go")
    assert "đã gỡ: Đưa nhầm văn bản" in html(page)
    assert f"/tai-lieu/{evidence}" not in html(page)
    assert not [b for b in page.button if b.label in ("Gỡ tài liệu", "Gỡ tài liệu mật")]


def test_nothing_can_be_done_with_a_document_before_one_is_chosen(looking: Looking) -> None:
    put_in("12/KH-UBND", "Kế hoạch", b"%PDF-1")
    evidence = put_in("13/QĐ-UBND", "Quyết định", b"%PDF-2")
    looking(CLERK)
    page = opened()
    chosen = page.selectbox(key="filter_tai-lieu")
    assert chosen.value == ""
    assert not [b for b in page.button if b.key == "evidence_mark" or b.label == "Gỡ tài liệu"]
    chosen.set_value(str(evidence)).run()
    page.button(key="evidence_mark").click().run()
    assert any("Đã đánh dấu 13/QĐ-UBND hết hiệu lực" in s.value for s in sound(page).success)


def test_taking_out_what_is_only_a_link_says_nothing_of_a_file(looking: Looking) -> None:
    document = NewEvidence("5/BC", dt.date(2024, 3, 1), "UBND", "Báo cáo", link="https://x.example/5", notice_read=True)
    with draft_session(gateway.engine()) as session:
        evidence = add_evidence(session, store(), CLERK, UNIT, document, None, dt.datetime.now(dt.UTC))
    said: dict[Identity, str] = {}
    for who in (CLERK, OFFICE):
        looking(who)
        said[who] = " ".join(m.value for m in opened(tai_lieu=str(evidence)).markdown if "**Gỡ" in m.value)
    assert said[CLERK] == "**Gỡ khỏi thư viện** — đường dẫn không mở được từ đây nữa, lý do được giữ lại"
    assert said[OFFICE].startswith("**Gỡ tài liệu mật** — xóa cả đường dẫn, số, trích yếu")


@pytest.mark.parametrize("identity", [OFFICE, ADMINISTRATOR], ids=["office", "administrator"])
def test_a_secret_is_taken_out_with_a_log_of_its_own(looking: Looking, identity: Identity) -> None:
    evidence = put_in("12/KH-UBND", "Kế hoạch", b"%PDF-1")
    looking(identity)
    page = opened(tai_lieu=str(evidence))
    page.text_area(key="evidence_secret_reason").set_value("Có dấu chỉ độ mật")
    next(b for b in page.button if b.label == "Gỡ tài liệu mật").click().run()
    assert any("ghi sổ" in s.value for s in sound(page).success)
    with read_session(gateway.engine()) as session:
        assert [(s.evidence_id, s.reason) for s in session.scalars(select(SecretRemoval))] == [
            (evidence, "Có dấu chỉ độ mật")
        ]
    assert "Kế hoạch" not in html(opened(trang_thai_tai_lieu="da-go"))
