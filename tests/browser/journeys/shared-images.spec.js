// Images that are no volumes, saved and shared: what the recipient sees is what the test wrote, pixel for pixel, until the
// link is revoked.
import { person, signUp } from "../support/account.js";
import { findWords, PATIENT, words } from "../support/canaries.js";
import { element, image } from "../support/dicom.js";
import { recipient, save, share } from "../support/sharing.js";
import { expect, test } from "../support/test.js";
import { difference, expectClean, open, openFiles, probe, seriesOf, show, snapshot } from "../support/viewer.js";

const COLUMNS = 640;
const ROWS = 320;

/** The stored value of a pixel: 12 bits, each position with its own neighbourhood. */
const value = (i, j) => (i * 37 + j * 101 + ((i * j) >> 5)) % 4096;

function panoramic() {
  const pixels = Buffer.alloc(COLUMNS * ROWS * 2);
  for (let j = 0; j < ROWS; j++) for (let i = 0; i < COLUMNS; i++) pixels.writeUInt16LE(value(i, j), (j * COLUMNS + i) * 2);
  return image({
    columns: COLUMNS, rows: ROWS, bits: 12, modality: "PX", pixels, name: PATIENT.name, file: "panoramic.dcm",
    extra: [[0x0018, 0x1164, element(0x0018, 0x1164, "DS", "0.1\\0.1")]],
  });
}

function photograph() {
  const pixels = Buffer.alloc(200 * 150 * 3);
  for (let n = 0; n < pixels.length; n++) pixels[n] = (n * 61 + (n >> 7)) % 256;
  return image({ columns: 200, rows: 150, samples: 3, photometric: "RGB", modality: "XC", pixels, name: PATIENT.name, uid: "1.2.3.81", file: "photograph.dcm" });
}

/** Every pixel as `probe` reads it: its stored value, or its colour. */
function everyPixel(page, { dims, spacing_mm, origin_mm }) {
  return page.evaluate(({ dims, spacing_mm, origin_mm }) => {
    const read = [];
    for (let j = 0; j < dims[1]; j++) {
      for (let i = 0; i < dims[0]; i++) {
        const { voxel, stored, rgb } = window.cuspid.probe([origin_mm[0] + i * spacing_mm[0], origin_mm[1] + j * spacing_mm[1], origin_mm[2]]);
        if (voxel[0] !== i || voxel[1] !== j) throw new Error(`${[i, j]} was read as ${voxel}`);
        read.push(...(rgb ?? [stored]));
      }
    }
    return read;
  }, { dims, spacing_mm, origin_mm });
}

async function picture(page) {
  await page.evaluate(() => window.cuspid.setView("image", { window: { center: 2048, width: 4096 } }));
  await page.evaluate(() => window.cuspid.frame("image"));
  return snapshot(page, "image");
}

const expectedValues = Array.from({ length: COLUMNS * ROWS }, (_, n) => value(n % COLUMNS, Math.floor(n / COLUMNS)));

test("a panoramic radiograph: saved, shared, seen elsewhere pixel for pixel, revoked", async ({ page, browser, site, seen }) => {
  await open(page, site);
  const [mine] = await openFiles(page, [panoramic()]);
  await signUp(page, person("radiographer"));
  await save(page);
  const url = await share(page);
  const own = await picture(page);

  const other = await recipient(browser, url);
  const [theirs] = await seriesOf(other.page);
  await show(other.page, theirs.id);
  expect(await other.page.evaluate(() => window.cuspid.mode())).toBe("image");
  expect(theirs.dims).toEqual([COLUMNS, ROWS, 1]);
  expect([theirs.spacing_mm, theirs.spacing_known]).toEqual([mine.spacing_mm, mine.spacing_known]);
  expect(theirs.warnings.map(({ code }) => code)).toEqual(mine.warnings.map(({ code }) => code));
  expect(await everyPixel(other.page, theirs)).toEqual(expectedValues);
  expect(difference(own, await picture(other.page)), "shared against own").toBe(0);

  // A length at the detector says so there too.
  const [length] = await other.page.evaluate(([from, to]) => {
    window.cuspid.addMeasurement({ kind: "length", points_mm: [from, to], view: "image" });
    return window.cuspid.measurements();
  }, [[100, 50], [200, 50]].map(([i, j]) => [theirs.origin_mm[0] + i * theirs.spacing_mm[0], theirs.origin_mm[1] + j * theirs.spacing_mm[1], theirs.origin_mm[2]]));
  expect(length).toMatchObject({ unit: "mm", at_detector: true });
  expect(length.value).toBeCloseTo(10, 6);

  // The link was made without the identity.
  const everything = await other.page.evaluate(() => document.documentElement.outerHTML + JSON.stringify(window.cuspid.series()));
  expect(findWords(words({ name: PATIENT.name }), { texts: { "the recipient's page": everything } })).toEqual([]);
  expectClean(other.seen, site);
  await other.context.close();

  await page.locator('a[href="/links"]').first().click();
  await page.getByTestId("share-revoke").first().click();
  await expect(page.getByTestId("share-revoke")).toHaveCount(0);
  const late = await recipient(browser, url);
  await expect(late.page.getByTestId("error").first()).toBeVisible();
  expect(await late.page.evaluate(() => window.cuspid.series())).toEqual([]);
  await late.context.close();
  expectClean(seen, site);
});

test("a photograph arrives in its own colours, with the name if the sender says so", async ({ page, browser, site, seen }) => {
  const payload = photograph();
  const colours = [...payload.buffer.subarray(payload.buffer.length - 200 * 150 * 3)];
  await open(page, site);
  await openFiles(page, [payload]);
  await signUp(page, person("photographer"));
  await save(page);
  const other = await recipient(browser, await share(page, { identity: true }));
  const [found] = await seriesOf(other.page);
  await show(other.page, found.id);
  expect(await everyPixel(other.page, found)).toEqual(colours);
  await expect(other.page.getByTestId("view-image")).toContainText("QUIVERLEAF");
  expectClean(other.seen, site);
  await other.context.close();
  expectClean(seen, site);
});
