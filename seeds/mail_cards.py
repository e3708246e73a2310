"""Cards for sample mails: the demonstration's papers, and the worst that papers can be.

Each passes through the limits that a real paper's card passes through; no database is asked.
"""

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import date, timedelta

from papers.cards import AUTHORS_SHOWN, TITLE_LENGTH, Card, teaser
from papers.latex import readable
from papers.naming import shortened
from papers.taxonomy import all_topics
from seeds.facts import SeedPaper, seed_papers

EDITION = date(2026, 11, 20)  # a Friday
FIRST_NUMBER = 1001
TOPICS = {topic.code: topic.name for topic in all_topics()}
FORMULA = r"$\mathcal{O}(n^2 \log n)$ and $\|x\|_2^{2} \le \sqrt{\alpha_{ij}}$"
LONG_WORD = "Pneumonoultramicroscopicsilicovolcanoconiosis" * 3


@dataclass(frozen=True, slots=True)
class Told:
    """What a source tells of a paper."""

    title: str
    abstract: str = ""
    authors: tuple[str, ...] = ()
    affiliation: str = ""
    topic: str = "cs.LG"
    votes: int = 0
    code_url: str = ""


def ordinary(count: int) -> tuple[Card, ...]:
    """Papers of the demonstration that name their authors, those with the most votes first."""
    seeds = sorted(seed_papers(), key=_votes, reverse=True)
    named = [seed for seed in seeds if seed.paper.authors]
    return _cards(_told(seed) for seed in named[:count])


def longest(count: int = 25) -> tuple[Card, ...]:
    """Titles of 400 letters, 300 authors, abstracts of pages, words without a place to break."""
    title = f"A Most Extensive Study of {LONG_WORD}: " + "on and on about every detail, " * 10
    authors = tuple(f"Wolfeschlegelsteinhausen-Bergerdorff {number}" for number in range(300))
    worst = Told(
        f"{title[:397]}&c.",
        f"We, {LONG_WORD}, argue at length. " + "And then we argue <b>once more</b> & again. " * 90,
        authors,
        "Institute for the Advancement of Departments with Very Long Names, Llanfairpwllgwyngyll",
        votes=1_234_567,
    )
    address = f"https://code.example.org/{'deep/' * 20}"
    return _cards(replace(worst, code_url=f"{address}{number}") for number in range(count))


def right_to_left() -> tuple[Card, ...]:
    arabic = "دراسة في نماذج اللغة الكبيرة: كيف تتعلم الآلة"  # Arabic's own letters
    hebrew = "מודלים של שפה ומה שהם יודעים על GPT-4 (גרסה 2)"
    mixed = f"On “{hebrew}” and other titles, 2nd edition"
    return _cards(
        Told(
            title, f"{title}. {title}! In English as well.", ("נועה לוי", "علي حسن"), topic="cs.CL"
        )
        for title in (arabic, hebrew, mixed)
    )


def emoji() -> tuple[Card, ...]:
    return _cards(
        [
            Told(
                "🤗 Transformers 🚀🚀: 👩‍👩‍👧‍👦 in one glyph",
                "🎉 It works. 🧪 We tried.",
                ("Zoë 🦊 Fox",),
            ),
            Told("🙂" * 120, "🙃" * 900, ("🧑‍🔬" * 30,), votes=1),
            Told("数字 и цифры: ｆｕｌｌ ｗｉｄｔｈ Z̸̛a̶l̷g̴o̵", "字" * 800, ("王小明", "Łukasz Żółć")),  # noqa: RUF001  # look-alikes are the point
        ]
    )


def bare() -> tuple[Card, ...]:
    """No abstract, no authors, no topic, no votes, no code."""
    told = [Told("A Title Is All We Know of This Paper", topic=""), Told("X", topic="cs.CV")]
    cards = _cards(told)
    return (replace(cards[0], published="", read_url="", pdf_url=""), *cards[1:])


def formulas() -> tuple[Card, ...]:
    return _cards(
        [
            Told(
                f"Sorting in {FORMULA}", f"We show {FORMULA}. It costs $5 to $10.", ("Ada Exact",)
            ),
            Told(
                r"On \emph{Broken $x^{2} Input_{", r"Half a formula: $\frac{1}{2", ("Émile Brisé",)
            ),
            Told(
                "1 < 2 && 3 > 2 <script>alert(1)</script>",
                "“Quotes” & 'ticks' <i>kept</i>.",
                ("O’Neil",),
            ),
        ]
    )


def _told(seed: SeedPaper) -> Told:
    paper = seed.paper
    return Told(
        paper.title,
        seed.summary,
        tuple(author.name for author in paper.authors),
        paper.authors[0].affiliation if paper.authors else "",
        paper.primary_topic,
        _votes(seed),
        paper.code_url,
    )


def _votes(seed: SeedPaper) -> int:
    return seed.votes[-1][1] if seed.votes else 0


def _cards(papers: Iterable[Told]) -> tuple[Card, ...]:
    return tuple(_card(number, told) for number, told in enumerate(papers, FIRST_NUMBER))


def _card(number: int, told: Told) -> Card:
    arxiv_id = f"2611.{number:05}"
    return Card(
        paper=number,
        title=shortened(readable(told.title), TITLE_LENGTH),
        authors=told.authors[:AUTHORS_SHOWN],
        more_authors=len(told.authors) > AUTHORS_SHOWN,
        affiliation=told.affiliation,
        topic=told.topic,
        topic_name=TOPICS.get(told.topic, ""),
        topics=(told.topic,) if told.topic else (),
        published=(EDITION - timedelta(days=number % 3)).isoformat(),
        came_in=EDITION.isoformat(),
        has_code=bool(told.code_url),
        code_url=told.code_url,
        teaser=teaser(readable(told.abstract)),
        votes=told.votes,
        growth=told.votes // 2,
        page=f"/p/{arxiv_id}/",
        read_url=f"https://arxiv.org/abs/{arxiv_id}",
        pdf_url=f"https://arxiv.org/pdf/{arxiv_id}",
    )
