"""The code repository that an abstract names."""

import re

CODE_HOSTS = ("github.com", "gitlab.com", "bitbucket.org", "codeberg.org", "huggingface.co")
NO_CODE = ("papers", "datasets", "collections", "blog", "docs")  # other pages of huggingface.co

REPOSITORY = re.compile(
    rf"(?<![\w./@-])(?:https?://)?(?:www\.)?(?P<host>{'|'.join(map(re.escape, CODE_HOSTS))})/+"
    rf"(?!(?:{'|'.join(NO_CODE)})/)(?P<path>[\w.-]{{1,100}}/\w[\w.~/-]{{0,300}})",
    re.ASCII | re.IGNORECASE,
)


def code_url_in(abstract: str) -> str:
    r"""The first repository's address without the punctuation around it, or "".

    Authors write "\url{github.com/a/b}.", "http://www.github.com//a/b_c" and LaTeX's "b\_c".
    """
    found = REPOSITORY.search(abstract.replace(r"\_", "_"))
    if found is None:
        return ""
    return f"https://{found['host'].lower()}/{found['path'].rstrip('./~')}"
