"""Preview as: today's digest for one reader, or for made-up topics, and a test of it to oneself.

wish     who it is for and how it is looked at: the form
looking  the mail itself, by the code that sends it, with everything that is one reader's taken out
pages    the page, its frame, and the test
"""

from subscriptions.admin.preview.pages import WithPreview

__all__ = ["WithPreview"]
