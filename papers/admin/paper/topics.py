"""The topics of many papers set at once, after a page that asks."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from django import forms
from django.db import transaction

from papers.admin.editing import believe_editor
from papers.models import Paper, Topic


class TopicsForm(forms.Form):
    """Asked before topics are set. What is left empty stays as it is."""

    main = forms.ModelChoiceField(
        Topic.objects.all(),
        label="Main topic",
        required=False,
        empty_label="as each paper has it",
        help_text="What the papers are ranked and shown under.",
    )
    added = forms.ModelMultipleChoiceField(
        Topic.objects.all(), label="Add", required=False, widget=forms.SelectMultiple({"size": 8})
    )
    removed = forms.ModelMultipleChoiceField(
        Topic.objects.all(),
        label="Take away",
        required=False,
        widget=forms.SelectMultiple({"size": 8}),
        help_text="A paper keeps its main topic.",
    )

    def clean(self) -> dict[str, Any]:
        given = super().clean() or {}
        if not self.errors and not any(given.values()):
            raise forms.ValidationError("Choose at least one topic to set, add or take away.")
        return given

    @property
    def told(self) -> str:
        """What was done, for the history; of a valid form."""
        given = self.cleaned_data
        parts = [f"main topic {given['main'].code}"] if given["main"] else []
        parts += [
            f"{word} {', '.join(topic.code for topic in given[word])}"
            for word in ("added", "removed")
            if given[word]
        ]
        return f"Topics: {'; '.join(parts)}"


def set_topics(papers: Sequence[Paper], chosen: dict[str, Any], now: datetime) -> None:
    """`chosen` are the form's cleaned data. No source overwrites them until editors let it."""
    through = Paper.topics.through
    added = {topic.pk for topic in chosen["added"]}
    with transaction.atomic():
        for paper in papers:
            if chosen["main"]:
                paper.primary_topic = chosen["main"]
                believe_editor(paper, ["primary_topic"])
            believe_editor(paper, ["topics"])
            paper.updated_at = now  # an open edition is built anew
        Paper.objects.bulk_update(
            papers, ["primary_topic", "told_by", "updated_at"], batch_size=200
        )
        of_papers = through.objects.filter(paper__in=[paper.pk for paper in papers])
        of_papers.filter(topic__in=chosen["removed"]).delete()
        through.objects.bulk_create(
            (
                through(paper_id=paper.pk, topic_id=topic)
                for paper in papers
                for topic in added | ({paper.primary_topic_id} - {None})
            ),
            ignore_conflicts=True,
            batch_size=500,
        )
