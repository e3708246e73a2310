"""What editors manage: papers, their authors and topics, and the day's edition."""

from papers.admin.author import AuthorAdmin
from papers.admin.edition import EditionAdmin
from papers.admin.importing import PaperImportAdmin
from papers.admin.paper import PaperAdmin
from papers.admin.schedule import ScheduledIngestAdmin
from papers.admin.submission import SubmissionAdmin
from papers.admin.topic import TopicAdmin

__all__ = [
    "AuthorAdmin",
    "EditionAdmin",
    "PaperAdmin",
    "PaperImportAdmin",
    "ScheduledIngestAdmin",
    "SubmissionAdmin",
    "TopicAdmin",
]
