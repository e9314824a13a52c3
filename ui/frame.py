"""What stands on every screen: heading, the demonstration label, and the footer."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Literal

import streamlit as st
from streamlit.delta_generator import DeltaGenerator

from assessment.frozen import FrozenMismatchError
from language import _, format_number
from reports.labels import demonstration_label
from ui.lasting import begin_run

Origin = Literal["demonstration", "office"]


@dataclass(frozen=True)
class Frame:
    """The places of a screen that are known only once the reader has chosen what to see."""

    label: DeltaGenerator
    subtitle: DeltaGenerator
    footer: DeltaGenerator

    def about(
        self,
        subtitle: str,
        *,
        period_origin: Origin,
        data_version: int | None = None,
        set_status: str | None = None,
        published: str = "",
        trial: str = "",
    ) -> None:
        """Say what is shown.

        subtitle: where the reader is, as "Kỳ đánh giá 2024 › Cấp huyện". period_origin: `demonstration` puts the label
        above the heading. data_version and set_status stand in the footer; what is None is left out. published: the
        decision that the figures rest on, in the place of the data version, which what was published does not follow.
        trial: the label of an internal trial run, below the heading.
        """
        if period_origin == "demonstration":
            self.label.warning(f"**{demonstration_label()}**", icon=":material/info:")
        self.subtitle.caption(subtitle)
        if trial:
            self.subtitle.caption(f"**{trial}**")
        facts = []
        if published:
            facts.append(_("Nguồn: {source}").format(source=published))
        if set_status is not None:
            facts.append(_("Bộ chỉ số: {status}").format(status=set_status))
        if data_version is not None and not published:
            facts.append(_("Phiên bản số liệu: {version}").format(version=format_number(data_version)))
        if facts:
            self.footer.divider()
            self.footer.caption(" · ".join(facts))


@contextmanager
def page_frame(title: str) -> Iterator[Frame]:
    """Draw the frame of a screen; what is drawn inside the block stands between heading and footer.

    Where published results are no longer what was published, the screen ends with the sentence that says so.
    """
    begin_run()
    label = st.container()
    st.title(title, anchor=False)
    subtitle, body, footer = st.container(), st.container(), st.container()
    with body:
        try:
            yield Frame(label, subtitle, footer)
        except FrozenMismatchError as mismatch:
            st.error(str(mismatch))
