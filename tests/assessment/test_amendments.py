"""What an amendment changes, worked by hand from the published 66 (747), 57 (750) and 55,56 (748) of 100 points."""

import datetime as dt
from collections.abc import Iterator, Mapping
from dataclasses import replace

import pytest
from sqlalchemy import Engine

from assessment.amendments import UnitAmendment, amended_levels
from assessment.frozen import Results, appraised_results
from assessment.publishing import amend, published_results
from assessment.snapshots import LevelSnapshot
from criteria.model import Band
from data.database import read_session, write_session
from data.models import RulingKind
from data.repositories import RankingListRecord
from scoring.engine import CellState
from tests.assessment.appraising import AMENDING, LATER, OFFICE, STEP, Told, office_period, published_office, rule
from tests.data.databases import Databases

MORE = (RulingKind.CORRECT, {"a": 40.0, "b": 100.0})
"""Of CQ.1: 0,4 of 0,8 are 20 of 40 points."""
LIST = "districts"


@pytest.fixture
def engine(sqlite: Databases) -> Iterator[Engine]:
    """Published results."""
    engine = sqlite.opened(published_office)
    yield engine
    engine.dispose()


def results_after(engine: Engine, rulings: Mapping[tuple[str, str], Told]) -> tuple[Results, Results]:
    """What was published, and what would be after some more rulings, by unit and criterion."""
    with write_session(engine) as session:
        for (unit, criterion), told in rulings.items():
            rule(session, unit, criterion, told, now=LATER)
    with read_session(engine) as session:
        period = office_period(session)
        return published_results(session, period), appraised_results(session, period, 12)


def districts_after(engine: Engine, rulings: Mapping[tuple[str, str], Told]) -> tuple[UnitAmendment, ...]:
    """The districts that differ; nothing else does."""
    [level] = amended_levels(*results_after(engine, rulings))
    assert (level.level, level.sets, level.renamed) == ("district", None, ())
    assert [own.code for own in level.lists] == [LIST]
    return level.units


def told(change: UnitAmendment) -> tuple[object, ...]:
    """The unit with its total, rank and band before and after."""
    places = [(p.total, p.ranks[LIST], p.band) if p else None for p in (change.before, change.after)]
    return (change.unit.code, *places)


def points(change: UnitAmendment) -> list[tuple[object, ...]]:
    """The criteria that differ, with their points before and after."""
    marks = [(c.code, c.before, c.after) for c in change.criteria]
    return [(code, before and before.points, after and after.points) for code, before, after in marks]


def with_districts(results: Results, districts: LevelSnapshot) -> Results:
    """The results with other districts."""
    return replace(results, levels={**results.levels, "district": districts})


def banded(snapshot: LevelSnapshot) -> LevelSnapshot:
    """The level by a set with two bands."""
    bands = tuple(Band.model_validate({"name": name, "from": reached}) for name, reached in (("Tốt", 70), ("Khá", 0)))
    book = snapshot.book
    with_bands = book.criteria_set.model_copy(update={"bands": bands})
    return replace(snapshot, book=replace(book, compiled=replace(book.compiled, criteria_set=with_bands)))


# Totals, ranks and points


def test_nothing_differs_between_what_was_published_and_what_is_still_appraised_alike(engine: Engine) -> None:
    assert amended_levels(*results_after(engine, {})) == ()


def test_a_criterion_that_gives_more_moves_the_total_of_its_unit_alone(engine: Engine) -> None:
    [change] = districts_after(engine, {("747", "CQ.1"): MORE})
    assert told(change) == ("747", (66 * STEP, 1, ""), (71 * STEP, 1, ""))
    assert points(change) == [("CQ.1", 15 * STEP, 20 * STEP)]


def test_who_is_overtaken_differs_by_rank_alone(engine: Engine) -> None:
    # Bà Rịa gets 20 of TC.1: 70 of the 90 points that apply are 77,78, above Vũng Tàu's 66 and Châu Đức's 57.
    changes = districts_after(engine, {("748", "TC.1"): (RulingKind.CORRECT, {"value": "yes"})})
    assert [told(change) for change in changes] == [
        ("748", (55_555_555_556, 3, ""), (77_777_777_778, 1, "")),
        ("747", (66 * STEP, 1, ""), (66 * STEP, 2, "")),
        ("750", (57 * STEP, 2, ""), (57 * STEP, 3, "")),
    ]
    assert [points(change) for change in changes] == [[("TC.1", 0, 20 * STEP)], [], []]


