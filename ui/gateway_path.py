"""The way from the screens of the cheapest path to their data: grounds, models, and answers in the making."""

from dataclasses import replace

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
from data.database import read_session
from data.efforts import EffortEdition, effort_edition
from scoring.outlook import AppraisalCut, OwnScore
from scoring.path.solver import PathModel
from ui import gateway, gateway_outlook
from ui.jobs import Job, Jobs
from ui.kept import kept

Place = tuple[int, int]
"""A period's id and a month."""


@kept(4)
def _edition(version: gateway.Version) -> EffortEdition:
    with read_session(gateway.engine()) as session:
        return effort_edition(session)


def current_efforts() -> EffortEdition:
    """The effort table that holds now."""
    return _edition(gateway.version())


@kept(12)
def _ground(version: gateway.Version, place: Place) -> PathGround:
    return path_ground(gateway_outlook.provincial(*place), _edition(version))


def ground(period_id: int, month: int) -> PathGround:
    """What every plan of a period at a month stands on."""
    return _ground(gateway.version(), (period_id, month))


def last_place() -> Place | None:
    """The newest snapshot of the newest period; None without any."""
    return next(((period.id, months[-1]) for period, months in gateway.calendar() if months), None)


@kept(24)
def _contest(version: gateway.Version, place: Place, base_year: int, cut: bool) -> Contest:
    line = gateway_outlook.our_base_line(*place, base_year)
    ours = OwnScore(cut=AppraisalCut() if cut else None)
    return Contest(line, gateway_outlook.field(base_year).rivals, ours)


@kept(16)
def _model(version: gateway.Version, place: Place, constraints: PathConstraints) -> PathModel:
    return path_model(_ground(version, place), constraints)


@kept(1)
def _jobs() -> Jobs[PathAnswer]:
    return Jobs("path")


def _work(
    job: Job[PathAnswer], found_ground: PathGround, model: PathModel, met: Contest, question: PathQuestion
) -> None:
    result: PathAnswer | None = None
    for part in answer(found_ground, model, met, question):
        if isinstance(part.value, Found):
            result = PathAnswer(found_ground, met, question, part.value)
        elif result is not None:
            result = result.with_part(part)
        job.report(part.done, result)
    if result is not None:
        job.report(1.0, replace(result, complete=True))


def path_job(place: Place, base_year: int, *, cut: bool, question: PathQuestion, anew: bool = False) -> Job[PathAnswer]:
    """The answer to a question, in the making or ready; the same question on the same data is worked out once.

    anew: begin again what was stopped or failed.
    """
    version = gateway.version()
    own, met = _ground(version, place), _contest(version, place, base_year, cut)
    model = _model(version, place, question.constraints)
    key = (version, place, base_year, cut, question)
    return _jobs().ask(key, lambda job: _work(job, own, model, met, question), anew=anew)
