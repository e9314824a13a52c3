"""How the tests of a screen open it and read it."""

import datetime as dt
import json
import re
from collections.abc import Callable
from pathlib import Path

import plotly.graph_objects as go
from streamlit.testing.v1 import AppTest

from assessment.permissions import Identity
from assessment.roles import Role
from data.lineage import UnitKey
from ui.navigation import SCREENS

OFFICE = Identity("thuong-truc", Role.DX_OFFICE)
HEAD = Identity("lanhdao.747", Role.UNIT_LEADER, UnitKey("747", dt.date(2020, 1, 1)))
PAGES = Path(__file__).resolve().parents[2] / "pages"


def who_opens(path: Path) -> Identity:
    """The office where it may open a page file, the head of a unit where it is for units alone."""
    screen = next(s for s in SCREENS if s.path == path)
    return OFFICE if OFFICE.role in screen.roles else HEAD


def opener(file: str, seconds: int) -> Callable[..., AppTest]:
    """What opens a page file at an address; `_` in a name stands for `-`. seconds: the longest that a run may take."""

    def opened(**address: str) -> AppTest:
        page = AppTest.from_file(str(PAGES / file), default_timeout=seconds)
        for name, value in address.items():
            page.query_params[name.replace("_", "-")] = value
        return sound(page.run())

    return opened


def sound(page: AppTest) -> AppTest:
    """The page itself, which neither failed nor says that something went wrong, and whose charts plotly understands."""
    assert [e.message for e in page.exception] == []
    assert [e.value for e in page.error] == []
    for chart in page.get("plotly_chart"):
        go.Figure(json.loads(chart.proto.spec))
    return page


def blocks(page: AppTest) -> list[str]:
    """The blocks of HTML of the page without the style."""
    return [e.proto.body for e in page.get("html") if not e.proto.body.startswith("<style>")]


def html(page: AppTest) -> str:
    """The HTML of the page without the style."""
    return "".join(blocks(page))


def tables_of(page: AppTest, caption: str) -> list[str]:
    """The tables in whose caption these words stand."""
    tables = re.findall(r"<table .*?</table>", html(page), re.DOTALL)
    return [table for table in tables if caption in table.partition("</caption>")[0]]


def cells_of(table: str) -> list[list[str]]:
    """The rows of a table as texts; lines in a cell are parted by a bar."""
    rows = re.findall(r"<tr>(<td.*?)</tr>", table, re.DOTALL)
    return [
        [re.sub(r"<.*?>", "", cell.replace("<br>", " | ")) for cell in re.findall(r"<td.*?>(.*?)</td>", row, re.DOTALL)]
        for row in rows
    ]


def warnings(page: AppTest) -> list[str]:
    """Warnings beside the demonstration label."""
    return [w.value for w in page.warning][1:]


def typed_into(page: AppTest) -> list[str]:
    """What can still be filled in or pressed, filters and downloads apart."""
    kinds = (page.text_input, page.text_area, page.number_input, page.date_input, page.checkbox, page.radio)
    fields = [f for kind in (*kinds, page.selectbox, page.multiselect) for f in kind]
    offered = [f.label for f in fields if not f.disabled and not str(f.key).startswith("filter_")]
    return [*offered, *(u.proto.label for u in page.get("file_uploader")), *(b.label for b in page.button)]


def informed(page: AppTest) -> list[str]:
    """What the page tells as worth knowing."""
    return [i.value for i in page.info]
