from django.apps import AppConfig


class DigestProjectConfig(AppConfig):
    name = "digest_project"
    verbose_name = "Morning Papers"

    def ready(self) -> None:
        from digest_project import checks  # noqa: F401, PLC0415  # registers the system checks
