from django.apps import AppConfig
from django.db.models.signals import post_migrate


class PapersConfig(AppConfig):
    name = "papers"

    def ready(self) -> None:
        from papers.topics import load_after_migrate  # noqa: PLC0415  # models come after apps

        post_migrate.connect(load_after_migrate, sender=self)
