// Images that are no volumes: radiographs, photographs, captures. What is on screen is held against the values and
// colours that the test itself wrote; a length is in millimetres only where the header says what a pixel is.
import { element, image, sequence, series as makeSeries, u16 } from "../support/dicom.js";
import { expect, test } from "../support/test.js";
import { expectClean, network, open, openFiles, probe, seriesOf, show, snapshot } from "../support/viewer.js";

/** Images are made of blocks of one value each, so that the middle of a block is that value at any zoom. */
const BLOCK = 20;

/** Pixels of an image of blocks: `value(bx, by)` gives the samples of each. */
function blocks(wide, high, bytes, value) {
  const pixels = Buffer.alloc(wide * high * BLOCK * BLOCK * bytes.length);
  let at = 0;
  for (let row = 0; row < high * BLOCK; row++) {
    for (let column = 0; column < wide * BLOCK; column++) {
      for (const [n, sample] of value(Math.floor(column / BLOCK), Math.floor(row / BLOCK)).entries()) {
        if (bytes[n] === 2) pixels.writeUInt16LE(sample, at);
        else pixels.writeUInt8(sample, at);
        at += bytes[n];
      }
    }
  }
  return at === pixels.length ? pixels : pixels.subarray(0, at);
}

const grey8 = (wide, high, value) => blocks(wide, high, [1], (x, y) => [value(x, y)]);
function grey16(wide, high, value) {
  const pixels = Buffer.alloc(wide * high * BLOCK * BLOCK * 2);
  for (let row = 0; row < high * BLOCK; row++) {
    for (let column = 0; column < wide * BLOCK; column++) {
      pixels.writeUInt16LE(value(Math.floor(column / BLOCK), Math.floor(row / BLOCK)), (row * wide * BLOCK + column) * 2);
    }
  }
  return pixels;
}

const extra = (group, number, vr, value) => [group, number, element(group, number, vr, value)];
const words = (values) => Buffer.concat(values.map(u16));

/** The colour of the snapshot where pixel (i, j) of the image is, by what the view says of itself. */
async function coloursAt(page, found, pixels) {
  const view = await page.evaluate(() => window.cuspid.view("image"));
  const picture = await snapshot(page, "image");
  const cross = ([a, b, c], [x, y, z]) => [b * z - c * y, c * x - a * z, a * y - b * x];
  const dot = (a, b) => a.reduce((sum, value, n) => sum + value * b[n], 0);
  const right = cross(view.normal, view.up);
  return pixels.map(([i, j]) => {
    const offset = [0, 1, 2].map(
      (n) => found.origin_mm[n] + i * found.spacing_mm[0] * found.direction[n] + j * found.spacing_mm[1] * found.direction[3 + n]
        - view.center_mm[n],
    );
    const x = Math.floor(dot(offset, right) / view.mm_per_px + picture.width / 2);
    const y = Math.floor(-dot(offset, view.up) / view.mm_per_px + picture.height / 2);
    const at = (y * picture.width + x) * 4;
    return [...picture.data.subarray(at, at + 3)];
  });
}

/** The middle pixel of a block. */
const middle = (bx, by) => [bx * BLOCK + BLOCK / 2, by * BLOCK + BLOCK / 2];
const at = (found, [i, j]) => [
  found.origin_mm[0] + i * found.spacing_mm[0], found.origin_mm[1] + j * found.spacing_mm[1], found.origin_mm[2],
];
const codes = (found) => found.warnings.map(({ code }) => code);
const overlay = (page) => page.getByTestId("view-image").locator("svg[data-overlay]");

