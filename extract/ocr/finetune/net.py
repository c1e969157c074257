"""The recogniser's ONNX graph as a torch module whose weights can be trained and written back.

torch has no reader of ONNX, and PaddlePaddle is not in Debian. The graph uses two dozen operators;
each is a line or a few below. Weights keep the names they have in the file.
"""
import numpy as np
import onnx
import torch
import torch.nn.functional as F
from onnx import numpy_helper

from depthwise import Depthwise

OPERATORS = {}


def operator(function):
    """Makes a function the operator of its name: (tensors, attributes) → tensor."""
    OPERATORS[function.__name__] = function
    return function


OPERATORS.update({
    "Mul": lambda x, a: x[0] * x[1],
    "Add": lambda x, a: x[0] + x[1],
    "Sub": lambda x, a: x[0] - x[1],
    "Div": lambda x, a: x[0] / x[1],
    "Pow": lambda x, a: x[0] ** float(x[1]),
    "Sqrt": lambda x, a: torch.sqrt(x[0]),
    "MatMul": lambda x, a: torch.matmul(x[0], x[1]),
    "Relu": lambda x, a: F.relu(x[0]),
    "Sigmoid": lambda x, a: torch.sigmoid(x[0]),
    "HardSigmoid": lambda x, a: torch.clamp(a["alpha"] * x[0] + a["beta"], 0, 1),
    "HardSwish": lambda x, a: F.hardswish(x[0]),
    "Clip": lambda x, a: torch.clamp(x[0], a["min"], a["max"]),
    "Softmax": lambda x, a: torch.softmax(x[0], a["axis"]),
    "Transpose": lambda x, a: x[0].permute(*a["perm"]),
    "Shape": lambda x, a: torch.tensor(x[0].shape),
    "GlobalAveragePool": lambda x, a: x[0].mean((2, 3), keepdim=True),
})


@operator
def Conv(x, a):
    top, left, bottom, right = a.get("pads", [0, 0, 0, 0])
    bias = x[2] if len(x) > 2 else None
    down, along = a["strides"]
    if a["group"] == len(x[1]) > 1 and top == left == bottom == right:
        every = Depthwise.apply(x[0].float(), x[1], bias)
        return every if down == along == 1 else every[:, :, ::down, ::along]
    picture, pad = x[0], (top, left)
    if (top, left) != (bottom, right):
        picture, pad = F.pad(picture, (left, right, top, bottom)), 0
    return F.conv2d(picture, x[1], bias, (down, along), pad, tuple(a["dilations"]), a["group"])


@operator
def Affine(x, a):
    """What the file spells as Mul and Add of one number each."""
    return torch.add(a["offset"], x[0], alpha=a["scale"])


@operator
def BatchNormalization(x, a):
    """With the statistics of the file: batches here are small and of one width."""
    return F.batch_norm(x[0], x[3], x[4], x[1], x[2], False, 0, a["epsilon"])


@operator
def AveragePool(x, a):
    return F.avg_pool2d(x[0], tuple(a["kernel_shape"]), tuple(a["strides"]))


@operator
def ReduceMean(x, a):
    return x[0].mean(dim=tuple(a["axes"]), keepdim=bool(a.get("keepdims", 1)))


@operator
def Cast(x, a):
    return x[0].to({1: torch.float32, 6: torch.int32, 7: torch.int64}[a["to"]])


@operator
def Slice(x, a):
    out = x[0]
    for start, end, axis in zip(a["starts"], a["ends"], a["axes"]):
        out = out.narrow(axis, start, min(end, out.shape[axis]) - start)
    return out


@operator
def Concat(x, a):
    return torch.cat([part.reshape(1) if part.ndim == 0 else part for part in x], a["axis"])


@operator
def Squeeze(x, a):
    out = x[0]
    for axis in sorted(a["axes"], reverse=True):
        out = out.squeeze(axis)
    return out


@operator
def Reshape(x, a):
    wanted = [int(n) for n in x[1]]
    return x[0].reshape([x[0].shape[i] if n == 0 else n for i, n in enumerate(wanted)])


class Node:
    """One operation of the graph: names of what goes in and comes out, and attributes."""

    def __init__(self, kind, inputs, output, attributes):
        if kind not in OPERATORS:
            raise ValueError(f"{kind}: PP-OCRv4's recogniser has no such operator")
        self.kind, self.inputs, self.output, self.attributes = kind, inputs, output, attributes


