"""Lines of text as scanners, copiers, phones and seals leave them, with what they say.

`python3 lines.py KEYS OUT.png` draws forty of them to look at and prints their text; KEYS is the
recogniser's dictionary, bin/models/ppocr_keys_v1.txt.
"""
import sys
from typing import NamedTuple

import cv2
import numpy as np
from PIL import Image, ImageDraw

import degrade
import fonts
import seals
from dice import Dice
from rings import strip
from text import Text, classes

HEIGHT = 48  # of the recogniser's input, in pixels
STRIDE = 8  # columns of the input for each step of its output
PIXELS = 6400  # columns of a batch, all lines together
# Widths of a batch, in pixels, and how often each is taken. Lines are cut to it.
WIDTHS = {128: 1, 256: 2, 320: 3, 480: 4, 640: 3, 800: 2}
RINGS = 0.2  # share of tries that are names on seals; most do not fit the width
EMS = [20, 22, 24, 26, 28, 30, 32, 36, 40, 44, 48, 54]  # sizes of type, before scaling to HEIGHT


class Type(NamedTuple):
    """What one line is set in. Lengths are pixels."""

    em: int
    face: fonts.Face
    latin: fonts.Face  # for what is not Chinese; may be face itself
    latin_em: int
    percent: bool  # the percent sign is face's, too
    track: float  # added after each Chinese character
    left: float  # margins, negative where the line's box cuts into it
    right: float
    baseline: int
    height: int


