"""The standing orders: every source is asked by itself, each with a row of its own.

    orders    what is done by itself: the sources to ask, proposals to fetch, scores to compute
    rows      each order's row, there once `migrate` has run
    reading   one order carried out step by step, under a lease, from where it stopped
    tally     what a reading brought, over all its steps
    citing    which papers' citations are asked for
    run       the tick's way in: all orders whose time has come

A step is a page read and stored. Where to go on is written down after it, so a process that is
killed repeats one page at the most, which changes nothing. The watermark moves once everything up
to it was read. An order that fails is tried again later and later, and none stops another.
"""
