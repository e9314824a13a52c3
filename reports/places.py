"""What stands for the place of a unit that has none: one word on every screen and paper of a score."""

from assessment.snapshots import ScoreStage
from reports.labels import no_figures_text
from reports.publication import without_place_text


def unplaced_text(stage: ScoreStage) -> str:
    """What stands for total and rank of a unit without any; a decision ranked it not, whatever it had reported."""
    return without_place_text() if stage == ScoreStage.PUBLISHED else no_figures_text(stage)
