"""The national result of a year as it is shown, and the office's table: confirmed as shown, or not stored at all."""

import datetime as dt
from collections.abc import Iterator

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import Engine

from assessment.national import (
    ChangedMeanwhileError,
    NationalYear,
    national_calendar,
    national_year,
    place_ranges,
    store_table,
    withdraw_office_results,
)
from assessment.permissions import VISITOR, Identity
from assessment.roles import Role
from data.database import read_session, write_session
from data.national import NationalDifference, difference, national_history, store_national
from data.national_files import NationalTable, read_national
from data.reference.national import OUR_PROVINCE
from data.repositories import data_version
from reports.national import office_template
from scoring.csv_files import FileFaults
from scoring.grid import STEPS_PER_POINT
from scoring.national import BoundOrigin, YearFacts, free_places, place_bounds, score_bounds
from scoring.ranking import competition_rank
from tests.data.databases import Databases, reference_alone

OFFICE = Identity("thuong-truc", Role.DX_OFFICE)
NOW = dt.datetime(2025, 3, 1, tzinfo=dt.UTC)

HEADER = "year,rank,province,dti,source\n"


@pytest.fixture
def fresh(new_database: Databases) -> Iterator[Engine]:
    """A database with the reference tables alone."""
    engine = new_database.opened(reference_alone)
    yield engine
    engine.dispose()


def _table(rows: str) -> NationalTable:
    return read_national((HEADER + rows).encode(), "bang.csv", 2025)


def _difference(engine: Engine, table: NationalTable) -> NationalDifference:
    with read_session(engine) as session:
        return difference(session, table)


def _year(engine: Engine, year: int) -> NationalYear:
    with read_session(engine) as session:
        return national_year(session, year)


def _version(engine: Engine) -> int:
    with read_session(engine) as session:
        return data_version(session)


def test_a_year_as_it_was_published(fresh: Engine) -> None:
    shown = _year(fresh, 2023)
    assert len(shown.rows) == 63
    assert [row.rank for row in shown.rows[:12]] == list(range(1, 13))
    ours = shown.of(OUR_PROVINCE)
    assert (ours.rank, ours.low, ours.high, ours.published, ours.office) == (10, 0.7353, 0.7353, True, False)
    assert "baobariavungtau.com.vn" in ours.source
    assert ours.index_ranks["XH"].rank == 1
    # Rank 34 is above the mean 0.6783, rank 10 is 0.7353: facts.md.
    assert shown.line == (0.6783, 0.7353)
    assert shown.distance == pytest.approx((-0.057, 0.0), abs=1e-12)
    assert (shown.facts.mean, shown.facts.minimum_at_least, shown.facts.units_above_mean) == (0.6783, 0.5, 34)


def test_ranks_that_are_left(fresh: Engine) -> None:
    shown = _year(fresh, 2023)
    # Published: 1 to 12, 21, 25, 38.
    assert place_ranges(shown.free) == ((13, 20), (22, 24), (26, 37), (39, 63))
    unranked = [row for row in shown.rows if row.rank is None]
    assert len(unranked) == len(shown.free) == 48
    assert {(row.best_rank, row.worst_rank, row.basis) for row in unranked} == {(13, 63, BoundOrigin.UNRANKED)}
    # 2022 has all ranks, with two provinces at 15 and none at 16: nothing is left.
    assert _year(fresh, 2022).free == ()


def test_rank_28_of_2022_misses_the_line_by_an_interval(fresh: Engine) -> None:
    shown = _year(fresh, 2022)
    assert shown.line == (0.6077, 0.6383)
    # 0.6077 - 0.5878 and 0.6383 - 0.5878.
    assert shown.distance == pytest.approx((0.0199, 0.0505), abs=1e-12)
    assert shown.rows[0].values.indices == (1.0, 0.9, 0.8253, 0.8487, 0.7578, 0.8575, 0.7836, 0.5197)


def test_years_the_newest_first(fresh: Engine) -> None:
    with read_session(fresh) as session:
        assert national_calendar(session) == (2023, 2022, 2021, 2020)


def test_a_year_without_any_result_is_bounded_only(fresh: Engine) -> None:
    shown = _year(fresh, 2031)
    assert {(row.low, row.high, row.source) for row in shown.rows} == {(0.0, 1.0, "")}
    assert place_ranges(shown.free) == ((1, 63),)


