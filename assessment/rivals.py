"""The published national results as the outlook takes them, and the other 62 provinces of the year that is asked for."""

from dataclasses import dataclass

from sqlalchemy.orm import Session

from assessment.baseline import target_year
from data.national import national_arrays, national_years
from data.reference.national import our_name, provinces
from scoring.grid import STEPS_PER_POINT, in_points
from scoring.outlook import MOVING, History, Neighbours, Outlook, Pace, Question, Rivals, YearResults, draw_rivals


def stored_history(session: Session) -> History:
    """Every national result that is stored, by name of the province, scores from 0 to 1."""
    years = []
    for record in national_years(session):
        arrays = national_arrays(session, record.year)
        mean, least = (None if x is None else x / STEPS_PER_POINT for x in (record.mean, record.minimum_at_least))
        years.append(
            YearResults(record.year, arrays.ranks, in_points(arrays.scores), mean, least, record.units_above_mean)
        )
    return History.of([p.name_vi for p in provinces()], years)


def outlook_question(history: History, base_year: int, pace: Pace = MOVING) -> Question:
    """What comes of the base year in the year that is asked for. Raises KeyError for a year without results."""
    return Question(history, base_year, target_year(base_year), pace=pace)


@dataclass(frozen=True, eq=False)
class RivalField:
    """The rivals of a base year and pace, drawn once: all of them, those around the line, and our doing nothing."""

    rivals: Rivals
    neighbours: Neighbours
    standing_still: Outlook


def rival_field(question: Question, draws: int, seed: int) -> RivalField:
    """Draws the rivals. Nothing in it depends on what we do, so that a slider or a plan only asks them again."""
    drawn = draw_rivals(question, our_name(), draws, seed)
    return RivalField(drawn, drawn.neighbours(), drawn.outlook())
