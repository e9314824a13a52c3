"""Filters that stand in the address of the page, by code, so that an address shows the same thing to everybody."""

import datetime as dt
import re
from collections.abc import Callable, Mapping, Sequence
from typing import Literal

import streamlit as st
from streamlit.runtime.scriptrunner import get_script_run_ctx

from language import _, format_date, format_number
from ui.lasting import lasting

Widget = Literal["selectbox", "segmented"]


def _settle(name: str, options: Mapping[str, str], default: str) -> str | None:
    """Put the value of the address, or the one chosen before on another page, into the widget.

    Returns a value of the address that is not among the options, None when there is none.
    """
    asked, widget, seen = st.query_params.get(name), f"filter_{name}", f"seen_{name}"
    if asked is None and moved_in_history():
        st.session_state[widget] = default
        return None
    if asked is not None and asked != st.session_state.get(seen):
        st.session_state[seen] = asked
        if asked not in options:
            st.session_state[widget] = default
            return asked
        st.session_state[widget] = asked
        return None
    now, before = st.session_state.get(widget), st.session_state.get(seen)
    # Put in even where it stands: the widget of another page is a new one, and would begin with its first option.
    st.session_state[widget] = now if now in options else before if before in options else default
    return None


def moved_in_history() -> bool:
    """Whether the reader pressed Back or Forward: then a filter that the address does not name is at its default.

    Without this the chosen value would be written into the address again, and Back would lead nowhere.
    """
    context = get_script_run_ctx()
    return context is not None and context.is_history_navigation


def write(name: str, value: str | None, *, named: bool = True) -> None:
    """Make the address name the value, or, where it is not to be named or None, nothing; either way it counts as seen."""
    st.session_state[f"seen_{name}"] = value
    if value is not None and named:
        if st.query_params.get(name) != value:
            st.query_params[name] = value
    elif name in st.query_params:
        del st.query_params[name]


def begin_with(name: str, value: str) -> None:
    """What a filter shows while the reader has chosen nothing in this session and no address names it."""
    st.session_state.setdefault(f"seen_{name}", value)


def forget_choice(name: str) -> None:
    """The filter begins anew at its default, in a press that ends what it named."""
    write(name, None)
    st.session_state.pop(f"filter_{name}", None)


def quoted(value: str) -> str:
    """The value as inline code: nothing that an address brings is drawn as a link or as markup."""
    shown = " ".join(value[:60].replace("`", "'").split())
    return f"`{shown}`" if shown else ""


def select(
    label: str,
    name: str,
    options: Mapping[str, str],
    *,
    default: str | None = None,
    widget: Widget = "selectbox",
    help: str | None = None,
) -> str:
    """The chosen code. options: label by code, at least one. name: what the filter is called in the address.

    The default (the first option without one) keeps the address short unless the address names it. An address that names something unknown is
    answered with a sentence, not silently with something else.
    """
    first = default if default is not None and default in options else next(iter(options))
    unknown = _settle(name, options, first)
    _tell_unknown(label, name, unknown, options[first])
    shown: Callable[[str], str] = lambda code: options.get(code, code)  # noqa: E731
    key = f"filter_{name}"
    if widget == "segmented":
        chosen = st.segmented_control(label, list(options), format_func=shown, key=key, required=True, help=help)
    else:
        chosen = st.selectbox(label, list(options), format_func=shown, key=key, help=help)
    value = chosen if chosen is not None and chosen in options else first
    # The default only where the address already names it, as links in tables do.
    # An empty default never stands there: its name alone would say nothing.
    write(name, value, named=value != first or bool(value and value == st.query_params.get(name)))
    return value


def _tell_unknown(label: str, name: str, unknown: str | None, shown: str) -> None:
    sentence = _("Địa chỉ nêu {label} «{value}» không có ở màn hình này; đang hiển thị «{shown}».")
    told = lasting(
        name, None if unknown is None else sentence.format(label=label.lower(), value=quoted(unknown), shown=shown)
    )
    if told is not None:
        st.warning(told)


def only(label: str, name: str, code: str, shown: str) -> None:
    """Where there is nothing to choose: an address that names something else is answered as one of `select` is.

    What the reader has chosen on other screens stays.
    """
    asked = st.query_params.get(name)
    _tell_unknown(label, name, None if asked in (None, code) else asked, shown)
    if asked is not None:
        del st.query_params[name]


_BETWEEN = "."
"""Stands between codes in the address; no code of a unit and no number of a scenario holds it."""


