"""The colours of charts: those of the stylesheet's tokens, where a test keeps them. Readable on their paper (WCAG AA)."""

from __future__ import annotations

from dataclasses import dataclass

FONT = "system-ui, -apple-system, 'Segoe UI', Roboto, 'Noto Sans', 'DejaVu Sans', sans-serif"


@dataclass(frozen=True)
class Palette:
    """Ink for words, `soft` for what is said beside them, a bar, its track, and a mark to compare the bar with."""

    ink: str
    soft: str
    line: str
    bar: str
    mark: str


LIGHT = Palette(ink="#1c2126", soft="#59636e", line="#ddd8cc", bar="#0b5567", mark="#c77700")
DARK = Palette(ink="#ece9e1", soft="#a9b1b8", line="#343b41", bar="#7cc4d4", mark="#f0a63a")
DIVERGING = (
    ("#7f3b08", "#ffffff"),
    ("#e08214", "#1a1a1a"),
    ("#d8d4e8", "#1a1a1a"),
    ("#8073ac", "#000000"),
    ("#3b1d6e", "#ffffff"),
)
"""Fills from one side to the other, colour-blind safe, each with the ink that can be read on it; on either paper."""
