"""The forecast of what appraisal leaves, on a real database: what it rests on, and what it never rests on."""

from collections.abc import Callable, Iterator

import pytest
from sqlalchemy import Engine, update
from sqlalchemy.orm import Session

from assessment.cut_forecasts import LevelForecast, UnitForecast, earlier_periods, level_forecast, same_criteria
from assessment.permissions import Identity
from assessment.roles import Role
from criteria.loader import read_text
from criteria.model import CriteriaSet
from data.database import read_session, write_session
from data.models import Evidence, EvidenceUse, Period, PeriodOrigin, PeriodState, Submission
from scoring.cut_forecast import Basis
from tests.assessment.appraising import NOON, OFFICE, SINCE
from tests.assessment.forecasting import (
    EARLIER,
    HALF,
    NOTHING,
    PRESENT,
    PROVED,
    WAIVED,
    WHOLE,
    YES,
    appraise,
    close_as_trial,
    enter,
    first_office,
    pass_council,
    period_of,
    second_office,
    snapshot_of,
    two_years_office,
)
from tests.assessment.reporting import SET
from tests.data.databases import Databases, reference_alone


@pytest.fixture
def second(new_database: Databases) -> Iterator[Engine]:
    engine = new_database.opened(second_office)
    yield engine
    engine.dispose()


@pytest.fixture
def first(new_database: Databases) -> Iterator[Engine]:
    engine = new_database.opened(first_office)
    yield engine
    engine.dispose()


@pytest.fixture
def empty(new_database: Databases) -> Iterator[Engine]:
    engine = new_database.opened(reference_alone)
    yield engine
    engine.dispose()


@pytest.fixture
def tested(new_database: Databases) -> Iterator[Engine]:
    engine = new_database.opened(two_years_office)
    yield engine
    engine.dispose()


def forecast(engine: Engine, year: int = 2024, month: int = 12) -> LevelForecast:
    with read_session(engine) as session:
        return level_forecast(session, OFFICE, snapshot_of(session, year, month))


def of(found: LevelForecast, unit: str) -> UnitForecast:
    return next(u for u in found.units if u.unit.code == unit)


def totals(unit: UnitForecast) -> list[float | None]:
    """Self total, forecast, forecast without the absent evidence, ends of the interval."""
    told = (unit.self_total, unit.total, unit.without_evidence, unit.low, unit.high)
    return [None if value is None else round(value, 4) for value in told]


def criteria(unit: UnitForecast) -> list[tuple[str, float, float | None, Basis, int]]:
    return [(c.criterion.code, c.claimed, c.forecast and round(c.forecast, 4), c.basis, c.pairs) for c in unit.criteria]


# What is told


def test_what_was_cut_before_is_what_is_expected_to_be_cut_now(second: Engine) -> None:
    # Vũng Tàu itself: CQ.1 (0,5 + 4 x 25/36) / 5 = 0,655556 of 40, TC.1 (0 + 4 x 5/9) / 5 = 4/9 of 20.
    found = forecast(second)
    own = of(found, "747")
    assert totals(own) == [60, 35.1111, 35.1111, 0, 60]
    assert criteria(own) == [("CQ.1", 40, 26.2222, Basis.OWN, 1), ("TC.1", 20, 8.8889, Basis.OWN, 1)]
    assert [round(c.loss or 0, 4) for c in own.criteria] == [13.7778, 11.1111]
    # Bà Rịa kept all: CQ.1 (1 + 25/9) / 5 of 40 and TC.1 (1 + 20/9) / 5 of 20.
    assert totals(of(found, "748"))[:2] == [60, 43.1111]


def test_a_unit_without_a_past_is_forecast_from_that_of_the_others(second: Engine) -> None:
    # 25/36 of 40; nobody ever claimed CQ.2, so 2/3 of its 10 points, as in its main index.
    own = of(forecast(second), "750")
    assert totals(own)[:2] == [50, 34.4444]
    assert criteria(own) == [("CQ.1", 40, 27.7778, Basis.CRITERION, 2), ("CQ.2", 10, 6.6667, Basis.GROUP, 2)]
    assert (own.dossiers, of(forecast(second), "747").dossiers) == (0, 1)
    assert dict(own.bases) == {Basis.CRITERION: 1, Basis.GROUP: 1}


