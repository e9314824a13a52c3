"""The criteria set as an immutable value. Form of the file: docs/bo-chi-so.vi.md."""

import datetime as dt
import math
from collections.abc import Iterator, Mapping
from functools import cached_property
from typing import Annotated, Literal

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, StrictFloat, StrictInt, StringConstraints

from language import _, language

Number = Annotated[StrictInt | StrictFloat, Field(allow_inf_nan=False)]
Fraction = Annotated[Number, Field(ge=0, le=1)]
Positive = Annotated[Number, Field(gt=0)]
Key = Annotated[str, StringConstraints(strict=True, pattern=r"^[^\s,;:.]+$", max_length=64)]
Code = Annotated[str, StringConstraints(strict=True, pattern=r"^[^\s,;:/]+$", max_length=64)]
Option = Annotated[str, StringConstraints(strict=True, min_length=1, max_length=200)]

Level = Literal["province", "department", "district", "commune"]
Status = Literal["reference", "official"]
NotApplicable = Literal["rescale", "full", "zero"]
GroupKind = Literal["scored", "adjustment", "unscored"]
Frequency = Literal["monthly", "quarterly", "half_yearly", "yearly"]
Measure = Literal["flow", "stock"]
Direction = Literal["up", "down"]

DUE_MONTHS: Mapping[Frequency | None, tuple[int, ...]] = {
    None: tuple(range(1, 13)),
    "monthly": tuple(range(1, 13)),
    "quarterly": (3, 6, 9, 12),
    "half_yearly": (6, 12),
    "yearly": (12,),
}
"""Months whose figures are due; every month where a set does not say. Before the first one of a year a figure is not due: neither missing nor 0."""


class Value(BaseModel):
    """Base of every part of a criteria set: immutable, no unknown keys."""

    model_config = ConfigDict(frozen=True, extra="forbid")


class Text(Value):
    """A text in Vietnamese and, where given, in English."""

    vi: Annotated[str, StringConstraints(strict=True, min_length=1)]
    en: Annotated[str, StringConstraints(strict=True, min_length=1)] | None = None

    def __str__(self) -> str:
        return self.en if language() == "en" and self.en else self.vi


def _text(value: object) -> object:
    return {"vi": value} if isinstance(value, str) else value


Wording = Annotated[Text, BeforeValidator(_text)]


class Source(Value):
    """Where a rule comes from: document, clause and, where there is one, address."""

    document: Annotated[str, StringConstraints(min_length=1)]
    clause: str = ""
    url: str | None = None


class Ratio(Value):
    """fraction = min(1, (a / b) / full_at), or 1 - a / b when direction is down. Inputs a and b."""

    type: Literal["ratio"]
    full_at: Positive = 1
    direction: Direction = "up"
    over: Literal["refuse", "allow"] = "refuse"


class Step(Value):
    """From this value on, this fraction of the maximum."""

    reached: Number = Field(alias="from")
    fraction: Fraction

    model_config = ConfigDict(frozen=True, extra="forbid", validate_by_name=False, serialize_by_alias=True)


class BandSteps(Value):
    """Fraction of the highest step that is reached, below the lowest 0. Of an input `value`, or of a / b."""

    type: Literal["bands"]
    of: Literal["value", "ratio"]
    steps: Annotated[tuple[Step, ...], Field(min_length=1)]
    over: Literal["refuse", "allow"] = "refuse"


class Choice(Value):
    """Fraction of the chosen option. Input `value`."""

    type: Literal["choice"]
    options: Annotated[Mapping[Option, Fraction], Field(min_length=1)]


class Checklist(Value):
    """Sum of the fractions of the items that are there. One yes / no input per item."""

    type: Literal["checklist"]
    items: Annotated[Mapping[Key, Fraction], Field(min_length=1)]


class Count(Value):
    """fraction = min(1, value / full_at)."""

    type: Literal["count"]
    full_at: Positive


class BestRelative(Value):
    """fraction = value / best value of the reference list."""

    type: Literal["best_relative"]


class MinMax(Value):
    """fraction = (value - lo) / (hi - lo), reversed when direction is down; lo and hi are the goalposts or the reference list's own."""

    type: Literal["min_max"]
    direction: Direction = "up"
    goalposts: tuple[Number, Number] | None = None


def _due(value: object) -> object:
    return dt.date.fromisoformat(value) if isinstance(value, str) else value


class Deadline(Value):
    """fraction = max(0, 1 - days late x lose_per_day). Input `value` is a date."""

    type: Literal["deadline"]
    due: Annotated[dt.date, BeforeValidator(_due), Field(strict=True)]
    lose_per_day: Annotated[Number, Field(gt=0, le=1)]


class YesNo(Value):
    """1 for yes, 0 for no. Input `value`."""

    type: Literal["yes_no"]


class Judged(Value):
    """Points given at appraisal, from 0 to the maximum. Input `value`."""

    type: Literal["judged"]


SimpleRule = Annotated[
    Ratio | BandSteps | Choice | Checklist | Count | BestRelative | MinMax | Deadline | YesNo,
    Field(discriminator="type"),
]


class Part(Value):
    """One part of a composite rule: its fraction of the maximum and its own rule."""

    key: Key
    fraction: Fraction
    rule: SimpleRule


class Parts(Value):
    """Sum over the parts of fraction x the part's own fraction. Inputs `key.input`."""

    type: Literal["parts"]
    parts: Annotated[tuple[Part, ...], Field(min_length=1)]


