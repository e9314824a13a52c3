"""The ranking lists of a period: whole levels, communes by district and by type, from the units valid on its day."""

import datetime as dt
from collections.abc import Iterator

import pytest
from sqlalchemy import Engine, func, select

from criteria.model import Level
from data.database import read_session, write_session
from data.models import RankingList, RankingListMember, Seeding
from data.ranking_lists import kind_of, lists_of, order_of, store_lists
from data.reference import reference_units
from data.repositories import RankingListRecord, ranking_lists, units_of
from data.seeding import open_office_period, seed_reference

END_OF_2024, MARCH_2025 = dt.date(2024, 12, 31), dt.date(2025, 3, 31)
# The state's table of units at the end of 2024; the island district Côn Đảo has no communes.
OF_DISTRICTS = {"747": 17, "748": 11, "750": 16, "751": 13, "752": 7, "753": 8, "754": 10}
OF_TYPES = {"phuong": 29, "thi-tran": 6, "xa": 47}


def _sizes(day: dt.date) -> dict[str, int]:
    return {x.code: len(x.members) for x in lists_of(reference_units(day))}


def test_lists_at_the_end_of_2024() -> None:
    assert _sizes(END_OF_2024) == {
        "departments": 21,
        "districts": 8,
        "communes": 82,
        **{f"communes-of-{code}-20200101": n for code, n in OF_DISTRICTS.items()},
        **{f"communes-type-{code}": n for code, n in OF_TYPES.items()},
    }


@pytest.mark.parametrize("day", [END_OF_2024, dt.date(2025, 1, 15), MARCH_2025])
def test_every_commune_stands_in_one_district_and_one_type(day: dt.date) -> None:
    lists = list(lists_of(reference_units(day)))
    whole = next(x for x in lists if x.code == "communes")
    for kind in ("area", "type"):
        members = [unit.code for x in lists if kind_of(x.code) == kind for unit in x.members]
        assert sorted(members) == sorted(unit.code for unit in whole.members)


def test_a_code_that_the_state_used_again_names_two_lists() -> None:
    before, after = _sizes(END_OF_2024), _sizes(MARCH_2025)
    assert "communes-of-753-20200101" in before
    assert "communes-of-753-20200101" not in after
    assert "communes-of-753-20250101" in after


def test_names_in_both_languages() -> None:
    names = {x.code: (x.name_vi, x.name_en) for x in lists_of(reference_units(END_OF_2024))}
    assert names["communes-of-747-20200101"] == (
        "Các xã, phường, thị trấn của Thành phố Vũng Tàu",
        "Communes of Vũng Tàu City",
    )
    assert names["communes-type-thi-tran"] == ("Các thị trấn trong tỉnh", "Townships")


def test_the_whole_level_stands_first_and_the_rest_by_name() -> None:
    names = ("Các xã, phường, thị trấn của Huyện Đất Đỏ", "Các phường trong tỉnh", "Ủy ban nhân dân cấp xã")
    codes = ("communes-of-753-20200101", "communes-type-phuong", "communes")
    assert [code for _key, code in sorted((order_of(c, n), c) for c, n in zip(codes, names, strict=True))] == [
        "communes",
        "communes-type-phuong",
        "communes-of-753-20200101",
    ]


def test_a_list_that_the_office_made_is_of_another_kind() -> None:
    assert [kind_of(code) for code in ("communes", "communes-type-xa", "mien-nui")] == ["whole", "type", "other"]


@pytest.fixture
def office(engine: Engine) -> Iterator[tuple[Engine, int]]:
    """A period of the office, as a database made before the lists of communes holds it; the step is still to come."""
    with write_session(engine) as session:
        period_id = open_office_period(session, 2025, "Năm 2025", MARCH_2025).id
        session.query(RankingListMember).filter(RankingListMember.list_code.like("communes-%")).delete()
        session.query(RankingList).filter(RankingList.code.like("communes-%")).delete()
        session.query(Seeding).filter(Seeding.name == "lists-of-communes").delete()
    yield engine, period_id
    with write_session(engine) as session:
        session.query(RankingListMember).filter(RankingListMember.period_id == period_id).delete()


def _lists(engine: Engine, period_id: int, level: Level = "commune") -> tuple[RankingListRecord, ...]:
    with read_session(engine) as session:
        return ranking_lists(session, period_id, level)


def test_periods_of_an_existing_database_get_their_lists_once(office: tuple[Engine, int], period_id: int) -> None:
    engine, own = office
    assert [x.code for x in _lists(engine, own)] == ["communes"]
    for _start in range(2):
        with write_session(engine) as session:
            seed_reference(session)
    for period, day in ((own, MARCH_2025), (period_id, END_OF_2024)):
        stored = {x.code: len(x.members) for x in _lists(engine, period)}
        expected = {code: n for code, n in _sizes(day).items() if code.startswith("communes")}
        assert stored == expected
        assert next(iter(stored)) == "communes"
    with read_session(engine) as session:
        places = select(func.count()).select_from(RankingListMember).where(RankingListMember.period_id == own)
        assert session.scalar(places) == sum(_sizes(MARCH_2025).values())


def test_storing_again_changes_nothing(engine: Engine, period_id: int) -> None:
    before = _lists(engine, period_id)
    with write_session(engine) as session:
        units = [unit for level in ("district", "commune") for unit in units_of(session, period_id, level)]
        store_lists(session, period_id, lists_of(units))
    assert _lists(engine, period_id) == before
