"""Settings of the whole project, all from the environment. docs/settings.md explains each."""

from email.headerregistry import Address
from email.utils import parseaddr
from hashlib import sha256
from pathlib import Path
from urllib.parse import urlsplit

from csp.constants import NONE, SELF
from django.core.exceptions import ImproperlyConfigured

from digest_project import environment
from digest_project.settings.celery import *  # noqa: F403  # Django reads the names of one module
from digest_project.settings.ingest import *  # noqa: F403  # as above
from digest_project.settings.retention import *  # noqa: F403  # as above
from digest_project.settings.scores import *  # noqa: F403  # as above
from digest_project.settings.sending import *  # noqa: F403  # as above
from digest_project.settings.staff import *  # noqa: F403  # as above
from digest_project.settings.watching import *  # noqa: F403  # as above

BASE_DIR = Path(__file__).resolve().parent.parent.parent
env = environment.read(BASE_DIR / ".env")

# --- how this installation runs -------------------------------------------------------------
DEBUG = env.flag("DEBUG")
DEMO = env.flag("DEMO")
TRYING_OUT = DEBUG or DEMO
SITE_URL = env.site_url("SITE_URL", "http://localhost:8000")
SITE_NAME = env.line("SITE_NAME", "Morning Papers")
ALLOWED_HOSTS = [
    str(urlsplit(SITE_URL).hostname),
    *env.words("ALLOWED_HOSTS"),
    *(["localhost", "127.0.0.1", "[::1]"] if TRYING_OUT else []),
]
CSRF_TRUSTED_ORIGINS = [SITE_URL]
TIME_ZONE = "UTC"
USE_TZ = True
LANGUAGE_CODE = "en"
LANGUAGES = [("en", "English"), ("de", "Deutsch")]
LOCALE_PATHS = [BASE_DIR / "locale"]
FORMAT_MODULE_PATH = "digest_project.formats"
USE_I18N = True

# --- keys -----------------------------------------------------------------------------------
SECRET_KEY = (
    env.text("SECRET_KEY", "only-for-trying-out-on-one-machine-0123456789abcdef")
    if TRYING_OUT
    else env.required("SECRET_KEY", "a long random text that stays secret.")
)
# Personal links outlive a changed SECRET_KEY, so their key is one of its own.
LINK_KEY = env.text("LINK_KEY") or sha256(f"links {SECRET_KEY}".encode()).hexdigest()

# --- parts ----------------------------------------------------------------------------------
INSTALLED_APPS = [
    "digest_project",
    "seeds",
    "subscriptions",
    "papers",
    "anymail",
    "csp",
    "whitenoise.runserver_nostatic",
    "auditlog",
    "axes",
    "django_otp",
    "django_otp.plugins.otp_static",
    "django_otp.plugins.otp_totp",
    "django_prometheus",
    "django_structlog",
    "import_export",
    "digest_project.staff.apps.StaffAdminConfig",  # Django's admin
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.humanize",
    "django.contrib.sessions",
    "django.contrib.sitemaps",
    "django.contrib.messages",
    "django.contrib.staticfiles",
]
MIDDLEWARE = [
    "django_prometheus.middleware.PrometheusBeforeMiddleware",
    "django.middleware.security.SecurityMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "django_structlog.middlewares.RequestMiddleware",  # after static files: they are no event
    "csp.middleware.CSPMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "digest_project.languages.LanguageMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "django_otp.middleware.OTPMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "axes.middleware.AxesMiddleware",
    "django_prometheus.middleware.PrometheusAfterMiddleware",
]
ROOT_URLCONF = "digest_project.urls"
WSGI_APPLICATION = "digest_project.wsgi.application"
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"
TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "DIRS": [BASE_DIR / "templates"],
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
                "digest_project.site.context",
            ],
        },
    },
]
STATIC_URL = "static/"
STATIC_ROOT = BASE_DIR / "staticfiles"
STATICFILES_DIRS = [BASE_DIR / "static"]
# Without collectstatic where somebody tries it out.
WHITENOISE_USE_FINDERS = WHITENOISE_AUTOREFRESH = TRYING_OUT
STORAGES = {
    "staticfiles": {
        "BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"
        if TRYING_OUT
        else "whitenoise.storage.CompressedManifestStaticFilesStorage",
    },
}

# --- database -------------------------------------------------------------------------------
DATA_DIR = BASE_DIR / env.text("DATA_DIR", "data")
try:
    DATA_DIR.mkdir(exist_ok=True)
except OSError as error:
    raise ImproperlyConfigured(
        f"The folder {DATA_DIR} cannot be made: {error.strerror}."
    ) from error
DATABASES = {
    "default": env.database("DATABASE_URL", f"sqlite:///{DATA_DIR / 'morning-papers.sqlite3'}")
}
DATABASES["default"]["CONN_MAX_AGE"] = 60
DATABASES["default"]["CONN_HEALTH_CHECKS"] = True
if DATABASES["default"]["ENGINE"].endswith("sqlite3"):
    DATABASES["default"]["OPTIONS"] = {
        # A writer takes its turn at BEGIN and waits, rather than failing half-way.
        "transaction_mode": "IMMEDIATE",
        "timeout": 30,
        "init_command": "PRAGMA journal_mode=WAL; PRAGMA synchronous=NORMAL;",
    }
