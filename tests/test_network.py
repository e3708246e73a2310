import socket

import pytest


def test_a_connection_beyond_this_machine_fails_the_test() -> None:
    with pytest.raises(pytest.fail.Exception, match="beyond this machine"):
        socket.create_connection(("192.0.2.1", 80), timeout=1)


def test_a_name_is_not_asked_of_a_name_server() -> None:
    with pytest.raises(pytest.fail.Exception, match="beyond this machine"):
        socket.getaddrinfo("example.org", 443)


def test_a_datagram_beyond_this_machine_fails_the_test() -> None:
    with (
        socket.socket(type=socket.SOCK_DGRAM) as sender,
        pytest.raises(pytest.fail.Exception, match="beyond this machine"),
    ):
        sender.sendto(b"?", ("192.0.2.1", 53))


def test_this_machine_may_be_reached() -> None:
    with socket.create_server(("127.0.0.1", 0)) as server:
        socket.create_connection(("localhost", server.getsockname()[1]), timeout=5).close()
