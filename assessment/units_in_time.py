"""How a unit is followed through time: what continues as one line, and what stands beside it as a predecessor.

The declared rule. A unit that was only renamed, or moved to another district, continues. A unit that was merged or
split begins anew on that day, also when it kept its name and code; what went into it stands beside it, each on a line
of its own, and is never added up or averaged. Source of every change: the resolution named in the table of successions.
"""

import datetime as dt
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import NamedTuple

from data.lineage import SuccessionRecord, UnitKey, UnitSpan

CONTINUING = frozenset({"renamed", "moved"})
"""Kinds of succession after which a unit is still the same one."""


class Stage(NamedTuple):
    """A unit from one change of its area to the next."""

    key: UnitKey
    since: dt.date


@dataclass(frozen=True)
class Change:
    """A stage that became another one, or a part of it, on a day. kind: merged, renamed, split or moved."""

    before: Stage
    after: Stage
    date: dt.date
    kind: str
    source: str


@dataclass(frozen=True)
class Strand:
    """Stages that are one line, the oldest first. into: the change by which it went into another; None for the unit itself."""

    stages: tuple[Stage, ...]
    into: Change | None


@dataclass(frozen=True)
class UnitsInTime:
    """All units that are known, and which became which."""

    units: Mapping[UnitKey, UnitSpan]
    records: tuple[SuccessionRecord, ...]

    def name(self, stage: Stage) -> str:
        """What the unit was called."""
        return self.units[stage.key].name

    @cached_property
    def _starts(self) -> Mapping[UnitKey, tuple[dt.date, ...]]:
        """Days on which a unit that kept its key began anew, by date."""
        days: dict[UnitKey, set[dt.date]] = {}
        for record in self.records:
            if record.date > record.to_key.valid_from:
                days.setdefault(record.to_key, set()).add(record.date)
            span = self.units.get(record.from_key)
            if span is not None and (span.valid_to is None or span.valid_to >= record.date):
                days.setdefault(record.from_key, set()).add(record.date)
        return {key: tuple(sorted(own)) for key, own in days.items()}

    def stage(self, key: UnitKey, day: dt.date) -> Stage:
        """The stage in which a unit is on a day."""
        return Stage(key, max((start for start in self._starts.get(key, ()) if start <= day), default=key.valid_from))

    @cached_property
    def changes(self) -> tuple[Change, ...]:
        """Every change by date; a unit that kept its key goes from its earlier stage into its later one."""
        one_day = dt.timedelta(days=1)
        found: dict[tuple[Stage, Stage], Change] = {}
        for record in self.records:
            before = self.stage(record.from_key, record.date - one_day)
            after = self.stage(record.to_key, record.date)
            found[before, after] = Change(before, after, record.date, record.kind, record.source)
            for key in (record.to_key, record.from_key):
                if record.date in self._starts.get(key, ()):
                    link = self.stage(key, record.date - one_day), self.stage(key, record.date)
                    found.setdefault(link, Change(*link, record.date, record.kind, record.source))
        return tuple(sorted(found.values(), key=lambda c: c.date))

    @cached_property
    def _into(self) -> Mapping[Stage, tuple[Change, ...]]:
        return _grouped((change.after, change) for change in self.changes)

    @cached_property
    def _out_of(self) -> Mapping[Stage, tuple[Change, ...]]:
        return _grouped((change.before, change) for change in self.changes)

    def predecessors(self, stage: Stage) -> tuple[Change, ...]:
        """The changes out of which a stage came."""
        return self._into.get(stage, ())

    def successors(self, stage: Stage) -> tuple[Change, ...]:
        """The changes by which a stage ended."""
        return self._out_of.get(stage, ())

    def continues(self, change: Change) -> bool:
        """Whether the unit is the same one after the change: nothing else went in, and nothing else came out."""
        alone = len(self.predecessors(change.after)) == len(self.successors(change.before)) == 1
        return change.kind in CONTINUING and alone

    def line(self, stage: Stage) -> tuple[Stage, ...]:
        """The stages that are one line with this one, the oldest first."""
        stages = [stage]
        while (before := self._only(self.predecessors(stages[0]))) is not None:
            stages.insert(0, before.before)
        while (after := self._only(self.successors(stages[-1]))) is not None:
            stages.append(after.after)
        return tuple(stages)

    def _only(self, changes: tuple[Change, ...]) -> Change | None:
        return changes[0] if len(changes) == 1 and self.continues(changes[0]) else None

    def strands(self, stage: Stage) -> tuple[Strand, ...]:
        """The line of a unit first, then the line of every unit that went into it, the nearest first."""
        return tuple(self._strands(self.line(stage), None))

    def _strands(self, line: tuple[Stage, ...], into: Change | None) -> Iterator[Strand]:
        yield Strand(line, into)
        for change in self.predecessors(line[0]):
            yield from self._strands(self.line(change.before), change)


def _grouped(pairs: Iterator[tuple[Stage, Change]]) -> dict[Stage, tuple[Change, ...]]:
    found: dict[Stage, list[Change]] = {}
    for stage, change in pairs:
        found.setdefault(stage, []).append(change)
    return {stage: tuple(changes) for stage, changes in found.items()}
