"""The product's ranker, and what it is compared with: each orders the candidates of a task."""

from collections.abc import Callable, Sequence
from time import perf_counter

import numpy as np
from scipy.sparse import csr_matrix
from sklearn.feature_extraction.text import TfidfVectorizer
from sklearn.svm import LinearSVC

from benchmarks.judging.collection import Collection, Task, pool_of, reader_of
from papers.relevance.model import Array, Model
from subscriptions.ranking import choose_all
from subscriptions.ranking.insight import insights

NEGATIVES = 1000  # other papers that a reader's own are told from

Order = tuple[Sequence[int], float]  # candidates, the best first; seconds
Method = Callable[[Task], Order]


class Kept:
    """A model at hand, as the ranking asks for it."""

    def __init__(self, model: Model) -> None:
        self._model = model

    def load(self) -> Model:
        return self._model


def ours(collection: Collection, model: Model) -> Method:
    """The order that digests are made by; the time is that of the digest, reasons included.

    The candidates' vectors are made before, once for all readers of a day, and the liked papers
    are read before, as for the methods it is compared with.
    """

    def order(task: Task) -> Order:
        pool, reader = pool_of(collection, task), reader_of(collection, task)
        [insight] = insights(pool, [reader], Kept(model))
        found = [pool[at].paper for at in insight.new]
        started = perf_counter()
        choose_all(pool, [reader], Kept(model))
        return found, perf_counter() - started

    return order


def at_random(seed: int) -> Method:
    random = np.random.default_rng(seed)
    return _timed(lambda task: random.random(len(task.candidates)))


def popularity(collection: Collection) -> Method:
    saves = np.zeros(len(collection.texts)) if collection.saves is None else collection.saves
    return _timed(lambda task: saves[list(task.candidates)])


def centroid(rows: csr_matrix) -> Method:
    """The cosine with the mean of the liked papers, less that with the mean of all."""
    mean = rows @ np.asarray(rows.mean(axis=0)).ravel()

    def scores(task: Task) -> Array:
        wish = np.asarray(rows[list(task.liked)].sum(axis=0)).ravel() / max(1, len(task.liked))
        candidates = list(task.candidates)
        return np.asarray(rows[candidates] @ wish - mean[candidates])

    return _timed(scores)


def support_vectors(rows: csr_matrix, seed: int) -> Method:
    """A linear support vector machine for each reader: theirs against 1,000 others."""
    random = np.random.default_rng(seed)

    def scores(task: Task) -> Array:
        if not task.liked:
            return np.zeros(len(task.candidates))
        known = {*task.liked, *task.candidates}
        drawn = (int(paper) for paper in random.integers(rows.shape[0], size=2 * NEGATIVES))
        others = [paper for paper in drawn if paper not in known][:NEGATIVES]
        if not others:
            return np.zeros(len(task.candidates))
        machine = LinearSVC(C=0.1, class_weight="balanced", random_state=0)
        machine.fit(rows[[*task.liked, *others]], [1] * len(task.liked) + [0] * len(others))
        return np.asarray(machine.decision_function(rows[list(task.candidates)]))

    return _timed(scores)


def usual_rows(collection: Collection) -> csr_matrix:
    """TF-IDF as in scikit-learn's textbook, for the methods that are compared."""
    texts = [collection.text(paper) for paper in range(len(collection.texts))]
    maker = TfidfVectorizer(sublinear_tf=True, stop_words="english", min_df=min(2, len(texts)))
    try:
        return csr_matrix(maker.fit_transform(texts))
    except ValueError:  # no two papers share a word
        return csr_matrix((len(texts), 1))


def _timed(scores: Callable[[Task], Array]) -> Method:
    def order(task: Task) -> Order:
        started = perf_counter()
        found = np.argsort(-scores(task), kind="stable")
        return [task.candidates[at] for at in found], perf_counter() - started

    return order
