// What the graphics device has to do, and what happens when it goes away.
import { slice } from "../support/dicom.js";
import { devices, draws, drawsAtRest, keepDevices, loseDevice } from "../support/graphics.js";
import { expect, test } from "../support/test.js";
import { difference, expectClean, open, openFiles, probe, snapshot } from "../support/viewer.js";

// What Chromium says when a device or a context goes away.
const LOST = [/lost/i, /destroyed/i, /CONTEXT_LOST/];

/** Opens the demo and waits until it is on screen, in full quality. */
async function openDemo(page, size) {
  await page.evaluate(async (size) => {
    const [series] = await window.cuspid.openDemo(size);
    await window.cuspid.show(series.id);
  }, size);
  await drawsAtRest(page);
}

const onScreen = (page, view) => page.getByTestId(`view-${view}`).screenshot();

test("a lost device comes back by itself, and shows the same @gpu", async ({ page, site, seen }) => {
  await keepDevices(page);
  await open(page, site);
  await openDemo(page, 96);
  await page.evaluate(async () => {
    const [x, y, z] = window.cuspid.view("axial").center_mm;
    await window.cuspid.setView("axial", { center_mm: [x + 3, y - 5, z + 4], window: { center: 700, width: 2600 } });
    await window.cuspid.setView("volume", { azimuth_deg: 40, elevation_deg: 10 });
  });
  await drawsAtRest(page);
  const views = ["axial", "coronal", "volume"];
  const look = async () => {
    const [drawn, screens] = [[], []];
    for (const view of views) screens.push((await onScreen(page, view)).toString("base64"));
    for (const view of views) drawn.push(await snapshot(page, view));
    return { drawn, screens };
  };
  const before = await look();
  for (const times of [1, 2]) {
    const known = await devices(page);
    const requests = seen.requests.length;
    await loseDevice(page);
    await expect.poll(() => devices(page)).toBeGreaterThan(known);
    await page.waitForFunction((times) => window.__notices >= times, times);
    await expect(page.getByText("The graphics were reset").first()).toBeHidden();
    await drawsAtRest(page);
    const after = await look();
    views.forEach((view, at) => {
      expect(difference(after.drawn[at], before.drawn[at]), `${view} as drawn`).toBe(0);
      expect(after.screens[at] === before.screens[at], `${view} on screen`).toBe(true);
    });
    expect(seen.requests.slice(requests).filter(({ url }) => url.startsWith("http")), "nothing is fetched").toEqual([]);
  }
  await expect(page.getByTestId("error")).toBeHidden();
  expectClean(seen, site, LOST);
});

test("a device lost while a scan loads loses none of it @gpu", async ({ page, site, seen }) => {
  await keepDevices(page);
  await open(page, site);
  await openDemo(page, 128);
  const expected = [await snapshot(page, "coronal"), await snapshot(page, "volume")];
  await page.evaluate(async () => {
    const [series] = await window.cuspid.openDemo(128);
    window.__done = false;
    window.cuspid.show(series.id).then(() => (window.__done = true));
  });
  // Some slices are there, and some are not.
  await page.waitForFunction(() => {
    const [series] = window.cuspid.series();
    if (!series) return false;
    const [i, j, count] = series.dims;
    const at = (k) => {
      const step = (axis) => series.spacing_mm[axis];
      const voxel = [i >> 1, j >> 1, k];
      return [0, 1, 2].map((n) => series.origin_mm[n]
        + voxel.reduce((sum, v, axis) => sum + v * step(axis) * series.direction[axis * 3 + n], 0));
    };
    let there = 0;
    for (let k = 0; k < count; k += 1) there += window.cuspid.probe(at(k)) ? 1 : 0;
    return window.__done || there > 8;
  });
  const known = await devices(page);
  await loseDevice(page);
  await page.waitForFunction(() => window.__done);
  expect(await devices(page)).toBeGreaterThan(known);
  await expect(page.getByTestId("error")).toBeHidden();
  await drawsAtRest(page);
  expect(difference(await snapshot(page, "coronal"), expected[0]), "coronal").toBe(0);
  expect(difference(await snapshot(page, "volume"), expected[1]), "volume").toBe(0);
  expectClean(seen, site, LOST);
});

