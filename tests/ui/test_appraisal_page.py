"""Thẩm định and Tổ chức thẩm định: the queue both ways, a ruling by its form, and every step of the office."""

import datetime as dt
from collections.abc import Callable, Iterator

import pytest
from sqlalchemy import Engine
from streamlit.testing.v1 import AppTest

from assessment.appraisal import begin_appraisal
from assessment.importing import ImportRequest, import_inputs
from assessment.permissions import Identity
from assessment.roles import Role
from assessment.rulings import Verdict
from assessment.snapshots import level_snapshot
from assessment.submissions import ReportPlace
from data.database import read_session, write_session
from data.evidence_files import EvidenceFiles
from data.models import AppraisalTier, PeriodState, Submission
from data.repositories import periods
from data.settings import Settings
from tests.assessment.appraisal_office import (
    VUNG_TAU,
    WHY,
    agree_to_all,
    appraiser,
    begun_office,
    decide,
    look_again,
    say,
    send,
    sent_office,
    task_of,
)
from tests.assessment.appraising import LATER, NOON, OFFICE, office_period, published_office, task
from tests.assessment.reporting import FIRST, SET
from tests.assessment.test_reopening import WHY as REASON
from tests.assessment.test_reopening import reopened
from tests.assessment.test_unit_results import supply, told_with_evidence
from tests.data.databases import Databases
from tests.ui.pages import cells_of, html, opener, tables_of
from tests.ui.publishing import office_of
from ui import gateway

Looking = Callable[[Identity], None]
queue = opener("appraisal.py", 60)
direction = opener("appraisal_direction.py", 60)
overview = opener("overview.py", 120)


@pytest.fixture
def begun(sqlite: Databases) -> Iterator[str]:
    """An office that appraises two districts."""
    with office_of(sqlite, begun_office) as period:
        yield str(period)


@pytest.fixture
def sent(sqlite: Databases) -> Iterator[str]:
    """An office to which two districts have sent their reports."""
    with office_of(sqlite, sent_office) as period:
        yield str(period)


def told(page: AppTest) -> list[str]:
    assert [e.message for e in page.exception] == []
    return [e.value for e in (*page.success, *page.error)]


def metrics(page: AppTest) -> dict[str, str]:
    return {m.label: m.value for m in page.metric}


def case(page: AppTest, unit: str = "747") -> str:
    """Key of the form of CQ.1 of a unit in the period that the address names."""
    return f"appraisal_{page.query_params['ky'][0]}_{unit}_CQ_1_first"


def decided(page: AppTest, reason: str, kind: str | None = None, **values: str) -> AppTest:
    """The form of the case that is looked at, filled in and saved."""
    if kind is not None:
        page.radio(key=f"{case(page)}_kind").set_value(kind).run()
    for name, value in values.items():
        page.text_input(key=f"{case(page)}_value_{name}").input(value)
    page.text_area(key=f"{case(page)}_reason").input(reason).run()
    return page.button(key=f"{case(page)}_save").click().run()


def test_an_appraiser_sees_his_own_queue_and_rules_on_a_case(begun: str, looking: Looking) -> None:
    looking(appraiser(gateway.engine(), "td.cq"))
    page = queue(ky=begun, cap="district", **{"chi-so": "CQ.1", "don-vi": "747"})
    assert metrics(page) == {
        "Chỉ số được giao": "4", "Đã thẩm định": "0", "Còn lại": "4", "Quá hạn": "4", "Hạn gần nhất": "06/01/2025",
    }  # fmt: skip
    shown = html(page)
    assert "Hồ sơ trực tuyến (a)" in shown
    # 30 of 100 at 80 % for full marks: 15 of 40.
    assert "15,00 / 40,00" in shown
    assert "TC.1" not in shown
    page = decided(page, "", kind="correct", a="20", b="100")
    assert told(page) == ["Cần lý do từ 1 đến 2.000 ký tự để đơn vị biết vì sao; hãy ghi lý do."]
    assert page.text_input(key=f"{case(page)}_value_a").value == "20"
    page = decided(page, WHY)
    assert told(page) == ["Đã ghi kết luận «Điều chỉnh số liệu» cho chỉ số CQ.1 của Thành phố Vũng Tàu."]
    assert metrics(page)["Còn lại"] == "3"
    # The next unit of the criterion is looked at; what was decided on the first is at hand.
    assert page.selectbox(key="filter_don-vi").value == "748"
    assert "1 kết luận trước về cùng chỉ số" in [e.label for e in page.expander]
    assert "Điều chỉnh số liệu (Hồ sơ trực tuyến (a): 20 hồ sơ; Hồ sơ (b): 100 hồ sơ)" in html(page)
    assert not page.warning


