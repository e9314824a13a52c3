"""Demonstration data off and on: it goes whole, comes back the same, and the office's data stays."""

import datetime as dt
import hashlib
from collections.abc import Callable, Iterator

import pytest
from sqlalchemy import Engine, func, select, text

from criteria.model import Level
from data.__main__ import main
from data.database import read_session, write_session
from data.demonstration import DemonstrationRefusedError, demonstration_status, switch_off, switch_on
from data.models import (
    CriteriaSetVersion,
    Input,
    NationalResult,
    Period,
    PeriodCriteriaSet,
    RankingList,
    RankingListMember,
    Scenario,
    Snapshot,
    Unit,
    UnitTrait,
)
from data.repositories import InputValue, data_version, open_month, periods, store_inputs, use_criteria_set
from data.seeding import demonstration_names, open_office_period, seed_demonstration
from data.settings import Settings
from data.setup import prepare_database
from tests.data.databases import Databases, small_demonstration

OF_A_PERIOD = (Snapshot, PeriodCriteriaSet, UnitTrait, RankingListMember, Input)
LASTING = (Unit, RankingList, CriteriaSetVersion, NationalResult)
OFFICE = "Năm 2025"


@pytest.fixture
def database(new_database: Databases, set_texts: dict[Level, str]) -> Iterator[Engine]:
    """A database with a demonstration on the small criteria sets and a period of the office with one input."""
    engine = new_database.opened(small_demonstration)
    with write_session(engine) as session:
        period = open_office_period(session, 2025, OFFICE, dt.date(2025, 6, 30))
        open_month(session, period.id, 6)
        version = session.query(CriteriaSetVersion).filter(CriteriaSetVersion.level == "district").one()
        use_criteria_set(session, period.id, "district", version)
        store_inputs(session, period.id, 6, [InputValue("753", "XH.5", "a", 7)])
    yield engine
    engine.dispose()


def _counts(engine: Engine) -> dict[str, int]:
    with read_session(engine) as session:
        tables = (Period, *OF_A_PERIOD, *LASTING)
        return {table.__tablename__: session.scalar(select(func.count()).select_from(table)) or 0 for table in tables}


def _hash(engine: Engine, origin: str) -> str:
    """What the periods of an origin hold, whatever numbers they have."""
    digest = hashlib.sha256()
    with read_session(engine) as session:
        for period in session.scalars(select(Period).where(Period.origin == origin).order_by(Period.name)):
            described = (period.year, period.name, period.state, period.unit_date, period.version)
            digest.update(repr(described).encode())
            for table in OF_A_PERIOD:
                columns = [column for column in table.__table__.columns if column.name != "period_id"]
                rows = session.execute(select(*columns).where(table.__table__.c.period_id == period.id))
                digest.update("\n".join(sorted(map(repr, rows))).encode())
    return digest.hexdigest()


def _off(engine: Engine) -> tuple[str, ...]:
    with write_session(engine) as session:
        return switch_off(session).present


def _save_scenarios(engine: Engine) -> None:
    """One on each demonstration period and one on the office's."""
    now = dt.datetime(2025, 7, 1, tzinfo=dt.UTC)
    with write_session(engine) as session:
        for period in session.scalars(select(Period).order_by(Period.year)):
            kept = {"base_year": 2023, "content": "{}", "created_at": now, "changed_at": now}
            session.add(Scenario(name=f"Đẩy mạnh {period.year}", period_id=period.id, month=6, **kept))


def _on(engine: Engine, texts: dict[Level, str]) -> tuple[str, ...]:
    with write_session(engine) as session:
        return switch_on(session, texts)


def test_off_removes_it_whole_and_leaves_the_rest(database: Engine) -> None:
    before, office = _counts(database), _hash(database, "office")
    assert _off(database) == demonstration_names()
    after = _counts(database)
    assert {table.__tablename__: after[table.__tablename__] for table in LASTING} == {
        table.__tablename__: before[table.__tablename__] for table in LASTING
    }
    assert (after["period"], after["input"], after["snapshot"], after["period_criteria_set"]) == (1, 1, 1, 1)
    assert after["unit_trait"] == 1 + 21 + 7 + 77
    assert _hash(database, "office") == office


def test_off_is_refused_while_a_saved_scenario_rests_on_it_and_may_not_go(database: Engine) -> None:
    _save_scenarios(database)
    before, whole = _counts(database), _hash(database, "demonstration")
    with read_session(database) as session:
        assert demonstration_status(session).scenarios == ("Đẩy mạnh 2023", "Đẩy mạnh 2024")
    with pytest.raises(
        DemonstrationRefusedError, match=r"2 kịch bản.*«Đẩy mạnh 2023»; «Đẩy mạnh 2024».*--delete-scenarios"
    ):
        _off(database)
    assert _counts(database) == before
    assert _hash(database, "demonstration") == whole


def test_off_takes_the_scenarios_that_rest_on_it_when_they_may_go_and_no_other(database: Engine) -> None:
    _save_scenarios(database)
    with write_session(database) as session:
        assert switch_off(session, delete_scenarios=True).scenarios == ("Đẩy mạnh 2023", "Đẩy mạnh 2024")
    with read_session(database) as session:
        assert session.scalars(select(Scenario.name)).all() == ["Đẩy mạnh 2025"]
        assert demonstration_status(session).others == (OFFICE,)


