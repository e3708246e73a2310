from django.apps import AppConfig
from django.db.models.signals import post_migrate


class PapersConfig(AppConfig):
    name = "papers"

    def ready(self) -> None:
        # models come after apps
        from papers.schedule.rows import create_after_migrate  # noqa: PLC0415
        from papers.topics import load_after_migrate  # noqa: PLC0415

        post_migrate.connect(load_after_migrate, sender=self)
        post_migrate.connect(create_after_migrate, sender=self)
