"""arXiv's three ways to be asked. They share one pace: arXiv counts them together.

api             its search: by topic and day of submission, or by ids
search          one question, and what arXiv refuses
ids             papers by their ids
entries         an entry of the answer as a paper
feed            what it announces today
announced       an announcement as a paper
creators        a line of names as authors
announcements   its calendar: when there is something to announce
oai             its harvesting interface: all that changed
harvest         one question, and the errors of the protocol
records         a record of the answer as a paper
facts           what a comment or a date tells, in all three
topics          which topics there are, under their names of today
markup          XML from outside, as far as it is sound
"""
