"""The body of an answer: decoded piece by piece, and no larger than we take."""

import zlib
from collections.abc import Iterator

import httpx

from papers.sources import SourceError
from papers.sources.web.failure import TemporaryError

GZIP = 16 + zlib.MAX_WBITS
STEP = 2**20


def read_body(response: httpx.Response, largest: int) -> bytes:
    """All of it. Raises SourceError where it is too large, or in an encoding not asked for."""
    body = bytearray()
    for piece in _decoded(response):
        body += piece
        if len(body) > largest:
            raise SourceError(
                f"It answered more than {largest / 2**20:.3g} MiB. Ask for less at a time."
            )
    return bytes(body)


def _decoded(response: httpx.Response) -> Iterator[bytes]:
    encoding = response.headers.get("content-encoding", "").strip().lower()
    if encoding in {"", "identity"}:
        return response.iter_raw()
    if encoding in {"gzip", "x-gzip"}:
        return _gunzipped(response.iter_raw())
    raise SourceError("It answered in an encoding that was not asked for; only gzip is read.")


def _gunzipped(pieces: Iterator[bytes]) -> Iterator[bytes]:
    """One gzip member after another."""
    member = zlib.decompressobj(GZIP)
    begun = False
    try:
        for piece in pieces:
            begun, rest = True, piece
            while rest:
                if member.eof:
                    member = zlib.decompressobj(GZIP)
                # a few kilobytes can decode to gigabytes, so the limit must hold in here
                yield member.decompress(rest, STEP)
                rest = member.unconsumed_tail or member.unused_data
        yield member.flush()
    except zlib.error as error:
        raise TemporaryError("Its answer is not the gzip that it claims to be.") from error
    if begun and not member.eof:
        raise TemporaryError("Its answer broke off in the middle.")
