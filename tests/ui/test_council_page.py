"""Hội đồng và công bố: what stands in the way, each step by its form, and what a leader only reads."""

import sqlite3
from collections.abc import Callable, Iterator

import pytest
from sqlalchemy import Connection, event, update
from sqlalchemy.exc import OperationalError
from streamlit.testing.v1 import AppTest

from assessment.permissions import Identity
from assessment.publishing import editions, publish
from assessment.roles import Role
from assessment.rulings import Verdict
from assessment.submissions import ReportPlace
from data.database import draft_session, read_session, write_session
from data.lineage import UnitKey
from data.models import AppraisalTask, AppraisalTier, Dispute, PeriodState, RulingKind
from tests.assessment.appraisal_office import VUNG_TAU, decide
from tests.assessment.appraising import (
    DECISION,
    NOON,
    OFFICE,
    SINCE,
    appraised_office,
    office_period,
    official,
    published_office,
    report,
    rule,
    submitted_office,
    task,
    use_official,
)
from tests.assessment.reporting import SET
from tests.assessment.test_reopening import RIGHT, reopened
from tests.data.databases import Databases
from tests.ui.pages import PAGES, cells_of, html, opener, tables_of
from tests.ui.publishing import office_of
from ui import gateway
from ui.clock import now
from ui.frame import demonstration_label

Looking = Callable[[Identity], None]
opened = opener("council.py", 60)


@pytest.fixture
def appraised(sqlite: Databases) -> Iterator[str]:
    """An office whose three districts are appraised."""
    with office_of(sqlite, appraised_office) as period:
        yield str(period)


@pytest.fixture
def submitted(sqlite: Databases) -> Iterator[str]:
    """The same, waiting for approval."""
    with office_of(sqlite, submitted_office) as period:
        yield str(period)


@pytest.fixture
def published(sqlite: Databases) -> Iterator[str]:
    """The same, published."""
    with office_of(sqlite, published_office) as period:
        yield str(period)


def filled(page: AppTest, what: str, period: str, **typed: str | bool) -> AppTest:
    """The form of a step filled in and sent."""
    key = f"council_{what}_{period}"
    for name, value in typed.items():
        if isinstance(value, bool):
            page.checkbox(key=f"{key}_{name}").set_value(value)
        elif name in ("note", "reason"):
            page.text_area(key=f"{key}_{name}").input(value)
        else:
            page.text_input(key=f"{key}_{name}").input(value)
    page.button(key=f"{key}_send").click().run()
    assert [e.message for e in page.exception] == []
    return page


def told(page: AppTest) -> list[str]:
    return [e.value for e in (*page.success, *page.error)]


def said(page: AppTest) -> str:
    return " ".join(c.value for c in page.caption)


def forms(page: AppTest) -> set[str]:
    """The steps that can be taken."""
    return {button.key.split("_")[1] for button in page.button if button.key and button.key.endswith("_send")}


def unescaped(text: str) -> str:
    """A text as it reads, without the marks that keep its signs from being formatted."""
    return text.replace("\\", "")


def state() -> str:
    with read_session(gateway.engine()) as session:
        return office_period(session).state


def test_what_stands_in_the_way_is_told_by_unit(appraised: str) -> None:
    with write_session(gateway.engine()) as session:
        report(session, "748", PeriodState.REAPPRAISAL, accepted_at=None)
        task(session, "748", "CQ.1", AppraisalTier.SECOND, ruled=False)
    page = opened(ky=appraised)
    assert "<dt>Bước hiện tại</dt><dd>Đang thẩm định</dd>" in html(page)
    assert [(m.label, m.value) for m in page.metric] == [
        ("Đã gửi báo cáo", "3"), ("Đã thẩm định xong", "2"), ("Còn vướng", "1"), ("Chưa gửi báo cáo", "108"),
    ]  # fmt: skip
    assert "Thành phố Bà Rịa" in html(page)
    assert "còn 1 chỉ số chưa thẩm định lại: CQ.1" in html(page)
    assert "108 đơn vị chưa gửi báo cáo sẽ không được xếp hạng" in said(page)
    page = filled(page, "minutes", appraised, number="12/BB", day="20/12/2024")
    assert told(page) == ["Thành phố Bà Rịa: còn 1 chỉ số chưa thẩm định lại: CQ.1."]
    assert state() == PeriodState.SELF_ASSESSMENT