def test_the_same_ruling_goes_to_several_units_and_the_queue_goes_on_with_the_next_criterion(
    begun: str, looking: Looking
) -> None:
    looking(appraiser(gateway.engine(), "td.cq"))
    page = queue(ky=begun, cap="district", **{"chi-so": "CQ.1", "don-vi": "747"})
    page.radio(key=f"{case(page)}_kind").set_value("reject_evidence").run()
    page.multiselect(key=f"{case(page)}_others").set_value(["Thành phố Bà Rịa"]).run()
    assert page.button(key=f"{case(page)}_save").label == "Ghi kết luận cho 2 đơn vị"
    page = decided(page, WHY)
    assert told(page) == [
        "Đã ghi kết luận «Không chấp nhận tài liệu kiểm chứng» cho chỉ số CQ.1 của 2 đơn vị: Thành phố Vũng Tàu, Thành phố Bà "
        "Rịa."
    ]
    assert page.selectbox(key="filter_chi-so").value == "CQ.2"
    assert not page.warning


def test_who_presses_before_the_page_has_followed_his_mark_rules_on_nothing(begun: str, looking: Looking) -> None:
    looking(appraiser(gateway.engine(), "td.cq"))
    page = queue(ky=begun, cap="district", **{"chi-so": "CQ.1", "don-vi": "747"})
    page.text_area(key=f"{case(page)}_reason").input(WHY).run()
    # Both reach the server at once: the button still stands for what was marked before.
    page.radio(key=f"{case(page)}_kind").set_value("reject_evidence")
    page = page.button(key=f"{case(page)}_save").click().run()
    assert "Lựa chọn vừa đổi nên chưa ghi; hãy xem lại rồi bấm nút lần nữa." in [w.value for w in page.warning]
    assert metrics(page)["Đã thẩm định"] == "0"
    page = page.button(key=f"{case(page)}_save").click().run()
    assert told(page) == [
        "Đã ghi kết luận «Không chấp nhận tài liệu kiểm chứng» cho chỉ số CQ.1 của Thành phố Vũng Tàu."
    ]
    assert "Không chấp nhận tài liệu kiểm chứng" in html(page)
    again = queue(ky=begun, cap="district", **{"chi-so": "CQ.1", "don-vi": "747", "trang-thai": "tat-ca"})
    [figures] = tables_of(again, "Số liệu của chỉ số")
    assert [row[2] for row in cells_of(figures)] == ["không tính", "không tính"]


def test_a_reason_that_is_too_long_is_told_its_length_and_stays(begun: str, looking: Looking) -> None:
    looking(appraiser(gateway.engine(), "td.cq"))
    page = queue(ky=begun, cap="district", **{"chi-so": "CQ.1", "don-vi": "747"})
    page = decided(page, "x" * 2001)
    assert told(page) == ["Nội dung dài 2.001 ký tự, nhiều nhất được 2.000; hãy viết gọn lại."]
    assert page.text_area(key=f"{case(page)}_reason").value == "x" * 2001


