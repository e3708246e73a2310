"""Row 8: the site takes sign-ups while the broker is down; their mail comes once it is back."""

import time
from pathlib import Path
from random import Random

import httpx
import pytest

from tests.faults.crew import RESUMED, Crew, crew
from tests.faults.matrix import LONG, Drill
from tests.faults.website import website
from tests.installation import wait_until
from tests.services import redis_server

pytestmark = [pytest.mark.postgresql, pytest.mark.row(8)]
DOWN = 600  # seconds, in the long form; in the short one, as long as its sign-ups take


def test_people_sign_up_without_a_broker_and_get_their_mail_later(
    tmp_path: Path, drill: Drill, chance: Random
) -> None:
    people = [f"newcomer-{number}@example.org" for number in range(drill.trials(5, 300))]
    with (
        redis_server() as redis,
        crew(tmp_path, redis.url, 1, chance) as here,
        here.at_work(),
        here.ticking(),
        website(here.installation, tmp_path / "web.log") as site,
    ):
        redis.kill()
        answers = [_sign_up(site, email, pause=LONG * DOWN / len(people)) for email in people]
        assert {answer.status_code for answer in answers} == {302}
        assert not here.installation.sink.taken

        redis.start()
        _mailed(here, people)
        asked = [email for email in here.installation.sink.recipients() if email in people]
        drill.told(
            trials=len(people),
            lost=len(set(people) - set(asked)),
            duplicated=len(asked) - len(set(asked)),
            note=f"the slowest answer took {max(answer.elapsed for answer in answers)}",
        )
        assert sorted(asked) == sorted(people)


def _sign_up(site: httpx.Client, email: str, pause: float) -> httpx.Response:
    site.cookies.clear()
    token = site.get("/").cookies["csrftoken"]
    answer = site.post("/", data={"csrfmiddlewaretoken": token, "email": email})
    time.sleep(pause)  # what is tried is an hour of the day, not a rush
    return answer


def _mailed(here: Crew, people: list[str]) -> None:
    """By beat in the long form; in the short one we tick, which saves a minute."""

    def everybody() -> bool:
        return set(people) <= set(here.installation.sink.recipients())

    if LONG:
        wait_until(everybody, RESUMED, here.log)
    else:
        here.work_until(everybody)
