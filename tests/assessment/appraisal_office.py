"""An office whose districts have sent their reports, and the people who appraise them."""

import datetime as dt
from collections.abc import Sequence

from sqlalchemy import Engine, select
from sqlalchemy.orm import Session

from assessment.accounts import NewAccount, create_account
from assessment.appraisal import TaskRecord, begin_appraisal, begin_reappraisal, send_draft_results, tasks
from assessment.explaining import explain, send_explanations
from assessment.permissions import Identity
from assessment.roles import Role
from assessment.rulings import Verdict, rule
from assessment.snapshots import LevelSnapshot, level_snapshot
from assessment.submissions import ReportPlace, submission
from data.database import draft_session, read_session, write_session
from data.lineage import UnitKey
from data.models import Account, AppraisalTier, PeriodState, RulingKind
from data.settings import Settings
from tests.assessment.appraising import NOON, OFFICE, SINCE, office_period, report
from tests.assessment.reporting import clerk, head, open_office

VUNG_TAU, BA_RIA, CHAU_DUC = (UnitKey(code, SINCE) for code in ("747", "748", "750"))
STTTT, SNV = UnitKey("STTTT", SINCE), UnitKey("SNV", SINCE)
WHY = "Theo số liệu của Cổng dịch vụ công"
PEOPLE = (
    NewAccount("td.cq", Role.APPRAISER, "Người thẩm định CQ", None, STTTT, ("CQ",)),
    NewAccount("td.tc", Role.APPRAISER, "Người thẩm định TC", None, SNV, ("TC",)),
    NewAccount("td.tc2", Role.APPRAISER, "Người thẩm định TC thứ hai", None, None, ("TC",)),
    NewAccount("td.vt", Role.APPRAISER, "Người thẩm định của Vũng Tàu", None, VUNG_TAU, ("CQ", "TC")),
)


def districts(session: Session) -> LevelSnapshot:
    """The districts of the office's period at December, as they reported."""
    return level_snapshot(session, office_period(session), "district", 12)


def sent_office(settings: Settings) -> Engine:
    """Vũng Tàu and Bà Rịa have sent their reports; four people can appraise."""
    engine = open_office(settings)
    for person in PEOPLE:
        create_account(engine, Identity("quan-tri", Role.ADMINISTRATOR), person, NOON)
    with write_session(engine) as session:
        for unit in ("747", "748"):
            report(session, unit, PeriodState.SENT)
    return engine


def begun_office(settings: Settings) -> Engine:
    """The same, taken into appraisal with ten working days."""
    engine = sent_office(settings)
    with write_session(engine) as session:
        begin_appraisal(session, OFFICE, districts(session), [VUNG_TAU, BA_RIA], 10, NOON)
    return engine


def appraiser(engine: Engine, user_name: str) -> Identity:
    """Somebody who appraises, as signed in."""
    with read_session(engine) as session:
        row = session.scalars(select(Account).where(Account.user_name == user_name)).one()
        assert row.unit_code is None or row.unit_valid_from is not None
        unit = UnitKey(row.unit_code, row.unit_valid_from) if row.unit_code and row.unit_valid_from else None
        return Identity(row.user_name, Role.APPRAISER, unit, frozenset(row.group_codes.split()), row.id)


def task_of(session: Session, unit: UnitKey, criterion: str, tier: AppraisalTier = AppraisalTier.FIRST) -> TaskRecord:
    """A task as it stands now."""
    found = tasks(session, OFFICE, office_period(session).id)
    return next(t for t in found if (t.key.unit, t.key.criterion, t.key.tier) == (unit, criterion, tier))


def decide(
    engine: Engine,
    who: Identity,
    places: Sequence[tuple[UnitKey, str]],
    verdict: Verdict,
    tier: AppraisalTier = AppraisalTier.FIRST,
    now: dt.datetime = NOON,
) -> None:
    """Rules on criteria as they stand now."""
    with draft_session(engine) as session:
        chosen = [task_of(session, unit, criterion, tier) for unit, criterion in places]
        rule(session, who, districts(session), chosen, verdict, now)


