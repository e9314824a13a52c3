"""Inputs: unit x criterion x named input -> value, with missing, not applicable and not yet due as states of their own."""

import datetime as dt
import math
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from typing import Final, Literal

import numpy as np
from numpy.typing import NDArray

from criteria.model import BandSteps, Ratio
from language import _, cited, format_number
from scoring.compiled import Column, CompiledSet, InputKind

NOT_APPLICABLE: Final = "n/a"
YES: Final = frozenset({"yes", "có"})
NO: Final = frozenset({"no", "không"})


class ValueFault(ValueError):
    """A value that an input cannot hold; the message says what was expected."""


@dataclass(frozen=True)
class Cell:
    """One given value. `value` is a number, an option, yes / no, a date, or NOT_APPLICABLE for the whole criterion."""

    unit: str
    criterion: str
    key: str
    value: float | str | dt.date


def _number(value: float | str, column: Column) -> float:
    try:
        number = float(value)
    except (ValueError, OverflowError):
        raise ValueFault(
            _("{value} không phải là số; hãy viết số với dấu chấm thập phân, ví dụ 7.04.").format(
                value=cited(str(value))
            )
        ) from None
    if not math.isfinite(number):
        raise ValueFault(
            _(
                "{value} không phải là số hữu hạn (NaN và vô cực không được nhận); hãy để trống nếu chưa có số liệu."
            ).format(value=cited(str(value)))
        )
    if column.kind is InputKind.NUMBER and number < 0:
        raise ValueFault(_("{value} là số âm; số liệu này không thể âm.").format(value=format_number(number)))
    if column.kind is InputKind.POINTS and not min(0.0, column.limit) <= number <= max(0.0, column.limit):
        raise ValueFault(
            _("{value} điểm nằm ngoài khoảng từ 0 đến {limit} điểm.").format(
                value=format_number(number), limit=format_number(column.limit)
            )
        )
    return number


def encode(column: Column, value: float | str | dt.date) -> float:
    """The value as the number that stands in the arrays. Raises ValueFault with a sentence when the input cannot hold it."""
    match column.kind:
        case InputKind.YES_NO:
            word = str(value).strip().casefold()
            if word in YES or word in NO:
                return 1.0 if word in YES else 0.0
            raise ValueFault(_("{value} không phải là yes hoặc no.").format(value=cited(str(value))))
        case InputKind.OPTION:
            if value in column.options:
                return float(column.options.index(str(value)))
            raise ValueFault(
                _("{value} không có trong các lựa chọn: {options}.").format(
                    value=cited(str(value)), options=", ".join(column.options)
                )
            )
        case InputKind.DATE:
            try:
                day = value if isinstance(value, dt.date) else dt.date.fromisoformat(str(value).strip())
            except ValueError:
                raise ValueFault(
                    _("{value} không phải là ngày; hãy viết năm-tháng-ngày, ví dụ 2024-12-15.").format(
                        value=cited(str(value))
                    )
                ) from None
            return float(day.toordinal())
        case _:
            if isinstance(value, dt.date):
                raise ValueFault(_("{value} là ngày; ở đây cần một số.").format(value=value.isoformat()))
            return _number(value, column)


def decode(column: Column, number: float) -> float | str | dt.date:
    """The value that an array number stands for: the opposite of encode."""
    match column.kind:
        case InputKind.YES_NO:
            return "yes" if number else "no"
        case InputKind.OPTION:
            return column.options[int(number)]
        case InputKind.DATE:
            return dt.date.fromordinal(int(number))
        case _:
            return float(number)


