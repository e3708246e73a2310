"""Names of topics in the reader's language. Rows, cards and reasons keep the English ones."""

from collections.abc import Iterator

from django.utils.translation import pgettext

from papers.taxonomy import all_topics

CONTEXT = "topic"


def local_name(name: str) -> str:
    """Of a topic or a group of topics; one that an editor worded stays as it is."""
    return pgettext(CONTEXT, name)


def translatable() -> Iterator[str]:
    """Each name of the taxonomy once: a group, then the topics in it."""
    names = [name for topic in all_topics() for name in (topic.group, topic.name)]
    yield from dict.fromkeys(names)
