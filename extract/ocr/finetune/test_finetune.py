"""`make finetune-test` runs these. What needs the models is skipped where they are missing."""
import struct
import tempfile
import unittest
import zlib
from pathlib import Path

import numpy as np
import onnx
import torch
import torch.nn.functional as F
from onnx import helper, numpy_helper
from PIL import Image

import degrade
import delta
import evaluate
import fonts
import lines
import rings
import text
import train
from depthwise import Depthwise
from dice import Dice
from net import Net

ROOT = Path(__file__).resolve().parents[3]
MODEL = ROOT / "bin/models" / train.MODEL
KEYS = ROOT / "bin/models" / train.KEYS
PHONE = ROOT / "extract/ocr/testdata/lines/phone.png"
needs_models = unittest.skipUnless(MODEL.exists() and KEYS.exists(), "see `make models`")

# The most likely class of each step and its probability, as ONNX Runtime 1.24 gives them for the
# line below through extract/ocr/ppocr with the pinned model: 0532-69326660-801.
GOLDEN = [
    (0, 0.992627), (26, 0.999967), (0, 0.998974), (631, 0.999965), (0, 0.999812), (94, 0.999943),
    (0, 0.999982), (25, 0.999980), (0, 0.998410), (28, 0.999946), (933, 0.999879), (0, 0.813684),
    (1109, 0.999946), (0, 0.525398), (94, 0.999968), (0, 0.740309), (25, 0.999899), (25, 0.978049),
    (933, 0.999993), (0, 0.999955), (933, 0.989040), (933, 0.981804), (0, 0.999899),
    (933, 0.999953), (0, 0.991771), (26, 0.999910), (28, 0.999725), (0, 0.731179), (27, 0.999988),
    (0, 0.999738), (26, 0.999982), (0, 0.999671), (93, 0.999796), (0, 0.998645),
]


def phone_line():
    """A line of extract/ocr/testdata as the recogniser takes it; nothing is resampled."""
    with Image.open(PHONE) as picture:
        grey = np.asarray(picture.convert("L"), np.float32)
    padded = np.full((lines.HEIGHT, grey.shape[1]), 255, np.float32)
    padded[3 : 3 + grey.shape[0]] = grey
    return (padded / 127.5 - 1)[None, None]


