"""The step of a period in words, from the first figures to the amending decision."""

import datetime as dt
from collections.abc import Iterator

import pytest
from sqlalchemy import Engine

from assessment.council import record_council, submit_for_approval
from assessment.deadlines import Reporting, set_deadline
from assessment.period_standing import period_standing
from assessment.permissions import VISITOR, Identity
from assessment.publishing import amend, close_trial
from assessment.rulings import Verdict
from data.database import read_session, write_session
from data.models import AppraisalTier, PeriodState, RulingKind
from reports.period_standing import period_step_text
from tests.assessment.appraisal_office import VUNG_TAU, decide, office_place, sent_office
from tests.assessment.appraising import (
    AMENDING,
    DAY,
    LATER,
    LEADER,
    NOON,
    OFFICE,
    appraised_office,
    office_period,
    publish_now,
    report,
    submit,
)
from tests.assessment.reporting import clerk
from tests.assessment.test_reopening import reopened
from tests.data.databases import Databases

DECIDED = "Kết quả đã công bố theo Quyết định số 789/QĐ-UBND ngày 20/12/2024"


@pytest.fixture
def sent(sqlite: Databases) -> Iterator[Engine]:
    """Two districts have sent; a reference set makes the period a trial run."""
    engine = sqlite.opened(sent_office)
    yield engine
    engine.dispose()


@pytest.fixture
def appraised(sqlite: Databases) -> Iterator[Engine]:
    """Three districts are appraised and have agreed."""
    engine = sqlite.opened(appraised_office)
    yield engine
    engine.dispose()


def told(engine: Engine, who: Identity = LEADER, today: dt.date = DAY) -> str:
    with read_session(engine) as session:
        standing = period_standing(session, who, office_period(session).id, today)
    return "" if standing is None else period_step_text(standing)


def put(engine: Engine, level: Reporting, days: int) -> None:
    """A last day of sending, counted in working days from Friday 20/12/2024."""
    with write_session(engine) as session:
        set_deadline(session, OFFICE, office_period(session), level, DAY, days, 0, NOON)


def test_while_figures_are_taken_the_last_day_and_who_has_sent(sent: Engine) -> None:
    assert told(sent) == "Đang nhận số liệu, chưa đặt thời hạn gửi; đã gửi 2 / 111 đơn vị."
    put(sent, "district", 1)
    assert told(sent) == "Đang nhận số liệu, hạn gửi đến hết ngày 23/12/2024; đã gửi 2 / 111 đơn vị."
    put(sent, "commune", 5)
    # Until when data suppliers give theirs is none of it.
    put(sent, "supplier", 9)
    until = "Đang nhận số liệu, hạn gửi theo cấp từ ngày 23/12/2024 đến ngày 27/12/2024"
    assert told(sent) == f"{until}; đã gửi 2 / 111 đơn vị."
    assert told(sent, clerk(office_place(sent))) == f"{until}."
    # Six of the eight districts have not sent when their last day is over; one of them was given more time.
    late = "; đã gửi 2 / 111 đơn vị, 6 đơn vị quá hạn."
    assert told(sent, today=dt.date(2024, 12, 24)) == until + late
    with write_session(sent) as session:
        report(session, "750", PeriodState.RETURNED, return_reason="Thiếu", due_on=dt.date(2024, 12, 31))
    assert told(sent, today=dt.date(2024, 12, 24)) == until + late.replace("6", "5")
    assert told(sent, VISITOR) == ""


def test_a_trial_run_has_ended_on_its_day(sent: Engine) -> None:
    with write_session(sent) as session:
        close_trial(session, OFFICE, office_period(session).id, DAY, "", NOON)
    assert told(sent) == ("Đã kết thúc chạy thử nội bộ ngày 20/12/2024; kỳ không nhận số liệu, không công bố kết quả.")


def test_from_appraisal_to_the_amending_decision(appraised: Engine) -> None:
    taking = "Đang nhận số liệu, chưa đặt thời hạn gửi"
    assert told(appraised) == f"Đang thẩm định: xong 3 / 3 đơn vị đã gửi báo cáo. {taking}; đã gửi 3 / 111 đơn vị."
    unit = clerk(office_place(appraised))
    assert told(appraised, unit) == f"Đang thẩm định các báo cáo đã gửi. {taking}."
    with write_session(appraised) as session:
        record_council(session, OFFICE, office_period(session).id, "12/BB-HĐTĐ", DAY, "", NOON)
    assert told(appraised) == "Hội đồng đã thông qua (biên bản số 12/BB-HĐTĐ, ngày 20/12/2024); chờ trình phê duyệt."
    with write_session(appraised) as session:
        submit_for_approval(session, OFFICE, office_period(session).id, "45/TTr-STTTT", DAY, "", NOON)
    assert told(appraised, unit) == (
        "Đã trình phê duyệt (tờ trình số 45/TTr-STTTT, ngày 20/12/2024); chờ quyết định công bố."
    )
    publish_now(appraised)
    for who in (LEADER, unit, VISITOR):
        assert told(appraised, who) == f"{DECIDED}."
    reopened(appraised, now=LATER)
    again = "Đang thẩm định lại 1 đơn vị; điểm công bố không đổi cho đến khi có quyết định sửa đổi."
    assert told(appraised) == f"{DECIDED}. {again}"
    assert told(appraised, VISITOR) == f"{DECIDED}."
    right = Verdict(RulingKind.CORRECT, "Đủ 40 hồ sơ", {"a": "40", "b": "100"})
    decide(appraised, OFFICE, [(VUNG_TAU, "CQ.1")], right, AppraisalTier.SECOND, LATER)
    with write_session(appraised) as session:
        amend(session, OFFICE, office_period(session).id, AMENDING, "Sửa CQ.1", LATER + dt.timedelta(hours=1))
    assert told(appraised, VISITOR) == f"{DECIDED}, sửa đổi theo Quyết định số 12/QĐ-UBND ngày 30/12/2024."


def test_after_a_reopening_before_the_publication_the_council_has_to_meet_again(appraised: Engine) -> None:
    submit(appraised)
    reopened(appraised)
    again = "Có chỉ số mở lại thẩm định sau hội đồng nên hội đồng phải họp lại."
    assert told(appraised).startswith(f"Đang thẩm định: xong 2 / 3 đơn vị đã gửi báo cáo. {again} Đang nhận số liệu")
    decide(appraised, OFFICE, [(VUNG_TAU, "CQ.1")], Verdict(None, "Giữ nguyên"), AppraisalTier.SECOND)
    submit(appraised, warned=True)
    assert again not in told(appraised)
