"""The office as tests run it: a home directory of its own, mail kept in memory, and passwords that are quick to check."""

from __future__ import annotations

import os
import tempfile

os.environ.setdefault("TERRIER_HOME", tempfile.mkdtemp(prefix="terrier-test-"))

from terrier.office.settings import *  # noqa: F403

PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
EMAIL_BACKEND = "django.core.mail.backends.locmem.EmailBackend"
EMAIL_IS_SENT = True
CACHES = {"default": {"BACKEND": "django.core.cache.backends.locmem.LocMemCache"}}
