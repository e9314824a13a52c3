"""Our province among rivals that move: rank distribution, chance, and the score that is needed."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from scoring.outlook.assumptions import AppraisalCut
from scoring.outlook.bounds import OPEN
from scoring.outlook.forecast import BLOCK, TOP, Block, Question, quantiles
from scoring.outlook.history import Scores
from scoring.outlook.movement import Movement
from scoring.outlook.published import PlaceDraw, province_scores
from scoring.outlook.streams import Stream, Streams

NEEDED_FOR = (0.5, 0.8, 0.95)
VARIANT_DRAWS = 4_000
NAMED_DRAWS = 20_000
SHOWN_STEP = 0.05
AROUND_THE_LINE = 10
NORMAL_95 = 1.959964


@dataclass(frozen=True)
class OwnScore:
    """What we do. The default is doing nothing: we stay at the base year's score while the rivals move.

    change: change of the score against the base year, as the roll-up gives it. self_estimate: our own estimate for
    the target year instead of base and change. cut: appraisal takes a share of what we estimated ourselves: of the
    self-estimate, or of a gain; the base year's score is published and is not cut again. noise: standard deviation of
    the zero-mean noise of one year; without it the assumptions' noise of a province.
    """

    change: float = 0.0
    self_estimate: float | None = None
    cut: AppraisalCut | None = None
    noise: float | None = None


@dataclass(frozen=True, eq=False)
class Contest:
    """What our score meets in every draw, drawn once, so that a changed score is answered at once.

    line: (draws,) score of the last place of the top among the others. own_base: (draws,) our score of the base year,
    the published one wherever it is public. noise: (draws,) standard normal, cut: (draws,) uniform numbers.
    """

    question: Question
    line: NDArray[np.float64]
    own_base: NDArray[np.float64]
    noise: NDArray[np.float64]
    cut: NDArray[np.float64]

    def own(self, ours: OwnScore) -> NDArray[np.float64]:
        """(draws,) our score of the target year, within 0 to 1: base, change, cut and zero-mean noise."""
        taken = 0.0 if ours.cut is None else ours.cut.shares(self.cut)
        if ours.self_estimate is not None:
            score = ours.self_estimate * (1 - taken) + np.zeros_like(self.noise)
        else:
            score = self.own_base + ours.change * (1 - taken if ours.change > 0 else 1)
        yearly = self.question.assumptions.own_noise if ours.noise is None else ours.noise
        return np.clip(score + yearly * np.sqrt(self.question.years) * self.noise, 0.0, 1.0)

    def chance(self, ours: OwnScore) -> float:
        """Share of draws in which our score reaches the line; a tie on the line is in the top."""
        return float((self.own(ours) >= self.line).mean())

    def needed_change(self, share: float, ours: OwnScore) -> float:
        """The smallest change with which our score reaches the line in so large a share of draws, our noise and the cut
        of a gain counted: `chance` with this change is at least `share`, while no change within 0 to 1 is cut off.

        ours: its noise and cut; its change is what is looked for. A quantile, over draws, of the change that each asks
        for. Raises ValueError for a self-estimate, which no change moves.
        """
        if ours.self_estimate is not None:
            raise ValueError("a self-estimate is given: there is no change to look for")
        yearly = self.question.assumptions.own_noise if ours.noise is None else ours.noise
        asked = self.line - self.own_base - yearly * np.sqrt(self.question.years) * self.noise
        if ours.cut is not None:
            asked = np.where(asked > 0, asked / (1 - ours.cut.shares(self.cut)), asked)
        # One step of floating point more, so that rounding does not lose the draw that decides.
        return float(np.nextafter(np.quantile(asked, share, method="inverted_cdf") + 1e-12, np.inf))


@dataclass(frozen=True)
class Rival:
    """One rival in the target year: quantiles of its score, its chance of the top, and of standing above our score."""

    province: str
    score_p05: float
    score_p50: float
    score_p95: float
    top_chance: float
    above_us: float


@dataclass(frozen=True)
class Outlook:
    """The answer to one question about our score.

    chance: share of draws in the top. chance_shown: rounded to 5 %. sampling: 95 % interval from the number of draws
    alone. assumed: lowest and highest chance over the stated ranges of the assumptions, None when they were not
    drawn. rank_share: share of draws by rank, from 1. score: 5 %, 50 % and 95 % quantiles of our score.
    needed: score that reaches the line in so large a share of draws. base_totals: published totals of the base year
    that the answer rests on, of `provinces`. movement: what is known of the level's change.
    """

    top: int
    chance: float
    sampling: tuple[float, float]
    assumed: tuple[float, float] | None
    rank_share: tuple[float, ...]
    score: tuple[float, float, float]
    needed: Mapping[float, float]
    base_totals: int
    provinces: int
    movement: Movement

    @property
    def chance_shown(self) -> float:
        """The chance rounded to 5 %: an estimate from few published totals is not known better."""
        return shown(self.chance)

    def rank_quantile(self, at: float) -> int:
        """The smallest rank that so large a share of draws does not exceed."""
        return int(np.searchsorted(np.cumsum(self.rank_share), at - 1e-9)) + 1


def shown(chance: float) -> float:
    """A chance rounded to 5 %, halves up."""
    return float(np.floor(chance / SHOWN_STEP + 0.5 + 1e-9) * SHOWN_STEP)


def sampling_interval(chance: float, draws: int) -> tuple[float, float]:
    """95 % interval of a share that was counted in so many draws.

    Source: Wilson 1927, Probable inference, the law of succession, and statistical inference.
    """
    z2 = NORMAL_95**2
    middle = (chance + z2 / (2 * draws)) / (1 + z2 / draws)
    half = NORMAL_95 / (1 + z2 / draws) * np.sqrt(chance * (1 - chance) / draws + z2 / (4 * draws**2))
    return max(0.0, float(middle - half)), min(1.0, float(middle + half))


@dataclass(frozen=True, eq=False)
class Rivals:
    """All others of the target year, drawn once; every question about our own score re-uses them.

    scores: (draws, others), by place of the base year. contest: the line they draw and our own base. variants: the
    same with the assumptions at the corners of their ranges, with fewer draws.
    """

    province: str
    top: int
    seed: int
    scores: Scores
    contest: Contest
    variants: tuple[Contest, ...]

    @property
    def question(self) -> Question:
        """What was asked."""
        return self.contest.question

    def outlook(self, ours: OwnScore | None = None) -> Outlook:
        """Our rank distribution, chance and needed score; without `ours`, those of doing nothing."""
        ours = ours or OwnScore()
        own = self.contest.own(ours)
        ranks = 1 + (self.scores > own[:, None]).sum(axis=1)
        provinces = self.scores.shape[1] + 1
        share = np.bincount(ranks, minlength=provinces + 1)[1:] / len(own)
        chance = float((own >= self.contest.line).mean())
        p05, p50, p95 = (float(q) for q in np.quantile(own, (0.05, 0.5, 0.95)))
        return Outlook(
            top=self.top,
            chance=chance,
            sampling=sampling_interval(chance, len(own)),
            assumed=self.assumed_range(ours),
            rank_share=tuple(share.tolist()),
            score=(p05, p50, p95),
            needed=self.needed(),
            base_totals=self.question.base_totals,
            provinces=provinces,
            movement=self.question.movement(),
        )

    def chance(self, ours: OwnScore) -> float:
        """Our chance of the top alone, for searches that ask it often."""
        return self.contest.chance(ours)

    def assumed_range(self, ours: OwnScore) -> tuple[float, float] | None:
        """Lowest and highest chance over the stated ranges of the assumptions; None when they were not drawn."""
        varied = [variant.chance(ours) for variant in self.variants]
        return (min(varied), max(varied)) if varied else None

    def needed(self, shares: Sequence[float] = NEEDED_FOR) -> dict[float, float]:
        """The score that reaches the line in so large a share of draws: a quantile of the last place among the others."""
        values = np.quantile(self.contest.line, shares, method="inverted_cdf")
        return {share: float(value) for share, value in zip(shares, values, strict=True)}

    def around_the_line(self, ours: OwnScore | None = None, count: int = AROUND_THE_LINE) -> tuple[Rival, ...]:
        """The rivals whose middle score is nearest to the middle of the line, from the highest."""
        return self.neighbours(count).against(ours)

    def neighbours(self, count: int = AROUND_THE_LINE) -> "Neighbours":
        """The same rivals before it is known what we do: found once, asked for every score of ours.

        Counted in the first draws only, which is exact enough for figures shown to whole percents.
        """
        draws = min(len(self.scores), NAMED_DRAWS)
        scores = self._named_scores(draws)
        low, middle, high = quantiles(scores, (0.05, 0.5, 0.95))
        our, names = self.question.history.index(self.province), self.question.history.provinces
        distance = np.abs(middle - np.median(self.contest.line[:draws]))
        distance[our] = np.inf
        distance = distance[: len(names)]
        nearest = sorted(distance.argsort(kind="stable")[: min(count, len(names) - 1)], key=lambda i: (-middle[i], i))
        scores[:, our] = -np.inf
        return Neighbours(
            self,
            tuple(names[i] for i in nearest),
            np.array([[low[i], middle[i], high[i]] for i in nearest]),
            scores[:, nearest],
            np.stack([(scores > scores[:, i, None]).sum(axis=1) for i in nearest], axis=1),
        )

    def _named_scores(self, draws: int) -> Scores:
        """(draws, provinces) the same first draws by province."""
        question, streams = self.question, Streams(self.seed)
        places, steps = question.places(), question.steps()
        return np.concatenate(
            [
                province_scores(question.moved(block, steps), places.places(streams, len(block.base)), places.fixed)
                for block in question.blocks(draws, streams)
            ]
        )


@dataclass(frozen=True, eq=False)
class Neighbours:
    """Rivals around the line, from the highest. quantiles: (rivals, 3) 5 %, 50 % and 95 % of their scores.

    scores: (draws, rivals). above: (draws, rivals) how many of the others, without us, stand above each.
    """

    rivals: Rivals
    names: tuple[str, ...]
    quantiles: NDArray[np.float64]
    scores: Scores
    above: NDArray[np.int64]

    def against(self, ours: OwnScore | None = None) -> tuple[Rival, ...]:
        """The rivals beside a score of ours: their chance of the top, and of standing above us."""
        own = self.rivals.contest.own(ours or OwnScore())[: len(self.scores), None]
        top = (self.above + (own > self.scores) < self.rivals.top).mean(axis=0)
        above_us = (self.scores > own).mean(axis=0)
        return tuple(
            Rival(name, float(low), float(middle), float(high), float(top[i]), float(above_us[i]))
            for i, (name, (low, middle, high)) in enumerate(zip(self.names, self.quantiles, strict=True))
        )


class _Collected:
    """The parts of one contest while blocks come in."""

    def __init__(self, question: Question, draws: int, top: int) -> None:
        self.question, self.steps = question, question.steps()
        self.cut_at = question.history.count - 1 - top
        self.line, self.own_base = np.empty(draws), np.empty(draws)

    def take(self, rows: slice, block: Block, our: NDArray[np.intp]) -> Scores:
        """Keeps the line and our base of these draws, in which we stand on the given places. Returns the others' scores."""
        moved = self.question.moved(block, self.steps)
        others = np.delete(moved, our[0], axis=1) if (our == our[0]).all() else _without(moved, our)
        self.line[rows] = np.partition(others, self.cut_at, axis=1)[:, self.cut_at]
        self.own_base[rows] = block.base[np.arange(len(our)), our]
        return others


