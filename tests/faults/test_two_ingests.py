"""Two processes that ingest at once keep one pace together, and make no paper twice."""

import json
from contextlib import ExitStack
from itertools import pairwise
from pathlib import Path
from time import monotonic

from pytest_httpserver import HTTPServer
from werkzeug import Request, Response

from tests.installation import new_installation

IDS = ["2611.00001", "2611.00002", "2611.00003"]
INTERVAL = 3.0  # what arXiv's terms of use ask for
ON_THE_WAY = 0.5  # one request may take longer to us than the other; unpaced they come together

FEED = """<feed xmlns="http://www.w3.org/2005/Atom" xmlns:arxiv="http://arxiv.org/schemas/atom"
 xmlns:opensearch="http://a9.com/-/spec/opensearch/1.1/">
<opensearch:totalResults>{count}</opensearch:totalResults>{entries}</feed>"""
ENTRY = """<entry><id>http://arxiv.org/abs/{id}v1</id><title>Tides of the Sea, Part {id}</title>
<summary>We measured.</summary><published>2026-11-20T10:00:00Z</published>
<updated>2026-11-20T10:00:00Z</updated><author><name>Ada Byron</name></author>
<arxiv:primary_category term="cs.LG"/><category term="cs.LG"/></entry>"""


def test_two_at_once_keep_one_pace_and_make_nothing_twice(
    tmp_path: Path, httpserver: HTTPServer
) -> None:
    asked: list[float] = []

    def answer(_: Request) -> Response:
        asked.append(monotonic())
        entries = "".join(ENTRY.format(id=number) for number in IDS)
        return Response(FEED.format(count=len(IDS), entries=entries), mimetype="application/xml")

    httpserver.expect_request("/api/query").respond_with_handler(answer)
    stub = {"ARXIV_API_URL": httpserver.url_for("/api/query")}
    ingest = ["manage.py", "ingest", "arxiv-api", "--json", "--ids", *IDS]
    with new_installation(tmp_path, **stub) as installation, ExitStack() as stack:
        logs = [tmp_path / "one", tmp_path / "other"]
        rivals = [stack.enter_context(installation.running(*ingest, log=log)) for log in logs]
        codes = [rival.wait(60) for rival in rivals]

    assert codes == [0, 0], [log.read_text() for log in logs]
    reports = [json.loads(log.read_text()) for log in logs]
    assert sum(report["created"] for report in reports) == len(IDS)
    assert sum(report["unchanged"] for report in reports) == len(IDS)
    assert len(asked) == len(rivals)
    assert all(later - earlier > INTERVAL - ON_THE_WAY for earlier, later in pairwise(asked))
