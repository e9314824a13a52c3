"""National results in the database: what is published, what a table of the office changes, and the history."""

from collections.abc import Iterator

import numpy as np
import pytest
from sqlalchemy import Engine, func, select
from sqlalchemy.exc import IntegrityError

from data.database import read_session, write_session
from data.models import NationalResult
from data.national import (
    difference,
    index_ranks,
    national_arrays,
    national_history,
    national_results,
    national_years,
    read_difference,
    store_national,
)
from data.national_files import NationalTable, read_national
from scoring.csv_files import FileFaults
from scoring.grid import on_grid
from scoring.national import contradicts_total, place_bounds, score_bounds
from tests.data.databases import Databases, reference_alone

HEADER = "year,rank,province,dti,source\n"


def _table(rows: str, header: str = HEADER) -> NationalTable:
    return read_national((header + rows).encode(), "bang.csv", 2025)


@pytest.fixture
def fresh(new_database: Databases) -> Iterator[Engine]:
    """A database with the reference tables alone."""
    engine = new_database.opened(reference_alone)
    yield engine
    engine.dispose()


def _store(engine: Engine, table: NationalTable) -> None:
    with write_session(engine) as session:
        store_national(session, table)


def _rows(engine: Engine) -> int:
    with read_session(engine) as session:
        return session.scalar(select(func.count()).select_from(NationalResult)) or 0


@pytest.mark.parametrize(
    ("year", "low", "high"),
    [(2020, 0.3026, 0.3504), (2021, 0.4626, 0.4880), (2022, 0.6077, 0.6383), (2023, 0.6783, 0.7353)],
)
def test_published_years_bound_rank_15(engine: Engine, year: int, low: float, high: float) -> None:
    with read_session(engine) as session:
        arrays = national_arrays(session, year)
    found = place_bounds(arrays.ranks, arrays.scores, arrays.facts, arrays.names)
    assert found == (on_grid(low), on_grid(high))


def test_arrays_of_a_year(engine: Engine) -> None:
    with read_session(engine) as session:
        arrays = national_arrays(session, 2022)
        unknown = national_arrays(session, 2031)
    ours = arrays.row_of("brvt")
    assert (arrays.names[ours], arrays.ranks[ours], arrays.scores[ours]) == ("Bà Rịa - Vũng Tàu", 28, 587_800_000)
    assert np.isnan(arrays.indices[ours]).all()
    assert arrays.indices.shape == (63, 8)
    assert sorted(arrays.ranks)[13:17] == [14, 15, 15, 17]
    assert (~np.isnan(arrays.indices)).all(axis=1).sum() == 5
    assert not contradicts_total(arrays.indices, arrays.scores).any()
    assert (arrays.facts.units, arrays.facts.mean) == (63, 579_100_000)
    assert (unknown.ranks == 0).all()
    assert score_bounds(unknown.ranks, unknown.scores, unknown.facts).high.max() == on_grid(1)


def test_years_and_results_say_what_is_known(engine: Engine) -> None:
    with read_session(engine) as session:
        years = {record.year: record for record in national_years(session)}
        results = national_results(session, 2023)
        ranks = index_ranks(session, 2022)
    assert list(years) == [2020, 2021, 2022, 2023]
    assert (years[2023].minimum_at_least, years[2023].units_above_mean) == (500_000_000, 34)
    assert (years[2022].minimum_at_least, years[2022].units_above_mean) == (None, None)
    assert [record.rank for record in results][:3] == [1, 2, 3]
    ours = next(record for record in results if record.province == "brvt")
    assert (ours.rank, ours.total, ours.origin, ours.edition) == (10, 735_300_000, "published", 1)
    assert "baobariavungtau.com.vn" in ours.source
    assert ours.indices == dict.fromkeys(("NT", "TC", "HT", "NL", "AT", "CQ", "KT", "XH"))
    assert ("brvt", "HT", 3) in {(record.province, record.index_code, record.rank) for record in ranks}


def test_results_without_a_rank_stand_last(fresh: Engine) -> None:
    _store(fresh, _table("2023,,Cà Mau,0.6,Nguồn A\n2023,,An Giang,0.61,Nguồn A\n"))
    with read_session(fresh) as session:
        names = [record.name_vi for record in national_results(session, 2023)]
    assert names[-3:] == ["Tuyên Quang", "An Giang", "Cà Mau"]


