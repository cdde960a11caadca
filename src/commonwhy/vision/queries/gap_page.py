"""What the gap page says, in the reader's language, from what a measurement kept: sentences, cards, tables, quotes.

Everything here was released; this only words it. Who may see one school only sees that school's column and everyone's.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from functools import cached_property
from textwrap import shorten
from typing import Any

from django.utils import formats
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from commonwhy.districts.models import Group
from commonwhy.vision import gap_wording
from commonwhy.vision.gap_wording import Facts, Pair, join
from commonwhy.vision.models import GapAnalysis
from commonwhy.vision.wording import WITHIN_A_SENTENCE

MOST_QUOTES = 8
LONGEST_NAME = 40
NO_BREAK = "\u00a0"
HEAT = ((55, "high"), (35, "some"), (15, "little"))


def label(members: Iterable[Mapping[str, str]], *, inside: bool = True) -> str:
    """What a column or a speaker is called; not `inside` a sentence it begins with a capital."""
    names = []
    for member in members:
        if member.get("name"):
            names.append(member["name"])
        else:
            names.append(str(WITHIN_A_SENTENCE[member["kind"]] if inside else Group.Kind(member["kind"]).label))
    return join(names, _) if inside else gap_wording.capitalised(join(names, _))


def share(cell: Mapping[str, Any] | None) -> str:
    """`41 %`, `≤ 5 %`, or that it is not shown. Every hidden cell reads the same."""
    if cell is None:
        return _("not shown, small numbers")
    sign = {"at_most": f"≤{NO_BREAK}", "at_least": f"≥{NO_BREAK}"}.get(cell["bound"], "")
    return f"{sign}{cell['percent']}{NO_BREAK}%"


def number(value: float, digits: int = 2) -> str:
    return str(formats.number_format(value, digits))


@dataclass(frozen=True)
class Card:
    """A figure: what it is, how sure, and on how many answers it stands."""

    figure: str
    about: str
    n: str
    between: str = ""


@dataclass(frozen=True)
class TableCell:
    """One cell of a table: its words and how warm it is."""

    words: str
    heat: str = ""


@dataclass(frozen=True)
class Row:
    """One row: its name, what explains it, and a cell for each column."""

    name: str
    note: str
    cells: list[TableCell]


@dataclass(frozen=True)
class HeatTable:
    """A table of shares: columns with their n, rows with cells."""

    columns: list[tuple[str, str]]
    rows: list[Row]


@dataclass(frozen=True)
class Quote:
    """Somebody's words, word for word but for names."""

    words: str
    language: str
    speaker: str
    translation: str
    translation_language: str


