"""A certificate of the day for a server that tests play, with the key that it is signed with."""

from datetime import UTC, datetime, timedelta
from functools import cache
from ipaddress import ip_address

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import rsa
from cryptography.x509.oid import NameOID

KEY = rsa.generate_private_key(public_exponent=65537, key_size=2048)
DAY = timedelta(days=1)


@cache
def certificate(host: str) -> bytes:
    """In PEM, without its key; who is shown this very one may trust it."""
    name, now = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, host)]), datetime.now(UTC)
    made = x509.CertificateBuilder(name, name, KEY.public_key(), x509.random_serial_number())
    named = made.add_extension(_names(host), critical=False)
    valid = named.not_valid_before(now - DAY).not_valid_after(now + DAY)
    return valid.sign(KEY, hashes.SHA256()).public_bytes(serialization.Encoding.PEM)


def _names(host: str) -> x509.SubjectAlternativeName:
    here = [x509.IPAddress(ip_address("127.0.0.1"))] if host == "localhost" else []
    return x509.SubjectAlternativeName([x509.DNSName(host), *here])


def key() -> bytes:
    """In PEM."""
    return KEY.private_bytes(
        serialization.Encoding.PEM,
        serialization.PrivateFormat.PKCS8,
        serialization.NoEncryption(),
    )
