"""The province from its units: sums worked out a second time from the stored rows, each place counted once."""

import datetime as dt
from collections.abc import Iterator

import numpy as np
import pytest
from sqlalchemy import Engine, Row, delete, select, update
from sqlalchemy.orm import Session

from assessment.province import ProvincialSnapshot, provincial_snapshot
from criteria import CriteriaSet, Criterion, input_keys, read_text
from criteria.catalogue import reference_sets
from criteria.model import Ratio
from data.database import read_session
from data.models import Input, InputState, PeriodCriteriaSet, Unit
from data.repositories import InputValue, PeriodRecord, periods, store_inputs, use_criteria_set
from data.seeding import SETS_FOLDER, store_criteria_set
from scoring.engine import CellState
from scoring.grid import in_points

CON_DAO = "755"
_Rows = dict[tuple[str, str, str], Row[str, str, str, str, float | None, str | None]]


def _latest(session: Session, period: PeriodRecord, month: int) -> _Rows:
    """Every input as the month sees it, the plain way: later rows replace earlier ones."""
    wanted = select(Input.unit_code, Input.criterion, Input.input_key, Input.state, Input.number, Input.text)
    query = wanted.where(Input.period_id == period.id, Input.month <= month).order_by(Input.month)
    return {(row.unit_code, row.criterion, row.input_key): row for row in session.execute(query)}


def _codes_of(session: Session) -> dict[str, list[str]]:
    found: dict[str, list[str]] = {}
    for code, level in session.execute(select(Unit.code, Unit.level).distinct()):
        found.setdefault(level, []).append(code)
    return found


def _pairs(rows: _Rows, units: list[str], code: str) -> dict[str, tuple[float, float]]:
    """a and b of the units that report both, above no zero, and to whom the criterion applies."""
    pairs: dict[str, tuple[float, float]] = {}
    for unit in units:
        found = [row for key in "ab" if (row := rows.get((unit, code, key))) is not None]
        if len(found) == 2 and all(row.state == "given" for row in found) and found[1].number:
            pairs[unit] = (found[0].number or 0.0, found[1].number)
    return pairs


def _sources(criterion: Criterion) -> Iterator[tuple[CriteriaSet, str]]:
    assert criterion.rollup is not None
    for source in criterion.rollup.sources:
        set_id, code = source.split("/")
        yield reference_sets()[set_id], code


def _components(how: str) -> list[Criterion]:
    province = reference_sets()["province-2024"]
    return [c for c in province.criteria if c.rollup is not None and c.rollup.how == how]


# Sums


@pytest.mark.parametrize("month", [6, 12])
def test_sums_are_those_of_the_stored_rows(engine: Engine, period: PeriodRecord, month: int) -> None:
    with read_session(engine) as session:
        rows, units = _latest(session, period, month), _codes_of(session)
        found = provincial_snapshot(session, period, month)
    compared = 0
    for criterion in _components("ratio_of_sums"):
        component = found.components_by_code[criterion.code]
        pairs = [pair for own, code in _sources(criterion) for pair in _pairs(rows, units[own.level], code).values()]
        # A yearly figure is not due in June, whoever has reported it already.
        if found.book.state[0, found.book.compiled.index_of[criterion.code]] == CellState.NOT_DUE:
            continue
        assert component.values == pytest.approx({"a": sum(a for a, _b in pairs), "b": sum(b for _a, b in pairs)})
        compared += 1
    assert compared == {6: 46, 12: 47}[month]


@pytest.mark.parametrize("code", ["TC.5", "XH.7"])
def test_shares_count_the_units_that_say_yes_to_everything(
    engine: Engine, period: PeriodRecord, december: ProvincialSnapshot, code: str
) -> None:
    with read_session(engine) as session:
        rows, units = _latest(session, period, 12), _codes_of(session)
    met = reporting = 0
    for own, source in _sources(december.criteria_set.by_code[code]):
        keys = list(input_keys(own.by_code[source].rule))
        for unit in units[own.level]:
            words = [row.text for key in keys if (row := rows.get((unit, source, key))) is not None]
            reporting += bool(words)
            met += words == ["yes"] * len(keys)
    assert 0 < met < reporting
    assert december.components_by_code[code].values == {"a": met, "b": reporting}


def test_every_component_is_there_with_the_units_behind_it(december: ProvincialSnapshot) -> None:
    rolled = [c.code for c in december.criteria_set.criteria if c.is_rolled_up]
    assert [component.criterion.code for component in december.components] == rolled
    assert len(rolled) == 52
    sizes = {"department-2024": 21, "district-2024": 8, "commune-2024": 82}
    for component in december.components:
        for part in component.coverage:
            assert part.units == sizes[part.source.split("/")[0]]
            assert part.reported + part.not_concerned + len(part.missing) == part.units
    assert december.faults == ()


# Each place once


