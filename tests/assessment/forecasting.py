"""An office with a finished period of 2023 and one of 2024 that is to be appraised, for tests of the forecast of cuts.

Worked by hand. In 2023 Vũng Tàu (747) claimed 40 of 40 points for CQ.1 and 20 of 20 for TC.1, and 20 and 0 were left; Bà
Rịa (748) claimed the same and kept it. With four pairs of prior: of all 2,5 / 4 = 0,625 was left, of CQ (1,5 + 2,5) / 6 =
2/3, of TC (1 + 2,5) / 6 = 7/12; of CQ.1 (1,5 + 8/3) / 6 = 25/36, of TC.1 (1 + 7/3) / 6 = 5/9.
"""

import datetime as dt
import json
from collections.abc import Mapping

from sqlalchemy import Engine, select
from sqlalchemy.orm import Session

from assessment.importing import ImportRequest, import_inputs
from assessment.snapshots import LevelSnapshot, level_snapshot
from data.database import write_session
from data.models import (
    AppraisalTier,
    Period,
    PeriodOrigin,
    PeriodState,
    PeriodStep,
    Ruling,
    RulingKind,
    StepKind,
    Submission,
)
from data.repositories import PeriodRecord, periods
from data.settings import Settings
from tests.assessment.appraising import DAY, NOON, SINCE, WHY
from tests.assessment.reporting import NOW, OFFICE, SET
from tests.data.databases import reference_alone

LATER_YEAR = dt.datetime(2025, 4, 10, 3, 0, tzinfo=dt.UTC)
Told = tuple[RulingKind, Mapping[str, float | str]]
EARLIER = (
    b"unit,criterion,input,value\n"
    b"747,CQ.1,a,80\n747,CQ.1,b,100\n747,TC.1,value,yes\n748,CQ.1,a,80\n748,CQ.1,b,100\n748,TC.1,value,yes\n"
)
PRESENT = EARLIER + b"750,CQ.1,a,80\n750,CQ.1,b,100\n750,CQ.2,a,50\n750,CQ.2,b,100\n"
HALF: Told = (RulingKind.CORRECT, {"a": 40.0, "b": 100.0})
WHOLE: Told = (RulingKind.AGREE, {"a": 80.0, "b": 100.0})
YES: Told = (RulingKind.AGREE, {"value": "yes"})
NOTHING: Told = (RulingKind.REJECT_EVIDENCE, {})
WAIVED: Told = (RulingKind.NOT_APPLICABLE, {})
RULINGS_2023: Mapping[str, Mapping[str, Told]] = {
    "747": {"CQ.1": HALF, "TC.1": NOTHING},
    "748": {"CQ.1": WHOLE, "TC.1": YES},
}


def period_of(session: Session, year: int) -> PeriodRecord:
    """The office's period of a year, or, where it has none, the one that there is."""
    found = [p for p in periods(session) if p.year == year]
    return next((p for p in found if p.origin == PeriodOrigin.OFFICE), found[0])


def snapshot_of(session: Session, year: int = 2024, month: int = 12) -> LevelSnapshot:
    """The districts at a month of a year."""
    return level_snapshot(session, period_of(session, year), "district", month)


def enter(engine: Engine, year: int, figures: bytes, criteria: str = SET, month: int = 12) -> None:
    """The office puts figures of districts into its period of a year."""
    request = ImportRequest("district", year, month, figures, "t.csv", criteria.encode(), "s.yaml")
    import_inputs(engine, OFFICE, request, NOW if year <= NOW.year else LATER_YEAR)


def appraise(session: Session, year: int, unit: str, rulings: Mapping[str, Told]) -> None:
    """Rules on criteria of a district, and sends it its draft results."""
    place = {"period_id": period_of(session, year).id, "unit_code": unit, "unit_valid_from": SINCE}
    if session.scalar(select(Submission).filter_by(**place)) is None:
        state = PeriodState.AWAITING_EXPLANATION.value
        session.add(Submission(**place, state=state, changed_at=NOON, report_number="1/BC", report_date=DAY))
    for criterion, (kind, content) in rulings.items():
        row = Ruling(**place, criterion=criterion, tier=AppraisalTier.FIRST.value, kind=kind.value, reason=WHY)
        row.content, row.account_id, row.ruled_at = json.dumps(content), 21, NOON
        session.add(row)
    session.flush()


def pass_council(session: Session, year: int) -> None:
    """The council has passed a period."""
    session.get_one(Period, period_of(session, year).id).state = PeriodState.COUNCIL_PASSED.value


def close_as_trial(session: Session, year: int) -> None:
    """A period has ended as a trial run."""
    step = PeriodStep(period_id=period_of(session, year).id, kind=StepKind.TRIAL_CLOSED.value, number="", date=DAY)
    step.note, step.done_at = "", NOON
    session.add(step)


def first_office(settings: Settings) -> Engine:
    """The office's first period: nothing was ever appraised."""
    engine = reference_alone(settings)
    enter(engine, 2024, PRESENT)
    return engine


def second_office(settings: Settings) -> Engine:
    """The period of 2024 after that of 2023, which the council has passed."""
    engine = reference_alone(settings)
    enter(engine, 2023, EARLIER)
    with write_session(engine) as session:
        for unit, rulings in RULINGS_2023.items():
            appraise(session, 2023, unit, rulings)
        pass_council(session, 2023)
    enter(engine, 2024, PRESENT)
    return engine


DISTRICTS = ("747", "748", "750", "751", "752", "753", "754", "755")
PROVED = SET.replace(
    "max_points: 40, rule", "max_points: 40, evidence: required, evidence_documents: Báo cáo hồ sơ, rule"
)


def two_years_office(settings: Settings) -> Engine:
    """Two years before 2024: all eight districts claimed TC.1 in each; in 2022 five and in 2023 three of them kept it.

    In 2024 they claim it again, and Vũng Tàu CQ.1 too, whose document is absent. Of all 8 / 16 = 0,5 was left, and so of
    TC and TC.1; who kept both is expected to keep (2 + 4 x 0,5) / 6 of 20 points, who kept one 3 / 6, who kept none 2 / 6.
    """
    engine = reference_alone(settings)
    figures = b"unit,criterion,input,value\n" + b"".join(f"{code},TC.1,value,yes\n".encode() for code in DISTRICTS)
    for year, kept in ((2022, 5), (2023, 3)):
        enter(engine, year, figures, PROVED)
        with write_session(engine) as session:
            for at, code in enumerate(DISTRICTS):
                appraise(session, year, code, {"TC.1": YES if at < kept else NOTHING})
            pass_council(session, year)
    enter(engine, 2024, figures + b"747,CQ.1,a,80\n747,CQ.1,b,100\n", PROVED)
    return engine