test("a panoramic radiograph: one view, exact values, millimetres only at the detector", async ({ page, site, seen }) => {
  const value = (x, y) => (x * 193 + y * 389) % 4096;
  const payload = image({
    columns: 30 * BLOCK, rows: 15 * BLOCK, bits: 12, modality: "PX", pixels: grey16(30, 15, value),
    extra: [extra(0x0018, 0x1164, "DS", "0.1\\0.1"), extra(0x0020, 0x0020, "CS", "L\\F")],
  });
  await open(page, site);
  const before = seen.requests.length;
  const [found] = await openFiles(page, [payload]);

  expect(await page.evaluate(() => window.cuspid.mode())).toBe("image");
  await expect(page.getByTestId("view-image")).toBeVisible();
  for (const view of ["axial", "coronal", "sagittal", "volume"]) {
    await expect(page.getByTestId(`view-${view}`)).toBeHidden();
  }
  expect(found.dims).toEqual([600, 300, 1]);
  expect(codes(found)).toContain("spacing-from-imager");

  const picked = [[0, 0], [29, 0], [0, 14], [29, 14], [7, 3], [15, 7], [22, 11]];
  const probes = await probe(page, picked.map((block) => at(found, middle(...block))));
  for (const [n, block] of picked.entries()) {
    expect(probes[n]).toMatchObject({ voxel: [...middle(...block), 0], stored: value(...block), value: value(...block), unit: "GV" });
  }
  await page.evaluate(() => window.cuspid.setView("image", { window: { center: 2048, width: 4096 } }));
  const shown = await coloursAt(page, found, picked.map((block) => middle(...block)));
  for (const [n, block] of picked.entries()) {
    // PS3.3 C.11.2.1.2.1.
    const grey = Math.round(((value(...block) - 2047.5) / 4095 + 0.5) * 255);
    expect(shown[n], `block ${block}`).toEqual([grey, grey, grey]);
  }

  const [length] = await page.evaluate(([from, to]) => {
    window.cuspid.addMeasurement({ kind: "length", points_mm: [from, to], view: "image" });
    return window.cuspid.measurements();
  }, [at(found, [100, 100]), at(found, [200, 100])]);
  expect(length).toMatchObject({ kind: "length", view: "image", unit: "mm", at_detector: true });
  expect(length.value).toBeCloseTo(10, 6);
  await expect(overlay(page)).toContainText("10.0 mm at the detector");
  await expect(overlay(page)).toContainText("Millimetres at the detector");
  const letters = await overlay(page).locator("text[font-size='15']").allTextContents();
  expect(letters).toEqual(["R", "L", "H", "F"]);

  expect(network(seen, before), "requests after opening").toEqual([]);
  expectClean(seen, site);
});

test("a photograph in its own colours, turned and mirrored, in pixels", async ({ page, site, seen }) => {
  const colour = (x, y) => [(x * 51) % 256, (y * 63) % 256, (x * 17 + y * 29) % 256];
  const payload = image({
    columns: 6 * BLOCK, rows: 4 * BLOCK, samples: 3, photometric: "RGB", modality: "XC",
    pixels: blocks(6, 4, [1, 1, 1], colour), extra: [extra(0x0028, 0x0006, "US", u16(0))],
  });
  await open(page, site);
  const [found] = await openFiles(page, [payload]);
  expect(codes(found)).toContain("spacing-unknown");
  expect(codes(found)).not.toContain("unsupported-photometric");

  const all = Array.from({ length: 24 }, (_, n) => [n % 6, Math.floor(n / 6)]);
  const places = all.map((block) => middle(...block));
  const expected = all.map((block) => colour(...block));
  expect(await coloursAt(page, found, places)).toEqual(expected);
  const probes = await probe(page, places.map((place) => at(found, place)));
  expect(probes.map(({ rgb }) => rgb)).toEqual(expected);

  // A quarter turn clockwise puts the first row at the right edge; the colours stay with their places.
  const upright = await snapshot(page, "image");
  await page.getByRole("button", { name: "Turn", exact: true }).click();
  // Minus zero counts as zero.
  expect((await page.evaluate(() => window.cuspid.view("image"))).up.map((n) => Math.round(n) + 0)).toEqual([-1, 0, 0]);
  expect(await coloursAt(page, found, places)).toEqual(expected);
  expect((await snapshot(page, "image")).data.equals(upright.data)).toBe(false);
  await page.getByRole("button", { name: "Mirror", exact: true }).click();
  const mirrored = await page.evaluate(() => window.cuspid.view("image").normal.map(Math.round));
  expect(mirrored[2]).toBe(-1);

  const [length] = await page.evaluate(([from, to]) => {
    window.cuspid.addMeasurement({ kind: "length", points_mm: [from, to] });
    return window.cuspid.measurements();
  }, [at(found, [10, 10]), at(found, [40, 50])]);
  expect(length).toMatchObject({ view: "image", value: 50, unit: "pixels" });
  await expect(overlay(page)).toContainText("50.0 px, not calibrated");
  expectClean(seen, site);
});

