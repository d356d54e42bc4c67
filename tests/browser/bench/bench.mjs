// Our figures in Chromium and, where they are to be had, the peers' on the same files in the same run.
//
//   node bench/bench.mjs --size 400 --repeat 3 [--peers vtk,dwv,niivue] [--no-peers] [--no-server] [--webgl2] [--paced]
//
// Frames are not limited, as in the peers' harness, which takes a core of a machine without a graphics card; with --paced
// ours and theirs come 60 times a second, as everywhere else.
import fs from "node:fs";
import os from "node:os";
import path from "node:path";
import { execFileSync } from "node:child_process";
import { executablePath } from "../support/chromium.js";
import { program, target } from "../support/programs.js";
import { median } from "./figures.mjs";
import { measureOurs } from "./ours.mjs";
import { measurePeer, preparePeers } from "./peers.mjs";
import { measureServer } from "./server.mjs";

const has = (name) => process.argv.includes(`--${name}`);
const value = (name, fallback) => (has(name) ? process.argv[process.argv.indexOf(`--${name}`) + 1] : fallback);
const size = Number(value("size", 400));
const repeat = Number(value("repeat", 3));
const wantedPeers = has("no-peers") ? [] : value("peers", "vtk").split(",");
const folder = process.env.CUSPID_BENCH_OUT ?? path.join(target, "bench");
fs.mkdirSync(folder, { recursive: true });

/** The phantom as the peers' harness wants it: a folder of `.dcm` files, named as its sizes are. */
function writeSeries() {
  const data = path.join(folder, "data");
  const series = path.join(data, `phantom-${size}`);
  if (!fs.existsSync(series)) {
    const unfinished = `${series}.unfinished`;
    fs.rmSync(unfinished, { recursive: true, force: true });
    fs.mkdirSync(unfinished, { recursive: true });
    execFileSync(program("phantom"), ["--size", String(size), "--transfer-syntax", "explicit-le", "--out", unfinished]);
    fs.renameSync(unfinished, series);
  }
  return { data, series };
}

const FIGURES = [
  ["first_picture_ms", "pixels of the first image complete, ms"],
  ["first_image_ms", "first image, ms"],
  ["volume_ready_ms", "complete volume, ms"],
  ["second_image_ms", "first image of a second scan in its place, ms"],
  ["second_ready_ms", "complete volume of that, ms"],
  ["scroll_ms", "scrolled plane 512×512, ms"],
  ["scroll_alone_ms", "... when the browser has nothing else to do, ms"],
  ["scroll_sagittal_alone_ms", "... a sagittal one, ms"],
  ["volume_frame_ms", "still 3D frame 512×512, ms"],
  ["moving_frame_ms", "3D frame 512×512 while it is turned, ms"],
  ["moving_frame_p95_ms", "... the slowest 5 %, ms"],
  ["moving_interval_ms", "... from one to the next, ms"],
  ["moving_step_voxels", "... step, voxels"],
  ["moving_resolution", "... pixels per pixel and axis"],
  ["pointer_to_picture_ms", "pointer moves → picture, ms"],
  ["pointer_to_picture_p95_ms", "... the slowest 5 %, ms"],
  ["still_to_better_ms", "at rest → finer picture, ms"],
  ["still_to_full_ms", "at rest → full quality, ms"],
  ["woken_to_picture_ms", "pointer moves while it is refined → picture, ms"],
  ["longest_block_ms", "longest time the page did not answer meanwhile, ms"],
  ["renderer_peak_mb", "renderer peak, MiB"],
  ["renderer_empty_mb", "renderer, empty page, MiB"],
  ["gpu_peak_mb", "GPU process peak, MiB"],
  ["gpu_empty_mb", "GPU process, empty page, MiB"],
  ["gpu_held_mb", "GPU process, volume and all views, MiB"],
];

