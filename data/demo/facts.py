"""Numbers of the demonstration data, fact by fact: the same fact of a unit in a month is one number everywhere."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field

import numpy as np

from criteria.model import BandSteps, CriteriaSet, Criterion, Parts, Ratio, Rule
from data.demo.shapes import share
from data.demo.sizes import UnitSizes, fact_size
from data.demo.tuning import MONTHS, Array, Tuning, stream
from data.reference import ReferenceUnit


@dataclass(frozen=True)
class Leaf:
    """A rule that reads inputs directly: the criterion's own, or one of its parts."""

    criterion: Criterion
    prefix: str
    rule: Rule

    def fact(self, key: str) -> str:
        """Name of the fact behind an input; an input without one is a fact of its own."""
        note = self.criterion.inputs.get(self.prefix + key)
        return note.fact if note and note.fact else f"{self.criterion.code}/{self.prefix}{key}"


def leaves(criterion: Criterion) -> Iterator[Leaf]:
    """The rules of a criterion that read inputs."""
    if isinstance(criterion.rule, Parts):
        for part in criterion.rule.parts:
            yield Leaf(criterion, f"{part.key}.", part.rule)
    else:
        yield Leaf(criterion, "", criterion.rule)


def is_ratio(rule: Rule) -> bool:
    """Whether a rule reads a and b."""
    return isinstance(rule, Ratio) or (isinstance(rule, BandSteps) and rule.of == "ratio")


def measured_criteria(criteria_set: CriteriaSet) -> list[Criterion]:
    """The criteria whose inputs are reported at this level, not rolled up from others; scored ones first.

    Scored criteria decide what a fact is like, adjustments and unscored ones follow.
    """
    reported = [c for c in criteria_set.criteria if c.rollup is None or c.rollup.how == "entry"]
    scored = {c.code for g in criteria_set.groups if g.kind == "scored" for c in g.criteria}
    return sorted(reported, key=lambda criterion: criterion.code not in scored)