def test_disputes_that_nobody_answered_are_told_before_the_council(appraised: str) -> None:
    def told_of() -> list[str]:
        return [w.value for w in opened(ky=appraised).warning]

    assert told_of() == []
    with draft_session(gateway.engine()) as session:
        place = ReportPlace(int(appraised), UnitKey("747", SINCE))
        session.add(
            Dispute(**place.columns, entry="CQ.1/a", figure="30", reason="Đúng là 43", raised_at=NOON, version=1)
        )
    assert told_of() == [
        "1 ý kiến của đơn vị về số liệu hệ thống chưa được trả lời; hội đồng thông qua rồi thì không trả lời và không sửa số "
        "liệu hệ thống được nữa."
    ]
    page = filled(opened(ky=appraised), "minutes", appraised, number="12/BB-HĐTĐ", day="20/12/2024")
    assert not page.warning


def test_minutes_submission_and_decision_follow_each_other(appraised: str) -> None:
    page = opened(ky=appraised)
    assert forms(page) == {"minutes"}
    page = filled(page, "minutes", appraised, number="12/BB-HĐTĐ", day="20/12/2024", note="Họp *lần* 1")
    assert told(page)[0] == "Đã ghi biên bản hội đồng; 108 đơn vị chưa gửi báo cáo không được xếp hạng."
    assert "số 12/BB-HĐTĐ, ngày 20/12/2024: Họp *lần* 1" in html(page)
    assert forms(page) == {"minutes", "submission"}
    page = filled(page, "submission", appraised, number="45/TTr", day="20/12/2024")
    assert told(page)[0] == "Đã ghi tờ trình; kết quả đang chờ phê duyệt."
    assert forms(page) == {"minutes", "decision"}
    # What was recorded does not wait in the form, which is put away: a second press voids no submission.
    assert [e.label for e in page.expander][:1] == ["Hội đồng họp lại: ghi biên bản mới"]
    key = f"council_minutes_{appraised}"
    assert [page.text_input(key=f"{key}_{name}").value for name in ("number", "day")] == ["", ""]
    page = page.button(key=f"{key}_send").click().run()
    assert told(page) == ["Chưa có ngày của văn bản; hãy ghi ngày/tháng/năm, ví dụ 15/12/2025."]
    assert state() == PeriodState.AWAITING_APPROVAL
    # The first of every list, as it would be published.
    assert "Mọi đơn vị đã gửi báo cáo đều thẩm định xong" in said(page)
    assert "1. Thành phố Vũng Tàu (66,00); 2. Huyện Châu Đức (57,00); 3. Thành phố Bà Rịa (55,56)" in html(page)
    # And all of every list, to be held against the decision.
    page = opened(ky=appraised, khoi="huyen")
    [listed] = tables_of(page, "Ủy ban nhân dân cấp huyện: 8 cơ quan, đơn vị")
    assert [(row[0], row[1]) for row in cells_of(listed)][:4] == [
        ("1", "Thành phố Vũng Tàu"), ("2", "Huyện Châu Đức"), ("3", "Thành phố Bà Rịa"), ("–", "Huyện Côn Đảo"),
    ]  # fmt: skip
    assert "Tải Excel danh sách sẽ công bố" in [b.label for b in page.get("download_button")]
    decision = {"number": "789/QĐ-UBND", "day": "20/12/2024", "signer": "Phó Chủ tịch Trần Văn Mẫu"}
    page = filled(page, "decision", appraised, **decision)
    assert told(page) == ["Chưa đánh dấu ô xác nhận; hãy đọc, đánh dấu rồi bấm lại."]
    assert state() == PeriodState.AWAITING_APPROVAL
    page = filled(page, "decision", appraised, **decision, sure=True)
    with read_session(gateway.engine()) as session:
        [edition] = editions(session, int(appraised))
    assert told(page) == [f"Đã công bố lần 1, mã SHA-256 {edition.sha256}."]
    assert state() == PeriodState.PUBLISHED
    assert forms(page) == set()
    assert edition.sha256 in html(page)
    assert f"/ket-qua-cong-bo?ky={appraised}&amp;lan=1" in html(page)


