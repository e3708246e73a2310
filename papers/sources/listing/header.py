"""What an author page says of its author, above the papers.

The name, at times an affiliation, the main topic; then figures glued to their names:
"h-index34", "54papers", "4,246citations", "Novelty55%", "AI Score64"; then "54 Papers".
"""

import re
from collections.abc import Iterator

from papers.sources import AuthorProfile
from papers.sources.listing.names import LONGEST_NAME
from papers.sources.listing.page import Finding, Line, Page
from papers.sources.listing.topics import read_topic

COUNT = r"([0-9]{1,9}|[0-9]{1,3}(?:,[0-9]{3}){1,2})"
SCORE = r"([0-9]{1,3}(?:\.[0-9]{1,6})?)"

FIGURES = {
    "h_index": re.compile(rf"h-index ?{COUNT}"),
    "paper_count": re.compile(rf"{COUNT} ?papers?"),
    "citation_count": re.compile(rf"{COUNT} ?citations?"),
    "novelty": re.compile(rf"Novelty ?{SCORE}%"),
    "ai_score": re.compile(rf"AI Score ?{SCORE}"),
}
LIST_HEADING = re.compile(rf"{COUNT} Papers?")
TOPIC_LABEL = re.compile(r"[A-Z][A-Z.-]+|[a-z-]+\.[A-Za-z-]+")

STRAY = (
    "'{text:.60}' and what follows up to the first paper was left out; expected an author's name, "
    "topic and figures such as 'h-index34', or the first paper."
)
UNCLEAR = (
    "what stands above the author's figures can't be read; "
    "expected the name, at most an affiliation, and the topic, on a short line each."
)
MOST_LINES_ABOVE_FIGURES = 3


def is_figure(text: str) -> bool:
    """Whether the line is one of the author's figures."""
    return _read_figure(text) is not None


def read_header(lines: tuple[Line, ...], page: Page) -> Iterator[Finding]:
    """The author's profile, unless no figure stands among the lines above the papers."""
    start = next((at for at, line in enumerate(lines) if is_figure(line.text)), 0)
    above, below = lines[:start], lines[start:]
    figures = dict(figure for line in below if (figure := _read_figure(line.text)))
    if _could_be_author(above):
        yield from _read_profile(above, figures, page)
    elif figures:
        yield page.problem(lines[0].number, UNCLEAR)
    strays = [line for line in below if not _belongs_to_header(line.text)]
    if strays:
        yield page.problem(strays[0].number, STRAY.format(text=strays[0].text))


def _could_be_author(lines: tuple[Line, ...]) -> bool:
    return 1 <= len(lines) <= MOST_LINES_ABOVE_FIGURES and all(
        len(line.text) <= LONGEST_NAME for line in lines
    )


def _read_profile(
    above: tuple[Line, ...], figures: dict[str, str], page: Page
) -> Iterator[Finding]:
    name, *rest = above
    topic = ""
    if rest and TOPIC_LABEL.fullmatch(rest[-1].text):
        label = rest.pop()
        topic = yield from read_topic(label.text, label.number, page)
    yield AuthorProfile(
        name=name.text,
        topic=topic,
        affiliation=" ".join(line.text for line in rest),
        h_index=_whole(figures.get("h_index")),
        paper_count=_whole(figures.get("paper_count")),
        citation_count=_whole(figures.get("citation_count")),
        novelty=_score(figures.get("novelty")),
        ai_score=_score(figures.get("ai_score")),
        line=name.number,
    )


def _belongs_to_header(text: str) -> bool:
    return is_figure(text) or LIST_HEADING.fullmatch(text) is not None


def _read_figure(text: str) -> tuple[str, str] | None:
    for name, pattern in FIGURES.items():
        if found := pattern.fullmatch(text):
            return name, found[1].replace(",", "")
    return None


def _whole(figure: str | None) -> int | None:
    return int(figure) if figure else None


def _score(figure: str | None) -> float | None:
    return float(figure) if figure else None