def agree_to_all(engine: Engine, *units: UnitKey) -> None:
    """The office agrees to all that is still open of units."""
    with draft_session(engine) as session:
        found = tasks(session, OFFICE, office_period(session).id)
        chosen = [t for t in found if t.key.unit in units and not t.ruled]
        rule(session, OFFICE, districts(session), chosen, Verdict(RulingKind.AGREE, "Khớp tài liệu"), NOON)


# What a unit is told. Vũng Tàu reported 30 of 100 dossiers online, 15 points of 40, and nothing else.

CUT, PLAN, NO_HEAD = "Chỉ 20 hồ sơ trực tuyến", "Đã có kế hoạch số 5/KH", "Không có ban chỉ đạo riêng"


def tell(engine: Engine, unit: UnitKey, days: int = 5, now: dt.datetime = NOON) -> dt.date:
    """The office sends draft results to a unit."""
    with write_session(engine) as session:
        snapshot = districts(session)
        record = snapshot.units[snapshot.row_of[unit.code]]
        return send_draft_results(session, OFFICE, snapshot.period.id, [record], days, now)


SECRET = "Lý do chỉ nói với thành phố Vũng Tàu"


def untold_office(settings: Settings) -> Engine:
    """Vũng Tàu is appraised and not told: 15 points of CQ.1, 20 of TC.1 for a secret reason, 35 of 100 in all."""
    engine = begun_office(settings)
    decide(engine, OFFICE, [(VUNG_TAU, "TC.1")], Verdict(RulingKind.CORRECT, SECRET, {"value": "có"}))
    agree_to_all(engine, VUNG_TAU)
    return engine


def told_office(settings: Settings, now: dt.datetime = NOON) -> Engine:
    """Vũng Tàu is told: CQ.1 is cut to 10 points, TC.1 gets 20, TC.3 is waived: (10 + 20) / 90 x 100 = 33,33.

    now: when it is told; it has five working days.
    """
    engine = begun_office(settings)
    decide(engine, OFFICE, [(VUNG_TAU, "CQ.1")], Verdict(RulingKind.CORRECT, CUT, {"a": "20", "b": "100"}))
    decide(engine, OFFICE, [(VUNG_TAU, "TC.1")], Verdict(RulingKind.CORRECT, PLAN, {"value": "có"}))
    decide(engine, OFFICE, [(VUNG_TAU, "TC.3")], Verdict(RulingKind.NOT_APPLICABLE, NO_HEAD))
    agree_to_all(engine, VUNG_TAU)
    tell(engine, VUNG_TAU, now=now)
    return engine


def office_place(engine: Engine, unit: UnitKey = VUNG_TAU) -> ReportPlace:
    """The report of a unit in the office's period."""
    with read_session(engine) as session:
        return ReportPlace(office_period(session).id, unit)


def say(engine: Engine, criterion: str, words: str, seen: int = 0, now: dt.datetime = NOON) -> int:
    """The clerk of Vũng Tàu explains a criterion; gives the version, 0 when nothing is left."""
    place = office_place(engine)
    with draft_session(engine) as session:
        kept = explain(session, clerk(place), place, criterion, words, seen, now)
    return kept.version if kept else 0


def send(engine: Engine, now: dt.datetime = NOON) -> None:
    """The head of Vũng Tàu sends what is explained."""
    place = office_place(engine)
    with write_session(engine) as session:
        send_explanations(session, head(place), place, submission(session, place).version, now)


def look_again(engine: Engine, days: int = 3, now: dt.datetime = NOON) -> None:
    """The office takes what Vũng Tàu has explained into the second appraisal."""
    with write_session(engine) as session:
        begin_reappraisal(session, OFFICE, districts(session), [VUNG_TAU], days, now)
