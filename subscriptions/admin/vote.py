from django.contrib import admin

from papers.admin.readonly import ReadOnlyAdmin
from subscriptions.admin.outgoing import clock
from subscriptions.models import Vote


@admin.register(Vote)
class VoteAdmin(ReadOnlyAdmin):
    """Readers give votes and take them back; nobody does it for them."""

    when_empty = "No reader has voted yet."
    list_display = ["given", "paper", "subscriber"]
    list_select_related = ["paper", "subscriber"]
    list_display_links = None
    ordering = ["-pk"]  # by the key: as given, and quick at any number
    sortable_by = ()
    list_per_page = 50
    show_full_result_count = False
    search_fields = ["paper__title", "paper__arxiv_id"]
    search_help_text = "A paper's title or arXiv id"

    def given(self, vote: Vote) -> str | None:
        return clock(vote.given_at)
