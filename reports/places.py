"""What stands for the place of a unit that has none: one word on every screen and paper of a score."""

from assessment.snapshots import ScoreStage
from language import _
from reports.labels import no_figures_text
from reports.publication import without_place_text


def unplaced_text(stage: ScoreStage, *, closed: bool = False) -> str:
    """What stands for total and rank of a unit without any; a decision ranked it not, whatever it had reported.

    closed: whether nothing more will come of the unit.
    """
    if stage == ScoreStage.PUBLISHED:
        return without_place_text()
    if closed:
        return _("không gửi báo cáo") if stage == ScoreStage.APPRAISED else _("không có số liệu")
    return no_figures_text(stage)
