"""Kết quả thẩm định: what a unit reads, what it says to it and how that is kept, and what its head sends.

Vũng Tàu reported 15 points at CQ.1 and nothing else. It is told 10 there, 20 at TC.1, and that TC.3 does not apply.
"""

import datetime as dt
from collections.abc import Callable, Iterator

import pytest
from sqlalchemy import Engine
from streamlit.testing.v1 import AppTest

from assessment.council import record_council
from assessment.evidence_library import attached
from assessment.explaining import explanations
from assessment.permissions import Identity
from assessment.roles import Role
from assessment.rulings import Verdict
from assessment.submissions import ReportPlace, submission
from data.database import read_session, write_session
from data.models import AppraisalTask, AppraisalTier, PeriodState, RulingKind
from data.settings import Settings
from tests.assessment.appraisal_office import (
    BA_RIA,
    CHAU_DUC,
    CUT,
    PLAN,
    VUNG_TAU,
    agree_to_all,
    begun_office,
    decide,
    look_again,
    office_place,
    say,
    send,
    tell,
    told_office,
)
from tests.assessment.appraising import LATER, NOON, OFFICE, amended_office, published_office, report, submitted_office
from tests.assessment.reporting import clerk, head
from tests.assessment.test_reopening import RIGHT, reopened
from tests.assessment.test_reopening import WHY as REASON
from tests.data.databases import Databases
from tests.ui.pages import PAGES, cells_of, html, opener, tables_of
from tests.ui.publishing import office_of
from ui import gateway
from ui.clock import now

Looking = Callable[[Identity], None]
opened = opener("draft_results.py", 60)
LONG = "Báo cáo đã nêu. " * 126
"""2.016 letters without the blank at the end: 16 times 126 less one is 2.015."""


def just_told(settings: Settings) -> Engine:
    """An office that has just told Vũng Tàu."""
    return told_office(settings, now())


@pytest.fixture
def told(sqlite: Databases, looking: Looking) -> Iterator[ReportPlace]:
    """Vũng Tàu has just been told; its clerk looks."""
    with office_of(sqlite, just_told):
        place = office_place(gateway.engine())
        looking(clerk(place))
        yield place


@pytest.fixture
def begun(sqlite: Databases, looking: Looking) -> Iterator[ReportPlace]:
    """Vũng Tàu and Bà Rịa are being appraised; the clerk of Vũng Tàu looks."""
    with office_of(sqlite, begun_office):
        place = office_place(gateway.engine())
        looking(clerk(place))
        yield place


def field(place: ReportPlace, code: str) -> str:
    return f"explain_{place.period_id}_747_{code.replace('.', '_')}"


def figures(page: AppTest) -> dict[str, str]:
    return {m.label: m.value for m in page.metric}


def said(page: AppTest) -> str:
    parts = (page.info, page.success, page.warning, page.error, page.caption, page.markdown)
    return " ".join([*(e.value for part in parts for e in part), html(page)])


def errors(page: AppTest) -> list[str]:
    return [e.value for e in page.error]


def buttons(page: AppTest) -> list[str]:
    return [b.label for b in page.button if b.label != "Lưu giải trình"]


def kept(place: ReportPlace) -> dict[str, str]:
    with read_session(gateway.engine()) as session:
        return {c: e.text for c, e in explanations(session, clerk(place), place).items()}


def typed(page: AppTest, place: ReportPlace, code: str, text: str) -> AppTest:
    page.text_area(key=field(place, code)).set_value(text).run()
    assert [e.message for e in page.exception] == []
    return page


def pressed(page: AppTest, label: str, *, sure: bool = True) -> AppTest:
    if sure:
        page.checkbox[0].check()
    next(b for b in page.button if b.label == label).click().run()
    assert [e.message for e in page.exception] == []
    return page


# Before it is told, and what it is told


def test_before_results_are_sent_the_screen_says_where_the_report_stands(looking: Looking, begun: ReportPlace) -> None:
    assert "Báo cáo đang được thẩm định" in said(opened())
    looking(clerk(ReportPlace(begun.period_id, CHAU_DUC)))
    page = opened(ky=str(begun.period_id))
    assert "ở bước «Đang tự đánh giá», chưa gửi cơ quan thường trực" in said(page)
    assert f'href="/nhap-so-lieu?ky={begun.period_id}"' in html(page)
    with write_session(gateway.engine()) as session:
        report(session, "750", PeriodState.SENT)
    assert "Báo cáo đã gửi lúc 20/12/2024 12:00, chờ cơ quan thường trực" in said(opened())
    assert not page.metric


