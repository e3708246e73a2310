"""The admin site as a browser uses it: sign in, fill a form, act on chosen rows."""

from typing import Any

from django.contrib.auth.models import Permission, User
from django.db import connection
from django.db.models import QuerySet
from django.forms import MultiWidget
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django_otp import DEVICE_ID_SESSION_KEY
from django_otp.plugins.otp_totp.models import TOTPDevice

from digest_project.staff import sessions


def sign_in(client: Client, rights: QuerySet[Permission]) -> None:
    user = User.objects.create(username="sam", is_staff=True)
    user.user_permissions.set(rights)
    client.force_login(user)


def sign_in_with_both_factors(client: Client, user: User) -> TOTPDevice:
    """Where STAFF_SECOND_FACTOR is on."""
    device: TOTPDevice = TOTPDevice.objects.create(user=user, name="app")
    client.force_login(user)
    session = client.session
    session.update({DEVICE_ID_SESSION_KEY: device.persistent_id, sessions.VERIFIED: True})
    session.save()
    return device


def act(client: Client, url: str, action: str, *rows: Any, **also: str) -> str:
    """What the page says after a bulk action on those rows of a list."""
    facts = {"action": action, "_selected_action": [row.pk for row in rows], **also}
    return client.post(url, facts, follow=True).text


def form_of(client: Client, url: str) -> dict[str, Any]:
    """What a browser would send when nothing is typed into the form."""
    context = client.get(url).context
    forms = [context["adminform"].form]
    for inline in context["inline_admin_formsets"]:
        forms += [inline.formset.management_form, *inline.formset.forms]
    facts: dict[str, Any] = {}
    for bound in (bound for form in forms for bound in form):
        value = bound.value()
        if isinstance(bound.field.widget, MultiWidget):
            parts = enumerate(bound.field.widget.decompress(value) or [])
            given = {f"{bound.html_name}_{number}": part for number, part in parts}
            facts |= {name: part for name, part in given.items() if part is not None}
        elif value is not None:
            facts[bound.html_name] = value
    return facts


def cost(client: Client, url: str) -> int:
    """How many queries the page takes."""
    with CaptureQueriesContext(connection) as seen:
        assert client.get(url).status_code == 200
    return len(seen)