else:
    # Our queries are short: compiling one takes longer than running it.
    DATABASES["default"].setdefault("OPTIONS", {}).setdefault("options", "-c jit=off")

# --- email ----------------------------------------------------------------------------------
EMAIL_BACKEND = env.text("EMAIL_BACKEND") or (
    "subscriptions.mailbox.backend.MailboxBackend"
    if TRYING_OUT
    else "django.core.mail.backends.smtp.EmailBackend"
)
EMAIL_HOST = env.text("EMAIL_HOST", "localhost")
EMAIL_PORT = env.integer("EMAIL_PORT", 25, low=1, high=65535)
EMAIL_HOST_USER = env.text("EMAIL_HOST_USER")
EMAIL_HOST_PASSWORD = env.text("EMAIL_HOST_PASSWORD")
EMAIL_USE_TLS = env.flag("EMAIL_USE_TLS")
EMAIL_USE_SSL = env.flag("EMAIL_USE_SSL")
if EMAIL_USE_TLS and EMAIL_USE_SSL:
    raise ImproperlyConfigured("EMAIL_USE_TLS and EMAIL_USE_SSL must not both be true.")
EMAIL_TIMEOUT = env.integer("EMAIL_TIMEOUT", 30, low=1, high=30)  # below a task's soft limit
ANYMAIL = {"REQUESTS_TIMEOUT": EMAIL_TIMEOUT, **env.with_prefix("ANYMAIL_")}
DEFAULT_FROM_EMAIL = env.sender(
    "DEFAULT_FROM_EMAIL", str(Address(SITE_NAME, "digest", str(urlsplit(SITE_URL).hostname)))
)
SENDING_DOMAIN = parseaddr(DEFAULT_FROM_EMAIL)[1].rsplit("@", 1)[1]
UNSUBSCRIBE_EMAIL = env.address("UNSUBSCRIBE_EMAIL", f"unsubscribe@{SENDING_DOMAIN}")
POSTAL_ADDRESS = env.text("POSTAL_ADDRESS")

# --- editions and digests -------------------------------------------------------------------
TRENDING_HALF_LIFE_HOURS = env.number("TRENDING_HALF_LIFE_HOURS", 48, low=1, high=8760)
EDITION_HOUR = env.integer("EDITION_HOUR", 0, low=0, high=23)
EDITION_WINDOW_DAYS = env.integer("EDITION_WINDOW_DAYS", 7, low=1, high=60)
EDITION_SIZE = env.integer("EDITION_SIZE", 300, low=25, high=5000)
DIGEST_CHUNK_SIZE = env.integer("DIGEST_CHUNK_SIZE", 200, low=1, high=5000)
DIGEST_LEASE_SECONDS = env.integer("DIGEST_LEASE_SECONDS", 120, low=5, high=3600)
if DIGEST_LEASE_SECONDS < 2 * EMAIL_TIMEOUT:  # another would send what is just being sent
    raise ImproperlyConfigured(
        f"DIGEST_LEASE_SECONDS must be at least twice EMAIL_TIMEOUT ({2 * EMAIL_TIMEOUT} seconds), "
        f"not {DIGEST_LEASE_SECONDS}."
    )
DIGEST_FRESH_HOURS = env.number("DIGEST_FRESH_HOURS", 12, low=1, high=168)
DIGEST_UNKNOWN_POLICY = env.choice("DIGEST_UNKNOWN_POLICY", "resend", ("resend", "hold"))
EVENT_SUPPRESSIONS_PER_HOUR = env.integer("EVENT_SUPPRESSIONS_PER_HOUR", 100, low=0, high=100_000)

# --- security -------------------------------------------------------------------------------
HTTPS = SITE_URL.startswith("https://")
SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https") if env.flag("BEHIND_PROXY") else None
SECURE_SSL_REDIRECT = HTTPS and env.flag("REDIRECT_TO_HTTPS")
# The one-click endpoint must answer, never redirect (RFC 8058); programs beside us ask over plain
# http.
SECURE_REDIRECT_EXEMPT = [r"^u/", r"^(healthz|readyz|status|metrics)$"]
SECURE_HSTS_SECONDS = 31_536_000 if HTTPS else 0
SECURE_HSTS_INCLUDE_SUBDOMAINS = SECURE_HSTS_PRELOAD = HTTPS
# Personal links must not leak to the sites we link to; Django's CSRF check asks for our own.
SECURE_REFERRER_POLICY = "same-origin"
SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = HTTPS
OTP_TOTP_ISSUER = SITE_NAME  # as apps for codes show it
X_FRAME_OPTIONS = "DENY"
CONTENT_SECURITY_POLICY = {
    "DIRECTIVES": {
        "default-src": [NONE],
        "style-src": [SELF],
        "script-src": [SELF],  # the admin's own; the public pages ship none
        "img-src": [SELF, "data:"],
        "font-src": [SELF],
        "connect-src": [SELF],
        "form-action": [SELF],
        "frame-src": [SELF],  # mails, shown on pages
        "frame-ancestors": [NONE],
        "base-uri": [NONE],
    },
}
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": "django.contrib.auth.password_validation.UserAttributeSimilarityValidator"},
    {"NAME": "django.contrib.auth.password_validation.MinimumLengthValidator"},
    {"NAME": "django.contrib.auth.password_validation.CommonPasswordValidator"},
]
