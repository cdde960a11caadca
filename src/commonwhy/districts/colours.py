"""A district's accent, made readable: contrast is checked against the paper, light and dark (WCAG 2.2, 1.4.3)."""

from __future__ import annotations

# What text stands on in the stylesheet, light and dark: paper, card, hush. The first is the paper.
LIGHT = ("#fbfaf6", "#ffffff", "#f2efe6")
DARK = ("#15181b", "#1d2226", "#22282d")
WASH = 0.1
READABLE = 4.5


def luminance(colour: str) -> float:
    """Relative luminance of `#rrggbb` (WCAG 2.2 definition), 0 to 1."""
    channels = [int(colour[i : i + 2], 16) / 255 for i in (1, 3, 5)]
    r, g, b = (c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4 for c in channels)
    return 0.2126 * r + 0.7152 * g + 0.0722 * b


def contrast(one: str, other: str) -> float:
    """Contrast ratio of two colours, 1 to 21."""
    light, dark = sorted((luminance(one), luminance(other)), reverse=True)
    return (light + 0.05) / (dark + 0.05)


def mix(colour: str, other: str, share: float) -> str:
    """`share` of `other` mixed into `colour`."""
    parts = (round(int(colour[i : i + 2], 16) * (1 - share) + int(other[i : i + 2], 16) * share) for i in (1, 3, 5))
    return "#" + "".join(f"{part:02x}" for part in parts)


def readable_on(colour: str, grounds: tuple[str, ...]) -> str:
    """The nearest shade of `colour` that text can be read in on each of `grounds`, and on the shade's own wash."""
    towards = "#000000" if luminance(grounds[0]) > 0.5 else "#ffffff"
    shades = (mix(colour, towards, step / 20) for step in range(21))
    return next(
        shade
        for shade in shades
        if all(contrast(shade, ground) >= READABLE for ground in (*grounds, mix(grounds[0], shade, WASH)))
    )


def ink_on(colour: str) -> str:
    """Black or white, whichever is easier to read on `colour`."""
    return max("#ffffff", "#0f1519", key=lambda ink: contrast(ink, colour))


def stylesheet(accent: str) -> str:
    """The district's own stylesheet: the accent's custom properties for light and dark."""

    def block(grounds: tuple[str, ...]) -> str:
        shade = readable_on(accent, grounds)
        return f"--accent: {shade}; --accent-ink: {ink_on(shade)}; --accent-wash: {mix(grounds[0], shade, WASH)};"

    return f":root {{ {block(LIGHT)} }}\n@media (prefers-color-scheme: dark) {{ :root {{ {block(DARK)} }} }}\n"
