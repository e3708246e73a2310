from django.contrib import admin

from papers.admin.readonly import ReadOnlyAdmin
from subscriptions.models import Vote


@admin.register(Vote)
class VoteAdmin(ReadOnlyAdmin):
    """Readers give votes and take them back; nobody does it for them."""

    list_display = ["given_at", "paper", "subscriber"]
    list_select_related = ["paper", "subscriber"]
    list_display_links = None
    search_fields = ["paper__title", "paper__arxiv_id"]
    search_help_text = "A paper's title or arXiv id"
