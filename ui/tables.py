"""Tables and receipts as plain HTML: readable on a telephone, by keyboard and by a screen reader.

What stands in long lists is joined from escaped parts: Markup.format takes ten times as long, most of a page's time.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

import streamlit as st
from markupsafe import Markup, escape

STYLE = Path(__file__).parent / "assets" / "tables.css"


@dataclass(frozen=True, slots=True)
class _Drawn:
    """HTML as it is: Streamlit searches any other text for the name of a file, and for blanks to take away."""

    text: str

    def _repr_html_(self) -> str:
        return self.text


_STYLE_DRAWN = _Drawn(f"<style>{STYLE.read_text(encoding='utf-8')}</style>")


@dataclass(frozen=True)
class Column:
    """A column: its heading, how it is aligned, what it means (shown when pointed at).

    wide: of sentences, which a narrow screen would press into a column of single words. code: of long codes without
    blanks, which break anywhere and are copied whole.
    """

    title: str
    align: Literal["left", "right", "center", "nowrap", "wide", "code"] = "left"
    hint: str = ""


def use_table_style() -> None:
    """The style of tables and receipts; once per page run."""
    st.html(_STYLE_DRAWN)


def link(address: str, label: str) -> Markup:
    """A link inside the application."""
    return Markup(f'<a href="{escape(address)}" target="_self">{escape(label)}</a>')


def contents(parts: Iterable[tuple[str, str]]) -> Markup:
    """Links to the long parts of a page, which is high on a telephone. parts: anchor and name."""
    return Markup('<p class="dti-more">{}</p>').format(
        Markup(" · ").join(link(f"#{anchor}", name) for anchor, name in parts)
    )


def way(address: str, label: str, before: str = "") -> Markup:
    """A link on a line of its own, after some words if any."""
    return Markup('<p class="dti-more">{}{}</p>').format(before, link(address, label))


def table(columns: Sequence[Column], rows: Iterable[Sequence[object]], *, caption: str, stack: bool = False) -> Markup:
    """An HTML table. Everything that is not Markup is escaped.

    caption: what the table shows. stack: on a narrow screen every row becomes a block with its headings, instead of
    scrolling sideways.
    """
    head = Markup("").join(
        Markup('<th scope="col" class="{}"{}>{}</th>').format(
            c.align, Markup(' title="{}"').format(c.hint) if c.hint else "", c.title
        )
        for c in columns
    )
    starts = [
        Markup('<td class="{}"{}>').format(c.align, Markup(' data-label="{}"').format(c.title) if stack else "")
        for c in columns
    ]
    body = Markup("").join(Markup(_row(starts, row)) for row in rows)
    return Markup(
        '<div class="dti-scroll" role="region" tabindex="0" aria-label="{}"><table class="dti-table{}">'
        "<caption>{}</caption><thead><tr>{}</tr></thead><tbody>{}</tbody></table></div>"
    ).format(caption, " dti-stack" if stack else "", caption, head, body)


def _row(starts: Sequence[Markup], row: Sequence[object]) -> str:
    cells = "".join([f"{start}{_escaped(value)}</td>" for start, value in zip(starts, row, strict=True)])
    return f"<tr>{cells}</tr>"


def _escaped(value: object) -> str:
    """The value as it stands in HTML; Markup, of which there is most, is not made anew."""
    return value if isinstance(value, Markup) else escape(value)


def heading(text: str) -> Markup:
    """A heading between parts that are drawn together, as `st.subheader` draws it between others."""
    return Markup(f'<h3 class="dti-heading">{escape(text)}</h3>')


def draw(*parts: Markup, width: Literal["stretch"] | int = "stretch") -> None:
    """Put HTML on the page. width: in pixels, at most that of the page; all that there is without it."""
    st.html(_Drawn("".join(parts)), width=width)


def meter(fraction: float | None, text: str) -> Markup:
    """A thin bar of how much of a maximum is reached, with its text."""
    if fraction is None:
        return Markup(f'<span class="dti-none">{escape(text)}</span>')
    width = f"{max(0.0, min(1.0, fraction)) * 100:.1f}"
    bar = f'<span class="dti-meter"><span style="width:{width}%"></span></span>'
    return Markup(f"{bar}<span>{escape(text)}</span>")


def marked(text: str, mark: str) -> Markup | str:
    """A value with a quiet remark beside it, in one piece where cells are stacked; the value alone without a remark."""
    return Markup('<span>{} <span class="dti-none">{}</span></span>').format(text, mark) if mark else text


def moved_rank(rank: int, other: int) -> Markup:
    """A rank under another choice, with the places won or lost; the sign does not rest on colour. In one piece."""
    if other == rank:
        return Markup("{}").format(other)
    up = other < rank
    return Markup('<span>{} <span class="{}">{} {}</span></span>').format(
        other, "dti-up" if up else "dti-down", "▲" if up else "▼", abs(other - rank)
    )


def definition(items: Iterable[tuple[str, object]], *, narrow: bool = False) -> Markup:
    """A list of terms and what stands behind them, or (narrow) below them; empty ones are left out."""
    return described(facts(items), narrow=narrow)


def described(rows: Markup, *, narrow: bool = False) -> Markup:
    """A list of terms whose rows `facts` has made."""
    return Markup(f'<dl class="dti-facts{" dti-narrow" if narrow else ""}">{rows}</dl>')


def facts(items: Iterable[tuple[str, object]]) -> Markup:
    """The rows of a list of terms, some of which many lists share; empty ones are left out."""
    return Markup(
        "".join(
            [
                f"<dt>{_escaped(term)}</dt><dd>{_escaped(value)}</dd>"
                for term, value in items
                if value is not None and value != ""
            ]
        )
    )


def details(summary: Markup, body: Markup, *, kind: str = "", opened: bool = False) -> Markup:
    """A block that opens; opened: it is open from the start."""
    start = f'<details class="dti-details {kind}"{" open" if opened else ""}>'
    return Markup(f"{start}<summary>{_escaped(summary)}</summary><div>{_escaped(body)}</div></details>")


def lines(texts: Iterable[str]) -> Markup:
    """Lines one below the other."""
    return Markup("<br>".join(map(escape, texts)))


def lines_in_cell(texts: Iterable[str]) -> Markup:
    """Lines one below the other, in one piece where cells are stacked."""
    return Markup("<span>{}</span>").format(lines(texts))