def test_difference_tells_what_storing_would_do(fresh: Engine) -> None:
    table = _table(
        "2023,2,TP. Hồ Chí Minh,0.79,Nguồn A\n2023,10,BR-VT,0.7353,Nguồn A\n2023,13,Hà Nam,0.72,Nguồn A\n"
        "2023,,Cà Mau,,Nguồn A\n"
    )
    with read_session(fresh) as session:
        found = difference(session, table)
    assert [row.province for row in found.added] == ["hna"]
    (change,) = found.changed
    assert (change.row.province, change.fields) == ("hcm", {"total": (None, 790_000_000)})
    assert [row.province for row in found.unchanged] == ["brvt"]
    assert table.blank == (5,)
    assert _rows(fresh) == 129


def test_storing_makes_editions_and_loses_nothing(fresh: Engine) -> None:
    table = _table("2023,2,TP. Hồ Chí Minh,0.79,Nguồn A\n2023,10,BR-VT,0.7353,Nguồn A\n2023,13,Hà Nam,0.72,Nguồn A\n")
    _store(fresh, table)
    assert _rows(fresh) == 131
    with read_session(fresh) as session:
        before, now = national_history(session, 2023, "hcm")
        (ours,) = national_history(session, 2023, "brvt")
        (added,) = national_history(session, 2023, "hna")
    assert (before.rank, before.total, before.origin, before.edition) == (2, None, "published", 1)
    assert before.superseded_at is not None
    assert (now.rank, now.total, now.origin, now.edition, now.superseded_at) == (2, 790_000_000, "office", 2, None)
    assert now.source == "Nguồn A"
    assert ours.origin == "published"
    assert (added.rank, added.source) == (13, "Nguồn A")
    _store(fresh, table)
    assert _rows(fresh) == 131
    _store(fresh, _table("2023,,TP.HCM,0.791,Nguồn B\n"))
    with read_session(fresh) as session:
        history = national_history(session, 2023, "hcm")
        current = {record.province: record for record in national_results(session, 2023)}
    assert [(record.edition, record.total) for record in history] == [(1, None), (2, 790_000_000), (3, 791_000_000)]
    # The rank was not sent and stays, with its source.
    assert (current["hcm"].rank, current["hcm"].edition) == (2, 3)
    assert current["hcm"].source == "Nguồn B; Nguồn A"


def test_what_is_not_sent_stays(fresh: Engine) -> None:
    with read_session(fresh) as session:
        (before,) = national_history(session, 2022, "nth")
    _store(fresh, _table("2022,Ninh Thuận,0.7,Nguồn A\n", "year,province,ha_tang_so,source\n"))
    with read_session(fresh) as session:
        now = national_history(session, 2022, "nth")[-1]
    assert (now.rank, now.total, now.pillars) == (before.rank, before.total, before.pillars)
    assert now.pillars["CQS"] == 678_700_000
    assert now.indices["HT"] == 700_000_000


def test_pillars_go_when_a_score_they_belong_to_is_corrected(fresh: Engine) -> None:
    _store(fresh, _table("2022,27,Ninh Thuận,0.5935,Nguồn A\n"))
    with read_session(fresh) as session:
        before, now = national_history(session, 2022, "nth")
    assert before.pillars["CQS"] == 678_700_000
    assert set(now.pillars.values()) == {None}


@pytest.mark.parametrize(
    ("rows", "line", "words"),
    [
        (
            "2023,11,Hà Nam,0.7,Nguồn A\n",
            2,
            "Hà Nam, Thanh Hóa cùng hạng 11.*Quảng Ninh xếp hạng 12",
        ),
        ("2023,13,Hà Nam,0.74,Nguồn A\n", 2, "Bà Rịa - Vũng Tàu xếp hạng 10, trên Hà Nam"),
        ("2023,10,Hà Nam,0.7353,Nguồn A\n", 2, "Hà Nam, Bà Rịa - Vũng Tàu cùng hạng 10.*Thanh Hóa xếp hạng 11"),
        ("2023,40,Hà Nam,0.45,Nguồn A\n", 2, "thấp hơn mức thấp nhất đã công bố là 0,5"),
        (
            "2023,33,Hà Nam,0.6,Nguồn A\n",
            2,
            "Hà Nam xếp hạng 33, có điểm 0,6. Đã công bố có 34 tỉnh trên trung bình 0,6783.*từ 0,6783 trở lên",
        ),
        ("2023,1,Đà Nẵng,0.7,Nguồn A\n", 2, "Đà Nẵng xếp hạng 1, trên Bình Dương"),
    ],
)
def test_what_contradicts_the_stored_results_is_refused_whole(fresh: Engine, rows: str, line: int, words: str) -> None:
    with pytest.raises(FileFaults, match=words) as refusal:
        _store(fresh, _table(rows + "2021,13,Hà Nam,0.47,Nguồn A\n"))
    assert refusal.value.faults[0].row == line
    assert _rows(fresh) == 129


