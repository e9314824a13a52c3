"""The form of a unit: kept as it is typed, scored at once, disputed cell by cell, sent by the head alone."""

import datetime as dt
from collections.abc import Callable, Iterator

import pytest
from sqlalchemy import delete
from streamlit.testing.v1 import AppTest

from assessment.drafts import Change, save_drafts
from assessment.entries import entry_list
from assessment.evidence import NewEvidence, Upload, add_evidence, attach, received
from assessment.permissions import Identity
from assessment.roles import Role
from assessment.submissions import ReportPlace
from data.database import draft_session, read_session, write_session
from data.lineage import UnitKey
from data.models import Draft, Evidence, EvidenceFile, EvidenceReading, EvidenceUse, Input, InputOrigin, Submission
from tests.ui.pages import blocks, html, opener, sound
from ui import gateway
from ui.gateway_evidence import store

UNIT = UnitKey("747", dt.date(2020, 1, 1))
CLERK = Identity("nhap.747", Role.DATA_ENTRY, unit=UNIT, account_id=None)
HEAD = Identity("lanhdao.747", Role.UNIT_LEADER, unit=UNIT, account_id=None)
opened = opener("report.py", 60)


@pytest.fixture(autouse=True)
def nothing_typed(own_database: None) -> Iterator[None]:
    """Nothing is typed or sent before a test, and none of it is left after."""
    yield
    with write_session(gateway.engine()) as session:
        for table in (Draft, Submission, EvidenceReading, EvidenceUse, Evidence, EvidenceFile):
            session.execute(delete(table))


@pytest.fixture
def clerk(looking: Callable[[Identity], None]) -> None:
    """The clerk of Vũng Tàu looks."""
    looking(CLERK)


def key(code: str) -> str:
    period = gateway.calendar()[0][0].id
    return f"entry_{period}_747_{code}".replace("/", "_").replace(".", "_")


def receipts(page: AppTest) -> list[str]:
    """What is said of the points of each criterion on the page."""
    return [block for block in blocks(page) if block.startswith("<dl")]


def figures(page: AppTest) -> dict[str, str]:
    return {m.label: m.value for m in page.metric}


def place() -> ReportPlace:
    return ReportPlace(gateway.calendar()[0][0].id, UNIT)


def open_box(page: AppTest, code: str) -> None:
    """Opens the box in which a request is written; does nothing for figures, which stand in none."""
    page.session_state[f"{key(code)}_box"] = True
    page.run()


def type_elsewhere(code: str, text: str, version: int = 0) -> None:
    """Somebody else's window keeps a draft."""
    snapshot = gateway.snapshot(place().period_id, "district", 12)
    with draft_session(gateway.engine()) as session:
        entries = entry_list(snapshot.book.compiled)
        save_drafts(session, CLERK, place(), entries, [Change(code, text, version)], dt.datetime.now(dt.UTC))


def prove(criterion: str, page: str = "") -> int:
    """A document of the unit's library proves a criterion."""
    now, files = dt.datetime.now(dt.UTC), store()
    document = NewEvidence("3/BK-UBND", dt.date(2024, 12, 2), "UBND", "Bảng kê tin, bài", notice_read=True)
    criteria = gateway.snapshot(place().period_id, "district", 12).criteria_set
    with received(files, Upload("bang-ke.pdf", b"%PDF-1.7")) as file, draft_session(gateway.engine()) as session:
        evidence = add_evidence(session, files, CLERK, UNIT, document, file, now)
        attach(session, CLERK, place(), criteria, evidence, criterion, page, now)
    return evidence


@pytest.mark.usefixtures("clerk")
def test_what_is_typed_is_kept_and_scored_at_once() -> None:
    """NT.1: 40 of 60 products make 1,00 of 1,50 points; 60 make all of them."""
    page = opened(chi_so="NT")
    assert "1,00 / 1,50" in receipts(page)[0]
    before = figures(page)["Điểm tự đánh giá tạm tính"]
    page.text_input(key=key("fact/communication_items/number")).set_value("60").run()
    assert "1,50 / 1,50" in receipts(sound(page))[0]
    assert figures(page)["Điểm tự đánh giá tạm tính"] != before
    assert "Đã lưu nháp lúc" in " ".join(c.value for c in page.caption)
    # Kept: another window finds it, and the ranking does not know of it.
    assert opened(chi_so="NT").text_input(key=key("fact/communication_items/number")).value == "60"
    snapshot = gateway.snapshot(place().period_id, "district", 12)
    assert snapshot.inputs.value(snapshot.row_of["747"], snapshot.inputs.compiled.column_of["NT.1", "value"]) == 40


