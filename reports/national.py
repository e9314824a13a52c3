"""The national results of a year as an Excel workbook and as CSV, and the form in which the office sends fuller ones."""

from collections.abc import Mapping
from io import BytesIO

import xlsxwriter

from assessment.national import NationalYear, ProvinceRow
from data.models import INDEX_CODES
from data.national_files import column_titles
from data.reference.national import index_names
from language import _, format_number
from reports.csv_table import csv_table
from reports.labels import slug
from reports.workbook import Column, Sheet, Value, workbook
from scoring.grid import STEPS_PER_POINT
from scoring.national import TOP, BoundOrigin


def pillar_names() -> Mapping[str, str]:
    """Names of the three pillars by code."""
    return {"CQS": _("Chính quyền số"), "KTS": _("Kinh tế số"), "XHS": _("Xã hội số")}


def score_text(score: float) -> str:
    """A score with the four decimals in which it is published, or with more where the source gives more."""
    shown = round(score, 9)
    return format_number(shown, 4) if round(shown, 4) == shown else format_number(shown)


def basis_text(basis: BoundOrigin) -> str:
    """What a score or its bounds rest on."""
    return {
        BoundOrigin.PUBLISHED: _("điểm công bố"),
        BoundOrigin.RANKED: _("khoảng suy từ thứ hạng"),
        BoundOrigin.UNRANKED: _("khoảng suy từ các vị trí còn lại"),
    }[basis]


def origin_text(row: ProvinceRow) -> str:
    """Where what is known of a province comes from."""
    if row.office:
        return _("số liệu cơ quan nhập")
    return _("đã công bố") if row.source else _("chưa công bố")


def _columns() -> tuple[Column, ...]:
    return (
        Column(_("Hạng"), 7, "count"),
        Column(_("Tỉnh, thành phố"), 22),
        Column(_("Điểm công bố"), 10, "number"),
        Column(_("Điểm thấp nhất có thể"), 10, "number"),
        Column(_("Điểm cao nhất có thể"), 10, "number"),
        Column(_("Vị trí cao nhất có thể"), 9, "count"),
        Column(_("Vị trí thấp nhất có thể"), 9, "count"),
        *(Column(f"{name} ({code})", 12, "number") for code, name in index_names().items()),
        *(
            Column(_("Trụ cột {name} ({code})").format(name=name, code=code), 12, "number")
            for code, name in pillar_names().items()
        ),
        Column(_("Thứ hạng theo chỉ số chính, trụ cột"), 30),
        Column(_("Căn cứ của điểm"), 20),
        Column(_("Nguồn gốc"), 20),
        Column(_("Nguồn"), 60),
    )


def _cells(row: ProvinceRow) -> tuple[Value, ...]:
    values = row.values
    ranked = "; ".join(
        _("{name} ({code}): hạng {rank} ({source})").format(
            name=name, code=code, rank=row.index_ranks[code].rank, source=row.index_ranks[code].source
        )
        for code, name in {**index_names(), **pillar_names()}.items()
        if code in row.index_ranks
    )
    return (
        values.rank,
        row.name,
        values.total,
        row.low,
        row.high,
        row.best_rank,
        row.worst_rank,
        *values.indices,
        *values.pillars,
        ranked,
        basis_text(row.basis),
        origin_text(row),
        row.source,
    )


def _known(score: float | None) -> Value:
    return _("chưa công bố") if score is None else score


def _notes(shown: NationalYear) -> tuple[tuple[str, str], ...]:
    low, high = shown.line
    return (
        (_("Ô trống"), _("Chưa công bố; không phải điểm 0.")),
        (
            _("Điểm thấp nhất, cao nhất có thể"),
            _(
                "Khi điểm chưa công bố: suy từ thứ hạng và điểm công bố của các tỉnh xếp trên và xếp dưới, từ trung bình, "
                "số tỉnh trên trung bình và mức thấp nhất đã công bố. Đây là khoảng, không phải điểm."
            ),
        ),
        (
            _("Điểm hạng {top}").format(top=TOP),
            _("Từ {low} đến {high}.").format(low=score_text(low), high=score_text(high)),
        ),
        (
            _("Vị trí cao nhất, thấp nhất có thể"),
            _("Là hạng đã công bố; với tỉnh chưa công bố hạng, là vị trí đầu và vị trí cuối còn lại."),
        ),
        (_("Số liệu cơ quan nhập"), _("Do cơ quan thường trực nhập từ bảng của mình, kèm nguồn; bản trước được giữ lại.")),
    )  # fmt: skip