@dataclass(frozen=True)
class View:
    """One view (by group or by school) of a measurement. `own_schools` limits which schools' columns are seen."""

    analysis: GapAnalysis
    own_schools: frozenset[str] = field(default_factory=frozenset)

    @property
    def kept(self) -> dict[str, Any]:
        kept: dict[str, Any] = self.analysis.released
        return kept

    @property
    def by_school(self) -> bool:
        return self.analysis.by == GapAnalysis.By.SCHOOL

    @property
    def limited(self) -> bool:
        """Whether the reader sees some columns only."""
        return self.by_school and bool(self.own_schools)

    @property
    def n(self) -> int:
        return int(self.kept["n"])

    @property
    def stands_on(self) -> str:
        """`n = 412`."""
        return count(self.kept)

    @cached_property
    def names(self) -> dict[str, str]:
        """What each column is called inside a sentence."""
        known = {each["key"]: label(each["members"]) for each in (*self.kept["small"], *self.kept["columns"])}
        return known | {"none": _("no school named")}

    @cached_property
    def facts(self) -> Facts:
        verdict = self.kept["verdict"]
        shown = {each["key"] for each in self.kept["columns"]}
        apart = verdict["most_apart"]
        return Facts(
            code=verdict["code"],
            schools=self.by_school,
            n=self.n,
            meanings=max(1, len(self.kept["meanings"])),
            names={key: name for key, name in self.names.items() if key in shown},
            most_apart=(apart[0], apart[1]) if apart else None,
            least_settled=verdict["least_settled"],
            reason=verdict["reason"],
            pairs=[
                Pair(
                    each["a"], each["b"], each["overlap"], tuple(each["interval"]) if each["interval"] else None, each["distance"]
                )
                for each in self.kept["pairs"]
            ],
            share=self.kept["centre"]["share"] if self.kept["centre"] else None,
            words={each["column"]: tuple(use["word"] for use in each["words"]) for each in self.kept["words"] if each["words"]},
        )

    @property
    def finding(self) -> str:
        if self.limited and self.facts.code == "apart":
            return _("The schools do not mean quite the same.")
        return gap_wording.finding(self.facts, _)

    @property
    def columns(self) -> list[dict[str, Any]]:
        """The columns the reader may see."""
        found: list[dict[str, Any]] = self.kept["columns"]
        if not self.limited:
            return found
        return [each for each in found if {member.get("school", "") for member in each["members"]} & self.own_schools]

    @property
    def measured(self) -> bool:
        """Whether there is anything to show beyond whom to ask."""
        return bool(self.kept["words"] or len(self.kept["meanings"]) > 1)

    @property
    def several_meanings(self) -> bool:
        return len(self.kept["meanings"]) > 1

    @cached_property
    def meanings(self) -> HeatTable:
        """Who holds which meaning."""
        table = self.kept["table"]
        place = {column["name"]: column for column in table["columns"]}
        columns = [(label(each["members"], inside=False), each["key"], count(each)) for each in self.columns]
        rows = []
        for index, meaning in enumerate(self.kept["meanings"]):
            cells = [_heated(place[key]["cells"][index]) for _name, key, _n in columns]
            everyone = _heated(table["everyone"]["cells"][index])
            rows.append(Row(meaning_name(meaning), "", [*cells, everyone]))
        return HeatTable([*((name, n) for name, _key, n in columns), (_("Everyone"), self.stands_on)], rows)

    @cached_property
    def words(self) -> list[HeatTable]:
        """For each column with words of its own: word, share of its answers, share of the others'."""
        seen = {each["key"]: each for each in self.columns}
        found = []
        for each in self.kept["words"]:
            if each["words"] and each["column"] in seen:
                name = label(seen[each["column"]]["members"], inside=False)
                rows = [Row(use["word"], "", [_heated(use["share"]), TableCell(share(use["others"]))]) for use in each["words"]]
                found.append(HeatTable([(name, count(seen[each["column"]])), (_("Everyone else"), "")], rows))
        return found

    @property
    def quotes(self) -> list[Quote]:
        """Quotes of the meanings, or where there is one meaning, what tells the columns apart."""
        if self.several_meanings and not self.by_school:
            each = 2 if len(self.kept["meanings"]) <= MOST_QUOTES // 2 else 1
            chosen = [quote for meaning in self.kept["meanings"] for quote in meaning["quotes"][:each]][:MOST_QUOTES]
        else:
            seen = {each["key"] for each in self.columns}
            # A school without words of its own has no answers that tell it from the others.
            speaking = self.facts.words if self.by_school else seen
            chosen = [quote for quote in self.kept["quotes"] if quote["column"] in seen and quote["column"] in speaking]
            chosen.sort(key=lambda quote: quote["column"] not in (self.facts.told or ()))
        called = {column["key"]: label(column["members"], inside=False) for column in self.kept["columns"]}
        return [quote_of(quote, self.kept["language"], called.get(quote.get("column", ""), "")) for quote in chosen]

    @property
    def more(self) -> list[str]:
        """Whom to ask for how many more."""
        seen = {each["key"] for each in self.columns}
        small = {each["key"]: each["members"] for each in self.kept["small"]}
        asks = []
        for key, n in self.kept["verdict"]["more"]:
            if self.limited and key not in seen and key not in self.own_schools:
                continue
            if key in self.names:
                name = label(small[key], inside=False) if key in small else gap_wording.capitalised(self.names[key])
                asks.append(_("%(who)s: about %(n)s more") % {"who": name, "n": n})
        return asks

    @property
    def small(self) -> str:
        """Who is not shown, being few."""
        return gap_wording.capitalised(join([label(each["members"]) for each in self.kept["small"]], _))

    @property
    def together(self) -> str:
        """Who is shown together, each alone being few."""
        return join([label(each["members"], inside=False) for each in self.kept["columns"] if len(each["members"]) > 1], _)


def lead(view: View, schools: View | None) -> str:
    """One or two sentences under the finding: on how many answers it stands, and where to begin."""
    if not view.measured:
        return _("What was said is kept. Ask a few more people, and the picture appears.")
    number_of = (
        formats.number_format(view.n) if view.kept["exact"] else _("at least %(n)s") % {"n": formats.number_format(view.n)}
    )
    said = ngettext("Of %(n)s answer", "Of %(n)s answers", view.n) % {"n": number_of}
    facts = view.facts
    if view.several_meanings and facts.told and facts.code == "apart" and not view.limited:
        sentences = [_most_hold(view, said, facts.told)]
    else:
        who = len(view.kept["columns"])
        text = (
            ngettext("%(n)s answers from %(who)s school.", "%(n)s answers from %(who)s schools.", who)
            if view.by_school
            else ngettext("%(n)s answers from %(who)s group.", "%(n)s answers from %(who)s groups.", who)
        )
        sentences = [gap_wording.capitalised(text % {"who": who, "n": number_of})]
        if facts.code == "apart" and facts.meanings == 1:
            sentences.append(_("They share one broad meaning, and put the weight in different places."))
    if schools is not None and not view.by_school:
        sentences.append(gap_wording.beside(schools.facts, _share(view), _share(schools), _))
    if facts.code == "apart":
        sentences.append(_("Start the vision there."))
    return " ".join(sentence for sentence in sentences if sentence)