def test_a_unit_reads_its_totals_and_what_was_decided_and_nothing_of_others(told: ReportPlace) -> None:
    page = opened()
    assert figures(page) == {
        "Điểm tự đánh giá": "15,00",
        "Điểm thẩm định dự kiến": "33,33",
        "Chỉ số có thay đổi": "3 / 5",
        "Hạn giải trình": figures(page)["Hạn giải trình"],
    }
    assert page.metric[1].delta == "+18,33 điểm"
    assert page.metric[3].delta == "còn 5 ngày làm việc"
    shown = html(page)
    for words in (CUT, PLAN, "Hồ sơ trực tuyến: 30 → 20 hồ sơ", "Hồ sơ: 100 hồ sơ", "Số liệu: chưa có số liệu → có"):
        assert words in shown
    assert "CQ.2" not in shown
    assert "CHẠY THỬ NỘI BỘ - KẾT QUẢ KHÔNG CÓ GIÁ TRỊ, KHÔNG CÔNG BỐ" in said(page)
    assert "10,00 điểm không áp dụng với đơn vị; điểm đạt được quy đổi theo 100 ÷ 90,00" in said(page)
    assert "Bà Rịa" not in said(page).replace("Bà Rịa - Vũng Tàu", "")
    assert "Hạng" not in said(page)
    everything = opened(loc_ket_qua="tat-ca")
    assert "CQ.2 Hồ sơ đúng hạn" in html(everything)
    assert field(told, "CQ.2") not in [a.key for a in everything.text_area]
    assert field(told, "CQ.2") in [a.key for a in opened(chi_so_xem="CQ.2").text_area]


def test_the_history_of_a_criterion_stands_beside_it(told: ReportPlace) -> None:
    shown = html(opened())
    assert "<dt>Thẩm định, 20/12/2024 12:00</dt><dd>Điều chỉnh số liệu<br>" in shown
    assert "15,00 → 10,00, tối đa 40,00" in shown


# What it says


def test_an_explanation_is_kept_as_it_is_typed_and_taken_back_by_emptying_it(told: ReportPlace) -> None:
    page = typed(opened(), told, "CQ.1", "  Báo cáo số 5/BC nêu **30** hồ sơ\nXem trang 2  ")
    assert kept(told) == {"CQ.1": "Báo cáo số 5/BC nêu **30** hồ sơ\nXem trang 2"}
    assert "44 / 2.000 ký tự" in said(page)
    assert "Đã lưu lúc" in said(page)
    assert "1 giải trình sẽ gửi" in html(page)
    assert '<td class="wide" data-label="Giải trình">Báo cáo số 5/BC nêu **30** hồ sơ<br>Xem trang 2</td>' in html(page)
    assert opened().text_area(key=field(told, "CQ.1")).value == kept(told)["CQ.1"]
    typed(page, told, "CQ.1", " ")
    assert kept(told) == {}


def test_a_text_that_is_too_long_stays_whole_on_the_screen_and_is_told_until_it_fits(told: ReportPlace) -> None:
    page = typed(opened(), told, "CQ.1", LONG)
    told_so = "CQ.1: giải trình dài 2.015 ký tự, nhiều nhất là 2.000; hãy viết gọn, đưa chi tiết vào tài liệu."
    assert errors(page) == [told_so]
    assert "**Chưa lưu** · 2.015 / 2.000 ký tự" in said(page)
    assert kept(told) == {}
    # Neither another run nor another filter loses a letter of it.
    page.button_group(key="filter_loc-ket-qua").set_value("tat-ca").run()
    assert page.text_area(key=field(told, "CQ.1")).value == LONG
    assert errors(page) == [told_so]
    typed(page, told, "CQ.1", LONG[:2000])
    assert kept(told)["CQ.1"] == LONG[:2000].strip()
    assert errors(page) == []


def test_what_is_too_long_is_not_sent_by_half(looking: Looking, told: ReportPlace) -> None:
    looking(head(told))
    page = typed(opened(), told, "CQ.1", "Báo cáo số 5/BC")
    assert "Gửi giải trình" in buttons(page)
    typed(page, told, "CQ.1", LONG)
    assert buttons(page) == []
    assert "Còn giải trình chưa lưu ở CQ.1" in said(page)


