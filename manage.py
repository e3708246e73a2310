#!/usr/bin/env python
"""The command line of Morning Papers: `python manage.py help` lists the commands."""

import os
import sys

from django.core.management import execute_from_command_line

from digest_project.doctor import refusals
from digest_project.start import in_one_sentence

if __name__ == "__main__":
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "digest_project.settings")
    with in_one_sentence():
        if sys.argv[1:2] == ["doctor"]:
            refusals.gather()  # it names them all, rather than ending at the first
        execute_from_command_line(sys.argv)
