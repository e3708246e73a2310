"""`{% load latex %}`: `{{ paper.abstract|readable }}` is the text with its LaTeX as Unicode."""

from django import template
from django.template.defaultfilters import stringfilter

from papers.latex import readable

register = template.Library()
register.filter("readable", stringfilter(readable))
