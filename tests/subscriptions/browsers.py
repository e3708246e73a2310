"""A browser that a reader is recognised on."""

from django.http import HttpResponse
from django.test import Client

from subscriptions import recognition
from subscriptions.models import Subscriber
from tests.factories import SubscriberFactory


def cookie_of(reader: Subscriber) -> str:
    response = HttpResponse()
    recognition.recognise(response, reader)
    return response.cookies[recognition.COOKIE].value


def recognise(client: Client, reader: Subscriber | None = None) -> Subscriber:
    reader = reader or SubscriberFactory.create()
    client.cookies[recognition.COOKIE] = cookie_of(reader)
    return reader


def is_recognised(client: Client) -> bool:
    return "This browser is recognised" in client.get("/voting/").text
