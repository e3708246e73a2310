"""The addresses of the site."""

from django.conf import settings
from django.contrib import admin
from django.contrib.sitemaps import views as sitemaps
from django.urls import URLPattern, URLResolver, include, path
from django.views.generic import RedirectView, TemplateView

from digest_project import health
from digest_project.metrics.page import metrics
from papers.sitemaps import SITEMAPS

SITEMAP = "django.contrib.sitemaps.views.sitemap"  # the name that its index asks for

urlpatterns: list[URLPattern | URLResolver] = [
    path("", include("subscriptions.urls")),
    path("", include("papers.urls")),
    path("admin/", admin.site.urls),
    path("healthz", health.healthz),
    path("readyz", health.readyz),
    path("status", health.status),
    path("metrics", metrics),
    path("favicon.ico", RedirectView.as_view(url=f"{settings.STATIC_URL}favicon.svg")),
    path("robots.txt", TemplateView.as_view(template_name="robots.txt", content_type="text/plain")),
    path("sitemap.xml", sitemaps.index, {"sitemaps": SITEMAPS}),
    path("sitemap-<str:section>.xml", sitemaps.sitemap, {"sitemaps": SITEMAPS}, SITEMAP),
]

if settings.TRYING_OUT:
    urlpatterns += [path("dev/mailbox/", include("subscriptions.mailbox.urls"))]
