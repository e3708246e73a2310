from email.message import EmailMessage
from email.policy import SMTP

from subscriptions.models import MailboxMessage


def eml(message: MailboxMessage) -> bytes:
    """The message as a file that mail programs open."""
    mail = EmailMessage(policy=SMTP)
    for name, value in message.headers.items():
        mail[name] = value
    mail.set_content(message.text)
    if message.html:
        mail.add_alternative(message.html, subtype="html")
    return mail.as_bytes()
