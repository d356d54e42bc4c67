// What the graphics device draws against what a plain program computes from the same phantom.
import { execFileSync } from "node:child_process";
import crypto from "node:crypto";
import fs from "node:fs";
import path from "node:path";
import { PNG } from "pngjs";
import { phantom, program, workFolder } from "../support/programs.js";
import { slowWorkers } from "../support/slow.js";
import { ssim } from "../support/ssim.js";
import { expect, test } from "../support/test.js";
import { expectClean, open, openFolder, snapshot } from "../support/viewer.js";

const SIZE = 96;
const LEAST = 0.98;
/** Narrow enough that a picture takes software a second, not half a minute; every view is there all the same. */
const VIEWPORT = { width: 960, height: 640 };

test.use({ viewport: VIEWPORT });

const cross = ([a, b, c], [d, e, f]) => [b * f - c * e, c * d - a * f, a * e - b * d];
const negated = (vector) => vector.map((n) => -n);

/** The view states that the reference starts with, by view: the shape of what it reads. */
function defaults() {
  const options = { encoding: "utf8" };
  return JSON.parse(execFileSync(program("reference"), ["defaults", "--size", String(SIZE)], options));
}

/**
 * What the reference draws; `more` are other arguments. It takes longest of all, and draws the same for every browser:
 * what this very program once drew of this very view is taken from where it was kept.
 */
function draw(name, sized, more = []) {
  const folder = path.join(workFolder, "golden");
  const [view, out] = [path.join(folder, `${name}.json`), path.join(folder, `${name}-reference.png`)];
  const state = JSON.stringify(sized);
  const hash = crypto.createHash("sha256").update(fs.readFileSync(program("reference"))).update(JSON.stringify([SIZE, state, more])).digest("hex");
  const kept = path.join(folder, "kept", `${hash}.png`);
  fs.mkdirSync(path.dirname(kept), { recursive: true });
  fs.writeFileSync(view, state);
  if (!fs.existsSync(kept)) {
    const unfinished = `${kept}.${process.pid}`;
    execFileSync(program("reference"), ["render", "--size", String(SIZE), "--view", view, "--out", unfinished, ...more]);
    fs.renameSync(unfinished, kept);
  }
  fs.copyFileSync(kept, out);
  return PNG.sync.read(fs.readFileSync(out));
}

/** Compares, and keeps both pictures where a person can look at them. */
function expectAlike(name, drawn, reference) {
  fs.writeFileSync(path.join(workFolder, "golden", `${name}-drawn.png`), PNG.sync.write(drawn));
  const alike = ssim(drawn, reference);
  test.info().annotations.push({ type: "ssim", description: `${name} ${alike.toFixed(4)}` });
  expect(alike, `${name}: structural similarity`).toBeGreaterThan(LEAST);
}

test("planes equal the reference, straight and oblique @gpu @firefox", async ({ page, site, seen }, info) => {
  await open(page, site);
  await openFolder(page, phantom(SIZE));
  const start = defaults();
  for (const name of ["axial", "coronal", "sagittal"]) {
    for (const [what, change] of [
      ["middle", {}],
      ["off", { center_mm: [4.3, -7.1, 5.2], window: { center: 700, width: 2600 }, mm_per_px: 0.13 }],
      ["slab", { center_mm: [1, 2, 3], slab_mm: 6 }],
      ["cubic", { center_mm: [4.3, -7.1, 5.2], slab_mm: 0, mm_per_px: 0.05, interpolation: "cubic" }],
      ["oblique-cubic", { normal: [0.36, 0.48, 0.8], up: [0.8, -0.6, 0] }],
    ]) {
      await page.evaluate(([view, state]) => window.cuspid.setView(view, state), [name, change]);
      await page.evaluate((view) => window.cuspid.frame(view), name);
      const view = await page.evaluate((view) => window.cuspid.view(view), name);
      const drawn = await snapshot(page, name);
      const down = negated(view.up);
      const plane = {
        ...start[name].view.plane,
        center_mm: view.center_mm, down, right: cross(down, view.normal),
        mm_per_px: view.mm_per_px, window: view.window, slab_mm: view.slab_mm, interpolation: view.interpolation,
      };
      const label = `${info.project.name}-${name}-${what}`;
      expectAlike(label, drawn, draw(label, { size_px: [drawn.width, drawn.height], view: { plane } }));
    }
  }
  expectClean(seen, site);
});