def test_the_forecast_names_the_periods_that_it_rests_on(second: Engine) -> None:
    found = forecast(second)
    (source,) = found.sources
    assert (source.period.year, source.passed, source.dossiers, source.pairs) == (2023, True, 2, 4)
    assert (found.dossiers, found.bounds_only, found.over) == (2, True, False)
    assert found.test.periods == ()


def test_units_are_ranked_by_their_self_score_and_who_reported_nothing_has_no_forecast(second: Engine) -> None:
    found = forecast(second)
    assert [(u.rank, u.unit.code) for u in found.units] == [(1, "748"), (1, "747"), (3, "750")]
    assert len(found.without_figures) == 5
    assert found.listed("districts") == found


def test_without_any_earlier_appraisal_there_are_only_bounds(first: Engine) -> None:
    found = forecast(first)
    assert (found.sources, found.dossiers, found.bounds_only) == ((), 0, True)
    own = of(found, "747")
    assert totals(own) == [60, None, None, 0, 60]
    assert criteria(own) == [("CQ.1", 40, None, Basis.NONE, 0), ("TC.1", 20, None, Basis.NONE, 0)]


def test_who_may_read_appraised_points_may_read_the_forecast_and_nobody_else(second: Engine) -> None:
    with read_session(second) as session:
        snapshot = snapshot_of(session)
        for role in Role:
            who = Identity("ai-do", role)
            if role in (Role.DX_OFFICE, Role.APPRAISER, Role.PROVINCE_LEADER):
                assert level_forecast(session, who, snapshot).units
            else:
                with pytest.raises(PermissionError):
                    level_forecast(session, who, snapshot)


# What it rests on


def test_in_the_first_period_units_that_know_their_results_tell_of_those_that_wait(first: Engine) -> None:
    # One pair: half of CQ.1. All, CQ, CQ.1 and TC: 0,5.
    with write_session(first) as session:
        appraise(session, 2024, "747", {"CQ.1": HALF, "TC.2": NOTHING})
    found = forecast(first)
    assert [u.unit.code for u in found.units] == ["748", "750"]
    assert totals(of(found, "748"))[:2] == [60, 30]
    (known,) = found.appraised
    # CQ.2, TC.1 and TC.3 are not ruled on.
    assert (known.unit.code, known.self_total, known.appraised_total, known.complete) == ("747", 60, 20, False)
    (source,) = found.sources
    assert (source.period.year, source.passed, source.dossiers, source.pairs) == (2024, False, 1, 1)


def test_rulings_that_a_unit_does_not_know_yet_tell_nothing(first: Engine) -> None:
    with write_session(first) as session:
        appraise(session, 2024, "747", {"CQ.1": HALF})
        session.execute(update(Submission).values(state=PeriodState.APPRAISAL.value))
    found = forecast(first)
    assert (found.sources, found.appraised) == ((), ())
    assert of(found, "747").total is None


@pytest.mark.parametrize("end", [pass_council, close_as_trial])
def test_once_appraisal_has_come_to_its_end_nothing_is_forecast(
    second: Engine, end: Callable[[Session, int], None]
) -> None:
    with write_session(second) as session:
        appraise(session, 2024, "747", {"CQ.1": HALF})
        end(session, 2024)
    found = forecast(second)
    assert (found.over, found.units) == (True, ())
    assert [a.unit.code for a in found.appraised] == ["747"]


@pytest.mark.parametrize(
    ("earlier", "present", "sources"),
    [
        (PeriodOrigin.DEMONSTRATION, PeriodOrigin.OFFICE, 0),
        (PeriodOrigin.OFFICE, PeriodOrigin.DEMONSTRATION, 0),
        (PeriodOrigin.DEMONSTRATION, PeriodOrigin.DEMONSTRATION, 1),
    ],
)
def test_invented_periods_feed_invented_ones_alone_and_the_office_s_its_own(
    second: Engine, earlier: PeriodOrigin, present: PeriodOrigin, sources: int
) -> None:
    with write_session(second) as session:
        for year, origin in ((2023, earlier), (2024, present)):
            session.get_one(Period, period_of(session, year).id).origin = origin.value
    found = forecast(second)
    assert len(found.sources) == sources
    assert (of(found, "747").total is None) is (sources == 0)


def test_a_later_period_tells_nothing_of_an_earlier_one(second: Engine) -> None:
    with read_session(second) as session:
        years = [[p.year for p in earlier_periods(session, period_of(session, year))] for year in (2023, 2024)]
    assert years == [[2023], [2023, 2024]]


