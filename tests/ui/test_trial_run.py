"""An internal trial run: every screen and file of its results says so, and once it has ended nothing is offered any more."""

from collections.abc import Callable, Iterator

import pytest

from assessment.permissions import Identity
from assessment.publishing import close_trial
from assessment.sending import return_report, take_back
from assessment.submissions import SubmissionRefusedError, submission
from data.database import read_session, write_session
from data.models import PeriodState
from reports.comparison import comparison_workbook
from reports.history import history_workbook
from reports.overview import overview_workbook
from reports.ranking import ranking_csv, ranking_workbook
from reports.scorecard import scorecard_workbook
from tests.assessment.appraisal_office import (
    CHAU_DUC,
    begun_office,
    look_again,
    office_place,
    say,
    send,
    sent_office,
    told_office,
)
from tests.assessment.appraising import NOON, OFFICE, office_period, published_office, report
from tests.assessment.reporting import clerk, head, open_office
from tests.data.databases import Databases
from tests.reports.reading import heading_texts
from tests.reports.reading import opened as read_workbook
from tests.ui.pages import cells_of, html, informed, opener, tables_of, typed_into
from tests.ui.publishing import office_of
from ui import gateway, gateway_comparison, gateway_history, gateway_overview
from ui.frame import demonstration_label

LABEL = "CHẠY THỬ NỘI BỘ - KẾT QUẢ KHÔNG CÓ GIÁ TRỊ, KHÔNG CÔNG BỐ"
RESULTS = ("overview.py", "ranking.py", "scorecard.py", "comparison.py", "history.py")
"""Screens of what a period has come to."""


@pytest.fixture(scope="module")
def trial(sqlite: Databases) -> Iterator[int]:
    """A period on a reference set, in which units report."""
    with office_of(sqlite, open_office) as period:
        yield period


def captions(file: str, period: int) -> list[str]:
    """The lines below the heading of a screen."""
    return [c.value for c in opener(file, 120)(ky=str(period), khoi="huyen", don_vi="747").caption[:2]]


@pytest.mark.parametrize("file", RESULTS)
def test_what_can_only_be_a_trial_run_says_so_below_the_heading(trial: int, file: str) -> None:
    assert captions(file, trial)[1] == f"**{LABEL}**"


@pytest.mark.parametrize("file", RESULTS)
def test_invented_figures_bear_the_demonstration_label_alone(file: str) -> None:
    demonstration = next(p.id for p, _months in gateway.calendar() if p.origin != "office")
    page = opener(file, 120)(ky=str(demonstration), khoi="huyen", don_vi="747")
    assert [c.value for c in page.caption if LABEL in c.value] == []
    assert [w.value for w in page.warning][:1] == [f"**{demonstration_label()}**"]


@pytest.mark.parametrize("file", RESULTS)
def test_what_a_decision_published_is_no_trial_run(sqlite: Databases, file: str) -> None:
    with office_of(sqlite, published_office) as period:
        assert LABEL not in " ".join(captions(file, period))


def test_every_file_of_a_trial_run_says_so(trial: int) -> None:
    now = gateway.snapshot(trial, "district", 12)
    ranked = gateway.ranking_table(now, "districts", None)
    files = {
        "ranking": ranking_workbook(ranked),
        "scorecard": scorecard_workbook(gateway.unit_scorecard(now, "districts", "747", None)),
        "comparison": comparison_workbook(gateway_comparison.compared_units(now, "districts", ("747", "748"), None)),
        "history": history_workbook(
            gateway_history.history(trial, "district", "districts"), gateway_history.units_in_time()
        ),
    }
    for name, file in files.items():
        assert LABEL in heading_texts(read_workbook(file).worksheets[0]), name
    overview = read_workbook(overview_workbook(gateway_overview.overview_of(trial, 12, None), (), ()))
    assert [LABEL in heading_texts(sheet) for sheet in overview] == [False, True, True, True]
    lines = ranking_csv(ranked).decode("utf-8-sig").splitlines()
    assert all(line.endswith(f";{LABEL}") for line in lines[1:])


