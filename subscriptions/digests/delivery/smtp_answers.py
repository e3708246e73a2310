"""What SMTP servers answer: replies of RFC 5321, and enhanced codes of RFC 3463 in their text."""

import re
import smtplib

from subscriptions.digests.delivery.kinds import Kind, Verdict, words_of

WHO_ARE_YOU = {530, 534, 535, 538}
SLOW_DOWN = {421, 450, 451, 452}
OF_DOMAIN = {450, 451, 452}
FOR_GOOD = 500
TOO_LARGE = 552
REPLIES = range(200, 600)
NO_SUCH_MAILBOX = re.compile(rb"\b5\.1\.1\b")
POLICY = re.compile(rb"\b5\.7\.\d")
# Login missing or wrong; SPF, DKIM or DMARC not as they should be (RFC 7372, and Microsoft's own).
UNAUTHENTICATED = re.compile(rb"\b5\.7\.(3|8|9|14|2\d|30|57|60|509|515)\b")


def broken_off(error: Exception, *, handed_over: bool | None) -> Verdict:
    """Without a word. Only who knows that nothing was handed over may simply try again."""
    return Verdict(Kind.LATER if handed_over is False else Kind.LOST, words_of(error, 0))


def reply(error: Exception, *, handed_over: bool | None) -> Verdict:
    code, text = code_of(error), text_of(error)
    words = words_of(error, code)
    if code not in REPLIES:
        return broken_off(error, handed_over=handed_over)  # it said something that is no reply
    if code in WHO_ARE_YOU or _minds_the_sender(error, code) or UNAUTHENTICATED.search(text):
        return Verdict(Kind.OURS, words)
    if code in SLOW_DOWN:
        of_domain = code in OF_DOMAIN and isinstance(error, smtplib.SMTPRecipientsRefused)
        return Verdict(Kind.THROTTLE, words, of_domain=of_domain)
    if code < FOR_GOOD:
        return Verdict(Kind.LATER, words)
    if POLICY.search(text):
        return Verdict(Kind.POLICY, words)
    return Verdict(Kind.REFUSED, words, dead=bool(NO_SUCH_MAILBOX.search(text)))


def _minds_the_sender(error: Exception, code: int) -> bool:
    """Whoever the mail is for; but it is with the sender that a mail's size is told (RFC 1870)."""
    return isinstance(error, smtplib.SMTPSenderRefused) and code >= FOR_GOOD and code != TOO_LARGE


def code_of(error: Exception) -> int:
    """0 when there was none."""
    if isinstance(error, smtplib.SMTPRecipientsRefused):
        return max((code for code, _ in error.recipients.values()), default=0)
    return int(getattr(error, "smtp_code", None) or 0)


def text_of(error: Exception) -> bytes:
    if isinstance(error, smtplib.SMTPRecipientsRefused):
        return b" ".join(text for _, text in error.recipients.values())
    text = getattr(error, "smtp_error", b"")
    return text if isinstance(text, bytes) else str(text).encode()
