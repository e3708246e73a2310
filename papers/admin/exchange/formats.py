from itertools import chain
from typing import Any

from import_export.formats import base_formats
from tablib import Dataset

from papers.admin.exchange.harmless import harmless, without_apostrophe


class Spreadsheets:
    """What people open in a spreadsheet: mixed in before a format of tablib."""

    def export_data(self, dataset: Dataset, **kwargs: Any) -> Any:
        rows = [tuple(map(harmless, row)) for row in dataset]
        return super().export_data(Dataset(*rows, headers=dataset.headers), **kwargs)  # type: ignore[misc]  # of the format

    def create_dataset(self, in_stream: str, **kwargs: Any) -> Dataset:
        read = super().create_dataset(in_stream, **kwargs)  # type: ignore[misc]  # as above
        rows = [tuple(map(without_apostrophe, row)) for row in read]
        return Dataset(*rows, headers=read.headers)


class Csv(Spreadsheets, base_formats.CSV):
    pass


class Tsv(Spreadsheets, base_formats.TSV):
    pass


class Json(base_formats.JSON):
    def create_dataset(self, in_stream: str, **kwargs: Any) -> Dataset:
        read = super().create_dataset(in_stream, **kwargs)
        if len(read) and not read.headers:
            raise ValueError("These rows are lists: nothing says what their values are.")
        for cell in chain.from_iterable(read):
            str(cell).encode()  # half a character, which JSON can escape, is none
        return read


FORMATS = [Csv, Tsv, Json]