@pytest.mark.parametrize(("choice", "left"), [("_mine", "Bản của tôi"), ("_theirs", "Bản kia")])
def test_two_people_of_the_unit_do_not_overwrite_each_other(told: ReportPlace, choice: str, left: str) -> None:
    page = opened()
    say(gateway.engine(), "CQ.1", "Bản kia", now=now())
    typed(page, told, "CQ.1", "Bản của tôi")
    assert kept(told) == {"CQ.1": "Bản kia"}
    assert page.text_area(key=field(told, "CQ.1")).value == "Bản của tôi"
    assert "chưa ghi đè bản nào; hãy chọn một" in said(page)
    assert "<dt>Bản kia</dt><dd>Bản kia</dd>" in html(page)
    page.button(key=field(told, "CQ.1") + choice).click().run()
    assert kept(told) == {"CQ.1": left}
    assert page.text_area(key=field(told, "CQ.1")).value == left
    assert "hãy chọn một" not in said(page)


def test_what_is_typed_when_the_head_has_just_sent_is_refused_and_stays_readable(told: ReportPlace) -> None:
    page = opened()
    say(gateway.engine(), "TC.1", "Đề nghị xem lại", now=now())
    send(gateway.engine(), now())
    typed(page, told, "CQ.1", "Thêm căn cứ\ntrang 3")
    assert errors(page) == ["Giải trình đã gửi nên không sửa hoặc gửi thêm được; hãy chờ thẩm định lại."]
    assert "<dt>Nội dung chưa lưu được</dt><dd>Thêm căn cứ<br>trang 3</dd>" in html(page)
    assert kept(told) == {"TC.1": "Đề nghị xem lại"}


def test_a_criterion_with_words_that_are_not_kept_stays_on_the_screen(told: ReportPlace) -> None:
    page = typed(opened(chi_so_xem="CQ.2"), told, "CQ.2", LONG)
    page.selectbox(key="filter_chi-so-xem").set_value("TC.2").run()
    assert page.text_area(key=field(told, "CQ.2")).value == LONG
    assert field(told, "TC.2") in [a.key for a in page.text_area]


def test_what_somebody_else_has_written_is_there_at_the_next_run(told: ReportPlace) -> None:
    page = opened()
    say(gateway.engine(), "CQ.1", "Của người kia", now=now())
    assert page.run().text_area(key=field(told, "CQ.1")).value == "Của người kia"


# The answer


def test_a_clerk_writes_and_only_the_head_sends(looking: Looking, told: ReportPlace) -> None:
    page = typed(opened(), told, "CQ.1", "Báo cáo số 5/BC")
    assert buttons(page) == []
    assert "chỉ lãnh đạo đơn vị gửi giải trình hoặc đồng ý" in said(page)
    looking(head(told))
    page = opened()
    assert buttons(page) == ["Gửi giải trình"]
    page = pressed(page, "Gửi giải trình", sure=False)
    assert errors(page) == ["Chưa đánh dấu ô xác nhận; hãy đọc, đánh dấu rồi bấm lại."]
    page = pressed(page, "Gửi giải trình")
    assert page.success[-1].value == "Đã gửi giải trình 1 chỉ số đến cơ quan thường trực."
    assert "chờ cơ quan thường trực đưa vào thẩm định lại" in said(page)
    assert "<dt>Giải trình của đơn vị</dt><dd>Báo cáo số 5/BC</dd><dt>Trạng thái</dt><dd>Gửi lúc" in html(page)
    assert "1 giải trình đã gửi" in html(page)
    assert not page.text_area
    assert buttons(page) == []


def test_the_head_does_not_send_what_was_changed_under_his_eyes(looking: Looking, told: ReportPlace) -> None:
    version = say(gateway.engine(), "CQ.1", "Báo cáo số 5/BC", now=now())
    looking(head(told))
    page = opened()
    say(gateway.engine(), "CQ.1", "Báo cáo số 6/BC", version, now())
    page = pressed(page, "Gửi giải trình")
    assert errors(page) == ["Giải trình CQ.1 vừa được người khác trong đơn vị sửa; hãy đọc lại rồi gửi."]
    assert "Báo cáo số 6/BC" in html(page)
    assert "Đã gửi giải trình 1 chỉ số" in said(pressed(page, "Gửi giải trình"))