@dataclass
class FactBook:
    """The numbers of one level. `lower` is the book of the communes while the districts are made."""

    tuning: Tuning
    criteria_set: CriteriaSet
    units: Sequence[ReferenceUnit]
    sizes: UnitSizes
    quality: Array
    lower: "FactBook | None" = None
    numbers: dict[str, Array] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self._numerators: dict[str, list[Leaf]] = {}
        self._denominators: dict[str, list[Leaf]] = {}
        self._flows: dict[str, bool] = {}
        self._areas: set[str] = set()
        groups = (group for group in self.criteria_set.groups if group.kind == "adjustment")
        self._adjustments = {criterion.code for group in groups for criterion in group.criteria}
        for criterion in measured_criteria(self.criteria_set):
            for leaf in leaves(criterion):
                self._note(leaf)

    def _note(self, leaf: Leaf) -> None:
        keys = ("a", "b") if is_ratio(leaf.rule) else ("value",)
        for key in keys:
            fact = leaf.fact(key)
            self._flows.setdefault(fact, leaf.criterion.measure == "flow")
            if leaf.criterion.coverage == "area":
                self._areas.add(fact)
        if is_ratio(leaf.rule):
            self._numerators.setdefault(leaf.fact("a"), []).append(leaf)
            self._denominators.setdefault(leaf.fact("b"), []).append(leaf)

    def is_flow(self, fact: str) -> bool:
        """Whether a fact accumulates from January."""
        return self._flows[fact]

    def progress(self, criterion: Criterion, name: str) -> Array:
        """(units, months) of how well the units do at something: quality less difficulty, with noise of its own."""
        if criterion.code in self._adjustments:
            return self._rare(criterion)
        # Difficulty is the same at every level, luck is each unit's own.
        difficulty = stream(self.tuning, "difficulty", name).normal(0.0, self.tuning.difficulty)
        difficulty -= self.tuning.ease.get(name, 0.0)
        luck = stream(self.tuning, self.criteria_set.level, "luck", name)
        noise = luck.normal(0.0, self.tuning.noise, len(self.units))
        return np.clip(self.quality - difficulty + noise[:, None], self.tuning.lowest, self.tuning.highest)

    def _rare(self, criterion: Criterion) -> Array:
        """Bonuses and penalties are rare: nothing, or from some month on a part of the maximum."""
        rng = stream(self.tuning, self.criteria_set.level, "adjustment", criterion.code)
        chance = self.tuning.penalty_chance if criterion.max_points < 0 else self.tuning.bonus_chance
        count = len(self.units)
        happens, month = rng.random(count) < chance, rng.integers(1, MONTHS + 1, count)
        since = happens[:, None] & (np.arange(1, MONTHS + 1) >= month[:, None])
        return np.where(since, rng.uniform(0.4, 1.0, count)[:, None], 0.0)

    def draw(self, name: str) -> Array:
        """One fixed number in [0, 1) per unit."""
        return stream(self.tuning, self.criteria_set.level, "draw", name).random(len(self.units))

    def ratio_fact(self, fact: str, *, seen: tuple[str, ...] = ()) -> Array:
        """(units, months) of a fact that is a numerator or a denominator."""
        if fact not in self.numbers:
            own = self._numerator(fact, seen) if fact in self._numerators and fact not in seen else self._base(fact)
            self.numbers[fact] = self._with_communes(fact, own)
        return self.numbers[fact]

    def _numerator(self, fact: str, seen: tuple[str, ...]) -> Array:
        pairs = self._numerators[fact]
        wholes = [self.ratio_fact(leaf.fact("b"), seen=(*seen, fact)) for leaf in pairs]
        whole, first = np.minimum.reduce(wholes), pairs[0]
        rate = share(first.rule, self.progress(first.criterion, fact))
        growth = np.diff(whole, axis=1, prepend=0.0)
        # Of what is new each month the month's own share: neither the part nor the rest ever falls.
        grows = bool(np.any(growth[:, 1:] > 0))
        part = np.rint(np.cumsum(rate * growth, axis=1) if grows else rate * whole)
        part = np.maximum.accumulate(part, axis=1) if self.is_flow(fact) else part
        return np.minimum(part, whole)

    def _base(self, fact: str) -> Array:
        if fact == "communes" and self.lower is not None:
            inside = self._children().sum(axis=1).astype(float)
            return np.repeat(np.maximum(inside, 1.0)[:, None], MONTHS, axis=1)
        level = self.criteria_set.level
        yearly = fact_size(self.tuning, level, fact, self.sizes, area=fact in self._areas)
        if not self.is_flow(fact):
            return np.repeat(yearly[:, None], MONTHS, axis=1)
        months = stream(self.tuning, level, "season", fact).uniform(0.7, 1.3, (len(self.units), MONTHS))
        elapsed = np.cumsum(months, axis=1) / months.sum(axis=1, keepdims=True)
        return np.maximum(np.rint(yearly[:, None] * elapsed), 1.0)

    def _children(self) -> Array:
        lower = self.lower.units if self.lower else ()
        return np.array([[float(c.parent_code == unit.code) for c in lower] for unit in self.units])

    def _summed(self, fact: str) -> bool:
        return fact in self._areas and self.lower is not None and fact in self.lower.numbers

    def _with_communes(self, fact: str, own: Array) -> Array:
        """An area's figure contains its communes'; a whole is never smaller than a part that contains them."""
        if self._summed(fact) and self.lower is not None:
            children = self._children()
            inside = children @ self.lower.numbers[fact]
            return np.where(children.sum(axis=1, keepdims=True) > 0, inside, own)
        parts = [leaf.fact("a") for leaf in self._denominators.get(fact, ())]
        sums = [self._with_communes(part, own) for part in parts if self._summed(part)]
        return np.maximum.reduce([own, *sums])
