from django.contrib.admin.apps import AdminConfig
from django.db.models.signals import post_migrate


class StaffAdminConfig(AdminConfig):
    default_site = "digest_project.staff.site.StaffSite"

    def ready(self) -> None:
        super().ready()  # every app has registered its pages
        # models come after apps
        from digest_project.staff import admin, audit, sessions  # noqa: F401, PLC0415
        from digest_project.staff.groups import keep_after_migrate  # noqa: PLC0415

        audit.watch()
        post_migrate.connect(keep_after_migrate, sender=self)
