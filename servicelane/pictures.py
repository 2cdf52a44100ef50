"""Pictures of the pages, as README and docs show them: a browser signs in as an owner and looks at the car."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Final, Literal

from playwright.async_api import Browser, async_playwright

from servicelane.chromium import arguments, find_chromium

_PHONE: Final = (390, 800)
_DESKTOP: Final = (1280, 860)


class ChromiumMissingError(RuntimeError):
    """There is no browser to take pictures with."""


@dataclass(frozen=True, slots=True)
class Picture:
    """`path` is below the car's pages where it begins with `+`. `click`: a link to follow from there."""

    name: str
    path: str
    size: tuple[int, int] = _PHONE
    scheme: Literal["light", "dark"] = "light"
    language: Literal["en-GB", "zh-CN"] = "en-GB"
    click: str | None = None


PICTURES: Final = (
    Picture("garage", "/garage"),
    Picture("car", "+"),
    Picture("fault", "+", scheme="dark", click="#wrong + .cards h3 a"),
    Picture("booking", "+", click="#due + .cards .button"),
    Picture("car-zh", "+", language="zh-CN"),
    Picture("car-desktop", "+", _DESKTOP),
)


async def take_pictures(web_url: str, owner_id: str, vin: str, folder: Path) -> list[Path]:
    """Raises ChromiumMissingError."""
    chromium = find_chromium()
    if chromium is None:
        raise ChromiumMissingError("Chromium is missing: apt-get install chromium, then again")
    folder.mkdir(parents=True, exist_ok=True)
    async with async_playwright() as playwright:
        browser = await playwright.chromium.launch(executable_path=chromium, args=arguments())
        return [await _take(browser, web_url, owner_id, vin, one, folder) for one in PICTURES]


async def _take(browser: Browser, web_url: str, owner_id: str, vin: str, picture: Picture, folder: Path) -> Path:
    width, height = picture.size
    async with await browser.new_context(
        base_url=web_url,
        viewport={"width": width, "height": height},
        locale=picture.language,
        timezone_id="Europe/Berlin",
        color_scheme=picture.scheme,
        reduced_motion="reduce",
    ) as context:
        page = await context.new_page()
        await page.goto(f"/sign-in?hint={owner_id}")
        await page.locator(".people button").first.click()
        await page.goto(picture.path.replace("+", f"/cars/{vin}"), wait_until="networkidle")
        if picture.click:
            await page.locator(picture.click).first.click()
            await page.wait_for_load_state("networkidle")
        path = folder / f"{picture.name}.png"
        await page.screenshot(path=path)
        return path
