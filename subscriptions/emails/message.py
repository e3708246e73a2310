"""One mail to one person, which becomes the same bytes whenever it is made."""

from binascii import b2a_qp
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from email.charset import QP, Charset
from email.header import Header
from email.message import Message as MimeMessage
from email.utils import format_datetime
from hashlib import sha256
from typing import Any

from django.conf import settings
from django.core.mail import EmailMultiAlternatives

REFERENCE = "mail"  # a header's worth of data that goes along with a mail
TAKES_NO_METADATA = {f"anymail.backends.{name}.EmailBackend" for name in ("mailersend", "postal")}


def takes_metadata() -> bool:
    """Does data that goes along with a mail come back with its events? Else its own id does."""
    return settings.EMAIL_BACKEND not in TAKES_NO_METADATA


class AsciiSafe(Charset):
    """UTF-8 as quoted-printable.

    Servers that take only ASCII recode all else, which breaks the DKIM signature.
    """

    def __init__(self) -> None:
        super().__init__("utf-8")
        self.body_encoding = QP

    def body_encode(self, string: Any) -> Any:
        """As the base class does, by an encoder that is twice as fast."""
        raw = string if isinstance(string, bytes) else string.encode()
        return b2a_qp(raw, istext=True).decode("ascii")


@dataclass(frozen=True, slots=True)
class Mail:
    """What a mail says; `date` and `message_id` are frozen before the first attempt.

    Without `html` it is sent as plain text.
    """

    to: str
    subject: str
    text: str
    html: str
    message_id: str
    date: datetime
    headers: Mapping[str, str] = field(default_factory=dict)

    def as_email(self) -> "FrozenEmail":
        email = FrozenEmail(
            subject=self.subject,
            body=self.text,
            from_email=settings.DEFAULT_FROM_EMAIL,
            to=[self.to],
            headers={
                "Message-ID": self.message_id,
                "Date": format_datetime(self.date),
                "Auto-Submitted": "auto-generated",
                **self.headers,
            },
        )
        email.encoding = AsciiSafe()
        if takes_metadata():
            # what providers give back with each event; most put an id of their own on the mail
            email.metadata = {REFERENCE: self.message_id.strip("<>")}
        if self.html:
            email.attach_alternative(self.html, "text/html")
        return email


def list_headers(campaign: str, unsubscribe_url: str, message_id: str) -> dict[str, str]:
    """What mail to many carries: how to leave, and by what names providers sum it up."""
    domain = settings.SENDING_DOMAIN
    mailto = f"mailto:{settings.UNSUBSCRIBE_EMAIL}?subject=unsubscribe"
    return {
        "List-Unsubscribe": f"<{unsubscribe_url}>, <{mailto}>",
        "List-Unsubscribe-Post": "List-Unsubscribe=One-Click",
        "List-Id": f"Morning Papers <digest.{domain}>",
        "Feedback-ID": f"{campaign}:morning-papers:{domain}",
        "Precedence": "bulk",
        "X-Entity-Ref-ID": message_id.strip("<>"),
    }


class FrozenEmail(EmailMultiAlternatives):
    """Django's message with a MIME boundary that follows from its Message-ID, headers unfolded."""

    metadata: Mapping[str, str]  # anymail's; SMTP does not carry it

    def message(self, *args: Any, **kwargs: Any) -> Any:
        mime: MimeMessage = super().message(*args, **kwargs)
        seed = sha256(str(self.extra_headers.get("Message-ID")).encode()).hexdigest()
        # Gmail overlooks a List-Unsubscribe that is folded; RFC 5322 allows lines of 998.
        mime.policy = mime.policy.clone(max_line_length=998)
        if not self.subject.isascii():
            # Django's encoded words can be longer than the 75 characters of RFC 2047.
            subject = Header(str(self.subject), "utf-8", header_name="Subject")
            mime.replace_header("Subject", subject.encode())
        if mime.is_multipart():
            mime.set_boundary(f"=_{seed[:32]}")
        return mime