@needs_models
class Lines(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.known = text.classes(KEYS)
        cls.maker = lines.Maker(cls.known, 1)

    def test_labels_fit(self):
        """No label is longer than CTC can put on the columns that its line has."""
        for width in (128, 480):
            pictures, labels = self.maker.batch({width: 1})
            self.assertEqual(pictures.shape, (lines.PIXELS // width, 1, lines.HEIGHT, width))
            self.assertLessEqual(float(np.abs(pictures).max()), 1 + 1e-6)
            for picture, label in zip(pictures, labels):
                used = np.flatnonzero(picture[0].any(axis=0))[-1] + 1
                self.assertTrue(label)
                self.assertLessEqual(lines.steps(label), used // lines.STRIDE)
                self.assertTrue(all(0 < c < len(self.known) + 1 for c in label))

    def test_same_seed_same_lines(self):
        first, second, other = (lines.Maker(self.known, seed) for seed in (2, 2, 3))
        picture, said = first.line(12, 400)
        again, said_again = second.line(12, 400)
        self.assertEqual(said, said_again)
        np.testing.assert_array_equal(picture, again)
        self.assertNotEqual(said, other.line(12, 400)[1])

    def test_every_kind(self):
        for kind in degrade.KINDS:
            maker = lines.Maker(self.known, 4, fonts.HELD_OUT, kind, 0.9)
            picture, said = maker.line(12, 400)
            self.assertEqual((picture.shape[0], picture.shape[1] % lines.STRIDE), (48, 0), kind)
            self.assertTrue(said, kind)

    def test_text(self):
        """Every sort of line can be made; prose and characters as long as asked for."""
        maker = text.Text(Dice(5), self.known)
        for sort in set(text.SORTS) - {"prose", "characters"}:
            self.assertTrue(getattr(maker, sort)(), sort)
        self.assertGreaterEqual(len(maker.prose(30)), 30)
        self.assertEqual(len(maker.characters(30)), 30)


class Steps(unittest.TestCase):
    def test_steps(self):
        for label, want in (([], 0), ([7], 1), ([7, 8], 2), ([7, 7], 3), ([7, 7, 7, 8], 6)):
            self.assertEqual(lines.steps(label), want, label)


def model_of(**weights):
    """A file of a graph that holds these weights and computes nothing."""
    nodes = [
        helper.make_node("Constant", [], [name], value=numpy_helper.from_array(value, name))
        for name, value in weights.items()
    ]
    if "matrix" in weights:
        nodes.append(helper.make_node("MatMul", ["x", "matrix"], ["y"]))
    return helper.make_model(helper.make_graph(nodes, "weights", [], [])).SerializeToString()


def constants(model):
    """The nodes that hold a model's weights."""
    return [n for n in onnx.load_from_string(model).graph.node if n.op_type == "Constant"]


def applied(base, packed):
    """What extract/ocr/ppocr/tuned.go makes of a delta, weight by weight."""
    plain, made = zlib.decompress(packed, -15), bytearray(base)
    at = len(delta.MAGIC) + 64
    (tensors,) = struct.unpack_from("<I", plain, at)
    at += 4
    for _ in range(tensors):
        offset, rows, columns = struct.unpack_from("<III", plain, at)
        scales = struct.unpack_from(f"<{rows}f", plain, at + 12)
        steps = struct.unpack_from(f"<{rows * columns}b", plain, at + 12 + 4 * rows)
        at += 12 + 4 * rows + rows * columns
        for i, step in enumerate(steps):
            (weight,) = struct.unpack_from("<f", made, offset + 4 * i)
            change = np.float32(scales[i // columns]) * np.float32(step)
            struct.pack_into("<f", made, offset + 4 * i, np.float32(weight) + change)
    return bytes(made)


class Delta(unittest.TestCase):
    def setUp(self):
        random = np.random.default_rng(1)
        self.weights = {
            "matrix": random.normal(size=(5, 7)).astype(np.float32),
            "bias": random.normal(size=6).astype(np.float32),
            "kept": random.normal(size=(2, 3)).astype(np.float32),
        }
        self.tuned = {name: value.copy() for name, value in self.weights.items()}
        self.tuned["matrix"][:4] += random.normal(scale=0.01, size=(4, 7)).astype(np.float32)
        self.tuned["bias"] += random.normal(scale=0.01, size=6).astype(np.float32)
        self.base = model_of(**self.weights)

    def test_round_trip(self):
        packed = delta.make(self.base, model_of(**self.tuned))
        made = delta.apply(self.base, packed)
        self.assertEqual(made, applied(self.base, packed))
        for node in constants(made):
            name, got = node.output[0], numpy_helper.to_array(node.attribute[0].t)
            half = np.abs(self.tuned[name] - self.weights[name]).max() / delta.STEPS / 2
            np.testing.assert_allclose(got, self.tuned[name], rtol=0, atol=half + 1e-6)
        self.assertNotEqual(made, self.base)

    def test_nothing_changed(self):
        packed = delta.make(self.base, self.base)
        self.assertEqual(delta.apply(self.base, packed), self.base)

    def test_share(self):
        none = delta.make(self.base, model_of(**self.tuned), share=0)
        self.assertEqual(delta.apply(self.base, none), self.base)

    def test_sharpen(self):
        packed = delta.make(self.base, model_of(**self.tuned), sharpen=1.2)
        sharper = numpy_helper.to_array(constants(delta.apply(self.base, packed))[0].attribute[0].t)
        near = np.abs(self.tuned["matrix"]).max() * 0.25 / delta.STEPS
        np.testing.assert_allclose(sharper, self.tuned["matrix"] * np.float32(1.2), rtol=0, atol=near)

    def test_refused(self):
        packed = delta.make(self.base, model_of(**self.tuned))
        plain = bytearray(zlib.decompress(packed, -15))
        with self.assertRaisesRegex(ValueError, "another model"):
            delta.apply(model_of(other=self.weights["bias"]), packed)
        plain[-1] ^= 1
        with self.assertRaisesRegex(ValueError, "damaged"):
            delta.apply(self.base, delta._deflated(bytes(plain)))
        with self.assertRaisesRegex(ValueError, "no delta"):
            delta.apply(self.base, delta._deflated(b"something else"))


class Convolution(unittest.TestCase):
    def test_as_torch(self):
        """Depthwise gives what torch gives, forwards and backwards."""
        torch.manual_seed(1)
        for k, height, width in ((3, 5, 9), (5, 12, 17), (5, 1, 1)):
            tensors = [torch.randn(2, 4, height, width), torch.randn(4, 1, k, k), torch.randn(4)]
            weigh, results = torch.randn(2, 4, height, width), []
            for how in (lambda x, w, b: F.conv2d(x, w, b, 1, k // 2, 1, 4), Depthwise.apply):
                given = [t.clone().requires_grad_() for t in tensors]
                out = how(*given)
                (out * weigh).sum().backward()
                results.append([out] + [t.grad for t in given])
            for ours, theirs in zip(*results):
                torch.testing.assert_close(ours, theirs, rtol=1e-4, atol=1e-4)


class Rings(unittest.TestCase):
    def test_strip(self):
        """A strip has the recogniser's height, is grey, and holds a company's name."""
        dice = Dice(3)
        known = {c: n for n, c in enumerate(map(chr, range(0x4E00, 0x9FA6)), 1)}
        writer, faces = text.Text(dice, known), list(fonts.CHINESE)
        drawn = [s for s in (rings.strip(dice, writer, faces) for _ in range(12)) if s]
        self.assertGreater(len(drawn), 6)
        for grey, said in drawn:
            self.assertEqual(grey.shape[0], lines.HEIGHT)
            self.assertEqual(grey.shape[1] % lines.STRIDE, 0)
            self.assertTrue(0 <= grey.min() < 60 < 140 < grey.max() <= 255)
            self.assertTrue(0 < len(said) <= rings.LONGEST)


@needs_models
class Recogniser(unittest.TestCase):
    def setUp(self):
        torch.set_num_threads(1)
        self.net = Net(str(MODEL))

    def test_as_onnx_runtime(self):
        output = evaluate.logits(self.net, phone_line()).softmax(-1)[0]
        for step, (row, (number, probability)) in enumerate(zip(output, GOLDEN)):
            self.assertEqual(int(row.argmax()), number, step)
            self.assertAlmostEqual(float(row[number]), probability, delta=1e-4, msg=f"step {step}")
        names = {number: c for c, number in text.classes(KEYS).items()}
        read = evaluate.decoded(output[None])[0]
        self.assertEqual("".join(names[c] for c in read), "0532-69326660-801")

    def test_saved_as_loaded(self):
        with tempfile.TemporaryDirectory() as folder:
            self.net.save(f"{folder}/same.onnx")
            self.assertEqual(Path(folder, "same.onnx").read_bytes(), MODEL.read_bytes())

    def test_frozen(self):
        """Training moves what is not frozen, all of it, and nothing else."""
        trained = self.net.freeze(train.FROZEN)
        label = [[26, 631, 94]]
        train.ctc(self.net(torch.from_numpy(phone_line()).expand(-1, 3, -1, -1)), label).backward()
        self.assertTrue(all(p.grad is not None for p in trained))
        self.assertLess(len(trained), len(self.net.params))
        moved = [p for p in self.net.params.values() if p.grad is not None]
        self.assertEqual(len(moved), len(trained))


class Training(unittest.TestCase):
    def test_average(self):
        weight = torch.nn.Parameter(torch.tensor([1.0, 2.0]))
        average = train.Average([weight])
        average.swap()  # nothing yet
        self.assertEqual(weight.tolist(), [1, 2])
        average.add()
        weight.data += 1
        average.add()
        average.swap()
        new = 1 - train.AVERAGE
        np.testing.assert_allclose(weight.tolist(), [1 + new, 2 + new], rtol=1e-6)
        average.swap()
        self.assertEqual(weight.tolist(), [2, 3])

    def test_read(self):
        output = torch.eye(4)[[0, 2, 2, 0, 2, 3, 3, 0]][None]
        self.assertEqual(evaluate.decoded(output), [[2, 2, 3]])
        for a, b, want in (("", "", 0), ("abc", "abc", 0), ("abc", "axc", 1), ("ab", "abcd", 2),
                           ("kitten", "sitting", 3)):
            self.assertEqual(evaluate.distance(list(a), list(b)), want, (a, b))


if __name__ == "__main__":
    unittest.main()
