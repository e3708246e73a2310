"""Amazon's Simple Notification Service: is a message its own, and the answer to its question.

What is signed, and how: https://docs.aws.amazon.com/sns/latest/dg/sns-verify-signature-of-message.html
"""

import re
from base64 import b64decode
from binascii import Error as NotBase64
from collections.abc import Mapping
from functools import lru_cache
from typing import Any

import httpx
from cryptography import x509
from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric.padding import PKCS1v15
from cryptography.hazmat.primitives.asymmetric.rsa import RSAPublicKey

HOST = r"https://sns\.[a-z]{2}(-[a-z]+)+-\d{1,2}\.amazonaws\.com(\.cn)?"
CERTIFICATE = re.compile(HOST + r"/SimpleNotificationService-[0-9a-f]{8,64}\.pem")
SUBSCRIBE = re.compile(HOST + r"/\?Action=ConfirmSubscription&[\w=&%:.~-]+")
SIGNED = {
    "Notification": ("Message", "MessageId", "Subject", "Timestamp", "TopicArn", "Type"),
    "SubscriptionConfirmation": (
        *("Message", "MessageId", "SubscribeURL", "Timestamp", "Token", "TopicArn", "Type"),
    ),
}
SIGNED["UnsubscribeConfirmation"] = SIGNED["SubscriptionConfirmation"]
HASHES = {"1": hashes.SHA1, "2": hashes.SHA256}  # SHA1: what a topic uses until it is told not to
SECONDS = 5


class NotAmazonsError(Exception):
    """Its signature is missing, wrong, or made with a certificate from elsewhere."""


class CannotAskError(Exception):
    """Amazon does not answer us now; it will post the message again."""


def verify(message: Mapping[str, Any]) -> None:
    """Raises NotAmazonsError or CannotAskError. It says nothing of whose topic it is."""
    names = SIGNED.get(str(message.get("Type")))
    algorithm = HASHES.get(str(message.get("SignatureVersion")))
    url = str(message.get("SigningCertURL", ""))
    if not names or not algorithm or not CERTIFICATE.fullmatch(url):
        raise NotAmazonsError
    said = "".join(f"{name}\n{message[name]}\n" for name in names if name in message)
    try:
        signature = b64decode(str(message.get("Signature", "")), validate=True)
        _key(url).verify(signature, said.encode(), PKCS1v15(), algorithm())
    except (InvalidSignature, NotBase64, UnicodeError) as error:
        raise NotAmazonsError from error


def confirm(message: Mapping[str, Any]) -> None:
    """Tell Amazon that its messages are wanted here. Raises as `verify`."""
    url = str(message.get("SubscribeURL", ""))
    if not SUBSCRIBE.fullmatch(url):
        raise NotAmazonsError
    ask(url)


def ask(url: str) -> bytes:
    try:
        return httpx.get(url, timeout=SECONDS).raise_for_status().content
    except httpx.HTTPError as error:
        raise CannotAskError(type(error).__name__) from error


@lru_cache(maxsize=8)
def _key(url: str) -> RSAPublicKey:
    """Of the certificate there; asked for once, since Amazon gives a new one a new address."""
    try:
        key = x509.load_pem_x509_certificate(ask(url)).public_key()
    except ValueError as error:
        raise NotAmazonsError from error
    if not isinstance(key, RSAPublicKey):
        raise NotAmazonsError
    return key
