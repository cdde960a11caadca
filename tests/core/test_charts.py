"""Charts: one accessible image that needs no style, script or class, readable on its paper, and nobody's words run in it."""

from __future__ import annotations

import re
from pathlib import Path
from xml.etree.ElementTree import fromstring as parsed

import pytest

import commonwhy.core
from commonwhy.core.charts import DARK, LIGHT, VARIANTS, Bar, Palette, Panel, accessible, panels_of_bars

EVIL = '</text><script>alert("x")</script>'
STYLESHEET = Path(commonwhy.core.__file__).parent / "static/commonwhy/style.css"


@pytest.fixture(scope="module")
def drawn() -> dict[str, str]:
    panels = [
        Panel("Families", "n = 158", (Bar("grades", 11, "11 %", 1), Bar(EVIL, 8, "8 %"), Bar("board", None, "not shown"))),
        Panel("Teachers", "n = 95", (Bar("audience", 9, "9 %", 1, "n = 95"),)),
    ]
    return panels_of_bars(panels, title="Families speak of grades", description="Families: grades 11 %.", language="es")


def test_every_variant_is_drawn(drawn: dict[str, str]) -> None:
    assert set(drawn) == set(VARIANTS)


@pytest.mark.parametrize("variant", VARIANTS)
def test_it_is_one_image_with_a_name_and_nothing_that_could_run(drawn: dict[str, str], variant: str) -> None:
    root = parsed(drawn[variant])  # noqa: S314
    assert root.get("role") == "img"
    assert root.get("lang") == "es"
    title, description = root[0], root[1]
    assert (title.text, description.text) == ("Families speak of grades", "Families: grades 11 %.")
    assert root.get("aria-labelledby") == title.get("id")
    assert root.get("aria-describedby") == description.get("id")
    tags = {element.tag.rpartition("}")[2] for element in root.iter()}
    assert tags <= {"svg", "g", "path", "line", "rect", "text", "tspan", "title", "desc"}
    attributes = {name for element in root.iter() for name in element.attrib}
    assert not {name for name in attributes if name in ("style", "class") or name.startswith("on") or "href" in name}


def test_words_of_people_stay_words(drawn: dict[str, str]) -> None:
    assert "<script" not in drawn["wide"]
    assert "&lt;/text&gt;" in drawn["wide"]


def test_what_is_not_shown_has_words_and_no_bar(drawn: dict[str, str]) -> None:
    texts = [element.text for element in parsed(drawn["wide"]).iter() if element.text]  # noqa: S314
    assert "not shown" in texts
    bars = [path for path in re.findall(r"<path[^>]*>", drawn["wide"]) if LIGHT.bar in path]
    assert len(bars) == 3


def test_the_dark_one_has_none_of_the_light_colours(drawn: dict[str, str]) -> None:
    assert LIGHT.bar in drawn["wide"]
    assert not [colour for colour in (LIGHT.ink, LIGHT.soft, LIGHT.bar, LIGHT.mark) if colour in drawn["wide-dark"]]
    assert DARK.ink in drawn["narrow-dark"]


def test_the_file_to_keep_says_its_title_in_the_picture(drawn: dict[str, str]) -> None:
    assert drawn["file"].count("Families speak of grades") == 2
    assert drawn["wide"].count("Families speak of grades") == 1


@pytest.mark.parametrize(("palette", "block"), [(LIGHT, 0), (DARK, 1)])
def test_colours_are_those_of_the_stylesheet(palette: Palette, block: int) -> None:
    rules = re.findall(r":root \{(.+?)\}", STYLESHEET.read_text(encoding="utf-8"), re.DOTALL)[block]
    tokens = dict(re.findall(r"--([\w-]+): (#[0-9a-f]{6})", rules))
    assert (palette.ink, palette.soft, palette.line, palette.bar, palette.mark) == (
        tokens["ink"],
        tokens["soft"],
        tokens["line"],
        tokens["accent"],
        tokens["thread"],
    )


def test_nothing_to_draw_is_a_mistake() -> None:
    with pytest.raises(ValueError, match="needs a panel"):
        panels_of_bars([], title="", description="")
    with pytest.raises(ValueError, match="each panel a bar"):
        panels_of_bars([Panel("a", "", ())], title="", description="")


@pytest.mark.parametrize("text", ["", "<svg", "<html/>"])
def test_what_is_not_svg_is_refused(text: str) -> None:
    with pytest.raises(ValueError, match="not SVG"):
        accessible(text, title="", description="")


def test_scripts_styles_and_handlers_are_taken_out() -> None:
    drawing = (
        '<svg xmlns="http://www.w3.org/2000/svg" onload="x()"><style>a{}</style><script>1</script>'
        '<a href="javascript:1"><text>link</text></a><rect style="fill:red" onclick="x()" width="3"/></svg>'
    )
    clean = accessible(drawing, title="t", description="d")
    assert not re.search(r"onload|onclick|<style|<script|href|style=", clean)
    assert 'width="3"' in clean
