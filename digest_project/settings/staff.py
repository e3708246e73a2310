"""How staff sign in. docs/settings.md explains each."""

from datetime import timedelta
from pathlib import Path

from digest_project import environment

env = environment.read(Path(__file__).resolve().parent.parent.parent / ".env")

LOGIN_URL = "admin:login"
LOGIN_REDIRECT_URL = "admin:index"  # where a `next` of another site would have led
AUTHENTICATION_BACKENDS = [
    "axes.backends.AxesStandaloneBackend",  # asked first: it refuses who guesses
    "django.contrib.auth.backends.ModelBackend",
]

# --- who guesses passwords (docs/decisions/0026) ----------------------------------------------
AXES_FAILURE_LIMIT = 5
AXES_LOCKOUT_PARAMETERS = [["username", "ip_address"]]
AXES_COOLOFF_TIME = timedelta(minutes=30)
AXES_RESET_ON_SUCCESS = True
AXES_RESET_COOL_OFF_ON_FAILURE_DURING_LOCKOUT = False  # else guessing on would lock for ever
AXES_LOCKOUT_CALLABLE = "digest_project.staff.lockout.locked_out"
AXES_USERNAME_CALLABLE = "digest_project.staff.lockout.known_name"
AXES_CLIENT_IP_CALLABLE = "papers.visitors.home_of"
# Neither stored nor logged with a guess. People type passwords into other boxes, too.
AXES_SENSITIVE_PARAMETERS = ["username", "ip_address", "next", "csrfmiddlewaretoken"]
AXES_DISABLE_ACCESS_LOG = True  # the user has a last login
AXES_ENABLE_ADMIN = False
AXES_VERBOSE = False  # a start is no event

# --- the second factor ------------------------------------------------------------------------
STAFF_SECOND_FACTOR = env.flag(
    "STAFF_SECOND_FACTOR", default=not (env.flag("DEBUG") or env.flag("DEMO"))
)

# --- sessions -----------------------------------------------------------------------------------
# Only staff have any. The cookie's age is the idle time: whoever works on gets a new one.
SESSION_COOKIE_AGE = 60 * env.integer("STAFF_IDLE_MINUTES", 120, low=5, high=1440)
STAFF_SESSION_HOURS = env.integer("STAFF_SESSION_HOURS", 12, low=1, high=168)
SESSION_COOKIE_HTTPONLY = True
SESSION_COOKIE_SAMESITE = "Lax"
