"""Writes ONNX files of others with the numbers they stand for; README.md beside this file describes them.

onnx-operators/: the test cases of ONNX's own RNN, GRU and LSTM operators.
onnx-pytorch/: what torch.onnx.export makes of recurrent models, with the inputs and outputs of PyTorch itself.
onnx-keras/: graphs as tf2onnx writes them for Keras models, put together by hand from its rewriters, with the outputs of the
same layers in PyTorch.

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
import onnx.checker
import onnx.helper
import onnx.numpy_helper
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


class Graph:
    """Nodes and constants, named as they come."""

    def __init__(self, width):
        self.nodes, self.constants, self.inputs = [], [], [("input_1", ["unk__1", "unk__2", width])]

    def constant(self, values):
        name = f"const_{len(self.constants)}"
        self.constants.append(onnx.numpy_helper.from_array(numpy.asarray(values), name))
        return name

    def node(self, operator, *inputs, outputs=1, **attributes):
        names = [f"{operator}_{len(self.nodes)}:{i}" for i in range(outputs)]
        self.nodes.append(onnx.helper.make_node(operator, list(inputs), names, **attributes))
        return names[0] if outputs == 1 else names

    def zeros(self, source, directions):
        """Initial states: [directions, batch, hidden] of the batch's size, by way of int32 shapes."""
        shape = self.node("Cast", self.node("Shape", source), to=onnx.TensorProto.INT32)
        batch = self.node("Squeeze", self.node("Slice", shape, self.constant(numpy.int64([0])), self.constant(numpy.int64([1])), self.constant(numpy.int64([0]))), self.constant(numpy.int64([0])))
        pair = self.node("Concat", self.node("Unsqueeze", batch, self.constant(numpy.int64([0]))), self.constant(numpy.int32([HIDDEN])), axis=0)
        fill = self.node("Expand", self.constant(numpy.float32([0]).reshape(())), self.node("Cast", pair, to=onnx.TensorProto.INT64))
        one = self.node("Unsqueeze", fill, self.constant(numpy.int64([0])))
        return one if directions == 1 else self.node("Concat", one, one, axis=0)

    def lstm(self, layer, source):
        """An LSTM node with the weights of a module of PyTorch: its i, f, g, o become i, o, f, c."""
        directions = 2 if layer.bidirectional else 1

        def stacked(*names):
            rows = []
            for suffix in ("", "_reverse")[:directions]:
                parts = [getattr(layer, name + "_l0" + suffix).detach().numpy() for name in names]
                rows.append(numpy.concatenate([part[numpy.r_[0:HIDDEN, 3 * HIDDEN:4 * HIDDEN, HIDDEN:3 * HIDDEN]] for part in parts]))
            return self.constant(numpy.stack(rows))

        states = [self.zeros("input_1", directions), self.zeros("input_1", directions)]
        time_first = self.node("Transpose", source, perm=[1, 0, 2])
        options = {"direction": "bidirectional"} if directions == 2 else {}
        return self.node(
            "LSTM", time_first, stacked("weight_ih"), stacked("weight_hh"), stacked("bias_ih", "bias_hh"), "", *states, outputs=3, hidden_size=HIDDEN, **options)

    def write(self, name, output, given, expected):
        graph = onnx.helper.make_graph(
            self.nodes, "tf2onnx", [onnx.helper.make_tensor_value_info(name, onnx.TensorProto.FLOAT, shape) for name, shape in self.inputs],
            [onnx.helper.make_tensor_value_info(output, onnx.TensorProto.FLOAT, [f"out_{axis}" for axis in range(expected.dim())])], self.constants)
        model = onnx.helper.make_model(graph, producer_name="tf2onnx", opset_imports=[onnx.helper.make_opsetid("", 13)], ir_version=7)
        onnx.checker.check_model(model)
        folder = HERE / "onnx-keras"
        folder.mkdir(exist_ok=True)
        (folder / f"{name}.onnx").write_bytes(model.SerializeToString())
        write_safetensors(folder / f"{name}.safetensors", {"in.input_1": given.numpy(), f"out.{output}": expected.detach().numpy()})


def keras():
    torch.manual_seed(5)
    given = torch.randn(4, 7, FEATURES)

    def dense(graph, head, source):
        return graph.node("Add", graph.node("MatMul", source, graph.constant(head.weight.detach().numpy().T)), graph.constant(head.bias.detach().numpy()))

    # LSTM(return_sequences=True), LSTM, Dense(sigmoid): the last step of the sequences.
    one, two, head = nn.LSTM(FEATURES, HIDDEN, batch_first=True), nn.LSTM(HIDDEN, HIDDEN, batch_first=True), nn.Linear(HIDDEN, CLASSES)
    graph = Graph(FEATURES)
    axis = graph.constant(numpy.int64([1]))
    first = graph.node("Transpose", graph.node("Squeeze", graph.lstm(one, "input_1")[0], axis), perm=[1, 0, 2])
    steps = graph.node("Squeeze", graph.lstm(two, first)[0], axis)
    sliced = graph.node("Slice", steps, *(graph.constant(numpy.int64([value])) for value in (-1, 2147483647, 0)))
    last = graph.node("Squeeze", sliced, graph.constant(numpy.int64([0])))
    graph.write("two-layers-last-step", graph.node("Sigmoid", dense(graph, head, last)), given, torch.sigmoid(head(two(one(given)[0])[0][:, -1])))

    # LSTM(return_sequences=True), Dense(softmax): the dense layer over both axes at once, and the steps apart again.
    graph = Graph(FEATURES)
    y = graph.node("Transpose", graph.node("Squeeze", graph.lstm(one, "input_1")[0], graph.constant(numpy.int64([1]))), perm=[1, 0, 2])
    shape = graph.node("Cast", graph.node("Shape", y), to=onnx.TensorProto.INT64)
    rows = graph.node("MatMul", graph.node("Reshape", y, graph.constant(numpy.int64([-1, HIDDEN]))), graph.constant(head.weight.detach().numpy().T))
    front = graph.node("Gather", shape, graph.constant(numpy.int64([0, 1])), axis=0)
    apart = graph.node("Reshape", rows, graph.node("Concat", front, graph.constant(numpy.int64([CLASSES])), axis=0))
    scores = graph.node("Add", apart, graph.constant(head.bias.detach().numpy()))
    graph.write("dense-over-steps", graph.node("Softmax", scores, axis=2), given, torch.softmax(head(one(given)[0]), -1))

    # Bidirectional(LSTM(return_sequences=True)): one node, its directions sliced apart and put together again.
    both = nn.LSTM(FEATURES, HIDDEN, batch_first=True, bidirectional=True)
    wide = nn.Linear(2 * HIDDEN, CLASSES)
    graph = Graph(FEATURES)
    y = graph.lstm(both, "input_1")[0]
    axis = graph.constant(numpy.int64([1]))
    halves = [
        graph.node("Transpose", graph.node("Squeeze", graph.node("Slice", y, *(graph.constant(numpy.int64([value])) for value in (start, start + 1, 1))), axis), perm=[1, 0, 2])
        for start in (0, 1)]
    graph.write("both-directions", dense(graph, wide, graph.node("Concat", *halves, axis=-1)), given, wide(both(given)[0]))


if __name__ == "__main__":
    warnings.filterwarnings("ignore")
    operators()
    keras()
    all_pytorch()
