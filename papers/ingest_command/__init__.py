"""What `manage.py ingest` is made of.

    options    what can be typed for each source
    pages      what the chosen source hands over, page by page
    storing    each page stored and forgotten; what came of all of them
    telling    at its end

The command itself stands where Django looks for it.
"""
