"""Which addresses are public. A redirect to another would let a stranger ask in our name."""

from ipaddress import IPv6Address, IPv6Network, ip_address

# All that is assigned to hosts of the public internet. Outside of it are the forms that carry an
# IPv4 address inside: mapped, compatible and NAT64.
PUBLIC_IPV6 = IPv6Network("2000::/3")


def is_public(address: str) -> bool:
    """A numeric address that belongs to the public internet, itself and not as a wrapping."""
    ip = ip_address(address)
    if isinstance(ip, IPv6Address) and (ip not in PUBLIC_IPV6 or ip.sixtofour or ip.teredo):
        return False
    return ip.is_global and not ip.is_multicast and not ip.is_reserved


def is_numeric(host: str) -> bool:
    try:
        ip_address(host)
    except ValueError:
        return False
    return True