def _most_hold(view: View, said: str, told: tuple[str, str]) -> str:
    table = {column["name"]: column for column in view.kept["table"]["columns"]}
    most = []
    for key in told:
        cells = [(cell["percent"] if cell else -1, -place) for place, cell in enumerate(table[key]["cells"])]
        most.append(meaning_name(view.kept["meanings"][-max(cells)[1]]))
    words = {"said": said, "a": view.names[told[0]], "of_a": most[0], "b": view.names[told[1]], "of_b": most[1]}
    if most[0] == most[1]:
        return _("%(said)s, both speak most often of “%(of_a)s”, and differ in the rest.") % words
    return _("%(said)s, %(a)s speak most often of “%(of_a)s”, %(b)s of “%(of_b)s”.") % words


def cards(view: View, groups: View, schools: View | None) -> list[Card]:
    """Two to four figures, each with its n."""
    found: list[Card] = []
    meanings = len(view.kept["meanings"])
    if not view.measured:
        return found
    about = ngettext("broad meaning that people share", "meanings people hold", meanings)
    found.append(Card(str(meanings), about, groups.stands_on))
    for each in (groups, *([schools] if schools else [])):
        told = each.facts.told if each.facts.code == "apart" and not each.limited else None
        pair = each.facts.pair(*told) if told else None
        if pair is not None and pair.overlap is not None and pair.interval is not None:
            words = {"a": each.names[pair.a], "b": each.names[pair.b]}
            found.append(
                Card(
                    number(pair.overlap),
                    _("how alike %(a)s and %(b)s are; 1 is the same mix of meanings") % words,
                    each.stands_on,
                    _("between %(low)s and %(high)s") % {"low": number(pair.interval[0]), "high": number(pair.interval[1])},
                )
            )
        elif (gap := _gap_card(each)) is not None:
            found.append(gap)
    return found[:4]


def _gap_card(view: View) -> Card | None:
    centre = view.kept["centre"]
    if not centre or centre["share"] is None or centre["p"] is None:
        return None
    about = _("the gap between schools") if view.by_school else _("the gap between groups")
    if view.facts.code != "apart":
        return Card(_("none seen"), about, view.stands_on)
    words = {"share": number(100 * centre["share"], 1)}
    text = _("%(share)s %% of the differences between answers")
    if centre["interval"]:
        words |= {"low": number(100 * centre["interval"][0], 1), "high": number(100 * centre["interval"][1], 1)}
        text = _("%(share)s %% of the differences between answers; between %(low)s and %(high)s")
    return Card(_(gap_wording.size(centre["share"])), about, view.stands_on, text % words)


def _share(view: View) -> float | None:
    return view.kept["centre"]["share"] if view.kept["centre"] else None


def meaning_name(meaning: Mapping[str, Any]) -> str:
    """A meaning has no name of ours: its own people's words, or how a typical answer begins where no word sets it apart."""
    if meaning["words"]:
        return ", ".join(meaning["words"][:4])
    if meaning.get("quotes"):
        return shorten(meaning["quotes"][0]["words"], LONGEST_NAME, placeholder=" …")
    return _("Meaning %(number)s") % {"number": meaning["id"]}


def quote_of(quote: Mapping[str, Any], compared_in: str, column: str = "") -> Quote:
    """A quote with its speaker: as far as released alone, else the column it is in, else somebody."""
    speaker = ", ".join(label([member], inside=False) for member in quote["speaker"])
    return Quote(
        words=quote["words"],
        language=quote["language"],
        speaker=speaker or column or _("Somebody in the district"),
        translation=quote.get("translation", ""),
        translation_language=compared_in,
    )


def count(told: Mapping[str, Any]) -> str:
    """`n = 412`, or `n ≥ 400` where the number itself would give a smaller one away."""
    return f"n {'=' if told['exact'] else '≥'} {formats.number_format(told['n'])}"


def _heated(cell: Mapping[str, Any] | None) -> TableCell:
    if cell is None:
        return TableCell(share(None), "hidden")
    return TableCell(share(cell), next((name for least, name in HEAT if cell["percent"] >= least), ""))


@dataclass(frozen=True)
class Picture:
    """A chart on the page: its name in addresses, its title (the answer), what its marks mean, and its figures."""

    name: str
    title: str
    legend: str
    tables: list[HeatTable]


def charts(view: View) -> list[Picture]:
    """The pictures of a view with the tables behind them."""
    found = []
    if view.several_meanings:
        title = gap_wording.chart_of_meanings(view.facts, _) if not view.limited else _("Who holds which meaning")
        legend = _("Bar: share of the group that holds the meaning. Line: share of everyone.")
        found.append(Picture("meanings", title, legend, [view.meanings]))
    if view.words:
        title = gap_wording.chart_of_words(view.facts, _) if not view.limited else _("What each school speaks of")
        legend = _("Bar: share of the group's answers that use the word. Line: share of everyone else's.")
        found.append(Picture("words", title, legend, view.words))
    return found