def _rise(
    session: Session, period: PeriodRecord, december: ProvincialSnapshot, unit: str, level: str, by: float = 1.0
) -> dict[str, tuple[float, int]]:
    """Adds to both inputs of every ratio that a unit reports; per component how far b rose, and how far it should."""
    rows = _latest(session, period, 12)
    own = reference_sets()[f"{level}-2024"]
    raised = {code for code in (c.code for c in own.criteria) if _pairs(rows, [unit], code)}
    values = [
        InputValue(unit, code, key, number=(rows[unit, code, key].number or 0.0) + by)
        for code in raised
        for key in "ab"
    ]
    store_inputs(session, period.id, 12, values)
    after = provincial_snapshot(session, period, 12)
    result: dict[str, tuple[float, int]] = {}
    for criterion in _components("ratio_of_sums"):
        before, now = (x.components_by_code[criterion.code].values["b"] for x in (december, after))
        named = [code for source, code in _sources(criterion) if source.level == level]
        result[criterion.code] = (now - before, sum(code in raised for code in named))
    return result


def test_con_dao_stands_in_every_sum_once(trial: Session, period: PeriodRecord, december: ProvincialSnapshot) -> None:
    rise = _rise(trial, period, december, CON_DAO, "district")
    assert sum(wanted for _rise, wanted in rise.values()) > 30
    assert {code: moved for code, (moved, _wanted) in rise.items()} == pytest.approx(
        {code: float(wanted) for code, (_moved, wanted) in rise.items()}
    )
    # It has no communes: nothing below it can bring the same figures a second time.
    assert not [u for u in december.levels["commune"].units if u.parent_code == CON_DAO]


def test_figures_of_a_commune_never_come_on_top_of_its_districts_area(
    trial: Session, period: PeriodRecord, december: ProvincialSnapshot
) -> None:
    rise = _rise(trial, period, december, "26506", "commune")
    district = reference_sets()["district-2024"].by_code
    area = {
        c.code
        for c in _components("ratio_of_sums")
        for own, code in _sources(c)
        if own.level == "district" and district[code].coverage == "area"
    }
    assert len(area) > 15
    assert {rise[code] for code in area} == {(0.0, 0)}
    own_figures = {code: moved for code, moved in rise.items() if moved[1]}
    assert len(own_figures) > 10
    assert all(moved == pytest.approx(wanted) for moved, wanted in own_figures.values())


# Coverage


def test_coverage_names_the_unit_that_has_not_reported(
    trial: Session, period: PeriodRecord, december: ProvincialSnapshot
) -> None:
    before = december.components_by_code["XH.1"]
    assert before.coverage[0].complete
    gone = _pairs(_latest(trial, period, 12), ["747"], "XH.2")["747"]
    here = (Input.period_id == period.id, Input.unit_code == "747", Input.criterion == "XH.2")
    trial.execute(delete(Input).where(*here))
    after = provincial_snapshot(trial, period, 12).components_by_code["XH.1"]
    assert (after.coverage[0].missing, after.coverage[0].reported) == (("747",), 7)
    assert before.values["a"] - after.values["a"] == pytest.approx(gone[0])
    assert before.values["b"] - after.values["b"] == pytest.approx(gone[1])


def test_units_to_whom_a_figure_does_not_apply_are_not_missing(december: ProvincialSnapshot) -> None:
    services = december.components_by_code["CQ.1"].coverage[0]
    without = services.units - services.reported - len(services.missing)
    assert services.source == "department-2024/CQ.1"
    assert services.not_concerned == without > 0


# The score


def test_the_total_lies_between_0_and_1_and_is_ranked_on_four_decimals(december: ProvincialSnapshot) -> None:
    assert 0 < december.total < 1
    exact = float(in_points(december.book.total[0]))
    assert december.total == pytest.approx(round(exact, 4), abs=1e-12)
    assert december.total != exact
    assert december.inputs.units == december.book.units == ("77",)
    points = in_points(december.book.points[0])
    scored = december.book.compiled.of_kind("scored")
    maxima = december.book.compiled.max_points
    assert exact == pytest.approx(points[scored].sum() / maxima[scored].sum(), abs=1e-8)


def test_typed_figures_stand_beside_the_rolled_up_ones(trial: Session, period: PeriodRecord) -> None:
    typed = next(c for c in _components("entry") if isinstance(c.rule, Ratio))
    values = [InputValue("77", typed.code, key, number=number) for key, number in (("a", 0.0), ("b", 8.0))]
    store_inputs(trial, period.id, 12, values)
    low = provincial_snapshot(trial, period, 12)
    column = low.book.compiled.index_of[typed.code]
    assert low.book.state[0, column] == CellState.SCORED
    assert low.origins[typed.code, "b"] == "self_assessed"
    waived = {"state": InputState.NOT_APPLICABLE, "reason": "Không có đối tượng", "approver": "Cơ quan thường trực"}
    store_inputs(trial, period.id, 12, [InputValue("77", typed.code, "a", **waived)])
    after = provincial_snapshot(trial, period, 12)
    assert after.book.state[0, column] == CellState.NOT_APPLICABLE
    assert after.waivers[typed.code].approver == "Cơ quan thường trực"
    assert [c.values for c in after.components] == [c.values for c in low.components]


