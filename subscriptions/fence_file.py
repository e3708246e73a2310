"""What a folder remembers of the database that mail is sent from: the fence's half outside of it.

One file in DATA_DIR for each database, by its address. It holds the name of this folder's witness
in the database and the mark that stands there; two marks while a new one is being written.
"""

import json
import os
import time
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass
from hashlib import sha256
from pathlib import Path
from tempfile import mkstemp

import structlog
from django.conf import settings
from django.db import connection

logger = structlog.get_logger(__name__)
AT_ONCE = 2.0  # seconds at most between writing a file and its last change


@dataclass(frozen=True, slots=True)
class Memory:
    """`wrong`: why the file proves nothing, in words that follow its name."""

    witness: str = ""
    marks: tuple[str, ...] = ()
    wrong: str = ""


def path() -> Path | None:
    """None: a database in memory, which nobody restores."""
    told = connection.settings_dict
    if connection.vendor == "sqlite":
        if connection.is_in_memory_db():  # type: ignore[attr-defined]  # SQLite's alone
            return None
        address = f"{Path(told['NAME']).resolve()}"
    else:
        address = f"{told['HOST']}:{told['PORT']}/{told['NAME']}"
    return (
        Path(settings.DATA_DIR) / f"installation-{sha256(address.encode()).hexdigest()[:16]}.json"
    )


def read() -> Memory | None:
    """None: there is no such file."""
    file = path()
    if file is None:
        return None
    try:
        with file.open("rb") as opened:
            return _memory(opened.read(), os.fstat(opened.fileno()))
    except FileNotFoundError:
        return None
    except OSError as error:
        return Memory(wrong=f"cannot be read ({error.strerror})")


def write(witness: str, marks: Sequence[str]) -> bool:
    """Whether it stands on the disk; what was there before stays until it does."""
    file = path()
    if file is None:
        return False
    try:
        _replace(file, {"witness": witness, "marks": list(marks)})
    except OSError as error:
        logger.warning("fence_file_not_written", file=str(file), because=error.strerror)
        return False
    return True


def _memory(content: bytes, status: os.stat_result) -> Memory:
    try:
        told = json.loads(content)
        memory = Memory(str(told["witness"]), tuple(map(str, told["marks"])))
        copied = told["inode"] != status.st_ino and status.st_ctime > told["at"] + AT_ONCE
    except (ValueError, LookupError, TypeError):
        return Memory(wrong="is damaged")
    return Memory(wrong="was copied from elsewhere or from a backup") if copied else memory


def _replace(file: Path, told: dict[str, object]) -> None:
    """All of it or nothing, and on the disk when this returns."""
    handle, name = mkstemp(prefix=f".{file.stem}-", dir=file.parent)
    try:
        with open(handle, "w", encoding="utf-8") as new:  # noqa: PTH123  # a handle has no path
            os.fchmod(handle, 0o644)  # no secret: whoever else runs our programs may read it
            # a copy is another inode, and came to be later than it says
            json.dump({**told, "inode": os.fstat(handle).st_ino, "at": time.time()}, new)
            new.flush()
            os.fsync(handle)
        Path(name).replace(file)
    except OSError:
        with suppress(OSError):
            Path(name).unlink()
        raise
    _sync_folder(file.parent)


def _sync_folder(folder: Path) -> None:
    handle = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
