// The window on its histogram, what comes after it, and pictures as files.
import { execFileSync } from "node:child_process";
import fs from "node:fs";
import path from "node:path";
import { PNG } from "pngjs";
import { phantom, program, workFolder } from "../support/programs.js";
import { ssim } from "../support/ssim.js";
import { expect, test } from "../support/test.js";
import { expectClean, network, open, openFolder, snapshot } from "../support/viewer.js";

const SIZE = 96;

const cross = ([a, b, c], [d, e, f]) => [b * f - c * e, c * d - a * f, a * e - b * d];
const negated = (vector) => vector.map((n) => -n);
const stateOf = (page, name) => page.evaluate((view) => window.cuspid.view(view), name);

/** The two ends of the window that a view reports. */
async function ends(page, name = "axial") {
  const { window: { center, width } } = await stateOf(page, name);
  return [center - width / 2, center + width / 2];
}

/** Drags a cut by some pixels; answers how many values a pixel is. */
async function drag(page, name, by) {
  const cut = page.getByTestId(name);
  const plot = await page.locator(".histogram-plot").boundingBox();
  const box = await cut.boundingBox();
  const [least, most] = await Promise.all(["min", "max"].map((end) => cut.getAttribute(`aria-value${end}`)));
  const [x, y] = [box.x + box.width / 2, plot.y + plot.height / 2];
  await page.mouse.move(x, y);
  await page.mouse.down();
  for (let step = 1; step <= 5; step++) await page.mouse.move(x + (by * step) / 5, y);
  await page.mouse.up();
  return (most - least) / plot.width;
}

/** The share of pixels that are no grey. */
function coloured({ data }) {
  let found = 0;
  for (let n = 0; n < data.length; n += 4) {
    found += Math.max(data[n], data[n + 1], data[n + 2]) - Math.min(data[n], data[n + 1], data[n + 2]) > 40;
  }
  return (found * 4) / data.length;
}

/** A plane by the plain program, `scale` times as large as it is on screen. */
function reference(name, view, { width, height }, scale) {
  const folder = path.join(workFolder, "golden");
  fs.mkdirSync(folder, { recursive: true });
  const [asked, out] = [path.join(folder, `${name}.json`), path.join(folder, `${name}-reference.png`)];
  const defaults = JSON.parse(execFileSync(program("reference"), ["defaults", "--size", String(SIZE)], { encoding: "utf8" }));
  const down = negated(view.up);
  const plane = {
    ...defaults.axial.view.plane,
    center_mm: view.center_mm, down, right: cross(down, view.normal),
    mm_per_px: view.mm_per_px / scale, window: view.window, slab_mm: view.slab_mm, tones: view.tones,
  };
  fs.writeFileSync(asked, JSON.stringify({ size_px: [width, height], view: { plane } }));
  execFileSync(program("reference"), ["render", "--size", String(SIZE), "--view", asked, "--out", out]);
  return PNG.sync.read(fs.readFileSync(out));
}

test("the cuts of the histogram are the window, by mouse and by keyboard", async ({ page, site, seen }) => {
  await open(page, site);
  await openFolder(page, phantom(SIZE));
  await expect(page.locator(".histogram-bars")).toHaveAttribute("d", /^M/);
  const before = await ends(page);

  const perPx = await drag(page, "window-low", 40);
  const raised = await ends(page);
  expect(Math.abs(raised[0] - before[0] - 40 * perPx), "the lower end follows").toBeLessThan(2 * perPx);
  expect(raised[1]).toBeCloseTo(before[1], 6);

  await drag(page, "window-high", -25);
  const narrowed = await ends(page);
  expect(Math.abs(raised[1] - narrowed[1] - 25 * perPx), "so does the upper").toBeLessThan(2 * perPx);
  expect(narrowed[0]).toBeCloseTo(raised[0], 6);

  await drag(page, "window-middle", 30);
  const moved = await ends(page);
  expect(moved[1] - moved[0], "as wide as before").toBeCloseTo(narrowed[1] - narrowed[0], 6);
  expect(Math.abs(moved[0] - narrowed[0] - 30 * perPx)).toBeLessThan(2 * perPx);
  expect(await ends(page, "volume"), "the same for the projection").toEqual(moved);

  const high = page.getByRole("slider", { name: "Upper end of the window" });
  await high.focus();
  await high.press("ArrowLeft");
  expect((await ends(page))[1]).toBeLessThan(moved[1]);
  await high.press("End");
  const most = Number(await high.getAttribute("aria-valuemax"));
  expect(Math.abs((await ends(page))[1] - most)).toBeLessThan(1);

  await page.getByTestId("window-reset").click();
  expect(await ends(page)).toEqual(before);
  expectClean(seen, site);
});

