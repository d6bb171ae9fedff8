"""Writes ONNX files of others with the numbers they stand for; README.md beside this file describes them.

onnx-operators/: the test cases of ONNX's own RNN, GRU and LSTM operators.
onnx-pytorch/: what torch.onnx.export makes of recurrent models, with the inputs and outputs of PyTorch itself.

Run: python3 onnx-import.py   (PyTorch 1.13, ONNX 1.12: Debian's python3-torch and python3-onnx)

Exports differ with PyTorch's version and numbers in the last bits with the machine, so files that are there are best kept.
"""
import io
import json
import pathlib
import struct
import warnings

import numpy
import onnx
import onnx.backend.test.case.node
import torch
from torch import nn
from torch.nn.utils.rnn import pack_padded_sequence, pad_packed_sequence

# Names that ONNX 1.12 uses and newer numpy has no more.
for alias in (bool, int, float, object):
    setattr(numpy, alias.__name__, alias)

HERE = pathlib.Path(__file__).parent
TYPES = {"float32": "F32", "int64": "I64", "int32": "I32"}
FEATURES, HIDDEN, SYMBOLS, CLASSES = 4, 5, 11, 3


def write_safetensors(path, tensors):
    """The safetensors layout: header length, JSON header padded to 8 bytes, little-endian values."""
    header, body = {}, b""
    for name, tensor in tensors.items():
        data = numpy.ascontiguousarray(tensor).tobytes()
        header[name] = {"dtype": TYPES[tensor.dtype.name], "shape": list(tensor.shape), "data_offsets": [len(body), len(body) + len(data)]}
        body += data
    text = json.dumps(header, separators=(",", ":")).encode()
    text += b" " * (-len(text) % 8)
    path.write_bytes(struct.pack("<Q", len(text)) + text + body)


def operators():
    folder = HERE / "onnx-operators"
    folder.mkdir(exist_ok=True)
    numpy.random.seed(7)
    for case in onnx.backend.test.case.node.collect_testcases(None):
        graph = case.model.graph
        if graph.node[0].op_type not in ("RNN", "GRU", "LSTM"):
            continue
        (inputs, outputs), = case.data_sets
        tensors = {f"in.{value.name}": array for value, array in zip(graph.input, inputs)}
        tensors |= {f"out.{value.name}": array for value, array in zip(graph.output, outputs)}
        (folder / f"{case.name}.onnx").write_bytes(case.model.SerializeToString())
        write_safetensors(folder / f"{case.name}.safetensors", tensors)


class Recurrent(nn.Module):
    """A recurrent module between an embedding and a head, as models are written."""

    def __init__(self, kind, layers=1, both=False, batch_first=False, embedding=False, packed="", states=False, reads="", head="", tanh=True):
        super().__init__()
        self.batch_first, self.packed, self.states, self.reads, self.head_kind = batch_first, packed, states, reads, head
        self.embedding = nn.Embedding(SYMBOLS, FEATURES) if embedding else None
        options = {"nonlinearity": "tanh" if tanh else "relu"} if kind == "RNN" else {}
        self.layers = getattr(nn, kind)(FEATURES, HIDDEN, layers, batch_first=batch_first, bidirectional=both, **options)
        self.head = nn.Linear(HIDDEN * (1 if reads == "h" or not both else 2), CLASSES, bias=head != "no-bias") if head else None

    def forward(self, x, *rest):
        rest = list(rest)
        x = x if self.embedding is None else self.embedding(x)
        if self.packed:
            x = pack_padded_sequence(x, rest.pop(0), batch_first=self.batch_first, enforce_sorted=self.packed == "sorted")
        states = None if not self.states else rest[0] if len(rest) == 1 else tuple(rest)
        y, finals = self.layers(x, states)
        if self.packed:
            y, _ = pad_packed_sequence(y, batch_first=self.batch_first)
        finals = finals if isinstance(finals, tuple) else (finals,)
        if self.reads == "last":
            y = y[:, -1] if self.batch_first else y[-1]
        elif self.reads == "h":
            y = finals[0][-1]
        elif self.reads == "both h":
            y = torch.cat((finals[0][-2], finals[0][-1]), 1)
        if self.head is None:
            return (y, *finals)
        if self.head_kind == "relu before":
            y = torch.relu(y)
        y = self.head(y)
        return {"softmax": lambda: torch.softmax(y, -1), "sigmoid": lambda: torch.sigmoid(y), "tanh": lambda: torch.tanh(y)}.get(self.head_kind, lambda: y)()