def test_what_the_office_put_in_can_be_taken_back(fresh: Engine) -> None:
    """Thành phố Hồ Chí Minh was published for 2023, Hà Nam was not."""
    before = _year(fresh, 2023)
    table = _table("2023,2,TP. Hồ Chí Minh,0.79,Báo cáo A\n2023,13,Hà Nam,0.72,Báo cáo A\n")
    store_table(fresh, OFFICE, table, _difference(fresh, table), NOW)
    assert withdraw_office_results(fresh, OFFICE, 2023, NOW) == 2
    now = _year(fresh, 2023)
    for code in ("hcm", "hna"):
        assert now.of(code).values == before.of(code).values
        assert not now.of(code).office
    # The published edition of the city, and both editions of the office, stay as history.
    assert len(now.superseded) == len(before.superseded) + 3
    assert withdraw_office_results(fresh, OFFICE, 2023, NOW) == 0
    with pytest.raises(PermissionError):
        withdraw_office_results(fresh, VISITOR, 2023, NOW)


def test_what_was_taken_back_can_be_put_in_again(fresh: Engine) -> None:
    for rank in (13, 14):
        table = _table(f"2023,{rank},Hà Nam,0.72,Báo cáo A\n")
        store_table(fresh, OFFICE, table, _difference(fresh, table), NOW)
        assert _year(fresh, 2023).of("hna").rank == rank
        assert withdraw_office_results(fresh, OFFICE, 2023, NOW) == 1
    own = [s for s in _year(fresh, 2023).superseded if s.name == "Hà Nam"]
    assert [(s.edition, s.values.rank) for s in own] == [(1, 13), (2, 14)]


@pytest.mark.parametrize(
    ("places", "runs"),
    [((), ()), ((11,), ((11, 11),)), ((11, 13, 14), ((11, 11), (13, 14))), ((1, 2, 3), ((1, 3),))],
)
def test_runs_of_places(places: tuple[int, ...], runs: tuple[tuple[int, int], ...]) -> None:
    assert place_ranges(places) == runs


def test_a_confirmed_table_is_stored_and_the_edition_before_it_stays(fresh: Engine) -> None:
    table = _table("2023,2,TP. Hồ Chí Minh,0.79,Báo cáo A\n2023,13,Hà Nam,0.72,Báo cáo A\n2023,10,BR-VT,0.7353,A\n")
    shown = _difference(fresh, table)
    stored = store_table(fresh, OFFICE, table, shown, NOW)
    assert ([r.province for r in stored.added], [c.row.province for c in stored.changed]) == (["hna"], ["hcm"])
    now = _year(fresh, 2023)
    city = now.of("hcm")
    assert (city.low, city.high, city.published, city.office, city.source) == (0.79, 0.79, True, True, "Báo cáo A")
    assert not now.of(OUR_PROVINCE).office
    # Between ranks 2 and 7 the bounds follow the new figure.
    assert (now.of("hue").low, now.of("hue").high) == (0.7411, 0.79)
    (old,) = now.superseded
    assert (old.name, old.edition, old.values.rank, old.values.total, old.office) == (
        "TP. Hồ Chí Minh", 1, 2, None, False,
    )  # fmt: skip


def test_what_changed_after_the_difference_was_shown_is_never_overwritten(fresh: Engine) -> None:
    table = _table("2023,2,TP. Hồ Chí Minh,0.79,Báo cáo A\n2023,13,Hà Nam,0.72,Báo cáo A\n")
    shown = _difference(fresh, table)
    with write_session(fresh) as session:
        store_national(session, _table("2023,2,TP. Hồ Chí Minh,0.78,Báo cáo B\n"))
    before = _version(fresh)
    with pytest.raises(ChangedMeanwhileError, match="chưa lưu gì"):
        store_table(fresh, OFFICE, table, shown, NOW)
    now = _year(fresh, 2023)
    assert (now.of("hcm").low, now.of("hna").rank, _version(fresh)) == (0.78, None, before)


