"""The three scores on Xếp hạng and Phiếu điểm: who may choose between them, and what is open while appraisal goes on."""

import datetime as dt
import re
from collections.abc import Callable, Iterator

import pytest
from sqlalchemy import delete
from sqlalchemy.orm import Session
from streamlit.testing.v1 import AppTest

from assessment.permissions import Identity
from assessment.roles import Role
from assessment.snapshots import ScoreStage
from data.database import engine_for, write_session
from data.lineage import UnitKey
from data.models import Ruling, RulingKind
from reports.ranking import ranking_csv, ranking_file_name
from reports.scorecard import scorecard_workbook
from tests.assessment.appraising import NOON, appraising_office, published_office, rule
from tests.data.databases import Databases
from tests.reports.reading import opened as read_workbook
from tests.reports.reading import table
from tests.ui.pages import html, opener
from tests.ui.publishing import change_everything_unpublished, office_of
from ui import gateway

Looking = Callable[[Identity], None]
ranking, scorecard = opener("ranking.py", 60), opener("scorecard.py", 60)
HEAD = Identity("lanh-dao", Role.UNIT_LEADER, UnitKey("747", dt.date(2020, 1, 1)))
APPRAISER = Identity("tham-dinh", Role.APPRAISER)


@pytest.fixture(scope="module")
def appraising(sqlite: Databases) -> Iterator[str]:
    """Appraisal goes on: of Vũng Tàu TC.3 is not ruled on yet, of Châu Đức nothing is."""
    with office_of(sqlite, appraising_office) as period:
        yield str(period)


@pytest.fixture(scope="module")
def published(sqlite: Databases) -> Iterator[str]:
    """Published, with other figures and another ruling since."""
    with office_of(sqlite, published_office) as period:
        change_everything_unpublished()
        yield str(period)


def scores(page: AppTest) -> list[str]:
    """The scores that the filter offers; none where it is not drawn."""
    return next(([*box.options] for box in page.selectbox if box.key == "filter_diem"), [])


def row_of(page: AppTest, name: str) -> str:
    return next(line for line in html(page).split("<tr>") if name in line)


def test_while_appraisal_goes_on_places_are_bands_and_open_is_what_nobody_ruled_on(appraising: str) -> None:
    page = ranking(ky=appraising, khoi="huyen", diem="tham-dinh")
    # 61 of Vũng Tàu may become 71, Bà Rịa has 55,56; of the six others nothing is known: each may have 0 to 100.
    own, other, unruled = (row_of(page, name) for name in ("Vũng Tàu", "Bà Rịa", "Châu Đức"))
    assert "61,00" in own
    assert ">1–7<" in own
    assert "55,56" in other
    assert ">2–8<" in other
    assert "chưa thẩm định" in unruled
    assert ">1–8<" in unruled
    assert "chưa có số liệu" not in html(page)
    assert "Chưa thẩm định" in html(page)
    assert "Đơn vị chưa thẩm định xong" in [m.label for m in page.metric]
    own_figures = html(ranking(ky=appraising, khoi="huyen", diem="tu-danh-gia"))
    assert "chưa có số liệu" in own_figures
    assert "chưa thẩm định" not in own_figures


def test_a_card_in_appraisal_lists_what_nobody_ruled_on_and_asks_the_unit_for_nothing(appraising: str) -> None:
    page = scorecard(ky=appraising, khoi="huyen", don_vi="747", diem="tham-dinh")
    assert "Chỉ số chưa thẩm định" in [h.value for h in page.header]
    assert "1 chỉ số thành phần chưa thẩm định, đang tính 0 điểm" in html(page)
    assert "Hạng có thể nằm trong khoảng 1–7 khi các chỉ số còn lại của khối được thẩm định" in page.info[0].value
    assert "đơn vị chưa thẩm định TC.3" in page.info[0].value
    # The first step of the unit is not TC.3, which an appraiser still has.
    steps = html(page).split("<caption>Sắp theo số điểm tăng thêm")[1].split("</table>")[0]
    assert "CQ.1" in steps
    assert "TC.3" not in steps
    page = scorecard(ky=appraising, khoi="huyen", don_vi="750", diem="tham-dinh")
    assert "Chưa có chỉ số nào của đơn vị được thẩm định" in page.info[0].value


