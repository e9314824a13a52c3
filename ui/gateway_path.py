"""The way from the screens of the cheapest path to their data: grounds, rivals, models, and answers in the making."""

from collections.abc import Iterator
from dataclasses import replace

import streamlit as st

from assessment.baseline import base_line, base_years
from assessment.path import (
    Contest,
    Found,
    PathAnswer,
    PathConstraints,
    PathGround,
    PathQuestion,
    answer,
    path_ground,
    path_model,
)
from assessment.province import ProvincialSnapshot, provincial_snapshot
from assessment.rivals import published_history, rivals_of
from data.database import read_session
from data.efforts import EffortEdition, effort_edition
from scoring.outlook import AppraisalCut, OwnScore, Rivals
from scoring.path.solver import PathModel
from ui import gateway
from ui.jobs import Job, Jobs

Place = tuple[int, int]
"""A period's id and a month."""


@st.cache_resource(show_spinner=False, max_entries=24)
def _province(version: int, place: Place) -> ProvincialSnapshot:
    period = next(p for p, _months in gateway.calendar() if p.id == place[0])
    with read_session(gateway.engine()) as session:
        return provincial_snapshot(session, period, place[1])


@st.cache_resource(show_spinner=False, max_entries=4)
def _edition(version: int) -> EffortEdition:
    with read_session(gateway.engine()) as session:
        return effort_edition(session)


def current_efforts() -> EffortEdition:
    """The effort table that holds now."""
    return _edition(gateway.data_version())


@st.cache_resource(show_spinner=False, max_entries=12)
def _ground(version: int, place: Place) -> PathGround:
    return path_ground(_province(version, place), _edition(version))


def ground(period_id: int, month: int) -> PathGround:
    """What every plan of a period at a month stands on."""
    return _ground(gateway.data_version(), (period_id, month))


def last_place() -> Place | None:
    """The newest snapshot of the newest period; None without any."""
    return next(((period.id, months[-1]) for period, months in gateway.calendar() if months), None)


@st.cache_resource(show_spinner=False, max_entries=4)
def _base_years(version: int) -> tuple[int, ...]:
    with read_session(gateway.engine()) as session:
        return base_years(session)


def known_base_years() -> tuple[int, ...]:
    """Years that a base line is known of, the latest first."""
    return _base_years(gateway.data_version())


@st.cache_resource(show_spinner=False, max_entries=2)
def _rivals(version: int, base_year: int, target_year: int) -> Rivals:
    with read_session(gateway.engine()) as session:
        return rivals_of(published_history(session, base_year), base_year, target_year)


@st.cache_resource(show_spinner=False, max_entries=24)
def _contest(version: int, place: Place, base_year: int, cut: bool) -> Contest:
    with read_session(gateway.engine()) as session:
        line = base_line(session, base_year, _province(version, place))
    ours = OwnScore(cut=AppraisalCut() if cut else None)
    return Contest(line, _rivals(version, base_year, line.target_year), ours)


def contest(period_id: int, month: int, base_year: int, *, cut: bool) -> Contest:
    """Base line and rivals that plans of a period are measured by. Raises LookupError where the year is not known."""
    return _contest(gateway.data_version(), (period_id, month), base_year, cut)


@st.cache_resource(show_spinner=False, max_entries=16)
def _model(version: int, place: Place, constraints: PathConstraints) -> PathModel:
    return path_model(_ground(version, place), constraints)


@st.cache_resource(show_spinner=False)
def _jobs() -> Jobs[PathAnswer]:
    return Jobs("path")


def _work(
    found_ground: PathGround, model: PathModel, met: Contest, question: PathQuestion
) -> Iterator[tuple[PathAnswer, float]]:
    result: PathAnswer | None = None
    for part in answer(found_ground, model, met, question):
        if isinstance(part.value, Found):
            result = PathAnswer(found_ground, met, question, part.value)
        elif result is not None:
            result = result.with_part(part)
        if result is not None:
            yield result, part.done
    if result is not None:
        yield replace(result, complete=True), 1.0


def path_job(place: Place, base_year: int, *, cut: bool, question: PathQuestion) -> Job[PathAnswer]:
    """The answer to a question, in the making or ready; the same question on the same data is worked out once."""
    version = gateway.data_version()
    own, met = _ground(version, place), _contest(version, place, base_year, cut)
    model = _model(version, place, question.constraints)
    key = (version, place, base_year, cut, question)
    return _jobs().ask(key, lambda: _work(own, model, met, question))
