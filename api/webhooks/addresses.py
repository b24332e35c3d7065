"""Where webhooks may lead: addresses of the open internet, unless a setting allows one's own network."""

from __future__ import annotations

import socket
from collections.abc import Callable
from ipaddress import IPv4Address, IPv6Address, ip_address, ip_network
from urllib.parse import urlsplit

from pipeline.errors import BadInput

Address = IPv4Address | IPv6Address
Resolve = Callable[[str, int], list[Address]]
MAX_URL_CHARS = 2000
_NAT64 = ip_network("64:ff9b::/96")


def resolve(host: str, port: int) -> list[Address]:
    """Return the addresses that a host name stands for now; OSError if there are none."""
    return [ip_address(found[4][0]) for found in socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)]


def check_url(url: str) -> tuple[str, int]:
    """Return the host and port of a usable http(s) address. Raises BadInput for any other."""
    try:
        parts = urlsplit(url)
        host, port = parts.hostname, parts.port
    except ValueError:
        host, port, parts = None, None, urlsplit("")
    if parts.scheme not in ("http", "https") or not host or len(url) > MAX_URL_CHARS or not url.isprintable():
        raise BadInput("A webhook leads to an address such as https://hooks.example.com/buyerspeak.")
    if parts.username or parts.password:
        raise BadInput("A webhook's address holds no name or password; what is sent is signed instead.")
    return host, port or (443 if parts.scheme == "https" else 80)


def checked_address(url: str, *, resolve: Resolve, private_too: bool) -> Address:
    """Return the numeric address to connect to. Raises BadInput if any that the host stands for must not be.

    Whoever sends connects to this very address: a name that is looked up again could stand for another by then.
    """
    host, port = check_url(url)
    try:
        found = resolve(host, port)
    except OSError as error:
        raise BadInput(f"The host {host!r} is not found: {error}") from error
    for address in found:
        if not private_too and not _is_open(address):
            raise BadInput(
                f"{host} stands for {address}, which is of this machine or a private network. "
                "BUYERSPEAK_WEBHOOKS_TO_PRIVATE=true allows that."
            )
    return found[0]


def _is_open(address: Address) -> bool:
    if isinstance(address, IPv6Address):
        if address.ipv4_mapped:
            return _is_open(address.ipv4_mapped)
        # Tunnels, whose far end is another address than the one that is checked.
        if address.sixtofour or address.teredo or address in _NAT64:
            return False
    return address.is_global and not address.is_multicast
