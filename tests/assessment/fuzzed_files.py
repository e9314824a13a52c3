"""`python -m tests.assessment.fuzzed_files SEED`: two hundred spoilt files from a seed, read in bounded memory.

Every file is either refused with sentences, or gives exactly what was put into it. Prints a report as JSON.
"""

import datetime as dt
import io
import json
import random
import re
import resource
import sys
import tempfile
import zipfile
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

import openpyxl

from assessment.entries import EntryList, entry_list
from assessment.snapshots import LevelSnapshot
from assessment.system_figures import read_figures
from assessment.unit_workbooks import UnitBook, read_unit_book, unit_book
from data.database import read_session
from data.settings import Settings
from reports.unit_workbook import unit_workbook
from scoring.csv_files import FileFaults
from tests.assessment.reporting import OFFICE, cell_of, edited, open_office, place_of, snapshot_in

MOST_MEGABYTES = 200
"""What reading a file may take of address space beyond what the process had before the first."""
FIGURE = "fact/dossiers/number"
UNITS = ("747", "748", "750", "752", "753")
DAY = dt.datetime(2024, 6, 17)  # noqa: DTZ001 - Excel dates have no zone
NUMBERS: tuple[tuple[str | float | dt.datetime, str | None], ...] = (
    (45, "45"), (44.5, "44,5"), ("7,04", "7,04"), ("1.234,5", "1.234,5"), (" 61 ", "61"), (1e6, "1000000"),
    ("1.234", None), ("bốn mươi", None), (-3, None), (True, None), (DAY, None), ("=1+1", None), ("#N/A", None),
    ("9" * 300, None), ("1e999", None), ("\u200b5", None), ("12;13", None), (1e300, None),
)  # fmt: skip
"""Values of a number and what they are read as; None for what must be refused."""
WORDS: tuple[tuple[str | float | dt.datetime, str | None], ...] = (
    ("có", "có"), ("KHÔNG", "không"), ("yes", "có"), (True, "có"), (1, None), ("có lẽ", None), (DAY, None),
)  # fmt: skip

Outcome = Mapping[str, str] | None
"""What a file must give by entry or unit; None for one that must be refused."""


@dataclass(frozen=True)
class Fuzzed:
    """A spoilt file. wanted: every outcome that is right for it. figures: whether it is a file of a source system."""

    kind: str
    data: bytes
    name: str
    wanted: tuple[Outcome, ...]
    figures: bool = False


@dataclass(frozen=True)
class World:
    """The workbook of Vũng Tàu as it went out, and what it is read by."""

    snapshot: LevelSnapshot
    book: UnitBook
    entries: EntryList
    data: bytes


def world(folder: Path) -> World:
    """The small office's period in a database of its own."""
    engine = open_office(Settings(database_url="", dti_folder=folder))
    place = place_of(engine, "747")
    with read_session(engine) as session:
        snapshot = snapshot_in(session)
        book = unit_book(session, OFFICE, place, snapshot)
    engine.dispose()
    return World(snapshot, book, entry_list(snapshot.book.compiled), unit_workbook(book, snapshot.period))


def read(made: World, file: Fuzzed) -> Mapping[str, str]:
    """What a file gives. Raises FileFaults for one that is refused."""
    if file.figures:
        entry = made.entries.by_code[FIGURE]
        return read_figures(file.data, file.name, made.snapshot, entry).figures
    found = read_unit_book(file.data, file.name, made.book, made.entries)
    return {code: new for code, (_sent, new) in found.changed.items()}


# Files in which somebody typed


def _typed(made: World, draw: random.Random) -> tuple[bytes, Outcome]:
    """The workbook with random values in some cells, and what it must give."""
    number, word = draw.choice(NUMBERS), draw.choice((*WORDS[:4], *WORDS))

    def change(book: openpyxl.Workbook) -> None:
        cell_of(book, "CQ.2").value = number[0]
        cell_of(book, "TC.1").value = word[0]

    refused = number[1] is None or word[1] is None
    wanted = None if refused else {"input/CQ.2/a": str(number[1]), "input/TC.1/value": str(word[1])}
    return edited(made.data, change), wanted