@pytest.mark.parametrize(
    ("rows", "faults"),
    [
        # A rank that is none, and below it a total under the published minimum of 0,5.
        ("2023,64,Huế,,A\n2023,40,Hà Nam,0.45,A\n", [(2, "rank"), (3, "rank")]),
        # The stored rank 10 of Bà Rịa - Vũng Tàu is to be another one: it does not stand against Hà Nam's.
        ("2023,x,BR-VT,0.7353,A\n2023,10,Hà Nam,0.7353,A\n", [(2, "rank")]),
        # Nobody knows of whom the first row speaks, so nothing is held against what is stored; the others are compared.
        ("2023,9,Atlantis,,A\n2023,40,Hà Nam,0.45,A\n2023,41,Hà Tĩnh,0.46,A\n", [(2, "province"), (3, "rank")]),
    ],
)
def test_faults_of_cells_and_against_what_is_stored_are_told_in_one_pass(
    fresh: Engine, rows: str, faults: list[tuple[int, str]]
) -> None:
    with read_session(fresh) as session, pytest.raises(FileFaults) as refusal:
        read_difference(session, (HEADER + rows).encode(), "bang.csv", 2025)
    assert [(fault.row, fault.column) for fault in refusal.value.faults] == faults


def test_a_sound_file_is_read_with_what_storing_it_would_do(fresh: Engine) -> None:
    data = (HEADER + "2023,10,Hà Nam,0.7353,A\n2023,,BR-VT,,\n").encode()
    rows = HEADER + "2024,1,Đà Nẵng,0.85,Nguồn A\n2023,10,BR-VT,0.7353,A\n"
    with read_session(fresh) as session:
        table, found = read_difference(session, rows.encode(), "bang.csv", 2025)
        assert (table, found) == (_table(rows.removeprefix(HEADER)), difference(session, table))
        assert ([r.province for r in found.added], [r.province for r in found.unchanged]) == (["dna"], ["brvt"])
        # The same rank twice leaves no room for the rank 11 that is stored.
        with pytest.raises(FileFaults, match="cùng hạng 10"):
            read_difference(session, data, "bang.csv", 2025)


def test_a_total_that_contradicts_stored_indices_is_refused(fresh: Engine) -> None:
    with pytest.raises(FileFaults, match="tám chỉ số chính") as refusal:
        _store(fresh, _table("2022,1,Đà Nẵng,0.8104,Nguồn A\n"))
    assert (refusal.value.faults[0].row, refusal.value.faults[0].column) == (2, "dti")
    _store(fresh, _table("2022,1,Đà Nẵng,0.8001,Nguồn A\n"))


def test_a_new_year_may_come_without_facts(fresh: Engine) -> None:
    _store(fresh, _table("2024,1,Đà Nẵng,0.85,Nguồn A\n2024,8,BR-VT,0.75,Nguồn A\n"))
    with read_session(fresh) as session:
        arrays = national_arrays(session, 2024)
        assert [record.year for record in national_years(session)][-1] == 2024
    bounds = score_bounds(arrays.ranks, arrays.scores, arrays.facts)
    assert bounds.low[arrays.row_of("brvt")] == on_grid(0.75)


def test_the_database_holds_one_current_result_a_province(fresh: Engine) -> None:
    row = {"year": 2022, "province": "brvt", "edition": 2, "source": "x", "origin": "office"}
    with pytest.raises(IntegrityError), write_session(fresh) as session:
        session.add(NationalResult(**row))


@pytest.mark.parametrize("content", [{"rank": 64}, {"rank": 0}, {"total": 1_000_000_001}, {"index_at": -1}])
def test_the_database_itself_refuses_impossible_results(fresh: Engine, content: dict[str, int]) -> None:
    row = {"year": 2024, "province": "brvt", "edition": 1, "source": "x", "origin": "office", **content}
    with pytest.raises(IntegrityError), write_session(fresh) as session:
        session.add(NationalResult(**row))
