"""What a unit is asked for: every figure once, however many criteria count on it, read as it is typed."""

import datetime as dt
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from functools import cached_property

from criteria.model import Criterion, InputNote, input_word
from criteria.workbook_cells import CellError, parse_date, parse_number
from language import _, cited, fold, format_date, format_number
from scoring.compiled import Column, CompiledSet, InputKind
from scoring.inputs import NO, YES, ValueFault, encode

LARGEST = 10**15
"""Larger than any figure of a province, in đồng too."""
EARLIEST_YEAR, LATEST_YEAR = 1945, 2100
"""Years that a date of a report or a document can lie in; others are slips of the keyboard."""
LONGEST = 200
"""Longest text that an entry keeps."""


@dataclass(frozen=True, slots=True)
class Place:
    """An input of a criterion that an entry fills."""

    criterion: str
    key: str


@dataclass(frozen=True, slots=True)
class Entry:
    """One figure to be given. code names it for good: a fact of the set, an input, or a request for not applicable.

    places: the inputs that it fills; of a request the criterion, with an empty key. verifiers: codes of the agencies that
    verify it at one of these places.
    """

    code: str
    column: Column | None
    places: tuple[Place, ...]
    note: InputNote | None
    verifiers: frozenset[str] = frozenset()

    @property
    def name(self) -> str:
        """What it is called, whether or not the set names it."""
        return str(self.note.name) if self.note is not None else input_word(self.places[0].key)

    @property
    def is_request(self) -> bool:
        """Whether it asks that a criterion be not applicable, with a reason as its text."""
        return self.column is None


def request_code(criterion: str) -> str:
    """Code of the request that a criterion be not applicable."""
    return f"request/{criterion}"


@dataclass(frozen=True)
class EntryList:
    """Everything that a criteria set asks a unit for, in set order.

    Points given at appraisal are not asked, nor what the province sums up from its units.
    """

    compiled: CompiledSet
    entries: tuple[Entry, ...]

    @cached_property
    def by_code(self) -> Mapping[str, Entry]:
        """Entries by code."""
        return {entry.code: entry for entry in self.entries}

    @cached_property
    def _by_criterion(self) -> Mapping[str, tuple[Entry, ...]]:
        found: dict[str, dict[str, Entry]] = {}
        for entry in self.entries:
            for place in entry.places if not entry.is_request else ():
                found.setdefault(place.criterion, {})[entry.code] = entry
        return {code: tuple(own.values()) for code, own in found.items()}

    @cached_property
    def by_place(self) -> Mapping[Place, Entry]:
        """The entry that fills each place, requests left out."""
        return dict(places_of([entry for entry in self.entries if not entry.is_request]))

    def name_of(self, code: str) -> str:
        """What an entry is called in a sentence; the code itself for one that the set no longer asks for."""
        entry = self.by_code.get(code)
        return code if entry is None else entry_name(entry, self.compiled.criteria_set.by_code)

    def verifiers_of(self, code: str) -> frozenset[str]:
        """Codes of the agencies that verify an entry; none for one that the set no longer asks for."""
        entry = self.by_code.get(code)
        return frozenset() if entry is None else entry.verifiers

    def of_criterion(self, code: str) -> tuple[Entry, ...]:
        """The entries that fill an input of a criterion, without the request."""
        return self._by_criterion.get(code, ())

    def at_home(self, criterion: Criterion, applies: Callable[[str], bool]) -> tuple[Entry, ...]:
        """Entries that are typed at a criterion: those of which it is the first that applies to the unit.

        applies: whether a criterion, by its code, applies.
        """
        return tuple(e for e in self.of_criterion(criterion.code) if home(e, applies) == criterion.code)


def home(entry: Entry, applies: Callable[[str], bool]) -> str | None:
    """The criterion at which an entry is typed: the first that applies to the unit; None when none does."""
    return next((place.criterion for place in entry.places if applies(place.criterion)), None)