class Net(torch.nn.Module):
    """A recogniser: float32 of lines × 3 × 48 × width in, lines × steps × classes out.

    params holds the weights by parameter_name() of their name in the file.
    """

    def __init__(self, path):
        super().__init__()
        self.model = onnx.load(path)
        self.nodes, self.constants = [], {}
        self.params = torch.nn.ParameterDict()
        for node in self.model.graph.node:
            attributes = {a.name: onnx.helper.get_attribute_value(a) for a in node.attribute}
            if node.op_type == "Constant":
                self._constant(node.output[0], numpy_helper.to_array(attributes["value"]))
            else:
                inputs = list(node.input)
                self.nodes.append(Node(node.op_type, inputs, node.output[0], attributes))
        self.input = self.model.graph.input[0].name
        self.output = self.model.graph.output[0].name
        self._fuse_hardswish()
        self._fuse_affine()
        self._forget = self._last_uses()

    def _constant(self, name, value):
        tensor = torch.from_numpy(value.copy())
        if tensor.dtype == torch.float32 and tensor.numel() > 1:  # a weight
            self.params[parameter_name(name)] = torch.nn.Parameter(tensor)
        else:
            self.constants[name] = tensor

    def _fuse_hardswish(self):
        """Puts HardSwish in place of x × clip(x + 3, 0, 6) / 6, the way the file spells it:
        training keeps what each operation gave, and one keeps less than four."""
        made = {node.output: node for node in self.nodes}
        users, gone = self._users(), set()
        for clip in self.nodes:
            add = made.get(clip.inputs[0])
            if clip.kind != "Clip" or add.kind != "Add" or not self._is(add.inputs[1], 3):
                continue
            after = [users[clip.output], users[users[clip.output][0].output]]
            (multiply, *others), (divide, *_) = after
            signal = add.inputs[0]
            if others or multiply.kind != "Mul" or signal not in multiply.inputs:
                continue
            if divide.kind == "Div":
                divide.kind, divide.inputs = "HardSwish", [signal]
                gone |= {add, clip, multiply}
        self.nodes = [node for node in self.nodes if node not in gone]

    def _fuse_affine(self):
        """Puts Affine in place of a number times x plus a number: one pass instead of two."""
        users, gone = self._users(), set()
        for multiply in self.nodes:
            add = users.get(multiply.output, [None])[0]
            if multiply.kind != "Mul" or add.kind != "Add" or len(users[multiply.output]) > 1:
                continue
            scale, signal = self._number(multiply)
            offset, _ = self._number(add)
            if scale is None or offset is None:
                continue
            add.kind, add.inputs = "Affine", [signal]
            add.attributes = {"scale": float(scale), "offset": offset.reshape(())}
            gone.add(multiply)
        self.nodes = [node for node in self.nodes if node not in gone]

    def _users(self):
        """The nodes that take each value."""
        users = {}
        for node in self.nodes:
            for name in node.inputs:
                users.setdefault(name, []).append(node)
        return users

    def _number(self, node):
        """The constant of one element among a node's two inputs, or None, and the other input."""
        for name, other in (node.inputs, node.inputs[::-1]):
            if name in self.constants and self.constants[name].numel() == 1:
                return self.constants[name], other
        return None, None

    def _is(self, name, value):
        return name in self.constants and abs(float(self.constants[name]) - value) < 1e-6

    def _last_uses(self):
        """What may be forgotten after each node, so that evaluation takes little memory."""
        last = {name: i for i, node in enumerate(self.nodes) for name in node.inputs}
        forget = [[] for _ in self.nodes]
        for name, i in last.items():
            forget[i].append(name)
        return forget

    def forward(self, pictures):
        """Logits, without the graph's last softmax."""
        values = {self.input: pictures}
        for node, forget in zip(self.nodes, self._forget):
            inputs = [self._value(values, name) for name in node.inputs]
            if node.output == self.output:
                return inputs[0]
            values[node.output] = OPERATORS[node.kind](inputs, node.attributes)
            for name in forget:
                values.pop(name, None)
        raise ValueError("the graph does not compute its output")

    def _value(self, values, name):
        if name in values:
            return values[name]
        key = parameter_name(name)
        return self.params[key] if key in self.params else self.constants[name]

    def freeze(self, convolutions):
        """Keeps the weights up to so many convolutions, and all batch statistics, as they are;
        returns what is left to train."""
        seen = 0
        for node in self.nodes:
            seen += node.kind == "Conv"
            kept = node.inputs if seen <= convolutions else []
            if node.kind == "BatchNormalization":
                kept = kept + node.inputs[3:5]
            for key in map(parameter_name, kept):
                if key in self.params:
                    self.params[key].requires_grad_(False)
        return [p for p in self.params.values() if p.requires_grad]

    def save(self, path):
        """Writes the model with its present weights."""
        for node in self.model.graph.node:
            key = parameter_name(node.output[0])
            if node.op_type == "Constant" and key in self.params:
                tensor = node.attribute[0].t
                value = self.params[key].detach().numpy().astype(np.float32)
                tensor.CopyFrom(numpy_helper.from_array(value, tensor.name))
        onnx.save(self.model, path)


def parameter_name(name):
    """A name of the file as torch allows it."""
    return name.replace(".", "_")
