"""What units reported in a period that the council has passed: read by those who could read it before, changed by nobody."""

from collections.abc import Callable, Iterator

import pytest

from assessment.permissions import Identity
from assessment.roles import Role
from assessment.sending import SignedReport, approve_and_send, return_report, take_back
from assessment.submissions import OPEN, SubmissionRefusedError, submission
from data.database import read_session, write_session
from data.lineage import UnitKey
from data.models import AppraisalTier, PeriodState
from tests.assessment.appraisal_office import CHAU_DUC, districts, office_place
from tests.assessment.appraising import (
    DAY,
    NOON,
    OFFICE,
    SINCE,
    appraised_office,
    published_office,
    report,
    submitted_office,
    task,
)
from tests.assessment.reporting import clerk, head
from tests.data.databases import Build, Databases
from tests.ui.pages import cells_of, html, informed, opener, tables_of, typed_into
from tests.ui.publishing import office_of
from ui import gateway, gateway_reports

PUBLISHED = "Kết quả của kỳ đánh giá đã công bố nên kỳ không nhận số liệu nữa. Báo cáo dưới đây chỉ để xem."
SUBMITTED = "Kỳ đánh giá đang ở bước «Trình phê duyệt» nên không nhận số liệu nữa. Báo cáo dưới đây chỉ để xem."
ENDINGS: tuple[tuple[Build, str], ...] = ((submitted_office, SUBMITTED), (published_office, PUBLISHED))
Looking = Callable[[Identity], None]


@pytest.fixture(scope="module", params=ENDINGS, ids=["submitted", "published"])
def ended(sqlite: Databases, request: pytest.FixtureRequest) -> Iterator[tuple[int, str]]:
    """A period that takes no more figures, with what its reports say."""
    build, words = request.param
    with office_of(sqlite, build) as period:
        yield period, words


@pytest.mark.parametrize("view", ["bieu", "bang"])
@pytest.mark.parametrize("who", [clerk, head, lambda _place: OFFICE], ids=["clerk", "head", "office"])
def test_a_report_is_read_and_not_changed(
    ended: tuple[int, str], looking: Looking, who: Callable[..., Identity], view: str
) -> None:
    period, words = ended
    looking(who(office_place(gateway.engine())))
    page = opener("report.py", 60)(ky=str(period), don_vi="747", cach_nhap=view)
    assert informed(page) == [words]
    assert [w.value for w in page.warning] == []
    assert typed_into(page) == []
    assert "CQ.1" in " ".join([m.value for m in page.markdown] + [str(f.value) for f in page.dataframe])
    assert "Bước tiếp theo" not in html(page)


def test_the_board_is_read_and_nothing_is_set(ended: tuple[int, str]) -> None:
    period, words = ended
    page = opener("follow_up.py", 60)(ky=str(period))
    assert informed(page) == [words]
    assert [w.value for w in page.warning] == []
    assert typed_into(page) == ["Tìm đơn vị"]
    assert "Số liệu hệ thống" not in [h.value for h in page.header]
    assert "Huyện Côn Đảo" in html(page)


def test_who_never_sent_is_told_as_that_and_not_as_assessing_himself(ended: tuple[int, str], looking: Looking) -> None:
    """Three of 111 units sent; Châu Đức is one of them, Long Điền (752) is not."""
    period, _words = ended
    page = opener("follow_up.py", 60)(ky=str(period))
    assert "Đang tự đánh giá" not in html(page)
    assert {m.label: m.value for m in page.metric}["Không gửi báo cáo"] == "108"
    assert "Chờ lãnh đạo đơn vị duyệt" not in [m.label for m in page.metric]
    shown = opener("follow_up.py", 60)(ky=str(period), trang_thai="self_assessment", cap="district")
    (board,) = tables_of(shown, "5 đơn vị")
    assert {row[1] for row in cells_of(board)} == {"Không gửi báo cáo"}
    place = office_place(gateway.engine(), UnitKey("752", SINCE))
    looking(clerk(place))
    page = opener("report.py", 60)(ky=str(period))
    assert {m.label: m.value for m in page.metric}["Trạng thái"] == "Không gửi báo cáo"
    told = " ".join(informed(opener("draft_results.py", 60)(ky=str(period))))
    assert "ơn vị không gửi báo cáo nên không có kết quả thẩm định" in told


