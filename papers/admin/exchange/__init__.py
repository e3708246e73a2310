"""Rows as files, out and in: CSV, TSV and JSON.

admin      the pages: a list exported, a file compared with what is here, then imported
form       which files are taken
formats    how they are written and read
harmless   cells that no spreadsheet takes for a formula
held       a file between the comparison and the import: signed, in the page itself
rows       what every resource has in common: nothing is added, and changes are shown
"""
