"""A small DNS server on this machine, which knows a few records and nothing else."""

import socket
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from threading import Thread

from dns import message, rcode, rdatatype, rrset

Records = Mapping[tuple[str, str], list[str]]  # by name and kind


@contextmanager
def dns_server(records: Records) -> Iterator[str]:
    """Its address; it answers until the end of the block."""
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as server:
        server.bind(("127.0.0.1", 0))
        thread = Thread(target=_serve, args=[server, records])
        thread.start()
        try:
            yield f"127.0.0.1:{server.getsockname()[1]}"
        finally:
            server.sendto(b"", server.getsockname())  # nothing: the end
            thread.join()


def _serve(server: socket.socket, records: Records) -> None:
    while True:
        asked, client = server.recvfrom(4096)
        if not asked:
            return
        server.sendto(_answer(message.from_wire(asked), records), client)


def _answer(query: message.Message, records: Records) -> bytes:
    [question] = query.question
    name, kind = question.name.to_text(omit_final_dot=True), rdatatype.to_text(question.rdtype)
    answer = message.make_response(query)
    if found := records.get((name, kind)):
        answer.answer.append(rrset.from_text(question.name, 60, "IN", kind, *found))
    elif not any(known == name for known, _ in records):
        answer.set_rcode(rcode.NXDOMAIN)
    return answer.to_wire()
