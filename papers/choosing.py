"""What people type, made into what sources are asked for: topics, and ids of papers."""

from collections.abc import Iterable
from difflib import get_close_matches
from functools import cache

from papers.identifiers import arxiv_id_in
from papers.models import Topic
from papers.taxonomy import all_topics


def chosen_topics(codes: Iterable[str]) -> tuple[str, ...]:
    """Codes and whole archives as arXiv writes them, each once; ValueError names one unknown."""
    return tuple(dict.fromkeys(_topic(code) for code in codes))


def topics_in(text: str) -> list[Topic]:
    """Of codes and whole archives, separated by commas; ValueError names what is not known."""
    topics = {topic.code: topic for topic in Topic.objects.all()}
    chosen: dict[str, Topic] = {}
    for asked in filter(None, map(str.strip, text.split(","))):
        codes = [code for code in topics if asked in {code, code.partition(".")[0]}]
        if not codes:
            raise ValueError(
                f"'{asked}' is not known; expected topics such as cs.CV or whole archives such as "
                "stat, separated by commas."
            )
        chosen |= {code: topics[code] for code in codes}
    if not chosen:
        raise ValueError("it names no topic; expected such as cs.CV,stat, or leave it out.")
    return list(chosen.values())


def chosen_id(text: str) -> str:
    """The arXiv id in an id or a link, with its version if it has one; ValueError if none."""
    if found := arxiv_id_in(text):
        return found
    raise ValueError(
        f"'{text}' is not an arXiv id; expected one such as 2401.01234 or hep-ex/0307015, "
        "with or without version, or its link."
    )


def _topic(code: str) -> str:
    known = _topics_by_lower_case()
    if topic := known.get(code.strip().lower()):
        return topic
    near = get_close_matches(code.strip().lower(), known, n=1)
    hint = f"did you mean {known[near[0]]}?" if near else "expected one such as cs.CV, or cs."
    raise ValueError(f"'{code}' is no topic of arXiv; {hint}")


@cache
def _topics_by_lower_case() -> dict[str, str]:
    codes = [topic.code for topic in all_topics()]
    archives = [code.partition(".")[0] for code in codes]
    return {code.lower(): code for code in [*archives, *codes]}
