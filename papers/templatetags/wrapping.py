"""`{% load wrapping %}`: where lines of a title may end."""

import re

from django import template
from django.utils.html import conditional_escape
from django.utils.safestring import SafeString, mark_safe

LONGEST = 20  # characters that fit a line of the narrowest phone

register = template.Library()


@register.filter
def unbroken(title: str) -> SafeString:
    """Zero-shot stays on one line: browsers else end lines at a hyphen. Marks of a search stay."""
    return mark_safe(re.sub(r"[^\s<>]*\w-\w[^\s<>]*", _kept, conditional_escape(title)))  # noqa: S308  # escaped


def _kept(word: re.Match[str]) -> str:
    return f'<span class="unbroken">{word[0]}</span>' if len(word[0]) <= LONGEST else word[0]
