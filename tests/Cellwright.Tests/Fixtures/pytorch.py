"""Writes the numbers that Cellwright's cells are compared with: outputs, final states and all gradients
of torch.nn.LSTM, GRU and RNN in float64. README.md beside this file describes the tensors.

Run: python3 pytorch.py [FILE...]   (PyTorch 1.13; needs no other package)

Without a file's name all are written. The last bits depend on the machine, so files that are there are best kept.
"""
import json
import pathlib
import struct
import sys

import torch
from torch.nn.utils.rnn import pack_padded_sequence, pad_packed_sequence

INPUT, BATCH, STEPS = 5, 3, 13
LENGTHS = {"mixed": [6, 13, 1], "equal": [STEPS] * BATCH}
CELLS = {
    "lstm": (torch.nn.LSTM, {}, "ifgo", ["h", "c"]),
    "gru-reset-after": (torch.nn.GRU, {}, "rzn", ["h"]),
    "elman": (torch.nn.RNN, {"nonlinearity": "tanh"}, "", ["h"]),
    "elman-relu": (torch.nn.RNN, {"nonlinearity": "relu"}, "", ["h"]),
    "lstm-projected": (torch.nn.LSTM, {"proj_size": 3}, "ifgo", ["h", "c"]),
}


def write_safetensors(path, tensors):
    """The safetensors layout: header length, JSON header padded to 8 bytes, little-endian values."""
    header, body = {}, b""
    for name, tensor in tensors.items():
        values = tensor.detach().to(torch.float64).contiguous()
        data = struct.pack(f"<{values.numel()}d", *values.flatten().tolist())
        header[name] = {"dtype": "F64", "shape": list(values.shape), "data_offsets": [len(body), len(body) + len(data)]}
        body += data
    text = json.dumps(header, separators=(",", ":")).encode()
    text += b" " * (-len(text) % 8)
    path.write_bytes(struct.pack("<Q", len(text)) + text + body)


def in_our_names(gates, weight_ih, weight_hh, bias_ih, bias_hh, gradient):
    """PyTorch stacks the gates in one matrix and has two biases; only the GRU's inner one cannot be merged.

    The gradient of a merged bias is that of either part: both parts are added to the same sum.
    """
    parts = {}
    count = max(1, len(gates))
    stacked = zip(*(tensor.chunk(count) for tensor in (weight_ih, weight_hh, bias_ih, bias_hh)))
    for gate, (w, u, b, c) in zip(gates or [""], stacked):
        mark = "_" + gate if gate else ""
        parts["W" + mark], parts["U" + mark] = w, u
        if gate == "n":
            parts["b_n"], parts["c_n"] = b, c
        else:
            parts["b" + mark] = b if gradient else b + c
    return parts


def fixture(cell, hidden, lengths, seed):
    make, options, gates, states = CELLS[cell]
    torch.manual_seed(seed)
    layer = make(INPUT, hidden, **options).double()
    x = torch.randn(STEPS, BATCH, INPUT, dtype=torch.float64, requires_grad=True)
    narrow = options.get("proj_size", hidden)
    widths = [narrow if name == "h" else hidden for name in states]
    initial = [(0.5 * torch.randn(1, BATCH, width, dtype=torch.float64)).requires_grad_() for width in widths]
    dy = torch.randn(STEPS, BATCH, narrow, dtype=torch.float64)
    dstate = [torch.randn(1, BATCH, width, dtype=torch.float64) for width in widths]

    packed = pack_padded_sequence(x, torch.tensor(lengths), enforce_sorted=False)
    y, final = layer(packed, tuple(initial) if len(states) > 1 else initial[0])
    y, _ = pad_packed_sequence(y, total_length=STEPS)
    final = final if len(states) > 1 else [final]
    loss = (y * dy).sum() + sum((state * cotangent).sum() for state, cotangent in zip(final, dstate))
    loss.backward()

    weights = [layer.weight_ih_l0, layer.weight_hh_l0, layer.bias_ih_l0, layer.bias_hh_l0]
    tensors = {"x": x, "lengths": torch.tensor(lengths)}
    tensors |= in_our_names(gates, *weights, gradient=False)
    if "proj_size" in options:
        tensors |= {"W_h": layer.weight_hr_l0, "out.grad.W_h": layer.weight_hr_l0.grad}
    tensors |= {f"state.{name}": value[0] for name, value in zip(states, initial)}
    tensors |= {"dy": dy}
    tensors |= {f"dstate.{name}": value[0] for name, value in zip(states, dstate)}
    tensors |= {"out.y": y}
    tensors |= {f"out.state.{name}": value[0] for name, value in zip(states, final)}
    tensors |= {"out.grad.x": x.grad}
    gradients = in_our_names(gates, *(weight.grad for weight in weights), gradient=True)
    tensors |= {f"out.grad.{name}": value for name, value in gradients.items()}
    tensors |= {f"out.grad.state.{name}": value.grad[0] for name, value in zip(states, initial)}
    return tensors