def test_new_minutes_void_a_submission_only_where_that_is_marked(submitted: str) -> None:
    page, typed = opened(ky=submitted), {"number": "13/BB", "day": "20/12/2024"}
    voided = "Biên bản mới thay biên bản cũ và làm tờ trình số 45/TTr-STTTT hết hiệu lực; phải trình lại."
    assert voided in [unescaped(w.value) for w in page.warning]
    page = filled(page, "minutes", submitted, **typed)
    assert told(page)[0].startswith("Tờ trình số 45/TTr-STTTT ngày 20/12/2024 đã ghi sẽ hết hiệu lực")
    assert (state(), page.text_input(key=f"council_minutes_{submitted}_number").value) == ("awaiting_approval", "13/BB")
    page = filled(page, "minutes", submitted, **typed, sure=True)
    assert told(page)[0].startswith("Đã ghi biên bản hội đồng")
    assert state() == PeriodState.COUNCIL_PASSED
    # Nothing is void any more, so nothing is asked.
    assert forms(page) == {"minutes", "submission"}
    assert voided not in [unescaped(w.value) for w in page.warning]
    assert not [box for box in page.checkbox if box.key == f"council_minutes_{submitted}_sure"]


@pytest.mark.parametrize("stage", ["submitted", "published"])
def test_the_office_reopens_what_the_council_passed(request: pytest.FixtureRequest, stage: str) -> None:
    period = request.getfixturevalue(stage)
    page = opener("appraisal_direction.py", 60)(ky=period, cap="district")
    key = f"appraisal_direction_{period}_district_reopen"
    assert ("hội đồng phải họp lại" in said(page)) is (stage == "submitted")
    assert ("cho đến khi có quyết định sửa đổi (màn hình «Hội đồng và công bố»)" in said(page)) is (
        stage == "published"
    )
    page.selectbox(key=f"{key}_unit").select("Thành phố Vũng Tàu").run()
    assert page.multiselect(key=f"{key}_747").options[0].startswith("CQ.1 ")
    page.multiselect(key=f"{key}_747").select("CQ.1")
    page.button(key=key).click().run()
    assert told(page) == ["Cần lý do mở lại thẩm định từ 1 đến 2.000 ký tự; hãy ghi lý do."]
    page.text_area(key=f"{key}_reason").input("Thiếu hồ sơ")
    page.button(key=key).click().run()
    assert [e.message for e in page.exception] == []
    assert told(page)[0].startswith("Đã mở lại 1 chỉ số của Thành phố Vũng Tàu; thẩm định lại đến hết ngày ")
    assert state() == (PeriodState.PUBLISHED if stage == "published" else PeriodState.SELF_ASSESSMENT)
    if stage == "published":
        # The form stays: it asks for another reason, and for criteria that are not reopened yet.
        assert (page.text_area(key=f"{key}_reason").value, page.multiselect(key=f"{key}_747").value) == ("", [])
    # It waits in the queue of the appraiser, and can be ruled on there.
    queue = opener("appraisal.py", 60)(ky=period, cap="district", chi_so="CQ.1", don_vi="747")
    assert any(button.label == "Ghi kết luận" for button in queue.button)


