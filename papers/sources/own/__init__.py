"""Files of one's own. docs/files.md tells their formats.

jsonl          JSON Lines, one paper a line
jsonl_fields   the fields of a line, strictly
bibtex         BibTeX
bibtex_entry   an entry as a paper
bibtex_values  its names, dates and texts
reading        opening a file, and handing over in batches

What readers bring along of their own reading, in any of these forms and in these as well:

library        which form it is, and what it holds
ris            RIS
csl            CSL JSON
id_list        arXiv ids, DOIs and links
"""
