"""What `benchmarks.relevance` is made of.

collection  papers, and what is asked of a ranking: a reader, candidates, how welcome each is
citeulike   people's own lists of papers, half of each held out
plain       papers and readers as lines of JSON
methods     the product's ranker, and what it is compared with
figures     nDCG, recall, reciprocal rank, ordering loss, and how sure they are
learning    what a few answers of a reader change the next day
"""
