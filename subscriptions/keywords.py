"""The form field for keywords."""

import re
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.text import Truncator
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from papers.naming import tidy
from subscriptions.interests import LONGEST_KEYWORD, MOST_KEYWORDS, keyword_key

MOST_TYPED = 1000  # keywords that are looked at one by one, before they are only counted
ERRORS_SHOWN = 5


class KeywordsField(forms.CharField):
    """Keywords, one a line or separated by commas; cleaned to a list, each once.

    Every one that cannot be followed is named, with what is expected.
    """

    widget = forms.Textarea(attrs={"rows": 4, "spellcheck": "false", "autocapitalize": "none"})

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(required=False, strip=False, **kwargs)

    def to_python(self, value: Any) -> list[str]:  # type: ignore[override]  # cleaned further than a text
        typed = re.split(r"[\n\r,;、؛،\uff0c]+", str(value or "").replace("\0", " "))
        words = list(dict.fromkeys(filter(None, map(tidy, typed))))
        if len(words) > MOST_TYPED:
            raise _too_many(len(words))
        return list({keyword_key(word) or word: word for word in reversed(words)}.values())[::-1]

    def validate(self, value: list[str]) -> None:
        wrong = list(filter(None, map(_wrong_with, value)))
        errors = [ValidationError(words) for words in wrong[:ERRORS_SHOWN]]
        if more := len(wrong) - len(errors):
            words = ngettext("And %(n)d more like it.", "And %(n)d more like these.", more)
            errors.append(ValidationError(words % {"n": more}))
        if len(value) > MOST_KEYWORDS:
            errors.insert(0, _too_many(len(value)))
        if errors:
            raise ValidationError(errors)

    def run_validators(self, value: Any) -> None:
        """Each keyword was looked at by itself."""


def _too_many(count: int) -> ValidationError:
    sentence = _(
        "There are %(count)d keywords, and at most %(most)d can be kept: please take out %(over)d."
    )
    over = count - MOST_KEYWORDS
    return ValidationError(sentence % {"count": count, "most": MOST_KEYWORDS, "over": over})


def _wrong_with(keyword: str) -> str:
    """Why nothing can be found by it, in a sentence; empty when something can."""
    key = keyword_key(keyword)
    named = {"keyword": Truncator(keyword).chars(60), "most": LONGEST_KEYWORD}
    if len(keyword) > LONGEST_KEYWORD:
        return _("“%(keyword)s” is longer than %(most)d characters: use its main words.") % named
    if not key:
        return (
            _("“%(keyword)s” holds nothing to look for: type a word or a few, without signs.")
            % named
        )
    if len(key) == 1 and key.isascii() and len(keyword) > 1:
        sentence = _(
            "“%(keyword)s” cannot be told from “%(letter)s” alone, because signs are not looked "
            "at. Put a word beside it that stands there in papers too, as in “%(keyword)s "
            "programming”."
        )
        return sentence % (named | {"letter": key.upper()})
    if len(key) == 1 and key.isascii():
        return _("“%(keyword)s” is a single letter or digit: type a whole word.") % named
    return ""
