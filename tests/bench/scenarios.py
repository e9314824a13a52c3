"""From a moved slider, or a changed list of units, to the whole answer: scored, rolled up, among drawn rivals."""

import tempfile
from itertools import count
from pathlib import Path

import numpy as np

from assessment.baseline import base_line
from assessment.province import provincial_snapshot
from assessment.rivals import outlook_question, rival_field, stored_history
from assessment.scenarios import run_scenario, scenario_base
from data.database import read_session
from data.repositories import periods
from data.settings import Settings
from data.setup import prepare_database
from language import _
from scoring.outlook import OwnScore
from scoring.scenarios import IndexScore, Scenario, TargetChange
from tests.bench.timing import Row, alternate

REPETITIONS = 15
DRAWS = 100_000
BASE_YEAR, SEED, MONTH = 2023, 1, 12


def scenario_rows() -> list[Row]:
    """A slider, and a level for every commune, beside one bare comparison of our score with the drawn rivals."""
    with tempfile.TemporaryDirectory() as folder:
        engine = prepare_database(Settings(database_url="", dti_folder=Path(folder)))
        with read_session(engine) as session:
            snapshot = provincial_snapshot(session, periods(session)[0], MONTH)
            base, history = base_line(session, BASE_YEAR, snapshot), stored_history(session)
        engine.dispose()
    start = scenario_base(snapshot)
    field = rival_field(outlook_question(history, BASE_YEAR), DRAWS, SEED)
    own = field.rivals.contest.own(OwnScore())[:, None]
    steps = count()

    def slider() -> object:
        return run_scenario(snapshot, base, Scenario((IndexScore("NT", next(steps) % 100 / 100),)), field, start)

    def communes() -> object:
        change = TargetChange("commune", "list", "communes", "TC.2", 0.5 + next(steps) % 50 / 100)
        return run_scenario(snapshot, base, Scenario((change,)), field, start)

    bare = {_("chỉ một lần so sánh"): lambda: np.count_nonzero(field.rivals.scores > own)}
    ours = _("phần mềm này")
    return [
        alternate(_("kéo một thanh trượt"), {ours: slider, **bare}, REPETITIONS),
        alternate(_("mọi xã đạt một mức"), {ours: communes, **bare}, REPETITIONS),
    ]
