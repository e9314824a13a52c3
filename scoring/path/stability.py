"""How far a plan depends on maxima that are ours: redraw them inside each main index and plan again.

The ministry's maxima of its component indicators are not public; those of a reference set are one reading of them.
Each draw spreads the points of every main index anew over its components and asks for the same number of points.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction

import numpy as np
from numpy.typing import NDArray

from scoring.path.base import Base
from scoring.path.fronts import Front
from scoring.path.knapsack import lower_hull
from scoring.path.solver import PathModel
from scoring.path.values import ConstraintKind, Plan, Step, Wish

DRAWS = 1000
ROUNDING_ROOM = 1e-9
CONCENTRATION = 50.0
"""Sum of the Dirichlet parameters of a main index. A component with a tenth of its main index's points then varies by
about two fifths of its maximum. An assumption: nothing is known about how the ministry spreads its points."""


@dataclass(frozen=True)
class StepStability:
    """Share of the draws that can be met in which the step is taken (None when no draw can be), and whether it is
    taken under the stated maxima by the same method: where not, a low share says little."""

    step: Step
    share: float | None
    with_stated_maxima: bool


@dataclass(frozen=True)
class Stability:
    """Steps of a plan with their shares.

    Each draw is planned by the linear relaxation, of which the last piece is taken whole, so that it may take a little
    more than the least effort; of a budget the piece that no longer fits is left out. reached: draws in which the wish can be met. ignored: constraints that the redrawn plans do not keep.
    """

    steps: tuple[StepStability, ...]
    draws: int
    reached: int
    concentration: float
    ignored: tuple[ConstraintKind, ...]


@dataclass(frozen=True)
class _Pieces:
    """Pieces of the convex hulls of all fronts: component, effort and points of each, best first in each component."""

    component: NDArray[np.intp]
    effort: NDArray[np.float64]
    points: NDArray[np.float64]


def _pieces(fronts: Sequence[Front], hulls: Sequence[Sequence[int]]) -> _Pieces:
    component = [j for j, hull in enumerate(hulls) for _piece in hull[1:]]
    effort = [np.diff(f.effort[list(h)].astype(float)) for f, h in zip(fronts, hulls, strict=True)]
    points = [np.diff(f.points[list(h)].astype(float)) for f, h in zip(fronts, hulls, strict=True)]
    return _Pieces(np.array(component, np.intp), np.concatenate(effort), np.concatenate(points))


def redrawn_maxima(base: Base, draws: int, concentration: float, seed: int) -> NDArray[np.float64]:
    """(draws, criteria) maxima as multiples of the stated ones; the points of every main index stay as they are.

    Shares of a main index are drawn from a Dirichlet distribution around the stated ones; criteria that do not count
    stay out.
    """
    generator = np.random.default_rng(seed)
    maxima = base.book.maxima[0]
    result = np.ones((draws, len(maxima)))
    for g, kind in enumerate(base.book.compiled.kinds):
        own = np.flatnonzero((base.book.compiled.group == g) & (maxima > 0))
        if kind == "scored" and len(own) > 1:
            stated = maxima[own] / maxima[own].sum()
            result[:, own] = generator.dirichlet(concentration * stated, draws) / stated
    return result


def _places(pieces: _Pieces, factors: NDArray[np.float64], needed: NDArray[np.float64], effort: float) -> NDArray:
    """(draws, components) how many pieces of each hull are taken, best return first, until enough points are won or
    the effort is used up."""
    points = pieces.points * factors[:, pieces.component]
    with np.errstate(divide="ignore"):
        order = np.argsort(-points / pieces.effort, axis=1, kind="stable")
    won_before = np.cumsum(np.take_along_axis(points, order, 1), axis=1) - np.take_along_axis(points, order, 1)
    spent = np.cumsum(pieces.effort[order], axis=1)
    taken = (won_before < needed[:, None]) & (spent <= effort)
    result = np.zeros(factors.shape, np.intp)
    draw, piece = np.nonzero(taken)
    np.add.at(result, (draw, pieces.component[order[draw, piece]]), 1)
    return result


def plan_stability(
    model: PathModel,
    plan: Plan,
    wish: Wish,
    draws: int = DRAWS,
    concentration: float = CONCENTRATION,
    seed: int = 1,
) -> Stability:
    """In what share of draws each step of the plan stays.

    In each draw the components' maxima change and with them what every step wins; what is to be won in all (or spent)
    stays, because it follows from the province's score, which does not depend on our maxima. Where equal steps
    compete, those of the plan are preferred. Raises TooManyStates when efforts are too varied.
    """
    number = {step: i for i, step in enumerate(model.steps)}
    own = {number[step] for step in plan.steps}
    scale = len(model.steps) + 1
    efforts = [e * scale - (i in own) if e else 0 for i, e in enumerate(model.efforts)]
    fronts = model.fronts_with(efforts)
    codes, values = list(fronts), list(fronts.values())
    hulls = [lower_hull(f.effort, f.points) for f in values]
    index = [model.base.province.compiled.index_of[code] for code in codes]
    factors = np.vstack([np.ones(len(codes)), redrawn_maxima(model.base, draws, concentration, seed)[:, index]])
    pieces = _pieces(values, hulls)
    first = np.array([f.points[0] - model.base.components[c].start_points for c, f in fronts.items()], float)
    needed, budget = np.full(draws + 1, np.inf), np.inf
    if wish.budget is None:
        needed = float(model.points_to_win(wish)) * (1 - ROUNDING_ROOM) - factors @ first
    else:
        budget = float(Fraction(wish.budget) * model.unit * scale) - sum(float(f.effort[0]) for f in values)
    places = _places(pieces, factors, needed, budget)
    most = np.array([f.points[-1] - f.points[0] for f in values], float)
    met = (factors @ most >= needed) | (wish.budget is not None)
    shares = _shares(model, plan, number, values, codes, hulls, places, met)
    return Stability(tuple(shares), draws, int(met[1:].sum()), concentration, _ignored(model))


def _shares(
    model: PathModel,
    plan: Plan,
    number: dict[Step, int],
    fronts: Sequence[Front],
    codes: Sequence[str],
    hulls: Sequence[Sequence[int]],
    places: NDArray[np.intp],
    met: NDArray[np.bool_],
) -> list[StepStability]:
    taken = {j: [set(fronts[j].steps(place)) for place in hulls[j]] for j in range(len(fronts))}
    result = []
    for step in plan.steps:
        j = codes.index(step.gains[0][0])
        stays = np.array([number[step] in chosen for chosen in taken[j]])[places[:, j]]
        share = float(stays[1:][met[1:]].mean()) if met[1:].any() else None
        result.append(StepStability(step, share, bool(stays[0])))
    return result


def _ignored(model: PathModel) -> tuple[ConstraintKind, ...]:
    kinds: list[ConstraintKind] = list(dict.fromkeys(limit.kind for limit in model.limits))
    return (*kinds, "most_projects") if model.constraints.most_projects is not None else tuple(kinds)