def test_points_that_differ_in_the_last_step_of_the_grid_differ(engine: Engine) -> None:
    # One step more is 0,000 000 001 point.
    before, after = results_after(engine, {})
    districts = after.levels["district"]
    points_now = districts.book.points.copy()
    points_now[districts.row_of["747"], districts.book.compiled.index_of["CQ.1"]] += 1
    changed = with_districts(after, replace(districts, book=replace(districts.book, points=points_now)))
    [level] = amended_levels(before, changed)
    [change] = level.units
    assert told(change) == ("747", (66 * STEP, 1, ""), (66 * STEP + 1, 1, ""))
    assert points(change) == [("CQ.1", 15 * STEP, 15 * STEP + 1)]


def test_what_no_longer_applies_leaves_the_maximum(engine: Engine) -> None:
    # Without the 10 points of TC.3, of which Vũng Tàu had 5: 61 of 90 are 67,78.
    [change] = districts_after(engine, {("747", "TC.3"): (RulingKind.NOT_APPLICABLE, {})})
    assert told(change) == ("747", (66 * STEP, 1, ""), (67_777_777_778, 1, ""))
    [criterion] = change.criteria
    assert criterion.before is not None
    assert criterion.after is not None
    assert (criterion.before.state, criterion.before.points) == (CellState.SCORED, 5 * STEP)
    assert (criterion.after.state, criterion.after.points) == (CellState.NOT_APPLICABLE, 0)
    assert criterion.moved


def test_a_band_that_is_reached_is_told(engine: Engine) -> None:
    # "Tốt" from 70 points: 66 are not, 71 are.
    both = results_after(engine, {("747", "CQ.1"): MORE})
    before, after = (with_districts(own, banded(own.levels["district"])) for own in both)
    [level] = amended_levels(before, after)
    assert [told(change) for change in level.units] == [("747", (66 * STEP, 1, "Khá"), (71 * STEP, 1, "Tốt"))]


def test_points_that_balance_each_other_are_told_though_the_total_stands(engine: Engine) -> None:
    # CQ.1 from 15 to 20 by 40 of 100, CQ.2 from 16 to 11 by 55 of 100.
    fewer = (RulingKind.CORRECT, {"a": 55.0, "b": 100.0})
    [change] = districts_after(engine, {("747", "CQ.1"): MORE, ("747", "CQ.2"): fewer})
    assert told(change) == ("747", (66 * STEP, 1, ""), (66 * STEP, 1, ""))
    assert points(change) == [("CQ.1", 15 * STEP, 20 * STEP), ("CQ.2", 16 * STEP, 11 * STEP)]


def test_inputs_that_change_no_points_are_named(engine: Engine) -> None:
    # 60 of 200 are 30 of 100.
    [change] = districts_after(engine, {("747", "CQ.1"): (RulingKind.CORRECT, {"a": 60.0, "b": 200.0})})
    assert told(change) == ("747", (66 * STEP, 1, ""), (66 * STEP, 1, ""))
    [criterion] = change.criteria
    assert not criterion.moved
    assert criterion.before is not None
    assert criterion.after is not None
    assert (criterion.before.given, criterion.after.given) == ({"a": 30.0, "b": 100.0}, {"a": 60.0, "b": 200.0})


def test_another_reason_why_something_does_not_apply_is_named(engine: Engine) -> None:
    before, after = results_after(engine, {})
    districts = after.levels["district"]
    waiver = replace(districts.waivers["748", "TC.2"], reason="Theo quy định mới")
    changed = replace(districts, waivers={**districts.waivers, ("748", "TC.2"): waiver})
    [level] = amended_levels(before, with_districts(after, changed))
    [change] = level.units
    [criterion] = change.criteria
    assert (change.unit.code, criterion.code, criterion.moved) == ("748", "TC.2", False)
    assert criterion.after is not None
    assert criterion.after.reason == "Theo quy định mới"


def test_who_comes_to_have_a_place_had_no_total_before(engine: Engine) -> None:
    # Đất Đỏ never sent a report. 100 of 100 dossiers are the 20 points of CQ.2, and nothing else is ruled on.
    changes = districts_after(engine, {("753", "CQ.2"): (RulingKind.CORRECT, {"a": 100.0, "b": 100.0})})
    assert [told(change) for change in changes] == [("753", (None, None, ""), (20 * STEP, 4, ""))]
    [criterion] = changes[0].criteria
    assert criterion.before is not None
    assert criterion.after is not None
    assert (criterion.before.state, criterion.after.state) == (CellState.MISSING, CellState.SCORED)


