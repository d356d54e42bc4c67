// A scan that is opened while another is on screen: seen as soon as the first one was, with nothing of the other beside it.
import fs from "node:fs";
import path from "node:path";
import { position, series as makeSeries, storedValue } from "../support/dicom.js";
import { likeGraphicsCard } from "../support/graphics.js";
import { phantom } from "../support/programs.js";
import { brightest, expectTheSame, PLANES, withoutDriver } from "../support/screen.js";
import { slowWorkers } from "../support/slow.js";
import { expect, test } from "../support/test.js";
import { expectClean, open, openFiles, probe, show } from "../support/viewer.js";

const SIZE = 96;
const NAME = "Before^Anna";
const FIRST = { text: { name: NAME, id: "4711" }, count: 24 };
const BRIGHT = 60;

const list = (page) => page.evaluate(() => window.cuspid.series().map(({ dims }) => dims));
const marks = (page, name) => page.evaluate((name) => performance.getEntriesByName(`cuspid:${name}`).length, name);
const axial = (page) => page.getByTestId("view-axial");
/** Gives the phantom's files to the page as a second drop. */
const dropSecond = (page) => {
  const folder = phantom(SIZE);
  return page.getByTestId("file-input").setInputFiles(fs.readdirSync(folder).map((name) => path.join(folder, name)));
};

/** Opens the first scan, looks at it and measures in it; answers what is then to be found again. */
async function openFirst(page, site) {
  await slowWorkers(page);
  await open(page, site);
  const { files, geometry } = makeSeries(FIRST);
  await openFiles(page, files);
  await expect(axial(page)).toContainText("Anna");
  const at = position(geometry, [10, 12, 15]);
  await page.evaluate(async (at) => {
    await window.cuspid.setView("axial", { mm_per_px: 0.08, window: { center: 700, width: 1800 }, center_mm: at });
    await window.cuspid.setView("coronal", { mm_per_px: 0.05 });
    await window.cuspid.setView("volume", { mm_per_px: 0.07, azimuth_deg: 30 });
    window.cuspid.addMeasurement({ kind: "probe", points_mm: [at] });
  }, at);
  const state = () => page.evaluate(() => [
    window.cuspid.measurements(), ...["axial", "coronal", "volume"].map((name) => window.cuspid.view(name)),
  ]);
  return { geometry, state, before: await state() };
}

/** The second drop, of which the workers have read the first three files and no more. */
async function previewSecond(page) {
  await page.evaluate(() => window.__answersPerSecond(0));
  await dropSecond(page);
  await expect.poll(() => page.evaluate(() => window.__answer())).toBe(true);
  await expect(axial(page)).toContainText("Preview");
  await expect.poll(() => marks(page, "first-image")).toBe(2);
}

async function expectFirstAgain(page, { geometry, state, before }) {
  await page.evaluate(() => window.__answersPerSecond(Infinity));
  await expect.poll(() => list(page)).toEqual([[geometry.columns, geometry.rows, geometry.count]]);
  await show(page, 0).catch(() => {});
  await expect(page.locator(".progress")).toHaveCount(0);
  await expect(axial(page)).toContainText("Anna");
  await expect(axial(page)).not.toContainText("Preview");
  expect(await state()).toEqual(before);
  const voxels = [[0, 0, 0], [17, 3, 9], [geometry.columns - 1, geometry.rows - 1, geometry.count - 1]];
  const found = await probe(page, voxels.map((voxel) => position(geometry, voxel)));
  expect(found.map(({ stored }) => stored)).toEqual(voxels.map((voxel) => storedValue(...voxel)));
  await expectTheSame(page, "the first scan again");
}