def test_a_unit_is_looked_at_whole_and_what_is_not_ones_own_is_only_read(begun: str, looking: Looking) -> None:
    looking(OFFICE)
    page = queue(ky=begun, cap="district", xem="don-vi", **{"don-vi": "747", "trang-thai": "tat-ca"})
    assert [code in html(page) for code in ("CQ.1", "CQ.2", "TC.1", "TC.2", "TC.3")] == [True] * 5
    looking(Identity("van-phong", Role.DX_OFFICE, VUNG_TAU, account_id=11))
    page = queue(ky=begun, cap="district", xem="don-vi", **{"don-vi": "747"})
    assert not [b for b in page.button if b.label.startswith("Ghi kết luận")]
    assert any("chỉ xem" in c.value for c in page.caption)


def test_where_nobody_was_given_anything_the_page_says_so(sent: str, looking: Looking) -> None:
    looking(appraiser(gateway.engine(), "td.cq"))
    page = queue(ky=sent)
    assert told(page) == []
    assert "Chưa có chỉ số nào được giao thẩm định" in page.info[0].value


def test_the_office_goes_step_by_step(sent: str, looking: Looking) -> None:
    looking(OFFICE)
    key = f"appraisal_direction_{sent}_district"
    page = direction(ky=sent, cap="district")
    assert metrics(page)["Đã gửi"] == "2"
    page.number_input(key=f"{key}_begin_days").set_value(3)
    page = page.button(key=f"{key}_begin_do").click().run()
    assert told(page) == ["Đã đưa 2 báo cáo vào thẩm định, giao 10 chỉ số."]
    assert "Người thẩm định CQ (td.cq)" in html(page)
    assert "còn 5 chỉ số chưa thẩm định: CQ.1, CQ.2, TC.1, TC.2, TC.3" in html(page)
    with write_session(gateway.engine()) as session:
        for row in session.query(Submission):
            row.due_on = None
        task = task_of(session, VUNG_TAU, "CQ.1", AppraisalTier.FIRST)
    assert task.account_id == appraiser(gateway.engine(), "td.cq").account_id
    page.selectbox(key=f"{key}_from").set_value("Người thẩm định CQ (td.cq)").run()
    page.multiselect(key=f"{key}_tasks").set_value(["Thành phố Vũng Tàu, CQ.1 (thẩm định)"]).run()
    # Nobody is proposed, and whoever holds the task comes last.
    assert page.selectbox(key=f"{key}_to").options == ["Cơ quan thường trực", "Người thẩm định CQ (td.cq)"]
    assert page.selectbox(key=f"{key}_to").value is None
    page = page.button(key=f"{key}_assign").click().run()
    assert told(page) == ["Chưa chọn người nhận; hãy chọn ở ô «Giao cho»."]
    page.selectbox(key=f"{key}_to").set_value("Cơ quan thường trực")
    # The receiver and the press reach the server at once: the button still stands for the one before.
    page = page.button(key=f"{key}_assign").click().run()
    assert told(page) == ["Lựa chọn vừa đổi nên chưa phân công; hãy xem lại rồi bấm nút lần nữa."]
    page = page.button(key=f"{key}_assign").click().run()
    assert told(page) == ["Chưa có hạn thẩm định; hãy ghi ngày/tháng/năm, ví dụ 15/12/2025."]
    page.text_input(key=f"{key}_due").input("32/12/2030").run()
    page = page.button(key=f"{key}_assign").click().run()
    assert told(page)[0].startswith("Hạn thẩm định: ")
    # Typed, and pressed at once: what counts is what stands in the field.
    page.text_input(key=f"{key}_due").input("31/12/2030")
    page = page.button(key=f"{key}_assign").click().run()
    assert told(page) == ["Đã giao 1 chỉ số cho Cơ quan thường trực, hạn 31/12/2030."]
    with read_session(gateway.engine()) as session:
        assert task_of(session, VUNG_TAU, "CQ.1", AppraisalTier.FIRST).account_id is None


