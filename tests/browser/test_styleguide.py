"""The style guide shows every component once; what is wrong with one shows here first."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from playwright.sync_api import Page, expect


@pytest.mark.parametrize("language", ["en", "es"])
@pytest.mark.parametrize("size", ["wide", "phone"])
def test_every_component_passes_axe_in_light_and_dark(
    size: str, language: str, request: pytest.FixtureRequest, axe: Callable[[Page], None]
) -> None:
    page: Page = request.getfixturevalue(size)
    answer = page.goto(f"/styleguide/?lang={language}")
    assert answer is not None
    assert answer.status == 200
    expect(page.locator("html")).to_have_attribute("lang", language)
    axe(page)


def test_light_and_dark_are_two_looks(wide: Page) -> None:
    """Or a check in both would be one check made twice."""
    wide.goto("/styleguide/")
    grounds = []
    for scheme in ("light", "dark"):
        wide.emulate_media(color_scheme=scheme)
        grounds.append(wide.evaluate("getComputedStyle(document.documentElement).backgroundColor"))
    assert grounds[0] != grounds[1]