def pytorch(name, dynamic=True, opset=13, folded=True, batch=3, **options):
    folder = HERE / "onnx-pytorch"
    folder.mkdir(exist_ok=True)
    torch.manual_seed(sum(name.encode()))
    model = Recurrent(**options).eval()
    first = options.get("batch_first", False)
    directions = 2 if options.get("both") else 1

    def inputs(steps, sequences):
        shape = (sequences, steps) if first else (steps, sequences)
        result = {"x": torch.randint(0, SYMBOLS, shape) if options.get("embedding") else torch.randn(*shape, FEATURES)}
        if options.get("packed"):
            lengths = [steps] + torch.randint(1, steps + 1, (sequences - 1,)).tolist()
            if options["packed"] == "sorted":
                lengths.sort(reverse=True)
            else:
                lengths = lengths[1:] + lengths[:1]
            result["lengths"] = torch.tensor(lengths)
        if options.get("states"):
            for state in ("h0", "c0") if options["kind"] == "LSTM" else ("h0",):
                result[state] = torch.randn(options.get("layers", 1) * directions, sequences, HIDDEN)
        return result

    example = inputs(6, batch)
    axes = {"x": {0: "batch", 1: "time"} if first else {0: "time", 1: "batch"}, "lengths": {0: "batch"}, "h0": {1: "batch"}, "c0": {1: "batch"}}
    buffer = io.BytesIO()
    torch.onnx.export(
        model, tuple(example.values()), buffer, opset_version=opset, do_constant_folding=folded, input_names=list(example),
        dynamic_axes={key: axes[key] for key in example} if dynamic else None)
    (folder / f"{name}.onnx").write_bytes(buffer.getvalue())
    names = [output.name for output in onnx.load_from_string(buffer.getvalue()).graph.output]
    # A dynamic model is asked for another batch than the one it was exported with.
    given = inputs(9, 4) if dynamic else example
    with torch.no_grad():
        result = model(*given.values())
    result = result if isinstance(result, tuple) else (result,)
    write_safetensors(folder / f"{name}.safetensors", {f"in.{key}": value.numpy() for key, value in given.items()} | {f"out.{key}": value.numpy() for key, value in zip(names, result)})


def all_pytorch():
    for kind in ("LSTM", "GRU", "RNN"):
        for first in (False, True):
            for packed in ("", "sorted", "any order"):
                order = "batch-first" if first else "time-first"
                name = f"{kind.lower()}-{order}" + (f"-packed-{packed.replace(' ', '-')}" if packed else "")
                pytorch(name, kind=kind, batch_first=first, packed=packed)
        pytorch(f"{kind.lower()}-fixed-batch", dynamic=False, kind=kind, layers=2, both=True, batch_first=True)
        pytorch(f"{kind.lower()}-fixed-packed", dynamic=False, kind=kind, batch_first=True, packed="any order")
        pytorch(f"{kind.lower()}-states-of-two-layers", kind=kind, layers=2, both=True, states=True)
        pytorch(f"{kind.lower()}-embedding-softmax", kind=kind, batch_first=True, embedding=True, packed="sorted", head="softmax")
        pytorch(f"{kind.lower()}-last-step-linear", kind=kind, batch_first=True, reads="last", head="linear")
        pytorch(f"{kind.lower()}-final-state-sigmoid", kind=kind, layers=2, embedding=True, packed="any order", reads="h", head="sigmoid")
        pytorch(f"{kind.lower()}-both-final-states", kind=kind, both=True, reads="both h", head="tanh")
        pytorch(f"{kind.lower()}-unfolded", kind=kind, layers=2, both=True, folded=False)
        pytorch(f"{kind.lower()}-operator-set-9", opset=9, kind=kind, batch_first=True, embedding=True, head="softmax")
        pytorch(f"{kind.lower()}-operator-set-16", opset=16, kind=kind, layers=3, packed="sorted", states=True)
    pytorch("rnn-relu", kind="RNN", tanh=False, both=True, packed="any order")
    pytorch("gru-relu-before-head", kind="GRU", head="relu before")
    pytorch("lstm-head-without-bias", kind="LSTM", head="no-bias", reads="last")
    pytorch("lstm-one-sequence", dynamic=False, batch=1, kind="LSTM", layers=2, batch_first=True, states=True, reads="last", head="linear")


if __name__ == "__main__":
    warnings.filterwarnings("ignore")
    operators()
    all_pytorch()
