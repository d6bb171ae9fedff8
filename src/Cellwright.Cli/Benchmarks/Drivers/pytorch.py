"""Times PyTorch's recurrent layers for 'cellwright bench', which starts this program.

Reads commands from standard input, one a line, and answers each with one line:
  case MODE KIND BATCH INPUT HIDDEN STEPS THREADS   reads case.bin, writes result.bin: "ready SETTING" or "no REASON"
  run WARMUP SECONDS                                 times the case, the first WARMUP seconds uncounted: "times MS MS ..."
"""
import array
import ctypes
import itertools
import os
import statistics
import sys
import time

try:
    import torch
except ImportError as problem:
    print("missing", problem, flush=True)
    sys.exit()

GATES = {"lstm": 4, "gru": 3, "rnn-tanh": 1, "rnn-relu": 1}


def own_threads():
    """How to set the threads of an OpenBLAS that has threads of its own, which torch.set_num_threads leaves alone."""
    try:
        with open("/proc/self/maps") as maps:
            paths = {line.split()[-1] for line in maps if "openblas" in line}
        return [library.openblas_set_num_threads for library in map(ctypes.CDLL, sorted(paths)) if hasattr(library, "openblas_set_num_threads")]
    except OSError:
        return []


OWN_THREADS = own_threads()


class Case:
    def __init__(self, words):
        self.mode, self.kind = words[0], words[1]
        self.batch, self.input, self.hidden, self.steps, self.threads = map(int, words[2:])
        data = array.array("f")
        with open("case.bin", "rb") as file:
            data.frombytes(file.read())
        self.data, self.position = torch.tensor(data, dtype=torch.float32), 0
        width = GATES[self.kind] * self.hidden
        self.w, self.u, self.b = self.take(width, self.input), self.take(width, self.hidden), self.take(width)
        self.inner = torch.zeros(width)
        if self.kind == "gru":
            self.inner[2 * self.hidden:] = self.take(self.hidden)
        self.x = self.take(self.steps, self.batch, self.input)
        self.h0 = self.take(1, self.batch, self.hidden)
        self.c0 = self.take(1, self.batch, self.hidden) if self.kind == "lstm" else None
        self.dy = self.take(self.steps, self.batch, self.hidden)

    def take(self, *shape):
        count = torch.Size(shape).numel()
        self.position += count
        return self.data[self.position - count:self.position].view(*shape).clone()


class Setting:
    """One way to run a case: how many threads, those of OpenBLAS too, with or without oneDNN, a whole layer or single cells."""

    def __init__(self, case, threads, own_threads, onednn, cell):
        self.case, self.threads, self.own_threads, self.onednn, self.cell = case, threads, own_threads, onednn, cell
        own = f" and {own_threads} of OpenBLAS" if own_threads != threads else ""
        self.name = f"{threads} thread{'' if threads == 1 else 's'}{own}, {'with' if onednn else 'without'} oneDNN{', one cell' if cell else ''}"
        sizes = {"input_size": case.input, "hidden_size": case.hidden}
        nonlinearity = {"nonlinearity": "relu" if case.kind == "rnn-relu" else "tanh"} if case.kind.startswith("rnn") else {}
        kinds = {"lstm": (torch.nn.LSTM, torch.nn.LSTMCell), "gru": (torch.nn.GRU, torch.nn.GRUCell)}.get(case.kind, (torch.nn.RNN, torch.nn.RNNCell))
        self.layer = kinds[1 if cell else 0](**sizes, **nonlinearity)
        suffix = "" if cell else "_l0"
        with torch.no_grad():
            for name, values in (("weight_ih", case.w), ("weight_hh", case.u), ("bias_ih", case.b), ("bias_hh", case.inner)):
                getattr(self.layer, name + suffix).copy_(values)
        self.suffix = suffix
        train = case.mode == "train"
        self.x = case.x.clone().requires_grad_(train)
        self.h0 = case.h0.clone().requires_grad_(train)
        self.c0 = case.c0.clone().requires_grad_(train) if case.c0 is not None else None
        self.run = self.train if train else self.infer_cell if cell else self.infer

    def prepare(self):
        torch.set_num_threads(self.threads)
        for set_threads in OWN_THREADS:
            set_threads(self.own_threads)

    def train(self):
        for tensor in (*self.layer.parameters(), self.x, self.h0, self.c0):
            if tensor is not None:
                tensor.grad = None
        y, self.final = self.layer(self.x, (self.h0, self.c0) if self.c0 is not None else self.h0)
        y.backward(self.case.dy)
        return y

    def infer(self):
        y, self.final = self.layer(self.x, (self.h0, self.c0) if self.c0 is not None else self.h0)
        return y

    def infer_cell(self):
        state = (self.h0[0], self.c0[0]) if self.c0 is not None else self.h0[0]
        self.final = self.layer(self.x[0], state)
        return self.final[0] if self.c0 is not None else self.final

    def write(self, y):
        final = list(self.final) if self.c0 is not None else [self.final]
        results = [y, *final]
        if self.case.mode == "train":
            layer, hidden = self.layer, self.case.hidden
            results += [self.x.grad, layer.weight_ih_l0.grad, layer.weight_hh_l0.grad, layer.bias_ih_l0.grad]
            if self.case.kind == "gru":
                results.append(layer.bias_hh_l0.grad[2 * hidden:])
            results.append(self.h0.grad)
            if self.c0 is not None:
                results.append(self.c0.grad)
        with open("trial.bin", "wb") as file:
            for tensor in results:
                array.array("f", tensor.detach().contiguous().view(-1).tolist()).tofile(file)

    def sample(self, calls, seconds):
        """Milliseconds of single runs, each the mean of some calls."""
        self.prepare()
        times = []
        with torch.inference_mode(self.case.mode != "train"), torch.backends.mkldnn.flags(enabled=self.onednn):
            end = time.perf_counter() + seconds
            while not times or time.perf_counter() < end:
                begin = time.perf_counter()
                for _ in range(calls):
                    self.run()
                times.append((time.perf_counter() - begin) * 1000 / calls)
        return times

    def once(self):
        self.prepare()
        with torch.inference_mode(self.case.mode != "train"), torch.backends.mkldnn.flags(enabled=self.onednn):
            return self.run()


def choose(case):
    best, least, calls = None, float("inf"), 1
    counts = sorted({1, case.threads})
    threads = [(count, own) for count in counts for own in (counts if OWN_THREADS else (count,))]
    cells = (False, True) if case.mode == "step" else (False,)
    for (count, own), onednn, cell in itertools.product(threads, (True, False), cells):
        setting = Setting(case, count, own, onednn, cell)
        setting.write(setting.once())
        many = max(1, int(0.2 / min(setting.sample(1, 0.01))))
        median = statistics.median(setting.sample(many, 0.08))
        if median < least:
            best, least, calls = setting, median, many
            os.replace("trial.bin", "result.bin")
    return best, calls


def main():
    print("peer PyTorch", torch.__version__, flush=True)
    best, calls = None, 1
    for line in sys.stdin:
        words = line.split()
        try:
            if words[0] == "case":
                best = None
                best, calls = choose(Case(words[1:]))
                print("ready", best.name, flush=True)
            else:
                best.sample(calls, float(words[1]))
                print("times", *best.sample(calls, float(words[2])), flush=True)
        except Exception as problem:
            print("no", str(problem).replace("\n", " "), flush=True)


main()
