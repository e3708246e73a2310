"""Keywords of any text: taken or refused with a sentence, and never more than was meant."""

import pytest
from django.core.exceptions import ValidationError
from hypothesis import example, given
from hypothesis import strategies as some

from subscriptions import interests
from subscriptions.interests import LONGEST_KEYWORD, MOST_KEYWORDS, keyword_key
from subscriptions.keywords import KeywordsField
from subscriptions.models import Subscriber
from subscriptions.ranking import Keyword, PoolPaper, Reader, choose
from tests.factories import SubscriberFactory

TOPIC = "cs.CV"
OTHERS = ["", "A", "1", "$x$", "The", "\N{GREEK SMALL LETTER PI}", "Zwölf Boxkämpfer", "深度学习"]


def cleaned(text: str) -> list[str]:
    try:
        return list(KeywordsField().clean(text))
    except ValidationError:
        return []


@given(some.text(max_size=300))
@example("the, a, of, \N{ZERO WIDTH SPACE}, ,,;;\n\r")
@example("\0, \ud800, \u202eabc, \N{COMBINING ACUTE ACCENT}, 🙂, ℡, ß, İ, ﷺ")
@example("x" * 100_000)
@example(", ".join(map(str, range(2000))))
def test_any_text_is_taken_or_refused_and_mutes_no_paper_without_its_words(text: str) -> None:
    words = cleaned(text)

    assert len(words) <= MOST_KEYWORDS
    assert all(len(word) <= LONGEST_KEYWORD for word in words)
    muted = [Keyword(word, keyword_key(word)) for word in words]
    assert all(word.key for word in muted)
    assert len({word.key for word in muted}) == len(muted)
    pool = [
        PoolPaper(at, frozenset({TOPIC}), TOPIC, TOPIC, pinned=False, growth=0, title=title)
        for at, title in enumerate(OTHERS)
    ]
    kept = {pick.paper for pick in choose(pool, Reader({}, 30, muted_keywords=tuple(muted)))}
    gone = [OTHERS[at] for at in range(len(OTHERS)) if at not in kept]
    assert all(keyword_key(title) for title in gone)
    assert {0, 1, 2} <= kept  # no words, or a single letter or digit


@pytest.mark.django_db
@given(followed=some.text(max_size=80), muted=some.text(max_size=80))
def test_any_text_can_be_kept_twice(followed: str, muted: str) -> None:
    reader = Subscriber.objects.first() or SubscriberFactory.create()
    chosen = cleaned(followed), cleaned(muted)

    for _ in range(2):
        interests.choose_keywords(reader, *chosen)

    kept = reader.interests.keywords()
    assert {row.key for row in kept.filter(muted=True)} == {keyword_key(one) for one in chosen[1]}
    assert "" not in {row.key for row in kept}


@pytest.mark.django_db
def test_what_nothing_can_be_found_by_is_refused_and_nothing_changes() -> None:
    reader = SubscriberFactory.create()
    interests.choose_keywords(reader, ["graphs"], [])

    with pytest.raises(ValueError, match="can be looked for"):
        interests.choose_keywords(reader, ["diffusion", "\N{GRINNING FACE}"], [])

    assert [one.text for one in reader.interests.keywords()] == ["graphs"]