def _sound(made: World) -> tuple[bytes, Outcome]:
    """The workbook with one value typed into it."""

    def change(book: openpyxl.Workbook) -> None:
        cell_of(book, "CQ.2").value = "80"

    return edited(made.data, change), {"input/CQ.2/a": "80"}


def _changed(made: World, change: Callable[[openpyxl.Workbook], None]) -> bytes:
    return edited(_sound(made)[0], change)


def _spoilt_structure(made: World, draw: random.Random) -> Fuzzed:
    data, kept = _sound(made)
    what = draw.choice(("rename", "drop sheet", "drop column", "drop line", "new line", "fixed", "hidden", "merge"))
    sheet = draw.choice(("CQ", "TC"))
    # What stands in a sheet that is not read changes nothing.
    gone: Outcome = {} if sheet == "CQ" else kept
    wanted: tuple[Outcome, ...] = (gone,)
    match what:
        case "rename":
            data = _changed(made, lambda book: setattr(book[sheet], "title", f"{sheet} (2)"))
        case "drop sheet":
            data = _changed(made, lambda book: book.remove(book[sheet]))
        case "drop column":
            column = draw.randint(1, 7)
            data = _changed(made, lambda book: book[sheet].delete_cols(column))
        case "drop line":
            data = _changed(made, lambda book: book["TC"].delete_rows(cell_of(book, "TC.2").row))
            wanted = (kept,)
        case "new line":
            data, wanted = _changed(made, lambda book: book[sheet].append(["X.1", None, None, None, None, 5])), (None,)
        case "fixed":
            title = draw.choice(("Mã", "Số liệu", "Đơn vị tính", "Giải thích", "Lựa chọn", "Ghi chú"))
            data = _changed(made, lambda book: setattr(cell_of(book, "TC.3", title), "value", draw.random()))
            wanted = (None,)
        case "hidden":
            cell = f"A{draw.randint(1, 8)}"
            data = _changed(made, lambda book: setattr(book["kiem_tra"][cell], "value", draw.random()))
            wanted = (None,)
        case _:
            # Merging empties fixed cells, or cells that were empty, or a value: then it was emptied, and is shown so.
            row, first = draw.randint(5, 8), draw.choice("ABCDE")
            data = _changed(made, lambda book: book[sheet].merge_cells(f"{first}{row}:F{row}"))
            emptied = ({**(kept or {}), code: ""} for code in (FIGURE, "fact/dossiers_online/number"))
            wanted = (None, gone, kept, *emptied)
    return Fuzzed(f"structure: {what}", data, "747.xlsx", wanted)


# Files that are damaged or hostile


def _zip(files: Mapping[str, bytes], *, deflated: bool = True) -> bytes:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED if deflated else zipfile.ZIP_STORED) as package:
        for name, content in files.items():
            package.writestr(name, content)
    return buffer.getvalue()


def _parts(data: bytes) -> dict[str, bytes]:
    with zipfile.ZipFile(io.BytesIO(data)) as package:
        return {name: package.read(name) for name in package.namelist()}


def _with_part(made: World, name: str, content: bytes) -> bytes:
    return _zip(_parts(made.data) | {name: content})


def _damaged(made: World, draw: random.Random) -> Fuzzed:
    data, kept = _sound(made)
    what = draw.choice(("truncated", "flipped", "noise", "part missing", "part garbled", "renamed file"))
    name, wanted = "747.xlsx", (None,)
    match what:
        case "truncated":
            data = data[: draw.randint(0, len(data) - 1)]
        case "flipped":
            spoilt = bytearray(data)
            for _time in range(draw.randint(1, 8)):
                spoilt[draw.randrange(len(spoilt))] ^= 1 << draw.randrange(8)
            data, wanted = bytes(spoilt), (None, kept, {})
        case "noise":
            data, name = draw.randbytes(draw.randint(0, 5_000)), draw.choice(("747.xlsx", "747.csv"))
        case "part missing":
            parts = _parts(data)
            del parts[draw.choice(("xl/workbook.xml", "[Content_Types].xml", "xl/_rels/workbook.xml.rels"))]
            data = _zip(parts)
        case "part garbled":
            part = draw.choice(("xl/workbook.xml", "xl/worksheets/sheet2.xml", "xl/styles.xml"))
            content = bytearray(_parts(data)[part])
            start = draw.randrange(len(content))
            content[start : start + draw.randint(1, 400)] = b"<&\x00>"
            data = _zip(_parts(data) | {part: bytes(content)})
        case _:
            name = draw.choice(("747.xlsm", "747.xls", "747.xlsb", "747.xltm"))
    return Fuzzed(f"damaged: {what}", data, name, wanted)


