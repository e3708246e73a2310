"""Links to papers on other sites: those that bear an arXiv id are as good as the id."""

import pytest
from django.test import Client

from papers.models import ImportLine

pytestmark = pytest.mark.django_db


def pasted(admin_client: Client, line: str) -> ImportLine:
    admin_client.post("/admin/papers/paperimport/add/", {"text": line})
    return ImportLine.objects.get()


@pytest.mark.parametrize(
    "line",
    [
        "https://huggingface.co/papers/2611.00001",
        "huggingface.co/papers/2611.00001?ref=mail",
        "[On Graphs](https://hf.co/papers/2611.00001)",
        "https://www.alphaxiv.org/abs/2611.00001v2",
        "https://api.semanticscholar.org/arXiv:2611.00001",
    ],
)
def test_an_id_in_a_link_to_the_paper_elsewhere_is_read(admin_client: Client, line: str) -> None:
    assert pasted(admin_client, line).arxiv_id == "2611.00001"


@pytest.mark.parametrize(
    "line",
    [
        "https://huggingface.co/datasets/2611.00001",
        "https://huggingface.co/papers/2611.000012",
        "https://nothuggingface.co/papers/2611.00001",
        "https://www.example.com/abs/2611.00001",
    ],
)
def test_a_number_in_any_other_link_is_not_taken_for_one(admin_client: Client, line: str) -> None:
    assert pasted(admin_client, line).verdict == ImportLine.Verdict.ELSEWHERE