def test_the_head_agrees_and_the_unit_is_finished(looking: Looking, told: ReportPlace) -> None:
    looking(head(told))
    page = opened()
    assert buttons(page) == ["Đồng ý với kết quả"]
    page = pressed(page, "Đồng ý với kết quả", sure=False)
    assert errors(page) == ["Chưa đánh dấu ô xác nhận; hãy đọc, đánh dấu rồi bấm lại."]
    page = pressed(page, "Đồng ý với kết quả")
    assert page.success[-1].value == "Đã đồng ý với kết quả thẩm định dự kiến."
    assert "Đơn vị đã đồng ý với kết quả dự kiến lúc" in said(page)
    assert not page.text_area
    with read_session(gateway.engine()) as session:
        assert submission(session, told).state == PeriodState.AWAITING_EXPLANATION


def test_after_the_last_day_everything_can_be_read_and_nothing_answered(sqlite: Databases, looking: Looking) -> None:
    """Told in December 2024, with five working days: long ago."""
    with office_of(sqlite, told_office):
        say(gateway.engine(), "CQ.1", "Viết dở")
        looking(head(office_place(gateway.engine())))
        page = opened()
        assert "Hạn giải trình đã hết ngày 27/12/2024" in said(page)
        assert "Chưa gửi khi hết hạn nên không được xem xét" in html(page)
        assert "Hạn giải trình" not in figures(page)
        assert not page.text_area
        assert buttons(page) == []


def test_during_the_second_appraisal_only_the_draft_is_told_and_after_it_both_rulings(told: ReportPlace) -> None:
    engine = gateway.engine()
    for code in ("CQ.1", "TC.1"):
        say(engine, code, "Đề nghị xem lại", now=now())
    send(engine, now())
    look_again(engine)
    second = Verdict(RulingKind.AGREE, "Báo cáo số 5/BC đủ căn cứ")
    decide(engine, OFFICE, [(VUNG_TAU, "CQ.1")], second, AppraisalTier.SECOND)
    page = opened()
    assert "Đang thẩm định lại 2 chỉ số mà đơn vị giải trình: CQ.1, TC.1." in said(page)
    assert figures(page)["Điểm thẩm định dự kiến"] == "33,33"
    assert "đủ căn cứ" not in html(page)
    decide(engine, OFFICE, [(VUNG_TAU, "TC.1")], Verdict(None, "Giữ nguyên"), AppraisalTier.SECOND)
    page = opened()
    assert "Đã thẩm định lại xong 2 chỉ số mà đơn vị giải trình: CQ.1, TC.1." in said(page)
    assert "Đơn vị không giải trình thêm được; kết quả này được đưa ra hội đồng." in said(page)
    assert "mở lại" not in said(page)
    # (15 + 20) / 90 x 100
    assert figures(page)["Điểm thẩm định dự kiến"] == "38,89"
    shown = html(page)
    assert shown.index("<dt>Thẩm định, ") < shown.index("<dt>Thẩm định lại, ")
    assert "Báo cáo số 5/BC đủ căn cứ" in shown


def test_a_reopened_criterion_says_when_and_why_and_nothing_of_an_explanation(
    sqlite: Databases, looking: Looking
) -> None:
    """Vũng Tàu agreed to its results, which are published; on 30/12/2024 at noon the office reopens CQ.1 and TC.2."""
    with office_of(sqlite, published_office):
        engine = gateway.engine()
        looking(head(office_place(engine)))
        assert "mở lại" not in said(opened())
        reopened(engine, ("CQ.1", "TC.2"), now=LATER)
        agreed = "Đơn vị đã đồng ý với kết quả dự kiến lúc 20/12/2024 12:00."
        page = opened()
        going = "Đang thẩm định lại 2 chỉ số mà cơ quan thường trực mở lại: CQ.1, TC.2."
        assert page.info[0].value.startswith(f"{agreed} {going}")
        assert "giải trình:" not in page.info[0].value
        # TC.2 was agreed to and has not changed: it is shown all the same.
        shown = [row for table in tables_of(page, "Điểm trước và sau") for row in cells_of(table)]
        told = {row[0].split()[0]: row[5] for row in shown}
        reason = f"Cơ quan thường trực mở lại ngày 30/12/2024: {REASON}"
        for code in ("CQ.1", "TC.2"):
            assert told[code].endswith(f"{reason} | Đang thẩm định lại."), code
        assert html(page).count(f"<dt>Cơ quan thường trực mở lại, 30/12/2024 12:00</dt><dd>{REASON}</dd>") == 2
        for code in ("CQ.1", "TC.2"):
            decide(engine, OFFICE, [(VUNG_TAU, code)], Verdict(None, "Giữ nguyên"), AppraisalTier.SECOND, LATER)
        page = opened()
        done = "Đã thẩm định lại xong 2 chỉ số mà cơ quan thường trực mở lại: CQ.1, TC.2."
        assert page.success[0].value.startswith(f"{agreed} {done}")
        assert html(page).count(f"<dt>Cơ quan thường trực mở lại, 30/12/2024 12:00</dt><dd>{REASON}</dd>") == 2


