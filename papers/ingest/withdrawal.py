"""Papers that their authors withdraw: hidden with the reason; a new version shows them again."""

from papers.ingest.facts import Believed
from papers.ingest.precedence import USUAL, Claim, outranks, same_tier
from papers.models import Paper
from papers.sources import FetchedPaper

Status = Paper.Status


def note_withdrawal(fetched: FetchedPaper, paper: Paper, claim: Claim, believed: Believed) -> None:
    """Hides it once: editors who show it again are not overruled.

    Only a source that could tell the title of this version may say that it is gone.
    """
    if fetched.withdrawn and not paper.withdrawn:
        if _may_tell(claim, paper):
            believed.news |= {
                "withdrawn": fetched.withdrawn,
                "status": Status.HIDDEN,
                "hidden_reason": _reason(fetched.withdrawn),
            }
            believed.told_by["withdrawn"] = claim.as_json()
    elif paper.withdrawn and not fetched.withdrawn and _is_newer(claim, paper):
        believed.news["withdrawn"] = ""
        if paper.hidden_reason == _reason(paper.withdrawn):
            believed.news |= {"status": Status.VISIBLE, "hidden_reason": ""}


def _may_tell(claim: Claim, paper: Paper) -> bool:
    title = Claim.stored(paper.told_by, "title")
    if same_tier(claim, title, USUAL):
        return claim.is_fresher_than(title) >= 0
    return outranks(claim, title, USUAL)


def _reason(withdrawn: str) -> str:
    return f"Withdrawn: {withdrawn}"[:200]


def _is_newer(claim: Claim, paper: Paper) -> bool:
    told = Claim.stored(paper.told_by, "withdrawn")
    return same_tier(claim, told, USUAL) and claim.is_fresher_than(told) > 0
