"""Units in time: which units a period has, and which unit became which."""

import datetime as dt

import pytest
from sqlalchemy import Engine
from sqlalchemy.exc import NoResultFound

from data.database import read_session, write_session
from data.lineage import UnitKey, UnitSpan, lineage, predecessors, successions, successors, unit_spans
from data.models import UnitSuccession
from data.repositories import units_of
from data.seeding import open_office_period

FIRST, NEW_YEAR, MARCH = dt.date(2020, 1, 1), dt.date(2025, 1, 1), dt.date(2025, 3, 1)


@pytest.fixture(scope="module")
def periods_by_day(engine: Engine) -> dict[dt.date, int]:
    """Periods of the office by their unit dates."""
    days = [dt.date(2024, 12, 31), NEW_YEAR, dt.date(2025, 6, 30)]
    with write_session(engine) as session:
        return {day: open_office_period(session, day.year, f"Kỳ {day}", day).id for day in days}


@pytest.mark.parametrize(
    ("day", "districts", "communes"),
    [(dt.date(2024, 12, 31), 8, 82), (NEW_YEAR, 7, 77), (dt.date(2025, 6, 30), 7, 77)],
)
def test_a_period_has_the_units_of_its_day(
    engine: Engine, periods_by_day: dict[dt.date, int], day: dt.date, districts: int, communes: int
) -> None:
    with read_session(engine) as session:
        assert len(units_of(session, periods_by_day[day], "district")) == districts
        assert len(units_of(session, periods_by_day[day], "commune")) == communes


def test_a_code_that_is_used_again_is_another_unit(engine: Engine, periods_by_day: dict[dt.date, int]) -> None:
    with read_session(engine) as session:
        of_day = {
            day: {unit.code: unit for level in ("district", "commune") for unit in units_of(session, period, level)}
            for day, period in periods_by_day.items()
        }
    names = {day: [units[code].name_vi for code in ("753", "26668", "26689")] for day, units in of_day.items()}
    assert names[dt.date(2024, 12, 31)] == ["Huyện Đất Đỏ", "Xã Tam Phước", "Xã Long Mỹ"]
    assert names[NEW_YEAR] == names[dt.date(2025, 6, 30)] == ["Huyện Long Đất", "Xã Tam An", "Thị trấn Phước Hải"]
    assert (of_day[NEW_YEAR]["754"].name_vi, of_day[dt.date(2025, 6, 30)]["754"].name_vi) == (
        "Thị xã Phú Mỹ",
        "Thành phố Phú Mỹ",
    )


def test_successors_and_predecessors(engine: Engine) -> None:
    long_dat = UnitKey("753", NEW_YEAR)
    with read_session(engine) as session:
        merged = predecessors(session, long_dat)
        assert [(record.from_key, record.kind, record.date) for record in merged] == [
            (UnitKey("752", FIRST), "merged", NEW_YEAR),
            (UnitKey("753", FIRST), "merged", NEW_YEAR),
        ]
        assert "1256" in merged[0].source
        assert [record.to_key for record in successors(session, UnitKey("753", FIRST))] == [long_dat]
        assert successors(session, long_dat) == ()
        assert predecessors(session, UnitKey("753", FIRST)) == ()
        renamed = successors(session, UnitKey("754", FIRST))
        assert [(record.to_key, record.kind) for record in renamed] == [(UnitKey("754", MARCH), "renamed")]
        moved = successors(session, UnitKey("26659", FIRST))
        assert [(record.to_key, record.kind) for record in moved] == [(UnitKey("26659", NEW_YEAR), "moved")]


def test_all_units_and_successions_of_all_times(engine: Engine) -> None:
    with read_session(engine) as session:
        spans, records = unit_spans(session), successions(session)
    assert spans[UnitKey("753", FIRST)] == UnitSpan("district", "Huyện Đất Đỏ", dt.date(2024, 12, 31))
    assert spans[UnitKey("753", NEW_YEAR)].name == "Huyện Long Đất"
    # Every unit that became another one ended on the day before, and none of them is unknown.
    assert len(records) == 17
    assert [record.date for record in records] == sorted(record.date for record in records)
    for record in records:
        assert spans[record.from_key].valid_to == record.date - dt.timedelta(days=1)
        assert record.to_key in spans


def test_lineage_of_a_period(engine: Engine, periods_by_day: dict[dt.date, int]) -> None:
    with read_session(engine) as session:
        old = lineage(session, periods_by_day[dt.date(2024, 12, 31)])
        first = lineage(session, periods_by_day[NEW_YEAR])
        now = lineage(session, periods_by_day[dt.date(2025, 6, 30)])
    assert all(origins == (key,) for key, origins in old.items())
    assert len(old) == 112
    assert now[UnitKey("753", NEW_YEAR)] == (UnitKey("753", NEW_YEAR), UnitKey("752", FIRST), UnitKey("753", FIRST))
    # Phước Trung took Phước Hiệp in and kept its key.
    assert now[UnitKey("26560", FIRST)] == (UnitKey("26560", FIRST), UnitKey("26551", FIRST))
    assert UnitKey("754", FIRST) in first
    assert now[UnitKey("754", MARCH)] == (UnitKey("754", MARCH), UnitKey("754", FIRST))
    # Every unit of 2024 goes into exactly one of 2025, and none is lost.
    inherited = [key for origins in now.values() for key in origins if key in old]
    assert sorted(inherited) == sorted(old)


def test_lineage_follows_several_steps_and_stops_at_its_day(engine: Engine, periods_by_day: dict[dt.date, int]) -> None:
    later = UnitSuccession(
        from_code="753",
        from_valid_from=NEW_YEAR,
        to_code="754",
        to_valid_from=MARCH,
        date=MARCH,
        kind="split",
        source="Trường hợp thử nghiệm",
    )
    with write_session(engine) as session:
        session.add(later)
        session.flush()
        now = lineage(session, periods_by_day[dt.date(2025, 6, 30)])
        first = lineage(session, periods_by_day[NEW_YEAR])
        session.rollback()
    assert UnitKey("752", FIRST) in now[UnitKey("754", MARCH)]
    assert UnitKey("754", MARCH) not in first


def test_an_unknown_period_has_no_lineage(engine: Engine) -> None:
    with read_session(engine) as session, pytest.raises(NoResultFound):
        lineage(session, 999_999)