class Maker:
    """Makes lines and batches of them, all from one seed.

    known is text.classes(); faces are the Chinese fonts with their weights. With a kind of
    degrade.KINDS, only that is made; sealed is the share of lines that a seal crosses.
    """

    def __init__(self, known, seed, faces=None, kind=None, sealed=0.5, rings=RINGS):
        self.dice = Dice(seed)
        self.known = known
        self.text = Text(self.dice, known)
        self.faces = faces or fonts.CHINESE
        self.kinds = {name: k.weight for name, k in degrade.KINDS.items() if kind in (None, name)}
        self.sealed, self.rings = sealed, rings
        self.seals = seals.pool(self.dice, self.text)

    def batch(self, widths=None):
        """Pictures and labels of one batch: float32 of lines × 1 × HEIGHT × width, from -1 for
        black to 1 for white, and the classes of each line's characters.

        The recogniser takes three channels, all the same. Columns right of a line are 0, as the
        recogniser knows it from its own training.
        """
        width = self.dice.weighted(widths or WIDTHS)
        count = max(4, PIXELS // width)
        pictures = np.zeros((count, 1, HEIGHT, width), np.float32)
        labels = []
        while len(labels) < count:
            grey, said = self.line(max(2, width // 26), width)
            if grey.shape[1] > width + 64:
                continue
            if grey.shape[1] > width:
                grey = cv2.resize(grey, (width, HEIGHT))
            label = [self.known[c] for c in said]
            if steps(label) > grey.shape[1] // STRIDE:
                continue
            pictures[len(labels), 0, :, : grey.shape[1]] = grey / 127.5 - 1
            labels.append(label)
        return pictures, labels

    def line(self, length, width):
        """A grey picture HEIGHT pixels high, about width or less wide, and what it says."""
        while True:
            if self.dice.chance(self.rings):
                ring = strip(self.dice, self.text, list(self.faces))
                if ring is None or not 0.55 * width < ring[0].shape[1] <= width + 64:
                    continue
                return ring
            ink, em, said = self._written(length, width)
            kind = degrade.KINDS[self.dice.weighted(self.kinds)]
            sealed = self.dice.chance(self.sealed)
            ink = degrade.printed(self.dice, kind, ink)
            seal = seals.over(self.dice, self.seals, ink.shape, em) if sealed else None
            grey = degrade.photographed(self.dice, kind, ink, em, seal)
            if grey is not None:
                return self._scaled(grey), said

    def _scaled(self, grey):
        """As high as the recogniser wants it, and so wide that its steps come out even."""
        height, width = grey.shape
        if self.dice.chance(0.05):
            width = int(width * self.dice.uniform(1.1, 1.35))
            grey = cv2.resize(grey, (width, height))
        scaled = max(STRIDE, int(round(width * HEIGHT / height / STRIDE)) * STRIDE)
        how = cv2.INTER_AREA if height > HEIGHT else cv2.INTER_LINEAR
        return cv2.resize(grey, (scaled, HEIGHT), interpolation=how)

    def _written(self, length, width):
        """Ink of a line, the size of its type, and what of its text came to stand on it."""
        said = ""
        while not said:
            setting, text = self._setting(length)
            glyphs, said, end = self._set(setting, text, width)
        ink = Image.new("L", (max(int(end + setting.right), 12), setting.height), 0)
        pen = ImageDraw.Draw(ink)
        for x, character, font in glyphs:
            pen.text((x, setting.baseline), character, fill=255, font=font, anchor="ls")
        self._neighbour(pen, setting, ink.width)
        self._rules(pen, ink.width, ink.height)
        ink = np.asarray(ink).astype(np.float32) / 255
        if self.dice.chance(0.07):  # narrow type, as on seals and in crowded cells
            narrow = max(12, int(ink.shape[1] * self.dice.uniform(0.62, 0.92)))
            ink = cv2.resize(ink, (narrow, ink.shape[0]), interpolation=cv2.INTER_AREA)
        return ink, setting.em, said

    def _setting(self, length):
        """Draws the type of a line, and its text."""
        dice = self.dice
        em, face = dice.choice(EMS), dice.weighted(self.faces)
        latin = dice.weighted(fonts.LATIN) if dice.chance(0.62) else None
        latin_em = int(em * dice.uniform(0.92, 1.05)) if latin else em
        text = self.text.line(length)
        percent = dice.chance(0.5)
        track = self._track() * em
        above, below = (max(-0.03, dice.gauss(0.17, 0.10)) for _ in range(2))
        left, right = dice.uniform(0.02, 0.5) * em, dice.uniform(0.02, 0.5) * em
        baseline, height = int(em * (above + 0.87)), int(em * (1 + above + below))
        latin = latin or face
        return Type(em, face, latin, latin_em, percent, track, left, right, baseline, height), text

    def _track(self):
        """Space between characters, in em: mostly little; some lines are spread over a cell."""
        dice = self.dice
        if dice.chance(0.5):
            return 0
        return dice.uniform(-0.04, 0.28) if dice.chance(0.8) else dice.uniform(0.28, 0.9)

    def _set(self, setting, text, width):
        """Sets as much of the text as fits a batch's width. Returns the glyphs as (x, character,
        font), what they say, and where the line ends. What the fonts lack is left out."""
        limit = width * setting.height / HEIGHT - setting.right
        x, glyphs, said = setting.left, [], ""
        for character in text:
            font, track = self._font(setting, character)
            if character == " ":
                font, advance = None, self.dice.uniform(0.25, 0.5) * setting.em
            elif font is None:
                continue
            else:
                advance = font.getlength(character) + track
            if x + advance > limit:
                break
            if font:
                glyphs.append((x, character, font))
            said += character
            x += advance
        return glyphs, said.strip(), x

    def _font(self, setting, character):
        """The font that has this character, and the space after it; or None."""
        code = ord(character)
        if character not in self.known:
            return None, 0
        if code < 0x250 and code in setting.latin.characters:
            if not (character == "%" and setting.percent):
                return setting.latin.at(setting.latin_em), setting.track * 0.3
        if code in setting.face.characters:
            return setting.face.at(setting.em), setting.track
        return None, 0

    def _neighbour(self, pen, setting, width):
        """The line above or below reaches into the box of some lines."""
        dice = self.dice
        if not dice.chance(0.16):
            return
        y = setting.baseline + setting.em * dice.uniform(1.12, 1.6) * dice.choice([-1, 1])
        text = self.text.prose(width // setting.em + 1)
        x, font = setting.left + dice.uniform(-0.5, 0.5) * setting.em, setting.face.at(setting.em)
        for character in text:
            if ord(character) in setting.face.characters:
                pen.text((x, y), character, fill=255, font=font, anchor="ls")
            x += setting.em

    def _rules(self, pen, width, height):
        """Rules of the table, which should be outside of the box and are not always."""
        dice = self.dice
        if dice.chance(0.10):
            thick = dice.randrange(1, 4)
            near = [dice.randrange(0, max(1, int(height * 0.07))) for _ in range(2)]
            y = dice.choice([near[0], height - 1 - near[1]])
            pen.line((0, y, width, y + dice.randrange(-1, 2)), fill=255, width=thick)
        if dice.chance(0.06):
            if dice.chance(0.5):
                top, bottom = dice.choice([1, width - 2]), dice.choice([1, width - 2])
                pen.line((top, 0, bottom, height), fill=255, width=dice.randrange(1, 3))
            else:
                pen.line((1, 0, 1, height), fill=255, width=2)


def steps(label):
    """Steps of output that CTC needs for a label: one each, one between two that are alike."""
    return len(label) + sum(a == b for a, b in zip(label, label[1:]))


def main(keys, out):
    """Draws forty lines in two columns."""
    maker = Maker(classes(keys), 1)
    rows = []
    for _ in range(40):
        grey, said = maker.line(18, 560)
        row = np.full((HEIGHT + 4, 640), 128, np.float32)
        row[:HEIGHT, : grey.shape[1]] = grey[:, :640]
        rows.append(row)
        print(said)
    cv2.imwrite(out, np.hstack([np.vstack(rows[:20]), np.vstack(rows[20:])]))


if __name__ == "__main__":
    main(*sys.argv[1:])