def _without(scores: Scores, places: NDArray[np.intp]) -> Scores:
    """The scores of all places but one a row."""
    kept = np.ones(scores.shape, bool)
    kept[np.arange(len(places)), places] = False
    return scores[kept].reshape(len(scores), -1)


def _our_places(places: PlaceDraw, our: int, streams: Streams, rows: int) -> NDArray[np.intp]:
    """(rows,) our place of the base year; drawn only where it is not published."""
    published = places.base.place_of[our]
    return places.places(streams, rows)[:, our] if published == OPEN else np.full(rows, published)


def draw_rivals(
    question: Question,
    our_province: str,
    draws: int,
    seed: int,
    *,
    top: int = TOP,
    variant_draws: int = VARIANT_DRAWS,
    block: int = BLOCK,
) -> Rivals:
    """Draws the others once. Nothing here depends on our own change, so a slider only asks `Rivals.outlook` again.

    variant_draws: draws at each corner of the assumptions, 0 for none; frozen rivals have no corners.
    Raises KeyError for a province that is not in the history, ValueError when the top is not smaller than the number
    of provinces. The same seed gives the same draws for every size of blocks.
    """
    our, provinces = question.history.index(our_province), question.history.count
    if not 1 <= top < provinces:
        raise ValueError(f"top = {top}: a number from 1 to {provinces - 1} is expected")
    streams, places, collected = Streams(seed), question.places(), _Collected(question, draws, top)
    scores = np.empty((draws, provinces - 1))
    start = 0
    for drawn in question.blocks(draws, streams, block):
        rows = slice(start, start + len(drawn.base))
        scores[rows] = collected.take(rows, drawn, _our_places(places, our, streams, len(drawn.base)))
        start = rows.stop
    noise, cut = streams[Stream.OURS].standard_normal(draws), streams[Stream.CUT].random(draws)
    contest = Contest(question, collected.line, collected.own_base, noise, cut)
    variants = _variants(contest, our, min(variant_draws, draws), seed, top)
    return Rivals(our_province, top, seed, scores, contest, variants)


def _variants(main: Contest, our: int, draws: int, seed: int, top: int) -> tuple[Contest, ...]:
    """The same first draws at every corner of the assumptions, so that only the assumptions differ."""
    question = main.question
    if question.pace.frozen or not draws:
        return ()
    corners = [
        _Collected(replace(question, assumptions=assumptions), draws, top)
        for assumptions in question.assumptions.variants()
    ]
    streams, places, start = Streams(seed), question.places(), 0
    for drawn in question.blocks(draws, streams):
        rows = slice(start, start + len(drawn.base))
        our_places = _our_places(places, our, streams, len(drawn.base))
        for corner in corners:
            corner.take(rows, replace(drawn, own=drawn.own.copy()), our_places)
        start = rows.stop
    return tuple(Contest(c.question, c.line, c.own_base, main.noise[:draws], main.cut[:draws]) for c in corners)