function table(rows) {
  const names = Object.keys(rows);
  const ours = rows.cuspid;
  const peers = names.filter((name) => name !== "cuspid");
  const head = ["", ...names, ...peers.map((name) => `${name} / cuspid`)];
  const lines = FIGURES.map(([key, label]) => [
    label,
    ...names.map((name) => rows[name][key]?.toFixed(1) ?? "-"),
    ...peers.map((name) => (rows[name][key] && ours[key] ? `${(rows[name][key] / ours[key]).toFixed(2)}×` : "-")),
  ]);
  return [head, head.map(() => "---"), ...lines].map((cells) => `| ${cells.join(" | ")} |`).join("\n");
}

function costTable({ views }) {
  const head = ["view", "steps from end to end", "taken", "skipped", "lit", "bricks looked up", "volume read, MB"];
  const lines = views.map((row) => [
    row.view, row.steps, row.values, `${(100 * (1 - row.part)).toFixed(1)} %`, row.lit, row.bricks, (row.fetched_bytes / 1e6).toFixed(1),
  ]);
  return [head, head.map(() => "---"), ...lines].map((cells) => `| ${cells.join(" | ")} |`).join("\n");
}

const { data, series } = writeSeries();
const peers = wantedPeers.length > 0 ? preparePeers(wantedPeers, has("paced")) : null;
const runs = [];
// Ours and theirs take turns, so that whatever else the machine does falls on all.
for (let turn = 0; turn < repeat; turn++) {
  for (const name of ["cuspid", ...(peers ? wantedPeers : [])]) {
    const [load] = os.loadavg();
    const figures = name === "cuspid"
      ? await measureOurs(series, { webgpu: !has("webgl2"), unlimitedFrames: !has("paced") })
      : measurePeer(peers, name, data, path.basename(series));
    runs.push({ name, turn, load_before: load, ...figures });
    console.error(`${name} #${turn + 1}: ${JSON.stringify(figures)}`);
  }
}

const medians = {};
for (const { name } of runs) {
  medians[name] ??= Object.fromEntries(
    FIGURES.map(([key]) => [key, median(runs.filter((run) => run.name === name).map((run) => run[key]))]),
  );
}
const cost = JSON.parse(execFileSync(program("reference"), ["cost", "--size", String(size)], { encoding: "utf8" }));
const server = has("no-server") ? null : measureServer();
const result = {
  date: new Date().toISOString(),
  machine: { processor: os.cpus()[0].model, cores: os.cpus().length, memory_gib: Math.round(os.totalmem() / 2 ** 30) },
  chromium: execFileSync(executablePath, ["--version"], { encoding: "utf8" }).trim(),
  graphics: `software (SwiftShader), ${has("webgl2") ? "WebGL2" : "WebGPU"}, frames ${has("paced") ? "at 60 Hz" : "not limited"}`,
  size, repeat, medians, runs, cost, server,
};
fs.writeFileSync(path.join(folder, "bench.json"), `${JSON.stringify(result, null, 1)}\n`);

console.log(`\n${result.date}, ${result.chromium}, ${result.graphics}, phantom ${size}³, medians of ${repeat}\n`);
console.log(table(medians));
const volume_mb = (2 * size ** 3) / 2 ** 20;
const over = medians.cuspid.renderer_peak_mb - medians.cuspid.renderer_empty_mb;
const held = medians.cuspid.gpu_held_mb - medians.cuspid.gpu_empty_mb;
console.log(`\nGPU process above the empty page, volume and all views drawn: ${held.toFixed(0)} MiB, ${(held / volume_mb).toFixed(2)} times the volume in r16float.`);
console.log(`\nRenderer peak above the empty page: ${over.toFixed(0)} MiB, ${(over / volume_mb).toFixed(2)} times the volume (${volume_mb.toFixed(0)} MiB).`);
console.log(`\nWhat the rays of a still frame do, counted on ${cost.adapter}; memory there: ${(cost.held_bytes / cost.volume_bytes).toFixed(2)} times the volume, of which textures ${(cost.computed_bytes / cost.volume_bytes).toFixed(2)}:\n`);
console.log(costTable(cost));
if (server) console.log(`\nServer: ${server.text}`);
if (wantedPeers.length > 0 && !peers) console.log("\nNo peers here: set CUSPID_PEERS to their harness to compare.");