test("a palette, and colour by plane", async ({ page, site, seen }) => {
  const index = (x, y) => (x + y * 5) % 16;
  const table = (step) => Array.from({ length: 16 }, (_, n) => ((n * step) % 256) * 257);
  const tables = [37, 91, 149].map(table);
  const palette = image({
    columns: 5 * BLOCK, rows: 3 * BLOCK, photometric: "PALETTE COLOR", pixels: grey8(5, 3, index), file: "palette.dcm", uid: "1.2.3.71",
    extra: tables.flatMap((entries, n) => [
      extra(0x0028, 0x1101 + n, "US", words([16, 0, 16])),
      extra(0x0028, 0x1201 + n, "OW", words(entries)),
    ]),
  });
  const colour = (x, y) => [x * 40, y * 70, 200 - x * 30];
  const flat = grey8(5, 3, (x, y) => colour(x, y)[0]);
  const planar = image({
    columns: 5 * BLOCK, rows: 3 * BLOCK, samples: 3, photometric: "RGB", file: "planar.dcm", uid: "1.2.3.72",
    pixels: Buffer.concat([flat, grey8(5, 3, (x, y) => colour(x, y)[1]), grey8(5, 3, (x, y) => colour(x, y)[2])]),
    extra: [extra(0x0028, 0x0006, "US", u16(1))],
  });
  await open(page, site);
  await page.getByTestId("file-input").setInputFiles([palette, planar]);
  const list = await seriesOf(page, 2);
  const all = Array.from({ length: 15 }, (_, n) => [n % 5, Math.floor(n / 5)]);
  const places = all.map((block) => middle(...block));
  for (const found of list) {
    await show(page, found.id);
    const isPalette = found.uid.startsWith("1.2.3.71");
    const expected = all.map(([x, y]) => (isPalette ? tables.map((entries) => entries[index(x, y)] >> 8) : colour(x, y)));
    expect(await coloursAt(page, found, places), found.uid).toEqual(expected);
  }
  expectClean(seen, site);
});

