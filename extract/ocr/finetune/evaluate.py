"""How well a model reads lines that it was not trained on."""
from typing import NamedTuple

import torch

import fonts
from lines import Maker

BATCHES = 10  # of each set
WIDTHS = {320: 1, 480: 1}


class Set(NamedTuple):
    """Lines of some fonts; of one kind of copy nine in ten lie under a seal."""

    seed: int
    faces: dict
    kind: str | None = None
    sealed: float = 0.45
    rings: float = 0


# "trained fonts" has lines that training does not draw, in the fonts it draws them in.
SETS = {
    "trained fonts": Set(781, fonts.CHINESE),
    "held-out fonts": Set(785, fonts.HELD_OUT),
    "held-out clean": Set(787, fonts.HELD_OUT, "clean", 0.9),
    "held-out office": Set(788, fonts.HELD_OUT, "office", 0.9),
    "held-out poor": Set(786, fonts.HELD_OUT, "poor", 0.9),
    "held-out phone": Set(789, fonts.HELD_OUT, "phone", 0.9),
    "held-out bitonal": Set(790, fonts.HELD_OUT, "bitonal", 0.9),
    "names on rings": Set(791, fonts.HELD_OUT, rings=1),
}


def batches(known):
    """{name: batches} of all sets, the same in every run."""
    made = {}
    for name, s in SETS.items():
        maker = Maker(known, s.seed, s.faces, s.kind, s.sealed, s.rings)
        made[name] = [maker.batch(WIDTHS) for _ in range(BATCHES)]
    return made


def report(net, sets):
    """Prints the character error rate and the share of faultless lines of each set."""
    for name, held in sets.items():
        errors = characters = faultless = count = 0
        for pictures, labels in held:
            for read, label in zip(decoded(logits(net, pictures)), labels):
                wrong = distance(read, label)
                errors, characters = errors + wrong, characters + len(label)
                faultless, count = faultless + (wrong == 0), count + 1
        print(f"  {name:16} character errors {100 * errors / characters:5.2f} %, "
              f"faultless lines {100 * faultless / count:4.1f} %", flush=True)


def logits(net, pictures):
    """What the net makes of a batch of lines.Maker, without gradients."""
    with torch.no_grad():
        return net(torch.from_numpy(pictures).expand(-1, 3, -1, -1))


def decoded(output):
    """The classes that CTC's best path names, for each line: runs once, blanks not at all."""
    lines = []
    for path in output.argmax(-1).tolist():
        lines.append([c for c, before in zip(path, [0] + path) if c not in (0, before)])
    return lines


def distance(a, b):
    """The edit distance of two lists."""
    row = list(range(len(b) + 1))
    for i, x in enumerate(a, 1):
        diagonal, row[0] = row[0], i
        for j, y in enumerate(b, 1):
            diagonal, row[j] = row[j], min(row[j] + 1, row[j - 1] + 1, diagonal + (x != y))
    return row[-1]
