"""The job that tells authors that their statement was cited. Run again it goes on with those who were not written to yet."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.utils.translation import gettext as _

from commonwhy.core import jobs
from commonwhy.core.jobs import JobRefused, Progress
from commonwhy.deliberation.services import author_messages
from commonwhy.listening.jobs.mail_rounds import MailServerTrouble


def tell(progress: Progress, *, district: str, statements: list[str], what: dict[str, str], address: str) -> dict[str, Any]:
    """Write the mails; the result says how many, and to nobody whom."""
    progress.total(len(statements))
    try:
        sent, failed = author_messages.write_to_authors(
            district=UUID(district), statements=statements, what=what, address=address, step=progress.step
        )
    except MailServerTrouble:
        raise JobRefused(
            _("The mail server does not take our mails just now. Check the mail settings, then run it again for the others.")
        ) from None
    return {"sent": sent, "failed": failed}


jobs.register(author_messages.KIND, tell, needs="discussions.run")
