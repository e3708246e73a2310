"""How the providers that the stub plays are spoken to, and how they answer."""

import json
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

Fields = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Reply:
    status: int
    content: str
    headers: tuple[tuple[str, str], ...] = ()


@dataclass(frozen=True, slots=True)
class Dialect:
    """`key_in`: where an idempotency key is told, "request" or "mail"; "": it takes none."""

    recipient: Callable[[Fields], str]
    headers: Callable[[Fields], dict[str, str]]
    taken: Callable[[str, str], Fields]  # of the provider's id and the recipient
    error: Callable[[int, str, str], Fields]  # of status, name and words
    key_header: str = ""
    key_in: str = ""
    known_key: tuple[int, str] | None = None  # what it answers to one; None: as at the first time

    def accepted(self, number: str, recipient: str) -> Reply:
        return Reply(200, json.dumps(self.taken(number, recipient)))

    def failed(self, status: int, name: str, headers: tuple[tuple[str, str], ...] = ()) -> Reply:
        return Reply(status, json.dumps(self.error(status, name, name)), headers)

    def suppressed(self, recipient: str) -> Reply:
        """By its own list, of which only Postmark tells so plainly."""
        return Reply(422, json.dumps(self.error(422, "suppressed", INACTIVE.format(recipient))))

    def known(self, number: str, recipient: str) -> Reply:
        return self.failed(*self.known_key) if self.known_key else self.accepted(number, recipient)


def _postmark_error(status: int, name: str, words: str) -> Fields:
    codes = {"suppressed": 406, "refused": 300, "unauthorized": 10}
    return {"ErrorCode": codes.get(name, status), "Message": words}


INACTIVE = (
    "You tried to send to recipient(s) that have been marked as inactive. "
    "Found inactive addresses: {}. Inactive recipients are ones that have generated a hard bounce."
)


RESEND = Dialect(
    recipient=lambda body: body["to"][0],
    headers=lambda body: body.get("headers", {}),
    taken=lambda number, _: {"id": number},
    error=lambda status, name, words: {"statusCode": status, "name": name, "message": words},
    key_header="idempotency-key",
    key_in="request",
)
BREVO = Dialect(
    recipient=lambda body: body["to"][0]["email"],
    headers=lambda body: body.get("headers", {}),
    taken=lambda number, _: {"messageId": f"<{number}@brevo.example>"},
    error=lambda _, name, words: {"code": name, "message": words},
    key_header="idempotencykey",
    key_in="mail",
    known_key=(400, "duplicate_parameter"),
)
POSTMARK = Dialect(
    recipient=lambda body: body["To"],
    headers=lambda body: {each["Name"]: each["Value"] for each in body.get("Headers", [])},
    taken=lambda number, recipient: {
        "ErrorCode": 0,
        "Message": "OK",
        "MessageID": number,
        "To": recipient,
    },
    error=_postmark_error,
)
DIALECTS = {"/emails": RESEND, "/smtp/email": BREVO, "/email": POSTMARK}