# Once it has ended

ENDED = "Kỳ «Năm 2024» đã kết thúc chạy thử nội bộ nên không còn bước nào nữa."
READ_ONLY = (
    "Kỳ đánh giá đã kết thúc chạy thử nội bộ nên không nhận số liệu nữa; hãy chọn kỳ khác. Báo cáo dưới đây chỉ để xem."
)
Looking = Callable[[Identity], None]


def close() -> None:
    """The office ends its period as a trial run."""
    with write_session(gateway.engine()) as session:
        close_trial(session, OFFICE, office_period(session).id, NOON.date(), "", NOON)


def test_appraisers_are_offered_no_ruling_and_are_told_why(sqlite: Databases) -> None:
    with office_of(sqlite, begun_office) as period:
        queue = opener("appraisal.py", 60)
        address = {"ky": str(period), "cap": "district", "chi-so": "CQ.1", "don-vi": "747"}
        assert "Ghi kết luận" in typed_into(queue(**address))
        close()
        page = queue(**address)
        assert informed(page) == [ENDED]
        assert typed_into(page) == []
        # What was reported is read all the same.
        assert "15,00 / 40,00" in html(page)


def test_without_a_task_nobody_is_sent_to_give_one(sqlite: Databases) -> None:
    with office_of(sqlite, sent_office) as period:
        close()
        page = opener("appraisal.py", 60)(ky=str(period))
        assert informed(page) == [ENDED, "Không có chỉ số nào được giao thẩm định trong kỳ này."]


def test_the_office_assigns_nothing_and_is_told_why(sqlite: Databases) -> None:
    with office_of(sqlite, begun_office) as period:
        direction = opener("appraisal_direction.py", 60)
        assert "Phân công lại" in [h.value for h in direction(ky=str(period), cap="district").header]
        close()
        page = direction(ky=str(period), cap="district")
        assert informed(page) == [ENDED]
        assert "Phân công lại" not in [h.value for h in page.header]
        assert typed_into(page) == []


def test_nothing_is_late_or_awaited_any_more(sqlite: Databases) -> None:
    late, due = "Quá hạn", "Hạn gần nhất"
    with office_of(sqlite, begun_office) as period:
        queue, direction = opener("appraisal.py", 60), opener("appraisal_direction.py", 60)
        address = {"ky": str(period), "cap": "district"}

        def counted() -> tuple[list[str], set[tuple[str, str]], bool]:
            """The figures of the queue; what is late and next of everybody; whether anything is filtered as late."""
            metrics = {m.label: m.value for m in queue(**address).metric}
            [loads] = tables_of(direction(**address), "Khối lượng và thời hạn")
            none = any(
                i.startswith("Không còn chỉ số nào") for i in informed(queue(**address, **{"trang-thai": "qua-han"}))
            )
            return [metrics[late], metrics[due]], {(row[4], row[5]) for row in cells_of(loads)}, not none

        assert counted() == (["10", "06/01/2025"], {("4", "06/01/2025"), ("3", "06/01/2025"), ("0", "–")}, True)
        assert "quá hạn 10" in html(opener("overview.py", 120)(ky=str(period)))
        close()
        assert counted() == (["0", "–"], {("0", "–")}, False)
        assert "quá hạn 0" in html(opener("overview.py", 120)(ky=str(period)))


