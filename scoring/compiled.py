"""A criteria set made ready for arrays: every input a column, every rule split into leaves of one type each."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from enum import Enum
from functools import cached_property
from typing import Literal

import numpy as np
from numpy.typing import NDArray

from criteria.model import (
    BandSteps,
    BestRelative,
    Checklist,
    Choice,
    Count,
    CriteriaSet,
    Criterion,
    Deadline,
    GroupKind,
    Judged,
    MinMax,
    Parts,
    Ratio,
    Rule,
    YesNo,
)
from scoring.grid import STEPS_PER_POINT, Points, on_grid


class InputKind(Enum):
    """What an input may hold."""

    NUMBER = "number"
    SIGNED = "signed"
    YES_NO = "yes_no"
    OPTION = "option"
    DATE = "date"
    POINTS = "points"


@dataclass(frozen=True)
class Column:
    """One named input of one criterion. whole: whether it counts something, so that what is typed has no decimals."""

    criterion: int
    code: str
    key: str
    kind: InputKind
    options: tuple[str, ...] = ()
    limit: float = 0.0
    whole: bool = False


LeafRule = Ratio | BandSteps | Choice | Count | BestRelative | MinMax | Deadline | YesNo | Judged
LeafType = Literal[
    "ratio",
    "band_value",
    "band_ratio",
    "choice",
    "count",
    "best_relative",
    "min_max",
    "deadline",
    "yes_no",
    "judged",
]


@dataclass(frozen=True)
class Leaf:
    """An indivisible rule: its share of the criterion's maximum and the columns it reads (b is -1 without a second input)."""

    criterion: int
    key: str
    share: float
    rule: LeafRule
    a: int
    b: int = -1

    @property
    def type(self) -> LeafType:
        """Name of the leaf type; all leaves of one type are evaluated at once."""
        match self.rule:
            case BandSteps(of="value"):
                return "band_value"
            case BandSteps():
                return "band_ratio"
            case rule:
                return rule.type


Columns = slice | NDArray[np.intp]
"""Which columns of an array are meant."""


def _evenly(index: NDArray[np.intp]) -> Columns:
    """The columns as a slice where they are evenly spaced: a slice is a view, an index array a slow copy."""
    step = int(index[1] - index[0]) if len(index) > 1 else 1
    even = step > 0 and bool((np.diff(index) == step).all())
    return slice(int(index[0]), int(index[-1]) + 1, step) if even else index


@dataclass(frozen=True)
class LeafTable:
    """All leaves of one type, as arrays (leaves,), in set order."""

    type: LeafType
    leaves: tuple[Leaf, ...]
    index: NDArray[np.intp]
    a: NDArray[np.intp]
    b: NDArray[np.intp]
    maxima: NDArray[np.float64]

    @cached_property
    def own(self) -> Columns:
        """The leaves of this type among all leaves."""
        return _evenly(self.index)

    @cached_property
    def of_a(self) -> Columns:
        """The columns of their first inputs."""
        return _evenly(self.a)

    @cached_property
    def of_b(self) -> Columns:
        """The columns of their second inputs."""
        return _evenly(self.b)

    @cached_property
    def full_at(self) -> NDArray[np.float64]:
        """Value at which the fraction is 1 (ratio, count)."""
        return np.array([x.rule.full_at if isinstance(x.rule, Ratio | Count) else 1.0 for x in self.leaves], float)

    @cached_property
    def down(self) -> NDArray[np.bool_]:
        """Whether less is better (ratio, min_max)."""
        return np.array([isinstance(x.rule, Ratio | MinMax) and x.rule.direction == "down" for x in self.leaves])

    @cached_property
    def goalposts(self) -> NDArray[np.float64]:
        """(2, leaves) lowest and highest value of min_max; NaN where the reference list gives them."""
        posts = [
            x.rule.goalposts if isinstance(x.rule, MinMax) and x.rule.goalposts else (np.nan, np.nan)
            for x in self.leaves
        ]
        return np.array(posts, float).reshape(-1, 2).T

    @cached_property
    def due(self) -> NDArray[np.float64]:
        """Due day as an ordinal (deadline)."""
        return np.array([x.rule.due.toordinal() if isinstance(x.rule, Deadline) else 0 for x in self.leaves], float)

    @cached_property
    def lose_per_day(self) -> NDArray[np.float64]:
        """Fraction lost per day late (deadline)."""
        return np.array([x.rule.lose_per_day if isinstance(x.rule, Deadline) else 0 for x in self.leaves], float)

    @cached_property
    def steps(self) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
        """(leaves, steps) thresholds, rising, padded with inf, and their fractions (bands)."""
        rows = [tuple(reversed(x.rule.steps)) if isinstance(x.rule, BandSteps) else () for x in self.leaves]
        width = max(map(len, rows), default=0)
        reached = np.full((len(rows), width), np.inf)
        fraction = np.zeros((len(rows), width))
        for i, row in enumerate(rows):
            reached[i, : len(row)] = [s.reached for s in row]
            fraction[i, : len(row)] = [s.fraction for s in row]
        return reached, fraction

    @cached_property
    def option_fractions(self) -> NDArray[np.float64]:
        """(leaves, options) fractions in the order of the options, padded with 0 (choice)."""
        rows = [tuple(x.rule.options.values()) if isinstance(x.rule, Choice) else () for x in self.leaves]
        table = np.zeros((len(rows), max(map(len, rows), default=1)))
        for i, row in enumerate(rows):
            table[i, : len(row)] = row
        return table


