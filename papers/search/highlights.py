"""Why a paper was found: its text with the words that were looked for marked."""

from bisect import bisect_left

from django.utils.html import format_html_join
from django.utils.safestring import SafeString

from papers.search.words import composed, stems_of, words

SNIPPET = 280  # characters
LEAD = 60  # characters at most before the first marked word

Span = tuple[int, int]


def highlighted(text: str, stems: frozenset[str]) -> SafeString:
    """Escaped, with `<mark>` around each word that has one of those stems."""
    text = composed(text)
    return _marked(text, [(start, end) for start, end, _ in _hits(text, stems)])


def snippet(text: str, stems: frozenset[str]) -> SafeString:
    """The piece of a text that has most of what was looked for, else its beginning."""
    text = composed(" ".join(text.split()))
    hits = _hits(text, stems)
    start = _start(text, _best(hits))
    end = _end(text, start)
    spans = [(a - start, b - start) for a, b, _ in hits if start <= a and b <= end]
    piece = _marked(text[start:end].rstrip(), spans)
    return _with_ellipses(piece, before=start > 0, after=end < len(text))


def matches_any(text: str, stems: frozenset[str]) -> bool:
    return bool(_hits(composed(text), stems))


def _hits(text: str, stems: frozenset[str]) -> list[tuple[int, int, frozenset[str]]]:
    """Where wanted words stand, and their stems."""
    return [
        (*word.span(), found)
        for word in words(text)
        if (found := stems.intersection(stems_of(word[0])))
    ]


def _best(hits: list[tuple[int, int, frozenset[str]]]) -> int:
    """Where the piece with most different stems begins; the first of equals."""
    starts = [start for start, _, _ in hits]

    def different(number: int) -> int:
        last = bisect_left(starts, starts[number] + SNIPPET - LEAD)
        return len(frozenset().union(*(found for _, _, found in hits[number:last])))

    return starts[max(range(len(hits)), key=different)] if hits else 0


def _start(text: str, hit: int) -> int:
    """Some words earlier, at the beginning of one."""
    if hit <= LEAD:
        return 0
    space = text.find(" ", hit - LEAD, hit)
    return space + 1 if space >= 0 else hit


def _end(text: str, start: int) -> int:
    if len(text) <= start + SNIPPET:
        return len(text)
    space = text.rfind(" ", start + SNIPPET // 2, start + SNIPPET)
    return space if space >= 0 else start + SNIPPET


def _marked(text: str, spans: list[Span]) -> SafeString:
    """The spans come in order and apart from each other."""
    ends = [0, *(end for _, end in spans)]
    starts = [*(start for start, _ in spans), len(text)]
    plain = [text[end:start] for end, start in zip(ends, starts, strict=True)]
    marked = [text[start:end] for start, end in spans]
    return format_html_join("", "{}<mark>{}</mark>", zip(plain, marked, strict=False)) + _escaped(
        plain[-1]
    )


def _escaped(text: str) -> SafeString:
    return format_html_join("", "{}", [(text,)])


def _with_ellipses(piece: SafeString, *, before: bool, after: bool) -> SafeString:
    return SafeString(f"{'… ' if before else ''}{piece}{' …' if after else ''}")
