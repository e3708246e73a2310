"""A paper's text as the words that are compared, and the key that tells when they changed."""

import re
from collections.abc import Iterator
from hashlib import blake2b

from sklearn.feature_extraction.text import ENGLISH_STOP_WORDS

ADDRESS = re.compile(r"(?:https?://|www\.)\S+")
LATEX_COMMAND = re.compile(r"\\[A-Za-z]+")
LATEX_SIGN = re.compile(r"\\[^A-Za-z\s]|[{}]")  # Schr\"{o}dinger is one word
WORD = re.compile(r"(?!\d+\b)[^\W_]{2,}")
GAPS = frozenset({" ", "-", "\n", "\u2010", "\u2011"})  # between the words of a phrase


def words(text: str) -> list[str]:
    """In their order, without LaTeX commands, addresses, numbers and common English words."""
    return [word for word in WORD.findall(_plain(text)) if word not in ENGLISH_STOP_WORDS]


def runs(text: str) -> Iterator[list[str]]:
    """The same words, those together that stand side by side: any other sign or word parts them."""
    plain, run, end = _plain(text), list[str](), 0
    for found in WORD.finditer(plain):
        if run and plain[end : found.start()] not in GAPS:
            yield run
            run = []
        end = found.end()
        if (word := found[0]) not in ENGLISH_STOP_WORDS:
            run.append(word)
        elif run:
            yield run
            run = []
    if run:
        yield run


def text_key(topic: str, compared: list[str]) -> str:
    """The same as long as a paper of that topic has these words in this order."""
    return blake2b(" ".join([topic, *compared]).encode(), digest_size=16).hexdigest()


def _plain(text: str) -> str:
    return LATEX_SIGN.sub("", LATEX_COMMAND.sub(" ", ADDRESS.sub(" ", text))).casefold()
