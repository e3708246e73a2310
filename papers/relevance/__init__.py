"""Relevance: how alike papers and other texts are, by the words they share and by what they mean.

fitting   from all papers: which words are rare, which make a phrase, which are about the same
model     what was learned, with texts as rows over its terms; values in, values out
packing   a model as bytes, and back
embedding an extra: where texts lie by a model that was learned elsewhere
vectors   the papers of one pool, and what is compared with them
keeping   fitted models in the database: the newest is used, older ones explain older digests
"""
