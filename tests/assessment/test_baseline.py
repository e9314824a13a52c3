"""The base line from what is stored: the published total, the office's eight scores, the assumed allocation."""

import pytest
from sqlalchemy import Engine, update
from sqlalchemy.orm import Session

from assessment.baseline import base_line, base_years, index_fractions
from assessment.province import ProvincialSnapshot
from data.database import read_session
from data.models import NationalResult
from data.reference.national import OUR_PROVINCE, provinces
from reports.base_line import origin_in_words, question_in_words
from scoring.baseline import weighted

# dti.gov.vn/xep-hang-2022; baobariavungtau.com.vn 1033878 (9/2/2025): the published totals and ranks of the province.
PUBLISHED = {2022: (0.5878, 28), 2023: (0.7353, 10)}
EIGHT = (0.80, 0.75, 0.85, 0.62, 0.70, 0.78, 0.66, 0.71)
"""Scores for the test alone; 0.1 x 3.72 + 0.2 x 0.78 + 0.15 x 1.37 = 0.7335."""


def _give_eight(session: Session, year: int, total: int | None) -> None:
    fields = [f"index_{code}" for code in ("nt", "tc", "ht", "nl", "at", "cq", "kt", "xh")]
    values = {field: round(score * 1e9) for field, score in zip(fields, EIGHT, strict=True)}
    session.execute(
        update(NationalResult)
        .where(NationalResult.year == year, NationalResult.province == OUR_PROVINCE)
        .values(**values, total=total, origin="office")
    )


@pytest.mark.parametrize("year", PUBLISHED)
def test_without_the_eight_scores_they_are_assumed_and_give_the_published_total(
    engine: Engine, december: ProvincialSnapshot, year: int
) -> None:
    with read_session(engine) as session:
        found = base_line(session, year, december)
    assert (found.total, found.rank) == PUBLISHED[year]
    assert (found.base_year, found.target_year, found.origin) == (year, 2024, "assumed")
    assert weighted(found.indices) == pytest.approx(found.total, abs=1e-12)
    assert found.sources
    assert "GIẢ ĐỊNH" in origin_in_words(found)
    shape = index_fractions(december)
    assert sorted(found.indices, key=lambda code: found.indices[code]) == sorted(shape, key=lambda code: shape[code])


def test_the_question_of_2022_is_to_enter_that_of_2023_to_hold(engine: Engine, december: ProvincialSnapshot) -> None:
    with read_session(engine) as session:
        enter, hold = (question_in_words(base_line(session, year, december)) for year in (2022, 2023))
    assert "hạng 28" in enter
    assert "vào được nhóm 15" in enter
    assert "hạng 10" in hold
    assert "giữ được nhóm 15" in hold


def test_the_eight_scores_of_the_office_are_taken_as_they_are(trial: Session, december: ProvincialSnapshot) -> None:
    _give_eight(trial, 2023, None)
    found = base_line(trial, 2023, december)
    assert found.origin == "office"
    assert tuple(found.indices.values()) == EIGHT
    assert found.total == pytest.approx(0.7335, abs=1e-12)


def test_years_that_can_be_started_from(engine: Engine) -> None:
    with read_session(engine) as session:
        assert base_years(session) == (2023, 2022)


def test_a_year_of_which_only_our_own_result_is_known_is_no_start(trial: Session) -> None:
    """A forecast among rivals of whom nothing is known would say that the first place is certain."""
    row = {"year": 2024, "province": OUR_PROVINCE, "edition": 1, "rank": 3, "total": 820_000_000}
    trial.add(NationalResult(**row, source="Báo cáo A", origin="office"))
    trial.flush()
    assert base_years(trial) == (2023, 2022)
    codes = [p.code for p in provinces() if p.code != OUR_PROVINCE]
    for place, code in enumerate(codes[:14]):
        rank = place + 1 if place < 2 else place + 2
        own = {"year": 2024, "province": code, "edition": 1, "rank": rank}
        trial.add(NationalResult(**own, source="Báo cáo A", origin="office"))
    trial.flush()
    assert base_years(trial) == (2024, 2023, 2022)


@pytest.mark.parametrize("year", [2021, 1999])
def test_a_year_of_which_nothing_is_known_is_said(engine: Engine, december: ProvincialSnapshot, year: int) -> None:
    with read_session(engine) as session, pytest.raises(LookupError, match=f"năm {year}|Năm {year}"):
        base_line(session, year, december)


def test_a_result_with_a_rank_alone_is_no_start(trial: Session, december: ProvincialSnapshot) -> None:
    trial.execute(update(NationalResult).where(NationalResult.province == OUR_PROVINCE).values(total=None))
    with pytest.raises(LookupError, match="chưa biết tổng điểm"):
        base_line(trial, 2023, december)
    assert base_years(trial) == ()
