"""Write the font of legends: a subset of Noto Sans CJK SC (SIL Open Font Licence 1.1).

    python scripts/make_font.py [SOURCE.ttc]

SOURCE comes with Debian's package fonts-noto-cjk. A test names characters of titles that the font lacks.
"""

from __future__ import annotations

import string
import sys
from pathlib import Path

from fontTools import subset
from fontTools.ttLib import TTCollection

SOURCE = "/usr/share/fonts/opentype/noto/NotoSansCJK-Regular.ttc"
TARGET = Path(__file__).resolve().parent.parent / "src" / "rs" / "pipeline" / "fonts" / "legend.otf"
EXTRA = "°µμ–—·×±²³⁻¹ρλäöüéóãçñ"


def characters() -> str:
    """ASCII, the common Chinese characters (GB 2312 level 1), and what units and place names need."""
    common = [bytes((high, low)) for high in range(0xB0, 0xD8) for low in range(0xA1, 0xFF)]
    chinese = "".join(pair.decode("gb2312", "ignore") for pair in common)
    marks = "".join(bytes((0xA1, low)).decode("gb2312", "ignore") for low in range(0xA1, 0xFF))
    return "".join(sorted({*string.printable.strip(), " ", *EXTRA, *chinese, *marks}))


def main(source: str) -> None:
    """Cut the simplified Chinese face down to the common characters."""
    faces = TTCollection(source).fonts
    face = next(f for f in faces if f["name"].getDebugName(1) == "Noto Sans CJK SC")
    options = subset.Options(layout_features=[], name_IDs=[0, 1, 2, 4, 6, 13, 14], hinting=False, desubroutinize=True)
    cutter = subset.Subsetter(options)
    cutter.populate(text=characters())
    cutter.subset(face)
    face["head"].modified = face["head"].created
    face.recalcTimestamp = False
    TARGET.parent.mkdir(parents=True, exist_ok=True)
    face.save(TARGET)
    print(f"{TARGET.stat().st_size} bytes, {len(characters())} characters")


if __name__ == "__main__":
    main(sys.argv[1] if len(sys.argv) > 1 else SOURCE)
