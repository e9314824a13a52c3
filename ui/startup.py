"""What happens once, before the first page is served."""

import gc
import socket
import sys

from sqlalchemy import Engine
from streamlit import config

from assessment.demonstration_accounts import IssuedForRole, make_demonstration_accounts
from assessment.roles import role_name
from data.faults import fault_sentence, storage_fault
from language import _
from ui import gateway
from ui.clock import now
from ui.identity import SessionProvider, set_provider

COLLECT_AT = (10_000, 10, 10)
"""Objects that have come and not gone before the newest are looked through; how often those, and then the older ones,
before the next older: all of them after a million, some 100 MB."""

_issued: tuple[IssuedForRole, ...] = ()


def prepare() -> Engine:
    """Bring up the database (migration, first seeding, demonstration accounts; idempotent). Returns its engine.

    From now on identities come from sessions. Raises RuntimeError with a sentence when the database does not answer or
    takes no writes, and whatever else is wrong with it: a server without its data must not start.
    """
    global _issued
    try:
        engine = gateway.engine()
        _issued = make_demonstration_accounts(engine, now())
    except Exception as failure:
        fault = storage_fault(failure)
        if fault is None:
            raise
        raise RuntimeError(
            _("{fault} Phần mềm chưa khởi động ({reason}); hãy khắc phục rồi chạy lại.").format(
                fault=fault_sentence(fault), reason=" ".join(str(failure).partition("\n(Background")[0].split())
            )
        ) from None
    set_provider(SessionProvider(gateway.engine))
    _collect_garbage_rarely()
    return engine


def _collect_garbage_rarely() -> None:
    """Everybody waits while garbage is collected: a third of a second for all of it when 200 people are there.

    What lies in the caches is walked over each time and is no garbage. What is there now stays to the end and need not
    be walked over at all.
    """
    gc.collect()
    gc.freeze()
    gc.set_threshold(*COLLECT_AT)


def send_at_once() -> None:
    """Makes connections of this process send what is small at once, without waiting for what was sent to be acknowledged.

    To be called while the process listens: connections take the option over. asyncio sets it where a socket names its
    protocol, which the one that Streamlit makes does not; then every run of a page waits 40 ms and more.
    Source: Kludex/uvicorn, issue 3149.
    """
    for held in gc.get_objects():
        # By its type: a weak reference to what is gone cannot be asked what it is.
        if issubclass(type(held), socket.socket) and _listens(held):
            held.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)


def _listens(held: socket.socket) -> bool:
    if held.fileno() < 0 or held.family not in (socket.AF_INET, socket.AF_INET6):
        return False
    return held.getsockopt(socket.SOL_SOCKET, socket.SO_ACCEPTCONN) == 1


def port() -> int:
    """The port on which this process listens."""
    return int(config.get_option("server.port"))


def address() -> str:
    """The address to open in a browser, from the server's configuration."""
    host = config.get_option("server.address") or "127.0.0.1"
    base = (config.get_option("server.baseUrlPath") or "").strip("/")
    return f"http://{host}:{port()}/{base}"


def announce() -> None:
    """Write the address to open on the console, and once the passwords of new demonstration accounts.

    Letters the console cannot show are replaced.
    """
    lines = ["", "  " + _("Mở trình duyệt tại địa chỉ: {address}").format(address=address()), ""]
    if _issued:
        lines.append("  " + _("Tài khoản trình diễn, mật khẩu chỉ hiện một lần này:"))
        width = max(len(own.user_name) for own in _issued)
        for own in _issued:
            held = role_name(own.role) + (f", {own.unit_name}" if own.unit_name else "")
            lines.append(f"    {own.user_name:<{width}}  {own.password}  {held}")
        lines.append("")
    encoding = sys.stdout.encoding or "utf-8"
    sys.stdout.write("\n".join([*lines, ""]).encode(encoding, errors="replace").decode(encoding))
    sys.stdout.flush()
