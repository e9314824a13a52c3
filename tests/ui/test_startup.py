"""What is set once, when the application starts."""

import socket

from streamlit.web.server.starlette.starlette_server import _bind_socket

from ui.startup import send_at_once


def test_connections_send_small_messages_at_once() -> None:
    # The socket as Streamlit makes it, behind which asyncio would leave small messages waiting.
    with _bind_socket("127.0.0.1", 0, 5) as listening:
        assert listening.proto != socket.IPPROTO_TCP
        listening.setblocking(True)
        send_at_once()
        with socket.create_connection(listening.getsockname()), listening.accept()[0] as accepted:
            assert accepted.getsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY) == 1
