"""What our national rank is most sensitive to."""

from data.reference.national import our_name
from scoring.outlook import Question
from scoring.sensitivity import Sensitivity, Watch, rank_sensitivity


def our_rank_sensitivity(question: Question, watch: Watch | None = None) -> Sensitivity:
    """How far each input of the outlook moves our expected rank."""
    return rank_sensitivity(question, our_name(), watch=watch)
