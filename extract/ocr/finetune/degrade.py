"""What copiers, scanners and phones do to a line, and what a seal across it leaves.

A line comes in as ink, from 0 for paper to 1 for full strokes, and goes out as a grey picture,
from 0 for black to 255 for white, as extract/scan hands it to the recogniser.
"""
import math
from dataclasses import dataclass

import cv2
import numpy as np

LUMA = np.array([0.114, 0.587, 0.299], np.float32)  # of blue, green, red
LEFT = 0.4  # share of the strokes that must have come out black, where all is black or white
FAINTEST = 28  # grey levels between ink and paper below which nobody could read


@dataclass(frozen=True)
class Kind:
    """One kind of copy. Pairs are the ends of a range that is drawn from evenly."""

    weight: float  # how often it comes
    strokes: float  # share of lines whose strokes may change; half of them do
    fading: float  # share of lines that lose ink in patches
    tilt: float  # degrees; most lines are less tilted
    shear: float  # deviation of the slant, a tangent
    black: tuple  # grey of full ink
    paper: tuple  # grey of bare paper
    blur: tuple  # deviation of the blur in pixels, where type is 32 pixels high
    noise: tuple  # deviation of the noise in grey levels
    quality: tuple  # of JPEG, upper end exclusive; () where nothing is compressed
    shading: float  # share of lines along which light falls off
    defocus: float  # share of lines blurred a second time
    bitonal: bool = False  # thresholded to black and white


KINDS = {
    "clean": Kind(
        weight=16, strokes=0.15, fading=0, tilt=0.25, shear=0, black=(0, 50), paper=(245, 255),
        blur=(0.2, 0.8), noise=(0, 3), quality=(80, 98), shading=0, defocus=0,
    ),
    "office": Kind(
        weight=20, strokes=0.15, fading=0, tilt=0.5, shear=0, black=(10, 90), paper=(225, 255),
        blur=(0.4, 1.1), noise=(1, 7), quality=(55, 92), shading=0.4, defocus=0,
    ),
    "poor": Kind(
        weight=30, strokes=1, fading=0.5, tilt=0.8, shear=0, black=(30, 140), paper=(195, 250),
        blur=(0.7, 1.9), noise=(4, 18), quality=(35, 85), shading=0, defocus=0.15,
    ),
    "bitonal": Kind(
        weight=17, strokes=1, fading=0.5, tilt=0.6, shear=0, black=(10, 100), paper=(210, 250),
        blur=(0.4, 1.2), noise=(2, 20), quality=(), shading=0, defocus=0, bitonal=True,
    ),
    "pale": Kind(
        weight=5, strokes=1, fading=0.7, tilt=0.6, shear=0, black=(95, 165), paper=(215, 250),
        blur=(0.3, 1.0), noise=(4, 22), quality=(), shading=0, defocus=0, bitonal=True,
    ),
    "phone": Kind(
        weight=17, strokes=0.15, fading=0.5, tilt=1.0, shear=0.03, black=(25, 120),
        paper=(190, 250), blur=(0.6, 1.7), noise=(2, 10), quality=(45, 92), shading=0.4,
        defocus=0.15,
    ),
}


@dataclass
class Look:
    """What was drawn from a kind's ranges for one line; blur is in its own pixels."""

    black: float
    paper: float
    blur: float
    noise: float
    quality: int | None


def look(dice, kind, em):
    """Draws the look of a line whose type is em pixels high."""
    return Look(
        black=dice.uniform(*kind.black),
        paper=dice.uniform(*kind.paper),
        blur=dice.uniform(*kind.blur) * em / 32,
        noise=dice.uniform(*kind.noise),
        quality=dice.randrange(*kind.quality) if kind.quality else None,
    )


