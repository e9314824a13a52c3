"""The form of one figure: every unit of the level, with what is stored, or only with what came from its source."""

from dataclasses import replace

from data.models import InputOrigin
from reports.system_figures import system_figures_form, system_figures_name
from tests.reports.examples import snapshot
from tests.reports.reading import opened, table

DECEMBER = snapshot()
DOSSIERS = DECEMBER.entries.by_code["input/NT.1/a"]


def values(content: bytes) -> dict[object, object]:
    return {row["Mã đơn vị"]: row["Giá trị"] for row in table(opened(content).worksheets[0])}


def test_the_office_finds_everything_that_is_stored() -> None:
    assert values(system_figures_form(DECEMBER, DOSSIERS)) == {"001": "54", "002": "30", "003": "60"}


def test_a_supplier_finds_what_came_from_a_source_alone() -> None:
    """What units gave by themselves is not sent back as the supplier's."""
    system = {("002", "NT.1", "a"): InputOrigin.SOURCE_SYSTEM}
    given = replace(DECEMBER, origins={**DECEMBER.origins, **system})
    assert values(system_figures_form(given, DOSSIERS, supplied_alone=True)) == {"001": None, "002": "30", "003": None}
    assert set(values(system_figures_form(DECEMBER, DOSSIERS, supplied_alone=True)).values()) == {None}


def test_the_file_is_named_after_level_and_figure() -> None:
    assert system_figures_name(DECEMBER, DOSSIERS) == "TRINH-DIEN_so-lieu-he-thong_cap-huyen_nt-1-a_2024-12.xlsx"
