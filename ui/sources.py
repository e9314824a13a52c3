"""Sources of published figures: read by the name of the site, the address only behind it."""

import re
from collections.abc import Sequence

from markupsafe import Markup, escape

from language import _

_ADDRESS = re.compile(
    r"(?P<scheme>https?://)?(?P<host>[a-z0-9-]+(?:\.[a-z0-9-]+)+)(?P<path>/\S+)?(?P<rest>\s.*)?", re.IGNORECASE
)


def _parts(source: str) -> list[str]:
    return [part for part in source.split("; ") if part]


def _link(part: str) -> Markup:
    found = _ADDRESS.fullmatch(part)
    if found is None or not found["path"]:
        return escape(part)
    address = f"{found['scheme'] or 'https://'}{found['host']}{found['path']}"
    link = Markup('<a href="{}" rel="noopener noreferrer" target="_blank">{}</a>').format(address, found["host"])
    return link + escape(found["rest"] or "")


def source_links(source: str) -> tuple[Markup, ...]:
    """The parts of a source: every full address as a link named by its host, anything else as it is written."""
    return tuple(map(_link, _parts(source)))


def source_names(source: str) -> str:
    """A source without its addresses: hosts, and anything else as it is written."""
    found = ((part, _ADDRESS.fullmatch(part)) for part in _parts(source))
    return "; ".join(part if own is None else f"{own['host']}{own['rest'] or ''}" for part, own in found)


def source_hosts(sources: Sequence[str], most: int = 3) -> str:
    """Hosts of sources for the source line of a chart, the most frequent first."""
    counted: dict[str, int] = {}
    for part in (part for source in sources for part in _parts(source)):
        found = _ADDRESS.fullmatch(part)
        name = found["host"] if found else part
        counted[name] = counted.get(name, 0) + 1
    hosts = sorted(counted, key=lambda name: (-counted[name], name))
    if len(hosts) <= most:
        return ", ".join(hosts)
    return _("{hosts} và {n} nguồn khác (xem bảng)").format(hosts=", ".join(hosts[:most]), n=len(hosts) - most)
