"""Which figures to hide so that the small ones cannot be worked back.

First the classic rule: a sum with exactly one hidden figure gives it away, so the next smallest in it is hidden too.
Then the audit. For each figure that a reader could still confine to fewer than k values we ask a linear program for the
least costly set of figures which, once hidden, lets it move far enough, hide those, and audit again. It ends because
each round hides something more, and what is left in the end is what the public totals alone would give away.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from commonwhy.methods.disclosure.audit import Proofs, Reader
from commonwhy.methods.disclosure.figures import Figures, Flags, Ints
from commonwhy.methods.disclosure.solver import Floats, incidence, minimise


@dataclass(frozen=True, slots=True)
class AuditRecord:
    """What the last audit found. It tells nothing that a reader could not find out.

    hidden: how many figures are hidden. narrowest: the fewest consecutive values proven possible for any of them (None
    without hidden figures). programs: linear programs solved. limited_by_public: some hidden figure has fewer than k
    values only because what is published elsewhere (how many were heard or invited) leaves it no more; this release
    adds nothing to that.
    """

    k: int
    hidden: int
    narrowest: int | None
    programs: int
    limited_by_public: bool
    solver: str = "HiGHS (scipy), confirmed in whole numbers"


class Suppression:
    """The hidden set of one release, grown until the audit holds."""

    def __init__(self, figures: Figures, primary: Flags, k: int) -> None:
        self.figures = figures
        self.k = k
        self.hideable = ~figures.public & ~figures.unpublished
        self.hidden = figures.close(primary & ~figures.public)
        self.proofs = Proofs(figures, k)
        self.matrix = incidence(figures)
        # Where few were invited, or n is known to be small, no table on earth could leave k values open.
        self.needs: Ints = np.minimum(k, figures.hidden_high - figures.hidden_low + 1)

    def hide(self, places: Flags) -> None:
        """Hide more, and whatever may not be shown without it."""
        self.hidden = self.figures.close(self.hidden | (places & self.hideable))

    def complete(self) -> AuditRecord:
        """Hide until nothing can be worked back, and return the record of the audit that says so."""
        self._hide_lone_partners()
        while failing := Reader(self.figures, self.hidden, self.proofs).audit(self.needs):
            for place in sorted(failing, key=lambda p: (self.figures.truth[p], p)):
                if self.proofs.consecutive(place) < self.needs[place]:
                    self._protect(place)
        return self._record()

    def _hide_lone_partners(self) -> None:
        while True:
            before = int(self.hidden.sum())
            for equation in self.figures.equations:
                # Only sums whose every figure is exact give a lone hidden figure away; the audit sees to the others.
                unknown = [m for m in equation.members if self._unknown(m)]
                if len(unknown) == 1 and self.hidden[unknown[0]] and not self.figures.unpublished[unknown[0]]:
                    shown = [m for m in equation.members if self.hideable[m] and not self.hidden[m]]
                    if shown:
                        partner = min(shown, key=lambda m: (self.figures.weight[m], self.figures.truth[m], m))
                        self.hide(self._flag(partner))
            if int(self.hidden.sum()) == before:
                return

    def _unknown(self, place: int) -> bool:
        if self.figures.public[place]:
            return False
        return bool(self.hidden[place] or self.figures.shown_low[place] < self.figures.shown_high[place])

    def _flag(self, place: int) -> Flags:
        flags = np.zeros(len(self.figures.truth), dtype=np.bool_)
        flags[place] = True
        return flags

    def _protect(self, place: int) -> None:
        """Hide the cheapest figures that let this one move by k - 1; ask for less only where the public totals do."""
        before = int(self.hidden.sum())
        steps = int(self.needs[place]) - 1
        for amounts in ((steps,), (-steps,)):
            if self._give_room(place, amounts):
                break
        else:
            everything = Reader(self.figures, self.figures.close(self.hideable), Proofs(self.figures, self.k))
            everything.widen(place, self.k)
            up = int(everything.proofs.highest[place] - self.figures.truth[place])
            down = int(self.figures.truth[place] - everything.proofs.lowest[place])
            # A figure with room for k values gets them on both sides together; one without gets what there is.
            self.needs[place] = min(self.k, everything.proofs.consecutive(place))
            up = min(up, int(self.needs[place]) - 1)
            self._give_room(place, (up, -min(down, int(self.needs[place]) - 1 - up)))
        if int(self.hidden.sum()) == before and self.proofs.consecutive(place) < self.needs[place]:
            self._hide_one_more(place)

    def _give_room(self, place: int, amounts: tuple[int, ...]) -> bool:
        """Hide what lets `place` change by each of the amounts; False, with nothing hidden, where one is impossible."""
        choices = [self._cheapest_room(place, amount) for amount in amounts if amount]
        found = [choice for choice in choices if choice is not None]
        if len(found) < len(choices):
            return False
        for flags, change in found:
            self.hide(flags)
            reader = Reader(self.figures, self.hidden, self.proofs)
            reader.accept(change)
            if self.proofs.consecutive(place) < self.needs[place] and not self.figures.network:
                reader.widen(place, int(self.needs[place]))
        return True

    def _cheapest_room(self, place: int, amount: int) -> tuple[Flags, Floats] | None:
        """What to hide so that `place` can change by `amount`, and that change; None where nothing hideable allows it.

        Each figure's change is a free part (within what a reader cannot tell anyway) and a paid part beyond it.
        """
        from scipy.sparse import hstack

        figures, truth = self.figures, self.figures.truth
        open_ = self.hidden & ~figures.public
        free_low = np.where(open_, figures.hidden_low, figures.shown_low) - truth
        free_high = np.where(open_, figures.hidden_high, figures.shown_high) - truth
        if not figures.hidden_low[place] - truth[place] <= amount <= figures.hidden_high[place] - truth[place]:
            return None
        free_low[place] = free_high[place] = amount
        paid = np.flatnonzero(self.hideable & ~self.hidden)
        more = np.maximum(figures.hidden_high - truth - free_high, 0)[paid]
        less = np.maximum(free_low - (figures.hidden_low - truth), 0)[paid]
        # Among equal costs the smaller and then the earlier figure goes, so that there is one best answer.
        price = figures.weight[paid] * (1 + truth[paid] / (1 + truth.max())) + 1e-6 * paid / len(truth)
        matrix = self.matrix
        columns = matrix[:, paid]
        answer = minimise(
            np.concatenate([np.zeros(len(truth)), price, price]),
            hstack([matrix, columns, -columns], format="csc"),
            np.concatenate([free_low, np.zeros(2 * len(paid))]),
            np.concatenate([free_high, more, less]).astype(np.float64),
        )
        if answer is None:
            return None
        self.proofs.programs += 1
        free, more_used, less_used = np.split(answer, [len(truth), len(truth) + len(paid)])
        flags = np.zeros(len(truth), dtype=np.bool_)
        flags[paid] = more_used + less_used > 1e-6
        free[paid] += more_used - less_used
        return flags, free

    def _hide_one_more(self, place: int) -> None:
        """Where the program found nothing to add but the proof is missing, take the next smallest, nearby if possible."""
        shown = np.flatnonzero(self.hideable & ~self.hidden)
        if not len(shown):
            self.needs[place] = min(int(self.needs[place]), self.proofs.consecutive(place))
            return
        near = {m for e in self.figures.equations if place in e.members for m in e.members}
        best = min(shown, key=lambda m: (int(m) not in near, self.figures.weight[m], self.figures.truth[m], m))
        self.hide(self._flag(int(best)))

    def _record(self) -> AuditRecord:
        places = np.flatnonzero(self.hidden & self.hideable)
        widths = [self.proofs.consecutive(int(place)) for place in places]
        return AuditRecord(
            k=self.k,
            hidden=len(places),
            narrowest=min(widths) if widths else None,
            programs=self.proofs.programs,
            limited_by_public=any(width < self.k for width in widths),
        )
