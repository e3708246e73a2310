"""The operator's address is trusted, redirects from it are not."""

import socket

import httpx
import pytest
from pytest_httpserver import HTTPServer
from werkzeug import Request, Response

from papers.sources import SourceError
from papers.sources.web import Answer, Web
from papers.sources.web.addresses import is_public
from papers.sources.web.exchange import Question, redirected
from tests.papers.web_stubs import BRIEF, OpenPace, raw_server, saying, service_at

KEY = {"x-api-key": "secret"}


def redirecting(httpserver: HTTPServer, target: str, status: int = 302) -> str:
    httpserver.expect_request("/from").respond_with_data(
        status=status, headers={"Location": target} if target else {}
    )
    return httpserver.url_for("/from")


def moved_to(target: str) -> bytes:
    """As no web framework would write it."""
    head = f"HTTP/1.1 302 Found\r\nLocation: {target}\r\nContent-Length: 0\r\n\r\n"
    return head.encode("latin-1")


def ask_anywhere(url: str) -> Answer:
    """With redirects taken wherever they lead: all servers of the tests are on this machine."""
    with Web(OpenPace(), BRIEF, accepts=lambda _: True) as web:
        return web.get(service_at(url, headers=KEY))


def headers_back(request: Request) -> Response:
    return Response(request.headers.get("x-api-key", "no key"))


@pytest.mark.parametrize(
    "host",
    ["127.0.0.1", "10.1.2.3", "169.254.169.254", "[::1]", "localhost", "[::ffff:127.0.0.1]"],
)
def test_no_redirect_leads_to_an_inner_address(httpserver: HTTPServer, host: str) -> None:
    httpserver.expect_request("/inner").respond_with_data("secret")
    url = redirecting(httpserver, f"http://{host}:{httpserver.port}/inner")

    with Web(OpenPace(), BRIEF) as web, pytest.raises(SourceError) as caught:
        web.get(service_at(url))

    assert "not on the public internet" in str(caught.value)
    assert url in str(caught.value)
    assert [request.path for request, _ in httpserver.log] == ["/from"]


@pytest.mark.parametrize(
    "address",
    [
        "0.0.0.0", "10.0.0.1", "100.64.0.1", "127.8.9.1", "169.254.169.254", "172.16.0.1",
        "192.168.1.1", "198.18.0.1", "224.0.0.1", "240.0.0.1", "255.255.255.255",
        "::", "::1", "::127.0.0.1", "::ffff:8.8.8.8", "64:ff9b::8.8.8.8", "64:ff9b:1::7f00:1",
        "2002:7f00:1::", "2001:0:7f00:1::1", "fc00::1", "fe80::1", "fe80::1%eth0", "fec0::1",
        "ff02::1", "2001:db8::1",
    ],
)  # fmt: skip
def test_an_address_is_not_public(address: str) -> None:
    assert not is_public(address)


@pytest.mark.parametrize("address", ["8.8.8.8", "151.101.3.42", "2a04:4e42::42"])
def test_an_address_is_public(address: str) -> None:
    assert is_public(address)


@pytest.mark.parametrize("status", [301, 302, 303, 307, 308])
def test_a_redirect_within_the_service_is_followed_with_the_key(
    httpserver: HTTPServer, status: int
) -> None:
    httpserver.expect_request("/to").respond_with_handler(headers_back)

    answer = ask_anywhere(redirecting(httpserver, "/to", status))

    assert (answer.text, answer.url) == ("secret", httpserver.url_for("/to"))


def test_a_redirect_to_another_service_does_not_carry_the_key(httpserver: HTTPServer) -> None:
    with HTTPServer() as other:
        other.expect_request("/to").respond_with_handler(headers_back)
        target = other.url_for("/to").replace("http://", "http://name:word@")

        answer = ask_anywhere(redirecting(httpserver, target))

        assert answer.text == "no key"
        assert answer.url == other.url_for("/to")
        assert "Authorization" not in other.log[0][0].headers


def test_a_circle_of_redirects_ends(httpserver: HTTPServer) -> None:
    url = redirecting(httpserver, "/from")

    with pytest.raises(SourceError, match="more than 3 times"):
        ask_anywhere(url)

    assert len(httpserver.log) == 4


@pytest.mark.parametrize(
    "target",
    [
        "", "ftp://files.example/x", "file:///etc/passwd", "http://[", "//:99999/",
        "http://localhost:0/", "http://localhost:70000/", "http://localhost:-1/",
        "javascript:alert(1)", "http://local host/", "http://xn--a/", "\xff\x01",
        "http://" + "a" * 70_000,
    ],
)  # fmt: skip
def test_a_redirect_to_what_is_no_web_address_is_refused(target: str) -> None:
    with (
        raw_server(saying(moved_to(target))) as url,
        pytest.raises(SourceError, match=r"leads nowhere|no HTTP"),
    ):
        ask_anywhere(url)


def test_a_status_that_only_looks_like_a_redirect_is_refused(httpserver: HTTPServer) -> None:
    with pytest.raises(SourceError, match="304"):
        ask_anywhere(redirecting(httpserver, "/to", 304))


def test_a_redirected_post_is_not_turned_into_a_get(httpserver: HTTPServer) -> None:
    url = redirecting(httpserver, "/to", 302)

    with (
        Web(OpenPace(), BRIEF, accepts=lambda _: True) as web,
        pytest.raises(SourceError, match="what is posted"),
    ):
        web.post_json(service_at(url), "", None, {})


def test_a_redirect_that_keeps_the_method_posts_again(httpserver: HTTPServer) -> None:
    httpserver.expect_request("/to", method="POST", json={"ids": []}).respond_with_data("fine")
    url = redirecting(httpserver, "/to", 307)

    with Web(OpenPace(), BRIEF, accepts=lambda _: True) as web:
        answer = web.post_json(service_at(url), "", None, {"ids": []})

    assert answer.text == "fine"


def test_the_operators_own_address_may_be_private(httpserver: HTTPServer) -> None:
    httpserver.expect_request("/").respond_with_data("fine")

    with Web(OpenPace(), BRIEF) as web:
        assert web.get(service_at(f"http://localhost:{httpserver.port}")).text == "fine"


def test_a_connection_kept_open_does_not_let_a_redirect_through() -> None:
    asked = []

    def keep_open(connection: socket.socket) -> None:
        connection.sendall(b"HTTP/1.1 200 OK\r\nContent-Length: 4\r\n\r\nfine")
        while head := connection.recv(65536):
            asked.append(head.split()[1])
            connection.sendall(moved_to("/inner"))

    with raw_server(keep_open) as url, Web(OpenPace(), BRIEF) as web:
        assert web.get(service_at(url), "/first").text == "fine"
        with pytest.raises(SourceError, match="not on the public internet"):
            web.get(service_at(url), "/second")

    assert asked == [b"/second"]  # by the same connection


def test_a_redirect_out_of_https_is_refused() -> None:
    question = Question("GET", httpx.URL("https://papers.example/"), KEY)
    response = httpx.Response(301, headers={"Location": "http://papers.example/"})

    with pytest.raises(SourceError, match="from https to http"):
        redirected(question, response)
