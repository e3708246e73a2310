"""Answers of arXiv's harvesting interface in small."""

from papers.sources import Fetched

ENVELOPE = (
    '<?xml version="1.0" encoding="UTF-8"?>\n'
    '<OAI-PMH xmlns="http://www.openarchives.org/OAI/2.0/">'
    "<responseDate>{day}T02:40:00Z</responseDate><request>x</request>{body}</OAI-PMH>"
)
HEADER = "<header{status}><identifier>oai:arXiv.org:{id}</identifier></header>"
ARXIV = (
    '<arXiv xmlns="http://arxiv.org/OAI/arXiv/"><id>{id}</id><created>2026-04-01</created>'
    "<updated>2026-04-09</updated><authors>"
    "<author><keyname>Özel</keyname><forenames>B.</forenames><suffix>Jr.</suffix>"
    "<affiliation>TU</affiliation><affiliation>MPI</affiliation></author>"
    "<author><keyname>LHCb Collaboration</keyname></author></authors>"
    "<title>Drift of\n  {id}</title><categories>cs.CV stat.ML</categories>"
    "<comments>Code: github.com/a/b</comments><journal-ref>J. Boats 1 (2026)</journal-ref>"
    "<doi>10.1000/boats.1</doi><acm-class>I.2.6</acm-class><abstract>  Boats\ndrift.\n</abstract>"
    "</arXiv>"
)
RAW = (
    '<arXivRaw xmlns="http://arxiv.org/OAI/arXivRaw/"><id>{id}</id><submitter>Ada</submitter>'
    '<version version="v1"><date>Mon, 2 Apr 2007 19:18:42 GMT</date><size>9kb</size></version>'
    '<version version="v2"><date>Tue, 24 Jul 2007 20:10:27 GMT</date><size>9kb</size></version>'
    "<title>Drift</title><authors>C. Bal\\'azs, E. L. Berger and P. Nadolsky (ANL)</authors>"
    "<categories>hep-ph</categories><abstract>Boats.</abstract></arXivRaw>"
)


def record(arxiv_id: str, form: str = ARXIV, status: str = "") -> str:
    metadata = f"<metadata>{form.format(id=arxiv_id)}</metadata>" if form else ""
    return f"<record>{HEADER.format(id=arxiv_id, status=status)}{metadata}</record>"


def listing(*records: str, token: str | None = None, day: str = "2026-04-15") -> str:
    mark = "" if token is None else f"<resumptionToken>{token}</resumptionToken>"
    body = f"<ListRecords>{''.join(records)}{mark}</ListRecords>"
    return ENVELOPE.format(day=day, body=body)


def error(code: str, words: str = "") -> str:
    return ENVELOPE.format(day="2026-04-15", body=f'<error code="{code}">{words}</error>')


def ids(*answers: Fetched) -> list[str]:
    return [paper.arxiv_id for answer in answers for paper in answer.papers]
