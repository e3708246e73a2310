"""The public pages of papers. None needs JavaScript, and no GET changes anything.

edition   the day's issue
archive   months and weeks: their editions, and their best papers
paper     one paper
author    a person on papers, and these papers
topic     a subject's papers, and all subjects
submit    proposing a paper
"""