test("while a scan loads, the volume rendering is that of the slices that came @gpu", async ({ page, site, seen }, info) => {
  await slowWorkers(page);
  await open(page, site);
  await page.evaluate(() => {
    window.__answersPerSecond(4);
    window.__shown = window.cuspid.openDemo(96).then(([series]) => window.cuspid.show(series.id));
  });
  // By itself, once it costs next to nothing of the load's time.
  const drawn = () => page.evaluate(() => window.cuspid.renderer()?.draws.volume ?? 0);
  await expect.poll(drawn, { timeout: 60_000, intervals: [250] }).toBeGreaterThan(0);
  const came = () => page.evaluate(() => {
    const [{ dims, spacing_mm, origin_mm, direction }] = window.cuspid.series();
    const at = (k) => [0, 1, 2].map((n) => origin_mm[n]
      + [dims[0] >> 1, dims[1] >> 1, k].reduce((sum, v, axis) => sum + v * spacing_mm[axis] * direction[axis * 3 + n], 0));
    return Array.from({ length: dims[2] }, (_, k) => k).filter((k) => window.cuspid.probe(at(k)));
  });
  await expect.poll(async () => (await came()).length, { timeout: 60_000, intervals: [250] }).toBeGreaterThan(12);
  await page.evaluate(() => window.__answersPerSecond(0));
  // What was under way arrives.
  let slices = await came();
  await expect.poll(async () => {
    const before = slices.length;
    slices = await came();
    return slices.length - before;
  }, { intervals: [700] }).toBe(0);
  expect(slices.length).toBeLessThan(SIZE);
  await page.evaluate(() => window.cuspid.setView("volume", { azimuth_deg: 30, elevation_deg: 12, occlusion: 0 }));
  await page.evaluate(() => window.cuspid.frame("volume"));
  const view = await page.evaluate(() => window.cuspid.view("volume"));
  const picture = await snapshot(page, "volume");
  const known = defaults().volume.view.volume;
  const volume = Object.fromEntries(Object.keys(known).map((key) => [key, view[key] ?? known[key]]));
  volume.target_mm = view.center_mm;
  const label = `${info.project.name}-volume-loading`;
  const sized = { size_px: [picture.width, picture.height], view: { volume } };
  expectAlike(label, picture, draw(label, sized, ["--slices", slices.join(",")]));

  await page.evaluate(() => window.__answersPerSecond(Infinity));
  await page.evaluate(() => window.__shown);
  await page.evaluate(() => window.cuspid.frame("volume"));
  expectAlike(`${label}-whole`, await snapshot(page, "volume"), draw(`${label}-whole`, sized));
  expectClean(seen, site);
});

test("a grid of slices equals the reference @gpu @firefox", async ({ page, site, seen }, info) => {
  await open(page, site);
  await openFolder(page, phantom(SIZE));
  await page.evaluate(() => window.cuspid.setMode("grid"));
  const start = defaults();
  for (const [what, change] of [
    ["axial", { plane: "axial", columns: 4, rows: 3, spacing_mm: 1.5 }],
    ["sagittal", { plane: "sagittal", columns: 3, rows: 2, spacing_mm: 4 }],
  ]) {
    await page.evaluate((state) => window.cuspid.setView("grid", state), change);
    await page.evaluate(() => window.cuspid.frame("grid"));
    const view = await page.evaluate(() => window.cuspid.view("grid"));
    const drawn = await snapshot(page, "grid");
    const down = negated(view.up);
    const first = {
      ...start[change.plane].view.plane,
      center_mm: view.center_mm, down, right: cross(down, view.normal), mm_per_px: view.mm_per_px, window: view.window,
    };
    const { columns, rows, spacing_mm } = change;
    const label = `${info.project.name}-grid-${what}`;
    expectAlike(label, drawn, draw(label, { size_px: [drawn.width, drawn.height], view: { grid: { first, columns, rows, spacing_mm } } }));
  }
  expectClean(seen, site);
});

test("the volume rendering equals the reference from several sides @gpu @firefox", async ({ page, site, seen }, info) => {
  await open(page, site);
  await openFolder(page, phantom(SIZE));
  await page.evaluate(() => window.cuspid.setMode("volume"));
  const start = defaults();
  for (const [what, change] of [
    ["bone", { azimuth_deg: 20, elevation_deg: 15, preset: "bone" }],
    ["teeth", { azimuth_deg: -50, elevation_deg: -10, preset: "teeth" }],
    ["nerves", { azimuth_deg: 70, elevation_deg: 5, preset: "teeth-nerve" }],
    ["soft-tissue", { azimuth_deg: -20, elevation_deg: 25, preset: "soft-tissue" }],
    ["airway", { azimuth_deg: 120, elevation_deg: 10, preset: "airway" }],
    ["skin", { azimuth_deg: 35, elevation_deg: -15, preset: "skin" }],
    ["mip", { azimuth_deg: 90, elevation_deg: 0, preset: "mip" }],
  ]) {
    await page.evaluate((state) => window.cuspid.setView("volume", state), change);
    await page.evaluate(() => window.cuspid.frame("volume"));
    const view = await page.evaluate(() => window.cuspid.view("volume"));
    const drawn = await snapshot(page, "volume");
    const known = start.volume.view.volume;
    const volume = Object.fromEntries(Object.keys(known).map((key) => [key, view[key] ?? known[key]]));
    volume.target_mm = view.target_mm ?? view.center_mm;
    if (view.preset === "mip") Object.assign(volume, { preset: "bone", rendering: "maximum" });
    const label = `${info.project.name}-volume-${what}`;
    expectAlike(label, drawn, draw(label, { size_px: [drawn.width, drawn.height], view: { volume } }));
  }
  expectClean(seen, site);
});