def test_what_is_not_due_yet_is_neither_missing_nor_in_the_maximum(engine: Engine, period: PeriodRecord) -> None:
    with read_session(engine) as session:
        months = {month: provincial_snapshot(session, period, month) for month in (2, 3, 6, 12)}
    states = {month: found.book.state[0] for month, found in months.items()}
    frequency = np.array([c.frequency for c in months[12].criteria_set.criteria])
    due = {2: {"monthly"}, 3: {"monthly", "quarterly"}, 6: {"monthly", "quarterly", "half_yearly"}}
    for month, names in due.items():
        assert ((states[month] == CellState.NOT_DUE) == ~np.isin(frequency, list(names))).all()
        assert not months[month].book.maxima[0, states[month] == CellState.NOT_DUE].any()
    assert not (states[12] == CellState.NOT_DUE).any()
    assert months[6].name == "06/2024"


def test_a_month_in_which_nobody_reported_is_missing_not_zero_inputs(engine: Engine) -> None:
    with read_session(engine) as session:
        period = next(p for p in periods(session) if p.year == 2023)
        november = provincial_snapshot(session, period, 11)
    assert all(component.values == {} for component in november.components)
    assert set(november.book.state[0]) == {CellState.MISSING, CellState.NOT_DUE}
    assert november.faults == ()


# Figures that cannot be right


def _use_changed(session: Session, period: PeriodRecord, level: str, old: str, new: str, after: str = "") -> None:
    """Lets the period use a reference set with one change, as an office may. after: where the change stands."""
    text = (SETS_FOLDER / f"{level}-2024.yaml").read_text(encoding="utf-8").replace('version: "1.1"', 'version: "9"', 1)
    place = text.index(after)
    changed = text[:place] + text[place:].replace(old, new, 1)
    assert changed != text
    criteria_set = read_text(changed, "own.yaml").criteria_set
    assert criteria_set is not None
    use_criteria_set(session, period.id, criteria_set.level, store_criteria_set(session, criteria_set, changed))


def test_a_sum_a_above_b_is_named_and_counts_as_missing(trial: Session, period: PeriodRecord) -> None:
    rule = "rule: {type: ratio, full_at: 0.7"
    _use_changed(trial, period, "district", rule, f"{rule}, over: allow", after="code: XH.2\n")
    store_inputs(trial, period.id, 12, [InputValue("747", "XH.2", "a", number=9_000_000.0)])
    found = provincial_snapshot(trial, period, 12)
    (fault,) = found.faults
    assert fault.startswith("Thành phần XH.1: a = 9.")
    assert "lớn hơn b = " in fault
    assert fault.endswith("hãy kiểm tra số liệu của các đơn vị.")
    assert found.components_by_code["XH.1"].values["a"] > 9_000_000
    states = dict(zip(found.book.compiled.codes, found.book.state[0], strict=True))
    assert states["XH.1"] == CellState.MISSING
    assert states["XH.2"] == CellState.SCORED
    assert 0 < found.total < 1


def test_a_component_without_its_source_is_named_and_counts_as_missing(trial: Session, period: PeriodRecord) -> None:
    _use_changed(trial, period, "commune", "id: commune-2024", "id: xa-rieng")
    found = provincial_snapshot(trial, period, 12)
    lost = [
        c.code
        for c in found.criteria_set.criteria
        if c.rollup is not None and any(s.startswith("commune-2024/") for s in c.rollup.sources)
    ]
    assert len(lost) > 10
    assert [fault.split(":")[0] for fault in found.faults] == [f"Thành phần {code}" for code in lost]
    assert "commune-2024/" in found.faults[0]
    # Where it is mended is named as the screen of criteria sets calls it.
    assert "hãy sửa mục «Tổng hợp lên cấp tỉnh» của thành phần này" in found.faults[0]
    states = dict(zip(found.book.compiled.codes, found.book.state[0], strict=True))
    assert {states[code] for code in lost} == {CellState.MISSING}
    assert states["XH.1"] == CellState.SCORED
    assert all(found.components_by_code[code].values == {} for code in lost)


# What cannot be answered


def test_a_level_without_a_criteria_set_is_said(trial: Session, period: PeriodRecord) -> None:
    own = (PeriodCriteriaSet.period_id == period.id, PeriodCriteriaSet.level == "commune")
    trial.execute(delete(PeriodCriteriaSet).where(*own))
    with pytest.raises(LookupError, match=f"Cấp xã: kỳ đánh giá {period.id} chưa chọn bộ chỉ số"):
        provincial_snapshot(trial, period, 12)


def test_a_period_without_the_province_is_said(trial: Session, period: PeriodRecord) -> None:
    ended = dt.date(2024, 6, 30)
    trial.execute(update(Unit).where(Unit.code == "77").values(valid_to=ended))
    trial.execute(delete(Input).where(Input.period_id == period.id, Input.unit_code == "77"))
    with pytest.raises(LookupError, match="không có đơn vị cấp tỉnh mang mã 77"):
        provincial_snapshot(trial, period, 12)
