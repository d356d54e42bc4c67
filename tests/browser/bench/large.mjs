// One large volume (800 by 800 by 600, 768 MB by default) in the real page: it opens, its values are those of the files, and
// the renderer process stays within 1.3 times the volume above the empty page. `node bench/large.mjs FOLDER`
import fs from "node:fs";
import os from "node:os";
import path from "node:path";
import { chromium } from "@playwright/test";
import { chromiumArgs, executablePath, ignoreDefaultArgs } from "../support/chromium.js";
import { followPeak, resident } from "../support/memory.js";
import { Server } from "../support/server.js";
import { colours, probe, ready, seriesOf, show, snapshot } from "../support/viewer.js";

/** Renderer memory above the empty page, as a multiple of the volume. */
const MOST = 1.3;

const folder = process.argv[2];
const files = fs.readdirSync(folder).filter((name) => name.endsWith(".dcm")).sort().map((name) => path.join(folder, name));

/** The last number of a file's Image Position (Patient), in explicit little endian. */
function heightOf(file) {
  const bytes = Buffer.alloc(4096);
  const descriptor = fs.openSync(file, "r");
  fs.readSync(descriptor, bytes, 0, bytes.length, 0);
  fs.closeSync(descriptor);
  const at = bytes.indexOf(Buffer.from([0x20, 0, 0x32, 0, 0x44, 0x53]));
  const length = bytes.readUInt16LE(at + 6);
  return Number(bytes.toString("latin1", at + 8, at + 8 + length).split("\\")[2]);
}

/** The stored value of pixel (i, j) of a file whose native signed pixels end it. */
function stored(file, [columns, rows], [i, j]) {
  const bytes = Buffer.alloc(2);
  const descriptor = fs.openSync(file, "r");
  fs.readSync(descriptor, bytes, 0, 2, fs.fstatSync(descriptor).size - columns * rows * 2 + (j * columns + i) * 2);
  fs.closeSync(descriptor);
  return bytes.readInt16LE(0);
}

const profile = fs.mkdtempSync(path.join(os.tmpdir(), "cuspid-large-"));
const server = new Server(path.join(profile, "server"));
const port = await server.start();
const context = await chromium.launchPersistentContext(path.join(profile, "browser"), {
  executablePath, ignoreDefaultArgs, args: chromiumArgs({ webgpu: !process.argv.includes("--webgl2") }), viewport: { width: 1440, height: 900 },
});
let failed = true;
try {
  const page = context.pages()[0];
  page.on("console", (message) => message.type() === "error" && console.error(message.text()));
  await page.goto(`http://localhost:${port}/`);
  await ready(page);
  const limits = await page.evaluate(async () => {
    const adapter = await navigator.gpu?.requestAdapter();
    const gl = document.createElement("canvas").getContext("webgl2");
    return { webgpu: adapter?.limits.maxTextureDimension3D, webgl2: gl?.getParameter(gl.MAX_3D_TEXTURE_SIZE) };
  });
  for (const file of files) fs.readFileSync(file);
  const empty = resident(profile);
  const peak = followPeak(profile);
  await page.getByTestId("file-input").setInputFiles(files);
  const [series] = await seriesOf(page);
  await show(page, series.id);
  const timings = await page.evaluate(() => window.cuspid.timings());
  const loaded = peak.stop();

  const { dims, origin_mm, spacing_mm } = series;
  const voxels = Array.from({ length: 400 }, (_, n) => dims.map((dim, axis) => (n * [7919, 104729, 1299709][axis]) % dim));
  voxels.push([0, 0, 0], dims.map((dim) => dim - 1));
  const probes = await probe(page, voxels.map((voxel) => voxel.map((at, n) => origin_mm[n] + at * spacing_mm[n])));
  const slices = files.map((file) => [heightOf(file), file]).sort((a, b) => a[0] - b[0]);
  const wrong = voxels.filter((voxel, n) => probes[n]?.stored !== stored(slices[voxel[2]][1], dims, voxel));
  const drawn = {};
  for (const view of ["axial", "coronal", "sagittal", "volume"]) drawn[view] = colours(await snapshot(page, view));

  const volume_mb = (dims[0] * dims[1] * dims[2] * 2) / 2 ** 20;
  const ratio = (loaded.renderer - empty.renderer) / volume_mb;
  failed = wrong.length > 0 || ratio > MOST || Object.values(drawn).some((count) => count < 16);
  console.log(JSON.stringify({
    dims, warnings: series.warnings.map(({ code }) => code), renderer: await page.evaluate(() => window.cuspid.renderer()), limits, volume_mb,
    renderer_empty_mb: empty.renderer, renderer_peak_mb: loaded.renderer, ratio, gpu_peak_mb: loaded["gpu-process"], timings,
    probed: voxels.length, wrong: wrong.length, drawn, failed,
  }, null, 2));
} finally {
  await context.close();
  await server.stop();
  fs.rmSync(profile, { recursive: true, force: true });
}
process.exitCode = failed ? 1 : 0;
