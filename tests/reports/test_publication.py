"""What was published, on paper: the decision with its hash, every list, and who has no place."""

import csv
import io
from collections.abc import Iterator
from dataclasses import replace

import pytest

from assessment.council import StepRecord, UnitStanding
from assessment.frozen import Results
from assessment.publishing import Edition, editions, preview, published_results
from assessment.reopening import Overtaken
from assessment.submissions import ToldState
from data.database import read_session
from data.models import PeriodState, StepKind
from data.repositories import PeriodRecord
from reports.amendment import amendment_sheet
from reports.publication import (
    between_text,
    council_file_name,
    council_workbook,
    decision_text,
    edition_name,
    preview_file_name,
    preview_workbook,
    publication_csv,
    publication_file_name,
    publication_workbook,
    published_by_text,
    standing_text,
    step_text,
)
from reports.wording import converted_note
from tests.assessment.appraising import (
    DAY,
    NOON,
    OFFICE,
    amended_office,
    office_period,
    published_office,
    submitted_office,
)
from tests.data.databases import Databases
from tests.reports.reading import heading_texts, opened, table

Published = tuple[PeriodRecord, Edition, Results, Edition]
"""A period, an edition with its results, and the edition in force."""


@pytest.fixture(scope="module")
def published(sqlite: Databases) -> Iterator[Published]:
    """An office's published period."""
    engine = sqlite.opened(published_office)
    with read_session(engine) as session:
        period = office_period(session)
        [edition] = editions(session, period.id)
        yield period, edition, published_results(session, period), edition
    engine.dispose()


@pytest.fixture(scope="module")
def replaced(sqlite: Databases) -> Iterator[Published]:
    """The first edition of an office's period, which another one has replaced."""
    engine = sqlite.opened(amended_office)
    with read_session(engine) as session:
        period = office_period(session)
        second, first = editions(session, period.id)
        yield period, first, published_results(session, period, 1), second
    engine.dispose()


def test_the_workbook_begins_with_the_decision_its_hash_and_the_sets(published: Published) -> None:
    book = opened(publication_workbook(*published))
    assert book.sheetnames == ["Quyết định", "Sở, ban, ngành", "Cấp huyện", "Cấp xã"]
    facts = {row["Nội dung"]: row["Giá trị"] for row in table(book["Quyết định"])}
    assert (facts["Quyết định"], facts["Người ký"]) == ("789/QĐ-UBND", "Phó Chủ tịch Trần Văn Mẫu")
    assert facts["Mã SHA-256 của nội dung công bố"] == published[1].sha256
    assert facts["Bộ chỉ số: Cấp huyện"] == "Bộ chỉ số (mã rieng-2024, phiên bản 1.0), bộ chính thức"
    assert facts["Hiệu lực"] == "đang có hiệu lực"
    assert "Lý do sửa đổi" not in facts
    assert "Nguồn: Quyết định số 789/QĐ-UBND ngày 20/12/2024, người ký: Phó Chủ tịch Trần Văn Mẫu." in heading_texts(
        book["Cấp huyện"]
    )


def test_a_replaced_edition_says_on_every_sheet_and_in_every_line_by_which_decision(replaced: Published) -> None:
    by = "đã được thay bằng lần 2 (sửa đổi) theo Quyết định số 12/QĐ-UBND ngày 30/12/2024"
    book = opened(publication_workbook(*replaced))
    assert [f"Lần công bố này {by}." in heading_texts(sheet) for sheet in book] == [True] * 4
    assert [converted_note() in heading_texts(sheet) for sheet in book] == [False, True, True, True]
    assert {row["Nội dung"]: row["Giá trị"] for row in table(book["Quyết định"])}["Hiệu lực"] == by
    header, *lines = csv.reader(io.StringIO(publication_csv(*replaced).decode("utf-8-sig")), delimiter=";")
    assert {line[header.index("Hiệu lực")] for line in lines} == {by}
    period, _first, results, second = replaced
    in_force = opened(publication_workbook(period, second, results, second))
    assert not any("thay bằng" in text for sheet in in_force for text in heading_texts(sheet))