def test_what_appraisal_waived_is_no_gap(first: Engine) -> None:
    with write_session(first) as session:
        appraise(session, 2024, "747", {"CQ.1": WHOLE, "TC.1": WAIVED})
    (source,) = forecast(first).sources
    assert source.pairs == 1


def test_what_was_not_claimed_is_no_gap(second: Engine) -> None:
    # Appraisal gives Bà Rịa CQ.2 that it never claimed.
    with write_session(second) as session:
        appraise(session, 2023, "748", {"CQ.2": HALF})
    (source,) = forecast(second).sources
    assert source.pairs == 4


# Other versions of the set


def changed(old: str, new: str) -> str:
    text = SET.replace(old, new)
    assert text != SET
    return text.replace('version: "1.0"', 'version: "2.0"')


def read(text: str) -> CriteriaSet:
    found = read_text(text, "bo.yaml").criteria_set
    assert found is not None
    return found


@pytest.mark.parametrize(
    ("old", "new", "lost"),
    [
        ("full_at: 0.8", "full_at: 0.9", {"CQ.1"}),
        ("name: Có kế hoạch", "name: Có chiến lược", {"TC.1"}),
        ("code: TC.2", "code: TC.9", {"TC.9"}),
        ("unit: hồ sơ, explain", "unit: lượt, explain", {"CQ.1"}),
        ("name: Hồ sơ trực tuyến, max_points: 40", "name: Hồ sơ trực tuyến, max_points: 50", set()),
    ],
    ids=["another rule", "another name", "another code", "another unit of measure", "another maximum"],
)
def test_criteria_are_the_same_when_code_meaning_and_rule_are(old: str, new: str, lost: set[str]) -> None:
    later = read(changed(old, new))
    assert set(later.by_code) - same_criteria(read(SET), later) == lost


def test_gaps_on_criteria_without_counterpart_are_left_out_and_counted(empty: Engine) -> None:
    enter(empty, 2023, EARLIER)
    with write_session(empty) as session:
        appraise(session, 2023, "747", {"CQ.1": NOTHING, "TC.1": YES})
        appraise(session, 2023, "748", {"CQ.1": NOTHING})
        pass_council(session, 2023)
    enter(empty, 2024, PRESENT, changed("full_at: 0.8", "full_at: 0.9"))
    found = forecast(empty)
    (source,) = found.sources
    assert (source.dossiers, source.pairs, source.left_out, source.codes) == (1, 1, 2, ("CQ.1",))
    # What is left says that all was kept: CQ.1 keeps its 40 x 8/9.
    own = of(found, "748")
    assert own.total == own.self_total == pytest.approx(55.555555556)


def test_a_period_of_which_nothing_can_be_used_is_no_source_of_a_forecast(empty: Engine) -> None:
    enter(empty, 2023, EARLIER)
    with write_session(empty) as session:
        appraise(session, 2023, "747", {"CQ.1": HALF})
        pass_council(session, 2023)
    enter(empty, 2024, PRESENT, changed("full_at: 0.8", "full_at: 0.9"))
    found = forecast(empty)
    assert ([s.left_out for s in found.sources], found.used, found.dossiers) == ([1], (), 0)
    assert of(found, "747").total is None


RELATIVE = SET.replace("rule: {type: yes_no}", "rule: {type: best_relative}")


def test_points_that_hang_on_others_count_once_their_period_is_through(empty: Engine) -> None:
    # The best has all 20 points of TC.1; before everybody is ruled on nobody knows who that is.
    enter(empty, 2024, b"unit,criterion,input,value\n747,TC.1,value,5\n748,TC.1,value,10\n", RELATIVE)
    told = {"TC.1": (WHOLE[0], {"value": 5.0})}
    with write_session(empty) as session:
        appraise(session, 2024, "747", told)
    assert forecast(empty).sources[0].pairs == 0
    with write_session(empty) as session:
        pass_council(session, 2024)
    assert forecast(empty).sources[0].pairs == 1


# Units through time


def test_a_unit_that_was_merged_begins_without_a_past(empty: Engine) -> None:
    # On 1 January 2025 Long Điền and Đất Đỏ became Long Đất, which took over the code 753.
    enter(empty, 2024, b"unit,criterion,input,value\n747,TC.1,value,yes\n753,TC.1,value,yes\n")
    with write_session(empty) as session:
        for unit in ("747", "753"):
            appraise(session, 2024, unit, {"TC.1": NOTHING})
        pass_council(session, 2024)
    enter(empty, 2025, b"unit,criterion,input,value\n747,TC.1,value,yes\n753,TC.1,value,yes\n", month=3)
    found = forecast(empty, 2025, 3)
    assert [(of(found, code).dossiers, of(found, code).criteria[0].basis) for code in ("747", "753")] == [
        (1, Basis.OWN),
        (0, Basis.CRITERION),
    ]


