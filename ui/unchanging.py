"""What Streamlit works out anew at every run of a page although it never changes while the application runs.

Together it takes a twentieth of what the processor does for a page.
"""

import re
from collections.abc import Callable

from streamlit import emojis
from streamlit.proto.NewSession_pb2 import CustomThemeConfig
from streamlit.runtime import app_session

Populate = Callable[..., None]


def work_out_once() -> None:
    """From now on the theme is read once, and no emoji is looked for at the start of an option: our texts have none."""
    app_session._populate_theme_msg = remembered(app_session._populate_theme_msg)
    emojis.EMOJI_EXTRACTION_REGEX = re.compile(r"(?!)")


def remembered(populate: Populate) -> Populate:
    """Fills a section of the theme with what the function filled it with the first time."""
    sections: dict[str, CustomThemeConfig] = {}

    def fill(theme: CustomThemeConfig, section: str = "theme") -> None:
        if section not in sections:
            filled = CustomThemeConfig()
            populate(filled, section)
            sections[section] = filled
        # What is not set must stay absent: a section that is there and empty is another theme to the browser.
        if sections[section].ByteSize():
            theme.MergeFrom(sections[section])

    return fill