@pytest.mark.usefixtures("clerk")
@pytest.mark.parametrize(
    ("text", "sentence"),
    [
        ("1.234", "có thể hiểu là 1234 hoặc 1,234"),
        ("bốn mươi", "không phải là số"),
        ("-4", "là số âm"),
        ("1e308", "viết kiểu lũy thừa; hãy viết đủ các chữ số"),
        ("40%", "ghi theo phần trăm"),
        ("40,5", "40,5 có phần lẻ, nhưng đây là số đếm; hãy ghi số nguyên."),
        ("9999999999999999", "lớn hơn mọi số liệu có thể có"),
    ],
)
def test_what_cannot_be_read_stays_in_its_place_with_a_sentence(text: str, sentence: str) -> None:
    page = opened(chi_so="NT")
    page.text_input(key=key("fact/communication_items/number")).set_value(text).run()
    assert page.text_input(key=key("fact/communication_items/number")).value == text
    assert any(sentence in e.value for e in page.error)
    page.button(key="report_hand_over").click().run()
    assert any("Tin, bài, sản phẩm" in e.value for e in page.error)


@pytest.mark.usefixtures("clerk")
@pytest.mark.parametrize(
    ("code", "kept", "sentence"),
    [
        ("fact/communication_items/number", 200, "Nội dung dài 201 ký tự, nhiều nhất 200 ký tự nên chưa lưu"),
        ("request/NT.1", 2000, "Nội dung dài 2.001 ký tự, nhiều nhất 2.000 ký tự nên chưa lưu; hãy viết gọn lại."),
    ],
)
def test_too_long_a_text_stays_in_its_place_with_a_sentence_and_is_not_kept(
    code: str, kept: int, sentence: str
) -> None:
    page, text = opened(chi_so="NT"), "1" * (kept + 1)
    open_box(page, code)
    fields = page.text_input if kept == 200 else page.text_area
    fields(key=key(code)).set_value(text).run()
    assert (page.text_input if kept == 200 else page.text_area)(key=key(code)).value == text
    assert any(sentence in e.value for e in page.error)
    assert any("dài quá mức cho phép" in e.value for e in page.error)
    with read_session(gateway.engine()) as session:
        assert not session.query(Draft).all()
    # A box that is closed upon it does not lose it.
    page.session_state[f"{key(code)}_box"] = False
    page.run()
    assert (page.text_input if kept == 200 else page.text_area)(key=key(code)).value == text
    unsaved = "Lý do đã nhập ở trên chưa được lưu; hãy mở ra, xem vì sao rồi sửa."
    assert (unsaved in [e.value for e in page.error]) is (kept == 2000)
    # One character less is taken.
    (page.text_input if kept == 200 else page.text_area)(key=key(code)).set_value(text[1:]).run()
    assert not any("chưa lưu" in e.value or "chưa được lưu" in e.value for e in page.error)
    with read_session(gateway.engine()) as session:
        assert [row.value for row in session.query(Draft)] == [text[1:]]


def test_too_long_a_reason_stays_in_its_place_with_a_sentence(looking: Callable[[Identity], None]) -> None:
    looking(HEAD)
    with write_session(gateway.engine()) as session:
        session.add(Submission(**place().columns, state="awaiting_head", changed_at=dt.datetime.now(dt.UTC)))
    page = opened(chi_so="NT")
    page.text_area(key="report_take_back_reason").set_value("n" * 2001)
    next(b for b in page.button if b.label == "Trả lại để nhập tiếp").click().run()
    assert page.text_area(key="report_take_back_reason").value == "n" * 2001
    said = [e.value for e in page.error]
    assert any("Nội dung dài 2.001 ký tự, nhiều nhất được 2.000; hãy viết gọn lại." in e for e in said)
    assert any("Nội dung dài 2.001 ký tự, nhiều nhất 2.000 ký tự nên chưa lưu" in e for e in said)
    assert figures(page)["Trạng thái"] == "Chờ lãnh đạo đơn vị duyệt"