def _settle_several(
    name: str, options: Mapping[str, str], default: Sequence[str], most: int
) -> tuple[list[str], list[str]]:
    """Put the codes of the address, or those chosen before, into the widget.

    Returns the codes of the address that are not among the options, and those beyond the most that may be chosen.
    """
    asked, widget, seen, usual = st.query_params.get(name), f"filter_{name}", f"seen_{name}", f"default_{name}"
    untouched = st.session_state.get(usual) == st.session_state.get(widget)
    st.session_state[usual] = list(default)
    if asked is not None and asked != st.session_state.get(seen):
        st.session_state[seen] = asked
        codes = [code for code in dict.fromkeys(asked.split(_BETWEEN)) if code]
        known = [code for code in codes if code in options]
        st.session_state[widget] = known[:most] or list(default)
        return [code for code in codes if code not in options], known[most:]
    if asked is None and (untouched or moved_in_history()):
        st.session_state[widget] = list(default)
    elif not set(st.session_state.get(widget, ("",))) <= set(options):
        before = st.session_state.get(widget) or str(st.session_state.get(seen) or "").split(_BETWEEN)
        st.session_state[widget] = [code for code in before if code in options] or list(default)
    return [], []


def name_several(name: str, codes: Sequence[str]) -> None:
    """Make the address name codes for a filter of several that is drawn later in this run."""
    st.query_params[name] = _BETWEEN.join(codes)


def select_several(
    label: str,
    name: str,
    options: Mapping[str, str],
    *,
    default: Sequence[str],
    most: int,
    unknown: Callable[[str], str] | None = None,
    help: str | None = None,
) -> tuple[str, ...]:
    """The chosen codes in the order in which they were chosen, perhaps none. options: label by code.

    name: what the filter is called in the address, where codes stand with dots between. default: chosen by itself
    while the reader has chosen nothing; it keeps the address short. unknown: a sentence about a code of the address
    that is not among the options.
    """
    strange, beyond = _settle_several(name, options, default, most)
    for code in strange:
        told = unknown(code) if unknown else ""
        plain = _("Địa chỉ nêu {label} «{value}» không có ở màn hình này; mục này được bỏ qua.")
        st.warning(told or plain.format(label=label.lower(), value=quoted(code)))
    if beyond:
        st.warning(
            _("Chọn nhiều nhất {most} mục; đã bỏ qua: {names}.").format(
                most=most, names=", ".join(options[code] for code in beyond)
            )
        )
    chosen = st.multiselect(
        label,
        list(options),
        format_func=lambda code: options.get(code, code),
        key=f"filter_{name}",
        max_selections=most,
        placeholder=_("Chọn một hoặc nhiều mục"),
        help=help,
    )
    write(name, _BETWEEN.join(chosen), named=bool(chosen) and tuple(chosen) != tuple(default))
    return tuple(chosen)


def select_many(label: str, name: str, options: Mapping[str, str], *, help: str | None = None) -> tuple[str, ...]:
    """The chosen codes, any number of them, joined by commas in the address; codes may hold dots.

    Codes of the address that are not there are named and left out.
    """
    key, seen = f"filter_{name}", f"seen_{name}"
    asked, before, unknown = st.query_params.get(name), st.session_state.get(seen), ""
    if asked is not None and asked != before:
        codes = [code for code in asked.split(",") if code]
        chosen = [code for code in codes if code in options]
        unknown = ", ".join(code for code in codes if code not in options)
    elif asked is None and moved_in_history():
        chosen = []
    else:
        # Of another page only what was seen is left; the widget itself is a new one.
        now = st.session_state.get(key)
        chosen = [code for code in (str(before or "").split(",") if now is None else now) if code in options]
    if st.session_state.get(key) != chosen:
        # A value that is put in closes the list that the reader may have open, and loses what he types in it.
        st.session_state[key] = chosen
    sentence = _("Địa chỉ nêu {label} {value} không có ở màn hình này; mục này được bỏ qua.")
    told = lasting(name, sentence.format(label=label.lower(), value=quoted(unknown)) if unknown else None)
    if told is not None:
        st.warning(told)
    chosen = st.multiselect(
        label,
        list(options),
        format_func=lambda code: options.get(code, code),
        key=key,
        help=help,
        placeholder=_("Chọn"),
        select_all=False,
    )
    write(name, ",".join(chosen), named=bool(chosen))
    return tuple(chosen)


_LONGEST_WHOLE = 12
"""Digits of a whole number in the address; no field goes further."""


