// How fast the worker decodes: each compressed syntax, one worker, every value compared with the uncompressed series.
// Where the peers' harness is to be had, their decoders take turns with ours on the same files.
//
//   node bench/codecs.mjs WORKER_FOLDER [--repeat 5] [--no-peers] [--only HTJ2K,RLE]
import { execFileSync } from "node:child_process";
import fs from "node:fs";
import { createRequire } from "node:module";
import os from "node:os";
import path from "node:path";
import { unpacked } from "../support/packed.js";
import { target } from "../support/programs.js";
import { preparePeers } from "./peers.mjs";
import { median } from "./figures.mjs";
import { VARIANTS, filesOf, ourSeries, theirSeries } from "./variants.mjs";
import { startWorker } from "./worker.mjs";

const has = (name) => process.argv.includes(`--${name}`);
const value = (name, fallback) => (has(name) ? process.argv[process.argv.indexOf(`--${name}`) + 1] : fallback);
const repeat = Number(value("repeat", 5));
const only = value("only", null)?.split(",");
const folder = process.env.CUSPID_BENCH_OUT ?? path.join(target, "bench");
const MIB = 2 ** 20;

/** Headers by the worker, and a request for each frame. */
async function opened(worker, series) {
  const files = filesOf(series);
  const requests = [];
  for (const file of files) {
    const name = { name: "slice", blob: 0, entry: null };
    const { reply } = await worker.ask({ ReadHeaders: { files: [name], whole_below: 0 } }, [file]);
    const [instance] = reply.Headers[0].Instance;
    const value_type = instance.attributes.signed ? "i16" : "u16";
    // As the page sends it, which has made it a text by then.
    const body = JSON.stringify({ DecodeFrame: { file: name, instance, frame: 0, value_type, flat: false } });
    requests.push({ instance, body, file });
  }
  return requests;
}

const decode = (worker, { body, file }) => worker.ask(body, [file]);

/** How far values are from those they should be, at most. */
function difference(values, wanted) {
  if (values.length !== wanted.length) return Infinity;
  let most = 0;
  for (let i = 0; i < values.length; i++) most = Math.max(most, Math.abs(values[i] - wanted[i]));
  return most;
}

/** What libjpeg-turbo, which the peers use, makes of lossy frames. */
async function lossyReference(harness) {
  if (!harness) return null;
  const decoderPath = path.join(harness, "node_modules/@cornerstonejs/codec-libjpeg-turbo-8bit/dist/libjpegturbowasm_decode");
  const made = createRequire(import.meta.url)(`${decoderPath}.js`);
  const wasm = `${decoderPath}.wasm`;
  const module = await (made.default ?? made)({ locateFile: () => wasm, wasmBinary: fs.readFileSync(wasm) });
  return ({ instance, file }) => {
    // The one fragment behind the offset table: items of a tag, a length and the bytes.
    const table = instance.pixels.offset + 8 + file.readUInt32LE(instance.pixels.offset + 4);
    const bytes = file.subarray(table + 8, table + 8 + file.readUInt32LE(table + 4));
    const decoder = new module.JPEGDecoder();
    decoder.getEncodedBuffer(bytes.length).set(bytes);
    decoder.decode();
    const values = decoder.getDecodedBuffer().slice();
    decoder.delete();
    return values;
  };
}

/** The peers' decoders once: MB/s by series, the best where there are several. */
function measurePeers(harness, data) {
  const out = execFileSync("node", ["codecs.mjs", "--reps", "1"], { cwd: harness, encoding: "utf8", stdio: ["ignore", "pipe", "ignore"], env: { ...process.env, CBCT_DATA: data } });
  const best = {};
  // OpenJPEG's log is on the same stream.
  const figures = out.split("\n").find((line) => line.startsWith("[{"));
  for (const { name, series, exact, mb_s } of JSON.parse(figures ?? "[]")) {
    if (exact && !(best[series]?.mb_s > mb_s)) best[series] = { name, mb_s };
  }
  return best;
}