@pytest.mark.usefixtures("clerk")
@pytest.mark.parametrize(("mine", "kept"), [(True, "50"), (False, "55")])
def test_two_windows_dispute_a_cell_and_the_reader_chooses(mine: bool, kept: str) -> None:
    page = opened(chi_so="NT")
    type_elsewhere("fact/communication_items/number", "55")
    page.text_input(key=key("fact/communication_items/number")).set_value("50").run()
    (told,) = [w.value for w in page.warning if "Chưa ghi đè" in w.value]
    assert "«55»" in told
    assert "«50»" in told
    page.button(key=key("fact/communication_items/number") + ("_mine" if mine else "_theirs")).click().run()
    assert page.text_input(key=key("fact/communication_items/number")).value == kept
    assert not [w for w in page.warning if "Chưa ghi đè" in w.value]
    assert opened(chi_so="NT").text_input(key=key("fact/communication_items/number")).value == kept


@pytest.mark.usefixtures("clerk")
def test_a_change_elsewhere_is_shown_at_the_next_run() -> None:
    page = opened(chi_so="NT")
    type_elsewhere("fact/communication_items/number", "55")
    assert page.run().text_input(key=key("fact/communication_items/number")).value == "55"


@pytest.mark.usefixtures("clerk")
def test_a_fact_is_typed_once_and_named_where_it_counts_too() -> None:
    page = opened(chi_so="NT")
    fact = key("fact/officials/number")
    assert page.text_input(key=fact).value == "179"
    page.text_input(key=fact).set_value("180").run()
    elsewhere = [c.value for code in ("NL", "NT") for c in opened(chi_so=code).caption]
    assert any("180 (nhập ở NT.4)" in text for text in elsewhere)


@pytest.mark.usefixtures("clerk")
def test_a_request_for_not_applicable_changes_no_maximum() -> None:
    page = opened(chi_so="NT")
    assert key("request/NT.1") not in [field.key for field in page.text_area]
    open_box(page, "request/NT.1")
    page.text_area(key=key("request/NT.1")).set_value("Đơn vị không làm truyền thông").run()
    assert "Đề nghị không áp dụng, chờ thẩm định" in html(sound(page))


@pytest.mark.usefixtures("clerk")
def test_blanks_around_a_reason_that_is_kept_are_nothing_unsaved() -> None:
    page = opened(chi_so="NT")
    open_box(page, "request/NT.1")
    page.text_area(key=key("request/NT.1")).set_value(" Đơn vị không làm truyền thông ").run()
    page.session_state[f"{key('request/NT.1')}_box"] = False
    assert key("request/NT.1") not in [field.key for field in sound(page.run()).text_area]


