"""Statements that people who take part write themselves: kept until somebody has read them, and told what became of them.

In an anonymous discussion nothing may join a statement to the votes of whoever wrote it. So it is written in a transaction of
its own that touches no response; the limit counts what carries the same mark, not what a response says; and an address that
somebody leaves hangs on the statement alone. The mark is made of the token (`tokens.Token.author`): who holds the token
finds the statement, and who holds the database does not find the token.
"""

from __future__ import annotations

from django.core.exceptions import ValidationError
from django.core.validators import validate_email
from django.db import transaction
from django.utils.translation import gettext as _

from commonwhy.deliberation.models import Discussion, Statement, StatementContact
from commonwhy.deliberation.services import holding
from commonwhy.deliberation.services.contacts import seal_address
from commonwhy.deliberation.services.holding import LONGEST_STATEMENT
from commonwhy.deliberation.services.voting import refuse_unless_open
from commonwhy.listening.models import Survey
from commonwhy.listening.queries.respond import cell_of
from commonwhy.listening.services.coarsening import coarsened
from commonwhy.listening.services.disposal import leaned_on
from commonwhy.listening.services.responses import ResponseRefused, refuse_withdrawn, tidy_words
from commonwhy.listening.tokens import Token

LONGEST_APPEAL = 1_000
LONGEST_ADDRESS = 254
MOST_STATEMENTS = 20
"""Of one token in one discussion, whatever became of them: somebody has to read each."""


class StatementRefused(ResponseRefused):
    """The statement, or the appeal, was not kept; the message says why and what to do."""


class BadAddress(StatementRefused):
    """What was left to be told by is no e-mail address."""


def author_of(survey: Survey, token: Token) -> str:
    """What marks the statements of a token's holder: in an anonymous discussion nothing that its response carries."""
    return token.author if survey.mode == Survey.Mode.ANONYMOUS else token.key


def add_statement(*, discussion: Discussion, token: Token, words: str, language: str, contact: str = "") -> Statement:
    """Keep what somebody wrote for others to react to; it waits until somebody has read it.

    `contact` is an e-mail address to be told by when the statement is cited. The same words sent twice by one token are one
    statement. Raises a `ResponseRefused`, with nothing kept, when the discussion is not open or takes none, there are no
    words or too many, the address is none, or the token wrote too many.
    """
    survey = discussion.survey
    refuse_unless_open(survey)
    if not discussion.takes_statements:
        raise StatementRefused(_("This discussion takes no statements of one's own. Your votes are kept."))
    words = " ".join(tidy_words(words).split())
    _refuse_unless_sentence(words)
    contact = contact.strip()
    if contact:
        _refuse_unless_address(contact)
    held_for = holding.look_through(words, discussion.district, discussion)
    author = author_of(survey, token)
    group = coarsened(survey, cell_of(survey, token.cell)).group
    with transaction.atomic():
        refuse_withdrawn(survey, token, lock=True)
        own = Statement.objects.within(discussion.district_id).filter(discussion=discussion, author=author)
        before = next((each for each in own if each.texts.get(each.language) == words), None)
        if before is not None:
            return before  # type: ignore[no-any-return]
        if own.count() >= MOST_STATEMENTS:
            raise StatementRefused(
                _("You have added %(most)s statements, which is as many as one person can. They are kept.")
                % {"most": MOST_STATEMENTS}
            )
        statement = Statement.everything.create(
            district_id=discussion.district_id,
            discussion=discussion,
            texts={language: words},
            language=language,
            origin=Statement.Origin.PARTICIPANT,
            author=author,
            group=group,
            held_for=held_for,
        )
        if contact:
            StatementContact.everything.create(
                district_id=discussion.district_id, statement=statement, sealed=seal_address(contact), language=language
            )
    return statement


def appeal(*, discussion: Discussion, token: Token, statement: Statement, words: str) -> Statement:
    """Say why a statement that was not shown should be; once. The same words sent twice are one appeal.

    Raises a `ResponseRefused`, with nothing kept, for a statement of somebody else, one that is not hidden, one that was
    appealed before, no words or too many, or a discussion that is not open.
    """
    survey = discussion.survey
    refuse_unless_open(survey)
    words = tidy_words(words)
    if not words:
        raise StatementRefused(_("Please say why it should be shown. Nothing was sent yet."))
    if len(words) > LONGEST_APPEAL:
        raise StatementRefused(_too_long(words, LONGEST_APPEAL))
    with transaction.atomic():
        refuse_withdrawn(survey, token, lock=True)
        own = Statement.objects.within(discussion.district_id).select_for_update(of=("self",)).filter(discussion=discussion)
        found: Statement | None = own.filter(pk=statement.pk, author=author_of(survey, token)).first()
        if found is None or found.state != Statement.State.HIDDEN:
            raise StatementRefused(_("There is nothing to look at again: this statement is not one of yours that is hidden."))
        if found.appeal and found.appeal != words:
            raise StatementRefused(_("You have asked for this before. Somebody looks at it again; what you wrote then is kept."))
        found.appeal = words
        found.save(update_fields=["appeal"])
    return found


def forget_author(survey: Survey, keys: frozenset[str] | None) -> None:
    """Delete what the holders of these links wrote, where they took no part after all; None: all answers are deleted.

    What something leans on, as a sentence of the vision, stays without its author. When a discussion's answers are deleted
    as a whole, statements that were shown stay too, without author and address: they were read by everybody and are what
    the figures are about; those that never were shown go.
    """
    statements = Statement.objects.within(survey.district_id).filter(
        discussion__survey=survey, origin=Statement.Origin.PARTICIPANT
    )
    if keys is not None:
        statements = statements.filter(author__in=keys - {""})
    own = set(statements.values_list("pk", flat=True))
    stay = leaned_on(Statement, own)
    if keys is None:
        stay |= set(statements.filter(state=Statement.State.SHOWN).values_list("pk", flat=True))
    StatementContact.objects.within(survey.district_id).filter(statement__in=own).delete()
    statements.filter(pk__in=stay).update(author="")
    Statement.objects.within(survey.district_id).filter(pk__in=own - stay).delete()


def _refuse_unless_sentence(words: str) -> None:
    if not any(letter.isalpha() for letter in words):
        raise StatementRefused(_("Please write one sentence that others can agree or disagree with. Nothing was kept yet."))
    if len(words) > LONGEST_STATEMENT:
        raise StatementRefused(_too_long(words, LONGEST_STATEMENT))


def _refuse_unless_address(contact: str) -> None:
    try:
        if len(contact) > LONGEST_ADDRESS:
            raise ValidationError("")
        validate_email(contact)
    except ValidationError:
        raise BadAddress(
            _("This is not a complete e-mail address. Correct it, or leave it empty. Nothing was kept yet.")
        ) from None


def _too_long(words: str, most: int) -> str:
    return _("This has %(length)s characters; the most we can take is %(most)s. Please shorten it. Nothing was kept yet.") % {
        "length": f"{len(words):,}",
        "most": f"{most:,}",
    }