def deep_fixture(cell, hidden, lengths, seed):
    """Two bidirectional layers, under the names of a stack: layer1.reverse.W_i."""
    make, options, gates, states = CELLS[cell]
    torch.manual_seed(seed)
    network = make(INPUT, hidden, num_layers=2, bidirectional=True, **options).double()
    names = [f"layer{layer}.{direction}" for layer in range(2) for direction in ("", "reverse.")]
    x = torch.randn(STEPS, BATCH, INPUT, dtype=torch.float64, requires_grad=True)
    initial = [(0.5 * torch.randn(4, BATCH, hidden, dtype=torch.float64)).requires_grad_() for _ in states]
    dy = torch.randn(STEPS, BATCH, 2 * hidden, dtype=torch.float64)
    dstate = [torch.randn(4, BATCH, hidden, dtype=torch.float64) for _ in states]
    packed = pack_padded_sequence(x, torch.tensor(lengths), enforce_sorted=False)
    y, final = network(packed, tuple(initial) if len(states) > 1 else initial[0])
    y, _ = pad_packed_sequence(y, total_length=STEPS)
    final = final if len(states) > 1 else [final]
    loss = (y * dy).sum() + sum((state * cotangent).sum() for state, cotangent in zip(final, dstate))
    loss.backward()

    tensors = {"x": x, "lengths": torch.tensor(lengths), "dy": dy, "out.y": y, "out.grad.x": x.grad}
    for i, prefix in enumerate(names):
        suffix = f"_l{i // 2}" + ("_reverse" if i % 2 else "")
        weights = [getattr(network, part + suffix) for part in ("weight_ih", "weight_hh", "bias_ih", "bias_hh")]
        tensors |= {prefix + name: value for name, value in in_our_names(gates, *weights, gradient=False).items()}
        gradients = in_our_names(gates, *(weight.grad for weight in weights), gradient=True)
        tensors |= {f"out.grad.{prefix}{name}": value for name, value in gradients.items()}
        for name, start, end, cotangent in zip(states, initial, final, dstate):
            tensors |= {f"state.{prefix}{name}": start[i], f"dstate.{prefix}{name}": cotangent[i]}
            tensors |= {f"out.state.{prefix}{name}": end[i], f"out.grad.state.{prefix}{name}": start.grad[i]}
    return tensors


def model_fixture(seed):
    """Symbols, embedding, two bidirectional LSTM layers, linear head, mean cross-entropy over the steps that exist."""
    vocabulary, hidden, lengths = 11, 7, torch.tensor(LENGTHS["mixed"])
    torch.manual_seed(seed)
    embedding = torch.nn.Embedding(vocabulary, INPUT).double()
    network = torch.nn.LSTM(INPUT, hidden, num_layers=2, bidirectional=True).double()
    head = torch.nn.Linear(2 * hidden, vocabulary).double()
    symbols = torch.randint(vocabulary, (STEPS, BATCH))
    targets = torch.randint(vocabulary, (STEPS, BATCH))
    targets[torch.arange(STEPS)[:, None] >= lengths[None, :]] = -1
    packed = pack_padded_sequence(embedding(symbols), lengths, enforce_sorted=False)
    y, _ = pad_packed_sequence(network(packed)[0], total_length=STEPS)
    logits = head(y)
    loss = torch.nn.functional.cross_entropy(logits.flatten(0, 1), targets.flatten(), ignore_index=-1)
    loss.backward()

    tensors = {"symbols": symbols, "targets": targets, "lengths": lengths, "out.loss": loss[None]}
    own = {"embedding": embedding.weight, "head.W": head.weight, "head.b": head.bias}
    tensors |= own | {f"out.grad.{name}": value.grad for name, value in own.items()}
    for layer in range(2):
        for prefix, suffix in [(f"layer{layer}.", f"_l{layer}"), (f"layer{layer}.reverse.", f"_l{layer}_reverse")]:
            weights = [getattr(network, part + suffix) for part in ("weight_ih", "weight_hh", "bias_ih", "bias_hh")]
            tensors |= {prefix + name: value for name, value in in_our_names("ifgo", *weights, gradient=False).items()}
            gradients = in_our_names("ifgo", *(weight.grad for weight in weights), gradient=True)
            tensors |= {f"out.grad.{prefix}{name}": value for name, value in gradients.items()}
    return tensors


def write(folder, name, make):
    path = pathlib.Path(__file__).parent / folder / f"{name}.safetensors"
    if len(sys.argv) == 1 or f"{folder}/{path.name}" in sys.argv[1:]:
        path.parent.mkdir(exist_ok=True)
        write_safetensors(path, make())
        print(f"{folder}/{path.name}", path.stat().st_size)


if __name__ == "__main__":
    write("pytorch-model", "lstm", lambda: model_fixture(9100))
    for seed, cell in enumerate(["lstm", "gru-reset-after", "elman", "elman-relu"], start=9000):
        write("pytorch-layers", cell, lambda: deep_fixture(cell, 7, LENGTHS["mixed"], seed))
    cases = [(7, "mixed"), (19, "mixed"), (7, "equal")]
    for number, cell in enumerate(CELLS):
        for seed, (hidden, kind) in enumerate(cases, start=1000 * (number + 1)):
            write("pytorch", f"{cell}-{hidden}-{kind}", lambda: fixture(cell, hidden, LENGTHS[kind], seed))