def test_the_council_reads_that_its_minutes_no_longer_hold_and_what_is_to_be_done(submitted: str) -> None:
    reopened(gateway.engine(), ("CQ.1",), "Thiếu *hồ sơ*", NOON)
    page = opened(ky=submitted)
    [warning] = page.warning
    assert unescaped(warning.value).splitlines() == [
        "- Biên bản hội đồng số 12/BB-HĐTĐ ngày 20/12/2024 có trước khi mở lại thẩm định nên không còn là căn cứ để trình phê "
        "duyệt.",
        "- Tờ trình số 45/TTr-STTTT ngày 20/12/2024 đã hết hiệu lực.",
        "- Thành phố Vũng Tàu: mở lại CQ.1 ngày 20/12/2024, lý do: Thiếu *hồ sơ*",
        "- Việc tiếp theo: thẩm định lại xong, gửi lại kết quả dự kiến cho đơn vị được mở lại («Tổ chức thẩm định»), hội đồng họp "
        "lại và ghi biên bản mới, rồi trình phê duyệt lại.",
    ]
    assert "<dt>Biên bản hội đồng</dt>" not in html(page)
    # The form of the new minutes is what is to be filled next: it stands open.
    assert "Biên bản họp lại của hội đồng" in [h.value for h in page.header]
    assert not [e for e in page.expander if e.label.startswith("Hội đồng họp lại")]
    decide(gateway.engine(), OFFICE, [(VUNG_TAU, "CQ.1")], Verdict(None, "Giữ nguyên"), AppraisalTier.SECOND)
    # The unit may be heard again before the council meets: nobody overlooks that it was not.
    untold = (
        "Đã thẩm định lại nhưng chưa gửi lại kết quả dự kiến để đơn vị giải trình: Thành phố Vũng Tàu; hội đồng thông qua rồi "
        "thì không gửi lại được nữa."
    )
    page = opened(ky=submitted)
    assert f"Trước khi hội đồng thông qua, cần biết:\n\n- {untold}" in [w.value for w in page.warning]
    page = filled(page, "minutes", submitted, number="13/BB-HĐTĐ", day="20/12/2024")
    assert untold in page.error[0].value
    page.checkbox(key=f"council_minutes_{submitted}_sure").check()
    page = filled(page, "minutes", submitted, number="13/BB-HĐTĐ", day="20/12/2024")
    assert told(page)[0].startswith("Đã ghi biên bản hội đồng")
    assert not [w for w in page.warning if "không còn là căn cứ" in w.value]
    assert "số 13/BB-HĐTĐ, ngày 20/12/2024" in html(page)


def test_the_office_sends_a_reopened_unit_its_results_anew(submitted: str) -> None:
    reopened(gateway.engine(), ("CQ.1",), now=now())
    key = f"appraisal_direction_{submitted}_district_resend"
    direct = opener("appraisal_direction.py", 60)
    # The departments stand first in the choice; of the districts something is left to do.
    page = direct(ky=submitted)
    assert page.selectbox(key="filter_cap").value == "district"
    assert not [b for b in page.button if b.label == "Gửi lại kết quả dự kiến"]
    # One task that is open is given away by its name: there are not «all» of one.
    assert [w.key for w in page.multiselect] == [f"appraisal_direction_{submitted}_district_tasks"]
    assert not page.checkbox
    decide(gateway.engine(), OFFICE, [(VUNG_TAU, "CQ.1")], RIGHT, AppraisalTier.SECOND, now())
    page = direct(ky=submitted, cap="district")
    assert page.multiselect(key=f"{key}_units").value == ["Thành phố Vũng Tàu"]
    next(b for b in page.button if b.label == "Gửi lại kết quả dự kiến").click().run()
    assert told(page)[0].startswith("Đã gửi kết quả dự kiến cho 1 đơn vị; giải trình đến hết ngày ")
    assert not [b for b in page.button if b.label == "Gửi lại kết quả dự kiến"]
    page = filled(opened(ky=submitted), "minutes", submitted, number="13/BB-HĐTĐ", day="20/12/2024")
    assert told(page)[0].startswith("Thành phố Vũng Tàu: chờ đơn vị đồng ý hoặc giải trình, hạn đến hết ngày ")


