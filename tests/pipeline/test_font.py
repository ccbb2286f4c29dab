"""The font of legends holds every character that a title may show, and draws it."""

from __future__ import annotations

from io import BytesIO

import numpy as np
import pytest
from fontTools.ttLib import TTFont
from PIL import Image, ImageDraw

from rs.pipeline import picture
from rs.products import products


def shown() -> list[str]:
    """Every text that a legend may show."""
    texts = ["no data / 无数据"]
    for product in products().values():
        texts += [product.title, product.title_zh]
        for layer in product.layers:
            texts += [layer.title, layer.title_zh, layer.unit]
            texts += [text for c in layer.classes for text in (c.title, c.title_zh)]
    return texts


def test_no_character_is_missing() -> None:
    held = TTFont(BytesIO(picture._font_bytes())).getBestCmap()
    missing = {char for text in shown() for char in text if ord(char) not in held}
    assert not missing, f"add to scripts/make_font.py and run it: {''.join(sorted(missing))}"


@pytest.mark.parametrize("char", ["水", "浊", "度", "A", "°"])
def test_characters_are_drawn_and_differ_from_a_missing_one(char: str) -> None:
    def drawn(text: str) -> np.ndarray:
        image = Image.new("L", (40, 40))
        ImageDraw.Draw(image).text((4, 4), text, font=picture.font(24), fill=255)
        return np.asarray(image)

    assert drawn(char).any()
    assert not np.array_equal(drawn(char), drawn("\U0010ffff"))