def test_on_brings_it_back_identical(database: Engine, set_texts: dict[Level, str]) -> None:
    before, counts, office = _hash(database, "demonstration"), _counts(database), _hash(database, "office")
    _off(database)
    assert _hash(database, "demonstration") != before
    assert _on(database, set_texts) == demonstration_names()
    assert _hash(database, "demonstration") == before
    assert _counts(database) == counts
    assert _hash(database, "office") == office


def test_a_period_of_the_office_stands_before_the_demonstration_of_its_year(
    database: Engine, set_texts: dict[Level, str]
) -> None:
    with write_session(database) as session:
        open_office_period(session, 2024, "Năm 2024", dt.date(2024, 12, 31))
    # Put in once more, the demonstration is the newer one.
    _off(database)
    _on(database, set_texts)
    with read_session(database) as session:
        of_2024 = [period.origin for period in periods(session) if period.year == 2024]
    assert of_2024 == ["office", "demonstration"]


def test_both_may_be_repeated(database: Engine, set_texts: dict[Level, str]) -> None:
    counts = _counts(database)
    assert _on(database, set_texts) == ()
    assert _counts(database) == counts
    _off(database)
    emptied = _counts(database)
    assert _off(database) == ()
    assert _counts(database) == emptied


def test_no_later_start_puts_it_in_again(database: Engine, set_texts: dict[Level, str]) -> None:
    _off(database)
    with write_session(database) as session:
        seed_demonstration(session, set_texts)
        assert demonstration_status(session).present == ()


def test_on_completes_what_is_there(database: Engine, set_texts: dict[Level, str]) -> None:
    before = _hash(database, "demonstration")
    with write_session(database) as session:
        session.execute(text("DELETE FROM period WHERE year = 2023"))
        status = demonstration_status(session)
    assert (status.present, status.absent) == (demonstration_names()[1:], demonstration_names()[:1])
    assert (status.on, status.pending, status.others) == (True, False, (OFFICE,))
    assert _on(database, set_texts) == demonstration_names()[:1]
    assert _hash(database, "demonstration") == before


def test_on_is_refused_when_the_office_has_the_name(database: Engine, set_texts: dict[Level, str]) -> None:
    _off(database)
    with write_session(database) as session:
        open_office_period(session, 2024, demonstration_names()[1], dt.date(2024, 12, 31))
    before = _counts(database)
    with pytest.raises(DemonstrationRefusedError, match="trùng tên"):
        _on(database, set_texts)
    assert _counts(database) == before


def test_on_is_refused_while_a_set_is_lacking(database: Engine, set_texts: dict[Level, str]) -> None:
    _off(database)
    without: dict[Level, str] = {level: found for level, found in set_texts.items() if level != "district"}
    with pytest.raises(DemonstrationRefusedError, match="thiếu bộ chỉ số Cấp huyện"):
        _on(database, without)
    assert _counts(database)["period"] == 1


def test_a_failure_leaves_everything_as_it_was(database: Engine, set_texts: dict[Level, str]) -> None:
    changed: dict[Level, str] = {**set_texts, "commune": set_texts["commune"] + "\n"}
    _off(database)
    before = _counts(database)
    with pytest.raises(ValueError, match="nội dung khác"):
        _on(database, changed)
    assert _counts(database) == before


def test_the_command_line(
    new_database: Callable[[], Settings], monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    settings = new_database()
    monkeypatch.setenv("DTI_FOLDER", str(settings.dti_folder))
    monkeypatch.setenv("DATABASE_URL", settings.database_url)

    def run(*arguments: str) -> str:
        assert main(["demonstration", *arguments]) == 0
        return capsys.readouterr().out

    assert "lần khởi động ứng dụng đầu tiên sẽ đưa" in run("status")
    engine = prepare_database(settings)
    before, version = _hash(engine, "demonstration"), _version(engine)
    assert "đang có" in run("status")
    _save_scenarios(engine)
    assert "dựa trên kỳ trình diễn, chỉ gỡ được cùng với chúng: «Đẩy mạnh 2023»; «Đẩy mạnh 2024»." in run("status")
    assert main(["demonstration", "off"]) == 1
    assert "Chưa gỡ gì: 2 kịch bản" in capsys.readouterr().err
    assert _hash(engine, "demonstration") == before
    removed = run("off", "--delete-scenarios")
    assert "Đã xóa kịch bản «Đẩy mạnh 2023»" in removed
    assert all(name in removed for name in demonstration_names())
    assert "Không có số liệu trình diễn để gỡ" in run("off")
    assert "không có." in run("status")
    prepare_database(settings).dispose()
    assert _counts(engine)["period"] == 0
    added = run("on")
    assert all(name in added for name in demonstration_names())
    assert "không có gì thay đổi" in run("on")
    assert _hash(engine, "demonstration") == before
    # Readers notice by the version that they must read again.
    assert _version(engine) > version
    engine.dispose()


def _version(engine: Engine) -> int:
    with read_session(engine) as session:
        return data_version(session)


def test_a_database_that_cannot_be_opened_is_told(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("DATABASE_URL", "nonsense")
    assert main(["demonstration", "off"]) == 1
    assert "Không mở được cơ sở dữ liệu" in capsys.readouterr().err
