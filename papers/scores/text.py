"""A paper's text as the words that are compared, and the key that tells when they changed."""

import re
from hashlib import blake2b

from sklearn.feature_extraction.text import ENGLISH_STOP_WORDS

ADDRESS = re.compile(r"(?:https?://|www\.)\S+")
LATEX_COMMAND = re.compile(r"\\[A-Za-z]+")
LATEX_SIGN = re.compile(r"\\[^A-Za-z\s]|[{}]")  # Schr\"{o}dinger is one word
WORD = re.compile(r"(?!\d+\b)[^\W_]{2,}")
# a hyphen parts no phrase; the end of a line does, as that of a title
WORD_OR_SIGN = re.compile(WORD.pattern + r"|[^\s\u2010\u2011-]|\n")


def words(text: str) -> list[str]:
    """In their order, without LaTeX commands, addresses, numbers and common English words."""
    return [word for word in WORD.findall(_plain(text)) if word not in ENGLISH_STOP_WORDS]


def runs(text: str) -> list[list[str]]:
    """The same words, those together that stand side by side: any other sign or word parts them."""
    found: list[list[str]] = [[]]
    for token in WORD_OR_SIGN.findall(_plain(text)):
        if len(token) > 1 and token not in ENGLISH_STOP_WORDS:
            found[-1].append(token)
        elif found[-1]:
            found.append([])
    return found if found[-1] else found[:-1]


def text_key(topic: str, compared: list[str]) -> str:
    """The same as long as a paper of that topic has these words in this order."""
    return blake2b(" ".join([topic, *compared]).encode(), digest_size=16).hexdigest()


def _plain(text: str) -> str:
    return LATEX_SIGN.sub("", LATEX_COMMAND.sub(" ", ADDRESS.sub(" ", text))).casefold()