def test_results_go_to_the_units_that_are_ready_and_a_leader_only_watches(begun: str, looking: Looking) -> None:
    agree_to_all(gateway.engine(), VUNG_TAU)
    looking(Identity("lanh-dao", Role.PROVINCE_LEADER, account_id=12))
    key = f"appraisal_direction_{begun}_district_send"
    page = direction(ky=begun, cap="district")
    assert not [b for b in page.button if b.key and b.key.startswith("appraisal_direction")]
    assert "5 / 5" in html(page)
    looking(OFFICE)
    page = direction(ky=begun, cap="district")
    # Bà Rịa still has open criteria.
    assert page.multiselect(key=f"{key}_units").value == ["Thành phố Vũng Tàu"]
    page = page.button(key=f"{key}_do").click().run()
    assert told(page)[0].startswith("Đã gửi kết quả dự kiến cho 1 đơn vị; giải trình đến hết ngày ")
    with read_session(gateway.engine()) as session:
        row = session.get(Submission, (office_period(session).id, *VUNG_TAU))
        assert row is not None
        assert row.state == PeriodState.AWAITING_EXPLANATION


def test_a_case_that_is_ruled_on_already_is_shown_where_the_address_names_it(begun: str, looking: Looking) -> None:
    agree_to_all(gateway.engine(), VUNG_TAU)
    looking(OFFICE)
    page = queue(ky=begun, cap="district", **{"chi-so": "CQ.1", "don-vi": "747"})
    assert not page.warning
    assert "CQ.1 Hồ sơ trực tuyến · Thành phố Vũng Tàu" in page.subheader[0].value
    assert page.radio(key=f"{case(page)}_kind").value == "keep"


def test_a_reason_that_is_not_saved_yet_waits_while_another_case_is_looked_at(begun: str, looking: Looking) -> None:
    looking(appraiser(gateway.engine(), "td.cq"))
    page = queue(ky=begun, cap="district", **{"chi-so": "CQ.1", "don-vi": "747"})
    page.text_area(key=f"{case(page)}_reason").input("Đang xem công văn số 5").run()
    page.selectbox(key="filter_don-vi").set_value("748").run()
    assert page.text_area(key=f"{case(page, '748')}_reason").value == ""
    page.selectbox(key="filter_don-vi").set_value("747").run()
    assert page.text_area(key=f"{case(page)}_reason").value == "Đang xem công văn số 5"
    page = decided(page, "Đang xem công văn số 5")
    assert told(page) == ["Đã ghi kết luận «Đồng ý với số liệu đơn vị báo cáo» cho chỉ số CQ.1 của Thành phố Vũng Tàu."]


def test_what_is_typed_for_one_period_does_not_stand_in_the_form_of_another(begun: str, looking: Looking) -> None:
    engine = gateway.engine()
    import_inputs(engine, OFFICE, ImportRequest("district", 2025, 12, FIRST, "t.csv", SET.encode(), "s.yaml"), NOON)
    with write_session(engine) as session:
        later = next(p for p in periods(session) if p.year == 2025)
        sent = {"state": PeriodState.SENT.value, "report_number": "1/BC", "report_date": NOON.date()}
        session.add(Submission(**ReportPlace(later.id, VUNG_TAU).columns, **sent, changed_at=NOON))
        session.flush()
        begin_appraisal(session, OFFICE, level_snapshot(session, later, "district", 12), [VUNG_TAU], 10, NOON)
    looking(OFFICE)
    page = queue(ky=begun, cap="district", **{"chi-so": "CQ.1", "don-vi": "747"})
    page.radio(key=f"{case(page)}_kind").set_value("reject_evidence").run()
    page.text_area(key=f"{case(page)}_reason").input(WHY).run()
    page.selectbox(key="filter_ky").set_value(str(later.id)).run()
    assert "CQ.1 Hồ sơ trực tuyến · Thành phố Vũng Tàu" in page.subheader[0].value
    assert ([t.value for t in page.text_area], page.radio[0].value) == ([""], "agree")


def test_the_queue_opens_on_the_newest_period_in_which_something_waits(begun: str, looking: Looking) -> None:
    engine = gateway.engine()
    later = import_inputs(
        engine, OFFICE, ImportRequest("district", 2025, 12, FIRST, "t.csv", SET.encode(), "s.yaml"), NOON
    ).period.id
    looking(appraiser(engine, "td.cq"))
    assert queue().selectbox(key="filter_ky").value == begun
    # Nothing waits for whoever has no task: he is at the newest of all.
    looking(appraiser(engine, "td.vt"))
    assert queue().selectbox(key="filter_ky").value == str(later)


