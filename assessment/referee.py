"""The referee of what is not applicable: who of a ranking list would move if it were treated in another way."""

from collections.abc import Mapping
from dataclasses import dataclass

from assessment.snapshots import LevelSnapshot
from criteria.model import NotApplicable
from data.repositories import UnitRecord
from scoring.grid import in_points
from scoring.referee import TREATMENTS, referee


@dataclass(frozen=True)
class RefereeRow:
    """One unit under the three treatments. Points, not grid steps. own: the set's treatment.

    codes: the scored criteria that are not applicable to it.
    """

    unit: UnitRecord
    own: NotApplicable
    totals: Mapping[NotApplicable, float]
    ranks: Mapping[NotApplicable, int]
    codes: tuple[str, ...]

    @property
    def total(self) -> float:
        """Its total as the set treats what is not applicable."""
        return self.totals[self.own]

    @property
    def rank(self) -> int:
        """Its rank as the set treats what is not applicable."""
        return self.ranks[self.own]

    def gained(self, treatment: NotApplicable) -> float:
        """Points won (+) or lost (-) against the set's own treatment."""
        return self.totals[treatment] - self.total

    def places(self, treatment: NotApplicable) -> int:
        """Places won (+) or lost (-) against the set's own treatment."""
        return self.rank - self.ranks[treatment]


@dataclass(frozen=True)
class RefereeTable:
    """The ranked units of a list under the three treatments, best first by the set's own.

    Who has no figure, or to whom nothing applies, has no place and takes none from others.
    """

    snapshot: LevelSnapshot
    list_code: str
    list_name: str
    rows: tuple[RefereeRow, ...]

    @property
    def treatment(self) -> NotApplicable:
        """How the set treats what is not applicable."""
        return self.snapshot.criteria_set.not_applicable

    @property
    def others(self) -> tuple[NotApplicable, ...]:
        """The treatments that the set does not use."""
        return tuple(t for t in TREATMENTS if t != self.treatment)

    @property
    def waived(self) -> bool:
        """Whether anything is not applicable to anybody; without it the treatments agree."""
        return any(row.codes for row in self.rows)

    @property
    def touched(self) -> tuple[RefereeRow, ...]:
        """Units to which something is not applicable, and those that move beside them, best first."""
        return tuple(row for row in self.rows if row.codes or any(map(row.places, self.others)))

    def moved(self, treatment: NotApplicable) -> tuple[RefereeRow, ...]:
        """Units whose place a treatment changes, best first."""
        return tuple(row for row in self.rows if row.places(treatment))


def referee_table(snapshot: LevelSnapshot, list_code: str) -> RefereeTable:
    """The list under the three treatments. Raises KeyError for a list that the snapshot does not have."""
    chosen = snapshot.list_of(list_code)
    rows = snapshot.placed_rows(chosen)
    found = referee(snapshot.inputs, snapshot.reference, rows)
    codes = snapshot.book.compiled.codes
    table = [
        RefereeRow(
            snapshot.units[int(row)],
            found.own,
            {t: float(in_points(found.totals[t][k])) for t in TREATMENTS},
            {t: int(found.ranks[t][k]) for t in TREATMENTS},
            tuple(code for code, waived in zip(codes, found.not_applicable[k], strict=True) if waived),
        )
        for k, row in enumerate(rows)
    ]
    # Members come in Vietnamese order, and sorting keeps it among equals.
    return RefereeTable(snapshot, chosen.code, chosen.name_vi, tuple(sorted(table, key=lambda r: r.rank)))
