"""The addresses of the site."""

from django.conf import settings
from django.contrib import admin
from django.urls import URLPattern, URLResolver, include, path

from digest_project import health

urlpatterns: list[URLPattern | URLResolver] = [
    path("", include("subscriptions.urls")),
    path("", include("papers.urls")),
    path("admin/", admin.site.urls),
    path("healthz", health.healthz),
]

if settings.TRYING_OUT:
    urlpatterns += [path("dev/mailbox/", include("subscriptions.mailbox.urls"))]
