"""What gunicorn serves."""

import os

from django.core.wsgi import get_wsgi_application

from digest_project.encoding import reading_utf8
from digest_project.start import in_one_sentence

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "digest_project.settings")

with in_one_sentence():
    application = reading_utf8(get_wsgi_application())
