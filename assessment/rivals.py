"""The published national results as the outlook takes them, and the rivals drawn from them."""

from sqlalchemy.orm import Session

from assessment.baseline import OUR_PROVINCE
from data.national import national_arrays, national_years
from data.reference.national import province_by_code
from scoring.grid import STEPS_PER_POINT, in_points
from scoring.outlook import History, OwnScore, Question, Rivals, YearResults, draw_rivals

DRAWS = 100_000
SEED = 1


def published_history(session: Session, last_year: int) -> History:
    """What is public of the 63 provinces up to a year, scores from 0 to 1. Raises LookupError when nothing is."""
    years: list[YearResults] = []
    names: tuple[str, ...] = ()
    for record in national_years(session):
        if record.year > last_year:
            continue
        arrays = national_arrays(session, record.year)
        names = arrays.names
        facts = arrays.facts
        years.append(
            YearResults(
                record.year,
                arrays.ranks,
                in_points(arrays.scores),
                None if facts.mean is None else facts.mean / STEPS_PER_POINT,
                None if facts.minimum_at_least is None else facts.minimum_at_least / STEPS_PER_POINT,
                facts.units_above_mean,
            )
        )
    if not years:
        raise LookupError(f"no national results up to {last_year}")
    return History.of(names, years)


def rivals_of(history: History, base_year: int, target_year: int, draws: int = DRAWS) -> Rivals:
    """The other 62 provinces of the target year, drawn once. Raises KeyError when nothing of the base year is public."""
    our = province_by_code()[OUR_PROVINCE].name_vi
    return draw_rivals(Question(history, base_year, target_year), our, draws, SEED, variant_draws=0)


def chance_of_change(rivals: Rivals, change: float, ours: OwnScore) -> float:
    """Our chance of the top after a change of our score against the base year."""
    return rivals.chance(OwnScore(change=change, cut=ours.cut, noise=ours.noise))
