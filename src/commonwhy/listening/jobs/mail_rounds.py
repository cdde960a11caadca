"""One round of mails to many people, which goes on where it was cut off, writes to nobody twice and keeps no list.

The order is random to everybody without this installation's secret key: people are walked by a keyed hash of the mailing
and their id. Before each mail the mailing's mark moves to that hash, so a run that was cut off goes on behind it; at
worst the one mail at which the server stopped is not sent, and none is sent twice. Why a mark, and not a row for each
person: `models/mailing.py`.

Nothing here is written in one transaction with anything else, no address or token reaches a log (what a mail server
says may hold an address, so it is never passed on), and the connection to the mail server is kept open for all of them.
"""

from __future__ import annotations

import hashlib
import hmac
import smtplib
from collections.abc import Callable, Iterable, Iterator
from uuid import UUID

from django.conf import settings
from django.core.mail import EmailMessage, get_connection
from django.core.mail.backends.base import BaseEmailBackend
from django.db.models import QuerySet
from django.utils import translation
from django.utils.translation import gettext as _

from commonwhy.core.jobs import JobRefused, Progress
from commonwhy.districts.models import Person
from commonwhy.listening.models import Mailing, ReplyMailing

PEOPLE_AT_ONCE = 200
# One address may be refused for its own sake; so many in a row mean that the server takes none.
FAILURES_IN_A_ROW = 20
# What a mail server says of one address. Anything else that goes wrong is the server's own trouble.
ABOUT_THIS_ADDRESS = (smtplib.SMTPRecipientsRefused, smtplib.SMTPDataError, smtplib.SMTPSenderRefused, ValueError)
Waiting = list[tuple[str, UUID]]
"""Who is still to be written to: marks and people, in the mailing's order."""
Write = Callable[[Person, BaseEmailBackend], EmailMessage]


class MailServerTrouble(Exception):
    """The mail server cannot be reached or takes nothing; holds no words of the server's."""


class MailRound:
    """The mails of one run of a mailing, on one connection."""

    def __init__(self, mailing: Mailing | ReplyMailing, write: Write) -> None:
        self.mailing = mailing
        self.write = write
        self.connection: BaseEmailBackend = get_connection()
        self.failed_in_a_row = 0

    def run(self, progress: Progress, waiting: Waiting, people: QuerySet[Person], before_each: Callable[[], None]) -> None:
        """Write to all who wait, unless `before_each` raises. Raises `JobRefused` when the mail server fails."""
        mailing = self.mailing
        progress.total(mailing.sent + mailing.failed + len(waiting))
        try:
            self._open()
            for person, mark in _in_turn(waiting, people):
                before_each()
                self._send(person, mark)
                progress.step(mailing.sent + mailing.failed)
        except MailServerTrouble:
            raise JobRefused(
                _(
                    "The mail server does not take our mails just now. %(count)s were sent and will not be sent again."
                    " Check the mail settings, then run it again to go on with the others."
                )
                % {"count": mailing.sent}
            ) from None
        finally:
            self._close()
        self._row().update(finished=True)

    def _row(self) -> QuerySet[Mailing] | QuerySet[ReplyMailing]:
        return type(self.mailing).objects.within(self.mailing.district_id).filter(pk=self.mailing.pk)

    def _open(self) -> None:
        """Reach the mail server before anybody's turn comes."""
        try:
            self.connection.open()
        except (OSError, smtplib.SMTPException):
            raise MailServerTrouble from None

    def _close(self) -> None:
        """Let the mail server go; what it says when leaving no longer matters."""
        try:
            self.connection.close()
        except (OSError, smtplib.SMTPException):
            return

    def _send(self, person: Person, mark: str) -> None:
        """Move the mark, then send."""
        if not self._counted(mark, self.mailing.sent + 1, self.mailing.failed):
            raise JobRefused(_("Another worker is sending these mails. Nothing was sent twice."))
        try:
            self.write(person, self.connection).send()
        except ABOUT_THIS_ADDRESS:
            self._was_not_sent(mark)
            self.failed_in_a_row += 1
            if self.failed_in_a_row >= FAILURES_IN_A_ROW:
                raise MailServerTrouble from None
        except (OSError, smtplib.SMTPException):
            # It may have gone out before the server went away, so it is not tried again.
            self._was_not_sent(mark)
            raise MailServerTrouble from None
        else:
            self.failed_in_a_row = 0

    def _was_not_sent(self, mark: str) -> None:
        self._counted(mark, self.mailing.sent - 1, self.mailing.failed + 1)

    def _counted(self, mark: str, sent: int, failed: int) -> bool:
        """Write how far it is; False where somebody else has moved the mark."""
        moved = self._row().filter(mark=self.mailing.mark).update(mark=mark, sent=sent, failed=failed)
        self.mailing.mark, self.mailing.sent, self.mailing.failed = mark, sent, failed
        return bool(moved)


def secret_mark(purpose: bytes, mailing: UUID, person: UUID) -> str:
    """Where a person stands in a mailing's order; `purpose` keeps the orders of different mailings apart."""
    key = hashlib.sha256(b"commonwhy.listening." + purpose + b"\0" + settings.SECRET_KEY.encode()).digest()
    return hmac.new(key, mailing.bytes + person.bytes, hashlib.sha256).hexdigest()


def behind(mailing: Mailing | ReplyMailing, marked: Iterable[tuple[str, UUID]]) -> Waiting:
    """Those whose turn has not come yet, in order."""
    return sorted(pair for pair in marked if pair[0] > mailing.mark)


def language_of(wish: str, otherwise: str) -> str:
    """The language of ours that is nearest to what the roster says (`es-MX`), else the other one."""
    for code in (wish, otherwise):
        try:
            return translation.get_supported_language_variant(code.strip().lower())
        except LookupError:
            continue
    return settings.LANGUAGE_CODE


def _in_turn(waiting: Waiting, people: QuerySet[Person]) -> Iterator[tuple[Person, str]]:
    """The people in that order, read some at a time. Somebody who has left meanwhile is passed over."""
    for start in range(0, len(waiting), PEOPLE_AT_ONCE):
        some = waiting[start : start + PEOPLE_AT_ONCE]
        found = {person.pk: person for person in people.filter(pk__in=[pk for _mark, pk in some])}
        for mark, pk in some:
            if pk in found:
                yield found[pk], mark
