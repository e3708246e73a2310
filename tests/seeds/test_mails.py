"""Sample mails: every kind there is, made without a database, for people and tests to look at."""

import runpy
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings
from django.core.management import CommandError, call_command
from django.utils import translation

from seeds.mail_reader import AUTHOR, KEYWORD, LIKED, TOPIC, personal_reasons
from seeds.mails import Sample, samples, stories
from subscriptions.models import Notice
from subscriptions.ranking.choosing import ELSEWHERE_WHEN_QUIET

SCRIPT = Path(settings.BASE_DIR) / "docs/images/mails.py"
LANGUAGES = [code for code, _ in settings.LANGUAGES]
every_language = pytest.mark.parametrize("language", LANGUAGES)


def by_name(language: str = "en") -> dict[str, Sample]:
    return {sample.name: sample for sample in samples(language)}


@every_language
def test_there_is_every_notice_in_both_formats_and_every_story(language: str) -> None:
    kinds = [f"notice-{kind}" for kind in Notice.Kind.values]
    plain = [f"{kind}-plain-text" for kind in kinds]

    names = [sample.name for sample in samples(language)]

    assert names == [*kinds, *plain, *(f"digest-{story.name}" for story in stories())]


@every_language
def test_each_has_a_subject_and_text_and_all_but_the_plain_ones_html(language: str) -> None:
    for sample in samples(language):
        mail = sample.mail
        assert mail.subject
        assert mail.text.strip()
        assert bool(mail.html) == ("plain-text" not in sample.name), sample.name


@every_language
def test_each_is_in_its_language_whatever_the_callers(language: str) -> None:
    with translation.override("en"):
        for sample in samples(language):
            assert not sample.mail.html or f'lang="{language}"' in sample.mail.html

        assert translation.get_language() == "en"


def test_a_second_call_makes_the_same_to_the_byte() -> None:
    assert samples("en") == samples("en")


def test_what_a_reason_says_of_a_paper_is_true() -> None:
    for story in stories():
        for section, card in story.sections:
            fits = bool(personal_reasons(card))
            if section == "elsewhere":
                assert not fits, (story.name, card.title)
            elif not story.follows_nothing:
                assert fits, (story.name, card.title)


def test_every_reason_is_somewhere_in_the_samples() -> None:
    text = " ".join(" ".join(sample.mail.text for sample in samples("en")).split())

    for words in (
        "Chosen by the editors",
        f"By {AUTHOR}, whom you follow",
        f"Mentions “{KEYWORD}”",
        f"Like “{LIKED}”",
        f"In {TOPIC.name}, which you follow",
        "Rising in ",
        "Trending among all papers",
        "votes in 3 days",
    ):
        assert words in text


def test_a_short_one_has_no_more_from_elsewhere_than_the_ranking_gives() -> None:
    [short] = (story for story in stories() if story.kind == "short")

    assert len(short.elsewhere) == ELSEWHERE_WHEN_QUIET


@every_language
def test_the_worst_stay_within_the_limit(language: str) -> None:
    for sample in samples(language):
        assert len(sample.mail.html.encode()) < 95_000, sample.name


def test_the_worst_are_as_bad_as_they_should_be() -> None:
    said = {name: sample.mail.html for name, sample in by_name().items()}

    assert said["digest-worst-longest"].count("<h3") == 25
    assert "מודלים של שפה" in said["digest-worst-right-to-left"]
    assert "🚀" in said["digest-worst-emoji"]
    assert "log n" in said["digest-worst-formulas"]


def test_no_title_is_markup() -> None:
    for sample in samples("en"):
        assert "<script" not in sample.mail.html


def test_the_command_writes_every_mail_of_every_language(tmp_path: Path) -> None:
    call_command("email_samples", str(tmp_path / "new" / "folder"))

    names = {path.name for path in (tmp_path / "new" / "folder").iterdir()}
    for language in LANGUAGES:
        for sample in samples(language):
            assert f"{sample.name}.{language}.txt" in names
            assert (f"{sample.name}.{language}.html" in names) == bool(sample.mail.html)


def test_the_command_names_a_folder_that_cannot_be_written(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("in the way")

    with pytest.raises(CommandError, match="file"):
        call_command("email_samples", str(tmp_path / "file"))
    with pytest.raises(CommandError, match="Not a directory"):
        call_command("email_samples", str(tmp_path / "file" / "below"))


def script() -> dict[str, Any]:
    return runpy.run_path(str(SCRIPT))


def test_without_chromium_it_is_told_how_to_get_it(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PATH", str(tmp_path))

    with pytest.raises(SystemExit, match="apt install chromium") as ended:
        script()["make"](tmp_path)

    assert ended.value.code  # a sentence, so not 0


@pytest.mark.usefixtures("browser_name", "browser_type_launch_args")
def test_pictures_are_made_wide_and_narrow_light_and_dark_and_shown_side_by_side(
    tmp_path: Path,
) -> None:
    (tmp_path / "notice.en.html").write_text("<title>A mail</title><p>Hello", "utf-8")
    (tmp_path / "notice.en.txt").write_text("1 < 2", "utf-8")
    (tmp_path / "stale-375-light.png").write_bytes(b"of a mail that is no more")

    with ThreadPoolExecutor(1) as thread:  # Playwright runs but once in a thread
        thread.submit(script()["make"], tmp_path).result()

    pictures = sorted(path.name for path in tmp_path.glob("*.png"))
    looks = ["375-dark", "375-light", "600-dark", "600-light"]
    assert pictures == [f"notice.en-{look}.png" for look in looks]
    index = (tmp_path / "index.html").read_text("utf-8")
    assert all(f'src="{name}"' in index for name in pictures)
    assert "1 &lt; 2" in index


@pytest.mark.usefixtures("browser_name", "browser_type_launch_args")
def test_a_folder_without_mails_is_an_error(tmp_path: Path) -> None:
    with pytest.raises(SystemExit, match="There is no mail in"):
        script()["make"](tmp_path)
