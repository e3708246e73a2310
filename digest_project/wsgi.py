"""What gunicorn serves."""

import os

from django.core.wsgi import get_wsgi_application

from digest_project.start import in_one_sentence

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "digest_project.settings")

with in_one_sentence():
    application = get_wsgi_application()
