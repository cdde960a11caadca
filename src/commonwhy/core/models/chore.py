"""Which day each daily chore was last taken, so that of several workers one does it."""

from __future__ import annotations

from django.db import models


class Chore(models.Model):
    """A daily chore and the day it was last done."""

    name = models.CharField(max_length=60, primary_key=True)
    done_on = models.DateField(null=True)

    def __str__(self) -> str:
        return self.name
