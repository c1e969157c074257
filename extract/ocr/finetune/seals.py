"""Seals of companies, made up: how much ink each pixel has, from 0 to 1."""
import math
from typing import NamedTuple

import cv2
import numpy as np
from PIL import Image, ImageDraw

import fonts

RADIUS = 300  # of a seal as it is drawn, in pixels
MARGIN = 10
CENTRE = RADIUS + MARGIN
STORED = 310  # side of a stored mask
CHOPS = ["合同专用章", "财务专用章", "发票专用章", "业务专用章"]


class Name(NamedTuple):
    """Where a name stands on a ring. Angles are radians clockwise from the top, feet a share of
    the radius."""

    face: fonts.Face
    count: int  # characters
    start: float  # of the first character's middle
    end: float
    feet: float


def pool(dice, text, size=70):
    """So many seals. Drawing one costs more than a line of text, so that all lines share them."""
    faces = list(fonts.CHINESE)
    return [_seal(dice, text, faces) for _ in range(size)]


def _seal(dice, text, faces):
    picture = Image.new("L", (2 * CENTRE, 2 * CENTRE), 0)
    pen = ImageDraw.Draw(picture)
    rim(dice, pen)
    if dice.chance(0.85):
        _star(dice, pen)
    face = company(dice, text.company()[:18], picture, faces).face
    if dice.chance(0.3):
        chop, font = dice.choice(CHOPS), face.at(int(RADIUS * 0.17))
        pen.text((CENTRE, CENTRE + RADIUS * 0.5), chop, fill=255, font=font, anchor="mm")
    if dice.chance(0.5):
        number, font = text.digits(13), face.at(int(RADIUS * 0.11))
        pen.text((CENTRE, CENTRE + RADIUS * 0.8), number, fill=255, font=font, anchor="mm")
    mask = worn(dice, np.asarray(picture).astype(np.float32) / 255)
    return cv2.resize(mask, (STORED, STORED), interpolation=cv2.INTER_AREA)


def rim(dice, pen, round_=False):
    """A circle; at times an oval, a square (but not where it must be round), or a second circle
    within."""
    low, high = MARGIN, 2 * RADIUS + MARGIN
    width = dice.randrange(9, 26)
    shape = 1 if round_ else dice.random()
    if shape < 0.12:
        flat = dice.randrange(30, 130)
        pen.ellipse((low, low + flat, high, high - flat), outline=255, width=width)
    elif shape < 0.18:
        pen.rectangle((low, low, high, high), outline=255, width=width)
    else:
        pen.ellipse((low, low, high, high), outline=255, width=width)
    if dice.chance(0.15):
        pen.ellipse((low + 30, low + 30, high - 30, high - 30), outline=255, width=4)


def _star(dice, pen):
    size = RADIUS * dice.uniform(0.26, 0.36)
    turn = dice.uniform(-0.3, 0.3)
    corners = []
    for i in range(10):
        length, angle = size * (1 if i % 2 == 0 else 0.382), turn + i * math.pi / 5
        corners.append((CENTRE + length * math.sin(angle), CENTRE - length * math.cos(angle)))
    pen.polygon(corners, fill=255)


def company(dice, name, picture, faces):
    """Writes the name along the rim and returns where it stands."""
    span = min(len(name) * dice.uniform(0.30, 0.40), 4.6)  # radians
    size = int(min(RADIUS * 0.3, RADIUS * 0.74 * span / len(name) * 1.05))
    face = dice.choice(faces)
    turn, stretch = dice.uniform(-0.5, 0.5), dice.uniform(1.0, 1.6)
    away = RADIUS * 0.9 - size * stretch * 0.62  # from the centre to a character's middle
    for i, character in enumerate(name):
        angle = turn - span / 2 + span * i / max(1, len(name) - 1)
        glyph = Image.new("L", (size + 4, int(size * 1.2)), 0)
        ImageDraw.Draw(glyph).text((2, 0), character, fill=255, font=face.at(size))
        glyph = glyph.resize((glyph.width, int(glyph.height * stretch)))
        glyph = glyph.rotate(-math.degrees(angle), expand=True, resample=Image.BILINEAR)
        x = int(CENTRE + away * math.sin(angle) - glyph.width / 2)
        y = int(CENTRE - away * math.cos(angle) - glyph.height / 2)
        picture.paste(255, (x, y), glyph)
    feet = (away - size * stretch * 0.62) / RADIUS
    return Name(face, len(name), turn - span / 2, turn + span / 2, feet)


def worn(dice, mask):
    """A hand presses unevenly, and an old seal gives ink in grains."""
    side = mask.shape[0]
    pressure = cv2.resize(dice.speckle(9, 9), (side, side), interpolation=cv2.INTER_CUBIC)
    mask = mask * np.clip(1.25 - dice.uniform(0, 0.9) * pressure, 0, 1)
    if dice.chance(0.5):
        grains = cv2.GaussianBlur(dice.speckle(side, side), (0, 0), 1.2)
        mask = mask * (grains > dice.uniform(0.2, 0.46)).astype(np.float32)
    return mask


def over(dice, stored, shape, em):
    """A mask of a line's shape where one of the stored seals, at times two, crosses it.

    em is the size of the line's type. A seal is 38 to 42 mm wide, type 4 to 6 mm high, so that
    a seal's radius is 3.3 to 6.5 em.
    """
    seal, radius = dice.choice(stored), em * dice.uniform(3.3, 6.5)
    seal = cv2.resize(seal, (int(2 * radius), int(2 * radius)), interpolation=cv2.INTER_AREA)
    side = seal.shape[0]
    if dice.chance(0.5):
        turn = cv2.getRotationMatrix2D((radius, radius), dice.uniform(0, 360), 1)
        seal = cv2.warpAffine(seal, turn, (side, side))
    mask = _placed(seal, shape, *_corner(dice, shape, radius, em))
    if dice.chance(0.12):
        mask = np.maximum(mask, over(dice, stored, shape, em) * dice.uniform(0.5, 1))
    return mask


def _corner(dice, shape, radius, em):
    """Where the seal's upper left corner lies, so that some of the seal is on the line."""
    height, width = shape
    if width < 2 * radius:
        x = dice.uniform(-2 * radius + em, max(width - em, 1))
    else:
        x = dice.uniform(-radius * 0.6, width - radius * 1.2)
    return int(x), int(dice.uniform(-2 * radius + em * 0.5, height - em * 0.3))


def _placed(seal, shape, x, y):
    """An empty mask of this shape with the seal's upper left corner at x, y."""
    mask = np.zeros(shape, np.float32)
    top, bottom = max(0, y), min(shape[0], y + seal.shape[0])
    left, right = max(0, x), min(shape[1], x + seal.shape[1])
    if bottom > top and right > left:
        mask[top:bottom, left:right] = seal[top - y : bottom - y, left - x : right - x]
    return mask