def test_an_amended_edition_has_what_it_changes_behind_its_decision(replaced: Published) -> None:
    period, first, results, second = replaced
    changes = amendment_sheet((), between_text(first, second))
    book = opened(publication_workbook(period, second, results, second, changes))
    assert book.sheetnames == ["Quyết định", "Nội dung sửa đổi", "Sở, ban, ngành", "Cấp huyện", "Cấp xã"]
    assert heading_texts(book["Nội dung sửa đổi"])[1] == (
        "Lần 2 (sửa đổi) theo Quyết định số 12/QĐ-UBND ngày 30/12/2024 so với lần 1 theo Quyết định số 789/QĐ-UBND ngày "
        "20/12/2024"
    )


def test_every_list_of_a_level_stands_on_its_sheet_and_who_has_no_place_has_no_figure(published: Published) -> None:
    rows = table(opened(publication_workbook(*published))["Cấp huyện"])
    first, second, third, fourth = rows[:4]
    assert (first["Hạng"], first["Mã đơn vị"], first["Tổng điểm"], first["Chính quyền số"]) == (1, "747", 66, 31)
    assert (second["Hạng"], second["Tổng điểm"]) == (2, 57)
    assert (third["Hạng"], third["Tổng điểm"]) == (3, pytest.approx(55.555555556))
    assert (fourth["Hạng"], fourth["Tổng điểm"], fourth["Chính quyền số"]) == (None, "không xếp hạng", None)
    assert len(rows) == 8
    communes = table(opened(publication_workbook(*published))["Cấp xã"])
    assert len({row["Danh sách"] for row in communes}) > 8
    assert len(communes) > 2 * 82
    # Which of two communes of the same name is meant, the district says.
    assert {row["Địa bàn"] for row in communes if row["Mã đơn vị"] == "26506"} == {"Thành phố Vũng Tàu"}
    assert all(row["Địa bàn"] for row in communes)
    assert "Địa bàn" not in rows[0]


def test_what_would_be_published_is_the_same_lists_marked_as_a_draft(sqlite: Databases, published: Published) -> None:
    engine = sqlite.opened(submitted_office)
    with read_session(engine) as session:
        period = office_period(session)
        found = preview(session, OFFICE, period.id, DAY)
    engine.dispose()
    book = opened(preview_workbook(period, found, None))
    done = opened(publication_workbook(*published))
    assert book.sheetnames == done.sheetnames[1:]
    for name in book.sheetnames:
        assert table(book[name]) == table(done[name])
        first, second = heading_texts(book[name])[1:3]
        assert first.startswith("DỰ THẢO, CHƯA CÔNG BỐ. Kỳ đánh giá: ")
        assert second.endswith(f"mã SHA-256 của nội dung sẽ công bố: {found.frozen.sha256}.")
    assert preview_file_name(period) == "du-thao-cong-bo_2024.xlsx"
    changes = amendment_sheet((), "")
    assert opened(preview_workbook(period, found, changes)).sheetnames[0] == "Nội dung sửa đổi"


def test_the_csv_holds_every_list_in_one_table(published: Published) -> None:
    lines = list(csv.reader(io.StringIO(publication_csv(*published).decode("utf-8-sig")), delimiter=";"))
    assert lines[0] == [
        "Cấp", "Danh sách", "Hạng", "Mã đơn vị", "Cơ quan, đơn vị", "Địa bàn", "Tổng điểm", "Xếp loại", "Quyết định",
        "Hiệu lực",
    ]  # fmt: skip
    assert [
        "Cấp huyện", "Ủy ban nhân dân cấp huyện", "3", "748", "Thành phố Bà Rịa", "", "55,555555556", "",
        "Quyết định số 789/QĐ-UBND ngày 20/12/2024", "đang có hiệu lực",
    ] in lines  # fmt: skip


