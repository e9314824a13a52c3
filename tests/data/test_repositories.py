"""Reading and storing inputs: what a snapshot sees, and that a refused write changes nothing."""

import datetime as dt
from collections.abc import Iterator

import pytest
from sqlalchemy import Engine

from data.database import read_session, write_session
from data.models import Input, InputOrigin, InputState, RankingList, RankingListMember, Unit
from data.repositories import (
    Cell,
    InputsRefusedError,
    InputValue,
    cells,
    criteria_set_text,
    parsed_set,
    periods,
    ranking_lists,
    snapshots,
    store_inputs,
    unit_traits,
    units_of,
)

UNIT = "747"
FROM = dt.date(2020, 1, 1)


def _reported(period_id: int, month: int, number: float | None = None, **other: object) -> Input:
    content = {"state": "given", "origin": "self_assessed", "criterion": "XH.5", "input_key": "a", **other}
    return Input(period_id=period_id, unit_code=UNIT, unit_valid_from=FROM, month=month, number=number, **content)


def _cell(engine: Engine, period_id: int, month: int, criterion: str = "XH.5", key: str = "a") -> Cell | None:
    with read_session(engine) as session:
        found = [
            cell
            for cell in cells(session, period_id, "district", month)
            if (cell.unit_code, cell.criterion, cell.key) == (UNIT, criterion, key)
        ]
    assert len(found) <= 1
    return found[0] if found else None


@pytest.fixture
def empty_cell(engine: Engine, period_id: int) -> Iterator[None]:
    """The district's XH.5 has never been reported; whatever a test stores there is taken away again."""

    def clear() -> None:
        with write_session(engine) as session:
            here = (Input.period_id == period_id, Input.unit_code == UNIT, Input.criterion == "XH.5")
            session.query(Input).filter(*here).delete()

    clear()
    yield
    clear()


def test_a_snapshot_reads_the_latest_row_up_to_its_month(engine: Engine, period_id: int, empty_cell: None) -> None:
    with write_session(engine) as session:
        session.add_all([_reported(period_id, 3, 30.0), _reported(period_id, 7, 70.0)])
    seen = {month: _cell(engine, period_id, month) for month in (2, 3, 6, 7, 12)}
    assert seen[2] is None
    assert [(cell.number, cell.month_reported) for cell in seen.values() if cell] == [
        (30.0, 3),
        (30.0, 3),
        (70.0, 7),
        (70.0, 7),
    ]


def test_not_applicable_is_a_state_and_missing_is_no_cell(engine: Engine, period_id: int, empty_cell: None) -> None:
    assert _cell(engine, period_id, 12) is None
    reason = {"state": "not_applicable", "reason": "Không có đối tượng.", "approver": "Cơ quan thường trực"}
    with write_session(engine) as session:
        session.add_all([_reported(period_id, 4, 5.0), _reported(period_id, 6, None, **reason)])
    before, after = _cell(engine, period_id, 5), _cell(engine, period_id, 6)
    assert before is not None
    assert (before.state, before.number) == ("given", 5.0)
    assert after is not None
    assert (after.state, after.number, after.text, after.reason) == (
        "not_applicable",
        None,
        None,
        "Không có đối tượng.",
    )


def test_cells_are_those_of_one_level_and_one_period(engine: Engine, period_id: int) -> None:
    with read_session(engine) as session:
        communes = {unit.code for unit in units_of(session, period_id, "commune")}
        found = cells(session, period_id, "commune", 12)
        older = next(period.id for period in periods(session) if period.id != period_id)
        assert {cell.unit_code for cell in found} == communes
        assert len({(cell.unit_code, cell.criterion, cell.key) for cell in found}) == len(found)
        assert {cell.month_reported for cell in cells(session, older, "commune", 12)} == {12}
        assert cells(session, older, "commune", 11) == ()


def test_units_are_keyed_by_code_and_first_day(engine: Engine, period_id: int) -> None:
    with read_session(engine) as session:
        named = {unit.code: unit.name_vi for unit in units_of(session, period_id, "district")}
        later = session.get_one(Unit, ("753", dt.date(2025, 1, 1))).name_vi
    assert len(named) == 8
    assert (named["753"], later) == ("Huyện Đất Đỏ", "Huyện Long Đất")


