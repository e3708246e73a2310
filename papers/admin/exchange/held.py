from typing import Any

from django.core import signing
from django.core.exceptions import SuspiciousOperation
from import_export.tmp_storages import BaseStorage

SALT = "papers.admin.exchange"
LONGEST = 24 * 3600  # seconds that an editor may look at the comparison


class InThePage(BaseStorage):
    """The file is its own name: any web process can go on, and nothing is left behind."""

    def save(self, data: bytes) -> None:
        self.name = signing.dumps(data.decode("latin-1"), salt=SALT, compress=True)

    def read(self) -> Any:
        try:
            data = signing.loads(self.name, salt=SALT, max_age=LONGEST).encode("latin-1")
        except signing.BadSignature as error:
            raise SuspiciousOperation("This file is not as it was compared.") from error
        return data.decode(self.encoding)

    def remove(self) -> None:
        """There is nothing to remove."""