def _leaves(criterion: int, rule: Rule, share: float, prefix: str, columns: Mapping[str, int]) -> Iterator[Leaf]:
    match rule:
        case Checklist():
            for item, fraction in rule.items.items():
                yield Leaf(criterion, prefix + item, share * fraction, YesNo(type="yes_no"), columns[prefix + item])
        case Parts():
            for part in rule.parts:
                yield from _leaves(criterion, part.rule, share * part.fraction, f"{part.key}.", columns)
        case Ratio() | BandSteps(of="ratio"):
            yield Leaf(criterion, prefix.rstrip("."), share, rule, columns[prefix + "a"], columns[prefix + "b"])
        case _:
            yield Leaf(criterion, prefix.rstrip("."), share, rule, columns[prefix + "value"])


def _columns(index: int, criterion: Criterion, rule: Rule, prefix: str = "") -> Iterator[Column]:
    def column(key: str, kind: InputKind, options: tuple[str, ...] = (), limit: float = 0.0) -> Column:
        note = criterion.inputs.get(prefix + key)
        whole = note is not None and note.number == "whole"
        return Column(index, criterion.code, prefix + key, kind, options, limit, whole)

    match rule:
        case Checklist():
            yield from (column(item, InputKind.YES_NO) for item in rule.items)
        case Parts():
            for part in rule.parts:
                yield from _columns(index, criterion, part.rule, f"{part.key}.")
        case Ratio() | BandSteps(of="ratio"):
            yield from (column(key, InputKind.NUMBER) for key in ("a", "b"))
        case Choice():
            yield column("value", InputKind.OPTION, tuple(rule.options))
        case YesNo():
            yield column("value", InputKind.YES_NO)
        case Deadline():
            yield column("value", InputKind.DATE)
        case Judged():
            yield column("value", InputKind.POINTS, limit=float(criterion.max_points))
        case MinMax():
            yield column("value", InputKind.SIGNED)
        case _:
            yield column("value", InputKind.NUMBER)


