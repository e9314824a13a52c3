"""The national outlook: rivals that move, our rank distribution, and the back-test in the open.

`Question` says what is asked, `draw_rivals` draws the others once, `Rivals.outlook` answers for any score of ours;
`forecast` draws all provinces alike, `back_test` holds the model against what was published later.
"""

from scoring.outlook.assumptions import FROZEN, MOVING, AppraisalCut, Assumptions, KnownGap, Pace, known_gaps
from scoring.outlook.backtest import BackTest, back_test
from scoring.outlook.forecast import TOP, Forecast, Question, forecast
from scoring.outlook.history import Contradiction, History, YearResults
from scoring.outlook.ours import Neighbours, Outlook, OwnScore, Rival, Rivals, draw_rivals, shown

__all__ = [
    "FROZEN",
    "MOVING",
    "TOP",
    "AppraisalCut",
    "Assumptions",
    "BackTest",
    "Contradiction",
    "Forecast",
    "History",
    "KnownGap",
    "Neighbours",
    "Outlook",
    "OwnScore",
    "Pace",
    "Question",
    "Rival",
    "Rivals",
    "YearResults",
    "back_test",
    "draw_rivals",
    "forecast",
    "known_gaps",
    "shown",
]
