from django.contrib import admin
from django.utils import timezone

from papers.admin import PaperAdmin
from papers.models import Paper
from subscriptions.admin.odd_votes import odd_votes

admin.site.unregister(Paper)


@admin.register(Paper)
class PaperWithVotesAdmin(PaperAdmin):
    """Papers know nothing of readers, so what is odd about their votes is added here."""

    @admin.display(description="votes to look at")
    def votes_to_look_at(self, paper: Paper) -> str:
        odd = odd_votes([paper.pk], timezone.now()) if paper.pk else {}
        return odd.get(paper.pk, "none")