def test_progress_of_a_published_period_names_what_is_published_and_no_band(submitted: str) -> None:
    def progress() -> tuple[dict[str, str], str, str]:
        page = opener("appraisal_direction.py", 60)(ky=submitted, cap="district")
        [found] = tables_of(page, "Tiến độ của 3 đơn vị")
        return {m.label: m.value for m in page.metric}, found, said(page)

    def way() -> str:
        return html(opener("overview.py", 120)(ky=submitted))

    assert "Khoảng hạng" in progress()[1]
    assert "Xem tiến độ và khoảng hạng" in way()
    with write_session(gateway.engine()) as session:
        publish(session, OFFICE, int(submitted), DECISION, NOON)
        report(session, "747", PeriodState.REAPPRAISAL)
        task(session, "747", "CQ.1", AppraisalTier.SECOND, ruled=False)
    counted, shown, told_of_it = progress()
    assert "Khoảng hạng" not in shown
    assert "Xem tiến độ" in way()
    assert "khoảng hạng" not in way()
    assert [(name, state, left) for name, state, _share, left in cells_of(shown)] == [
        ("Huyện Châu Đức", "Đã công bố", "đã xong: đơn vị đã đồng ý với kết quả dự kiến"),
        ("Thành phố Bà Rịa", "Đã công bố", "đã xong: đơn vị đã đồng ý với kết quả dự kiến"),
        ("Thành phố Vũng Tàu", "Thẩm định lại", "còn 1 chỉ số chưa thẩm định lại: CQ.1"),
    ]
    assert counted == {"Đã công bố": "2", "Thẩm định lại": "1", "Chỉ số đã thẩm định": "14 / 15"}
    assert "15 chỉ số đưa vào thẩm định, trong đó 1 chỉ số phúc tra hoặc thẩm định lại." in told_of_it


def test_minutes_that_could_not_be_stored_stay_in_the_form(appraised: str) -> None:
    page, key = opened(ky=appraised), f"council_minutes_{appraised}"

    def disk_is_full(_connection: Connection) -> None:
        full = sqlite3.OperationalError("database or disk is full")
        full.sqlite_errorcode = sqlite3.SQLITE_FULL
        raise OperationalError("COMMIT", None, full)

    event.listen(gateway.engine(), "commit", disk_is_full)
    try:
        page = filled(page, "minutes", appraised, number="12/BB", day="20/12/2024", note="Họp lần 1")
    finally:
        event.remove(gateway.engine(), "commit", disk_is_full)
    assert forms(page) == {"minutes"}
    assert "đầy" in told(page)[0]
    assert [page.text_input(key=f"{key}_{name}").value for name in ("number", "day")] == ["12/BB", "20/12/2024"]
    assert page.text_area(key=f"{key}_note").value == "Họp lần 1"
    page = page.button(key=f"{key}_send").click().run()
    assert forms(page) == {"minutes", "submission"}


def test_what_somebody_changes_meanwhile_is_looked_at_again(submitted: str) -> None:
    page = opened(ky=submitted)
    with write_session(gateway.engine()) as session:
        rule(session, "747", "CQ.1", (RulingKind.CORRECT, {"a": 40.0, "b": 100.0}))
    typed = {"number": "789/QĐ-UBND", "day": "20/12/2024", "signer": "Chủ tịch", "sure": True}
    page = filled(page, "decision", submitted, **typed)
    assert told(page)[0].startswith("Kết quả đã thay đổi sau khi bạn xem trước")
    # What was marked as compared was something else: it is marked anew, and what was typed is kept.
    assert page.checkbox(key=f"council_decision_{submitted}_sure").value is False
    assert page.text_input(key=f"council_decision_{submitted}_number").value == "789/QĐ-UBND"
    assert "Thành phố Vũng Tàu (71,00)" in html(page)
    assert told(filled(page, "decision", submitted, **typed))[0].startswith("Đã công bố lần 1, mã SHA-256")


