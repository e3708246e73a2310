"""Many papers by their ids, as an editor pastes them: looked up, shown, stored once confirmed.

    pasted     a text as lines: each with an arXiv id, or why it has none
    starting   an import with its lines: which are known, which have to be asked for
    facts      what arXiv told of a paper, kept in its line
    looking    the next lines looked up at arXiv
    storing    the next lines made papers
    run        that, step by step, under a lease; found again by the tick
    deciding   confirmed, cancelled, tried again

Nothing is a paper before the editor confirmed it; what arXiv told at the preview is what is stored.
"""
