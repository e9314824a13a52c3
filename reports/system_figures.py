"""The form of a file of a source system: the units of a level with what is stored of an entry."""

from assessment.entries import Entry, entry_name
from assessment.report_form import stored_text
from assessment.snapshots import LevelSnapshot
from assessment.system_figures import figure_columns, system_units
from language import _
from reports.labels import file_name, level_name, period_label
from reports.workbook import Column, Sheet, workbook


def system_figures_form(snapshot: LevelSnapshot, entry: Entry, *, supplied_alone: bool = False) -> bytes:
    """The form as .xlsx; values that are stored stand in it.

    supplied_alone: only those that came from a source, so that nobody sends back as his own what units gave.
    """
    titles = figure_columns()
    columns = (Column(titles["unit"], 14), Column(_("Cơ quan, đơn vị"), 40), Column(titles["value"], 20))
    shown = system_units(snapshot, entry) if supplied_alone else snapshot.row_of
    rows = [
        (u.code, u.name_vi, stored_text(snapshot, u.code, entry) if u.code in shown else "") for u in snapshot.units
    ]
    heading = (
        entry_name(entry, snapshot.criteria_set.by_code),
        _("{level}, tháng {month}").format(level=level_name(snapshot.level), month=snapshot.name),
    )
    sheet = Sheet(_("Số liệu"), _("Số liệu hệ thống"), heading, columns, rows, landscape=False)
    return workbook((sheet,), title=sheet.title, label=period_label(snapshot.period))


def system_figures_name(snapshot: LevelSnapshot, entry: Entry) -> str:
    """File name of the form."""
    place = entry.places[0]
    return file_name(
        snapshot, _("Số liệu hệ thống"), level_name(snapshot.level), f"{place.criterion} {place.key}", extension="xlsx"
    )
