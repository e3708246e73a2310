"""A paper's text as the words that are compared, and the key that tells when they changed."""

import re
from hashlib import blake2b

from sklearn.feature_extraction.text import ENGLISH_STOP_WORDS

ADDRESS = re.compile(r"(?:https?://|www\.)\S+")
LATEX_COMMAND = re.compile(r"\\[A-Za-z]+")
LATEX_SIGN = re.compile(r"\\[^A-Za-z\s]|[{}]")  # Schr\"{o}dinger is one word
WORD = re.compile(r"(?!\d+\b)[^\W_]{2,}")


def words(text: str) -> list[str]:
    """In their order, without LaTeX commands, addresses, numbers and common English words."""
    plain = LATEX_SIGN.sub("", LATEX_COMMAND.sub(" ", ADDRESS.sub(" ", text)))
    return [word for word in WORD.findall(plain.casefold()) if word not in ENGLISH_STOP_WORDS]


def text_key(topic: str, compared: list[str]) -> str:
    """The same as long as a paper of that topic has these words in this order."""
    return blake2b(" ".join([topic, *compared]).encode(), digest_size=16).hexdigest()
