"""Putting two themes together: every code moves, and so does what was settled about it; nothing is lost."""

from __future__ import annotations

from django.db import transaction
from django.utils.translation import gettext as _

from commonwhy.accounts.models import User
from commonwhy.core import audit
from commonwhy.listening.models import Coding, CodingSample, ReplyPoint, Theme
from commonwhy.listening.services.double_coding import keep_what_both_found
from commonwhy.listening.services.themes import ThemeRefused


@transaction.atomic
def put_together(*, theme: Theme, into: Theme, by: User) -> int:
    """Move every code of `theme` to `into`, and what belonged to it too; `theme` is laid aside. Returns how many codes moved.

    An answer that had both has `into` once. Where two people coded without seeing each other, what they settled about
    `theme` holds for `into` unless they settled that too; how far they agreed stays as it was found. Replies that speak of
    `theme` speak of `into`. Raises ThemeRefused for a theme with itself, of another district, or laid aside.
    """
    both = Theme.objects.within(theme.district_id).filter(pk__in=[theme.pk, into.pk]).select_for_update().order_by("pk")
    locked = {each.pk: each for each in both}
    if len(locked) != 2:
        raise ThemeRefused(_("Choose another theme to put this one together with."))
    theme, into = locked[theme.pk], locked[into.pk]
    if into.retired:
        raise ThemeRefused(_("“%(name)s” was laid aside. Take it up again first.") % {"name": into.name})
    codes = Coding.objects.within(theme.district_id)
    moving = list(codes.filter(theme=theme))
    Coding.everything.bulk_create(
        [
            Coding(
                district_id=code.district_id,
                theme=into,
                answer_id=code.answer_id,
                note_id=code.note_id,
                sample_id=code.sample_id,
                coder=code.coder,
            )
            for code in moving
        ],
        ignore_conflicts=True,
    )
    codes.filter(theme=theme).delete()
    _settle_likewise(theme, into, by)
    ReplyPoint.objects.within(theme.district_id).filter(theme=theme).update(theme=into)
    if theme.means and theme.means not in into.means:
        into.means = f"{into.means}\n{theme.name}: {theme.means}".strip()
        into.save(update_fields=["means"])
    theme.retired = True
    theme.save(update_fields=["retired"])
    audit.record(actor=by, verb="put together", subject=into, detail={"from": theme.name, "codes": len(moving)})
    return len(moving)


def _settle_likewise(theme: Theme, into: Theme, by: User) -> None:
    """Carry what was settled over, and keep what by now both have found."""
    samples = CodingSample.objects.within(theme.district_id).filter(first_done=True, second_done=True)
    for sample in samples.select_for_update():
        for name in ("settled", "before"):
            kept = sample.reliability.get(name, {})
            moved = {key.replace(str(theme.pk), str(into.pk)): value for key, value in kept.items()}
            sample.reliability[name] = moved | {key: value for key, value in kept.items() if str(theme.pk) not in key}
        sample.save(update_fields=["reliability"])
        keep_what_both_found(sample, by)
