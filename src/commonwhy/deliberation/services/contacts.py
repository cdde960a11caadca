"""Addresses that people left beside a statement, sealed: only the job that writes to them opens one."""

from __future__ import annotations

import base64
import hashlib

from cryptography.fernet import Fernet
from django.conf import settings


def seal_address(address: str) -> bytes:
    """An e-mail address, encrypted. Fernet (AES-128-CBC with HMAC-SHA256); the same address seals differently each time."""
    return _cipher().encrypt(address.encode())


def unseal_address(sealed: bytes | memoryview) -> str:
    """The address that was sealed. Raises `cryptography.fernet.InvalidToken` where the secret key is another one."""
    return _cipher().decrypt(bytes(sealed)).decode()


def _cipher() -> Fernet:
    key = hashlib.sha256(b"commonwhy.deliberation.contacts\0" + settings.SECRET_KEY.encode()).digest()
    return Fernet(base64.urlsafe_b64encode(key))
