"""Sealing who a key of a confidential survey was issued to: encrypted with a key that is not in the database.

No page opens a seal. Only a reminder does, in a worker's memory, so that it need not go to those who have answered.
"""

from __future__ import annotations

import base64
import hashlib
from uuid import UUID

from cryptography.fernet import Fernet
from django.conf import settings


def seal(person: UUID) -> bytes:
    """A person's id, encrypted. Fernet (AES-128-CBC with HMAC-SHA256); the same id seals differently each time."""
    return _cipher().encrypt(person.bytes)


def unseal(sealed: bytes) -> UUID:
    """The id that was sealed. Raises `cryptography.fernet.InvalidToken` where the secret key is another one."""
    return UUID(bytes=_cipher().decrypt(bytes(sealed)))


def _cipher() -> Fernet:
    key = hashlib.sha256(b"commonwhy.listening.sealing\0" + settings.SECRET_KEY.encode()).digest()
    return Fernet(base64.urlsafe_b64encode(key))
