"""What forms say, made up: running words, rare characters, companies, addresses, dates, links.

The words come from jieba's list, the rest from wordlists.py. No received form is read, nor what
the generator of samples (fixtures/gen) writes: the reader is measured on those. A line means
nothing; it only must be hard to guess, so that the model learns to look.
"""
import importlib.util
import os.path

import numpy as np

import wordlists

# How often each sort of line comes, by the name of the method of Text that makes it.
SORTS = {
    "prose": 44,
    "characters": 6,
    "company": 8,
    "person": 5,
    "product": 7,
    "address": 8,
    "date": 4,
    "phone": 3,
    "web": 8,
    "registration": 2.5,
    "number": 2,
    "latin": 2.5,
}
# What running text is put together of; "nothing" is why stops stand at odd places.
PIECES = {
    "word": 70,
    "number": 6,
    "latin": 4,
    "quoted": 2,
    "bracketed": 2,
    "titled": 0.5,
    "characters": 1.5,
    "nothing": 14,
}
# Where single characters come from: the two levels of GB 2312, look-alikes, names. The rarer
# ones come far oftener than in text: a model that only sees common ones reads those into them.
CHARACTERS = {"common": 66, "uncommon": 26, "alike": 3, "rare": 5}

LEVEL_ONE = 3755  # characters of the first level of GB 2312

# A word's weight is its frequency to a power: by the frequency itself a few hundred words would be
# most of the text. Most words are drawn near to how often they come in text, so that the model
# keeps what it knows of it; the others far more evenly, so that it sees all characters.
OFTEN, EVENLY = 0.85, 0.45
SHARE_OFTEN = 0.6


def classes(dictionary):
    """{character: class} of the recogniser; class 0 is CTC's blank, the space comes last."""
    with open(dictionary, encoding="utf8") as lines:
        known = {line.rstrip("\r\n"): number for number, line in enumerate(lines, 1)}
    known[" "] = len(known) + 1
    return known


def jieba_words():
    """The path of the word list in Debian's python3-jieba, of which nothing else is used."""
    package = importlib.util.find_spec("jieba")
    if package is None:
        raise SystemExit("python3-jieba is not installed; its word list is what text is made of")
    return os.path.join(os.path.dirname(package.origin), "dict.txt")


def _gb2312(known):
    """The characters of GB 2312 that the recogniser knows, in the standard's order."""
    found = []
    for high in range(0xB0, 0xF8):
        for low in range(0xA1, 0xFF):
            try:
                character = bytes([high, low]).decode("gb2312")
            except UnicodeDecodeError:
                continue
            if character in known:
                found.append(character)
    return found


def _words(path, known):
    """Chinese words of up to six characters, and how often each comes in text."""
    words, frequencies = [], []
    with open(path, encoding="utf8") as lines:
        for line in lines:
            word, frequency = line.split()[:2]
            if len(word) <= 6 and all("\u4e00" <= c <= "\u9fff" and c in known for c in word):
                words.append(word)
                frequencies.append(float(frequency))
    return words, np.array(frequencies)