@dataclass(frozen=True)
class CompiledSet:
    """A criteria set as arrays. Criteria are numbered in display order; so are groups, columns and leaves."""

    criteria_set: CriteriaSet
    columns: tuple[Column, ...]
    leaves: tuple[Leaf, ...]
    column_of: Mapping[tuple[str, str], int] = field(repr=False)

    @cached_property
    def codes(self) -> tuple[str, ...]:
        """Criterion codes in order."""
        return tuple(c.code for c in self.criteria_set.criteria)

    @cached_property
    def index_of(self) -> Mapping[str, int]:
        """Number of a criterion by its code."""
        return {code: i for i, code in enumerate(self.codes)}

    @cached_property
    def max_points(self) -> NDArray[np.float64]:
        """(criteria,) maxima in points, as written."""
        return np.array([c.max_points for c in self.criteria_set.criteria], float)

    @cached_property
    def maxima(self) -> Points:
        """(criteria,) maxima on the grid."""
        return on_grid(self.max_points)

    @cached_property
    def max_steps(self) -> NDArray[np.float64]:
        """(criteria,) maxima in grid steps, not rounded: a maximum need not lie on the grid, points of it do."""
        return self.max_points * STEPS_PER_POINT

    @cached_property
    def group(self) -> NDArray[np.intp]:
        """(criteria,) number of each criterion's group."""
        return np.repeat(np.arange(len(self.criteria_set.groups)), [len(g.criteria) for g in self.criteria_set.groups])

    @cached_property
    def kinds(self) -> tuple[GroupKind, ...]:
        """Kind of each group."""
        return tuple(g.kind for g in self.criteria_set.groups)

    def of_kind(self, kind: GroupKind) -> NDArray[np.bool_]:
        """(criteria,) whether the criterion stands in a group of this kind."""
        return np.array([k == kind for k in self.kinds])[self.group]

    @cached_property
    def judged(self) -> NDArray[np.bool_]:
        """(criteria,) whether only appraisal gives the criterion points."""
        return np.array([c.rule.type == "judged" for c in self.criteria_set.criteria], bool)

    @cached_property
    def members(self) -> NDArray[np.float64]:
        """(criteria, groups) 1 where the criterion stands in the group."""
        return (self.group[:, None] == np.arange(len(self.kinds))).astype(float)

    @cached_property
    def scale(self) -> float:
        """Top of the converted total, in grid steps: the set's scale, or the sum of the scored maxima."""
        scale = self.criteria_set.scale
        return float(on_grid(scale)) if scale is not None else float(self.maxima[self.of_kind("scored")].sum())

    @cached_property
    def tables(self) -> tuple[LeafTable, ...]:
        """Leaves by type."""
        tables: list[LeafTable] = []
        kinds: dict[LeafType, None] = dict.fromkeys(leaf.type for leaf in self.leaves)
        for kind in kinds:
            index = np.array([i for i, leaf in enumerate(self.leaves) if leaf.type == kind], np.intp)
            chosen = tuple(self.leaves[i] for i in index)
            tables.append(
                LeafTable(
                    kind,
                    chosen,
                    index,
                    np.array([x.a for x in chosen], np.intp),
                    np.array([x.b for x in chosen], np.intp),
                    self.max_points[[x.criterion for x in chosen]],
                )
            )
        return tuple(tables)

    @cached_property
    def columns_of(self) -> tuple[tuple[int, ...], ...]:
        """Numbers of the columns of each criterion, in order."""
        return _by_criterion(len(self.codes), [column.criterion for column in self.columns])

    @cached_property
    def leaves_of(self) -> tuple[tuple[int, ...], ...]:
        """Numbers of the leaves of each criterion, in order."""
        return _by_criterion(len(self.codes), [leaf.criterion for leaf in self.leaves])

    @cached_property
    def leaf_criterion(self) -> NDArray[np.intp]:
        """(leaves,) number of each leaf's criterion."""
        return np.array([leaf.criterion for leaf in self.leaves], np.intp)

    @cached_property
    def leaf_share(self) -> NDArray[np.float64]:
        """(leaves,) share of the criterion's maximum."""
        return np.array([leaf.share for leaf in self.leaves], float)

    @cached_property
    def leaf_rounds(self) -> tuple[tuple[Columns, Columns], ...]:
        """The k-th leaves of all criteria and their criteria, for k = 0, 1, …: adds up leaves in a fixed order."""
        order = np.zeros(len(self.leaves), np.intp)
        seen: dict[int, int] = {}
        for i, leaf in enumerate(self.leaves):
            order[i] = seen.get(leaf.criterion, 0)
            seen[leaf.criterion] = int(order[i]) + 1
        rounds = (np.flatnonzero(order == k) for k in range(max(seen.values(), default=0)))
        return tuple((_evenly(chosen), _evenly(self.leaf_criterion[chosen])) for chosen in rounds)


def _by_criterion(criteria: int, owners: Sequence[int]) -> tuple[tuple[int, ...], ...]:
    found: list[list[int]] = [[] for _criterion in range(criteria)]
    for number, criterion in enumerate(owners):
        found[criterion].append(number)
    return tuple(map(tuple, found))


def compile_set(criteria_set: CriteriaSet) -> CompiledSet:
    """The set made ready for scoring; compile once, score as often as you like."""
    columns: list[Column] = []
    leaves: list[Leaf] = []
    for i, criterion in enumerate(criteria_set.criteria):
        own = tuple(_columns(i, criterion, criterion.rule))
        numbers = {column.key: len(columns) + j for j, column in enumerate(own)}
        columns.extend(own)
        leaves.extend(_leaves(i, criterion.rule, 1.0, "", numbers))
    return CompiledSet(criteria_set, tuple(columns), tuple(leaves), {(c.code, c.key): i for i, c in enumerate(columns)})
