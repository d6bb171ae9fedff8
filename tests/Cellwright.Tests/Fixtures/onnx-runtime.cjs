// Runs ONNX models in ONNX Runtime. The argument is a JSON file: [{ "model": path, "feeds": [tensor], "fetches": [name],
// "result": path }], a tensor being { "name", "type", "dims", "data" (base64) }. Each result is { "outputs": [tensor] } or
// { "error": text }.
const fs = require('fs');
const path = require('path');
const { createRequire } = require('module');

const runtime = createRequire(path.join(process.env.CELLWRIGHT_ONNXRUNTIME, 'package.json'))('onnxruntime-node');
const arrays = { float32: Float32Array, float64: Float64Array, int32: Int32Array, int64: BigInt64Array, bool: Uint8Array };

function decode(tensor) {
  const bytes = Buffer.from(tensor.data, 'base64');
  const copy = new Uint8Array(bytes).buffer;
  return new runtime.Tensor(tensor.type, new arrays[tensor.type](copy), tensor.dims);
}

function encode(name, tensor) {
  const data = tensor.data;
  return { name, type: tensor.type, dims: [...tensor.dims], data: Buffer.from(data.buffer, data.byteOffset, data.byteLength).toString('base64') };
}

async function run(job) {
  const session = await runtime.InferenceSession.create(job.model, { logSeverityLevel: 3, intraOpNumThreads: 1 });
  const feeds = Object.fromEntries(job.feeds.map((tensor) => [tensor.name, decode(tensor)]));
  const results = job.fetches.length > 0 ? await session.run(feeds, job.fetches) : await session.run(feeds);
  await session.release();
  return { outputs: Object.entries(results).map(([name, tensor]) => encode(name, tensor)) };
}

async function main() {
  for (const job of JSON.parse(fs.readFileSync(process.argv[2], 'utf8'))) {
    let result;
    try {
      result = await run(job);
    } catch (problem) {
      result = { error: String(problem.message ?? problem) };
    }

    fs.writeFileSync(job.result, JSON.stringify(result));
  }
}

main();