class Text:
    """Draws lines of text. Every method but the constructor returns one string."""

    def __init__(self, dice, known, words=None):
        self.dice = dice
        self.words, frequencies = _words(words or jieba_words(), known)
        self._often = np.cumsum(frequencies**OFTEN)
        self._evenly = np.cumsum(frequencies**EVENLY)
        self.places = [w for w in self.words if w[-1] in "省市区县镇路街村" and 2 <= len(w) <= 5]
        characters = _gb2312(known)
        self.common, self.uncommon = characters[:LEVEL_ONE], characters[LEVEL_ONE:]
        self.rare = [c for c in wordlists.RARE if c in known]

    def line(self, length):
        """A line of about length characters; what has a length of its own keeps it."""
        dice = self.dice
        sort = dice.weighted(SORTS)
        make = getattr(self, sort)
        text = make(length) if sort in ("prose", "characters") else make()
        if dice.chance(0.06):
            text = dice.choice(wordlists.LABELS) + dice.choice(["：", ":", "： "]) + text
        if dice.chance(0.05):
            text += dice.choice("。，；、：.")
        return text

    def prose(self, length):
        """Running text of at least length characters."""
        dice, text = self.dice, ""
        while len(text) < length:
            text += self._piece(dice.weighted(PIECES))
            if dice.chance(0.22) and text and text[-1] not in "，。、；：":
                text += dice.choice(wordlists.BREAKS)
        return text

    def _piece(self, piece):
        if piece == "quoted":
            return "“" + self.word() + "”"
        if piece == "bracketed":
            return "（" + self.word() + "）"
        if piece == "titled":
            return "《" + self.word() + self.word() + "》"
        if piece == "characters":
            return self.characters(2)
        if piece == "latin":
            return self.dice.choice(wordlists.LATIN)
        if piece == "number":
            return self.number()
        return self.word() if piece == "word" else ""

    def word(self):
        """One word."""
        weights = self._often if self.dice.chance(SHARE_OFTEN) else self._evenly
        at = self.dice.random() * weights[-1]
        return self.words[int(np.searchsorted(weights, at))]

    def characters(self, length):
        """Characters that have nothing to do with each other."""
        return "".join(self._character(self.dice.weighted(CHARACTERS)) for _ in range(length))

    def _character(self, source):
        if source == "alike":
            return self.dice.choice(self.dice.choice(wordlists.ALIKE))
        return self.dice.choice(getattr(self, source))

    def digits(self, length):
        """A number of so many digits."""
        return "".join(self.dice.choice("0123456789") for _ in range(length))

    def number(self):
        """A number, with a share or a unit or neither."""
        dice, form = self.dice, self.dice.random()
        if form < 0.3:
            return str(dice.randrange(1, 10 ** dice.randrange(1, 6)))
        if form < 0.55:
            return f"{dice.random() * 10 ** dice.randrange(0, 4):.{dice.randrange(1, 3)}f}"
        text = dice.choice(wordlists.BEFORE) + f"{dice.random() * 100:.{dice.randrange(0, 3)}f}"
        return text + ("‰" if dice.chance(0.012) else dice.choice(wordlists.BEHIND))

    def date(self):
        """A day or a month in one of the ways people write them."""
        dice = self.dice
        y, m, d = dice.randrange(1998, 2026), dice.randrange(1, 13), dice.randrange(1, 29)
        return dice.choice([
            f"{y}年{m}月{d}日", f"{y}年{m:02d}月{d:02d}日", f"{y}-{m:02d}-{d:02d}", f"{y}.{m}.{d}",
            f"{y}/{m}/{d}", f"{y}年{m}月", f"{y}.{m:02d}", f"{y}{m:02d}{d:02d}",
            f"{y}年 {m}月 {d}日",
        ])

    def syllable(self):
        """A syllable of pinyin."""
        return self.dice.choice(wordlists.SYLLABLES)

    def web(self):
        """The address of a site or a mailbox."""
        dice = self.dice
        host = self._host()
        return self._site(host) if dice.chance(0.5) else self._mailbox(host)

    def _host(self):
        dice = self.dice
        if dice.chance(0.35):
            letters = "abcdefghijklmnopqrstuvwxyz0123456789"
            return "".join(dice.choice(letters) for _ in range(dice.randrange(4, 12)))
        name = "".join(self.syllable() for _ in range(dice.randrange(1, 5)))
        return name + dice.choice(wordlists.HOST_ENDS + [self.digits(3)])

    def _site(self, host):
        dice = self.dice
        address = dice.choice(wordlists.SCHEMES) + host + dice.choice(wordlists.DOMAINS)
        if dice.chance(0.25):
            address += "/" + dice.choice([
                "index.html", "", "cn", "about.html", "product", "#/home",
                "index.php?id=" + self.digits(2), self.syllable() + "/" + self.digits(3)])
        return address

    def _mailbox(self, name):
        dice = self.dice
        user = dice.choice([
            name, self.syllable() + "." + self.syllable(), self.syllable() + "_" + self.digits(2),
            self.digits(dice.randrange(6, 11)),
            self.syllable() + self.syllable() + self.digits(dice.randrange(1, 5))])
        own = self.syllable() + self.syllable() + dice.choice([".com", ".cn", ".com.cn", ".net"])
        return user + "@" + dice.choice(wordlists.MAIL + [own])

    def phone(self):
        """A telephone number, or a postcode."""
        dice = self.dice
        return dice.choice([
            dice.choice(["13", "15", "17", "18", "19"]) + self.digits(9),
            "0" + self.digits(dice.choice([2, 3])) + dice.choice(["-", "—", " ", "－"])
            + self.digits(dice.choice([7, 8])),
            f"（0{self.digits(3)}）{self.digits(8)}",
            "0" + self.digits(3) + "-" + self.digits(8) + "-" + self.digits(3),
            self.digits(6),
            "400-" + self.digits(3) + "-" + self.digits(4),
        ])

    def registration(self):
        """A number of a certificate of copyright, or a version."""
        dice = self.dice
        return dice.choice([
            f"软著登字第{self.digits(7)}号",
            f"{dice.randrange(2008, 2026)}SR{self.digits(dice.choice([6, 7]))}",
            f"V{dice.randrange(1, 9)}.{dice.randrange(0, 10)}",
            f"V{dice.randrange(1, 9)}.{dice.randrange(0, 10)}.{dice.randrange(0, 20)}",
            f"v{dice.randrange(1, 9)}.{dice.randrange(0, 10)}",
            f"No.{self.digits(8)}",
            f"证书号：软著登字第{self.digits(7)}号",
            f"登记号：{dice.randrange(2008, 2026)}SR{self.digits(7)}",
        ])

    def person(self):
        """A name of two or three characters, the given name often of rare ones."""
        dice = self.dice
        return dice.choice(wordlists.SURNAMES) + self.characters(dice.choice([1, 1, 2, 2, 2]))

    def company(self):
        """A company's name."""
        dice = self.dice
        place = dice.choice(self.places) if dice.chance(0.7) else ""
        name = self.characters(dice.choice([2, 2, 3, 4]))
        trade = dice.choice(wordlists.TRADES + [self.word()])
        return place + name + trade + dice.choice(wordlists.COMPANIES)

    def product(self):
        """The name of a piece of software, often with its version or short name."""
        dice = self.dice
        name = self.word() + self.word() + dice.choice(["、", "", "", "（", "-", "", ""])
        return name + self.word() + dice.choice(wordlists.PRODUCTS) + dice.choice([
            "", "", "V1.0", "V2.0", "V3.2", f"[简称：{self.word()}]", f"（{self.word()}版）",
            f"V{dice.randrange(1, 9)}.{dice.randrange(10)}"])

    def address(self):
        """Where a company sits."""
        dice = self.dice
        street = dice.choice(self.places) + dice.choice(self.places)
        street += self.word() + dice.choice(wordlists.ROADS)
        house = str(dice.randrange(1, 3000)) + "号" + dice.choice([
            "", "", self.word() + "大厦",
            self.word() + "广场" + dice.choice(["A", "B", "C", "1", "2"]) + "座",
            f"创业园{dice.randrange(1, 30)}号楼"])
        room = dice.choice([
            "", f"{dice.randrange(1, 40)}层", f"{dice.randrange(100, 3000)}室",
            f"{dice.choice('ABCDEF')}{dice.randrange(100, 2000)}",
            f"{dice.randrange(1, 20)}楼{dice.randrange(100, 2000)}室",
            f"{dice.randrange(1, 12)}-{dice.randrange(101, 1200)}"])
        return street + house + room

    def latin(self):
        """A few Latin words."""
        dice = self.dice
        return " ".join(dice.choice(wordlists.LATIN) for _ in range(dice.randrange(1, 5)))
