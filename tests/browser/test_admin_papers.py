"""The desk of papers in a browser: nothing stands in anybody's way, and no policy is broken."""

import pytest
from django.contrib.auth.models import User
from django.test import Client
from django.utils import timezone
from playwright.sync_api import Page

from papers.importing.pasted import read
from papers.importing.starting import start
from papers.models import Author, Paper, PaperImport, Submission
from tests.browser.looking import problems

pytestmark = pytest.mark.django_db(transaction=True)
PASTED = "2611.00001\nhttps://arxiv.org/abs/2611.00001\nhttps://www.example.com/\nhello"


@pytest.fixture
def signed_in(page: Page, site: str, client: Client) -> Page:
    client.force_login(User.objects.create_superuser("sam"))
    session = client.cookies["sessionid"].value
    page.context.add_cookies([{"name": "sessionid", "value": session, "url": site}])
    return page


def addresses() -> list[str]:
    paper, author = Paper.objects.first(), Author.objects.first()
    assert paper
    assert author
    begun = start(read(PASTED, timezone.now().date()), None, timezone.now())
    PaperImport.objects.update(state="ready")
    proposal = Submission.objects.create(arxiv_id="2611.00001")
    return [
        "paper/",
        f"paper/{paper.pk}/change/",
        "paper/import/",
        "paper/export/",
        "paperimport/",
        "paperimport/add/",
        f"paperimport/{begun.pk}/change/",
        f"author/{author.pk}/change/",
        f"submission/{proposal.pk}/change/",
    ]


def test_nothing_stands_in_the_way_at_the_desk_of_papers(
    signed_in: Page, subtests: pytest.Subtests
) -> None:
    told: list[str] = []
    signed_in.on("console", lambda line: told.append(line.text) if line.type == "error" else None)
    for address in addresses():
        with subtests.test(page=address):
            signed_in.goto(f"/admin/papers/{address}")
            assert told == []
            assert problems(signed_in, widths=(768, 1280)) == []
            told.clear()  # axe itself sets styles, which the policy stops
