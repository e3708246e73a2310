"""What providers post about one mail, each in its own form, and what it means to us."""

import hmac
import json
from base64 import b64encode
from dataclasses import dataclass, field
from hashlib import md5, sha1, sha256
from typing import Any
from urllib.parse import urlencode

from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import padding, rsa

READER = "reader@example.com"
MAIL = "digest-1@papers.test"
AT = "2026-11-20T09:00:00Z"
EPOCH = 1795165200
NO_SUCH_USER = "550 5.1.1 <reader@example.com>: user unknown"
POLICY = "550 5.7.1 refused by our policy"


KEY = rsa.generate_private_key(public_exponent=65537, key_size=2048)


def public_key() -> str:
    """As Postal shows it: one line."""
    form = serialization.PublicFormat.SubjectPublicKeyInfo
    pem = KEY.public_key().public_bytes(serialization.Encoding.PEM, form).decode()
    return "".join(pem.splitlines()[1:-1])


@dataclass(frozen=True)
class Post:
    provider: str
    kind: str
    body: Any
    headers: dict[str, str] = field(default_factory=dict)
    content_type: str = "application/json"
    named: str = MAIL


def postmark(kind: str, record: str, **facts: Any) -> Post:
    about = {"MessageID": "theirs", "Metadata": {"mail": MAIL}, "RecordType": record}
    return Post("postmark", kind, {**about, **facts})


def mailgun(kind: str, event: str, **facts: Any) -> Post:
    token, moment = "token", str(EPOCH)
    signature = hmac.new(b"key", f"{moment}{token}".encode(), sha256).hexdigest()
    about = {
        "event": event,
        "timestamp": EPOCH,
        "recipient": READER,
        "user-variables": {"mail": MAIL},
        "message": {"headers": {"message-id": MAIL}},
    }
    signed = {"timestamp": moment, "token": token, "signature": signature}
    return Post("mailgun", kind, {"signature": signed, "event-data": {**about, **facts}})


def sendgrid(kind: str, event: str, **facts: Any) -> Post:
    about = {"event": event, "email": READER, "timestamp": EPOCH, "mail": MAIL}
    return Post("sendgrid", kind, [{**about, "sg_event_id": "1", **facts}])


def brevo(kind: str, event: str, **facts: Any) -> Post:
    about = {"event": event, "email": READER, "ts_epoch": EPOCH * 1000, "id": 7}
    return Post("brevo", kind, {**about, "message-id": f"<{MAIL}>", **facts})


def resend(kind: str, event: str, **facts: Any) -> Post:
    headers = [{"name": "X-Metadata", "value": json.dumps({"mail": MAIL})}]
    data = {"email_id": "theirs", "to": [READER], "headers": headers, **facts}
    body = {"type": event, "created_at": AT, "data": data}
    return Post("resend", kind, body, {"svix-id": "msg_1"})


def mailjet(kind: str, event: str, **facts: Any) -> Post:
    about = {"event": event, "email": READER, "time": EPOCH, "MessageID": 19}
    return Post("mailjet", kind, [{**about, "Payload": json.dumps({"mail": MAIL}), **facts}])


def sparkpost(kind: str, event: str, **facts: Any) -> Post:
    about = {"type": event, "raw_rcpt_to": READER, "timestamp": str(EPOCH), "event_id": "1"}
    return Post(
        "sparkpost",
        kind,
        [{"msys": {"message_event": {**about, "rcpt_meta": {"mail": MAIL}, **facts}}}],
    )


def mailtrap(kind: str, event: str, **facts: Any) -> Post:
    about = {"event": event, "email": READER, "timestamp": EPOCH, "message_id": "theirs"}
    mine = {"event_id": "1", "custom_variables": {"mail": MAIL}}
    return Post("mailtrap", kind, {"events": [{**about, **mine, **facts}]})


def mandrill(kind: str, event: str, **facts: Any) -> Post:
    about = {"email": READER, "metadata": {"mail": MAIL}, **facts}
    told = json.dumps([{"event": event, "ts": EPOCH, "_id": "theirs", "msg": about}])
    signed = f"http://user:a-long-password@testserver/hooks/mandrill/mandrill_events{told}"
    signature = b64encode(hmac.new(b"key", signed.encode(), sha1).digest()).decode()
    return Post(
        "mandrill",
        kind,
        urlencode({"mandrill_events": told}),
        {"X-Mandrill-Signature": signature},
        "application/x-www-form-urlencoded",
    )


def unisender_go(kind: str, status: str, **facts: Any) -> Post:
    about = {"email": READER, "status": status, "event_time": "2026-11-20 09:00:00"}
    event = {**about, "metadata": {"mail": MAIL}, "delivery_info": facts}
    name = {"event_name": "transactional_email_status", "event_data": event}
    body = json.dumps({"auth": "key", "events_by_user": [{"events": [name]}]})
    signature = md5(body.encode()).hexdigest()  # noqa: S324  # the provider's own
    return Post("unisender_go", kind, body.replace('"key"', f'"{signature}"'))