test("only what changed is drawn, once a frame, and nothing in a hidden page @gpu", async ({ page, site, seen }) => {
  await open(page, site);
  await openDemo(page, 96);
  const rest = await draws(page);
  await page.waitForTimeout(700);
  expect(await draws(page), "nothing changes").toEqual(rest);

  // A drag with far more events than frames.
  const cell = await page.getByTestId("view-axial").boundingBox();
  const [x, y] = [cell.x + cell.width / 2, cell.y + cell.height / 2];
  await page.evaluate(() => {
    window.__frames = 0;
    const count = () => {
      window.__frames += 1;
      requestAnimationFrame(count);
    };
    requestAnimationFrame(count);
  });
  await page.mouse.move(x, y);
  await page.mouse.wheel(0, 100);
  await expect.poll(async () => (await draws(page)).axial).toBeGreaterThan(rest.axial);
  await page.evaluate((at) => {
    const cell = document.querySelector('[data-testid="view-axial"]');
    for (let n = 0; n < 200; n += 1) {
      cell.dispatchEvent(new WheelEvent("wheel", { deltaY: n % 50 < 25 ? 100 : -100, clientX: at[0], clientY: at[1], bubbles: true, cancelable: true }));
    }
  }, [x, y]);
  const scrolled = await drawsAtRest(page);
  const frames = await page.evaluate(() => window.__frames);
  expect(scrolled.axial - rest.axial).toBeLessThanOrEqual(frames);
  expect(scrolled.axial - rest.axial, "many events make one frame").toBeLessThan(60);
  expect(scrolled.coronal, "another plane").toBe(rest.coronal);
  expect(scrolled.volume, "the volume").toBe(rest.volume);

  // Nobody looks.
  const setHidden = (hidden) => page.evaluate((hidden) => {
    Object.defineProperty(document, "hidden", { value: hidden, configurable: true });
    document.dispatchEvent(new Event("visibilitychange"));
  }, hidden);
  await setHidden(true);
  await page.mouse.wheel(0, 100);
  await page.waitForTimeout(400);
  expect(await draws(page), "hidden").toEqual(scrolled);
  await setHidden(false);
  await expect.poll(async () => (await draws(page)).axial, "seen again").toBeGreaterThan(scrolled.axial);
  expectClean(seen, site);
});

test("the volume refines by itself, and a hand that moves comes first @gpu", async ({ page, site, seen }) => {
  await open(page, site);
  await openDemo(page, 128);
  await page.evaluate(() => window.cuspid.setMode("volume"));
  await drawsAtRest(page);
  const cell = await page.getByTestId("view-volume").boundingBox();
  const [x, y] = [cell.x + cell.width / 2, cell.y + cell.height / 2];
  await page.mouse.move(x, y);
  await page.mouse.down();
  for (let n = 1; n <= 30; n += 1) await page.mouse.move(x + n * 4, y);
  const moving = await draws(page);
  await page.mouse.up();
  const rest = await drawsAtRest(page);
  expect(rest.volume, "refined").toBeGreaterThan(moving.volume);
  // What was refined part by part is what a script gets at once.
  const screen = await onScreen(page, "volume");
  await page.evaluate(() => window.cuspid.frame("volume"));
  await drawsAtRest(page);
  expect((await onScreen(page, "volume")).equals(screen), "the same picture").toBe(true);
  expectClean(seen, site);
});

test("a stack longer than the device's textures is folded, and exact @gpu", async ({ page, site, seen }) => {
  await open(page, site);
  // Chromium's software device has textures of 2048 texels; a device that has longer ones holds it as it is.
  const count = 2060;
  const series = { columns: 16, rows: 12, spacing: [1, 1, 1], origin: [-8, 3, -1000], uid: "1.2.826.0.1.3680043.8.498.44" };
  const files = Array.from({ length: count }, (_, k) => ({
    name: `${String(k).padStart(4, "0")}.dcm`, mimeType: "application/dicom", buffer: slice({ ...series, k }),
  }));
  const [opened] = await openFiles(page, files);
  expect(opened.dims).toEqual([16, 12, count]);
  const { held } = await page.evaluate(() => window.cuspid.renderer());
  test.info().annotations.push({ type: "held", description: JSON.stringify(held) });
  expect(held.bytes).toBeLessThan(1.3 * 16 * 12 * count * 2);
  // Both sides of the seam and the ends: the nearest voxel's grey is that of the value.
  for (const k of [0, 1028, 1029, 1030, 1031, 2045, 2047, 2059]) {
    const center_mm = [0, 9, -1000 + k];
    await page.evaluate((center_mm) => window.cuspid.setView("axial", { center_mm, mm_per_px: 0.05, window: { center: 1024, width: 4096 } }), center_mm);
    const picture = await snapshot(page, "axial");
    const [{ value }] = await probe(page, [center_mm]);
    const middle = ((picture.height >> 1) * picture.width + (picture.width >> 1)) * 4;
    const expected = Math.min(Math.max((value - 1024) / 4096 + 0.5, 0), 1) * 255;
    expect(Math.abs(picture.data[middle] - expected), `slice ${k}`).toBeLessThan(24);
  }
  expectClean(seen, site);
});
