"""The mailbox unsubscribes as a mail provider would: RFC 8058, towards this site alone."""

import pytest
from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.test import Client
from django.urls import path, reverse
from django.views.decorators.csrf import csrf_exempt

from digest_project.urls import urlpatterns as site_urls
from subscriptions.models import MailboxMessage

pytestmark = pytest.mark.django_db


@csrf_exempt
def leave(request: HttpRequest, token: str) -> HttpResponse:
    """Stands for the site's own page: answers as RFC 8058 asks, to nothing else."""
    asked = request.method == "POST" and request.POST["List-Unsubscribe"] == "One-Click"
    return HttpResponse(status=200 if asked and not request.COOKIES else 403)


urlpatterns = [*site_urls, path("leave/<str:token>", leave)]


def offering(address: str) -> MailboxMessage:
    headers = {
        "List-Unsubscribe": f"<{address}>, <mailto:unsubscribe@example.org>",
        "List-Unsubscribe-Post": "List-Unsubscribe=One-Click",
    }
    return MailboxMessage.objects.create(message_id="<1@example.org>", headers=headers)


def page(name: str, message: MailboxMessage) -> str:
    return reverse(f"mailbox:{name}", args=[message.pk])


@pytest.mark.urls(__name__)
@pytest.mark.parametrize(("token", "status"), [("a%C3%A9", 200), ("a/b", 404)])
def test_the_button_posts_to_this_site_and_shows_the_answer(
    client: Client, token: str, status: int
) -> None:
    kept = offering(f"{settings.SITE_URL}/leave/{token}")

    answer = client.post(page("unsubscribe", kept), follow=True)

    assert f"The answer was {status}." in answer.text


@pytest.mark.urls(__name__)
def test_pressing_the_button_twice_gives_the_same_answer(client: Client) -> None:
    kept = offering(f"{settings.SITE_URL}/leave/1")

    for _ in range(2):
        assert "was 200" in client.post(page("unsubscribe", kept), follow=True).text


@pytest.mark.parametrize(
    "address",
    ["https://elsewhere.example/u/1", f"{settings.SITE_URL}.elsewhere.example/u/1", "/u/1"],
)
def test_an_address_of_another_site_is_not_followed(client: Client, address: str) -> None:
    kept = offering(address)

    assert "as the mail provider" not in client.get(page("message", kept)).text
    assert "offers no one-click" in client.post(page("unsubscribe", kept), follow=True).text


def test_looking_never_unsubscribes(client: Client) -> None:
    kept = offering(f"{settings.SITE_URL}/u/1")

    assert client.get(page("unsubscribe", kept)).status_code == 405