def test_the_province_comes_last_and_has_no_list(engine: Engine) -> None:
    # 5 of the 20 points that its set gives are 25 of 100.
    before, after = results_after(engine, {("747", "CQ.1"): MORE})
    book = after.province.book
    points_now = book.points.copy()
    points_now[0, book.compiled.index_of["KT.1"]] = 5 * STEP
    province = replace(after.province, book=replace(book, points=points_now))
    districts, level = amended_levels(before, replace(after, province=province))
    assert (districts.level, level.level, level.lists) == ("district", "province", ())
    [change] = level.units
    assert change.after is not None
    assert (change.unit.code, change.after.total, change.after.ranks) == ("77", 25 * STEP, {})
    assert points(change) == [("KT.1", 0, 5 * STEP)]


# Units, lists, sets


def without(snapshot: LevelSnapshot, code: str) -> LevelSnapshot:
    """The level without its last unit, which must be this one."""
    assert snapshot.units[-1].code == code
    inputs, book = snapshot.inputs, snapshot.book
    kept = replace(
        inputs, units=inputs.units[:-1], values=inputs.values[:-1], given=inputs.given[:-1],
        not_applicable=inputs.not_applicable[:-1],
    )  # fmt: skip
    lists = tuple(replace(own, members=tuple(m for m in own.members if m != code)) for own in snapshot.lists)
    scored = replace(
        book, units=book.units[:-1], fraction=book.fraction[:-1], state=book.state[:-1], points=book.points[:-1],
        maxima=book.maxima[:-1], low=book.low[:-1], high=book.high[:-1],
    )  # fmt: skip
    return replace(snapshot, units=snapshot.units[:-1], lists=lists, inputs=kept, book=scored)


def test_units_enter_and_leave(engine: Engine) -> None:
    before, after = results_after(engine, {})
    last = after.levels["district"].units[-1].code
    fewer = with_districts(after, without(after.levels["district"], last))
    [left], [entered] = (level.units for [level] in (amended_levels(before, fewer), amended_levels(fewer, before)))
    assert told(left) == (last, (None, None, ""), None)
    assert told(entered) == (last, None, (None, None, ""))
    assert left.criteria == entered.criteria == ()


def test_a_unit_that_is_the_next_of_its_code_is_another_one(engine: Engine) -> None:
    before, after = results_after(engine, {})
    districts = after.levels["district"]
    row = districts.row_of["747"]
    anew = replace(districts.units[row], valid_from=dt.date(2024, 7, 1))
    units = (*districts.units[:row], anew, *districts.units[row + 1 :])
    [level] = amended_levels(before, with_districts(after, replace(districts, units=units)))
    assert [told(change) for change in level.units] == [
        ("747", None, (66 * STEP, 1, "")),
        ("747", (66 * STEP, 1, ""), None),
    ]


def test_lists_that_are_called_otherwise_and_lists_that_a_unit_no_longer_stands_in_are_told(engine: Engine) -> None:
    before, after = results_after(engine, {})
    districts = after.levels["district"]
    [whole] = districts.lists
    renamed = replace(whole, name_vi="Khối cấp huyện")
    towns = RankingListRecord("towns", "district", "Thành phố", None, ("747", "748"))
    [level] = amended_levels(before, with_districts(after, replace(districts, lists=(renamed, towns))))
    assert level.renamed == ((whole, renamed),)
    assert [own.name_vi for own in level.lists] == ["Khối cấp huyện", "Thành phố"]
    ranks = {change.unit.code: (change.before and change.before.ranks, change.after and change.after.ranks)
             for change in level.units}  # fmt: skip
    assert ranks == {
        "747": ({LIST: 1}, {LIST: 1, "towns": 1}),
        "748": ({LIST: 3}, {LIST: 3, "towns": 2}),
    }


def test_another_version_of_the_set_is_told_though_no_points_differ(engine: Engine) -> None:
    before, after = results_after(engine, {})
    districts = after.levels["district"]
    book = districts.book
    newer = book.criteria_set.model_copy(update={"version": "1.1"})
    other = replace(districts, book=replace(book, compiled=replace(book.compiled, criteria_set=newer)))
    [level] = amended_levels(before, with_districts(after, other))
    assert level.sets is not None
    assert [own.version for own in level.sets] == ["1.0", "1.1"]
    assert level.units == ()


def test_the_edition_that_an_amendment_publishes_differs_as_its_preview_did(engine: Engine) -> None:
    foreseen = districts_after(engine, {("747", "CQ.1"): MORE})
    with write_session(engine) as session:
        amend(session, OFFICE, office_period(session).id, AMENDING, "Số liệu đúng", LATER)
    with read_session(engine) as session:
        period = office_period(session)
        first, second = (published_results(session, period, number) for number in (1, 2))
    [level] = amended_levels(first, second)
    assert level.units == foreseen
    [back] = amended_levels(second, first)
    assert [(change.before, change.after) for change in back.units] == [(c.after, c.before) for c in foreseen]
