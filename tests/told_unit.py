"""A unit of the demonstration that was told draft results: for pictures, measures and walks in a browser."""

import datetime as dt
from collections.abc import Mapping

from sqlalchemy.orm import Session

from assessment.appraisal import begin_appraisal, send_draft_results, tasks
from assessment.explaining import explain
from assessment.permissions import Identity
from assessment.roles import Role
from assessment.rulings import Verdict, rule
from assessment.snapshots import LevelSnapshot, level_snapshot
from assessment.submissions import ReportPlace, submission
from data.database import draft_session, make_engine, write_session
from data.lineage import UnitKey
from data.models import PeriodState, RulingKind, Submission
from data.repositories import periods
from data.settings import Settings

OFFICE = Identity("thuongtruc", Role.DX_OFFICE)
UNIT = UnitKey("747", dt.date(2020, 1, 1))
CLERK = Identity("nhap.747", Role.DATA_ENTRY, unit=UNIT)
CORRECT, REJECT = RulingKind.CORRECT, RulingKind.REJECT_EVIDENCE
VERDICTS: Mapping[str, Verdict] = {
    "TC.9": Verdict(RulingKind.GIVE_POINTS, "Có số liệu trước và sau, phạm vi mới ở một phòng", {"value": "0,6"}),
    "NL.6": Verdict(CORRECT, "Bảng kê có ba cuộc, báo cáo ghi thiếu một", {"value": "3"}),
    "AT.8": Verdict(REJECT, "Kế hoạch ứng phó đã hết hiệu lực từ năm 2023, chưa có văn bản thay thế"),
    "CQ.4": Verdict(CORRECT, "Cổng Dịch vụ công thống kê 18.550 hồ sơ trực tuyến", {"a": "18550", "b": "33135"}),
    "CQ.12": Verdict(
        CORRECT,
        "Chưa có chỉ tiêu giao cho từng phòng, đơn vị",
        {"action_plan": "có", "unit_targets": "không", "support_desk": "không", "user_feedback": "có"},
    ),
    "KT.4": Verdict(RulingKind.NOT_APPLICABLE, "Sản phẩm thuộc danh mục tạm dừng, không chấm trong kỳ này"),
}
"""What appraisal finds of the unit; it agrees to everything else."""
EXPLAINED = "Quyết định số 214/QĐ-UBND ngày 05/02/2024 đã ban hành kế hoạch ứng phó mới; đơn vị bổ sung tài liệu."


def _snapshot(session: Session) -> LevelSnapshot:
    period = next(p for p in periods(session) if p.origin == "demonstration")
    return level_snapshot(session, period, "district", 12)


def tell_a_unit(settings: Settings) -> ReportPlace:
    """Takes Vũng Tàu of the demonstration through appraisal to draft results, one of them explained, not sent yet."""
    engine, now = make_engine(settings.url), dt.datetime.now(dt.UTC)
    with write_session(engine) as session:
        snapshot = _snapshot(session)
        place = ReportPlace(snapshot.period.id, UNIT)
        if submission(session, place).state != PeriodState.APPRAISAL:
            row = Submission(**place.columns, state=PeriodState.SENT.value, changed_at=now)
            row.report_number, row.report_date = "VD-01", dt.date(2024, 12, 20)
            session.add(row)
            session.flush()
            begin_appraisal(session, OFFICE, snapshot, [UNIT], 10, now)
    with draft_session(engine) as session:
        snapshot = _snapshot(session)
        given = [t for t in tasks(session, OFFICE, place.period_id) if t.key.unit == UNIT]
        for task in given:
            verdict = VERDICTS.get(task.key.criterion)
            if verdict is not None:
                rule(session, OFFICE, snapshot, [task], verdict, now)
        rest = [t for t in given if t.key.criterion not in VERDICTS]
        rule(session, OFFICE, snapshot, rest, Verdict(RulingKind.AGREE, "Khớp tài liệu kiểm chứng"), now)
    with write_session(engine) as session:
        unit = next(u for u in _snapshot(session).units if u.code == UNIT.code)
        send_draft_results(session, OFFICE, place.period_id, [unit], 5, now)
    with draft_session(engine) as session:
        explain(session, CLERK, place, "AT.8", EXPLAINED, 0, now)
    engine.dispose()
    return place