def test_an_amendment_is_offered_once_something_is_different(published: str) -> None:
    page = opened(ky=published)
    assert "không có gì để sửa đổi" in said(page)
    assert forms(page) == set()
    with write_session(gateway.engine()) as session:
        rule(session, "747", "CQ.1", (RulingKind.CORRECT, {"a": 40.0, "b": 100.0}))
    page = opened(ky=published)
    [changes] = tables_of(page, "có thay đổi")
    assert (
        "Cấp huyện: 1 cơ quan, đơn vị có thay đổi. Nội dung sẽ công bố so với lần 1 theo Quyết định số 789/QĐ-UBND ngày "
        "20/12/2024." in changes
    )
    assert cells_of(changes) == [
        ["Thành phố Vũng Tàu", "66,00 → 71,00", "Ủy ban nhân dân cấp huyện: 1", "", "CQ.1: 15,00 → 20,00"]
    ]
    typed = {"number": "12/QĐ-UBND", "day": "30/12/2024", "signer": "Chủ tịch", "sure": True}
    page = filled(page, "decision", published, **typed, reason=" ")
    assert told(page) == ["Cần lý do sửa đổi từ 1 đến 2.000 ký tự; hãy ghi lý do."]
    page = filled(page, "decision", published, **typed, reason="Số liệu đúng")
    assert told(page)[0].startswith("Đã công bố lần 2 (sửa đổi), mã SHA-256")
    [done] = tables_of(page, "Quyết định và mã SHA-256 của từng lần")
    second, first = cells_of(done)
    assert second[:3] == [
        "Lần 2 (sửa đổi)", "Quyết định số 12/QĐ-UBND ngày 30/12/2024 | Chủ tịch", "Số liệu đúng",
    ]  # fmt: skip
    assert first[:2] == ["Lần 1", "Quyết định số 789/QĐ-UBND ngày 20/12/2024 | Phó Chủ tịch Trần Văn Mẫu"]
    with read_session(gateway.engine()) as session:
        assert [row[-1] for row in (second, first)] == [e.sha256 for e in editions(session, int(published))]
    assert tables_of(page, "có thay đổi") == []


@pytest.mark.parametrize("role", [Role.DX_OFFICE, Role.PROVINCE_LEADER], ids=lambda role: role.value)
def test_what_is_reopened_and_not_ruled_on_again_stands_in_the_way_of_an_amendment(
    published: str, looking: Looking, role: Role
) -> None:
    looking(Identity("ai-do", role, account_id=11))
    left = "Thành phố Vũng Tàu: còn 1 chỉ số chưa thẩm định lại: CQ.1."
    with write_session(gateway.engine()) as session:
        report(session, "747", PeriodState.REAPPRAISAL)
        task(session, "747", "CQ.1", AppraisalTier.SECOND, ruled=False)
    page = opened(ky=published)
    assert "Việc còn lại trước khi sửa đổi" in [h.value for h in page.subheader]
    assert [unescaped(i.value) for i in page.info] == [f"- {left}"]
    assert "không khác lần công bố đang có hiệu lực" in said(page)
    assert "không có gì để sửa đổi" not in said(page)
    # Something else is different meanwhile: it is shown, below what is left, and cannot be decided on.
    with write_session(gateway.engine()) as session:
        rule(session, "748", "CQ.2", (RulingKind.CORRECT, {"a": 80.0, "b": 100.0}))
    page = opened(ky=published)
    assert [unescaped(i.value) for i in page.info] == [f"- {left}"]
    assert len(tables_of(page, "có thay đổi")) == 1
    assert forms(page) == set()
    with write_session(gateway.engine()) as session:
        session.execute(update(AppraisalTask).values(ruled=True))
    page = opened(ky=published)
    assert not page.info
    assert "Việc còn lại trước khi sửa đổi" not in [h.value for h in page.subheader]
    assert forms(page) == ({"decision"} if role == Role.DX_OFFICE else set())


def test_the_first_publication_is_compared_with_nothing(submitted: str) -> None:
    page = opened(ky=submitted)
    assert forms(page) == {"minutes", "decision"}
    assert "so với lần" not in html(page)


def test_a_preview_that_changes_no_points_says_so(published: str) -> None:
    with write_session(gateway.engine()) as session:
        rule(session, "747", "CQ.1", (RulingKind.CORRECT, {"a": 60.0, "b": 200.0}))
    [changes] = tables_of(opened(ky=published), "có thay đổi")
    assert cells_of(changes) == [
        ["Thành phố Vũng Tàu", "66,00", "Ủy ban nhân dân cấp huyện: 1", "", "CQ.1: số liệu khác, điểm không đổi"]
    ]