test("MONOCHROME1, windows and tables of the header, frames, and pixels that are not square", async ({ page, site, seen }) => {
  const value = (x, y, k) => (x * 50 + y * 20 + k * 7) % 256;
  const frames = [0, 1, 2].map((k) => grey8(4, 4, (x, y) => value(x, y, k)));
  const payload = image({
    columns: 4 * BLOCK, rows: 4 * BLOCK, photometric: "MONOCHROME1", frames: 3, pixels: Buffer.concat(frames), name: "قباني^لنزار",
    extra: [
      extra(0x0028, 0x0034, "IS", "2\\1"),
      extra(0x0028, 0x1050, "DS", "100\\60"),
      extra(0x0028, 0x1051, "DS", "201\\41"),
      extra(0x0028, 0x1056, "CS", "LINEAR_EXACT"),
      [0x0028, 0x3010, sequence(0x0028, 0x3010,
        element(0x0028, 0x3002, "US", words([256, 0, 8])),
        element(0x0028, 0x3006, "US", words(Array.from({ length: 256 }, (_, n) => 255 - n))),
      )],
    ],
  });
  await open(page, site);
  const [found] = await openFiles(page, [payload]);
  expect(found.dims).toEqual([80, 80, 3]);
  expect(found.spacing_mm.slice(0, 2)).toEqual([1, 2]);
  const places = [[0, 0], [3, 0], [1, 2], [3, 3]];
  const expectShown = async (k, brightness) => {
    const shown = await coloursAt(page, found, places.map((block) => middle(...block)));
    const expected = places.map(([x, y]) => Math.round((1 - Math.min(1, Math.max(0, brightness(value(x, y, k))))) * 255));
    expect(shown.map(([red]) => red), `frame ${k}`).toEqual(expected);
  };
  const exact = (center, width) => (stored) => (stored - center) / width + 0.5;
  await expectShown(0, exact(100, 201));
  await page.evaluate(() => window.cuspid.setView("image", { frame: 2 }));
  await expectShown(2, exact(100, 201));
  expect((await page.evaluate(() => window.cuspid.view("image"))).frame).toBe(2);
  await expect(overlay(page)).toContainText("3 / 3");

  await page.getByTestId("window-preset").selectOption("window-1");
  await page.evaluate(() => window.cuspid.frame("image"));
  await expectShown(2, exact(60, 41));
  await page.getByTestId("window-preset").selectOption("table-0");
  await page.evaluate(() => window.cuspid.frame("image"));
  await expectShown(2, (stored) => (255 - stored) / 255);

  // The keyboard: a frame back, larger, and whole again.
  await page.getByTestId("view-image").focus();
  await page.keyboard.press("ArrowUp");
  expect((await page.evaluate(() => window.cuspid.view("image"))).frame).toBe(1);
  const whole = (await page.evaluate(() => window.cuspid.view("image"))).mm_per_px;
  await page.keyboard.press("+");
  expect((await page.evaluate(() => window.cuspid.view("image"))).mm_per_px).toBeLessThan(whole);
  await page.keyboard.press("0");
  expect((await page.evaluate(() => window.cuspid.view("image"))).mm_per_px).toBe(whole);

  // The name is text, isolated so that it does not turn what stands beside it.
  await expect(overlay(page)).toContainText("\u2068قباني, لنزار\u2069");
  await expect(page.getByTestId("series-list")).toContainText("\u2068قباني, لنزار\u2069");
  expectClean(seen, site);
});

test("an image and a volume in one drop: each is shown in its own way", async ({ page, site, seen }) => {
  const payload = image({ columns: 2 * BLOCK, rows: 2 * BLOCK, modality: "IO", pixels: grey8(2, 2, (x, y) => x * 100 + y * 50) });
  const { files } = makeSeries({ count: 12 });
  await open(page, site);
  await page.getByTestId("file-input").setInputFiles([payload, ...files]);
  const list = await seriesOf(page, 2);
  const volume = list.find(({ dims }) => dims[2] === 12);
  const flat = list.find(({ dims }) => dims[2] === 1);
  await show(page, volume.id);
  expect(await page.evaluate(() => window.cuspid.mode())).toBe("mpr");
  await expect(page.getByTestId("view-axial")).toBeVisible();
  await expect(page.getByTestId("view-image")).toBeHidden();
  await show(page, flat.id);
  expect(await page.evaluate(() => window.cuspid.mode())).toBe("image");
  await expect(page.getByTestId("view-image")).toBeVisible();
  await expect(page.getByTestId("view-axial")).toBeHidden();
  // An 8-bit image without a window is shown as it is.
  const shown = await coloursAt(page, flat, [[0, 0], [1, 0], [0, 1], [1, 1]].map((block) => middle(...block)));
  expect(shown.map(([red]) => red)).toEqual([0, 100, 50, 150]);
  const refused = await page.evaluate(() => window.cuspid.setMode("mpr").then(() => null, (error) => error.code));
  expect(refused).toBe("not-available");
  await show(page, volume.id);
  expect(await page.evaluate(() => window.cuspid.mode())).toBe("mpr");
  expectClean(seen, site);
});