def test_after_the_publication_nobody_is_waited_for_but_what_is_reopened_is_still_appraised(sqlite: Databases) -> None:
    with office_of(sqlite, published_office) as period:
        with write_session(gateway.engine()) as session:
            report(session, "747", PeriodState.REAPPRAISAL)
            task(session, "747", "CQ.1", AppraisalTier.SECOND, ruled=False)
            # Appraised again and ruled on, before the publication or since: it is finished.
            report(session, "750", PeriodState.REAPPRAISAL)
            task(session, "750", "CQ.1", AppraisalTier.SECOND, ruled=True)
        page = opener("follow_up.py", 60)(ky=str(period), cap="district")
        counted = {m.label: m.value for m in page.metric}
        assert (counted["Đã công bố"], counted["Thẩm định lại"]) == ("2", "1")
        assert "Chờ giải trình" not in html(page)
        shown = opener("follow_up.py", 60)(ky=str(period), cap="district", trang_thai="published")
        (board,) = tables_of(shown, "2 đơn vị")
        assert {(row[0], row[1]) for row in cells_of(board)} == {
            ("Huyện Châu Đức", "Đã công bố"), ("Thành phố Bà Rịa", "Đã công bố"),
        }  # fmt: skip


def test_the_council_reads_who_never_sent(sqlite: Databases) -> None:
    with office_of(sqlite, submitted_office) as period:
        page = opener("council.py", 60)(ky=str(period))
        assert {m.label: m.value for m in page.metric}["Không gửi báo cáo"] == "108"
        assert "108 đơn vị không gửi báo cáo nên không được xếp hạng" in " ".join(c.value for c in page.caption)


def test_while_figures_are_taken_it_is_assessing_itself(sqlite: Databases) -> None:
    with office_of(sqlite, appraised_office) as period:
        page = opener("follow_up.py", 60)(ky=str(period))
        counted = {m.label: m.value for m in page.metric}
        assert (counted["Đang tự đánh giá"], counted["Chờ giải trình"], counted["Đã thẩm định xong"]) == (
            "108",
            "0",
            "3",
        )
        assert "Không gửi báo cáo" not in html(page)
        shown = opener("follow_up.py", 60)(ky=str(period), trang_thai="appraised")
        (board,) = tables_of(shown, "3 đơn vị")
        assert {row[1] for row in cells_of(board)} == {"Đã thẩm định xong"}
        directed = opener("appraisal_direction.py", 60)(ky=str(period), cap="district")
        counted = {m.label: m.value for m in directed.metric}
        assert (counted["Chờ giải trình"], counted["Đã thẩm định xong"]) == ("0", "3")


def test_a_unit_reads_no_report_but_its_own(ended: tuple[int, str], looking: Looking) -> None:
    period, _words = ended
    looking(clerk(office_place(gateway.engine())))
    page = opener("report.py", 60)(ky=str(period), don_vi="748")
    assert "Địa chỉ nêu cơ quan, đơn vị «`748`» không có ở màn hình này" in page.warning[0].value


def test_who_reads_published_figures_alone_reads_no_report(ended: tuple[int, str]) -> None:
    assert gateway_reports.report_periods(Identity("solieu", Role.DATA_PROVIDER)) == ()


def test_without_an_address_the_reader_is_at_the_office_though_the_demonstration_takes_figures(
    ended: tuple[int, str],
) -> None:
    period, words = ended
    page = opener("follow_up.py", 60)()
    assert words in informed(page)
    found = gateway_reports.report_periods(OFFICE)
    assert found[0].id == period
    assert PeriodState(found[1].state) in OPEN


def test_a_report_goes_neither_back_nor_on(sqlite: Databases) -> None:
    with office_of(sqlite, published_office):
        with write_session(gateway.engine()) as session:
            report(session, "750", PeriodState.AWAITING_HEAD)
            report(session, "747", PeriodState.SENT)
        sent, waiting = office_place(gateway.engine()), office_place(gateway.engine(), CHAU_DUC)
        with read_session(gateway.engine()) as session:
            seen, other = submission(session, sent).version, submission(session, waiting).version
        signed = SignedReport("1/BC", DAY, 1)
        for act in (
            lambda session: return_report(session, OFFICE, sent, "Thiếu", 5, seen, NOON),
            lambda session: take_back(session, clerk(waiting), waiting, "Sai", other, NOON),
            lambda session: approve_and_send(session, head(waiting), waiting, districts(session), signed, other, NOON),
        ):
            with (
                pytest.raises(SubmissionRefusedError, match="đã công bố nên kỳ không nhận"),
                write_session(gateway.engine()) as session,
            ):
                act(session)