@dataclass(frozen=True)
class Inputs:
    """Values of all inputs of a compiled set, for some units. Immutable.

    values: (units, columns), 0 where not given. given: (units, columns). not_applicable: (units, criteria).
    not_due: (criteria,) criteria whose figures are not due yet at this snapshot; neither missing nor 0.
    """

    compiled: CompiledSet
    units: tuple[str, ...]
    values: NDArray[np.float64]
    given: NDArray[np.bool_]
    not_applicable: NDArray[np.bool_]
    not_due: NDArray[np.bool_]

    def __post_init__(self) -> None:
        for array in (self.values, self.given, self.not_applicable, self.not_due):
            array.flags.writeable = False

    @classmethod
    def from_arrays(
        cls,
        compiled: CompiledSet,
        units: Sequence[str],
        values: NDArray[np.float64],
        given: NDArray[np.bool_] | None = None,
        not_applicable: NDArray[np.bool_] | None = None,
        not_due: NDArray[np.bool_] | None = None,
    ) -> "Inputs":
        """Inputs from arrays of the shapes named in the class.

        Raises ValueError naming unit, criterion and input of the first NaN or infinity, negative value, or a above b.
        """
        shape = (len(units), len(compiled.columns))
        if values.shape != shape:
            raise ValueError(
                f"values has shape {values.shape}, expected {shape}: one row per unit, one column per input"
            )
        given = np.ones(shape, bool) if given is None else given.copy()
        values = np.where(given, values, 0.0)
        not_applicable = (
            np.zeros((len(units), len(compiled.codes)), bool) if not_applicable is None else not_applicable.copy()
        )
        not_due = np.zeros(len(compiled.codes), bool) if not_due is None else not_due.copy()
        inputs = cls(compiled, tuple(units), values, given, not_applicable, not_due)
        for unit, column, message in inputs.faults():
            raise ValueError(
                f"{units[unit]}, {compiled.columns[column].code}, {compiled.columns[column].key}: {message}"
            )
        return inputs

    def faults(self) -> Iterator[tuple[int, int, str]]:
        """Unit number, column number and a sentence for each value that its input cannot hold."""
        finite = np.isfinite(self.values)
        for unit, column in np.argwhere(~finite):
            yield (
                int(unit),
                int(column),
                _("{value} không phải là số hữu hạn; hãy để trống nếu chưa có số liệu.").format(
                    value=self.values[unit, column]
                ),
            )
        lows = np.array(
            [min(0.0, c.limit) if c.kind is not InputKind.SIGNED else -np.inf for c in self.compiled.columns]
        )
        highs = np.array([_highest(c) for c in self.compiled.columns])
        for unit, column in np.argwhere(finite & self.given & ((self.values < lows) | (self.values > highs))):
            yield (
                int(unit),
                int(column),
                _("{value} nằm ngoài khoảng từ {low} đến {high}.").format(
                    value=format_number(float(self.values[unit, column])),
                    low=format_number(float(lows[column])),
                    high=format_number(float(highs[column])),
                ),
            )
        yield from self.over_faults()

    def over_faults(self) -> Iterator[tuple[int, int, str]]:
        """Unit number, column number of a and a sentence wherever a exceeds b in a ratio that does not allow it."""
        for leaf in self.compiled.leaves:
            if leaf.b < 0 or (isinstance(leaf.rule, Ratio | BandSteps) and leaf.rule.over == "allow"):
                continue
            both = self.given[:, leaf.a] & self.given[:, leaf.b]
            for unit in np.flatnonzero(both & (self.values[:, leaf.a] > self.values[:, leaf.b])):
                yield (
                    int(unit),
                    leaf.a,
                    _("a = {a} lớn hơn b = {b}; phần (a) không thể lớn hơn tổng (b), hãy kiểm tra cả hai số.").format(
                        a=format_number(float(self.values[unit, leaf.a])),
                        b=format_number(float(self.values[unit, leaf.b])),
                    ),
                )

    def without_due(self, not_due: NDArray[np.bool_]) -> "Inputs":
        """The same inputs with other criteria not yet due. not_due: (criteria,)."""
        return replace(self, not_due=not_due.copy())

    def value(self, unit: int, column: int) -> float | str | dt.date | None:
        """One value as it was given; None when it is missing."""
        return decode(self.compiled.columns[column], self.values[unit, column]) if self.given[unit, column] else None