Rule = Annotated[
    Ratio | BandSteps | Choice | Checklist | Count | BestRelative | MinMax | Deadline | YesNo | Judged | Parts,
    Field(discriminator="type"),
]


class InputNote(Value):
    """What an input means to the person who has to find it.

    number: what numbers the input takes: `whole` ones alone (what is counted), else any. fact: name of the fact that the
    input holds; inputs of one set that hold the same fact are entered once.
    options: what each option of a choice is called on screen; the option itself without it.
    """

    name: Wording
    unit: Wording | None = None
    number: Literal["whole"] | None = None
    explain: Wording | None = None
    fact: Key | None = None
    options: Mapping[Option, Wording] = Field(default_factory=dict)


class RollUp(Value):
    """Where a provincial component's inputs come from.

    how: ratio_of_sums (sum of a over sum of b), sum, mean, share_meeting (units that reach the target over units
    that report) or entry (typed at provincial level). weight: what a mean is weighted by, `units` (each unit counts
    once) or the name of an input. meets_at: the value or ratio from which a unit counts as meeting; without it a unit
    meets when its own rule gives full marks.
    """

    how: Literal["ratio_of_sums", "sum", "mean", "share_meeting", "entry"]
    sources: tuple[str, ...] = Field(default=(), alias="from")
    weight: Annotated[str, StringConstraints(strict=True, min_length=1)] | None = None
    meets_at: Number | None = None

    model_config = ConfigDict(frozen=True, extra="forbid", validate_by_name=False, serialize_by_alias=True)


class Criterion(Value):
    """A scored leaf (chỉ số thành phần).

    coverage: what a unit's figure contains: `own` (its own office) or `area` (the whole area, lower units included).
    applies_to: what a unit must have for the criterion to concern it. covers: bullets of the plan that it answers.
    """

    code: Code
    name: Wording
    max_points: Number
    rule: Rule
    evidence: Literal["required", "optional", "none"] = "optional"
    source: Source | None = None
    plan_target: Code | None = None
    covers: tuple[str, ...] = ()
    inputs: Mapping[str, InputNote] = Field(default_factory=dict)
    measure: Measure | None = None
    frequency: Frequency | None = None
    found_in: Wording | None = None
    evidence_documents: Wording | None = None
    verifier: Code | None = None
    coverage: Literal["own", "area"] | None = None
    applies_to: Literal["public_services", "communes"] | None = None
    note: Wording | None = None
    rollup: RollUp | None = None

    @property
    def is_rolled_up(self) -> bool:
        """Whether a provincial component is summed up from units, and therefore never typed."""
        return self.rollup is not None and self.rollup.how != "entry"


class Cap(Value):
    """How far an adjustment group may raise (bonus) or lower (penalty) a total, in points."""

    bonus: Annotated[Number, Field(ge=0)] | None = None
    penalty: Annotated[Number, Field(ge=0)] | None = None


class Group(Value):
    """A main index (chỉ số chính) and its criteria, in display order."""

    code: Code
    name: Wording
    kind: GroupKind = "scored"
    cap: Cap | None = None
    criteria: Annotated[tuple[Criterion, ...], Field(min_length=1)]


class Band(Value):
    """A named band (xếp loại) of the converted total."""

    name: Wording
    reached: Number = Field(alias="from")

    model_config = ConfigDict(frozen=True, extra="forbid", validate_by_name=False, serialize_by_alias=True)


class CriteriaSet(Value):
    """A versioned tree of everything that is scored at one level."""

    id: Code
    level: Level
    year: Annotated[StrictInt, Field(ge=2000, le=2100)]
    version: Annotated[str, StringConstraints(strict=True, min_length=1)] = "1.0"
    status: Status = "reference"
    title: Wording | None = None
    legal_basis: tuple[Source, ...] = ()
    scale: Positive | None = None
    not_applicable: NotApplicable = "rescale"
    rank_precision: Annotated[StrictInt, Field(ge=0, le=9)] | None = None
    reference_list: Code = "all"
    bands: tuple[Band, ...] = ()
    groups: Annotated[tuple[Group, ...], Field(min_length=1)]

    @cached_property
    def criteria(self) -> tuple[Criterion, ...]:
        """Every criterion in display order."""
        return tuple(c for g in self.groups for c in g.criteria)

    @cached_property
    def by_code(self) -> Mapping[str, Criterion]:
        """Criteria by code."""
        return {c.code: c for c in self.criteria}

    @cached_property
    def top(self) -> float:
        """The highest total: the scale, or the sum of the scored maxima where the set gives none."""
        scored = (c.max_points for g in self.groups if g.kind == "scored" for c in g.criteria)
        return float(self.scale) if self.scale is not None else math.fsum(scored)

    def group_of(self, code: str) -> Group:
        """The group that holds a criterion. Raises KeyError when no group does."""
        for group in self.groups:
            if any(c.code == code for c in group.criteria):
                return group
        raise KeyError(code)


def input_keys(rule: Rule, prefix: str = "") -> Iterator[str]:
    """Names of the inputs that a rule reads, in order."""
    match rule:
        case Ratio() | BandSteps(of="ratio"):
            yield from (prefix + "a", prefix + "b")
        case Checklist():
            yield from (prefix + item for item in rule.items)
        case Parts():
            for part in rule.parts:
                yield from input_keys(part.rule, f"{prefix}{part.key}.")
        case _:
            yield prefix + "value"


def input_word(key: str) -> str:
    """What an input is called that its set does not name: the one value of a rule by a word, of a part by the part's key."""
    part, _dot, last = key.rpartition(".")
    return key if last != "value" else part or _("Số liệu")