def _sheet(rows: Iterator[str]) -> bytes:
    head = '<worksheet xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"><sheetData>'
    return (head + "".join(rows) + "</sheetData></worksheet>").encode()


def _entity(text: str) -> bytes:
    """A sheet whose one cell holds an entity, with the definitions of a document type before it."""
    return text.encode() + _sheet(iter(['<row r="1"><c r="A1" t="inlineStr"><is><t>&x9;</t></is></c></row>']))


def _hostile(made: World) -> Iterator[Fuzzed]:
    """One of each: what a file can do to the one who opens it."""

    def one(what: str, data: bytes, name: str = "747.xlsx", *wanted: Outcome) -> Fuzzed:
        return Fuzzed(f"hostile: {what}", data, name, wanted or (None,))

    page = "xl/worksheets/sheet2.xml"
    yield one("zip bomb", _with_part(made, page, b" " * 60_000_000))
    yield one("zip bomb beside the sheets", _with_part(made, "xl/media/image1.png", b"\0" * 60_000_000))
    big = _with_part(made, page, b" " * 40_000_000)
    size = (40_000_000).to_bytes(4, "little")
    yield one("zip bomb that lies about its size", big.replace(size, (4_000).to_bytes(4, "little")))
    yield one("many parts", _zip(_parts(made.data) | {f"xl/x{i}.xml": b"x" for i in range(600)}))
    yield one("macros", _with_part(made, "xl/vbaProject.bin", b"macro"), "747.xlsx")
    yield one("large file", _with_part(made, "xl/media/image1.bin", random.Random(1).randbytes(6_000_000)))
    yield one(
        "long sheet", _with_part(made, page, _sheet(f'<row r="{n}"><c><v>1</v></c></row>' for n in range(1, 30_000)))
    )
    wide = "".join("<c><v>1</v></c>" for _cell in range(300))
    yield one("wide sheet", _with_part(made, page, _sheet(f'<row r="{n}">{wide}</row>' for n in range(1, 20))))
    full = "".join("<c><v>1</v></c>" for _cell in range(199))
    yield one("full sheet", _with_part(made, page, _sheet(f'<row r="{n}">{full}</row>' for n in range(1, 2_500))))
    yield one(
        "far cell", _with_part(made, page, _sheet(iter(['<row r="1048576"><c r="XFD1048576"><v>1</v></c></row>'])))
    )
    yield one("far row", _with_part(made, page, _sheet(iter(['<row r="99999999999"><c><v>1</v></c></row>']))))
    names = "".join(f'<!ENTITY x{n} "{f"&x{n - 1};" * 10}">' for n in range(1, 10))
    yield one("entities in entities", _with_part(made, page, _entity(f'<!DOCTYPE a [<!ENTITY x0 "ha">{names}]>')))
    outside = '<!DOCTYPE a [<!ENTITY x9 SYSTEM "file:///etc/hostname">]>'
    yield one("entity of another file", _with_part(made, page, _entity(outside)), "747.xlsx", None, {})
    deep = b"<a>" * 50_000 + b"</a>" * 50_000
    yield one("deep nesting", _with_part(made, "xl/workbook.xml", deep))
    yield one("empty", b"")
    yield one("empty package", _zip({}))
    yield one("another program's package", _zip({"mimetype": b"application/vnd.oasis.opendocument.spreadsheet"}))
    yield one("own package in itself", _zip({"747.xlsx": made.data}))


# Files of source systems


def _csv(rows: Mapping[str, str], separator: str) -> str:
    return "".join(f"{separator.join(pair)}\n" for pair in (("Mã đơn vị", "Giá trị"), *rows.items()))