def test_a_reopened_unit_that_is_sent_its_results_anew_answers_again(sqlite: Databases, looking: Looking) -> None:
    """Vũng Tàu agreed to 66 points; after the council CQ.1 is reopened and brings 20 points, 71 in all."""
    with office_of(sqlite, submitted_office) as period:
        engine = gateway.engine()
        looking(head(office_place(engine)))
        reopened(engine, now=now())
        decide(engine, OFFICE, [(VUNG_TAU, "CQ.1")], RIGHT, AppraisalTier.SECOND, now())
        page = opened()
        # What moved after it agreed is no matter that is settled.
        assert not page.success
        assert "Cơ quan thường trực có thể gửi lại kết quả dự kiến trước khi hội đồng họp" in page.info[0].value
        assert "Đơn vị đã đồng ý với 66,00 điểm lúc 20/12/2024 12:00." in page.info[0].value
        assert "CQ.1 từ 15,00 thành 20,00" in page.info[0].value
        tell(engine, VUNG_TAU, now=now())
        page = opened()
        assert "Kết quả dự kiến được gửi lại lúc " in page.info[0].value
        assert "Hạn giải trình" in figures(page)
        key = f"draft_results_accept_{period}"
        page.checkbox(key=f"{key}_sure").check()
        next(b for b in page.button if b.label == "Đồng ý với kết quả").click().run()
        assert errors(page) == []
        page = opened()
        assert page.success[0].value.startswith("Đơn vị đã đồng ý với kết quả dự kiến lúc ")
        assert "66,00" not in page.success[0].value


def scores(page: AppTest) -> list[list[str]]:
    """The three scores beside each other: name, total, rank, band, basis."""
    (table,) = tables_of(page, "Điểm tự đánh giá, thẩm định và công bố")
    return cells_of(table)


def test_once_published_the_three_scores_stand_side_by_side_with_the_decision(
    sqlite: Databases, looking: Looking
) -> None:
    """Vũng Tàu reported 15 points, Bà Rịa none; appraised and published are 66, first of three."""
    with office_of(sqlite, published_office) as period:
        looking(clerk(office_place(gateway.engine())))
        page = opened()
        assert figures(page) == {
            "Điểm tự đánh giá": "15,00", "Điểm thẩm định": "66,00", "Điểm công bố": "66,00", "Chỉ số có thay đổi": "4 / 5",
        }  # fmt: skip
        decision = "Quyết định số 789/QĐ-UBND ngày 20/12/2024"
        assert [row[:3] for row in scores(page)] == [
            ["Điểm tự đánh giá", "15,00", "1 / 2"],
            ["Điểm thẩm định", "66,00", "–"],
            ["Điểm công bố, lần 1", "66,00", "1 / 3"],
        ]
        assert scores(page)[2][4] == f"{decision}, đang có hiệu lực"
        assert f"Kết quả của kỳ đã công bố theo {decision}." in said(page)
        assert "sửa đổi" not in said(page)
        assert f'href="/phieu-diem?khoi=huyen&amp;ky={period}&amp;thang=12&amp;don-vi=747"' in html(page)
        # What is reopened since changes nothing by itself, and the screen says so.
        reopened(gateway.engine(), now=LATER)
        decide(gateway.engine(), OFFICE, [(VUNG_TAU, "CQ.1")], RIGHT, AppraisalTier.SECOND, LATER)
        page = opened()
        assert [row[1] for row in scores(page)] == ["15,00", "71,00", "66,00"]
        assert "không làm đổi điểm công bố cho đến khi có quyết định sửa đổi." in said(page)