def national_workbook(shown: NationalYear) -> bytes:
    """A year as .xlsx: sheet `Thứ hạng toàn quốc` with the 63 provinces, sheet `Ghi chú` with what the columns mean."""
    title = _("Thứ hạng chỉ số chuyển đổi số cấp tỉnh năm {year}").format(year=shown.year)
    facts = shown.facts
    heading = [_("Nguồn số liệu chung cả nước: {source}").format(source=facts.source or _("chưa có"))]
    ranks = Sheet(
        _("Thứ hạng toàn quốc"),
        title,
        heading,
        _columns(),
        [_cells(row) for row in shown.rows],
        facts=(
            (_("Trung bình"), _known(facts.mean), "number"),
            (_("Mức thấp nhất, từ"), _known(facts.minimum_at_least), "number"),
            (_("Số tỉnh trên trung bình"), _known(facts.units_above_mean), "count"),
        ),
        repeated=(0, 1),
    )
    columns = (Column(_("Mục"), 34), Column(_("Ý nghĩa"), 90))
    notes = Sheet(_("Ghi chú"), _("Giải thích bảng thứ hạng toàn quốc"), heading, columns, _notes(shown))
    return workbook((ranks, notes), title=title)


def national_csv(shown: NationalYear) -> bytes:
    """A year as CSV; form as of `reports.csv_table.csv_table`."""
    header = [_("Năm"), *(column.title for column in _columns())]
    return csv_table(header, ((shown.year, *_cells(row)) for row in shown.rows))


def national_file_name(shown: NationalYear, extension: str) -> str:
    """Name of a file with the results of a year: `thu-hang-toan-quoc_2023.xlsx`."""
    return f"{slug(_('Thứ hạng toàn quốc'))}_{shown.year}.{extension}"


def column_meanings() -> Mapping[str, str]:
    """What each column of the office's table holds, by its heading."""
    score = _("Điểm chỉ số chính {name}, từ 0 đến 1")
    own = {
        "year": _("Năm của chỉ số, ví dụ 2023"),
        "rank": _("Thứ hạng từ 1 đến 63"),
        "province": _("Tên tỉnh, thành phố"),
        "dti": _("Tổng điểm từ 0 đến 1 (điểm trên thang 1000 chia cho 1000)"),
        "source": _("Nguồn của dòng: văn bản, trang thông tin, ngày"),
    }
    return {title: own.get(column) or score.format(name=title) for column, title in column_titles().items()}


def office_template(shown: NationalYear) -> bytes:
    """The form of the office's table as .xlsx: its columns, the 63 provinces, and what is known of the year already.

    Each heading carries a note on what its column holds. Sent back as it is, it changes nothing.
    """
    file = BytesIO()
    with xlsxwriter.Workbook(file, {"in_memory": True, "strings_to_formulas": False, "strings_to_urls": False}) as book:
        sheet = book.add_worksheet(_("Kết quả {year}").format(year=shown.year))
        bold = book.add_format({"bold": True, "bg_color": "#DCEBEB", "text_wrap": True, "valign": "vcenter"})
        widths = {"province": 24, "source": 60}
        for i, (column, (title, meaning)) in enumerate(zip(column_titles(), column_meanings().items(), strict=True)):
            sheet.write_string(0, i, title, bold)
            sheet.write_comment(0, i, meaning)
            sheet.set_column(i, i, widths.get(column, 14))
        for line, row in enumerate(shown.rows, 1):
            values = row.values
            cells = (shown.year, values.rank, row.name, *values.indices, values.total, row.source)
            for i, value in enumerate(cells):
                if value not in (None, ""):
                    sheet.write(line, i, value)
        sheet.freeze_panes(1, 0)
    return file.getvalue()


def template_file_name(shown: NationalYear) -> str:
    """Name of the form of a year: `mau-nhap-thu-hang-toan-quoc_2023.xlsx`."""
    return f"{slug(_('Mẫu nhập thứ hạng toàn quốc'))}_{shown.year}.xlsx"


def field_names() -> Mapping[str, str]:
    """Names of the fields that a table of the office may change, by field."""
    return {
        "rank": _("hạng"),
        "total": _("tổng điểm"),
        **{f"index_{code.lower()}": name for code, name in zip(INDEX_CODES, index_names().values(), strict=True)},
    }


def field_text(field: str, value: int | None) -> str:
    """A value of a field in words. value: a rank, or a score in grid steps."""
    if value is None:
        return _("chưa có")
    return format_number(value) if field == "rank" else score_text(value / STEPS_PER_POINT)
