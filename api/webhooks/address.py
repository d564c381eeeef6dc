"""Where events may be sent: a guard against requests into one's own network (SSRF).

1. only https, without a name and password in the address;
2. every address the name leads to must be a public one, whatever its spelling;
3. the connection goes to an address that was checked, not to the name again: a name that leads
   elsewhere a moment later (DNS rebinding) gains nothing; the certificate is still the name's.
"""

from __future__ import annotations

import ipaddress
import socket
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from urllib.parse import SplitResult, urlsplit

from api.refusals import WebhookAddressRefused
from domain.refusals import Refused

Resolver = Callable[[str, int], Sequence[str]]
"""Gives the addresses of a host; raises OSError when there are none."""

Address = ipaddress.IPv4Address | ipaddress.IPv6Address
_PORTS = {"https": 443, "http": 80}
_TRANSLATED = ipaddress.ip_network("64:ff9b::/96")


@dataclass(frozen=True, slots=True)
class Target:
    """A checked address.

    Attributes:
        host: the name (or address) as it was given, for `Host` and the certificate.
        ip: where to connect.
    """

    url: str
    host: str
    port: int
    ip: str


def resolve(host: str, port: int) -> Sequence[str]:
    """Ask the system for the addresses of a host."""
    try:
        found = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)
    except UnicodeError as fault:
        raise OSError(str(fault)) from fault
    return [str(entry[4][0]) for entry in found]


def checked_target(
    url: str, *, allow_private: bool = False, resolver: Resolver = resolve
) -> Target:
    """Check an address and give where to connect; `allow_private` is for tests on one machine."""
    parts, host, port = _parts(url)
    if parts.scheme != "https" and not (allow_private and parts.scheme == "http"):
        raise Refused(WebhookAddressRefused("not_https"))
    if parts.username is not None or parts.password is not None:
        raise Refused(WebhookAddressRefused("credentials"))
    try:
        addresses = [ipaddress.ip_address(one.split("%")[0]) for one in resolver(host, port)]
    except (OSError, ValueError):
        raise Refused(WebhookAddressRefused("unknown_host")) from None
    if not addresses:
        raise Refused(WebhookAddressRefused("unknown_host"))
    if not allow_private and not all(map(is_public, addresses)):
        raise Refused(WebhookAddressRefused("private_address"))
    return Target(url, host, port, str(addresses[0]))


def is_public(address: Address) -> bool:
    """Tell whether an address is one of the open internet, and hides no other inside."""
    if isinstance(address, ipaddress.IPv6Address):
        if address.ipv4_mapped is not None:
            return is_public(address.ipv4_mapped)
        if address.sixtofour is not None or address.teredo is not None or address in _TRANSLATED:
            return False
    return address.is_global and not address.is_multicast and not address.is_reserved


def _parts(url: str) -> tuple[SplitResult, str, int]:
    try:
        parts = urlsplit(url)
        host, port = parts.hostname, parts.port
    except ValueError:
        raise Refused(WebhookAddressRefused("no_host")) from None
    if any(letter.isspace() or not letter.isprintable() for letter in url) or not host:
        raise Refused(WebhookAddressRefused("no_host"))
    return parts, host, port if port is not None else _PORTS.get(parts.scheme, 0)