const harness = has("no-peers") ? null : preparePeers([]);
const series = harness || process.env.CBCT_DATA ? theirSeries(harness, folder) : ourSeries(folder);
const worker = await startWorker(path.resolve(process.argv[2]));
const native = await opened(worker, series.folderOf(VARIANTS[0]));
const truth = [];
for (const request of native) {
  const { offset, len } = request.instance.pixels;
  truth.push(new Uint16Array(request.file.buffer.slice(request.file.byteOffset + offset, request.file.byteOffset + offset + len)));
}

const cases = [];
for (const variant of VARIANTS.filter(({ name }) => !only || only.includes(name))) {
  const source = series.folderOf(variant);
  if (!source) continue;
  const requests = await opened(worker, source);
  const reference = variant.lossy ? await lossyReference(harness) : (_, n) => truth[n];
  let [most, bytes, coded] = [0, 0, 0];
  for (const [n, request] of requests.entries()) {
    const { reply, buffers } = await decode(worker, request);
    const values = unpacked(buffers[0], reply.Slice.packing, Uint16Array);
    bytes += values.length * (request.instance.attributes.bits_allocated / 8);
    coded += request.instance.pixels.encapsulated ? request.instance.pixels.len : request.file.length;
    if (reference) most = Math.max(most, difference(values, reference(request, n)));
  }
  cases.push({ ...variant, requests, bytes, compression: bytes / coded, difference: reference ? most : null, memory_mib: worker.memory() / MIB, mb_s: [], theirs_mb_s: [] });
}

for (let turn = 0; turn < repeat; turn++) {
  for (const one of cases) {
    const start = performance.now();
    for (const request of one.requests) await decode(worker, request);
    one.mb_s.push(one.bytes / 1e3 / (performance.now() - start));
  }
  if (harness) {
    const peers = measurePeers(harness, series.data);
    for (const one of cases) {
      const peer = peers[one.theirs];
      if (!peer) continue;
      one.peer = peer.name;
      one.theirs_mb_s.push(peer.mb_s);
    }
  }
}

const rows = cases.map(({ requests, theirs, ours, lossy, ...one }) => {
  const [mb_s, theirs_mb_s] = [median(one.mb_s), median(one.theirs_mb_s)];
  return { ...one, frames: requests.length, runs: { ours: one.mb_s, theirs: one.theirs_mb_s }, mb_s, theirs_mb_s, ratio: theirs_mb_s ? mb_s / theirs_mb_s : null };
});
const result = { date: new Date().toISOString(), machine: { processor: os.cpus()[0].model, cores: os.cpus().length }, node: process.version, repeat, codecs: rows };
fs.mkdirSync(folder, { recursive: true });
fs.writeFileSync(path.join(folder, "codecs.json"), `${JSON.stringify(result, null, 1)}\n`);

const shown = (number, digits = 0) => (number === null || number === undefined ? "-" : number.toFixed(digits));
console.log(`${result.date}, node ${result.node}, ${result.machine.processor}, one worker, medians of ${repeat}: MB/s of pixels\n`);
console.log("| syntax | ours | peer | ratio | peer is | largest difference | compression | module's memory, MiB |");
console.log("| --- | --- | --- | --- | --- | --- | --- | --- |");
for (const row of rows) {
  console.log(`| ${row.name} | ${shown(row.mb_s)} | ${shown(row.theirs_mb_s)} | ${shown(row.ratio, 2)} | ${row.peer ?? "-"} | ${row.difference ?? "not compared"} | ${shown(row.compression, 2)} | ${shown(row.memory_mib)} |`);
}
const wrong = rows.filter((row) => row.difference > 0);
for (const row of wrong) console.error(`${row.name}: values differ by up to ${row.difference}`);
if (wrong.length > 0) process.exit(1);