def test_the_same_values_in_a_newer_edition_are_a_change_too(fresh: Engine) -> None:
    table = _table("2023,,Hà Tĩnh,0.70,Báo cáo A\n")
    shown = _difference(fresh, table)
    with write_session(fresh) as session:
        store_national(session, read_national(b"year,province,cq,source\n".replace(b"cq", b"chinh_quyen_so") + "2023,Hà Tĩnh,0.5,Báo cáo B\n".encode(), "b.csv", 2025))  # fmt: skip
    with pytest.raises(ChangedMeanwhileError):
        store_table(fresh, OFFICE, table, shown, NOW)


def test_a_table_that_contradicts_what_was_stored_meanwhile_is_refused_whole(fresh: Engine) -> None:
    table = _table("2023,13,Hà Nam,0.72,Báo cáo A\n2023,14,Hà Giang,0.71,Báo cáo A\n")
    shown = _difference(fresh, table)
    with write_session(fresh) as session:
        store_national(session, _table("2023,13,An Giang,0.73,Báo cáo B\n"))
    with pytest.raises(FileFaults) as refusal:
        store_table(fresh, OFFICE, table, shown, NOW)
    assert (refusal.value.faults[0].row, refusal.value.faults[0].column) == (2, "rank")
    assert _year(fresh, 2023).of("hgi").rank is None


def test_what_is_not_sent_stays(fresh: Engine) -> None:
    table = _table(["2022,,Đà Nẵng,0.8002,Báo cáo A", "2022,1,Đà Nẵng,,A", ""][0] + "\n")
    assert store_table(fresh, OFFICE, table, _difference(fresh, table), NOW).news == ()
    with read_session(fresh) as session:
        assert len(national_history(session, 2022, "dna")) == 1
    assert _year(fresh, 2022).of("dna").values.indices[0] == 1.0


@pytest.mark.parametrize("year", [2020, 2021, 2022, 2023])
def test_the_form_sent_back_as_it_is_changes_nothing(fresh: Engine, year: int) -> None:
    table = read_national(office_template(_year(fresh, year)), "mau.xlsx", 2025)
    found = _difference(fresh, table)
    assert found.news == ()
    assert len(found.unchanged) + len(table.blank) == 63


@st.composite
def _hidden_years(draw: st.DrawFn) -> tuple[np.ndarray, np.ndarray, np.ndarray, YearFacts]:
    """True scores in four decimals, what of ranks and scores is published, and the facts of the year."""
    units = draw(st.integers(2, 12))
    true = np.array(draw(st.lists(st.integers(0, 30), min_size=units, max_size=units)), float)
    true = true * (STEPS_PER_POINT // 40)
    flags = st.lists(st.booleans(), min_size=units, max_size=units)
    ranked, scored = np.array(draw(flags)), np.array(draw(flags))
    ranks = np.where(ranked, competition_rank(true), 0).astype(np.int64)
    scores = np.where(scored, true, np.nan)
    mean = float(np.mean(true)) if draw(st.booleans()) else None
    above = int((true > np.mean(true)).sum()) if mean is not None and draw(st.booleans()) else None
    least = float(true.min()) if draw(st.booleans()) else None
    return true, ranks, scores, YearFacts(units, mean, least, above)


@given(_hidden_years())
def test_the_hidden_true_scores_lie_within_the_bounds(
    case: tuple[np.ndarray, np.ndarray, np.ndarray, YearFacts],
) -> None:
    true, ranks, scores, facts = case
    low, high, _origin = score_bounds(ranks, scores, facts)
    # The published mean is rounded to four decimals: a score may lie half of one across it.
    slack = STEPS_PER_POINT // 20_000
    assert (low <= true + slack).all()
    assert (true <= high + slack).all()
    ordered = np.sort(true)[::-1]
    for place in range(1, len(true) + 1):
        line_low, line_high = place_bounds(ranks, scores, facts, place=place)
        assert line_low - slack <= ordered[place - 1] <= line_high + slack
    assert len(free_places(ranks, scores, facts)) == (ranks == 0).sum()


@given(_hidden_years())
def test_scores_in_rank_order_exist_within_the_bounds(
    case: tuple[np.ndarray, np.ndarray, np.ndarray, YearFacts],
) -> None:
    _true, ranks, scores, facts = case
    low, high, _origin = score_bounds(ranks, scores, facts)
    assert (low <= high).all()
    known = ranks > 0
    order = np.argsort(ranks[known], kind="stable")
    for ends in (low[known][order], high[known][order]):
        assert (np.diff(ends) <= 0).all()