def test_a_leader_reads_on_the_first_page_how_far_appraisal_is(begun: str, looking: Looking) -> None:
    agree_to_all(gateway.engine(), VUNG_TAU)
    looking(Identity("lanh-dao", Role.PROVINCE_LEADER, account_id=12))
    page = overview(ky=begun)
    assert "Thẩm định: đã có kết luận 5 / 10 chỉ số của 2 đơn vị, quá hạn 5." in html(page)
    with write_session(gateway.engine()) as session:
        task(session, "747", "CQ.1", AppraisalTier.SECOND, ruled=False)
    again = "Thẩm định: đã có kết luận 4 / 10 chỉ số của 2 đơn vị, trong đó 1 chỉ số phúc tra hoặc thẩm định lại, quá hạn 6."
    assert again in html(overview(ky=begun))
    looking(Identity("nhap", Role.DATA_ENTRY, VUNG_TAU, account_id=13))
    assert "Thẩm định: đã có kết luận" not in html(overview(ky=begun))


def explained_office(settings: Settings) -> Engine:
    """Vũng Tàu reported CQ.1 with a document, explained it with another one, and is appraised a second time."""
    engine = told_with_evidence(settings)
    supply(engine, EvidenceFiles(settings.dti_folder), NOON + dt.timedelta(hours=1))
    say(engine, "CQ.1", "Xem báo cáo số 5/BC")
    send(engine)
    look_again(engine)
    return engine


def test_in_the_second_appraisal_documents_of_the_explanation_are_marked(sqlite: Databases) -> None:
    with office_of(sqlite, explained_office) as period:
        address = {"ky": str(period), "cap": "district", "chi-so": "CQ.1", "don-vi": "747"}
        listed = html(queue(**address)).split('class="dti-documents">')[1].split("</p>")[0]
        reported, explained = listed.split("<br>")
        for line, number in ((reported, "4/BC"), (explained, "5/BC")):
            assert f"{number} ngày 12/12/2024, UBND" in line
            assert "· trang 2 · Báo cáo hồ sơ" in line
        assert "kèm giải trình" not in reported
        assert explained.endswith("· kèm giải trình")


def test_a_reopened_case_says_when_and_why_and_a_ruled_one_names_no_deadline(sqlite: Databases) -> None:
    """CQ.1 of Vũng Tàu was ruled on on 20/12/2024 and published; on 30/12/2024 the office reopens it for five days."""
    with office_of(sqlite, published_office) as period:
        address = {"ky": str(period), "cap": "district", "chi-so": "CQ.1", "don-vi": "747", "trang-thai": "tat-ca"}
        shown = html(queue(**address))
        assert "<dt>Việc</dt><dd>thẩm định, đã kết luận ngày 20/12/2024</dd>" in shown
        assert "hạn " not in shown
        reopened(gateway.engine(), now=LATER)
        page = queue(**address)
        shown = html(page)
        # Monday 30/12 and five working days, without New Year's day.
        assert "<dt>Việc</dt><dd>thẩm định lại, hạn 07/01/2025</dd>" in shown
        assert f"<dt>Cơ quan thường trực mở lại</dt><dd>30/12/2024 12:00: {REASON}</dd>" in shown
        progress = {row[4]: row[5] for row in cells_of(tables_of(page, "3 đơn vị")[0]) if "Vũng Tàu" in row[0]}
        assert progress == {
            "": "đã kết luận ngày 20/12/2024",
            "thẩm định lại; cơ quan thường trực mở lại": "hạn 07/01/2025",
        }
        decide(gateway.engine(), OFFICE, [(VUNG_TAU, "CQ.1")], Verdict(None, WHY), AppraisalTier.SECOND, LATER)
        shown = html(queue(**address))
        assert "hạn " not in shown
        assert f"30/12/2024 12:00: {REASON}" in shown
