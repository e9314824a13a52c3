"""A page open in a browser: what the browser sends over the page's websocket, and what it makes of the answers."""

import asyncio
import ssl
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from types import TracebackType
from typing import Self
from urllib.parse import urlencode

from streamlit.proto.BackMsg_pb2 import BackMsg
from streamlit.proto.Element_pb2 import Element
from streamlit.proto.ForwardMsg_pb2 import ForwardMsg
from websockets.asyncio.client import ClientConnection, connect
from websockets.typing import Subprotocol

LONGEST_RUN = 60
"""Seconds after which a run that has not ended counts as failed."""
FEWEST_ELEMENTS = 10
"""A run that draws less has not shown the page."""
KEPT = "Đã lưu nháp lúc"
"""How the form says, below an entry, that what stands in it is kept."""


class PageFailedError(RuntimeError):
    """A page that shows a failure, or less than a page."""


@dataclass
class Drawn:
    """What a run has drawn, in its order."""

    elements: list[Element] = field(default_factory=list)

    def entries(self) -> Iterator[tuple[str, str]]:
        """The entries of the form that can be typed in: the id of each, and what the server knows to stand in it."""
        for element in self.elements:
            own = element.text_input
            if element.WhichOneof("type") == "text_input" and "-entry_" in own.id and not own.disabled:
                yield own.id, own.value if own.set_value else own.default

    def says_kept(self, entry: str) -> bool:
        """Whether the form says of an entry that it is kept."""
        for element, below in zip(self.elements, self.elements[1:], strict=False):
            if element.WhichOneof("type") == "text_input" and element.text_input.id == entry:
                return below.WhichOneof("type") == "markdown" and below.markdown.body.startswith(KEPT)
        return False

    def button(self, entry: str, choice: str) -> str | None:
        """The id of a button that belongs to an entry, by the end of its key; None without one."""
        wanted = f"{entry.split('-', 2)[2]}_{choice}"
        buttons = (e.button.id for e in self.elements if e.WhichOneof("type") == "button")
        return next((own for own in buttons if own.endswith(f"-{wanted}")), None)

    def alerts(self) -> tuple[str, ...]:
        """What the page warns of, and what it calls an error."""
        return tuple(e.alert.body for e in self.elements if e.WhichOneof("type") == "alert")

    def require_sound(self) -> None:
        """Raises PageFailedError when the page shows a failure, or hardly anything."""
        for element in self.elements:
            kind = element.WhichOneof("type")
            if kind == "exception" or (kind == "alert" and element.alert.format == element.alert.ERROR):
                raise PageFailedError(element.alert.body or element.exception.message)
        if len(self.elements) < FEWEST_ELEMENTS:
            raise PageFailedError(f"only {len(self.elements)} elements were drawn")


class Tab:
    """One page in one browser. address: of the server, http or https. headers: with the cookies of the browser.

    typed: what stands in the entries of the form, by their ids; a browser sends it with every request for a run.
    """

    def __init__(self, address: str, headers: Mapping[str, str]) -> None:
        self._address, self._headers = address, headers
        self._wire: ClientConnection | None = None
        self._session, self._page, self._query = "", "", ""
        self.typed: dict[str, str] = {}

    async def __aenter__(self) -> Self:
        await self.connect()
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, failure: BaseException | None, trace: TracebackType | None
    ) -> None:
        await self.close()

    async def close(self) -> None:
        """Closes the page."""
        if self._wire is not None:
            await self._wire.close()

    async def connect(self) -> None:
        """Opens the websocket; after it was lost, asks for the same session as a browser does."""
        # The certificate of a trial is nobody's.
        unverified = ssl._create_unverified_context() if self._address.startswith("https") else None
        protocols = ["streamlit", *(["none", self._session] if self._session else [])]
        self._wire = await connect(
            self._address.replace("http", "ws", 1) + "/_stcore/stream",
            subprotocols=[Subprotocol(own) for own in protocols],
            additional_headers=self._headers,
            ssl=unverified,
            max_size=None,
            compression=None,
            ping_interval=None,
            close_timeout=1,
            proxy=None,
        )

    async def show(self, page: str, query: Mapping[str, str]) -> Drawn:
        """Goes to a page at an address, where nothing is typed yet."""
        self._page, self._query, self.typed = page, urlencode(query), {}
        return await self.run()

    async def type_in(self, entry: str, text: str) -> Drawn:
        """Types a text into an entry of the form and leaves the entry."""
        self.typed[entry] = text
        return await self.run()

    async def press(self, button: str) -> Drawn:
        """Presses a button, given by its id."""
        return await self.run(button)

    async def run(self, pressed: str = "") -> Drawn:
        """Asks for a run of the page, and waits for its end. pressed: a button, by its id.

        Raises PageFailedError, and whatever the wire raises.
        """
        assert self._wire is not None
        request = BackMsg()
        if pressed:
            state = request.rerun_script.widget_states.widgets.add()
            state.id, state.trigger_value = pressed, True
        request.rerun_script.page_name, request.rerun_script.query_string = self._page, self._query
        for entry, text in self.typed.items():
            state = request.rerun_script.widget_states.widgets.add()
            state.id, state.string_value = entry, text
        await self._wire.send(request.SerializeToString())
        async with asyncio.timeout(LONGEST_RUN):
            drawn = await self._drawn(self._wire)
        drawn.require_sound()
        for entry, text in drawn.entries():
            self.typed.setdefault(entry, text)
        return drawn

    async def _drawn(self, wire: ClientConnection) -> Drawn:
        drawn = Drawn()
        while True:
            message = ForwardMsg.FromString(await wire.recv(decode=False))
            match message.WhichOneof("type"):
                case "new_session":
                    self._session = message.new_session.initialize.session_id
                    drawn = Drawn()
                case "delta" if message.delta.WhichOneof("type") == "new_element":
                    drawn.elements.append(message.delta.new_element)
                    self._take_over(message.delta.new_element)
                case "script_finished" if message.script_finished == ForwardMsg.FINISHED_SUCCESSFULLY:
                    return drawn

    def _take_over(self, element: Element) -> None:
        own = element.text_input
        if element.WhichOneof("type") == "text_input" and own.set_value and own.id in self.typed:
            self.typed[own.id] = own.value
