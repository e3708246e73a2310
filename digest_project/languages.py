"""Which language a page speaks: the one chosen on the page for it, else the browser's."""

from django.http import HttpRequest
from django.http.response import HttpResponseBase
from django.middleware.locale import LocaleMiddleware
from django.utils import translation
from django.utils.cache import patch_vary_headers

# For editors, machines and developers: the same for everybody.
ENGLISH = ("/admin/", "/dev/", "/feeds/", "/healthz", "/robots.txt", "/sitemap")


class LanguageMiddleware(LocaleMiddleware):
    """Django's, but for what is English only; and caches are told of the cookie as well."""

    def process_request(self, request: HttpRequest) -> None:
        if not request.path_info.startswith(ENGLISH):
            return super().process_request(request)
        translation.activate("en")
        request.LANGUAGE_CODE = "en"
        return None

    def process_response(
        self, request: HttpRequest, response: HttpResponseBase
    ) -> HttpResponseBase:
        if request.path_info.startswith(ENGLISH):
            response.headers.setdefault("Content-Language", "en")
            return response
        patch_vary_headers(response, ("Cookie",))
        return super().process_response(request, response)
