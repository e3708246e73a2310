"""Web: ask a service in turn, and again after a failure that passes."""

import json
from collections.abc import Mapping
from http import HTTPStatus
from typing import Any, Self

import httpx
import stamina
import structlog
from django.utils import timezone
from stamina.instrumentation import RetryDetails, set_on_retry_hooks

from papers.sources import SourceError
from papers.sources.web.addresses import is_public
from papers.sources.web.agreement import Pace, Service
from papers.sources.web.answer import Answer
from papers.sources.web.connecting import Accepts
from papers.sources.web.exchange import Exchange, Question
from papers.sources.web.failure import TemporaryError
from papers.sources.web.patience import Patience, seconds_to_wait

logger = structlog.get_logger(__name__)
USUAL = Patience()


class Web:
    """Redirects are followed only to addresses that `accepts` takes, numeric ones.

    Every way to ask returns the answer for 2xx and for the 4xx that are the source's to judge, and
    raises SourceError for everything else. Not inside a transaction: the network is slow.
    """

    def __init__(
        self, pace: Pace, patience: Patience = USUAL, accepts: Accepts = is_public
    ) -> None:
        self._pace = pace
        self._patience = patience
        self._exchange = Exchange(patience, accepts)
        self._again = stamina.RetryingCaller(
            attempts=patience.attempts,
            timeout=patience.give_up,
            wait_initial=patience.first_wait,
            wait_max=patience.longest_wait,
            wait_jitter=patience.first_wait,
        )

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self._exchange.close()

    def get(
        self, service: Service, path: str = "", query: Mapping[str, str] | None = None
    ) -> Answer:
        return self._ask(service, Question("GET", _url(service, path, query), service.headers))

    def post_json(
        self, service: Service, path: str, query: Mapping[str, str] | None, body: Any
    ) -> Answer:
        url, content = _url(service, path, query), json.dumps(body).encode()
        return self._ask(service, Question("POST", url, service.headers, content))

    def _ask(self, service: Service, question: Question) -> Answer:
        return self._again(self._when_worth_it, self._ask_in_turn, service, question)

    def _ask_in_turn(self, service: Service, question: Question) -> Answer:
        try:
            with self._pace.turn(service.host, service.interval):
                return self._ask_once(service, question)
        except SourceError as error:
            message = f"{service.host} ({service.url}): {error}"
            raise type(error)(message, error.retry_after) from error

    def _ask_once(self, service: Service, question: Question) -> Answer:
        answer = self._exchange.ask(question)
        if _refuses_for_now(answer, service.throttle_text):
            wait = seconds_to_wait(answer.headers.get("retry-after", ""), timezone.now())
            seconds = self._patience.first_wait if wait is None else wait
            self._pace.back_off(service.host, seconds)
            raise TemporaryError(_refusal(answer.status, wait), wait)
        return answer

    def _when_worth_it(self, error: Exception) -> bool | float:
        """Seconds to wait where the service named them, else whether to ask again at all."""
        if not isinstance(error, TemporaryError) or error.retry_after is None:
            return isinstance(error, TemporaryError)
        return error.retry_after <= self._patience.longest_wait and error.retry_after


def _log(details: RetryDetails) -> None:
    logger.warning(
        "source_asked_again", because=str(details.caused_by), seconds=round(details.wait_for)
    )


set_on_retry_hooks([_log])  # stamina's own line names neither the service nor the reason


def _url(service: Service, path: str, query: Mapping[str, str] | None) -> httpx.URL:
    try:
        return httpx.URL(service.url + path, params=query or None)
    except httpx.InvalidURL as error:
        raise SourceError(
            f"{service.host} ({service.url}): What is asked for makes no address ({error}). "
            "Ask for less at a time."
        ) from error


def _refuses_for_now(answer: Answer, throttle_text: bytes) -> bool:
    if answer.status == HTTPStatus.TOO_MANY_REQUESTS or _is_broken(answer.status):
        return True
    return bool(throttle_text) and answer.body.lstrip().startswith(throttle_text)


def _refusal(status: int, wait: float | None) -> str:
    asks = "" if wait is None else f" It asks to be left alone for {wait:.0f} seconds."
    if _is_broken(status):
        return f"It is out of order (status {status}).{asks}"
    return f"It says that we ask too often (status {status}).{asks} Ask less often."


def _is_broken(status: int) -> bool:
    return status >= HTTPStatus.INTERNAL_SERVER_ERROR
