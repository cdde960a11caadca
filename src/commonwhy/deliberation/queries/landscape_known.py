"""What stands behind "How we know" on the page where we agree: how it was worked out, how sure it is, what is not shown."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django.utils.translation import gettext as _

from commonwhy.deliberation.queries.landscape_words import percent

STABLE = 0.75
Lines = list[tuple[str, str]]


def how_we_know(kept: Mapping[str, Any]) -> Lines:
    """Name and words of each line, in the reader's language, of a released landscape."""
    return [*_on_shared_ground(kept), *_on_groups(kept), *_on_flags(kept), *_on_hiding(kept)]


def _on_shared_ground(kept: Mapping[str, Any]) -> Lines:
    facts = {"k": kept["k"]}
    how = _(
        "Counted are agreeing, passing and disagreeing; to pass is not to agree. For each statement we look at every group and "
        "every opinion group with %(k)s votes or more, take the one in which the fewest agree, and ask how low its agreement "
        "may truly be (the lower end of a credible interval with Jeffreys' prior, surer the more statements there are). "
        "Statements are ordered by that bound, so a large group cannot outvote a small one."
    )
    outcomes = _(
        "Shared: even that bound is above one half. Divided: in one group surely more agree, in another surely more "
        "disagree. Open: neither. Not enough votes: too few have seen it, which says nothing about it."
    )
    limits = _(
        "These are the people who took part, not a sample of everyone. What a group says goes with being in it; that does "
        "not tell why."
    )
    lines = [(_("Shared ground"), how % facts), (_("Shared, divided, open"), outcomes), (_("What it is not"), limits)]
    if kept["weeks"]:
        running = _(
            "People come in by completed weeks and at least %(k)s together, so that nobody can see what the last one said."
        )
        lines.append((_("Still running"), running % facts))
    return lines


def _on_groups(kept: Mapping[str, Any]) -> Lines:
    sure = kept["sure"]
    if kept["camps"] < 1 or not sure:
        return []
    how = _(
        "Groups are spoken of only if none is tiny, if they foretell votes that were held back better than the statements "
        "alone, if they come back among people drawn again, and if fewer people stand between any two than in either. "
        "Numbers of groups tried: %(tried)s."
    )
    tried = ", ".join(str(each["k"]) for each in sure["candidates"]) or "1"
    lines = [(_("Opinion groups"), how % {"tried": tried})]
    if kept["camps"] > 1 and sure["stability"] is not None:
        match = _(
            "Found again among people drawn anew, the groups match by %(rand)s (adjusted Rand index; 1 is the same groups, "
            "0 is chance)."
        )
        steady = _("They are steady.") if sure["stability"] >= STABLE else _("Take them with care.")
        rand = f"{sure['stability']:.2f}"
        lines.append((_("How steady they are"), f"{match % {'rand': rand}} {steady}"))
    if kept["camps"] > 1 and sure["prediction"]:
        lines.append((_("How well they foretell"), _foretelling(sure["prediction"])))
    return lines


def _foretelling(prediction: Mapping[str, Any]) -> str:
    said = _(
        "Of votes held back (n = %(n)s), %(right)s were foretold right knowing the opinion group, %(right_means)s knowing "
        "the statement only. Brier score %(brier)s against %(means)s; lower is better."
    )
    return said % {
        "n": prediction["n"],
        "right": percent(round(prediction["accuracy"] * 100)),
        "right_means": percent(round(prediction["accuracy_of_means"] * 100)),
        "brier": f"{prediction['brier']:.3f}",
        "means": f"{prediction['brier_of_means']:.3f}",
    }


def _on_flags(kept: Mapping[str, Any]) -> Lines:
    said = {
        "straight liner": _("Some people gave the same answer to everything (n ≥ %(n)s). They are counted like everybody else."),
        "few people": _("Few people have taken part, so little can be said for sure."),
        "few votes": _("Many people reacted to a few statements only, so it is not known whom they vote like."),
        "everybody agrees": _("Nearly everybody agrees with nearly everything. Harder statements would tell more."),
        "everybody passes": _("Nearly everybody passes on nearly everything. The statements may not be clear."),
        "unstable groups": _("The opinion groups change when people are drawn again. Take them with care."),
        "no better than means": _("Knowing somebody's opinion group foretells their votes no better than the statements alone."),
    }
    lines = [said[flag["kind"]] % {"n": flag["n"]} for flag in kept["flags"] if flag["kind"] in said]
    return [(_("To look at"), " ".join(lines))] if lines else []


def _on_hiding(kept: Mapping[str, Any]) -> Lines:
    said = _(
        "Groups with fewer than %(k)s votes on a statement are put together or left out, and very low or high shares are shown "
        "as an end, so that nobody is singled out. The map shows cells of %(k)s people or more, never a person. Where two "
        "readings too close to each other would single people out, the earlier one stays. Seed: %(seed)s."
    )
    return [(_("What is not shown"), said % {"k": kept["k"], "seed": kept["seed"]})]
