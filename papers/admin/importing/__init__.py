"""Many papers by their ids: pasted, shown with what becomes of each, imported once confirmed."""

from papers.admin.importing.admin import PaperImportAdmin

__all__ = ["PaperImportAdmin"]
