"""How near each paper of a pool is to what its readers like, for all of them at once."""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace

import numpy as np
from scipy.sparse import csr_matrix

from papers.relevance.model import Array, Model
from papers.relevance.vectors import deviation, standardised
from subscriptions.ranking.resembling import Resemblance, Space, given_by
from subscriptions.ranking.values import Keyword, PoolPaper, Reader, Sample

DISLIKE_SHARE = 0.5  # of a "less like this", against a "more"
MEANING_SHARE = 1.5  # of what the texts mean, against the words they share
TRENDING_SHARE = 0.3  # of trending within the topic, against content

Cell = tuple[int, float]


@dataclass(frozen=True, slots=True)
class Taste:
    """What one reader's likes and dislikes say of a pool."""

    scores: Array  # by place in the pool
    parts: Mapping[str, Array]  # what these are the sum of, by name
    lifted: Array  # by place: whether the words speak for the paper
    liked: Resemblance[Sample]
    disliked: Resemblance[Sample]
    wished: Resemblance[Sample | Keyword]


def tastes(
    pool: Sequence[PoolPaper], readers: Iterable[Reader], model: Model
) -> list[Taste | None]:
    """Of readers who have any, in their order; None where nothing of theirs says anything here."""
    readers = list(readers)
    space = Space(pool, readers, model)
    known = [_known(reader, space) for reader in readers]
    content = _content(pool, known, space)
    trending = {"trending": (TRENDING_SHARE * _trending(pool)).round(6)}
    return [
        _taste(reader, space, {name: of[at] for name, of in content.items()}, trending)
        if reader.has_taste
        else None
        for at, reader in enumerate(known)
    ]


def _taste(
    reader: Reader, space: Space, content: Mapping[str, Array], others: Mapping[str, Array]
) -> Taste:
    likes = [one for one in reader.likes if one.told]
    parts = {**content, **others}
    return Taste(
        np.sum([*parts.values()], axis=0).round(6),
        parts,
        lifted=np.sum([*content.values()], axis=0) > 0,
        liked=Resemblance(space, likes),
        disliked=Resemblance(space, [one for one in reader.dislikes if one.told]),
        wished=Resemblance(space, [*likes, *reader.keywords]),
    )


def _known(reader: Reader, space: Space) -> Reader:
    """The reader without the texts of which no paper has a word: they say nothing of this pool."""
    return replace(
        reader,
        likes=tuple(one for one in reader.likes if space.knows(one.text)),
        keywords=tuple(one for one in reader.keywords if space.knows(one.text)),
        dislikes=tuple(one for one in reader.dislikes if space.knows(one.text)),
    )


def _content(pool: Sequence[PoolPaper], readers: list[Reader], space: Space) -> dict[str, Array]:
    """Readers × papers: by the words they share, and by what they mean; standardised together."""
    weights = [
        list(zip(space.places(given_by(reader)), _weights(reader), strict=True))
        for reader in readers
    ]
    by_topic = _by_topic(pool)
    centroids = [list(_centroids(reader, by_topic)) for reader in readers]
    given, followed = _matrix(weights, len(space)), _matrix(centroids, len(pool))
    papers = space.vectors.papers
    likeness = given @ space.likeness + space.vectors.likeness(followed @ papers.terms)
    words = standardised(_off_the_usual(likeness, readers, space.vectors.mean))
    if not space.vectors.model.has_meaning:
        return {"words": words.round(6)}
    meanings = given @ space.texts.standing + followed @ papers.standing
    meaning = MEANING_SHARE * standardised(meanings @ papers.standing.T)
    both = deviation(words + meaning)
    return {"words": (words / both).round(6), "meaning": (meaning / both).round(6)}


def _off_the_usual(likeness: Array, readers: list[Reader], mean: Array) -> Array:
    """Readers × papers: how much nearer than the mean of all."""
    likes_something = np.array([[bool(_total(reader))] for reader in readers])
    # of papers without any word of the wishes none is nearer than another
    usual = np.where(likeness == 0, mean.mean() if mean.size else 0.0, mean)
    return np.asarray(likeness - likes_something * usual)


def _weights(reader: Reader) -> Iterator[float]:
    """What each of the given texts counts: likes and keywords make 1 together with the topics."""
    total = _total(reader)
    for like in reader.likes:
        yield like.weight / total
    for _ in reader.keywords:
        yield 1 / total
    against = max(total, sum(one.weight for one in reader.dislikes))
    for dislike in reader.dislikes:
        yield -DISLIKE_SHARE * dislike.weight / against


def _total(reader: Reader) -> float:
    """The weight of all that the reader likes; all topics together weigh as much as one paper."""
    told = sum(like.weight for like in reader.likes) + len(reader.keywords)
    return told + bool(reader.topics) if told else 0


def _centroids(reader: Reader, by_topic: dict[str, list[int]]) -> Iterator[Cell]:
    """Papers of the followed topics, and what each counts."""
    total = _total(reader)
    topics = [by_topic[code] for code in sorted(reader.topics) if code in by_topic]
    for papers in topics if total else []:
        for at in papers:
            yield at, 1 / (total * len(topics) * len(papers))


def _by_topic(pool: Sequence[PoolPaper]) -> dict[str, list[int]]:
    places: dict[str, list[int]] = defaultdict(list)
    for at, paper in enumerate(pool):
        for code in paper.topics:
            places[code].append(at)
    return dict(places)


def _matrix(rows: list[list[Cell]], width: int) -> csr_matrix:
    cells = np.array([cell for row in rows for cell in row]).reshape(-1, 2)
    begins = np.cumsum([0, *map(len, rows)])
    return csr_matrix((cells[:, 1], cells[:, 0].astype(np.int32), begins), (len(rows), width))


def _trending(pool: Sequence[PoolPaper]) -> Array:
    """How few papers of its topic each one stands behind, standardised.

    By the logarithm: between the first and the second there is more than between two in the middle.
    Those that nobody noticed stand alike: which of them came last tells nothing of attention.
    """
    topics: dict[str, list[int]] = defaultdict(list)
    for at, paper in enumerate(pool):
        topics[paper.primary].append(at)
    shares = np.zeros(len(pool))
    for places in topics.values():
        ranks = np.arange(len(places)) + 0.5
        unnoticed = np.array([not pool[at].noticed for at in places])
        ranks[unnoticed] = ranks[unnoticed].mean() if unnoticed.any() else 0
        shares[places] = -np.log(ranks / len(places))
    return standardised(shares)