def test_files_and_editions_are_named(published: Published) -> None:
    period, edition, *_rest = published
    assert publication_file_name(period, edition, "json") == "ket-qua-cong-bo_lan-1_2024.json"
    assert council_file_name(period) == "tinh-hinh-tham-dinh_2024.xlsx"
    amended = Edition(1, 2, edition.decision, "Sai", 12, "0" * 64, NOON)
    assert (edition_name(edition), edition_name(amended)) == ("Lần 1", "Lần 2 (sửa đổi)")
    assert decision_text(amended) == "Quyết định số 789/QĐ-UBND ngày 20/12/2024"


@pytest.mark.parametrize(
    ("number", "note", "said"),
    [
        ("12/BB", "", "số 12/BB, ngày 20/12/2024"),
        ("12/BB", "Họp lần 1", "số 12/BB, ngày 20/12/2024: Họp lần 1"),
        ("", "", "ngày 20/12/2024"),
    ],
)
def test_a_step_is_told_by_its_paper(number: str, note: str, said: str) -> None:
    assert step_text(StepRecord(StepKind.COUNCIL, number, DAY, note, NOON)) == said


def test_the_decisions_of_a_period_say_once_that_they_amend(published: Published) -> None:
    _period, first, _results, _in_force = published
    others = [replace(first, number=n, decision=replace(first.decision, number=f"{n}/QĐ")) for n in (2, 3, 4)]
    day = "ngày 20/12/2024"
    original = f"Quyết định số 789/QĐ-UBND {day}"
    assert [published_by_text([*reversed(others[:n]), first]) for n in range(4)] == [
        original,
        f"{original}, sửa đổi theo Quyết định số 2/QĐ {day}",
        f"{original}, sửa đổi theo Quyết định số 2/QĐ {day} và Quyết định số 3/QĐ {day}",
        f"{original}, sửa đổi theo Quyết định số 2/QĐ {day}, Quyết định số 3/QĐ {day} và Quyết định số 4/QĐ {day}",
    ]


def test_the_council_has_on_paper_what_is_left_to_do(published: Published) -> None:
    period, _edition, results, _in_force = published
    unit = results.levels["district"].units[0]
    standings = [
        UnitStanding(unit, PeriodState.APPRAISAL, True, ("đang thẩm định", "còn 1 chỉ số"), False),
        UnitStanding(unit, ToldState.APPRAISED, True, (), False, how="đã thẩm định lại"),
        UnitStanding(unit, PeriodState.SELF_ASSESSMENT, False, (), False),
        UnitStanding(unit, PeriodState.AWAITING_HEAD, False, (), False, closed=True),
    ]
    assert [standing_text(s) for s in standings] == [
        "đang thẩm định; còn 1 chỉ số", "đã xong: đã thẩm định lại", "chưa gửi báo cáo: không xếp hạng",
        "không gửi báo cáo: không xếp hạng",
    ]  # fmt: skip
    rows = table(opened(council_workbook(period, {}, standings))["Tình hình thẩm định"])
    assert [(row["Trạng thái báo cáo"], row["Việc còn lại"]) for row in rows] == [
        ("Đang thẩm định", "đang thẩm định; còn 1 chỉ số"),
        ("Đã thẩm định xong", "đã xong: đã thẩm định lại"),
        ("Đang tự đánh giá", "chưa gửi báo cáo: không xếp hạng"),
        ("Không gửi báo cáo", "không gửi báo cáo: không xếp hạng"),
    ]


def test_minutes_that_no_longer_hold_are_told_on_paper_too(published: Published) -> None:
    period = published[0]
    minutes = StepRecord(StepKind.COUNCIL, "12/BB", DAY, "", NOON)
    book = opened(council_workbook(period, {}, [], Overtaken(minutes, None, ())))
    assert (
        "Biên bản hội đồng số 12/BB ngày 20/12/2024 có trước khi mở lại thẩm định nên không còn là căn cứ để trình phê duyệt."
        in heading_texts(book["Tình hình thẩm định"])
    )
