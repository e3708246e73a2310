"""The public pages of papers. None needs JavaScript, and no GET changes anything.

edition   the day's issue
paper     one paper
"""
