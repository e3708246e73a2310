"""Files of one's own. docs/files.md tells their formats.

jsonl          JSON Lines, one paper a line
jsonl_fields   the fields of a line, strictly
bibtex         BibTeX
bibtex_entry   an entry as a paper
bibtex_values  its names, dates and texts
reading        opening a file, and handing over in batches
"""
