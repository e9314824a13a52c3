"""What happens once, before the first page is served."""

import sys

from sqlalchemy import Engine
from streamlit import config

from language import _
from ui import gateway


def prepare() -> Engine:
    """Bring up the database (migration, first seeding; idempotent). Returns its engine.

    Raises whatever the database raises: a server without its data must not start.
    """
    return gateway.engine()


def address() -> str:
    """The address to open in a browser, from the server's configuration."""
    host = config.get_option("server.address") or "127.0.0.1"
    port = config.get_option("server.port")
    base = (config.get_option("server.baseUrlPath") or "").strip("/")
    return f"http://{host}:{port}/{base}"


def announce() -> None:
    """Write the address to open on the console; letters the console cannot show are replaced."""
    line = "\n  " + _("Mở trình duyệt tại địa chỉ: {address}").format(address=address()) + "\n\n"
    encoding = sys.stdout.encoding or "utf-8"
    sys.stdout.write(line.encode(encoding, errors="replace").decode(encoding))
    sys.stdout.flush()
