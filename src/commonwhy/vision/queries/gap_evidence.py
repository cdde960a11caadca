"""How we know: the statistics behind a finding, in sentences, and what is not in it."""

from __future__ import annotations

from django.utils import formats
from django.utils.translation import gettext as _

from commonwhy.vision.gap_wording import join
from commonwhy.vision.queries.gap_page import View, number


def how_we_know(view: View) -> list[tuple[str, str]]:
    """The statistics in sentences: name and what came out."""
    kept, found = view.kept, []
    centre, spread, method = kept["centre"], kept["spread"], kept["method"]
    if centre and centre["statistic"] is not None:
        words = {"w": number(centre["statistic"]), "p": probability(centre["p"])}
        text = _("Welch-type distance test, W = %(w)s, %(p)s.") % words
        if centre["share"] is not None and centre["interval"]:
            low, high = centre["interval"]
            words = {"share": number(centre["share"], 3), "low": number(low, 3), "high": number(high, 3)}
            text += " " + _("Share of variance between them %(share)s (95%% interval %(low)s to %(high)s).") % words
        text += " " + (
            _("Compared within each group.") if kept["within"] and view.by_school else
            _("Compared within each school.") if kept["within"] else
            _("Compared over the whole district, because not everybody's answers are kept with both group and school.")
        )  # fmt: skip
        found.append((_("On average"), text))
    if spread and spread["statistic"] is not None:
        text = _("Spread around each spatial median, F = %(f)s, %(p)s.") % {
            "f": number(spread["statistic"]),
            "p": probability(spread["p"]),
        }
        if not view.limited:
            each = [f"{view.names.get(one['name'], '')} {number(one['distance'])}" for one in spread["by_group"]]
            text += " " + _("Larger is less agreed: %(each)s.") % {"each": "; ".join(each)}
        found.append((_("Within each"), text))
    if view.several_meanings:
        text = _(
            "Answers that mean much the same, put together as often as they come back when answers are drawn again. Alike is "
            "the bias-corrected Morisita overlap, 2Σpq / (Σp² + Σq²), with its jackknife interval."
        )
        found.append((_("Meanings"), text))
    elif view.measured:
        text = _("Answers do not fall into separate meanings: whatever parts them once does not come back when drawn again.")
        found.append((_("Meanings"), text))
    if view.words:
        text = _("Words that a group uses more than all others: exact tests, false discoveries held at 5 percent.")
        found.append((_("Words"), text))
    found += _left_out(view)
    if method:
        words = {
            "embedding": method.get("embedding", ""),
            "permutations": formats.number_format(method["permutations"]),
            "seed": method["seed"],
            "versions": ", ".join(f"{name} {version}" for name, version in method["versions"].items()),
        }
        text = _("%(permutations)s permutations, seed %(seed)s. Answers as vectors: %(embedding)s. %(versions)s.") % words
        found.append((_("Made with"), text))
    return found


def _left_out(view: View) -> list[tuple[str, str]]:
    found = []
    if view.together:
        found.append((_("Shown together"), _("%(who)s, each too few to be shown alone.") % {"who": view.together}))
    if view.small and not view.limited:
        found.append((_("Not shown"), _("%(who)s: small numbers. Their answers are in no figure here.") % {"who": view.small}))
    reasons = {
        "language": _("in another language, not translated yet"),
        "no_word": _("without a word we can compare"),
        "without_group": _("kept without their group, to protect small groups"),
        "small": _("from groups or schools too small to show"),
    }
    left = [
        f"{_('a few') if view.kept['left_out'][reason] == 'few' else view.kept['left_out'][reason]} {text}"
        for reason, text in reasons.items()
        if view.kept["left_out"].get(reason)
    ]
    if left:
        found.append((_("Left out"), join(left, _) + "."))
    return found


def probability(p: float | None) -> str:
    """`p = 0.021`, or `p ≤ 0.001` at the smallest that can be reached."""
    if p is None:
        return _("nothing inferred")
    return f"p ≤ {number(0.001, 3)}" if p <= 0.001 else f"p = {number(p, 3)}"