test("gamma, inversion and colours are the same in every view @gpu @firefox", async ({ page, site, seen }) => {
  await open(page, site);
  await openFolder(page, phantom(SIZE));
  await page.evaluate(() => window.cuspid.setView("volume", { preset: "mip" }));
  for (const name of ["axial", "volume"]) expect(coloured(await snapshot(page, name)), name).toBe(0);

  await page.getByTestId("color-map-heat").click();
  for (const name of ["axial", "coronal", "volume"]) {
    expect((await stateOf(page, name)).tones).toEqual({ invert: false, gamma: 1, color_map: "heat" });
    expect(coloured(await snapshot(page, name)), name).toBeGreaterThan(0.1);
  }
  await page.getByTestId("color-map-grey").click();
  const plain = await snapshot(page, "axial");
  await page.getByTestId("gamma").fill("0.5");
  const { gamma } = (await stateOf(page, "axial")).tones;
  expect(gamma).toBeCloseTo(Math.sqrt(5), 2);
  const brighter = await snapshot(page, "axial");
  const middle = plain.data.findIndex((value, n) => n % 4 === 0 && value > 90 && value < 110);
  expect(middle).toBeGreaterThan(0);
  const expected = 255 * (plain.data[middle] / 255) ** (1 / gamma);
  expect(Math.abs(brighter.data[middle] - expected)).toBeLessThan(3);

  await page.getByTestId("window-reset").click();
  expect((await stateOf(page, "axial")).tones).toEqual({ invert: false, gamma: 1, color_map: "grey" });
  expect((await snapshot(page, "axial")).data.equals(plain.data)).toBe(true);
  await expect(page.evaluate(() => window.cuspid.setView("axial", { tones: { gamma: 9 } }))).rejects.toThrow(/from 0.2 to 5/);
  expectClean(seen, site);
});

test("a picture file is the view drawn at its size @gpu", async ({ page, site, seen }, info) => {
  await open(page, site);
  await openFolder(page, phantom(SIZE));
  await page.evaluate(() => window.cuspid.setView("axial", { tones: { gamma: 1.4, color_map: "ice" } }));
  const before = network(seen).length;
  const screen = await snapshot(page, "axial");

  // Opened by its key and by its button.
  await page.getByTestId("view-axial").focus();
  await page.keyboard.press("e");
  await expect(page.getByTestId("export-save")).toBeVisible();
  await page.keyboard.press("Escape");
  await page.getByTestId("view-axial").hover();
  await page.getByTestId("export-axial").click();
  await page.getByTestId("export-scale-2").click();
  // With what is drawn over it, the picture names the patient, and the dialog says so.
  const warning = page.getByText("The picture shows the patient's name.");
  await expect(warning).toBeVisible();
  await page.getByTestId("export-overlay").uncheck();
  await expect(warning).toBeHidden();
  const [download] = await Promise.all([page.waitForEvent("download"), page.getByTestId("export-save").click()]);
  expect(download.suggestedFilename()).toBe("cuspid-axial-2x.png");
  const file = PNG.sync.read(fs.readFileSync(await download.path()));
  expect([file.width, file.height]).toEqual([2 * screen.width, 2 * screen.height]);
  const label = `${info.project.name}-export`;
  const drawn = reference(label, await stateOf(page, "axial"), file, 2);
  fs.writeFileSync(path.join(workFolder, "golden", `${label}-drawn.png`), PNG.sync.write(file));
  const alike = ssim(file, drawn);
  test.info().annotations.push({ type: "ssim", description: `${label} ${alike.toFixed(4)}` });
  expect(alike).toBeGreaterThan(0.98);
  await expect(page.getByTestId("export-save")).toHaveCount(0);

  // By script: any view, and the overlay as large.
  for (const [name, scale] of [["volume", 2], ["coronal", 4]]) {
    const once = await snapshot(page, name);
    const larger = await snapshot(page, name, { scale });
    expect([larger.width, larger.height], name).toEqual([scale * once.width, scale * once.height]);
  }
  const bare = await snapshot(page, "axial", { scale: 2 });
  const covered = await snapshot(page, "axial", { scale: 2, overlay: true });
  expect(bare.data.equals(file.data)).toBe(true);
  expect(covered.data.equals(bare.data)).toBe(false);
  // A name that is hidden on screen is not in the picture.
  await page.keyboard.press("n");
  const nameless = await snapshot(page, "axial", { scale: 2, overlay: true });
  expect(nameless.data.equals(covered.data)).toBe(false);

  // Nor does the dialog warn of it then; with the name it does, of the 3D view too, and without texts not.
  const warns = async (name, expected) => {
    await page.getByTestId(`view-${name}`).hover();
    await page.getByTestId(`export-${name}`).click();
    await expect(page.getByTestId("export-overlay")).toBeChecked();
    await expect(warning, name).toBeVisible({ visible: expected });
    await page.keyboard.press("Escape");
    await expect(page.getByTestId("export-save")).toHaveCount(0);
  };
  await warns("axial", false);
  await page.keyboard.press("n");
  for (const name of ["coronal", "volume"]) await warns(name, true);
  await page.keyboard.press("o");
  await warns("volume", false);
  await page.keyboard.press("o");

  await expect(page.evaluate(() => window.cuspid.snapshot("axial", { scale: 0 }))).rejects.toThrow(/from 1 to 8/);
  expect(network(seen).length, "no request for any of it").toBe(before);
  expectClean(seen, site);
});