for (const drawnBy of ["processor", "device"]) {
  test(`a second scan is seen before all its files are read, and nothing of the first with it, planes drawn by the ${drawnBy} @gpu @firefox`, async ({ page, site, seen }) => {
    if (drawnBy === "device") await likeGraphicsCard(page);
    await openFirst(page, site);
    await previewSecond(page);

    // The middle slice comes alone, the other two a little later. Progress is shown over the sagittal plane.
    await expect(() => expectTheSame(page, "what is read of the second", ["axial", "coronal"])).toPass({ timeout: 60_000 });
    for (const name of PLANES) expect(await brightest(page, name), name).toBeGreaterThan(BRIGHT);
    // No picture of the volume is made of three slices, and the first scan's is gone.
    await expect.poll(() => brightest(page, "volume")).toBeLessThan(BRIGHT);
    for (const name of [...PLANES, "volume"]) await expect(page.getByTestId(`view-${name}`)).not.toContainText("Anna");
    expect(await list(page)).toEqual([]);
    expect(await page.evaluate(() => window.cuspid.measurements())).toEqual([]);
    await expect(page.getByTestId("save-scan")).toHaveCount(0);
    expect(await page.evaluate(() => window.cuspid.saveScan().catch(({ code }) => code))).toBe("not-ready");
    expect(await marks(page, "headers-read")).toBe(1);

    await page.evaluate(() => window.__answersPerSecond(Infinity));
    await expect.poll(() => list(page)).toEqual([[SIZE, SIZE, SIZE]]);
    await show(page, 0);
    await expectTheSame(page, "all of the second");
    await expect(page.getByTestId("save-scan")).toBeEnabled();
    for (const name of ["files-received", "headers-read", "first-picture", "first-image", "volume-ready", "first-volume-rendering"]) {
      expect(await marks(page, name), `${name}: once for each drop`).toBe(2);
    }
    expectClean(withoutDriver(seen), site, [/blocked an inline style \(style-src-elem\)/]);
  });
}

test("a second scan whose reading is stopped leaves the first one as it was @firefox", async ({ page, site, seen }) => {
  const first = await openFirst(page, site);
  await previewSecond(page);
  await page.locator(".progress button").click();
  await expectFirstAgain(page, first);
  expectClean(withoutDriver(seen), site, [/blocked an inline style \(style-src-elem\)/]);
});

test("a wrong drop after a second scan's preview brings the first one back", async ({ page, site, seen }) => {
  const first = await openFirst(page, site);
  await previewSecond(page);
  await page.getByTestId("file-input").setInputFiles([{ name: "notes.txt", mimeType: "text/plain", buffer: Buffer.from("not a scan") }]);
  await page.evaluate(() => window.__answersPerSecond(Infinity));
  await expect(page.getByTestId("error")).toBeVisible();
  await page.getByTestId("error").getByRole("button").click();
  await expectFirstAgain(page, first);
  expectClean(seen, site);
});

test("times are those of the drop that came last, not of the scan that still fills", async ({ page, site, seen }) => {
  await slowWorkers(page);
  await open(page, site);
  await page.evaluate(() => window.__answersPerSecond(0));
  await page.evaluate(() => {
    window.__demo = window.cuspid.openDemo(64);
  });
  await page.evaluate(() => window.__demo);
  // Its picture comes after the next drop, whose files no worker has looked at.
  await dropSecond(page);
  await expect.poll(() => marks(page, "files-received")).toBe(2);
  await page.evaluate(() => {
    for (let n = 0; n < 3; n++) window.__answer();
  });
  await expect.poll(() => page.evaluate(() => window.cuspid.renderer().draws.axial)).toBeGreaterThan(0);
  expect(await page.evaluate(() => window.cuspid.timings())).toEqual({ first_image: null, volume_ready: null, first_volume_rendering: null });
  expect(await marks(page, "first-picture")).toBe(0);
  await page.evaluate(() => window.__answersPerSecond(Infinity));
  await expect.poll(() => list(page)).toEqual([[SIZE, SIZE, SIZE]]);
  await show(page, 0);
  expect(await marks(page, "first-picture")).toBe(1);
  expect(await marks(page, "volume-ready")).toBe(1);
  expectClean(seen, site);
});
