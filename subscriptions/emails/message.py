"""One mail to one person, which becomes the same bytes whenever it is made."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from email.message import Message as MimeMessage
from email.utils import format_datetime
from hashlib import sha256
from typing import Any

from django.conf import settings
from django.core.mail import EmailMultiAlternatives


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
        if self.html:
            email.attach_alternative(self.html, "text/html")
        return email


class FrozenEmail(EmailMultiAlternatives):
    """Django's message with a MIME boundary that follows from its Message-ID, headers unfolded."""

    def message(self, *args: Any, **kwargs: Any) -> Any:
        mime: MimeMessage = super().message(*args, **kwargs)
        seed = sha256(str(self.extra_headers.get("Message-ID")).encode()).hexdigest()
        # Gmail overlooks a List-Unsubscribe that is folded; RFC 5322 allows lines of 998.
        mime.policy = mime.policy.clone(max_line_length=998)
        if mime.is_multipart():
            mime.set_boundary(f"=_{seed[:32]}")
        return mime
