// What the graphics device draws against what a plain program computes from the same phantom.
import { execFileSync } from "node:child_process";
import fs from "node:fs";
import path from "node:path";
import { PNG } from "pngjs";
import { phantom, program, workFolder } from "../support/programs.js";
import { ssim } from "../support/ssim.js";
import { expect, test } from "../support/test.js";
import { expectClean, open, openFolder, snapshot } from "../support/viewer.js";

const SIZE = 96;
const LEAST = 0.98;

const cross = ([a, b, c], [d, e, f]) => [b * f - c * e, c * d - a * f, a * e - b * d];
const negated = (vector) => vector.map((n) => -n);

/** The view states that the reference starts with, by view: the shape of what it reads. */
function defaults() {
  const options = { encoding: "utf8" };
  return JSON.parse(execFileSync(program("reference"), ["defaults", "--size", String(SIZE)], options));
}

function draw(name, sized) {
  const folder = path.join(workFolder, "golden");
  fs.mkdirSync(folder, { recursive: true });
  const [view, out] = [path.join(folder, `${name}.json`), path.join(folder, `${name}-reference.png`)];
  fs.writeFileSync(view, JSON.stringify(sized));
  execFileSync(program("reference"), ["render", "--size", String(SIZE), "--view", view, "--out", out]);
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