def test_a_unit_reads_that_its_second_appraisal_will_not_be_finished(sqlite: Databases, looking: Looking) -> None:
    with office_of(sqlite, told_office):
        place = office_place(gateway.engine())
        say(gateway.engine(), "CQ.1", "Báo cáo số 5/BC")
        send(gateway.engine())
        look_again(gateway.engine())
        looking(clerk(place))
        results = opener("draft_results.py", 60)
        page = results(ky=str(place.period_id))
        assert "Đang thẩm định lại 1 chỉ số mà đơn vị giải trình: CQ.1." in informed(page)[0]
        close()
        page = results(ky=str(place.period_id))
        assert informed(page)[0] == (
            f"{ENDED} Đơn vị đã gửi giải trình 1 chỉ số lúc 20/12/2024 12:00. Thẩm định lại chưa xong 1 chỉ số mà đơn vị giải "
            "trình: CQ.1; tính theo kết luận trước đó."
        )
        text = html(page)
        assert "Đang thẩm định lại" not in text
        assert "đang thực hiện" not in text
        assert "Thẩm định lại chưa xong khi kỳ kết thúc." in text


@pytest.mark.parametrize("state", [PeriodState.SELF_ASSESSMENT, PeriodState.SENT, PeriodState.APPRAISAL])
def test_a_unit_that_was_told_nothing_waits_for_nothing(
    sqlite: Databases, looking: Looking, state: PeriodState
) -> None:
    with office_of(sqlite, open_office) as period:
        with write_session(gateway.engine()) as session:
            report(session, "747", state)
        place = office_place(gateway.engine())
        close()
        looking(clerk(place))
        page = opener("draft_results.py", 60)(ky=str(period))
        why = "Đơn vị không gửi báo cáo nên" if state == PeriodState.SELF_ASSESSMENT else "Đơn vị"
        assert informed(page) == [f"{ENDED} {why} không có kết quả thẩm định trong kỳ này."]
        assert "/nhap-so-lieu" not in html(page)


@pytest.mark.parametrize("view", ["bieu", "bang"])
@pytest.mark.parametrize("who", [clerk, head, lambda _place: OFFICE], ids=["clerk", "head", "office"])
def test_a_report_of_an_ended_period_is_read_and_not_changed(
    sqlite: Databases, looking: Looking, who: Callable[..., Identity], view: str
) -> None:
    with office_of(sqlite, open_office) as period:
        place = office_place(gateway.engine())
        close()
        looking(who(place))
        address = {"ky": str(period), "don-vi": "747", "cach-nhap": view}
        page = opener("report.py", 60)(**address)
        assert informed(page) == [READ_ONLY]
        assert [w.value for w in page.warning] == []
        assert typed_into(page) == []
        assert "CQ.1" in " ".join([m.value for m in page.markdown] + [str(f.value) for f in page.dataframe])
        assert {m.label: m.value for m in page.metric}["Trạng thái"] == "Không gửi báo cáo"


def test_the_office_reads_the_board_of_an_ended_period_and_sets_nothing(sqlite: Databases) -> None:
    with office_of(sqlite, sent_office) as period:
        follow_up = opener("follow_up.py", 60)
        assert "Đặt thời hạn" in typed_into(follow_up(ky=str(period)))
        close()
        page = follow_up(ky=str(period))
        assert informed(page) == [READ_ONLY]
        assert typed_into(page) == ["Tìm đơn vị"]
        assert "Số liệu hệ thống" not in [h.value for h in page.header]
        text = html(page)
        assert text.count("đã gửi") == 2
        assert "Huyện Côn Đảo" in text
        assert "chưa đặt thời hạn" not in text


def test_a_report_of_an_ended_period_goes_neither_back_nor_on(sqlite: Databases) -> None:
    with office_of(sqlite, sent_office):
        place = office_place(gateway.engine())
        with write_session(gateway.engine()) as session:
            report(session, "750", PeriodState.AWAITING_HEAD)
        waiting = office_place(gateway.engine(), CHAU_DUC)
        close()
        with read_session(gateway.engine()) as session:
            seen, other = submission(session, place).version, submission(session, waiting).version
        for act in (
            lambda session: return_report(session, OFFICE, place, "Thiếu", 5, seen, NOON),
            lambda session: take_back(session, clerk(waiting), waiting, "Sai", other, NOON),
        ):
            with (
                pytest.raises(SubmissionRefusedError, match="đã kết thúc chạy thử"),
                write_session(gateway.engine()) as session,
            ):
                act(session)
