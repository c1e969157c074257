"""What training changed, in the format that extract/ocr/ppocr/tuned.go reads.

    delta.py make BASE.onnx TUNED.onnx OUT.delta [--share 1.0] [--sharpen 1.0]
    delta.py apply BASE.onnx IN.delta OUT.onnx

The model itself is 11 MB and fetched; only the change of its weights is kept, in 255 steps for
each row of a tensor (a row is what makes one output), deflated. Inside, little-endian:

    "dengji weights 1\\n"
    SHA-256 of the model it belongs to, SHA-256 of the model it makes
    uint32 tensors, then for each: uint32 offset in the file, rows, columns;
    float32 scale of each row; int8 step of each weight

A weight of row r becomes weight + scale[r] × step, in float32 and rounded after each operation, so
that every machine makes the same file.
"""
import argparse
import hashlib
import struct
import sys
import zlib
from pathlib import Path

import numpy as np
import onnx
from onnx import numpy_helper

MAGIC = b"dengji weights 1\n"
STEPS = 127


def make(base, tuned, share=1.0, sharpen=1.0):
    """The delta, as bytes, between two models with the same graph, given as bytes.

    share scales the change: below 1, the result lies between both models. sharpen
    multiplies the last layer, which makes the model surer of the same readings: trained on
    hard lines, it is less sure of easy ones than it need be (Guo et al., "On Calibration of
    Modern Neural Networks", 2017, the other way round).
    """
    made, parts = bytearray(base), []
    after = _weights(tuned)
    if sharpen != 1:
        for name in _last_layer(tuned):
            after[name] = after[name] * np.float32(sharpen)
    for name, before in _weights(base).items():
        if np.array_equal(before, after[name]):
            continue
        held = before.tobytes()
        offset = base.find(held)
        if offset < 0 or base.find(held, offset + 1) >= 0:
            print(f"delta: {name} is not in the file just once: left as it is", file=sys.stderr)
            continue
        rows = before.reshape(before.shape[0] if before.ndim > 1 else 1, -1)
        scales, steps = _quantised((after[name].reshape(rows.shape) - rows) * np.float32(share))
        made[offset : offset + len(held)] = _changed(rows, scales, steps).tobytes()
        header = struct.pack("<III", offset, *rows.shape)
        parts.append(header + scales.astype("<f4").tobytes() + steps.tobytes())
    sums = hashlib.sha256(base).digest() + hashlib.sha256(made).digest()
    return _deflated(MAGIC + sums + struct.pack("<I", len(parts)) + b"".join(parts))


def apply(base, delta):
    """The model, as bytes, that a delta makes of its base."""
    plain = zlib.decompress(delta, -zlib.MAX_WBITS)
    start = len(MAGIC)
    if plain[:start] != MAGIC:
        raise ValueError("this is no delta of weights")
    if plain[start : start + 32] != hashlib.sha256(base).digest():
        raise ValueError("the delta belongs to another model")
    made, at = bytearray(base), start + 64
    (tensors,) = struct.unpack_from("<I", plain, at)
    at += 4
    for _ in range(tensors):
        at = _apply_tensor(plain, at, made)
    if at != len(plain) or plain[start + 32 : start + 64] != hashlib.sha256(made).digest():
        raise ValueError("the delta is damaged: the model it makes is not the one it names")
    return bytes(made)


def _apply_tensor(plain, at, made):
    """Changes one tensor of the model; returns where the next one begins in the delta."""
    offset, rows, columns = struct.unpack_from("<III", plain, at)
    at += 12
    scales = np.frombuffer(plain, "<f4", rows, at)
    at += scales.nbytes
    steps = np.frombuffer(plain, np.int8, rows * columns, at).reshape(rows, columns)
    weights = np.frombuffer(made, "<f4", rows * columns, offset).reshape(rows, columns)
    changed = _changed(weights, scales, steps).tobytes()
    made[offset : offset + len(changed)] = changed
    return at + steps.nbytes


def _weights(model):
    """{name: float32 array} of a model's constants of more than one element."""
    found = {}
    for node in onnx.load_from_string(model).graph.node:
        if node.op_type == "Constant":
            value = numpy_helper.to_array(node.attribute[0].t)
            if value.dtype == np.float32 and value.size > 1:
                found[node.output[0]] = value
    return found


def _last_layer(model):
    """Names of the weights and biases that make the classes' scores."""
    nodes = onnx.load_from_string(model).graph.node
    last = max(i for i, node in enumerate(nodes) if node.op_type == "MatMul")
    ends = [node for node in nodes[last:] if node.op_type in ("MatMul", "Add")]
    constants = _weights(model)
    return [name for node in ends for name in node.input if name in constants]


def _quantised(change):
    """Scales of the rows and steps of the weights that come closest to a change."""
    scales = (np.abs(change).max(1) / STEPS).astype(np.float32)
    scales[scales == 0] = 1e-12  # of a row without change
    steps = np.clip(np.rint(change / scales[:, None]), -STEPS, STEPS)
    return scales, steps.astype(np.int8)


def _changed(weights, scales, steps):
    return (weights + scales[:, None] * steps.astype(np.float32)).astype("<f4")


def _deflated(plain):
    packer = zlib.compressobj(9, zlib.DEFLATED, -zlib.MAX_WBITS)
    return packer.compress(plain) + packer.flush()


def main():
    parser = argparse.ArgumentParser(description="Make and apply deltas of a model's weights.")
    commands = parser.add_subparsers(dest="command", required=True)
    maker = commands.add_parser("make", help="write what changed from BASE to TUNED")
    for name in ("base", "tuned", "out"):
        maker.add_argument(name, type=Path)
    maker.add_argument("--share", type=float, default=1.0, help="share of the change, 0 to 1")
    maker.add_argument("--sharpen", type=float, default=1.0, help="factor of the last layer")
    applier = commands.add_parser("apply", help="write the model that DELTA makes of BASE")
    for name in ("base", "delta", "out"):
        applier.add_argument(name, type=Path)
    args = parser.parse_args()
    base = args.base.read_bytes()
    if args.command == "make":
        args.out.write_bytes(make(base, args.tuned.read_bytes(), args.share, args.sharpen))
    else:
        args.out.write_bytes(apply(base, args.delta.read_bytes()))


if __name__ == "__main__":
    main()
