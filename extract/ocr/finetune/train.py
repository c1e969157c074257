"""Tunes PP-OCRv4's line recogniser to Chinese forms and writes the change of its weights.

    train.py --models bin/models --work DIR --out extract/ocr/ppocr/recognition.delta

README.md says what it learns from. The pinned model under --models stays as it is. A run is
limited by time, not steps, so that two runs differ, if little; --work gets a model every ten
minutes and one at the end.
"""
import argparse
import math
import multiprocessing
import time
from pathlib import Path

import cv2
import torch
import torch.nn.functional as F

import delta
import evaluate
import fonts
from lines import Maker
from net import Net
from text import classes

MODEL, KEYS = "ch_PP-OCRv4_rec_infer.onnx", "ppocr_keys_v1.txt"  # as make models names them

FROZEN = 8  # convolutions at the input's end that stay: strokes look on forms as elsewhere
RATE = 2.0e-4  # learning rate at its highest
WARM_UP = 60  # steps until it is reached; from there a cosine of the time falls to LEAST of it
LEAST = 0.03
BETAS = (0.9, 0.98)  # of AdamW
DECAY = 1e-3  # of weights; not of biases and scales
CLIP = 4.0  # greatest norm of a step's gradients
AVERAGE = 0.997  # of the moving average of the weights, which is what is written
AVERAGE_FROM = 200  # steps before it begins

QUEUE = 12  # batches drawn ahead
LOG = 50  # steps
CHECKPOINT = 600  # seconds
PATIENCE = 300  # seconds without a new batch after which the drawing process must have died
FIRST_SEED = 1000  # added to --seed, so that no run learns the lines of evaluate.SETS


class Average:
    """The moving average of weights. It reads better than the weights of any step."""

    def __init__(self, weights):
        self.weights, self.values = weights, None

    @torch.no_grad()
    def add(self):
        """Takes the present weights into the average."""
        if self.values is None:
            self.values = [w.detach().clone() for w in self.weights]
        for value, w in zip(self.values, self.weights):
            value.mul_(AVERAGE).add_(w, alpha=1 - AVERAGE)

    @torch.no_grad()
    def swap(self):
        """Puts the average in place of the weights, or back. Before it has begun, nothing."""
        for value, w in zip(self.values or [], self.weights):
            kept = w.detach().clone()
            w.copy_(value)
            value.copy_(kept)


class Trainer:
    """One run."""

    def __init__(self, net, queue, sets, minutes, work):
        self.net, self.queue, self.sets = net, queue, sets
        self.seconds, self.work = minutes * 60, work
        self.weights = net.freeze(FROZEN)
        self.average = Average(self.weights)
        matrices = [w for w in self.weights if w.ndim > 1]
        others = [w for w in self.weights if w.ndim <= 1]
        self.optimiser = torch.optim.AdamW(
            [{"params": matrices, "weight_decay": DECAY}, {"params": others, "weight_decay": 0}],
            lr=RATE, betas=BETAS)

    def run(self):
        """Trains until the time is over; then the net has the averaged weights."""
        start = saved = time.monotonic()
        step = lines = running = 0
        while (now := time.monotonic()) - start < self.seconds:
            loss, count = self._step(self._rate(step, (now - start) / self.seconds))
            step, lines = step + 1, lines + count
            running = loss if step == 1 else 0.98 * running + 0.02 * loss
            if step > AVERAGE_FROM:
                self.average.add()
            minutes = (time.monotonic() - start) / 60
            if step % LOG == 0:
                progress = f"{minutes:.1f} min, step {step}, {lines} lines, loss {running:.3f}"
                print(progress, flush=True)
            if time.monotonic() - saved > CHECKPOINT:
                saved = time.monotonic()
                self.average.swap()
                self._checkpoint(f"after-{int(minutes)}-minutes.onnx")
                self.average.swap()
        print(f"{step} steps, {lines} lines")
        self.average.swap()
        self._checkpoint("tuned.onnx")

    def _rate(self, step, elapsed):
        """The learning rate at a step, when this share of the time has gone."""
        fall = 0.5 * (1 + math.cos(math.pi * elapsed))
        return RATE * min(1, (step + 1) / WARM_UP) * (fall * (1 - LEAST) + LEAST)

    def _step(self, rate):
        """Learns from one batch; returns its loss and its lines."""
        for group in self.optimiser.param_groups:
            group["lr"] = rate
        pictures, labels = self.queue.get(timeout=PATIENCE)
        self.optimiser.zero_grad()
        with torch.autocast("cpu", dtype=torch.bfloat16):  # a fifth quicker; weights stay float32
            logits = self.net(torch.from_numpy(pictures).expand(-1, 3, -1, -1))
        loss = ctc(logits.float(), labels)
        loss.backward()
        torch.nn.utils.clip_grad_norm_(self.weights, CLIP)
        self.optimiser.step()
        return loss.item(), len(labels)

    def _checkpoint(self, name):
        evaluate.report(self.net, self.sets)
        self.net.save(self.work / name)


def ctc(logits, labels):
    """CTC's loss, of each line by the root of its length: by the length itself, short lines would
    count too much, undivided, long ones."""
    lengths = torch.tensor([len(label) for label in labels])
    steps = torch.full((len(labels),), logits.shape[1], dtype=torch.long)
    together = torch.tensor(sum(labels, []))
    losses = F.ctc_loss(logits.log_softmax(-1).permute(1, 0, 2), together, steps, lengths,
                        blank=0, reduction="none", zero_infinity=True)
    return (losses / lengths.clamp(min=1).sqrt()).mean()


def draw(queue, known, seed):
    """Fills the queue with batches, in a process of its own."""
    cv2.setNumThreads(1)
    maker = Maker(known, seed)
    while True:
        queue.put(maker.batch())


def arguments():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--models", type=Path, required=True, help=f"folder of {MODEL} and {KEYS}")
    parser.add_argument("--start", type=Path, help="model to go on from, not the pinned one")
    parser.add_argument("--check", action="store_true",
                        help="evaluate the model that training would start from, and exit")
    parser.add_argument("--minutes", type=float, default=75, help="how long to train (75)")
    parser.add_argument("--seed", type=int, default=1, help="of the lines it learns from (1)")
    parser.add_argument("--work", type=Path, help="folder for the model every ten minutes")
    parser.add_argument("--out", type=Path, help="delta file to write at the end")
    args = parser.parse_args()
    if not args.check and not (args.work and args.out):
        parser.error("training needs --work and --out")
    for path in (args.models / MODEL, args.models / KEYS):
        if not path.exists():
            parser.error(f"{path} is missing; `make models` fetches it")
    if fonts.missing():
        parser.error(f"fonts are missing: {' '.join(fonts.missing())}")
    return args


def main():
    args = arguments()
    torch.set_num_threads(1)
    torch.manual_seed(args.seed)
    base, known = args.models / MODEL, classes(args.models / KEYS)
    sets = evaluate.batches(known)
    net = Net(str(args.start or base))
    print("before", flush=True)
    evaluate.report(net, sets)
    if args.check:
        return
    args.work.mkdir(parents=True, exist_ok=True)
    queue = multiprocessing.Queue(QUEUE)
    drawing = (queue, known, FIRST_SEED + args.seed)
    multiprocessing.Process(target=draw, args=drawing, daemon=True).start()
    Trainer(net, queue, sets, args.minutes, args.work).run()
    tuned = (args.work / "tuned.onnx").read_bytes()
    args.out.write_bytes(delta.make(base.read_bytes(), tuned))


if __name__ == "__main__":
    main()
