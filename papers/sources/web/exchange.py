"""One question and its answer, through the redirects that we accept."""

from collections.abc import Mapping
from contextlib import closing
from dataclasses import dataclass, replace

import httpx
from django.conf import settings

from papers.sources import SourceError
from papers.sources.web.answer import Answer
from papers.sources.web.body import read_body
from papers.sources.web.connecting import Accepts, Connector, Deadline, Transport
from papers.sources.web.failure import TemporaryError
from papers.sources.web.patience import Patience

MOST_REDIRECTS = 3
KEEPS_METHOD = {307, 308}
PORTS = 2**16
REDIRECTS = {301, 302, 303} | KEEPS_METHOD


@dataclass(frozen=True, slots=True)
class Question:
    """`headers` are the service's own, for nobody else."""

    method: str
    url: httpx.URL
    headers: Mapping[str, str]
    body: bytes = b""


class Exchange:
    """The connections behind it: where the operator sent us, and where redirects send us."""

    def __init__(self, patience: Patience, accepts: Accepts) -> None:
        context = httpx.create_ssl_context()
        self._patience = patience
        self._deadline = Deadline()
        self._operators = Transport(Connector(self._deadline, _anywhere), context)
        self._strangers = Transport(Connector(self._deadline, accepts), context)

    def close(self) -> None:
        self._operators.close()
        self._strangers.close()

    def ask(self, question: Question) -> Answer:
        """The answer whatever its status; TemporaryError if none came, SourceError if unwanted."""
        self._deadline.start(self._patience.deadline)
        try:
            return self._follow(question)
        except (httpx.LocalProtocolError, UnicodeEncodeError):
            raise SourceError("Its key holds letters that no HTTP header takes.") from None
        except httpx.TimeoutException:
            raise TemporaryError("It did not answer in time.") from None
        except httpx.ConnectError as error:
            raise TemporaryError(f"It cannot be reached: {error}.") from None
        except httpx.TransportError as error:
            # the library's own words may quote a header, and a key with it
            what = type(error).__name__
            raise TemporaryError(f"Its answer broke off or is no HTTP ({what}).") from None

    def _follow(self, question: Question) -> Answer:
        transport = self._operators
        for _ in range(MOST_REDIRECTS + 1):
            with closing(transport.handle_request(self._request(question))) as response:
                if not (response.is_redirect or response.is_informational):
                    return self._answer(question, response)
                question = redirected(question, response)
            transport = self._strangers
        raise SourceError(
            f"It redirects more than {MOST_REDIRECTS} times. Set its address to where it ends."
        )

    def _request(self, question: Question) -> httpx.Request:
        timeout = httpx.Timeout(self._patience.read, connect=self._patience.connect)
        return httpx.Request(
            question.method,
            question.url,
            headers={
                "User-Agent": f"Morning Papers (+{settings.SITE_URL})",
                "Accept-Encoding": "gzip",
                **({"Content-Type": "application/json"} if question.body else {}),
                **question.headers,
            },
            content=question.body or None,
            extensions={"timeout": timeout.as_dict()},
        )

    def _answer(self, question: Question, response: httpx.Response) -> Answer:
        body = read_body(response, self._patience.largest_body)
        return Answer(str(question.url), response.status_code, dict(response.headers), body)


def redirected(question: Question, response: httpx.Response) -> Question:
    """What to ask next. Raises SourceError where a redirect is none, or leads somewhere worse."""
    status = response.status_code
    target = _target(question.url, response.headers.get("location", ""))
    if status not in REDIRECTS or target is None:
        raise SourceError(f"It answered with status {status}, which leads nowhere.")
    if question.url.scheme == "https" and target.scheme != "https":
        raise SourceError("It redirects from https to http, where anybody could change its answer.")
    if question.method == "POST" and status not in KEEPS_METHOD:
        raise SourceError("It redirects what is posted. Set its address to where it ends.")
    stays = _origin(target) == _origin(question.url)
    return replace(question, url=target, headers=question.headers if stays else {})


def _target(base: httpx.URL, location: str) -> httpx.URL | None:
    """None where it is no address that could be asked."""
    try:
        target = base.join(location).copy_with(username=None, password=None, fragment=None)
        host = target.host
    except (httpx.InvalidURL, ValueError):  # ValueError: an international name that is none
        return None
    # httpx escapes what no name may hold
    sound = target.scheme in {"http", "https"} and host and "%" not in host
    return target if location and sound and 0 < _port(target) < PORTS else None


def _origin(url: httpx.URL) -> tuple[str, str, int]:
    return url.scheme, url.host, _port(url)


def _port(url: httpx.URL) -> int:
    usual = 443 if url.scheme == "https" else 80
    return usual if url.port is None else url.port


def _anywhere(_: str) -> bool:
    return True
