"""Passwords of the started services: random, each in a file of its own that only its owner reads."""

import os
import secrets


def password(path):
    """The password in the file; the first call makes it."""
    if not path.exists():
        with open(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w") as file:
            file.write(secrets.token_urlsafe(24))
    return path.read_text()