def test_files_of_appraised_points_say_what_they_are(appraising: str) -> None:
    now = gateway.snapshot(int(appraising), "district", 12, ScoreStage.APPRAISED)
    ranked = gateway.ranking_table(now, "districts", None)
    lines = ranking_csv(ranked).decode("utf-8-sig").splitlines()
    assert lines[0].split(";")[-3:] == [
        "Số chỉ số thành phần chưa thẩm định", "Chỉ số thành phần chưa thẩm định", "Ghi chú",
    ]  # fmt: skip
    assert next(line for line in lines if "Châu Đức" in line).split(";")[4] == "chưa thẩm định"
    assert ranking_file_name(ranked) == "xep-hang_cap-huyen_diem-tham-dinh_2024-12.xlsx"
    book = read_workbook(scorecard_workbook(gateway.unit_scorecard(now, "districts", "747", None)))
    (row,) = table(book["Còn thiếu"])
    assert (row["Mã"], row["Số liệu còn thiếu"]) == ("TC.3", "chưa thẩm định")
    receipts = {r["Mã"]: r for r in table(book["Diễn giải cách tính điểm"])}
    assert (receipts["TC.3"]["Trạng thái"], receipts["TC.3"]["Cách tính"]) == ("chưa thẩm định", "Chưa thẩm định")
    assert receipts["CQ.1"]["Trạng thái"] == "đã chấm"


@pytest.mark.parametrize("who", [APPRAISER, Identity("thuong-truc", Role.DX_OFFICE)], ids=lambda who: who.role.value)
def test_appraised_points_are_offered_to_who_may_read_them(looking: Looking, appraising: str, who: Identity) -> None:
    looking(who)
    for page in (ranking(ky=appraising, khoi="huyen"), scorecard(ky=appraising, khoi="huyen", don_vi="747")):
        assert scores(page) == ["Điểm tự đánh giá", "Điểm thẩm định"]
        # Until something is published the units' own figures are shown.
        assert page.selectbox(key="filter_diem").value == "tu-danh-gia"


def test_a_unit_reads_no_appraised_points_of_others(looking: Looking, appraising: str) -> None:
    looking(HEAD)
    assert scores(ranking(ky=appraising, khoi="huyen")) == []
    page = ranking(ky=appraising, khoi="huyen", diem="tham-dinh")
    assert "Địa chỉ nêu điểm «`tham-dinh`» không có ở màn hình này" in page.warning[0].value
    assert "61,00" not in html(page)


def test_a_ruling_is_seen_at_the_next_question_though_the_data_version_stays(appraising: str) -> None:
    before = gateway.snapshot(int(appraising), "district", 12, ScoreStage.APPRAISED)
    version = gateway.data_version()
    with Session(engine_for(gateway.engine(), "write")) as session, session.begin():
        rule(session, "751", "TC.1", (RulingKind.AGREE, {"value": "yes"}), now=NOON)
    after = gateway.snapshot(int(appraising), "district", 12, ScoreStage.APPRAISED)
    assert gateway.data_version() == version
    row = before.row_of["751"]
    assert (before.book.total[row], after.book.total[row]) == (0, 20 * 10**9)
    rank = next(r.rank for r in gateway.ranking_table(after, "districts", None).rows if r.unit.code == "751")
    assert rank == 3
    with write_session(gateway.engine()) as session:
        session.execute(delete(Ruling).where(Ruling.unit_code == "751"))


def test_from_its_publication_on_the_published_score_is_shown_and_others_stand_beside_it(published: str) -> None:
    page = ranking(ky=published, khoi="huyen")
    assert scores(page) == ["Điểm tự đánh giá", "Điểm thẩm định", "Điểm công bố"]
    assert "66,00" in row_of(page, "Vũng Tàu")
    card = scorecard(ky=published, khoi="huyen", don_vi="747")
    lines = html(card).split("<caption>Các điểm của đơn vị")[1].split("</table>")[0].split("<tr>")[2:]
    shown = [re.findall(r">([^<>]+)<", line) for line in lines]
    assert [cells[:4] for cells in shown] == [
        ["Điểm tự đánh giá", "38,50", "–", "1"],
        # What was ruled since is no rank: the one in force is the published one.
        ["Điểm thẩm định", "72,50", "+34,00", "–"],
        ["Điểm công bố", "66,00", "+27,50", "1"],
    ]


def test_of_a_month_that_was_not_published_there_is_the_units_own_score(published: str) -> None:
    page = ranking(ky=published, khoi="huyen", thang="11")
    assert scores(page) == []
    assert "8,50" in row_of(page, "Vũng Tàu")


def test_movement_of_a_published_list_is_never_measured_from_self_assessed_points(published: str) -> None:
    assert "–" in row_of(ranking(ky=published, khoi="huyen"), "Vũng Tàu").split("</td>")[1]
    # Of its own figures it is: in November Vũng Tàu was the only one with any.
    assert "giữ hạng" in row_of(ranking(ky=published, khoi="huyen", diem="tu-danh-gia"), "Vũng Tàu")