def test_after_an_amending_decision_its_score_stands_before_the_one_that_it_replaced(
    sqlite: Databases, looking: Looking
) -> None:
    with office_of(sqlite, amended_office):
        place = office_place(gateway.engine())
        looking(clerk(ReportPlace(place.period_id, BA_RIA)))
        page = opened()
        amending = "Quyết định số 12/QĐ-UBND ngày 30/12/2024"
        earlier = "Quyết định số 789/QĐ-UBND ngày 20/12/2024"
        assert f"Kết quả của kỳ đã công bố theo {earlier}, sửa đổi theo {amending}." in said(page)
        # 50 of 90 became 70 of 90: Bà Rịa passes both others.
        assert [row[:3] for row in scores(page)[2:]] == [
            ["Điểm công bố, lần 2 (sửa đổi)", "77,78", "1 / 3"],
            ["Điểm công bố, lần 1", "55,56", "3 / 3"],
        ]
        assert [row[4] for row in scores(page)[2:]] == [
            f"{amending}, đang có hiệu lực", f"{earlier}, đã được thay bằng lần 2 (sửa đổi) theo {amending}",
        ]  # fmt: skip
        assert figures(page)["Điểm công bố"] == "77,78"


def test_a_unit_that_sent_nothing_reads_what_was_published_without_it(sqlite: Databases, looking: Looking) -> None:
    with office_of(sqlite, published_office) as period:
        place = office_place(gateway.engine())
        unsent = next(u for u in gateway.snapshot(place.period_id, "district", 12).units if u.code == "755")
        looking(clerk(ReportPlace(place.period_id, unsent.key)))
        page = opened(ky=str(period))
        assert (
            "theo Quyết định số 789/QĐ-UBND ngày 20/12/2024. Đơn vị không gửi báo cáo nên không có kết quả thẩm định và không "
            "xếp hạng." in said(page)
        )
        assert f'href="/ket-qua-cong-bo?ky={period}&amp;lan=1"' in html(page)
        assert not page.metric


def test_before_the_publication_no_rank_and_no_published_score_are_told(told: ReportPlace) -> None:
    page = opened()
    assert tables_of(page, "Điểm tự đánh giá, thẩm định và công bố") == []
    assert "Điểm công bố" not in figures(page)


def test_the_two_causes_of_a_second_appraisal_are_told_apart(told: ReportPlace, looking: Looking) -> None:
    """CQ.1 and TC.1 were explained; after the council the office reopens TC.1 and CQ.2."""
    engine = gateway.engine()
    for code in ("CQ.1", "TC.1"):
        say(engine, code, "Đề nghị xem lại", now=now())
    send(engine, now())
    look_again(engine)
    for code in ("CQ.1", "TC.1"):
        decide(engine, OFFICE, [(VUNG_TAU, code)], Verdict(None, "Giữ nguyên"), AppraisalTier.SECOND)
    with write_session(engine) as session:
        report(session, "748", PeriodState.AWAITING_EXPLANATION, accepted_at=NOON)
        session.query(AppraisalTask).filter_by(unit_code="748").update({"ruled": True})
        record_council(session, OFFICE, told.period_id, "12/BB-HĐTĐ", NOON.date(), "", NOON)
    reopened(engine, ("TC.1", "CQ.2"), now=now())
    assert (
        "Đang thẩm định lại 1 chỉ số mà cơ quan thường trực mở lại: CQ.2; 1 chỉ số mà đơn vị giải trình rồi cơ quan "
        "thường trực mở lại: TC.1." in said(opened())
    )
    assert "Đã thẩm định lại xong 1 chỉ số mà đơn vị giải trình: CQ.1." in said(opened())
    # Sent anew, the results are explained anew; what was said to those before stays, for the appraiser too.
    for code in ("TC.1", "CQ.2"):
        decide(engine, OFFICE, [(VUNG_TAU, code)], Verdict(None, "Giữ nguyên"), AppraisalTier.SECOND, now())
    assert "<dt>Đơn vị giải trình, " not in html(opened())
    tell(engine, VUNG_TAU, now=now())
    page = opened()
    assert [html(page).count(part) for part in ("<dt>Đơn vị giải trình, ", "<dd>Đề nghị xem lại</dd>")] == [2, 2]
    assert page.text_area(key=f"explain_{told.period_id}_747_TC_1").value == ""
    looking(OFFICE)
    shown = {"ky": str(told.period_id), "cap": "district", "chi_so": "TC.1", "don_vi": "747", "trang_thai": "tat-ca"}
    assert "<dt>Giải trình trước khi gửi lại kết quả</dt>" in html(opener("appraisal.py", 60)(**shown))