def _highest(column: Column) -> float:
    match column.kind:
        case InputKind.YES_NO:
            return 1.0
        case InputKind.OPTION:
            return len(column.options) - 1.0
        case InputKind.POINTS:
            return max(0.0, column.limit)
        case InputKind.DATE:
            return float(dt.date.max.toordinal())
        case _:
            return math.inf


@dataclass(frozen=True)
class Rejection:
    """Why a cell was refused: its position in the given order, the part that is wrong, a sentence."""

    position: int
    part: Literal["unit", "criterion", "input", "value"]
    message: str


def read_cells(
    compiled: CompiledSet,
    units: Sequence[str],
    cells: Iterable[Cell],
    *,
    not_due: NDArray[np.bool_] | None = None,
) -> tuple[Inputs | None, tuple[Rejection, ...]]:
    """Inputs for the units from single cells, or None and every rejection.

    A cell with an empty value is missing. Any cell NOT_APPLICABLE makes its whole criterion not applicable for the unit.
    Source: scoring contract, Command line.
    """
    row_of = {unit: i for i, unit in enumerate(units)}
    values = np.zeros((len(units), len(compiled.columns)))
    given = np.zeros(values.shape, bool)
    position_of = np.full(values.shape, -1, np.int64)
    not_applicable = np.zeros((len(units), len(compiled.codes)), bool)
    rejections: list[Rejection] = []
    for position, cell in enumerate(cells):
        row = row_of.get(cell.unit)
        index = compiled.column_of.get((cell.criterion, cell.key))
        if row is None:
            rejections.append(
                Rejection(
                    position,
                    "unit",
                    _("đơn vị {unit!r} không có trong danh sách đơn vị.").format(unit=cell.unit),
                )
            )
        if index is None:
            rejections.append(_unknown(position, cell, compiled))
        if row is None or index is None:
            continue
        column = compiled.columns[index]
        if position_of[row, index] >= 0:
            rejections.append(
                Rejection(
                    position,
                    "input",
                    _(
                        "số liệu {key!r} của {code} cho đơn vị {unit!r} đã có ở dòng trước; mỗi số liệu chỉ một dòng."
                    ).format(key=cell.key, code=cell.criterion, unit=cell.unit),
                )
            )
            continue
        position_of[row, index] = position
        if isinstance(cell.value, str) and not cell.value.strip():
            continue
        if isinstance(cell.value, str) and cell.value.strip().casefold() == NOT_APPLICABLE:
            not_applicable[row, column.criterion] = True
            continue
        try:
            values[row, index] = encode(column, cell.value)
            given[row, index] = True
        except ValueFault as fault:
            rejections.append(Rejection(position, "value", str(fault)))
    due = np.zeros(len(compiled.codes), bool) if not_due is None else not_due.copy()
    inputs = Inputs(compiled, tuple(units), values, given, not_applicable, due)
    rejections.extend(
        Rejection(int(position_of[unit, column]), "value", message) for unit, column, message in inputs.over_faults()
    )
    return (None if rejections else inputs), tuple(sorted(rejections, key=lambda r: r.position))


def _unknown(position: int, cell: Cell, compiled: CompiledSet) -> Rejection:
    if cell.criterion not in compiled.index_of:
        return Rejection(
            position,
            "criterion",
            _("chỉ số {code!r} không có trong bộ chỉ số {id}.").format(
                code=cell.criterion, id=compiled.criteria_set.id
            ),
        )
    keys = ", ".join(c.key for c in compiled.columns if c.code == cell.criterion)
    return Rejection(
        position,
        "input",
        _("số liệu {key!r} không có trong chỉ số {code}; chỉ số này dùng: {keys}.").format(
            key=cell.key, code=cell.criterion, keys=keys
        ),
    )
