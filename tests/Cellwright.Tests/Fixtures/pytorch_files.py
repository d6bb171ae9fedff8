"""Writes pytorch-files/: files that torch.save wrote, with inputs and outputs of the modules, by PyTorch 1.13.

    python3 pytorch_files.py                 writes the fixtures
    python3 pytorch_files.py check TOOL...   the other way round: makes modules, imports them with the tool (its command
                                             line, such as "dotnet Cellwright.Cli.dll"), runs them with 'cell run', exports
                                             them, loads the exports with load_state_dict, and compares all outputs
"""
import collections
import json
import os
import struct
import subprocess
import sys
import tempfile

import numpy
import torch

HERE = os.path.join(os.path.dirname(os.path.abspath(__file__)), "pytorch-files")
STEPS, BATCH, INPUT, HIDDEN = 5, 2, 3, 4
LENGTHS = [5, 3]
TYPES = {"F64": numpy.float64, "F32": numpy.float32, "F16": numpy.float16, "I64": numpy.int64}


def write_safetensors(path, tensors):
    header, data, offset = {}, [], 0
    for name, tensor in sorted(tensors.items()):
        array = numpy.ascontiguousarray(tensor.detach().numpy())
        code = next(code for code, kind in TYPES.items() if kind == array.dtype)
        header[name] = {"dtype": code, "shape": list(array.shape), "data_offsets": [offset, offset + array.nbytes]}
        offset += array.nbytes
        data.append(array.tobytes())
    text = json.dumps(header).encode()
    text += b" " * (-len(text) % 8)
    with open(path, "wb") as file:
        file.write(struct.pack("<Q", len(text)) + text + b"".join(data))


def read_safetensors(path):
    with open(path, "rb") as file:
        content = file.read()
    length = struct.unpack("<Q", content[:8])[0]
    header = json.loads(content[8:8 + length])
    data = content[8 + length:]
    result = collections.OrderedDict()
    for name, entry in header.items():
        if name == "__metadata__":
            continue
        begin, end = entry["data_offsets"]
        if entry["dtype"] == "BF16":
            bits = numpy.frombuffer(data[begin:end], dtype=numpy.uint16).astype(numpy.uint32) << 16
            array = bits.view(numpy.float32)
        else:
            array = numpy.frombuffer(data[begin:end], dtype=TYPES[entry["dtype"]])
        result[name] = torch.from_numpy(array.reshape(entry["shape"]).copy())
    return result


def run(module, x, lengths):
    packed = torch.nn.utils.rnn.pack_padded_sequence(x, lengths, enforce_sorted=False)
    y, state = module(packed)
    y, _ = torch.nn.utils.rnn.pad_packed_sequence(y, total_length=x.shape[0])
    return y, state


def case(name, module):
    """The input and what the module makes of it."""
    x = torch.randn(STEPS, BATCH, INPUT)
    y, state = run(module, x, LENGTHS)
    tensors = {"x": x, "lengths": torch.tensor(LENGTHS), "out.y": y}
    h, c = state if isinstance(state, tuple) else (state, None)
    tensors["out.h"] = h
    if c is not None:
        tensors["out.c"] = c
    write_safetensors(os.path.join(HERE, name + ".case.safetensors"), tensors)


def path(name):
    return os.path.join(HERE, name)


class Inner(torch.nn.Module):
    def __init__(self, rnn):
        super().__init__()
        self.encoder = torch.nn.Module()
        self.encoder.lstm = rnn
        self.head = torch.nn.Linear(HIDDEN, 2)


class Caller:
    """What a hostile file does: its pickle calls a function when it is loaded."""

    def __reduce__(self):
        return (os.system, ("touch /tmp/cellwright-was-here",))


