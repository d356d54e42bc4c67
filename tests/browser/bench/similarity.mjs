// How near to the plain CPU reference a still frame of ours is, and vtk.js' of the same camera, colours, opacities and step.
//
//   node bench/similarity.mjs --size 400 [--no-peers]
import { execFileSync } from "node:child_process";
import fs from "node:fs";
import os from "node:os";
import path from "node:path";
import { pathToFileURL } from "node:url";
import { chromium } from "@playwright/test";
import { PNG } from "pngjs";
import { chromiumArgs, executablePath, ignoreDefaultArgs } from "../support/chromium.js";
import { program, target } from "../support/programs.js";
import { ssim } from "../support/ssim.js";
import { snapshot } from "../support/viewer.js";
import { SIDE, fitCell, withScan } from "./opened.mjs";
import { preparePeers } from "./peers.mjs";

const value = (name, fallback) => (process.argv.includes(`--${name}`) ? process.argv[process.argv.indexOf(`--${name}`) + 1] : fallback);
const size = Number(value("size", 400));
const folder = process.env.CUSPID_BENCH_OUT ?? path.join(target, "bench");
const data = path.join(folder, "data");
const series = path.join(data, `phantom-${size}`);
const out = path.join(folder, "similarity");
fs.mkdirSync(out, { recursive: true });

const VIEWS = {
  bone: { azimuth_deg: 30, elevation_deg: 10, preset: "bone", occlusion: 0 },
  maximum: { azimuth_deg: 30, elevation_deg: 10, preset: "mip", occlusion: 0 },
};
/** Our light (`view/shading.rs`), as vtk.js has it: coefficients, and where it is from the camera. */
const LIGHT = { ambient: 0.32, diffuse: 0.78, specular: 0.22, power: 24, towards: [-0.35, 0.45, 1] };
const BACKGROUND = [0.043, 0.051, 0.063];

const keep = (name, picture) => fs.writeFileSync(path.join(out, `${size}-${name}.png`), PNG.sync.write(picture));

/** Ours: the views as they were drawn, and what `view` says of them. */
function ours() {
  return withScan(series, { webgpu: true, unlimitedFrames: false }, async ({ page }) => {
    await page.evaluate(() => window.cuspid.setMode("volume"));
    await fitCell(page, "volume");
    const drawn = {};
    for (const [name, state] of Object.entries(VIEWS)) {
      await page.evaluate((change) => window.cuspid.setView("volume", change), state);
      // The first also makes the shaders, as theirs does.
      await page.evaluate(() => window.cuspid.frame("volume"));
      const ms = await page.evaluate(() => window.cuspid.frame("volume"));
      const view = await page.evaluate(() => window.cuspid.view("volume"));
      drawn[name] = { ms, view, picture: await snapshot(page, "volume") };
    }
    return drawn;
  });
}

/** The reference's picture of a view. */
function reference(name, view) {
  const options = { encoding: "utf8", maxBuffer: 1 << 26 };
  const known = JSON.parse(execFileSync(program("reference"), ["defaults", "--size", String(size)], options)).volume.view.volume;
  const volume = Object.fromEntries(Object.keys(known).map((key) => [key, view[key] ?? known[key]]));
  volume.target_mm = view.center_mm;
  if (view.preset === "mip") Object.assign(volume, { preset: "bone", rendering: "maximum" });
  const [json, png] = ["json", "png"].map((end) => path.join(out, `${size}-${name}-reference.${end}`));
  fs.writeFileSync(json, JSON.stringify({ size_px: [SIDE, SIDE], view: { volume } }));
  execFileSync(program("reference"), ["render", "--size", String(size), "--view", json, "--out", png]);
  return PNG.sync.read(fs.readFileSync(png));
}

/** vtk.js' pictures of the same views, in the harness' own build. */
async function theirs(harness, drawn) {
  const { startServer } = await import(pathToFileURL(path.join(harness, "server.mjs")));
  const server = await startServer(0);
  const browser = await chromium.launch({ executablePath, ignoreDefaultArgs, args: chromiumArgs({ webgpu: false }) });
  try {
    const page = await browser.newPage();
    await page.goto(`${server.url}/dist/vtk-same.html`);
    await page.waitForFunction(() => window.same);
    const files = fs.readdirSync(series).filter((name) => name.endsWith(".dcm")).sort();
    await page.locator("#files").setInputFiles(files.map((name) => path.join(series, name)));
    await page.evaluate(() => window.same.load());
    const pictures = {};
    for (const [name, { view }] of Object.entries(drawn)) {
      const given = [{ ...view, rendering: view.preset === "mip" ? "maximum" : view.rendering }, { px: SIDE, light: LIGHT, background: BACKGROUND }];
      const { ms, pixels } = await page.evaluate((both) => window.same.draw(...both), given);
      const picture = new PNG({ width: SIDE, height: SIDE });
      Buffer.from(pixels, "base64").copy(picture.data);
      pictures[name] = { ms, picture };
    }
    return pictures;
  } finally {
    await browser.close();
    server.server.close();
  }
}

const drawn = await ours();
const harness = process.argv.includes("--no-peers") ? null : preparePeers(["vtk", "vtk-same"]);
const other = harness ? await theirs(harness, drawn) : {};
const rows = Object.entries(drawn).map(([name, { ms, view, picture }]) => {
  const truth = reference(name, view);
  keep(`${name}-cuspid`, picture);
  const row = { view: name, cuspid: ssim(picture, truth), cuspid_ms: ms };
  if (other[name]) {
    keep(`${name}-vtk`, other[name].picture);
    Object.assign(row, { vtk: ssim(other[name].picture, truth), vtk_ms: other[name].ms });
  }
  return row;
});
fs.writeFileSync(path.join(out, `similarity-${size}.json`), `${JSON.stringify({ date: new Date().toISOString(), machine: os.cpus()[0].model, size, rows }, null, 1)}\n`);
console.log(`phantom ${size}³, ${SIDE}×${SIDE}: structural similarity to the CPU reference (8×8 windows, luma)`);
for (const row of rows) console.log(JSON.stringify(row));
