"""What logs must not keep."""

import logging
import re

# whoever has such an address may use it
PERSONAL = re.compile(r"/(u|confirm|preferences|undo)/[^\s/?]+")


class WithoutTokens(logging.Filter):
    """Keeps /u/… of a personal address."""

    def filter(self, record: logging.LogRecord) -> bool:
        record.msg, record.args = PERSONAL.sub(r"/\1/…", record.getMessage()), ()
        return True
