"""An office's period on official sets with three appraised districts, for tests of the council and of publishing.

Worked by hand, of 100 points: Vũng Tàu (747) 15 + 16 + 20 + 10 + 5 = 66; Châu Đức (750) 0 + 20 + 20 + 7 + 10 = 57;
Bà Rịa (748) 40 + 10 + 0 + 0 = 50 of the 90 that apply to it = 55,56. The other districts never sent a report.
"""

import datetime as dt
import json
import re
from collections.abc import Mapping

from sqlalchemy import Engine, delete, select
from sqlalchemy.orm import Session

from assessment.council import record_council, submit_for_approval
from assessment.importing import ImportRequest, import_inputs
from assessment.permissions import Identity
from assessment.publishing import Decision, Edition, amend, publish
from assessment.roles import Role
from assessment.set_release import confirm_release, propose_release
from assessment.set_storing import store_version
from criteria.loader import read_text
from criteria.model import Level
from data.database import read_session, write_session
from data.models import (
    AppraisalTask,
    AppraisalTier,
    CriteriaSetVersion,
    PeriodState,
    Ruling,
    RulingKind,
    Submission,
)
from data.repositories import PeriodRecord, parsed_set, periods, use_criteria_set
from data.settings import Settings
from data.stored_sets import stored_sets
from tests.assessment.reporting import FIRST, SET, open_office
from tests.data.databases import small_sets

DAY = dt.date(2024, 12, 20)
NOON = dt.datetime(2024, 12, 20, 5, 0, tzinfo=dt.UTC)
SINCE = dt.date(2020, 1, 1)
"""From when the districts of 2024 are valid."""
OFFICE = Identity("thuong-truc", Role.DX_OFFICE, account_id=11)
LEADER = Identity("lanh-dao", Role.PROVINCE_LEADER, account_id=12)
DECISION = Decision("789/QĐ-UBND", DAY, "Phó Chủ tịch Trần Văn Mẫu")
LATER = NOON + dt.timedelta(days=10)
AMENDING = Decision("12/QĐ-UBND", dt.date(2024, 12, 30), "Chủ tịch Lê Văn Thử")
NEXT_YEAR = NOON + dt.timedelta(days=365)
NEXT_DECISION = Decision("900/QĐ-UBND", dt.date(2025, 12, 20), "Chủ tịch Lê Văn Thử")
STEP = 10**9
"""Grid steps of a point."""
Told = tuple[RulingKind, Mapping[str, float | str]]
RULINGS: Mapping[str, Mapping[str, Told]] = {
    "747": {
        "CQ.1": (RulingKind.AGREE, {"a": 30.0, "b": 100.0}),
        "CQ.2": (RulingKind.CORRECT, {"a": 80.0, "b": 100.0}),
        "TC.1": (RulingKind.AGREE, {"value": "yes"}),
        "TC.2": (RulingKind.AGREE, {"value": "2024-06-15"}),
        "TC.3": (RulingKind.AGREE, {"value": "deputy"}),
    },
    "748": {
        "CQ.1": (RulingKind.AGREE, {"a": 80.0, "b": 100.0}),
        "CQ.2": (RulingKind.AGREE, {"a": 50.0, "b": 100.0}),
        "TC.1": (RulingKind.AGREE, {"value": "no"}),
        "TC.2": (RulingKind.NOT_APPLICABLE, {}),
        "TC.3": (RulingKind.AGREE, {"value": "none"}),
    },
    "750": {
        "CQ.1": (RulingKind.REJECT_EVIDENCE, {}),
        "CQ.2": (RulingKind.AGREE, {"a": 100.0, "b": 100.0}),
        "TC.1": (RulingKind.AGREE, {"value": "yes"}),
        "TC.2": (RulingKind.AGREE, {"value": "2024-06-18"}),
        "TC.3": (RulingKind.AGREE, {"value": "head"}),
    },
}
NEXT_RULINGS: Mapping[str, Mapping[str, Told]] = {
    **RULINGS,
    "747": RULINGS["747"] | {"CQ.1": (RulingKind.CORRECT, {"a": 40.0, "b": 100.0})},
    "748": RULINGS["748"] | {"TC.1": (RulingKind.CORRECT, {"value": "yes"})},
}
"""Of the year after: Vũng Tàu has 71 points, Châu Đức 57, Bà Rịa 70 of 90, 77,78."""
WHY = "Không có nội dung này theo báo cáo"