def mailersend(kind: str, event: str, **morph: Any) -> Post:
    email = {"message": {"id": "62fb66be"}, "recipient": {"email": READER}, "tags": None}
    data = {"id": "62f11458", "type": event, "created_at": AT, "email": email}
    told = {"type": f"activity.{event}", "data": {**data, "morph": morph or None}}
    body = json.dumps(told)
    signature = hmac.new(b"key", body.encode(), sha256).hexdigest()
    return Post("mailersend", kind, body, {"Signature": signature}, named="62fb66be")


def postal(kind: str, event: str, **payload: Any) -> Post:
    message = {"id": 10921, "token": "vIPU", "direction": "outgoing", "to": READER, "tag": None}
    about = {"original_message" if "bounce" in payload else "message": message}
    told = {"event": event, "timestamp": EPOCH, "uuid": "0fcc", "payload": about | payload}
    body = json.dumps(told)
    signature = KEY.sign(body.encode(), padding.PKCS1v15(), hashes.SHA1())  # noqa: S303  # Postal's own
    headers = {"X-Postal-Signature": b64encode(signature).decode()}
    return Post("postal", kind, body, headers, named="10921")


POSTS = [
    postmark("delivered", "Delivery", Recipient=READER, DeliveredAt=AT, Details="250 OK"),
    postmark("hard_bounce", "Bounce", Type="HardBounce", Email=READER, BouncedAt=AT, ID=42),
    postmark("soft_bounce", "Bounce", Type="SoftBounce", Email=READER, BouncedAt=AT, ID=42),
    postmark("blocked", "Bounce", Type="Blocked", Email=READER, BouncedAt=AT, ID=42),
    postmark("blocked", "Bounce", Type="HardBounce", Email=READER, ID=42, Details=POLICY),
    postmark("complained", "SpamComplaint", Type="SpamComplaint", Email=READER, ID=42),
    postmark(
        "unsubscribed",
        "SubscriptionChange",
        SuppressSending=True,
        SuppressionReason="ManualSuppression",
        Recipient=READER,
        ChangedAt=AT,
    ),
    mailgun("delivered", "delivered"),
    mailgun("deferred", "failed", severity="temporary"),
    mailgun(
        "hard_bounce",
        "failed",
        severity="permanent",
        reason="bounce",
        **{"delivery-status": {"code": 550, "message": NO_SUCH_USER}},
    ),
    mailgun("complained", "complained"),
    sendgrid("delivered", "delivered", response="250 OK"),
    sendgrid("hard_bounce", "bounce", type="bounce", status="5.1.1", reason=NO_SUCH_USER),
    sendgrid("blocked", "bounce", type="blocked", status="5.0.0", reason="554 listed"),
    sendgrid("hard_bounce", "dropped", reason="Bounced Address"),
    sendgrid("complained", "spamreport"),
    brevo("delivered", "delivered"),
    brevo("soft_bounce", "soft_bounce", reason="452 4.2.2 mailbox full"),
    brevo("hard_bounce", "hard_bounce", reason=NO_SUCH_USER),
    brevo("blocked", "blocked"),
    brevo("complained", "spam"),
    resend("delivered", "email.delivered"),
    resend("hard_bounce", "email.bounced", bounce={"type": "Permanent", "message": "…"}),
    resend("soft_bounce", "email.bounced", bounce={"type": "Transient", "message": "…"}),
    resend("complained", "email.complained"),
    mailjet("delivered", "sent"),
    mailjet("hard_bounce", "bounce", hard_bounce=True, error="user unknown"),
    mailjet("soft_bounce", "bounce", hard_bounce=False, error="quota exceeded"),
    mailjet("complained", "spam"),
    sparkpost("delivered", "delivery"),
    sparkpost("hard_bounce", "bounce", bounce_class="10", raw_reason=NO_SUCH_USER),
    sparkpost("blocked", "bounce", bounce_class="50", raw_reason="554 blocked"),
    sparkpost("soft_bounce", "bounce", bounce_class="22", raw_reason="552 5.2.2 over quota"),
    mailtrap("delivered", "delivery"),
    mailtrap("hard_bounce", "bounce", response=NO_SUCH_USER),
    mailersend("delivered", "delivered"),
    mailersend("hard_bounce", "hard_bounced", object="recipient_bounce", reason=NO_SUCH_USER),
    mailersend("soft_bounce", "soft_bounced", object="recipient_bounce", reason="mailbox full"),
    mailersend("complained", "spam_complaint", object="spam_complaint"),
    mailersend("unsubscribed", "unsubscribed", object="recipient_unsubscribe"),
    postal("delivered", "MessageSent", status="Sent", output="250 OK"),
    postal("deferred", "MessageDelayed", status="SoftFail", output="450 4.2.2 later"),
    postal("hard_bounce", "MessageDeliveryFailed", status="HardFail", output=NO_SUCH_USER),
    postal("blocked", "MessageDeliveryFailed", status="HardFail", output=POLICY),
    postal("soft_bounce", "MessageBounced", bounce={"id": 10923, "from": "mx@example.com"}),
    mandrill("hard_bounce", "hard_bounce", diag=NO_SUCH_USER),
    mandrill("soft_bounce", "soft_bounce"),
    mandrill("complained", "spam"),
    unisender_go("delivered", "delivered"),
    unisender_go("hard_bounce", "hard_bounced", delivery_status="err_user_unknown"),
]
