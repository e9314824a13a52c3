"""The national outlook's question from what is stored, and what our rank is most sensitive to."""

import numpy as np
from sqlalchemy.orm import Session

from assessment.baseline import GOAL_YEAR, OUR_PROVINCE
from data.national import national_arrays, national_years
from data.reference.national import province_by_code
from scoring.grid import in_points
from scoring.outlook import History, Question, YearResults
from scoring.sensitivity import Sensitivity, Watch, rank_sensitivity


def our_name() -> str:
    """The name of our province, as results are listed by."""
    return province_by_code()[OUR_PROVINCE].name_vi


def stored_history(session: Session) -> History:
    """Every stored national result, by name of the province, as the outlook takes it."""
    years: list[YearResults] = []
    names: tuple[str, ...] = ()
    for record in national_years(session):
        arrays = national_arrays(session, record.year)
        names = arrays.names
        mean, least = (None if x is None else float(in_points(x)) for x in (record.mean, record.minimum_at_least))
        scores = np.asarray(in_points(arrays.scores))
        years.append(YearResults(record.year, arrays.ranks, scores, mean, least, record.units_above_mean))
    return History.of(names, years)


def outlook_question(session: Session, base_year: int) -> Question:
    """From the base year to the year of the goal, or to the year after a later base. Raises KeyError for a year without results."""
    return Question(stored_history(session), base_year, max(GOAL_YEAR, base_year + 1))


def our_rank_sensitivity(question: Question, watch: Watch | None = None) -> Sensitivity:
    """How far each input of the outlook moves our expected rank."""
    return rank_sensitivity(question, our_name(), watch=watch)