def official(text: str, version: str) -> str:
    """A set's text as an official version of its own."""
    kept = re.sub(r"^(version|status): .*\n", "", text, flags=re.MULTILINE)
    return kept.rstrip() + f'\nversion: "{version}"\nstatus: official\n'


def store_set(engine: Engine, text: str) -> int:
    """Stores a set; gives the number of its version."""
    read = read_text(text, "bo.yaml").criteria_set
    assert read is not None
    store_version(engine, OFFICE, read, NOON)
    with read_session(engine) as session:
        return next(
            s.id for s in stored_sets(session) if (s.stored.set_id, s.stored.version) == (read.id, read.version)
        )


def release(engine: Engine, version_id: int) -> None:
    """Two people release a stored version."""
    propose_release(engine, OFFICE, version_id, NOON)
    with read_session(engine) as session:
        proposed = next(s.release for s in stored_sets(session) if s.id == version_id)
    assert proposed is not None
    confirm_release(engine, LEADER, proposed.id, NOON)


def use(engine: Engine, level: Level, version_id: int) -> None:
    """Makes the office's period use a stored version."""
    with write_session(engine) as session:
        version = session.get_one(CriteriaSetVersion, version_id)
        use_criteria_set(session, office_period(session).id, level, version)


def use_official(engine: Engine, level: Level, text: str) -> None:
    """Makes the office's period use an official version that two people have released."""
    version = store_set(engine, text)
    release(engine, version)
    use(engine, level, version)


def office_period(session: Session) -> PeriodRecord:
    """The office's period."""
    return next(p for p in periods(session) if p.origin == "office")


def rule(
    session: Session, unit: str, criterion: str, told: Told, *, now: dt.datetime = NOON, since: dt.date = SINCE
) -> None:
    """A ruling in force from now on."""
    kind, content = told
    row = Ruling(period_id=office_period(session).id, unit_code=unit, unit_valid_from=since, criterion=criterion)
    row.tier, row.kind, row.content = AppraisalTier.FIRST.value, kind.value, json.dumps(content)
    row.reason, row.account_id, row.ruled_at = WHY, 21, now
    session.add(row)
    session.flush()


def report(session: Session, unit: str, state: PeriodState, **columns: object) -> Submission:
    """Puts the report of a district into a state."""
    key = (office_period(session).id, unit, SINCE)
    row = session.get(Submission, key) or Submission(period_id=key[0], unit_code=unit, unit_valid_from=SINCE)
    row.state, row.changed_at, row.report_number, row.report_date = state.value, NOON, "1/BC", DAY
    for name, value in columns.items():
        setattr(row, name, value)
    session.add(row)
    session.flush()
    return row


def task(session: Session, unit: str, criterion: str, tier: AppraisalTier, *, ruled: bool) -> None:
    """A task of appraisal of a district."""
    key = {"period_id": office_period(session).id, "unit_code": unit, "unit_valid_from": SINCE}
    session.add(
        AppraisalTask(
            **key,
            criterion=criterion,
            tier=tier.value,
            group_code=criterion[:2],
            account_id=21,
            due_on=DAY,
            ruled=ruled,
        )
    )
    session.flush()