def test_from_the_clerk_to_the_head_to_the_office_and_back(looking: Callable[[Identity], None]) -> None:
    looking(CLERK)
    page = opened(chi_so="NT")
    page.text_input(key=key("fact/communication_items/number")).set_value("60").run()
    # What is typed anew wants its evidence; the figures of the demonstration, which have none, do not.
    page.button(key="report_hand_over").click().run()
    assert [e.value for e in page.error] == [
        "NT.1 Tin, bài, sản phẩm truyền thông về chuyển đổi số: đã có số liệu nhưng chưa có tài liệu kiểm chứng bắt buộc "
        "(Bảng kê tin, bài gồm ngày đăng, kênh đăng và đường dẫn); hãy đính kèm ở chỉ số này."
    ]
    assert any("Thiếu tài liệu kiểm chứng bắt buộc" in c.value for c in page.caption)
    evidence = prove("NT.1", "trang 2")
    page.button(key="report_hand_over").click().run()
    assert figures(page)["Trạng thái"] == "Chờ lãnh đạo đơn vị duyệt"
    assert not [c for c in page.caption if "Thiếu tài liệu" in c.value]
    told = f'<a href="/tai-lieu/{evidence}" target="_self">3/BK-UBND ngày 02/12/2024, UBND</a> · trang 2'
    assert told in html(page)
    assert page.text_input(key=key("fact/communication_items/number")).disabled
    assert not [b for b in page.button if b.label == "Duyệt và gửi"]

    looking(HEAD)
    page = opened(chi_so="NT")
    send = next(b for b in page.button if b.label == "Duyệt và gửi")
    send.click().run()
    (told,) = [e.value for e in page.error]
    assert "Chưa thực hiện được; cần xử lý 3 điểm" in told
    for sentence in ("Chưa xác nhận lưu ý", "Số, ký hiệu cần từ 1", "Chưa có tệp hoặc đường dẫn"):
        assert sentence in told
    page.text_input(key="report_number").set_value("12/BC-UBND")
    page.text_input(key="report_link").set_value("https://vungtau.example/bc-12")
    page.checkbox(key="report_notice").check()
    next(b for b in page.button if b.label == "Duyệt và gửi").click().run()
    assert figures(sound(page))["Trạng thái"] == "Đã gửi"
    assert "Báo cáo đã ký: " in html(page)
    with read_session(gateway.engine()) as session:
        row = session.get_one(Input, (place().period_id, *UNIT, "NT.1", "value", 12))
        assert (row.number, row.origin) == (60.0, InputOrigin.SELF_ASSESSED)

    looking(Identity("thuong-truc", Role.DX_OFFICE))
    page = opened(don_vi="747", chi_so="NT")
    assert any("Đã gửi lúc" in s.value and "12/BC-UBND" in s.value for s in page.success)
    page.text_area(key="report_return_reason").set_value("Bổ sung tài liệu NT.1")
    next(b for b in page.button if b.label == "Trả lại").click().run()
    assert figures(page)["Trạng thái"] == "Trả lại để bổ sung"

    looking(CLERK)
    page = opened(chi_so="NT")
    assert any("Bổ sung tài liệu NT.1" in w.value for w in page.warning)
    assert not page.text_input(key=key("fact/communication_items/number")).disabled
    assert "Hạn gửi" in figures(page)
    page.button(key="report_hand_over").click().run()

    looking(HEAD)
    page = opened(chi_so="NT")
    page.text_input(key="report_number").set_value("13/BC-UBND")
    page.text_input(key="report_link").set_value("https://vungtau.example/bc-13")
    page.checkbox(key="report_notice").check()
    next(b for b in page.button if b.label == "Duyệt và gửi").click().run()
    assert figures(sound(page))["Trạng thái"] == "Đã gửi"
    assert "Hạn gửi" not in figures(page)


@pytest.mark.usefixtures("clerk")
def test_what_somebody_typed_is_never_read_as_markup() -> None:
    page = opened(chi_so="NT")
    page.text_input(key=key("fact/communication_items/number")).set_value("[xem](http://ke.gian) **40**").run()
    (told,) = [e.value for e in page.error if "ke" in e.value]
    assert "\\[xem\\](http:\u2060//ke.gian)" in told
    assert "\\*\\*40" in told


@pytest.mark.usefixtures("clerk")
def test_a_clerk_sees_the_own_unit_only() -> None:
    page = AppTest.from_file(str(opener.__globals__["PAGES"] / "report.py"), default_timeout=60)
    page.query_params["don-vi"] = "748"
    page.run()
    assert [o for s in page.selectbox if s.label == "Cơ quan, đơn vị" for o in s.options] == ["Thành phố Vũng Tàu"]


def test_the_board_counts_states_and_sets_a_deadline() -> None:
    page = opener("follow_up.py", 60)()
    assert figures(page)["Đang tự đánh giá"] == "111"
    page.number_input(key="deadline_days").set_value(3)
    page.date_input(key="deadline_from").set_value(dt.date(2024, 12, 12))
    next(b for b in page.button if b.label == "Đặt thời hạn").click().run()
    assert any("Sở, ban, ngành: 17/12/2024" in s.value for s in page.success)
    # Every department is late today.
    assert figures(page)["Quá hạn"] == "21"
    assert "quá hạn" in html(page)
    assert "111 đơn vị" in html(page)
    assert "21 đơn vị" in html(opener("follow_up.py", 60)(cap="department"))
    assert "1 đơn vị" in html(opener("follow_up.py", 60)(tim="xuyen moc", cap="district"))
