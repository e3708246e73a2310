"""Telling visitors apart for an hour, where one alone could use up what is there for all.

A reader's address is neither stored nor logged: what is made of it is keyed, another one every
hour, and leads back to nobody.
"""

from datetime import datetime
from ipaddress import (
    IPv4Address,
    IPv4Network,
    IPv6Address,
    IPv6Network,
    ip_address,
    ip_network,
)

from django.conf import settings
from django.http import HttpRequest
from django.utils.crypto import salted_hmac

PREFIX = {4: 32, 6: 64}  # an ordinary IPv6 connection has 2**64 addresses to send from


def visitor_of(request: HttpRequest, now: datetime) -> str:
    """The same for one visitor within an hour of the clock; "" where nobody can be told apart."""
    address = _address(request)
    if address is None or not address.is_global:  # a private one is a proxy's, for everybody
        return ""
    return salted_hmac("papers.visitors", f"{now:%Y-%m-%d %H} {_home(address)}").hexdigest()


def home_of(request: HttpRequest) -> str | None:
    """The first address of the network that one visitor commands."""
    address = _address(request)
    return str(_home(address).network_address) if address else None


def _home(address: IPv4Address | IPv6Address) -> IPv4Network | IPv6Network:
    return ip_network((address, PREFIX[address.version]), strict=False)


def _address(request: HttpRequest) -> IPv4Address | IPv6Address | None:
    text: str = request.META.get("REMOTE_ADDR", "")
    if settings.SECURE_PROXY_SSL_HEADER:
        # The last is the one that the proxy saw; those before it anybody may have made up.
        text = request.headers.get("X-Forwarded-For", "").rpartition(",")[2]
    try:
        found = ip_address(text.strip())
    except ValueError:
        return None
    mapped = found.ipv4_mapped if isinstance(found, IPv6Address) else None
    return mapped or found
