"""Our rank and chance among moving rivals, beside the least that drawing them takes: the normal numbers alone."""

import numpy as np

from language import _, format_number
from scoring.outlook import OwnScore, Question, draw_rivals, forecast
from tests.bench.timing import Row, alternate
from tests.scoring.outlook.facts import OURS, published_history

DRAWS = 100_000
BASE_YEAR, TARGET_YEAR, SEED = 2023, 2024, 1
REPETITIONS = 7


def outlook_rows(draws: int = DRAWS, repetitions: int = REPETITIONS) -> list[Row]:
    """From the published results to our rank and chance; a slider on drawn rivals; and the forecast of all provinces."""
    question = Question(published_history(), BASE_YEAR, TARGET_YEAR)
    provinces = len(question.history.provinces)
    drawn = draw_rivals(question, OURS, draws, SEED)
    own = drawn.contest.own(OwnScore())[:, None]

    def normals() -> object:
        return np.random.Generator(np.random.SFC64(SEED)).standard_normal((draws, provinces))

    size = _("{draws} lần mô phỏng x {provinces} tỉnh").format(draws=format_number(draws), provinces=provinces)
    ours, alone = _("phần mềm này"), _("chỉ rút số chuẩn")
    return [
        alternate(
            _("{size}: hạng và khả năng vào nhóm 15 của tỉnh ta").format(size=size),
            {ours: lambda: draw_rivals(question, OURS, draws, SEED, variant_draws=0).outlook(), alone: normals},
            repetitions,
        ),
        alternate(
            _("{size}: thêm khoảng theo giả định").format(size=size),
            {ours: lambda: draw_rivals(question, OURS, draws, SEED).outlook(), alone: normals},
            repetitions,
        ),
        alternate(
            _("{size}: đổi điểm của tỉnh ta, dùng lại các tỉnh đã rút").format(size=size),
            {
                ours: lambda: drawn.outlook(OwnScore(0.03)),
                _("chỉ một lần so sánh"): lambda: np.count_nonzero(drawn.scores > own),
            },
            repetitions,
        ),
        alternate(
            _("{size}: điểm và hạng của mọi tỉnh").format(size=size),
            {ours: lambda: forecast(question, draws, SEED), alone: normals},
            repetitions,
        ),
    ]
