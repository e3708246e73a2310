"""Reading pages that were saved from a browser.

There are three formats, told apart by `layout`:

    dense author page     a line such as "CVNov 24, 2023Code", then the title glued to the first
                          author, then the abstract
    spaced author page    the author's figures; then per paper such a line with the title,
                          and after blank lines the authors and the abstract
    daily-papers page     the heading "Daily Papers" and its date; then titles and abstracts

The way of a page, a module each:

    reading        the steps below, in their order
    page           bytes to numbered, cleaned lines
    layout         which of the three formats they are
    author_page    both author pages: what stands above the papers, then block after block
      header         name and figures of the author
      blocks         where each paper starts: topic, date and code mark
      spaced, dense  title, authors and abstract of a block
        seams          the places where a title could be glued to a name
        clues          names and words that the whole page tells
        evidence       which of those places it is
    daily          the daily-papers page
    repeats        a paper that stands twice in a file

The small print that several of them read: `names`, `dates`, `topics`, `code_links`.

What can't be read becomes a `Problem` with its line, and the rest is read all the same.
"""

from papers.sources.listing.reading import read_listing

__all__ = ["read_listing"]
