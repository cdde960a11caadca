"""Charts: drawn to SVG when their data change, stored, and served as they are (never drawn on a request).

A chart answers one question and is titled with the answer. It comes in variants, for a wide page and a phone, on light and
on dark paper, and as a file to keep, which carries its title in the picture. There is no style sheet and no script in it,
so it may stand inline or as an image under the strictest content policy. Colours are those of the pages, and nothing is
told by colour alone.
"""

from commonwhy.core.charts.bars import Bar, Panel, panels_of_bars
from commonwhy.core.charts.diverging import Answer, DivergingBar, Share, diverging_bars
from commonwhy.core.charts.palette import DARK, LIGHT, Palette
from commonwhy.core.charts.svg import accessible

VARIANTS = ("wide", "wide-dark", "narrow", "narrow-dark", "file")
"""`file` is the one to download: wide, on white, with its title in the picture."""

__all__ = [
    "DARK",
    "LIGHT",
    "VARIANTS",
    "Answer",
    "Bar",
    "DivergingBar",
    "Palette",
    "Panel",
    "Share",
    "accessible",
    "diverging_bars",
    "panels_of_bars",
]