def _whole(asked: str, least: int, most: int) -> int | None:
    """The whole number that the text is, None for anything else and for a number out of bounds."""
    digits = asked.removeprefix("-")
    if not (digits.isascii() and digits.isdigit() and len(digits) <= _LONGEST_WHOLE):
        return None
    value = int(asked)
    return value if least <= value <= most else None


def whole_number(
    label: str, name: str, least: int, most: int, default: int | None, *, help: str | None = None
) -> int | None:
    """The whole number of a field. name: what it is called in the address. Without a default the field may be empty.

    The default keeps the address short. What the address names and is no whole number within the bounds is answered
    with a sentence.
    """
    asked, seen, unknown = st.query_params.get(name), f"seen_{name}", None
    if asked is not None and asked != st.session_state.get(seen):
        value = _whole(asked, least, most)
        unknown = asked if value is None else None
        st.session_state[name] = default if value is None else value
    elif asked is None and moved_in_history():
        st.session_state[name] = default
    elif name not in st.session_state:
        before = _whole(str(st.session_state.get(seen) or ""), least, most)
        st.session_state[name] = default if before is None else before
    told = lasting(name, None if unknown is None else _no_whole_number(label, unknown, least, most, default))
    if told is not None:
        st.warning(told)
    value = st.number_input(label, least, most, value=None if default is None else "min", step=1, key=name, help=help)
    write(name, None if value is None or value == default else str(value))
    return value


def _no_whole_number(label: str, asked: str, least: int, most: int, default: int | None) -> str:
    told = _("Địa chỉ nêu {label} «{value}» không phải số nguyên từ {least} đến {most}; {shown}.")
    shown = (
        _("mục này được để trống")
        if default is None
        else _("đang hiển thị {value}").format(value=format_number(default))
    )
    bounds = {"least": format_number(least), "most": format_number(most)}
    return told.format(label=label, value=quoted(asked), shown=shown, **bounds)


FIRST_DAY, LAST_DAY = dt.date(2000, 1, 1), dt.date(2100, 12, 31)
"""Between these a day may be chosen."""
_WRITTEN_DAY = re.compile(r"([0-9]{1,2})[/.-]([0-9]{1,2})[/.-]([0-9]{4})")


def _stored_day(text: str) -> dt.date | None:
    """The day that stands in an address; None for anything else."""
    try:
        return dt.date.fromisoformat(text)
    except ValueError:
        return None


def _written_day(text: str) -> dt.date | None:
    """The day that somebody wrote as dd/mm/yyyy; None for anything else and for a day out of bounds."""
    found = _WRITTEN_DAY.fullmatch(text.strip())
    try:
        value = dt.date(int(found[3]), int(found[2]), int(found[1])) if found else None
    except ValueError:
        return None
    return value if value is not None and FIRST_DAY <= value <= LAST_DAY else None


def day(label: str, name: str) -> dt.date | None:
    """The day that is written in the field, None for none. name: what it is called in the address, as 2024-12-31.

    A field for text: Streamlit's own field for days speaks English to a screen reader. What is no day is answered with
    a sentence and narrows nothing.
    """
    asked, seen = st.query_params.get(name), f"seen_{name}"
    known = st.session_state.get(seen)
    if asked is not None and asked != known:
        found = _stored_day(asked)
        st.session_state[name] = format_date(found) if found else asked
    elif asked is None and moved_in_history():
        st.session_state[name] = ""
    elif name not in st.session_state:
        st.session_state[name] = format_date(dt.date.fromisoformat(known)) if known else ""
    text = st.text_input(label, key=name, placeholder=_("ngày/tháng/năm"))
    value = _written_day(text)
    if text and value is None:
        st.warning(
            _(
                "«{value}» ở mục {label} không phải một ngày dạng 31/12/2024, từ {first} đến {last}; mục này chưa lọc."
            ).format(value=quoted(text), label=label, first=format_date(FIRST_DAY), last=format_date(LAST_DAY))
        )
    stored = value.isoformat() if value else None
    st.session_state[seen] = stored
    if stored is None:
        if name in st.query_params:
            del st.query_params[name]
    elif st.query_params.get(name) != stored:
        st.query_params[name] = stored
    return value


def put(name: str, value: str) -> None:
    """Choose a value for a filter that is drawn later in this run, or in the next one."""
    st.session_state[f"filter_{name}"] = st.session_state[f"seen_{name}"] = value
    if value:
        st.query_params[name] = value
    elif name in st.query_params:
        del st.query_params[name]


def search(label: str, name: str, placeholder: str) -> str:
    """The words to search for; in the address too."""
    return st.text_input(label, key=name, placeholder=placeholder, type="search", bind="query-params") or ""
