"""Filters that stand in the address of the page, by code, so that an address shows the same thing to everybody."""

from collections.abc import Callable, Mapping
from typing import Literal

import streamlit as st
from streamlit.runtime.scriptrunner import get_script_run_ctx

from language import _

Widget = Literal["selectbox", "segmented"]


def _settle(name: str, options: Mapping[str, str], default: str) -> str | None:
    """Put the value of the address, or the one chosen before on another page, into the widget.

    Returns a value of the address that is not among the options, None when there is none.
    """
    asked, widget, seen = st.query_params.get(name), f"filter_{name}", f"seen_{name}"
    if asked is None and _moved_in_history():
        st.session_state[widget] = default
        return None
    if asked is not None and asked != st.session_state.get(seen):
        st.session_state[seen] = asked
        if asked not in options:
            st.session_state[widget] = default
            return asked
        st.session_state[widget] = asked
        return None
    if st.session_state.get(widget) not in options:
        before = st.session_state.get(seen)
        st.session_state[widget] = before if before in options else default
    return None


def _moved_in_history() -> bool:
    """Whether the reader pressed Back or Forward: then a filter that the address does not name is at its default.

    Without this the chosen value would be written into the address again, and Back would lead nowhere.
    """
    context = get_script_run_ctx()
    return context is not None and context.is_history_navigation


def _write(name: str, value: str, default: str) -> None:
    """Put the value into the address; the default only where the address already names it, as links in tables do."""
    st.session_state[f"seen_{name}"] = value
    named = st.query_params.get(name)
    if value == named:
        return
    if value != default:
        st.query_params[name] = value
    elif named is not None:
        del st.query_params[name]


def _quoted(value: str) -> str:
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
    if unknown is not None:
        st.warning(
            _("Địa chỉ nêu {label} «{value}» không có trong dữ liệu; đang hiển thị «{shown}».").format(
                label=label.lower(), value=_quoted(unknown), shown=options[first]
            )
        )
    shown: Callable[[str], str] = lambda code: options.get(code, code)  # noqa: E731
    key = f"filter_{name}"
    if widget == "segmented":
        chosen = st.segmented_control(label, list(options), format_func=shown, key=key, required=True, help=help)
    else:
        chosen = st.selectbox(label, list(options), format_func=shown, key=key, help=help)
    value = chosen if chosen is not None and chosen in options else first
    _write(name, value, first)
    return value


def search(label: str, name: str, placeholder: str) -> str:
    """The words to search for; in the address too."""
    return st.text_input(label, key=name, placeholder=placeholder, type="search", bind="query-params") or ""
