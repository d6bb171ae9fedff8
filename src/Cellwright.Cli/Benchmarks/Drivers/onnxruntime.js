// Times ONNX Runtime's recurrent operators for 'cellwright bench', which starts this program.
// It reads commands from standard input, one a line, and answers each with one line:
//   case MODE KIND BATCH INPUT HIDDEN STEPS THREADS   reads case.bin and case.onnx, writes result.bin: "ready SETTING" or "no REASON"
//   run WARMUP SECONDS                                 times the case, the first WARMUP seconds uncounted: "times MS MS ..."
const fs = require('fs');
const readline = require('readline');

let runtime;
let version;
try {
  runtime = require('onnxruntime-node');
  version = require('onnxruntime-node/package.json').version;
} catch (problem) {
  console.log('missing ' + problem.message.split('\n')[0]);
  process.exit();
}

const gates = { lstm: 4, gru: 3, 'rnn-tanh': 1, 'rnn-relu': 1 };

function read(words) {
  const [mode, kind] = words;
  const [batch, input, hidden, steps, threads] = words.slice(2).map(Number);
  const bytes = fs.readFileSync('case.bin');
  const data = new Float32Array(bytes.buffer, bytes.byteOffset, bytes.length / 4);
  // The weights are in the model; the input and the states follow them.
  let position = gates[kind] * hidden * (input + hidden + 1) + (kind === 'gru' ? hidden : 0);
  const take = (...shape) => {
    const count = shape.reduce((product, size) => product * size, 1);
    position += count;
    return new runtime.Tensor('float32', data.slice(position - count, position), shape);
  };
  const feeds = { X: take(steps, batch, input), initial_h: take(1, batch, hidden) };
  if (kind === 'lstm') feeds.initial_c = take(1, batch, hidden);
  return { mode, kind, threads, feeds };
}

async function sample(session, feeds, calls, seconds) {
  const times = [];
  const end = performance.now() + seconds * 1000;
  do {
    const begin = performance.now();
    for (let i = 0; i < calls; i++) await session.run(feeds);
    times.push((performance.now() - begin) / calls);
  } while (performance.now() < end);
  return times;
}

async function choose(what) {
  let best = null;
  for (const threads of new Set([1, what.threads])) {
    const session = await runtime.InferenceSession.create('case.onnx', {
      intraOpNumThreads: threads, interOpNumThreads: 1, executionMode: 'sequential', graphOptimizationLevel: 'all',
    });
    const outputs = await session.run(what.feeds);
    const results = [outputs.Y, outputs.Y_h, outputs.Y_c].filter(tensor => tensor).map(tensor => Buffer.from(tensor.data.buffer, tensor.data.byteOffset, tensor.data.byteLength));
    fs.writeFileSync('trial.bin', Buffer.concat(results));
    const calls = Math.max(1, Math.floor(0.2 / Math.min(...await sample(session, what.feeds, 1, 0.01))));
    const times = (await sample(session, what.feeds, calls, 0.08)).sort((a, b) => a - b);
    const median = times[times.length >> 1];
    if (best === null || median < best.median) {
      if (best !== null) await best.session.release();
      fs.renameSync('trial.bin', 'result.bin');
      best = { session, feeds: what.feeds, calls, median, name: `${threads} thread${threads === 1 ? '' : 's'}` };
    } else {
      await session.release();
    }
  }
  return best;
}

async function main() {
  console.log('peer ONNX Runtime ' + version);
  let best = null;
  for await (const line of readline.createInterface({ input: process.stdin })) {
    const words = line.trim().split(/\s+/);
    try {
      if (words[0] === 'case') {
        if (best !== null) await best.session.release();
        best = null;
        best = await choose(read(words.slice(1)));
        console.log('ready ' + best.name);
      } else {
        await sample(best.session, best.feeds, best.calls, Number(words[1]));
        console.log('times ' + (await sample(best.session, best.feeds, best.calls, Number(words[2]))).join(' '));
      }
    } catch (problem) {
      console.log('no ' + String(problem.message).replaceAll('\n', ' '));
    }
  }
}

main();
