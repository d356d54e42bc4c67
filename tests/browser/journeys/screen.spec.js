// What a screen shows, pixel by pixel, is what the graphics device draws for a file: whatever draws it on the screen.
import { likeGraphicsCard } from "../support/graphics.js";
import { phantom } from "../support/programs.js";
import { brightest, expectTheSame, onScreen, PLANES, withoutDriver } from "../support/screen.js";
import { slowWorkers } from "../support/slow.js";
import { expect, test } from "../support/test.js";
import { colours, expectClean, open, openFolder } from "../support/viewer.js";

const SIZE = 96;

const setView = (page, name, state) => page.evaluate(([name, state]) => window.cuspid.setView(name, state), [name, state]);
const view = (page, name) => page.evaluate((name) => window.cuspid.view(name), name);
const draws = (page) => page.evaluate(() => window.cuspid.renderer().draws);

for (const drawnBy of ["processor", "device"]) {
  test(`the screen shows what a picture file holds, planes drawn by the ${drawnBy} @gpu @firefox`, async ({ page, site, seen }) => {
    if (drawnBy === "device") await likeGraphicsCard(page);
    await open(page, site);
    await openFolder(page, phantom(SIZE, "explicit-le"));
    expect(await page.evaluate(() => window.cuspid.renderer().planes)).toBe(drawnBy);
    await expectTheSame(page, "as it opens");

    const first = Object.fromEntries(await Promise.all(PLANES.map(async (name) => [name, await view(page, name)])));
    const { mm_per_px } = first.axial;
    await setView(page, "axial", { mm_per_px: mm_per_px * 2.6, tones: { invert: true, gamma: 1.7, color_map: "heat" } });
    await setView(page, "coronal", { mm_per_px: mm_per_px / 3, interpolation: "cubic", window: { center: 900, width: 2600 } });
    await setView(page, "sagittal", { center_mm: first.sagittal.center_mm.map((mm, at) => mm + [1.3, 4.1, -2.7][at]), interpolation: "nearest" });
    await expectTheSame(page, "coarse, fine and nearest, in colours");

    // The device draws these on every machine; afterwards the processor's are seen again.
    await setView(page, "axial", { slab_mm: 8, slab_mode: "mip" });
    await setView(page, "coronal", { normal: [0, 0.98, 0.199], up: [0, -0.199, 0.98] });
    await expectTheSame(page, "a slab and an oblique plane");
    await setView(page, "axial", { slab_mm: 0, mm_per_px });
    await setView(page, "coronal", { normal: first.coronal.normal, up: first.coronal.up });
    await expectTheSame(page, "straight again");

    const before = await draws(page);
    await page.setViewportSize({ width: 1180, height: 760 });
    await expect.poll(async () => (await draws(page)).axial).toBeGreaterThan(before.axial);
    await setView(page, "axial", { mm_per_px: mm_per_px * 1.2 });
    await expectTheSame(page, "in a smaller window");
    expectClean(withoutDriver(seen), site, [/blocked an inline style \(style-src-elem\)/]);
  });
}

for (const drawnBy of ["processor", "device"]) {
  test(`nothing of a scan is seen once another has taken its place, planes drawn by the ${drawnBy} @gpu`, async ({ page, site, seen }) => {
    if (drawnBy === "device") await likeGraphicsCard(page);
    await slowWorkers(page);
    await open(page, site);
    await openFolder(page, phantom(SIZE, "explicit-le"));
    // Both the device's canvas and the processor's have shown it.
    await setView(page, "axial", { slab_mm: 8 });
    await setView(page, "axial", { slab_mm: 0 });
    expect(colours(await onScreen(page, "axial"))).toBeGreaterThan(20);
    await page.evaluate(() => {
      window.__answersPerSecond(0);
      window.__shown = window.cuspid.openDemo(64).then(([series]) => window.cuspid.show(series.id));
    });
    await page.waitForFunction(() => window.cuspid.series().some(({ dims }) => dims[0] === 64));
    for (const name of PLANES) await expect.poll(() => brightest(page, name), { message: name }).toBe(0);
    await page.evaluate(() => window.__answersPerSecond(Infinity));
    await page.evaluate(() => window.__shown);
    expect(colours(await onScreen(page, "axial"))).toBeGreaterThan(20);
    expectClean(seen, site);
  });
}