def entry_list(compiled: CompiledSet) -> EntryList:
    """What the set asks for. Inputs that hold the same fact are one entry; choices always stand alone.

    Source: product.md, one fact entered once feeds every index and plan target that needs it.
    """
    found: dict[str, list[tuple[Column, InputNote | None]]] = {}
    by_code = compiled.criteria_set.by_code
    for column in compiled.columns:
        criterion = by_code[column.code]
        if column.kind is InputKind.POINTS or criterion.is_rolled_up:
            continue
        note = criterion.inputs.get(column.key)
        if note is not None and note.fact is not None and column.kind is not InputKind.OPTION:
            code = f"fact/{note.fact}/{column.kind.value}"
        else:
            code = f"input/{column.code}/{column.key}"
        found.setdefault(code, []).append((column, note))
    entries = [
        Entry(
            code,
            held[0][0],
            tuple(Place(column.code, column.key) for column, _note in held),
            next((note for _column, note in held if note is not None), None),
            frozenset(v for column, _note in held if (v := by_code[column.code].verifier) is not None),
        )
        for code, held in found.items()
    ]
    asked = dict.fromkeys(place.criterion for entry in entries for place in entry.places)
    requests = [Entry(request_code(code), None, (Place(code, ""),), None) for code in asked]
    return EntryList(compiled, (*entries, *requests))


def is_likely(day: dt.date) -> bool:
    """Whether a report or a document can name this day."""
    return EARLIEST_YEAR <= day.year <= LATEST_YEAR


def unlikely_date(day: dt.date) -> str:
    """What is said of a day that is not likely."""
    return _("năm {year} của ngày {day} ngoài khoảng {first} đến {last}; hãy kiểm tra lại năm.").format(
        year=day.year, day=format_date(day), first=EARLIEST_YEAR, last=LATEST_YEAR
    )


def read_value(column: Column, text: str) -> float | str | dt.date:
    """The value in a text as somebody types it: 7,04; 1.234,5; 15/12/2024; có; an option or its name.

    Raises ValueFault with a sentence for what the input cannot hold or can be read in two ways: decimals of what is
    counted, a share in percent, a power of ten.
    """
    bare = text.strip()
    try:
        match column.kind:
            case InputKind.NUMBER | InputKind.SIGNED | InputKind.POINTS:
                value: float | str | dt.date = parse_number(bare, digits_only=True)
            case InputKind.DATE:
                value = parse_date(bare)
                if not is_likely(value):
                    raise ValueFault(unlikely_date(value))
            case InputKind.YES_NO:
                value = _yes_no(bare)
            case InputKind.OPTION:
                value = bare
    except CellError as error:
        raise ValueFault(str(error)) from None
    if isinstance(value, int | float) and abs(value) > LARGEST:
        raise ValueFault(
            _("{value} lớn hơn mọi số liệu có thể có; hãy kiểm tra số chữ số và đơn vị tính.").format(value=bare[:60])
        )
    encode(column, value)
    fault = count_fault(column, value) if isinstance(value, int | float) else None
    if fault is not None:
        raise ValueFault(fault)
    return value


def count_fault(column: Column, value: float) -> str | None:
    """Why a number cannot be what the column counts; None when it can."""
    if not column.whole or float(value).is_integer():
        return None
    return _("{value} có phần lẻ, nhưng đây là số đếm; hãy ghi số nguyên.").format(value=format_number(value))


def _yes_no(text: str) -> str:
    word = text.casefold()
    if word in YES:
        return "yes"
    if word in NO:
        return "no"
    raise ValueFault(_("{value} không phải là «có» hoặc «không»; hãy chọn một.").format(value=cited(text)))


def option_of(entry: Entry, text: str) -> str:
    """The option whose code or name somebody wrote, letters with or without marks; the text itself when none fits."""
    assert entry.column is not None
    names = {fold(str(name)): option for option, name in (entry.note.options if entry.note else {}).items()}
    known = {fold(option): option for option in entry.column.options}
    return (names | known).get(fold(text.strip()), text.strip())


def written(column: Column, value: float | str | dt.date | None) -> str:
    """A stored value as somebody would type it; empty for none."""
    match value:
        case None:
            return ""
        case dt.date():
            return f"{value:%d/%m/%Y}"
        case "yes" if column.kind is InputKind.YES_NO:
            return "có"
        case "no" if column.kind is InputKind.YES_NO:
            return "không"
        case str():
            return value
        case _:
            number = float(value)
            return str(int(number)) if number.is_integer() else f"{Decimal(repr(number)):f}".replace(".", ",")


def entry_name(entry: Entry, criteria: Mapping[str, Criterion]) -> str:
    """What the entry is called in a sentence."""
    if entry.is_request:
        return _("đề nghị không áp dụng {code}").format(code=entry.places[0].criterion)
    codes = ", ".join(dict.fromkeys(place.criterion for place in entry.places))
    return f"{entry.name} ({codes})"


def places_of(entries: Sequence[Entry]) -> tuple[tuple[Place, Entry], ...]:
    """Every place with the entry that fills it."""
    return tuple((place, entry) for entry in entries for place in entry.places)