def test_without_any_change_the_unit_is_told_so_and_may_still_look_and_explain(begun: ReportPlace) -> None:
    agree_to_all(gateway.engine(), VUNG_TAU)
    tell(gateway.engine(), VUNG_TAU, now=now())
    page = opened()
    assert figures(page)["Chỉ số có thay đổi"] == "0 / 5"
    assert "CQ.2 Hồ sơ đúng hạn" in html(page)
    assert not page.text_area
    page = opened(chi_so_xem="CQ.2")
    typed(page, begun, "CQ.2", "Đã bổ sung số liệu")
    assert kept(begun) == {"CQ.2": "Đã bổ sung số liệu"}


# Documents


def test_a_missing_document_is_put_in_beside_the_explanation(told: ReportPlace) -> None:
    page = opened()
    box = f"evidence_{told.period_id}_747_CQ_1"
    page.session_state[f"{box}_box"] = True
    page.run()
    assert "không bỏ ra được" in said(page)
    own = f"{box}_new_0"
    page.text_input(key=f"{own}_number").set_value("5/BC")
    page.text_input(key=f"{own}_day").set_value("02/12/2024")
    page.text_area(key=f"{own}_abstract").set_value("Báo cáo hồ sơ")
    page.text_input(key=f"{own}_link").set_value("https://vungtau.example/5")
    page.text_input(key=f"{own}_page").set_value("trang 2")
    page.checkbox(key=f"{own}_notice").check()
    next(b for b in page.button if b.label == "Lưu và đính kèm").click().run()
    assert errors(page) == []
    assert "5/BC ngày 02/12/2024, " in html(page)
    with read_session(gateway.engine()) as session:
        found = attached(session, clerk(told), told, dt.date(2024, 12, 20))
    assert [d.number for d in found["CQ.1"]] == ["5/BC"]


def test_the_library_and_the_form_lead_to_the_results_while_they_wait_for_an_answer(
    looking: Looking, told: ReportPlace
) -> None:
    address = f"/ket-qua-tham-dinh?ky={told.period_id}"
    screens = [opener(file, 60) for file in ("evidence.py", "report.py")]
    period = str(told.period_id)
    assert [address in html(screen(ky=period)) for screen in screens] == [True, True]
    # The day that the form shows is the last one of explaining.
    assert {"Hạn giải trình", "Hạn gửi"} & set(figures(screens[1](ky=period))) == {"Hạn giải trình"}
    looking(clerk(ReportPlace(told.period_id, BA_RIA)))
    assert [address in html(screen(ky=period)) for screen in screens] == [False, False]
    looking(OFFICE)
    assert address not in html(screens[1](ky=period, don_vi="747"))


# Who looks


@pytest.mark.parametrize("role", [r for r in Role if r not in (Role.UNIT_LEADER, Role.DATA_ENTRY)])
def test_nobody_else_opens_the_screen(looking: Looking, role: Role) -> None:
    looking(Identity("a", role))
    page = AppTest.from_file(str(PAGES / "draft_results.py"), default_timeout=60).run()
    assert "không dành cho vai trò" in page.error[0].value
    assert not page.metric


def test_a_unit_reads_its_own_results_whatever_the_address_names(looking: Looking, told: ReportPlace) -> None:
    looking(head(ReportPlace(told.period_id, BA_RIA)))
    page = opened(ky=str(told.period_id), don_vi="747")
    assert "Báo cáo đang được thẩm định" in said(page)
    assert CUT not in html(page)
    assert [w.value for w in page.warning if "Địa chỉ" in w.value] == [
        "Địa chỉ nêu cơ quan, đơn vị «`747`» không có ở màn hình này; đang hiển thị «Thành phố Bà Rịa»."
    ]
    page = opened(ky=str(told.period_id), don_vi="748")
    assert not [w for w in page.warning if "Địa chỉ" in w.value]