def official_office(settings: Settings, sets: Mapping[Level, str] | None = None) -> Engine:
    """The office's period on sets that are all official and released.

    sets: texts for the levels other than that of the districts; without them small ones.
    """
    engine = open_office(settings, official(SET, "1.0"), FIRST)
    with read_session(engine) as session:
        own = session.scalars(select(CriteriaSetVersion.id).where(CriteriaSetVersion.set_id == "rieng-2024")).one()
    release(engine, own)
    for level, text in (small_sets() if sets is None else sets).items():
        if level != "district":
            use_official(engine, level, official(text, "2.0"))
    return engine


def appraised_office(settings: Settings, sets: Mapping[Level, str] | None = None) -> Engine:
    """The same with three districts that agreed to their draft results."""
    engine = official_office(settings, sets)
    _appraise(engine, RULINGS)
    return engine


def appraising_office(settings: Settings) -> Engine:
    """The same while appraisal goes on: of Vũng Tàu TC.3 is not ruled on yet, of Châu Đức nothing is."""
    engine = appraised_office(settings)
    with write_session(engine) as session:
        open_yet = (Ruling.unit_code == "750") | ((Ruling.unit_code == "747") & (Ruling.criterion == "TC.3"))
        session.execute(delete(Ruling).where(open_yet))
    return engine


def _appraise(engine: Engine, rulings: Mapping[str, Mapping[str, Told]]) -> None:
    with write_session(engine) as session:
        for unit, own_rulings in rulings.items():
            report(session, unit, PeriodState.AWAITING_EXPLANATION, accepted_at=NOON)
            for criterion, told in own_rulings.items():
                task(session, unit, criterion, AppraisalTier.FIRST, ruled=True)
                rule(session, unit, criterion, told)


def submitted_office(settings: Settings) -> Engine:
    """The same, passed by the council and submitted for approval."""
    engine = appraised_office(settings)
    submit(engine)
    return engine


def submit(engine: Engine, *, warned: bool = False) -> None:
    """The council passes the results, and they are submitted for approval. warned: in spite of its cautions."""
    with write_session(engine) as session:
        period = office_period(session).id
        record_council(session, OFFICE, period, "12/BB-HĐTĐ", DAY, "", NOON, warned=warned)
        submit_for_approval(session, OFFICE, period, "45/TTr-STTTT", DAY, "", NOON)


def published_office(settings: Settings) -> Engine:
    """The same, published."""
    engine = submitted_office(settings)
    publish_now(engine)
    return engine


def amended_office(settings: Settings) -> Engine:
    """The same, amended: Vũng Tàu has 20 at CQ.1 and so 71, Bà Rịa 20 at TC.1 and so 70 of 90, 77,78."""
    engine = published_office(settings)
    with write_session(engine) as session:
        rule(session, "747", "CQ.1", (RulingKind.CORRECT, {"a": 40.0, "b": 100.0}), now=LATER)
        rule(session, "748", "TC.1", (RulingKind.CORRECT, {"value": "yes"}), now=LATER)
        amend(session, OFFICE, office_period(session).id, AMENDING, "Số liệu đúng", LATER)
    return engine


def publish_now(engine: Engine) -> Edition:
    """Publishes the office's period."""
    with write_session(engine) as session:
        return publish(session, OFFICE, office_period(session).id, DECISION, NOON)


def twice_published_office(settings: Settings) -> Engine:
    """The same, and the year after published too, on the same sets. It is the office's period then: its newest one."""
    engine = published_office(settings)
    own_set = official(SET, "1.0").encode()
    import_inputs(engine, OFFICE, ImportRequest("district", 2025, 12, FIRST, "t.csv", own_set, "s.yaml"), NEXT_YEAR)
    with read_session(engine) as session:
        official_sets = [s for s in stored_sets(session) if s.stored.status == "official"]
    for own in official_sets:
        use(engine, parsed_set(own.stored).level, own.id)
    _appraise(engine, NEXT_RULINGS)
    submit(engine)
    with write_session(engine) as session:
        publish(session, OFFICE, office_period(session).id, NEXT_DECISION, NEXT_YEAR)
    return engine