# Missing evidence


def test_required_evidence_that_is_absent_makes_the_lower_case(empty: Engine) -> None:
    enter(empty, 2023, EARLIER, PROVED)
    with write_session(empty) as session:
        appraise(session, 2023, "747", {"CQ.1": WHOLE, "TC.1": YES})
        pass_council(session, 2023)
    enter(empty, 2024, PRESENT, PROVED)
    own = of(forecast(empty), "748")
    # Everything was kept; without the document the 40 points of CQ.1 go.
    assert totals(own) == [60, 60, 20, 0, 60]
    assert [c.criterion.code for c in own.unproved] == ["CQ.1"]
    prove(empty, "748", "CQ.1")
    own = of(forecast(empty), "748")
    assert (totals(own)[2], own.unproved) == (60, ())
    with write_session(empty) as session:
        session.execute(update(Evidence).values(removed_at=NOON, removal_reason="Nhầm tài liệu"))
    assert [c.criterion.code for c in of(forecast(empty), "748").unproved] == ["CQ.1"]


def prove(engine: Engine, unit: str, criterion: str) -> None:
    """A document that proves a criterion of a district in 2024."""
    with write_session(engine) as session:
        document = Evidence(
            unit_code=unit, unit_valid_from=SINCE, number="1/BC", issued_on=NOON.date(), issuer="UBND", abstract="",
            link="https://so.gov.vn/1", security=False, out_of_force=False, created_at=NOON,
        )  # fmt: skip
        session.add(document)
        session.flush()
        place = {"period_id": period_of(session, 2024).id, "unit_code": unit, "unit_valid_from": SINCE}
        session.add(
            EvidenceUse(
                evidence_id=document.id, **place, criterion=criterion, group_code="CQ", page="", attached_at=NOON
            )
        )


def test_evidence_is_wanted_only_of_what_has_points_to_lose(empty: Engine) -> None:
    enter(empty, 2024, b"unit,criterion,input,value\n747,CQ.1,a,0\n747,CQ.1,b,100\n747,TC.1,value,yes\n", PROVED)
    assert of(forecast(empty), "747").unproved == ()


# Enough dossiers


def test_from_nine_dossiers_on_there_is_an_interval(tested: Engine) -> None:
    found = forecast(tested)
    assert (found.dossiers, found.bounds_only) == (16, False)
    assert [round(of(found, code).total or 0, 4) for code in ("748", "752", "755")] == [13.3333, 10, 6.6667]
    for unit in found.units:
        assert unit.total is not None
        assert unit.without_evidence is not None
        assert 0 <= unit.low <= unit.without_evidence <= unit.total <= unit.high <= unit.self_total


def test_a_claim_that_nothing_near_tells_of_rests_on_all_others(tested: Engine) -> None:
    # Nobody ever claimed a criterion of CQ: half of the 40 points of CQ.1, and none of them without its document.
    own = of(forecast(tested), "747")
    assert totals(own)[:3] == [60, 33.3333, 13.3333]
    assert criteria(own) == [("CQ.1", 40, 20, Basis.ALL, 16), ("TC.1", 20, 13.3333, Basis.OWN, 2)]


def test_each_earlier_period_is_forecast_from_the_other_and_held_against_what_came(tested: Engine) -> None:
    # 2022 from 2023 alone, where 3 of 8 kept it: TC.1 too, who kept (1 + 1,5) / 5 = 0,5 and who did not 0,3 of 20 points.
    # Three kept (off by 10), two kept after all (14), three did not (6): 76 / 8. As claimed: three of eight lose 20.
    # 2023 from 2022, where 5 of 8 kept it: 0,7 or 0,5. Three kept (6), two did not (14), three did not (10): 76 / 8.
    test = forecast(tested).test
    assert [(t.pairs, t.error, t.naive_error) for t in test.periods] == [(8, 9.5, 7.5), (8, 9.5, 12.5)]
    assert [t.covered for t in test.periods] == [None, None]
    assert (test.total_error, test.naive_total_error) == (9.5, 10)