def test_units_come_in_vietnamese_order(engine: Engine, period_id: int) -> None:
    with read_session(engine) as session:
        communes = [unit.name_vi for unit in units_of(session, period_id, "commune")]
        districts = [unit.name_vi for unit in units_of(session, period_id, "district")]
    assert communes[:4] == ["Phường 1", "Phường 2", "Phường 3", "Phường 4"]
    assert communes.index("Phường 9") < communes.index("Phường 10") < communes.index("Phường Hắc Dịch")
    assert communes.index("Xã Cù Bị") < communes.index("Xã Đá Bạc") < communes.index("Xã Hoà Long")
    assert districts == [
        "Huyện Châu Đức",
        "Huyện Côn Đảo",
        "Huyện Đất Đỏ",
        "Huyện Long Điền",
        "Huyện Xuyên Mộc",
        "Thành phố Bà Rịa",
        "Thành phố Vũng Tàu",
        "Thị xã Phú Mỹ",
    ]


def test_a_unit_may_stand_in_several_lists(engine: Engine, period_id: int) -> None:
    with write_session(engine) as session:
        session.add(RankingList(code="wards", level="commune", name_vi="Các phường", name_en="Wards"))
        session.flush()
        session.add(RankingListMember(list_code="wards", period_id=period_id, unit_code="26506", unit_valid_from=FROM))
    with read_session(engine) as session:
        lists = {entry.code: entry for entry in ranking_lists(session, period_id, "commune")}
        assert [entry.code for entry in ranking_lists(session, period_id, "district")] == ["districts"]
    assert next(iter(lists)) == "communes"
    # Seven districts, three types, and the new one.
    assert len(lists) == 12
    assert lists["wards"].members == ("26506",)
    assert len(lists["communes"].members) == 82
    assert lists["communes"].members[0] == "26506"


def test_traits(engine: Engine, period_id: int) -> None:
    with read_session(engine) as session:
        districts = {trait.unit_code: trait for trait in unit_traits(session, period_id, "district")}
        departments = {trait.unit_code: trait for trait in unit_traits(session, period_id, "department")}
    assert [code for code, trait in districts.items() if not trait.has_communes] == ["755"]
    assert sorted(code for code, trait in departments.items() if not trait.has_public_services) == [
        "BDT",
        "TTT",
        "VPUBND",
    ]


def test_periods_and_snapshots_say_what_they_are(engine: Engine, period_id: int) -> None:
    with read_session(engine) as session:
        newest, older = periods(session)
        months = snapshots(session, newest.id)
        assert [snapshot.month for snapshot in snapshots(session, older.id)] == [12]
    assert (newest.id, newest.year, older.year) == (period_id, 2024, 2023)
    assert {newest.origin, older.origin} == {"demonstration"}
    assert "2024" in older.name
    assert "chấm lại" in older.name
    assert [snapshot.month for snapshot in months] == list(range(1, 13))
    assert months[1].as_of == dt.date(2024, 2, 29)
    assert [snapshot.month for snapshot in months if not snapshot.closed] == [12]


def test_a_period_knows_its_criteria_sets(engine: Engine, period_id: int) -> None:
    with read_session(engine) as session:
        stored = criteria_set_text(session, period_id, "department")
        with pytest.raises(LookupError, match="chưa chọn bộ chỉ số"):
            criteria_set_text(session, 999_999, "department")
    assert (stored.set_id, stored.version, stored.status) == ("department-test", "1.0", "reference")
    assert parsed_set(stored).by_code["NT.1"].max_points == 5
    assert parsed_set(stored) is parsed_set(stored)


def _store(engine: Engine, period_id: int, *values: InputValue, month: int = 12) -> int:
    with write_session(engine) as session:
        return store_inputs(session, period_id, month, values)


def test_storing_keeps_what_is_not_sent(engine: Engine, period_id: int, empty_cell: None) -> None:
    assert _store(engine, period_id, InputValue(UNIT, "XH.5", "a", 10), InputValue(UNIT, "XH.5", "b", 100)) == 2
    assert _store(engine, period_id, InputValue(UNIT, "XH.5", "a", 12)) == 1
    a, b = _cell(engine, period_id, 12), _cell(engine, period_id, 12, key="b")
    assert a is not None
    assert b is not None
    assert (a.number, b.number, a.origin) == (12.0, 100.0, "self_assessed")


def test_storing_the_same_again_changes_nothing(engine: Engine, period_id: int, empty_cell: None) -> None:
    value = InputValue(UNIT, "XH.5", "a", 10, origin=InputOrigin.SOURCE_SYSTEM)
    assert _store(engine, period_id, value) == 1
    assert _store(engine, period_id, value) == 0
    with read_session(engine) as session:
        assert session.get_one(Input, (period_id, UNIT, FROM, "XH.5", "a", 12)).version == 1