def test_a_preview_by_another_version_of_the_set_says_so(published: str) -> None:
    use_official(gateway.engine(), "district", official(SET, "1.1"))
    page = opened(ky=published)
    [told] = [info.value.replace("\\", "") for info in page.info]
    assert "trước là Bộ chỉ số (mã rieng-2024, phiên bản 1.0), sau là Bộ chỉ số (mã rieng-2024, phiên bản 1.1)" in told
    assert tables_of(page, "có thay đổi") == []
    assert "Không đơn vị nào khác về điểm, hạng, xếp loại, số liệu." in said(page)
    assert "decision" in forms(page)


def test_a_day_is_typed_as_it_is_written(appraised: str) -> None:
    page = opened(ky=appraised)
    assert told(filled(page, "minutes", appraised, number="1/BB", day="")) == [
        "Chưa có ngày của văn bản; hãy ghi ngày/tháng/năm, ví dụ 15/12/2025."
    ]
    assert told(filled(page, "minutes", appraised, number="1/BB", day="31/02/2024")) == [
        "«31/02/2024» không phải là ngày; hãy viết ngày/tháng/năm, ví dụ 15/12/2025."
    ]


def test_what_is_too_long_stays_as_it_was_pasted_and_is_told_its_length(appraised: str) -> None:
    page = opened(ky=appraised)
    number, note = "1" * 101, "n" * 2001
    page = filled(page, "minutes", appraised, number=number, day="20/12/2024", note=note)
    assert told(page) == [
        "Số văn bản dài 101 ký tự, nhiều nhất được 100; hãy viết gọn lại.",
        "Nội dung dài 101 ký tự, nhiều nhất 100 ký tự nên chưa lưu; hãy viết gọn lại.",
        "Nội dung dài 2.001 ký tự, nhiều nhất 2.000 ký tự nên chưa lưu; hãy viết gọn lại.",
    ]
    assert page.text_input(key=f"council_minutes_{appraised}_number").value == number
    assert page.text_area(key=f"council_minutes_{appraised}_note").value == note
    page = filled(page, "minutes", appraised, number="12/BB", day="ngày 20/12/2024", note="")
    assert told(page) == ["«ngày 20/12/2024» không phải là ngày; hãy viết ngày/tháng/năm, ví dụ 15/12/2025."]


def test_a_leader_reads_everything_and_does_nothing(looking: Looking, submitted: str) -> None:
    looking(Identity("lanh-dao", Role.PROVINCE_LEADER))
    page = opened(ky=submitted)
    assert "1. Thành phố Vũng Tàu (66,00)" in html(page)
    assert not page.button
    assert not page.text_input


@pytest.mark.parametrize("role", [r for r in Role if r not in (Role.DX_OFFICE, Role.PROVINCE_LEADER)])
def test_nobody_else_opens_the_screen(looking: Looking, role: Role) -> None:
    looking(Identity("a", role))
    page = AppTest.from_file(str(PAGES / "council.py"), default_timeout=60).run()
    assert "không dành cho vai trò" in page.error[0].value
    assert not page.metric


def test_the_demonstration_is_closed_as_a_trial_run(appraised: str) -> None:
    demonstration = next(str(p.id) for p, months in gateway.calendar() if p.origin == "demonstration" and months[1:])
    page = opened(ky=demonstration)
    assert demonstration_label() in page.warning[0].value
    assert "chỉ có thể kết thúc chạy thử nội bộ" in page.info[0].value
    assert forms(page) == {"minutes", "trial"}
    assert told(filled(page, "trial", demonstration, day="20/12/2024")) == [
        "Chưa đánh dấu ô xác nhận; hãy đọc, đánh dấu rồi bấm lại."
    ]
    page = filled(page, "trial", demonstration, day="20/12/2024", note="Rút kinh nghiệm", sure=True)
    assert told(page) == ["Đã kết thúc chạy thử nội bộ."]
    assert "Đã kết thúc chạy thử nội bộ" in html(page)
    assert "ngày 20/12/2024: Rút kinh nghiệm" in html(page)
    assert forms(page) == set()
    # It is not told any more to choose official sets or to end the trial run.
    assert not page.info
