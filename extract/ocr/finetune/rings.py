"""The names on seals as extract/seal unrolls them: a polar strip, outer edge up."""
import math

import cv2
import numpy as np
from PIL import Image, ImageDraw

import seals

HEIGHT = 48  # of the strip, as of the recogniser's input
OUTER = 0.945  # radius of the strip's upper edge, in shares of the seal's
FAINTEST = 40  # grey levels between a seal and paper below which nobody could read it
LONGEST = 22  # characters of a name


def strip(dice, text, faces):
    """A grey picture HEIGHT pixels high of a name on a seal, and what it says; None where it
    came out too faint."""
    name = text.company()[:LONGEST]
    picture = Image.new("L", (2 * seals.CENTRE, 2 * seals.CENTRE), 0)
    seals.rim(dice, ImageDraw.Draw(picture), round_=True)
    place = seals.company(dice, name, picture, faces)
    mask = seals.worn(dice, np.asarray(picture).astype(np.float32) / 255)
    radius = dice.uniform(85, 240)
    grey = _unrolled(dice, _scanned(dice, text, mask, radius, faces), radius, place)
    low, high = np.percentile(grey, [4, 80])
    return (_levelled(dice, grey), name) if high - low > FAINTEST else None


def _scanned(dice, text, mask, radius, faces):
    """The seal on its page, at this radius in pixels, as extract/seal has it: without the print
    under it, or with what could not be told apart from it."""
    side = int(2 * seals.CENTRE * radius / seals.RADIUS)
    mask = cv2.resize(mask, (side, side), interpolation=cv2.INTER_AREA)
    paper = dice.uniform(200, 255)
    ink = paper - dice.uniform(60, 200) * mask
    way = dice.random()
    if way > 0.25:
        print_ = _print(dice, text, side, radius, faces)
        if way < 0.55:  # filled from what stands around it
            holes = (print_ > 0.3).astype(np.uint8)
            ink = cv2.inpaint(ink.astype(np.uint8), holes, 3, cv2.INPAINT_TELEA).astype(np.float32)
        elif way < 0.65:  # blanked
            ink = np.where(cv2.dilate(print_, np.ones((2, 2))) > 0.4, paper, ink)
        elif way < 0.82:  # blanked but for its edges
            rest = cv2.dilate(print_, np.ones((3, 3))) - cv2.erode(print_, np.ones((2, 2)))
            ink = np.where(print_ > 0.6, paper, ink)
            ink = np.minimum(ink, paper - dice.uniform(20, 120) * rest * dice.speckle(*rest.shape))
        else:
            ink = np.minimum(ink, paper - (paper - dice.uniform(10, 120)) * print_)
    ink = cv2.GaussianBlur(ink.astype(np.float32), (0, 0), dice.uniform(0.3, 1.7) * radius / 160)
    ink = ink + dice.grain(*ink.shape) * dice.uniform(1, 16)
    if dice.chance(0.3):
        limit = dice.uniform(0.55, 0.88) * paper
        ink = np.where(ink > limit, 255, 0).astype(np.float32)
    elif dice.chance(0.6):
        _, data = cv2.imencode(".jpg", np.clip(ink, 0, 255).astype(np.uint8),
                               [cv2.IMWRITE_JPEG_QUALITY, dice.randrange(40, 92)])
        ink = cv2.imdecode(data, cv2.IMREAD_GRAYSCALE).astype(np.float32)
    return np.clip(ink, 0, 255).astype(np.float32)


def _print(dice, text, side, radius, faces):
    """Lines of print, and at times the rules of a table, as ink from 0 to 1."""
    picture = Image.new("L", (side, side), 0)
    pen = ImageDraw.Draw(picture)
    em = int(radius * dice.uniform(0.17, 0.27))
    font, y = dice.choice(faces).at(em), dice.randrange(0, em)
    gap = dice.uniform(1.25, 3.2)
    while y < side:
        start = dice.choice([-em, side // 3, 0])
        pen.text((start, y), text.prose(dice.randrange(4, side // em + 2)), fill=255, font=font)
        if dice.chance(0.3):
            pen.line((0, y - em // 5, side, y - em // 5), fill=255, width=max(1, em // 14))
        y += int(em * gap)
    if dice.chance(0.4):
        x = dice.randrange(0, side)
        pen.line((x, 0, x, side), fill=255, width=max(1, em // 14))
    return np.asarray(picture).astype(np.float32) / 255


def _unrolled(dice, grey, radius, place):
    """The strip: see extract/seal.Unroll. Its ends and the characters' feet are found, there, by
    where ink is; here they are drawn a little off."""
    middle = seals.CENTRE * radius / seals.RADIUS
    pitch = (place.end - place.start) / max(1, place.count - 1)
    before, after = (dice.uniform(0.5, 1.3) * pitch for _ in range(2))
    start, end = place.start - before, place.end + after
    feet = min(place.feet + dice.gauss(-0.015, 0.02), 0.8)
    inner, outer = feet * radius, OUTER * radius * (1 + dice.gauss(0, 0.012))
    wide = dice.choice([1, 1.1, 1.15, 1.3])
    if dice.chance(0.3):  # characters made square
        wide = min(max((outer - inner) / (pitch * (inner + outer) / 2), 0.8), 1.7)
    width = int((end - start) * (inner + outer) / 2 * HEIGHT / (outer - inner) * wide)
    width = max(8, round(width / 8) * 8)
    angle = start + (end - start) * (np.arange(width) + 0.5) / width
    reach = outer - (np.arange(HEIGHT) + 0.5) * (outer - inner) / HEIGHT
    off = [dice.gauss(0, 0.01) * radius for _ in range(2)]
    x = middle + off[0] + reach[:, None] * np.sin(angle)[None, :]
    y = middle + off[1] - reach[:, None] * np.cos(angle)[None, :]
    return cv2.remap(grey, x.astype(np.float32), y.astype(np.float32), cv2.INTER_LINEAR,
                     borderMode=cv2.BORDER_CONSTANT, borderValue=255)


def _levelled(dice, grey):
    """The strip with its darkest twentieth black; where the page's paper was white before, white."""
    black, white = np.percentile(grey, 5), 255
    if dice.chance(0.7):
        white = max(np.percentile(grey, dice.uniform(50, 90)), black + 20)
    return np.clip((grey - black) * 255 / max(white - black, 1), 0, 255).astype(np.float32)
