"""What a page says to people: its text and labels, but for what is marked as English."""

from html.parser import HTMLParser

LABELS = ("alt", "aria-label", "content", "placeholder", "title")
SILENT = ("script", "style")
VOID = ("br", "hr", "img", "input", "link", "meta", "path", "polygon", "polyline", "source")


class _Reader(HTMLParser):
    def __init__(self) -> None:
        super().__init__()
        self.said: list[str] = []
        self.links: list[str] = []
        self._open: list[bool] = []  # whether each open element is to be left out

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = {name: value or "" for name, value in attrs}
        foreign = tag in SILENT or given.get("lang") == "en" or self._is_left_out
        if tag == "a":
            self.links.append(given.get("href", ""))
        if not foreign:
            self.said += [given[name] for name in LABELS if name in given]
        if tag not in VOID:
            self._open.append(foreign)

    def handle_endtag(self, tag: str) -> None:
        if tag not in VOID and self._open:
            self._open.pop()

    def handle_data(self, data: str) -> None:
        if not self._is_left_out:
            self.said.append(data)

    @property
    def _is_left_out(self) -> bool:
        return bool(self._open and self._open[-1])


def words_of(html: str) -> str:
    """In one line for each piece."""
    return "\n".join(" ".join(piece.split()) for piece in _read(html).said)


def links_of(html: str) -> list[str]:
    return _read(html).links


def _read(html: str) -> _Reader:
    reader = _Reader()
    reader.feed(html)
    return reader