def test_a_value_may_become_not_applicable_and_back(engine: Engine, period_id: int, empty_cell: None) -> None:
    _store(engine, period_id, InputValue(UNIT, "XH.5", "a", 10))
    excused = InputValue(
        UNIT, "XH.5", "a", state=InputState.NOT_APPLICABLE, reason="Không có.", approver="Cơ quan thường trực"
    )
    assert _store(engine, period_id, excused) == 1
    cell = _cell(engine, period_id, 12)
    assert cell is not None
    assert (cell.state, cell.number) == ("not_applicable", None)
    assert _store(engine, period_id, InputValue(UNIT, "XH.5", "a", 11)) == 1
    cell = _cell(engine, period_id, 12)
    assert cell is not None
    assert (cell.state, cell.number, cell.reason) == ("given", 11.0, None)


def test_a_value_somebody_else_has_changed_is_refused(engine: Engine, period_id: int, empty_cell: None) -> None:
    _store(engine, period_id, InputValue(UNIT, "XH.5", "a", 10, expected_version=0))
    _store(engine, period_id, InputValue(UNIT, "XH.5", "a", 20, expected_version=1))
    with pytest.raises(InputsRefusedError, match="người khác sửa"):
        _store(engine, period_id, InputValue(UNIT, "XH.5", "a", 30, expected_version=1))
    with pytest.raises(InputsRefusedError, match="người khác sửa"):
        _store(engine, period_id, InputValue(UNIT, "XH.5", "a", 30, expected_version=0))
    cell = _cell(engine, period_id, 12)
    assert cell is not None
    assert cell.number == 20.0


@pytest.mark.parametrize(
    ("bad", "words"),
    [
        (InputValue("99999", "XH.5", "b", 1), "không có đơn vị"),
        (InputValue(UNIT, "XH.99", "b", 1), "không có chỉ số này"),
        (InputValue(UNIT, "NT.1", "value", 1), "không có chỉ số này"),
        (InputValue(UNIT, "XH.5", "value", 1), "không có số liệu 'value', chỉ có: a, b"),
        (InputValue(UNIT, "XH.5", "b"), "cần đúng một giá trị"),
        (InputValue(UNIT, "XH.5", "b", 1, "yes"), "cần đúng một giá trị"),
        (InputValue(UNIT, "XH.5", "b", float("nan")), "số hữu hạn"),
        (InputValue(UNIT, "XH.5", "b", float("inf")), "số hữu hạn"),
        (InputValue(UNIT, "XH.5", "b", 1, reason="x"), "hãy bỏ lý do"),
        (InputValue(UNIT, "XH.5", "b", state=InputState.NOT_APPLICABLE, reason="x"), "phải có lý do và vai trò"),
        (InputValue(UNIT, "XH.5", "b", 1, state=InputState.NOT_APPLICABLE, reason="x", approver="y"), "bỏ giá trị"),
        (InputValue(UNIT, "XH.5", "a", 2), "hai giá trị"),
    ],
)
def test_one_fault_refuses_the_whole_write(
    engine: Engine, period_id: int, empty_cell: None, bad: InputValue, words: str
) -> None:
    with pytest.raises(InputsRefusedError, match=words):
        _store(engine, period_id, InputValue(UNIT, "XH.5", "a", 1), bad)
    assert _cell(engine, period_id, 12) is None


def test_all_faults_are_told_at_once(engine: Engine, period_id: int) -> None:
    with pytest.raises(InputsRefusedError) as refusal:
        _store(engine, period_id, InputValue("99999", "XH.5", "b", 1), InputValue(UNIT, "XH.99", "b", 1))
    assert len(refusal.value.faults) == 2


@pytest.mark.parametrize(("month", "words"), [(11, "đã chốt"), (13, "không có tháng")])
def test_only_an_open_month_takes_inputs(engine: Engine, period_id: int, month: int, words: str) -> None:
    with pytest.raises(InputsRefusedError, match=words):
        _store(engine, period_id, InputValue(UNIT, "XH.5", "a", 1), month=month)


def test_an_unknown_period_takes_no_inputs(engine: Engine) -> None:
    with pytest.raises(InputsRefusedError, match="Không có kỳ đánh giá"):
        _store(engine, 999_999, InputValue(UNIT, "XH.5", "a", 1))
