"""Appraisal on paper: progress and load, and a queue with what was decided."""

import datetime as dt
import io
from collections.abc import Iterator
from pathlib import Path

import openpyxl
import pytest
from sqlalchemy import Engine

from assessment.appraisal import loads, tasks
from assessment.appraisal_cases import AppraisalCase, appraisal_cases
from assessment.appraised import appraised_snapshot, rulings_in_force
from assessment.council import council_standing
from assessment.drafts import Change, save_drafts
from assessment.rulings import Verdict
from data.database import draft_session, read_session, write_session
from data.models import AppraisalTier, PeriodState, RulingKind
from data.settings import Settings
from reports.appraisal import appraisal_workbook, case_marks, queue_workbook
from tests.assessment.appraisal_office import (
    BA_RIA,
    VUNG_TAU,
    WHY,
    appraiser,
    begun_office,
    decide,
    districts,
)
from tests.assessment.appraising import OFFICE, office_period, report, task
from tests.assessment.reporting import clerk, place_of

TODAY = dt.date(2025, 1, 7)


@pytest.fixture
def begun(tmp_path: Path) -> Iterator[Engine]:
    engine = begun_office(Settings(database_url="", dti_folder=tmp_path))
    yield engine
    engine.dispose()


def cells(data: bytes, sheet: str) -> list[tuple[object, ...]]:
    return list(openpyxl.load_workbook(io.BytesIO(data))[sheet].iter_rows(values_only=True))


def cases(engine: Engine, criterion: str) -> tuple[AppraisalCase, ...]:
    with read_session(engine) as session:
        snapshot = districts(session)
        after = appraised_snapshot(snapshot, rulings_in_force(session, snapshot.period.id))
        chosen = [t for t in tasks(session, OFFICE, snapshot.period.id) if t.key.criterion == criterion]
        return appraisal_cases(session, OFFICE, snapshot, after, chosen, TODAY)


def test_progress_and_load_on_paper(begun: Engine) -> None:
    decide(begun, appraiser(begun, "td.cq"), [(VUNG_TAU, "CQ.1")], Verdict(RulingKind.AGREE, WHY))
    with write_session(begun) as session:
        task(session, "747", "CQ.1", AppraisalTier.RECHECK, ruled=False)
        task(session, "748", "CQ.1", AppraisalTier.RECHECK, ruled=True)
    with read_session(begun) as session:
        period = office_period(session)
        data = appraisal_workbook(
            period,
            council_standing(session, OFFICE, period.id, TODAY),
            tasks(session, OFFICE, period.id),
            loads(session, OFFICE, period.id, TODAY),
            TODAY,
        )
    progress = next(row for row in cells(data, "Tiến độ thẩm định") if row[0] == "747")
    assert progress[1:6] == ("Thành phố Vũng Tàu", "Cấp huyện", "Đang thẩm định", 5, 0)
    assert progress[6] == 1
    load = next(row for row in cells(data, "Khối lượng") if row[0] == "Người thẩm định CQ (td.cq)")
    # Due on 06/01/2025, which is over.
    assert load[1:5] == (4, 1, 3, 3)


def test_a_queue_on_paper_says_what_was_reported_and_what_was_decided(begun: Engine) -> None:
    verdict = Verdict(RulingKind.CORRECT, WHY, {"a": "20", "b": "100"})
    decide(begun, appraiser(begun, "td.cq"), [(VUNG_TAU, "CQ.1")], verdict)
    with read_session(begun) as session:
        data = queue_workbook(office_period(session), cases(begun, "CQ.1"), districts(session))
    rows = {row[0]: row for row in cells(data, "Thẩm định")}
    assert rows["747"][7:13] == (
        40, 15, 10, "Hồ sơ trực tuyến (a): 30 hồ sơ; Hồ sơ (b): 100 hồ sơ",
        "Điều chỉnh số liệu (Hồ sơ trực tuyến (a): 20 hồ sơ; Hồ sơ (b): 100 hồ sơ)", WHY,
    )  # fmt: skip
    # What is ruled on has no deadline any more, but a day on which it was; the other is awaited.
    days = {unit: tuple(day and str(day)[:10] for day in row[5:7]) for unit, row in rows.items()}
    assert (days["747"], days["748"]) == ((None, "2024-12-20"), ("2025-01-06", None))
    assert rows["748"][8:12] == (None, None, None, "chưa thẩm định")


def test_what_asks_for_a_look_is_said_in_words(begun: Engine) -> None:
    place = place_of(begun, "748")
    with write_session(begun) as session:
        report(session, "748", PeriodState.SELF_ASSESSMENT)
    with draft_session(begun) as session:
        asked = [Change("request/CQ.1", "Không có thủ tục nào", 0)]
        save_drafts(session, clerk(place), place, districts(session).entries, asked, dt.datetime.now(dt.UTC))
    with write_session(begun) as session:
        report(session, "748", PeriodState.APPRAISAL)
    found = {case.unit.code: case for case in cases(begun, "CQ.1")}
    assert found["748"].request == "Không có thủ tục nào"
    assert case_marks(found["748"]) == ("đề nghị không áp dụng",)
    assert case_marks(found["747"]) == ()
    # b is the same fact in both.
    assert found["747"].shared == ("CQ.2",)
    assert (found["747"].reported, found["747"].ruled) == ({"a": 30.0, "b": 100.0}, {})
    assert BA_RIA in {case.task.key.unit for case in found.values()}
