"""The way from the screen of firmness to the data: bounded caches keyed by the data version and by content."""

import streamlit as st

from assessment.baseline import base_years as stored_base_years
from assessment.rank_change import RankChange, rank_change
from assessment.robustness import ListStability, stability
from assessment.sensitivity import our_rank_sensitivity, outlook_question
from assessment.snapshots import LevelSnapshot
from criteria.model import Level
from data.database import read_session
from scoring.outlook import Question
from scoring.robustness import Scope
from scoring.sensitivity import Sensitivity, runs_needed
from ui import gateway
from ui.single_job import Job


@st.cache_resource(show_spinner=False, max_entries=120)
def _stability(
    version: int, now: tuple[int, Level, int], list_code: str, scope: Scope, floor: float, _snapshot: LevelSnapshot
) -> ListStability:
    return stability(_snapshot, list_code, scope, floor)


def list_stability(now: LevelSnapshot, list_code: str, scope: Scope, floor: float) -> ListStability:
    """A ranking list under other choices."""
    place = (now.period.id, now.level, now.month)
    return _stability(gateway.data_version(), place, list_code, scope, floor, now)


@st.cache_resource(show_spinner=False, max_entries=256)
def _rank_change(
    version: int,
    now: tuple[int, Level, int],
    then: tuple[int, int],
    list_code: str,
    unit: str,
    _now: LevelSnapshot,
    _then: LevelSnapshot,
) -> RankChange | None:
    return rank_change(_then, _now, list_code, unit)


def unit_rank_change(now: LevelSnapshot, list_code: str, unit: str, then: LevelSnapshot | None) -> RankChange | None:
    """Why a unit's place moved since an earlier snapshot; None where there is nothing to compare with."""
    if then is None:
        return None
    earlier = (then.period.id, then.month)
    return _rank_change(
        gateway.data_version(), (now.period.id, now.level, now.month), earlier, list_code, unit, now, then
    )


@st.cache_resource(show_spinner=False, max_entries=4)
def _base_years(version: int) -> tuple[int, ...]:
    with read_session(gateway.engine()) as session:
        return stored_base_years(session)


def base_years() -> tuple[int, ...]:
    """Years that our national result is known of, the latest first."""
    return _base_years(gateway.data_version())


@st.cache_resource(show_spinner=False, max_entries=8)
def _question(version: int, base_year: int) -> Question:
    with read_session(gateway.engine()) as session:
        return outlook_question(session, base_year)


@st.cache_resource(show_spinner=False, max_entries=8)
def _sensitivity(version: int, base_year: int) -> Job[Sensitivity]:
    question = _question(version, base_year)
    return Job(lambda report: our_rank_sensitivity(question, report), runs_needed())


def sensitivity_job(base_year: int) -> Job[Sensitivity]:
    """The sensitivity of our national rank from this base year: begun when asked for, then kept."""
    return _sensitivity(gateway.data_version(), base_year)


def target_year(base_year: int) -> int:
    """The year whose rank is asked for from this base year."""
    return _question(gateway.data_version(), base_year).target_year
