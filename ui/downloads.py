"""Download buttons whose file is made only when asked for."""

from collections.abc import Callable

import streamlit as st

TYPES = {
    "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    "csv": "text/csv; charset=utf-8",
    "zip": "application/zip",
    "json": "application/json; charset=utf-8",
    "yaml": "application/yaml; charset=utf-8",
}


def download_row(key: str, *files: tuple[str, Callable[[], bytes], str]) -> None:
    """Buttons beside each other. files: label, function that makes the file, file name."""
    with st.container(horizontal=True, key=f"{key}_downloads"):
        for label, make, name in files:
            kind = name.rpartition(".")[2]
            st.download_button(label, make, name, TYPES[kind], key=f"{key}_{kind}", on_click="ignore")
