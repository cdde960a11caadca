"""The landscape in English sentences: what was found, on what it stands, what to look at. For terminal, page and paper."""

from __future__ import annotations

from collections import Counter
from importlib.metadata import version

from commonwhy.cli.landscape_report.lists import in_list, percent
from commonwhy.cli.landscape_report.measured import Measured
from commonwhy.methods.opinion.result import Flag, FlagKind, Mode, Outcome

_FLAGS = {
    FlagKind.STRAIGHT_LINER: "{n} reacted the same way to everything. They are counted; look whether they read the statements.",
    FlagKind.FEW_PEOPLE: "So few people voted that groups and shares may not hold. Ask more people.",
    FlagKind.FEW_VOTES: "There are few votes for so many people and statements. Ask people to react to a few more.",
    FlagKind.EVERYBODY_AGREES: "Nearly everybody agrees with everything. Are the statements too easy to agree with?",
    FlagKind.EVERYBODY_PASSES: "Nearly everybody passed on everything. Are the statements clear?",
    FlagKind.UNSTABLE_GROUPS: "The groups change much when people are drawn again. Do not build on who is in which.",
    FlagKind.NO_BETTER_THAN_MEANS: "Knowing somebody's group does not help to foretell their votes.",
}


def title(measured: Measured) -> str:
    return f"Where people agree: {measured.file.file}"


def finding(measured: Measured) -> str:
    """What was found, in a sentence."""
    kinds = {flag.kind for flag in measured.landscape.flags}
    outcomes = Counter(each.outcome for each in measured.told)
    n = len(measured.told)
    if FlagKind.EVERYBODY_PASSES in kinds:
        return "Nearly everybody passed on everything, so nothing can be told."
    if not n or outcomes[Outcome.NOT_ENOUGH_VOTES] == n:
        return "There are too few votes yet to say where people agree."
    shared, divided = outcomes[Outcome.SHARED], outcomes[Outcome.DIVIDED]
    first = (
        f"{_whose(measured).capitalize()} with {shared:,} of {_statements(n)}"
        if shared
        else f"None of {_statements(n)} is shared ground yet"
    )
    if not divided:
        return f"{first}; none divides people." if shared else f"{first}, and none divides people."
    return f"{first}; {divided:,} divide{'s' if divided == 1 else ''} people."


def counted(measured: Measured) -> str:
    """How many people, votes and groups, and what is in no list."""
    found = measured.landscape
    text = f"{_people(found.n_people)} cast {_votes(found.n_votes)} on {_statements(found.n_statements)}. "
    if found.k > 1:
        sizes = "; ".join(f"group {group.number + 1}, {group.n:,}" for group in found.groups)
        text += f"{found.n_grouped:,} voted enough to be grouped: {sizes}."
    elif found.n_grouped:
        text += f"{found.n_grouped:,} voted enough to be grouped; they do not fall into separate groups."
    else:
        text += "Nobody voted enough to be grouped."
    if out := int(measured.file.left_out.sum()):
        text += f" {_statements(out)} {'was' if out == 1 else 'were'} moderated out and {'is' if out == 1 else 'are'} in no list."
    return text


def statistics(measured: Measured) -> list[tuple[str, str]]:
    """What was computed and what came out, name and sentence."""
    found = measured.landscape
    told = []
    if found.candidates:
        each = ", ".join(
            f"{one.k}: {one.score:.3f}" + (f" (stability {one.stability:.2f})" if one.stability is not None else "")
            for one in found.candidates
        )
        score = "mean silhouette" if found.mode is Mode.POLIS else "held-out log likelihood of a vote"
        taken = "1 group was" if found.k == 1 else f"{found.k} groups were"
        told.append(("Groups", f"{taken} taken; {score} by number of groups: {each}."))
    if found.stability is not None:
        text = (
            f"When people are drawn again, groups agree with these by an adjusted Rand index of {found.stability:.2f}; 1 is all."
        )
        told.append(("Stability", text))
    if (one := found.prediction) is not None:
        told.append(
            (
                "Foretelling",
                f"Of {one.n:,} votes held back, the groups foretell {percent(one.accuracy)} and statement means alone "
                f"{percent(one.accuracy_of_means)}. Brier score {one.brier:.3f} against {one.brier_of_means:.3f}; lower is "
                "better.",
            )
        )
    if found.mode is Mode.POLIS:
        told.append(
            (
                "Shared ground",
                "Group-informed consensus: the product over groups of (agrees + 1) / (votes + 2). Shared: in every group "
                "more than half agree; divided: of those who took a side, more than half of one group are for it and more "
                "than half of another against (one-proportion tests, 90 %), if groups foretell held-back votes at all.",
            )
        )
    else:
        told.append(
            (
                "Shared ground",
                "The lower credible bound of the smallest agreement over opinion groups and declared roles with at least "
                f"{found.small} votes on the statement, so a majority cannot outvote a few.",
            )
        )
    difference = measured.published_difference
    if difference is not None:
        told.append(
            (
                "Published by Polis",
                "Group-informed consensus recomputed for the published groups differs from the published figures by at most "
                f"{difference:.1g}.",
            )
        )
    return told


def notes(measured: Measured) -> list[str]:
    """What somebody should look at."""
    found = [flag_sentence(flag) for flag in measured.landscape.flags]
    found += [str(note) for note in measured.file.notes]
    if total := measured.file.findings.total:
        found.append(f"{total:,} {'thing' if total == 1 else 'things'} in the files could not be used; the command lists them.")
    return found


def settings(measured: Measured) -> list[tuple[str, str]]:
    """With what it was made, so that anybody can make it again."""
    found = measured.landscape
    return [
        ("Mode", found.mode.value),
        ("Seed", str(found.seed)),
        ("Fewest votes", f"{found.small}: fewer tell nothing of a statement or of a role."),
        ("Version", f"commonwhy {version('commonwhy')}, numpy {version('numpy')}, scipy {version('scipy')}"),
    ]


def flag_sentence(flag: Flag) -> str:
    return _FLAGS[flag.kind].format(n=_people(len(flag.people)))


def opening(measured: Measured, outcome: Outcome) -> str:
    """How many statements are in a list, and how it is ordered."""
    n = len(in_list(measured, outcome))
    if outcome is Outcome.SHARED:
        if not n:
            return "No statement is agreed with widely enough yet."
        return f"{_statements(n)} that {_whose(measured)} with, the surest first."
    if outcome is Outcome.DIVIDED:
        return f"{_statements(n)}, the widest apart first." if n else "No statement divides people."
    if outcome is Outcome.NOT_ENOUGH_VOTES:
        small = measured.landscape.small
        if not n:
            return "Every statement was seen enough."
        of = ", in all or in a group" if measured.landscape.k > 1 and measured.landscape.mode is Mode.COMMONWHY else ""
        return f"{_statements(n)} with fewer than {small} votes{of}: too few to tell."
    return f"{_statements(n)} where nothing is sure: neither shared ground nor divided."


def _whose(measured: Measured) -> str:
    """Who agrees with what is shared ground."""
    asked = ["every group"] if measured.landscape.k > 1 else []
    # Polis asks its groups alone.
    if measured.landscape.roles and measured.landscape.mode is Mode.COMMONWHY:
        asked.append("every role heard")
    return f"{' and '.join(asked)} agrees" if asked else "most people agree"


def _people(n: int) -> str:
    return "1 person" if n == 1 else f"{n:,} people"


def _votes(n: int) -> str:
    return "1 vote" if n == 1 else f"{n:,} votes"


def _statements(n: int) -> str:
    return "1 statement" if n == 1 else f"{n:,} statements"
