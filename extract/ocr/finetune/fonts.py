"""The fonts that lines are drawn in, how often each is taken, and what each can draw."""
import functools
import os.path
from typing import NamedTuple

from fontTools.ttLib import TTFont
from PIL import ImageFont

ROOT = "/usr/share/fonts/"  # where Debian's packages put them


class Face(NamedTuple):
    """One face of a font file. A collection (.ttc) holds several; Noto's third is Chinese."""

    path: str
    index: int = 0

    def at(self, size):
        """The face at so many pixels to the em."""
        return _sized(self, size)

    @property
    def characters(self):
        """The code points it has a glyph for."""
        return _characters(self)


@functools.lru_cache(maxsize=400)
def _sized(face, size):
    return ImageFont.truetype(face.path, size, index=face.index)


@functools.lru_cache(maxsize=None)
def _characters(face):
    with TTFont(face.path, fontNumber=face.index, lazy=True) as font:
        return frozenset(font.getBestCmap())


def _serif(weight):
    return Face(ROOT + f"opentype/noto/NotoSerifCJK-{weight}.ttc", 2)


def _sans(weight):
    return Face(ROOT + f"opentype/noto/NotoSansCJK-{weight}.ttc", 2)


def _truetype(path):
    return Face(ROOT + "truetype/" + path)


# Forms are set in Song, most of all; Kai and Hei are what people fill in with.
CHINESE = {
    _serif("ExtraLight"): 1,
    _serif("Light"): 3,
    _serif("Regular"): 5,
    _serif("Medium"): 2,
    _serif("Bold"): 2,
    _sans("Light"): 1,
    _sans("DemiLight"): 1,
    _sans("Regular"): 2,
    _sans("Bold"): 1,
    _truetype("babelstone/BabelStoneHan.ttf"): 6,
    _truetype("cns11643/TW-Sung-98_1.ttf"): 3,
    _truetype("cns11643/TW-Kai-98_1.ttf"): 2,
    _truetype("lxgw-wenkai/LXGWWenKai-Regular.ttf"): 3,
    _truetype("lxgw-wenkai/LXGWWenKai-Light.ttf"): 2,
    _truetype("wqy/wqy-zenhei.ttc"): 2,
    _truetype("wqy/wqy-microhei.ttc"): 2,
    _truetype("droid/DroidSansFallbackFull.ttf"): 1,
}

# Never trained on, so that a measurement on them tells what holds for other fonts.
HELD_OUT = {
    _truetype("arphic-gbsn00lp/gbsn00lp.ttf"): 4,
    _truetype("arphic-gkai00mp/gkai00mp.ttf"): 2,
}

# What figures and Latin letters are set in where the Chinese font does not set them.
LATIN = {
    _truetype("liberation/LiberationSerif-Regular.ttf"): 8,
    _truetype("liberation/LiberationSans-Regular.ttf"): 4,
    _truetype("crosextra/Carlito-Regular.ttf"): 2,
    _truetype("crosextra/Caladea-Regular.ttf"): 1,
    _truetype("dejavu/DejaVuSans.ttf"): 2,
    _truetype("dejavu/DejaVuSerif.ttf"): 1,
    _truetype("freefont/FreeSerif.ttf"): 2,
    _truetype("liberation/LiberationMono-Regular.ttf"): 1,
    _truetype("liberation/LiberationSerif-Bold.ttf"): 1,
    _truetype("liberation/LiberationSans-Bold.ttf"): 1,
    _truetype("inconsolata/Inconsolata.otf"): 1,
}


def missing():
    """Paths of the fonts that are not installed."""
    return [f.path for f in (*CHINESE, *HELD_OUT, *LATIN) if not os.path.exists(f.path)]