def _figures(draw: random.Random) -> Fuzzed:
    values = {u: draw.choice(NUMBERS) for u in draw.sample(UNITS, draw.randint(1, 5))}
    # 30 dossiers of Vũng Tàu were filed online: there are at least as many in all.
    low = "747" in values and values["747"][1] == "7,04"
    rows = {unit: v for unit, (v, _read) in values.items() if isinstance(v, str) and ";" not in v}
    wrong = (low and "747" in rows) or any(values[unit][1] is None for unit in rows) or not rows
    wanted: Outcome = None if wrong else {unit: str(values[unit][1]) for unit in rows}
    return Fuzzed("figures: values", _csv(rows, ";").encode("utf-8"), "nguon.csv", (wanted,), figures=True)


def _spoilt_figures(draw: random.Random) -> Fuzzed:
    sound = _csv({"747": "120", "748": "80"}, ";")
    kept: Outcome = {"747": "120", "748": "80"}
    what = draw.choice(
        ("utf-16", "cp1258", "nul", "quote", "no heading", "unknown unit", "twice", "long cell", "long table", "mixed")
    )
    data, wanted = sound.encode(), (kept,)
    match what:
        case "utf-16" | "cp1258":
            data, wanted = sound.encode(what, "replace"), (None,)
        case "nul":
            data, wanted = sound.replace("120", "12\0" + "0").encode(), (None,)
        case "quote":
            data, wanted = sound.replace("80", '"80').encode(), (None,)
        case "no heading":
            data, wanted = sound.partition("\n")[2].encode(), (None,)
        case "unknown unit":
            data, wanted = (sound + f"{draw.randint(10_000, 99_999)};5\n").encode(), (None,)
        case "twice":
            data, wanted = (sound + "748;81\n").encode(), (None,)
        case "long cell":
            data, wanted = (sound + "750;" + "9" * draw.randint(201, 200_000) + "\n").encode(), (None,)
        case "long table":
            data, wanted = (sound + "750;5\n" * 2_500).encode(), (None,)
        case _:
            # Blank lines, a byte order mark, line ends of Windows and columns beside are no faults.
            lines = [f"{line};x" if n else f"{line};Tên" for n, line in enumerate(sound.splitlines())]
            data = ("\ufeff" + "\r\n\r\n".join(lines) + "\r\n").encode()
    return Fuzzed(f"figures: {what}", data, "nguon.csv", wanted, figures=True)


def files(made: World, seed: int) -> Iterator[Fuzzed]:
    """Two hundred files and a few more."""
    draw = random.Random(seed)
    yield from _hostile(made)
    for _time in range(50):
        data, wanted = _typed(made, draw)
        yield Fuzzed("typed values", data, "747.xlsx", (wanted,))
    for _time in range(45):
        yield _spoilt_structure(made, draw)
    for _time in range(45):
        yield _damaged(made, draw)
    for _time in range(25):
        yield _figures(draw)
    for _time in range(25):
        yield _spoilt_figures(draw)


# The report


def _bound_memory() -> None:
    """From now on the process may take only so much more."""
    pages = int(Path("/proc/self/statm").read_text(encoding="ascii").split()[0])
    limit = pages * resource.getpagesize() + MOST_MEGABYTES * 1_000_000
    resource.setrlimit(resource.RLIMIT_AS, (limit, limit))


def _fault_of(made: World, file: Fuzzed) -> tuple[str, str]:
    """How a file ended, and what is wrong with that; empty when it ended rightly."""
    try:
        found: Outcome = read(made, file)
    except FileFaults as refused:
        found = None
        for fault in refused.faults:
            if fault.row < 1 or not re.search(r"[.…]$", fault.message) or "MemoryError" in fault.message:
                return "refused", f"no sentence that helps: {fault}"
    except Exception as error:
        return "failed", f"{type(error).__name__}: {error}"
    if found not in file.wanted:
        return "wrong", f"gave {found}, wanted {file.wanted}"
    return ("refused" if found is None else "read"), ""


def main(seed: int) -> None:
    """Reads every file and prints the report."""
    with tempfile.TemporaryDirectory() as folder:
        made = world(Path(folder))
        made_files = list(files(made, seed))
        _bound_memory()
        ended = [(file.kind, *_fault_of(made, file)) for file in made_files]
    sys.stdout.write(json.dumps({"files": ended}))


if __name__ == "__main__":
    main(int(sys.argv[1]))
