"""What a clause rests on beside voices: statements people reacted to, and trade-offs that were settled; what it leans on of
the published standards; and look-fors that teachers proposed and voted on.

As with all of a version, nothing of it changes once the version is adopted; triggers in migration 0007 hold that.
"""

from __future__ import annotations

from django.db import models

from commonwhy.deliberation.models import Discussion, Statement
from commonwhy.districts.models import DistrictOwned
from commonwhy.vision.models.trade_off import TradeOff
from commonwhy.vision.models.vision import Clause, LookFor, VisionVersion

PUBLISHED = [VisionVersion.State.ADOPTED, VisionVersion.State.SUPERSEDED]


class ClauseStatement(DistrictOwned):
    """A statement a clause rests on. `figures`: who agreed, by group, as it had been released when the version was adopted."""

    clause = models.ForeignKey(Clause, on_delete=models.CASCADE, related_name="statements")
    statement = models.ForeignKey(Statement, on_delete=models.PROTECT, related_name="+")
    figures = models.JSONField(default=dict, blank=True)

    class Meta(DistrictOwned.Meta):
        constraints = [models.UniqueConstraint(fields=["clause", "statement"], name="statement_cited_once")]

    def __str__(self) -> str:
        return "statement"

    @classmethod
    def published(cls) -> models.Q:
        return models.Q(clause__version__state__in=PUBLISHED)


class ClauseTradeOff(DistrictOwned):
    """A settled trade-off a clause carries out."""

    clause = models.ForeignKey(Clause, on_delete=models.CASCADE, related_name="trade_offs")
    trade_off = models.ForeignKey(TradeOff, on_delete=models.PROTECT, related_name="+")

    class Meta(DistrictOwned.Meta):
        constraints = [models.UniqueConstraint(fields=["clause", "trade_off"], name="trade_off_cited_once")]

    def __str__(self) -> str:
        return "trade-off"

    @classmethod
    def published(cls) -> models.Q:
        return models.Q(clause__version__state__in=PUBLISHED)


class ClauseAlignment(DistrictOwned):
    """A published standard that a clause leans on, by its code (`commonwhy.frameworks`). A backbone, not a checklist (I04)."""

    clause = models.ForeignKey(Clause, on_delete=models.CASCADE, related_name="alignments")
    framework = models.SlugField(max_length=60)
    code = models.CharField(max_length=40)
    note = models.JSONField(default=dict, blank=True, help_text="How it leans on it, by language.")

    class Meta(DistrictOwned.Meta):
        ordering = ("framework", "code")
        constraints = [models.UniqueConstraint(fields=["clause", "framework", "code"], name="aligned_once")]

    def __str__(self) -> str:
        return f"{self.framework} {self.code}"

    @classmethod
    def published(cls) -> models.Q:
        return models.Q(clause__version__state__in=PUBLISHED)


class LookForRound(DistrictOwned):
    """A discussion in which teachers say what one would see if a clause were true, and vote on it."""

    clause = models.ForeignKey(Clause, on_delete=models.CASCADE, related_name="look_for_rounds")
    discussion = models.OneToOneField(Discussion, on_delete=models.CASCADE, related_name="+")

    class Meta(DistrictOwned.Meta):
        pass

    def __str__(self) -> str:
        return "round of look-fors"


class LookForSource(DistrictOwned):
    """The statement that a look-for was taken from."""

    look_for = models.OneToOneField(LookFor, on_delete=models.CASCADE, related_name="source")
    statement = models.ForeignKey(Statement, on_delete=models.PROTECT, related_name="+")

    class Meta(DistrictOwned.Meta):
        pass

    def __str__(self) -> str:
        return "source of a look-for"

    @classmethod
    def published(cls) -> models.Q:
        return models.Q(look_for__clause__version__state__in=PUBLISHED)
