"""The office as tests run it: a home directory of its own, mail kept in memory, and passwords that are quick to check."""

from __future__ import annotations

import atexit
import os
import shutil
import tempfile
from pathlib import Path

# The first process makes a home for those that it starts, too, and clears it away.
if "TERRIER_HOME" not in os.environ:
    os.environ["TERRIER_HOME"] = tempfile.mkdtemp(prefix="terrier-test-")
    atexit.register(shutil.rmtree, os.environ["TERRIER_HOME"], ignore_errors=True)

from terrier.office.settings import *  # noqa: F403

PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
EMAIL_BACKEND = "django.core.mail.backends.locmem.EmailBackend"
EMAIL_IS_SENT = True
WHITENOISE_AUTOREFRESH = True  # else each client of a test lists all static files before its first page
CACHES = {"default": {"BACKEND": "django.core.cache.backends.locmem.LocMemCache"}}

if DATABASES["default"]["ENGINE"].endswith("sqlite3"):  # noqa: F405
    # A file as in production, not memory: there a test and the pages it opens would share one connection, and
    # with it each other's transactions. Nothing here must outlive a fall of the power.
    DATABASES["default"]["TEST"] = {"NAME": Path(os.environ["TERRIER_HOME"]) / "test.sqlite3"}  # noqa: F405
    DATABASES["default"]["OPTIONS"]["init_command"] += "PRAGMA synchronous=OFF;"  # noqa: F405
