"""The records every room stands on. They hold UUIDs and labels, never a foreign key out of `core`."""

from commonwhy.core.models.audit import AuditEntry
from commonwhy.core.models.chore import Chore
from commonwhy.core.models.job import Job
from commonwhy.core.models.release import Release

__all__ = ["AuditEntry", "Chore", "Job", "Release"]