def main():
    os.makedirs(HERE, exist_ok=True)
    torch.manual_seed(20)
    modules = {}
    for layers in (1, 2, 3):
        for two in (False, True):
            modules[f"lstm-{layers}{'-both' if two else ''}"] = torch.nn.LSTM(INPUT, HIDDEN, layers, bidirectional=two)
    modules["lstm-projected"] = torch.nn.LSTM(INPUT, HIDDEN, 2, bidirectional=True, proj_size=2)
    modules["gru-2-both"] = torch.nn.GRU(INPUT, HIDDEN, 2, bidirectional=True)
    modules["elman-2-both"] = torch.nn.RNN(INPUT, HIDDEN, 2, bidirectional=True)
    modules["elman-relu-1"] = torch.nn.RNN(INPUT, HIDDEN, nonlinearity="relu")
    modules["gru-no-bias"] = torch.nn.GRU(INPUT, HIDDEN, bias=False)
    for name, module in modules.items():
        torch.save(module.state_dict(), path(name + ".pt"))
        case(name, module)

    # The same weights in other wrappings.
    lstm = modules["lstm-1"]
    inner = Inner(lstm)
    torch.save({"epoch": 3, "lr": 0.5, "done": False, "state_dict": torch.nn.DataParallel(inner).state_dict(), "note": "ä"}, path("checkpoint.pth"))
    write_safetensors(path("lstm-1.safetensors"), lstm.state_dict())
    write_safetensors(path("lstm-1-half.safetensors"), {name: value.half() for name, value in lstm.state_dict().items()})
    torch.save(dict(lstm.named_parameters()), path("parameters.pt"))
    torch.save({name: value.double() for name, value in lstm.state_dict().items()}, path("double.pt"))
    torch.save({name: value.bfloat16() for name, value in lstm.state_dict().items()}, path("bfloat16.pt"))
    torch.save(lstm.state_dict(), path("protocol4.pt"), pickle_protocol=4)

    # Transposed matrices, and all weights as views of one storage.
    strided = {name: value.t().contiguous().t() if value.dim() == 2 else value for name, value in lstm.state_dict().items()}
    torch.save(strided, path("transposed.pt"))
    flat = torch.cat([value.reshape(-1) for value in lstm.state_dict().values()])
    shared, offset = {}, 0
    for name, value in lstm.state_dict().items():
        shared[name] = flat[offset:offset + value.numel()].view(value.shape)
        offset += value.numel()
    torch.save(shared, path("shared.pt"))

    cell = torch.nn.LSTMCell(INPUT, HIDDEN)
    cell.load_state_dict({name[:-3]: value for name, value in lstm.state_dict().items()})
    torch.save(cell.state_dict(), path("cell.pt"))
    torch.save({"a.weight_ih_l0": lstm.weight_ih_l0, "a.weight_hh_l0": lstm.weight_hh_l0, "b.weight_ih_l0": lstm.weight_ih_l0, "b.weight_hh_l0": lstm.weight_hh_l0}, path("two-modules.pt"))

    # Refused, each for what it is.
    torch.save(lstm.state_dict(), path("legacy.pt"), _use_new_zipfile_serialization=False)
    torch.save(lstm, path("module.pt"))
    torch.save({"weights": Caller()}, path("calls.pt"))
    torch.save([lstm.weight_ih_l0.detach()], path("list.pt"))
    torch.jit.script(torch.nn.Linear(2, 2)).save(path("script.pt"))


def check(tool):
    torch.manual_seed(21)
    worst = {}
    with tempfile.TemporaryDirectory() as folder:
        at = lambda name: os.path.join(folder, name)
        tool_run = lambda *words: subprocess.run([*tool, *words], check=True, capture_output=True, text=True).stdout
        cases = []
        for layers in (1, 2, 3):
            for two in (False, True):
                kinds = dict(num_layers=layers, bidirectional=two)
                cases.append(("lstm", torch.nn.LSTM(5, 64, **kinds)))
                cases.append(("lstm", torch.nn.LSTM(5, 64, proj_size=7, **kinds)))
                cases.append(("lstm", torch.nn.LSTM(5, 64, bias=False, **kinds)))
                cases.append(("gru", torch.nn.GRU(5, 64, **kinds)))
                cases.append(("elman", torch.nn.RNN(5, 64, **kinds)))
                cases.append(("elman-relu", torch.nn.RNN(5, 64, nonlinearity="relu", **kinds)))
        for cell, module in cases:
            x = torch.randn(17, 3, 5)
            lengths = [17, 9, 1]
            with torch.no_grad():
                expected, _ = run(module, x, lengths)
            torch.save(module.state_dict(), at("theirs.pt"))
            tool_run("import", "torch", at("theirs.pt"), "--cell", cell, "--out", at("model.safetensors"))
            write_safetensors(at("in.safetensors"), {"x": x, "lengths": torch.tensor(lengths)})
            tool_run("cell", "run", at("model.safetensors"), "--tensors", at("in.safetensors"), "--out", at("out.safetensors"))
            ours = read_safetensors(at("out.safetensors"))["y"]
            note(worst, "cell run", module, ours, expected)
            for end in (".pt", ".safetensors"):
                for kind in ("float32", "float64", "float16", "bfloat16") if module.num_layers == 1 and not module.bidirectional else ("float32",):
                    file = at("ours" + end)
                    lines = tool_run("export", "torch", at("model.safetensors"), "--out", file, "--type", kind)
                    scope = {"torch": torch}
                    if end == ".pt":
                        exec(lines, scope)  # the lines as they are printed
                    else:
                        exec(next(line for line in lines.splitlines() if line.startswith("rnn = ")), scope)
                        scope["rnn"].load_state_dict(read_safetensors(file))
                    with torch.no_grad():
                        again, _ = run(scope["rnn"].float(), x, lengths)
                    note(worst, f"{end} {kind}", module, again, expected)
    for what, (error, module) in sorted(worst.items()):
        print(f"{what:24} {error:.2g}  {module}")


def note(worst, what, module, ours, theirs):
    error = float((ours - theirs).abs().max())
    if error >= worst.get(what, (-1, None))[0]:
        worst[what] = (error, module)


if __name__ == "__main__":
    check(sys.argv[2:]) if sys.argv[1:2] == ["check"] else main()
