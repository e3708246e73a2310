from collections.abc import Iterable
from email.utils import format_datetime, make_msgid
from typing import Any

from anymail.backends.base import AnymailBaseBackend, BasePayload
from anymail.message import AnymailRecipientStatus
from anymail.utils import Attachment, EmailAddress
from django.conf import settings
from django.core.mail import BadHeaderError, EmailMessage
from django.utils import timezone

from subscriptions.models import MailboxMessage


class MailboxBackend(AnymailBaseBackend):  # type: ignore[misc]  # anymail has no types
    """Keeps each message in the database. A Message-ID that is there already changes nothing."""

    esp_name = "Mailbox"

    def build_message_payload(self, message: EmailMessage, defaults: Any) -> "MailboxPayload":
        return MailboxPayload(message, defaults, self)

    def post_to_esp(self, payload: "MailboxPayload", message: EmailMessage) -> MailboxMessage:  # noqa: ARG002  # anymail's call
        row = payload.as_row()
        MailboxMessage.objects.bulk_create([row], ignore_conflicts=True)
        return row

    def parse_recipient_status(
        self,
        response: MailboxMessage,
        payload: "MailboxPayload",
        message: EmailMessage,  # noqa: ARG002  # anymail's call
    ) -> dict[str, AnymailRecipientStatus]:
        status = AnymailRecipientStatus(message_id=response.message_id, status="sent")
        return {recipient.addr_spec: status for recipient in payload.recipients}


class MailboxPayload(BasePayload):  # type: ignore[misc]  # anymail has no types
    """One message as anymail reads it out, part by part."""

    def init_payload(self) -> None:
        self.headers: dict[str, str] = {}
        self.recipients: list[EmailAddress] = []
        self.text = ""
        self.html = ""

    def as_row(self) -> MailboxMessage:
        self.headers.setdefault("Date", format_datetime(timezone.now()))
        self.headers.setdefault("Message-ID", make_msgid(domain=settings.SENDING_DOMAIN))
        return MailboxMessage(
            message_id=self.headers["Message-ID"],
            recipient=", ".join(recipient.addr_spec for recipient in self.recipients)[:320],
            sender=self.headers["From"][:320],
            subject=self.headers["Subject"],
            headers=self.headers,
            text=self.text,
            html=self.html,
        )

    def set_header(self, name: str, value: object) -> None:
        if set("\r\n") & set(text := str(value)):
            raise BadHeaderError(f"A header cannot hold a line break: {name}: {text!r}")
        self.headers[name] = text

    def set_addresses(self, name: str, emails: Iterable[EmailAddress]) -> None:
        if text := ", ".join(email.address for email in emails):
            self.set_header(name, text)

    def set_from_email(self, email: EmailAddress) -> None:
        self.set_addresses("From", [email])

    def set_recipients(self, recipient_type: str, emails: list[EmailAddress]) -> None:
        self.recipients += emails
        if recipient_type != "bcc":
            self.set_addresses(recipient_type.title(), emails)

    def set_reply_to(self, emails: list[EmailAddress]) -> None:
        self.set_addresses("Reply-To", emails)

    def set_subject(self, subject: str) -> None:
        self.set_header("Subject", subject)

    def set_extra_headers(self, headers: Any) -> None:
        """`headers` finds names in any case."""
        if message_id := headers.pop("Message-ID", None):
            self.set_header("Message-ID", message_id)
        for name, value in headers.items():
            self.set_header(name, value)

    def set_text_body(self, body: str) -> None:
        self.text = body

    def set_html_body(self, body: str) -> None:
        self.html = body

    def add_attachment(self, attachment: Attachment) -> None:  # noqa: ARG002  # anymail's call
        self.unsupported_feature("attachments")

    def set_metadata(self, metadata: dict[str, object]) -> None:
        self.set_header("X-Metadata", self.serialize_json(metadata))

    def set_tags(self, tags: list[str]) -> None:
        self.set_header("X-Tags", ", ".join(tags))

    def set_track_clicks(self, track_clicks: object) -> None:
        """Nothing is tracked here, whatever is asked."""

    def set_track_opens(self, track_opens: object) -> None:
        """Nothing is tracked here, whatever is asked."""
