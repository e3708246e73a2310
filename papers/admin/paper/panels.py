from django.contrib import admin
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils import timezone
from django.utils.html import format_html, format_html_join

from papers.admin.editing import fields_of_editor
from papers.admin.sources import who_told_what
from papers.admin.worth import worth
from papers.cards import TEASER_LENGTH, TEASER_SENTENCES, teaser
from papers.history import history_of
from papers.latex import readable
from papers.models import Paper
from papers.naming import tidy
from papers.search.hits import hits
from papers.search.query import Query

NOT_YET = "Once it is saved."
EDITIONS_SHOWN = 10


class PaperPanels(admin.ModelAdmin):
    """What one paper's page shows besides its form."""

    readonly_fields = [
        *("title_shown", "teaser_shown", "in_the_list", "in_a_mail", "votes_by_day", "editions"),
        *("votes_to_look_at", "worth", "ai_summary", "announced", "edited", "sources"),
    ]

    @admin.display(description="title as shown")
    def title_shown(self, paper: Paper) -> str:
        return readable(paper.title) or NOT_YET

    @admin.display(description="teaser as shown")
    def teaser_shown(self, paper: Paper) -> str:
        whole = readable(paper.teaser)
        shown = tidy(teaser(whole))
        cut = " It is cut off." if shown.endswith("…") and not whole.endswith("…") else ""
        origin = "the summary" if paper.summary else "the abstract"
        return format_html(
            '{}<div class="quiet">{} characters of at most {}, from the first {} sentences of {}.{}'
            "</div>",
            *(shown or "–", len(shown), TEASER_LENGTH, TEASER_SENTENCES, origin, cut),
        )

    @admin.display(description="in the site's lists")
    def in_the_list(self, paper: Paper) -> str:
        if not paper.pk:
            return NOT_YET
        [entry] = hits([paper.pk], Query(), timezone.now())
        shown = render_to_string("papers/_entry.html", {"entry": entry, "unranked": True})
        return format_html(
            '<ul class="card preview">{}</ul><a href="{}">Its page on the site</a>',
            *(shown, paper.get_absolute_url()),
        )

    @admin.display(description="in a mail")
    def in_a_mail(self, paper: Paper) -> str:
        if not paper.pk:
            return NOT_YET
        [entry] = hits([paper.pk], Query(), timezone.now())
        facts = {"card": entry.card, "page_url": entry.card.page_url, "top": False, "item": ""}
        card = render_to_string("emails/parts/card.html", facts)
        return format_html('<div class="card preview">{}</div>', card)

    @admin.display(description="votes by day")
    def votes_by_day(self, paper: Paper) -> str:
        history = history_of(paper) if paper.pk else None
        if history is None:
            return "None, or all of one day."
        return render_to_string("papers/_votes.html", {"history": history})

    @admin.display(description="votes to look at")
    def votes_to_look_at(self, paper: Paper) -> str:
        """Those in which something is odd, for those who know of readers."""
        return "none"

    @admin.display(description="editions")
    def editions(self, paper: Paper) -> str:
        rows = paper.candidacies.select_related("edition").order_by("-edition__date")
        shown = [
            (
                reverse("admin:papers_edition_change", args=[row.edition_id]),
                *(row.edition, row.rank, row.get_placement_display()),
            )
            for row in rows[:EDITIONS_SHOWN]
        ]
        return format_html_join(", ", '<a href="{}">{}</a> (rank {}, {})', shown) or "none so far"

    @admin.display(description="trending, in votes")
    def worth(self, paper: Paper) -> str:
        return worth(paper.trending, timezone.now())

    @admin.display(description="announced")
    def announced(self, paper: Paper) -> str:
        return paper.announced_at.strftime("%Y-%m-%d %H:%M UTC") if paper.announced_at else "–"

    @admin.display(description="kept as editors wrote it")
    def edited(self, paper: Paper) -> str:
        return ", ".join(fields_of_editor(paper)) or "nothing; all follows the sources"

    @admin.display(description="who told what")
    def sources(self, paper: Paper) -> str:
        return who_told_what(paper)
