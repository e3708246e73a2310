"""arXiv's topics: today's codes, old ones under their new names, and those that are no more."""

from collections.abc import Iterator
from dataclasses import replace
from functools import cache

from papers.sources import Fetched
from papers.taxonomy import all_topics

# Archives that arXiv gave up for one category each. Those that it divided (astro-ph, cond-mat)
# have no such successor: nobody but the authors could say which part a paper would belong to.
RENAMED = {
    "acc-phys": "physics.acc-ph",
    "adap-org": "nlin.AO",
    "alg-geom": "math.AG",
    "ao-sci": "physics.ao-ph",
    "atom-ph": "physics.atom-ph",
    "bayes-an": "physics.data-an",
    "chao-dyn": "nlin.CD",
    "chem-ph": "physics.chem-ph",
    "cmp-lg": "cs.CL",
    "comp-gas": "nlin.CG",
    "dg-ga": "math.DG",
    "funct-an": "math.FA",
    "mtrl-th": "cond-mat.mtrl-sci",
    "patt-sol": "nlin.PS",
    "plasm-ph": "physics.plasm-ph",
    "q-alg": "math.QA",
    "solv-int": "nlin.SI",
    "supr-con": "cond-mat.supr-con",
}


@cache
def archives() -> tuple[str, ...]:
    """`cs`, `stat`, `hep-th` …, in the order of the taxonomy."""
    return tuple(dict.fromkeys(topic.code.partition(".")[0] for topic in all_topics()))


def arxiv_topics(codes: list[str]) -> tuple[str, ...]:
    """Those that arXiv gives; ACM's and MSC's classes stand among them."""
    todays = (RENAMED.get(code, code) for code in codes)
    return tuple(dict.fromkeys(code for code in todays if code.partition(".")[0] in archives()))


def noting_unknown(answers: Iterator[Fetched]) -> Iterator[Fetched]:
    """The answers; the note of the first that holds a topic which is none today names it."""
    known = {topic.code for topic in all_topics()}
    for answer in answers:
        told = dict.fromkeys(code for paper in answer.papers for code in paper.topics)
        unknown = [code for code in told if code not in known]
        known.update(unknown)
        message = f"topics unknown here: {', '.join(unknown)}" if unknown else ""
        yield replace(answer, note="; ".join(filter(None, (answer.note, message))))