def printed(dice, kind, ink):
    """The ink as it lies on the copy: thinner, thicker, faded, tilted."""
    height, width = ink.shape
    if dice.chance(kind.strokes):
        change = dice.random()
        if change < 0.25:
            ink = cv2.erode(ink, np.ones((2, 2), np.uint8)) * 0.8 + ink * 0.2
        elif change < 0.5:
            ink = cv2.dilate(ink, np.ones((2, 2), np.uint8))
    if dice.chance(kind.fading):
        patches = dice.speckle(max(2, height // 12), max(2, width // 12))
        patches = cv2.resize(patches, (width, height), interpolation=cv2.INTER_CUBIC)
        ink = ink * np.clip(1.2 - dice.uniform(0.1, 0.8) * patches, 0, 1)
    if dice.chance(0.6):
        tilt = math.tan(math.radians(dice.gauss(0, kind.tilt / 2)))
        shear = dice.gauss(0, kind.shear)
        warp = np.float32([[1, shear, 0], [tilt, 1, -width / 2 * tilt]])
        ink = cv2.warpAffine(ink, warp, (width, height), flags=cv2.INTER_LINEAR)
    return ink


def photographed(dice, kind, ink, em, seal):
    """The grey picture of a line of printed ink, or None where it came out too faint.

    seal is the mask of a seal across it, of the ink's shape, or None.
    """
    seen = look(dice, kind, em)
    grey = seen.paper - (seen.paper - seen.black) * ink
    if seal is not None:
        grey = _sealed(dice, kind, seen, grey, ink, seal)
    grey = _captured(dice, kind, seen, grey)
    faint, bright = np.percentile(grey, [2, 60])
    if bright - faint < FAINTEST:
        return None
    if kind.bitonal and (grey[ink > 0.6 * ink.max()] < 128).mean() < LEFT:
        return None
    grey = _levelled(dice, grey, seal is not None)
    if dice.chance(kind.defocus):
        grey = blurred(grey, em * dice.uniform(0.03, 0.06))
    return grey


def blurred(grey, deviation):
    """Grey, blurred by a Gaussian of this deviation in pixels."""
    return cv2.GaussianBlur(grey, (0, 0), deviation)


def _compressed(picture, quality):
    """A picture through JPEG and back."""
    _, data = cv2.imencode(".jpg", picture.astype(np.uint8), [cv2.IMWRITE_JPEG_QUALITY, quality])
    mode = cv2.IMREAD_GRAYSCALE if picture.ndim == 2 else cv2.IMREAD_COLOR
    return cv2.imdecode(data, mode).astype(np.float32)


def _sealed(dice, kind, seen, grey, ink, seal):
    """The line under a seal, in one of the ways extract/scan may meet it. It takes from seen
    what blur and noise it has already given."""
    way = dice.random()
    if kind.bitonal or way < 0.25:
        return _under_grey(dice, kind, seen, grey, ink, seal)
    if way < 0.72:
        return _under_red(dice, seen, grey, seal)
    return grey * (1 - dice.uniform(0, 0.3) * seal)  # all but gone


def _under_grey(dice, kind, seen, grey, ink, seal):
    """A copy without colour: the seal is as dark as some ink."""
    height, width = ink.shape
    depth = dice.uniform(0.3, 0.78)
    grey = grey * (1 - depth * seal)
    if kind.bitonal:
        if dice.chance(0.35):  # its lines were cut out, with all but the blackest strokes
            cut = cv2.dilate(seal, np.ones((3, 3))) > 0.5
            grey = np.where(cut, np.where(ink > 0.7, grey, seen.paper), grey)
    elif dice.chance(0.5):  # it was divided out again, not quite in its place
        shift = np.float32([[1, 0, dice.gauss(0, 0.6)], [0, 1, dice.gauss(0, 0.6)]])
        guess = blurred(cv2.warpAffine(seal, shift, (width, height)), max(seen.blur, 0.3))
        share = depth * dice.uniform(0.75, 1.0)
        grey = blurred(grey, max(seen.blur, 0.3)) / np.clip(1 - share * guess, 0.15, 1)
        seen.blur = 0.3
    return grey


def _under_red(dice, seen, grey, seal):
    """In colour, of which the brightest channel is kept: what is left of the seal is what JPEG
    smears and red does not reflect. Now and then it is left as grey as scanned."""
    red = [dice.uniform(*ends) / 255 for ends in ((170, 245), (20, 110), (30, 120))]
    channels = [blurred(grey * (1 - seal * (1 - part)), max(seen.blur, 0.3)) for part in red]
    colours = np.stack(channels[::-1], 2) + dice.grain(*grey.shape, 3) * seen.noise
    colours = _compressed(np.clip(colours, 0, 255), seen.quality)
    seen.blur = 0
    seen.noise *= 0.2
    luma = colours @ LUMA
    return luma if dice.chance(0.22) else np.maximum(colours[:, :, 2], luma)


def _captured(dice, kind, seen, grey):
    """Optics, light, noise, and what the file's format does."""
    if seen.blur > 0:
        grey = blurred(grey, max(seen.blur, 0.25))
    if dice.chance(kind.shading):
        light = np.linspace(dice.uniform(0.8, 1), dice.uniform(0.8, 1), grey.shape[1])
        grey = grey * light[None, :].astype(np.float32)
    grey = np.clip(grey + dice.grain(*grey.shape) * seen.noise, 0, 255)
    if kind.bitonal:
        grey = np.where(grey > dice.uniform(0.4, 0.72) * seen.paper, 255, 0).astype(np.float32)
        return blurred(grey, dice.uniform(0.4, 0.9)) if dice.chance(0.25) else grey
    return _compressed(grey, seen.quality) if seen.quality < 95 else grey


def _levelled(dice, grey, sealed):
    """Most lines come with their paper brought up to white, as extract/scan does it."""
    way = dice.random()
    if sealed and way < 0.4:
        return np.clip(grey * 255 / dice.uniform(165, 250), 0, 255)
    if way < 0.75:
        return np.clip(grey * 255 / np.percentile(grey, 92), 0, 255)
    return grey
