// Planes turned and side by side: what is on screen is what the volume holds there.
import { phantom } from "../support/programs.js";
import { expect, test } from "../support/test.js";
import { expectClean, open, openFolder, probe, snapshot } from "../support/viewer.js";

const SIZE = 96;
// As wide as the values, so that a grey level is one of them, or a few.
const WINDOW = { center: 1000, width: 4080 };

const cross = ([a, b, c], [d, e, f]) => [b * f - c * e, c * d - a * f, a * e - b * d];
const dot = (a, b) => a[0] * b[0] + a[1] * b[1] + a[2] * b[2];
const along = (point, direction, mm) => point.map((n, at) => n + direction[at] * mm);
const view = (page, name) => page.evaluate((name) => window.cuspid.view(name), name);
const setView = (page, name, state) => page.evaluate(([name, state]) => window.cuspid.setView(name, state), [name, state]);
const planes = (page) => page.evaluate(() => window.cuspid.planes());
const setPlanes = (page, state) => page.evaluate((state) => window.cuspid.setPlanes(state), state);

/** The patient point at pixels right of and below the middle of a plane. */
function pointAt({ center_mm, normal, up, mm_per_px }, x, y) {
  const down = up.map((n) => -n);
  return along(along(center_mm, cross(down, normal), x * mm_per_px), down, y * mm_per_px);
}

/** Where a patient point is on a view's cell, in CSS pixels of the page. */
async function onScreen(page, name, point) {
  const { center_mm, normal, up, mm_per_px } = await view(page, name);
  const box = await page.getByTestId(`view-${name}`).boundingBox();
  const away = point.map((n, at) => n - center_mm[at]);
  const down = up.map((n) => -n);
  return {
    x: box.x + box.width / 2 + dot(away, cross(down, normal)) / mm_per_px,
    y: box.y + box.height / 2 + dot(away, down) / mm_per_px,
  };
}

/** The places of a picture show what `probe` reads there. `toPoint` takes pixels of the picture to the patient. */
async function expectProbed(page, image, toPoint, places, label) {
  const found = await probe(page, places.map(([x, y]) => toPoint(x + 0.5, y + 0.5)));
  let inside = 0;
  for (const [at, [x, y]] of places.entries()) {
    const shown = image.data[(y * image.width + x) * 4];
    const value = found[at]?.value;
    if (value === undefined) {
      expect(shown, `${label}: outside at ${x}, ${y}`).toBe(0);
      continue;
    }
    const brightness = ((value - WINDOW.center) / WINDOW.width + 0.5) * 255;
    expect(Math.abs(shown - Math.min(255, Math.max(0, brightness))), `${label}: ${value} at ${x}, ${y}`).toBeLessThan(2);
    inside += 1;
  }
  expect(inside, `${label}: places in the volume`).toBeGreaterThan(places.length / 3);
}

/** Places all over a picture, a few pixels apart from its edges. */
function places({ width, height }, count = 12) {
  const list = [];
  for (let y = 0; y < count; y++) {
    for (let x = 0; x < count; x++) list.push([Math.floor(((x + 0.5) * width) / count), Math.floor(((y + 0.5) * height) / count)]);
  }
  return list;
}

/** Turns the lines of `held` on a view by its handle, by degrees clockwise. */
async function dragLine(page, on, held, degrees, { shift = false, end = "mouse" } = {}) {
  const { crosshair_mm } = await planes(page);
  const middle = await onScreen(page, on, crosshair_mm);
  // Handles show where the pointer is.
  await page.mouse.move(middle.x + 40, middle.y + 40);
  const box = await page.getByTestId(`view-${on}`).getByTestId(`turn-${held}`).last().boundingBox();
  const from = { x: box.x + box.width / 2 - middle.x, y: box.y + box.height / 2 - middle.y };
  if (shift) await page.keyboard.down("Shift");
  await page.mouse.move(middle.x + from.x, middle.y + from.y);
  await page.mouse.down();
  for (let step = 1; step <= 4; step++) {
    const angle = ((degrees * step) / 4 / 180) * Math.PI;
    const [cosine, sine] = [Math.cos(angle), Math.sin(angle)];
    await page.mouse.move(middle.x + from.x * cosine - from.y * sine, middle.y + from.x * sine + from.y * cosine);
  }
  await expect(page.getByTestId(`view-${on}`).locator(".turn-readout")).toHaveText(/\d/);
  if (end === "escape") await page.keyboard.press("Escape");
  await page.mouse.up();
  if (shift) await page.keyboard.up("Shift");
  await page.evaluate(() => window.cuspid.frame("axial"));
}

/** Every plane holds the crosshair. */
async function expectOnPlanes(page) {
  const { crosshair_mm } = await planes(page);
  for (const name of ["axial", "coronal", "sagittal"]) {
    const { center_mm, normal } = await view(page, name);
    expect(Math.abs(dot(crosshair_mm.map((n, at) => n - center_mm[at]), normal)), name).toBeLessThan(1e-6);
  }
}

test("a handle turns the other two planes about the crosshair, and probes stay true @gpu @firefox", async ({ page, site, seen }) => {
  await open(page, site);
  await openFolder(page, phantom(SIZE));
  const before = await planes(page);
  expect(before.turns_deg.map(Math.abs)).toEqual([0, 0, 0]);
  const axial = await view(page, "axial");
  await dragLine(page, "axial", "coronal", 30);
  const turned = await planes(page);
  expect(turned.perpendicular).toBe(true);
  expect(turned.crosshair_mm).toEqual(before.crosshair_mm);
  for (const [at, degrees] of [0, 0, 30].entries()) expect(Math.abs(turned.turns_deg[at] - degrees)).toBeLessThan(0.6);
  expect((await view(page, "axial")).normal).toEqual(axial.normal);
  await expectOnPlanes(page);
  await expect(page.getByTestId("turn-about-z")).toHaveValue(/^(29|30)\./);

  // And about another axis: now all three are neither voxel layers nor upright.
  await dragLine(page, "coronal", "axial", -20);
  await expectOnPlanes(page);
  const axis = (await view(page, "coronal")).normal;
  const tilt = Math.acos(dot((await view(page, "axial")).normal, axial.normal)) * (180 / Math.PI);
  expect(Math.abs(tilt - 20)).toBeLessThan(0.6);
  expect(Math.abs(dot(axis, (await view(page, "axial")).normal))).toBeLessThan(1e-9);
  for (const name of ["axial", "coronal", "sagittal"]) {
    await setView(page, name, { interpolation: "nearest", window: WINDOW });
    const state = await view(page, name);
    expect(state.ordinal.oblique).toBe(true);
    await expect(page.locator(`svg[data-overlay=${name}]`)).toContainText("oblique");
    const image = await snapshot(page, name);
    const toPoint = (x, y) => pointAt(state, x - image.width / 2, y - image.height / 2);
    await expectProbed(page, image, toPoint, places(image), name);
  }

  // A scroll goes along the plane's own normal and takes the crosshair along.
  const { ordinal } = await view(page, "axial");
  await page.getByTestId("view-axial").focus();
  await page.keyboard.press("ArrowDown");
  expect((await view(page, "axial")).ordinal.number).toBe(ordinal.number + 1);
  await expectOnPlanes(page);

  await page.getByTestId("upright").click();
  expect((await planes(page)).turns_deg.map(Math.abs)).toEqual([0, 0, 0]);
  expect((await view(page, "axial")).ordinal.oblique).toBe(false);
  await expectOnPlanes(page);
  expectClean(seen, site);
});

test("one plane turned alone, turned back, by keys and by number", async ({ page, site, seen }) => {
  await open(page, site);
  await openFolder(page, phantom(SIZE));
  await dragLine(page, "axial", "coronal", 25, { end: "escape" });
  expect((await planes(page)).turns_deg.map(Math.abs), "taken back").toEqual([0, 0, 0]);

  const sagittal = (await view(page, "sagittal")).normal;
  await dragLine(page, "axial", "coronal", 25, { shift: true });
  expect((await planes(page)).perpendicular).toBe(false);
  expect((await view(page, "sagittal")).normal).toEqual(sagittal);
  await expect(page.getByText("The planes are not at right angles.")).toBeVisible();
  // The drag was one step, and the one that was taken back none.
  const alone = (await view(page, "coronal")).normal;
  await page.getByTestId("view-axial").focus();
  await page.keyboard.press("Control+z");
  expect((await planes(page)).turns_deg.map(Math.abs), "undone").toEqual([0, 0, 0]);
  expect((await planes(page)).perpendicular).toBe(true);
  await page.keyboard.press("Control+z");
  await page.keyboard.press("Control+Shift+z");
  expect((await view(page, "coronal")).normal, "redone").toEqual(alone);
  expect((await planes(page)).perpendicular).toBe(false);
  await expectOnPlanes(page);
  await page.getByTestId("view-sagittal").focus();
  for (let n = 0; n < 3; n++) await page.keyboard.press("ArrowDown");
  await expectOnPlanes(page);
  await page.keyboard.press("u");
  expect((await planes(page)).perpendicular).toBe(true);

  await page.getByTestId("view-sagittal").focus();
  await page.keyboard.press(".");
  await page.keyboard.press("Shift+.");
  // The sagittal plane is seen along -x: clockwise there is the other way about x.
  expect((await planes(page)).turns_deg[0]).toBeCloseTo(-11, 6);
  await page.getByTestId("turn-about-x").fill("15");
  await page.getByTestId("turn-about-x").press("Enter");
  expect((await planes(page)).turns_deg[0]).toBeCloseTo(15, 6);
  await page.getByTestId("view-sagittal").focus();
  await page.keyboard.press("Control+z");
  expect((await planes(page)).turns_deg[0]).toBeCloseTo(-11, 6);
  await page.keyboard.press("Control+z");
  expect((await planes(page)).turns_deg[0]).toBeCloseTo(-1, 6);
  await setPlanes(page, { turns_deg: [10, -20, 40] });
  for (const [at, degrees] of [10, -20, 40].entries()) expect((await planes(page)).turns_deg[at]).toBeCloseTo(degrees, 6);
  expectClean(seen, site);
});

test("the grid shows in each tile what the volume holds there, and a press goes there @gpu @firefox", async ({ page, site, seen }) => {
  await open(page, site);
  await openFolder(page, phantom(SIZE));
  await setPlanes(page, { turns_deg: [0, 12, 0] });
  await setView(page, "axial", { interpolation: "nearest", window: WINDOW });
  await setView(page, "coronal", { interpolation: "nearest" });
  await page.getByTestId("mode-grid").click();
  expect(await page.evaluate(() => window.cuspid.mode())).toBe("grid");
  for (const layout of [
    { plane: "axial", columns: 4, rows: 3, spacing_mm: 2 },
    { plane: "coronal", columns: 2, rows: 2, spacing_mm: 3.5 },
  ]) {
    await setView(page, "grid", layout);
    const state = await view(page, "grid");
    const { plane, ...tiles } = layout;
    expect(state.grid).toEqual({ plane, ...tiles });
    const image = await snapshot(page, "grid");
    const [width, height] = [image.width / tiles.columns, image.height / tiles.rows];
    const toPoint = (x, y) => {
      const [column, row] = [Math.floor(x / width), Math.floor(y / height)];
      const flat = pointAt(state, x - (column + 0.5) * width, y - (row + 0.5) * height);
      return along(flat, state.normal, (row * tiles.columns + column) * tiles.spacing_mm);
    };
    await expectProbed(page, image, toPoint, places(image, 24), layout.plane);
  }

  // Slices on and back by keys, and the crosshair's own is marked.
  await setView(page, "grid", { plane: "coronal", columns: 3, rows: 2, spacing_mm: 2 });
  const first = await view(page, "grid");
  await page.getByTestId("view-grid").focus();
  await page.keyboard.press("ArrowRight");
  await page.keyboard.press("ArrowDown");
  const moved = await view(page, "grid");
  expect(dot(moved.center_mm.map((n, at) => n - first.center_mm[at]), first.normal)).toBeCloseTo(8, 6);
  await expect(page.locator("svg[data-overlay=grid] [data-tile]").first()).toContainText("mm");

  const box = await page.getByTestId("view-grid").boundingBox();
  const [x, y] = [box.width * 0.53, box.height * 0.7];
  await page.mouse.click(box.x + x, box.y + y);
  expect(await page.evaluate(() => window.cuspid.mode())).toBe("mpr");
  const flat = pointAt(moved, x - box.width * 0.5, y - box.height * 0.75);
  const point = along(flat, moved.normal, 4 * 2);
  const { crosshair_mm } = await planes(page);
  for (const [at, mm] of crosshair_mm.entries()) expect(Math.abs(mm - point[at])).toBeLessThan(moved.mm_per_px * 1.01);
  expectClean(seen, site);
});

test("slices play until somebody does something", async ({ page, site, seen }) => {
  await open(page, site);
  await openFolder(page, phantom(SIZE));
  await setPlanes(page, { fps: 60 });
  const number = async (name) => (await view(page, name)).ordinal.number;
  const start = await number("axial");
  await page.getByTestId("play").click();
  await expect.poll(() => number("axial")).not.toBe(start);
  await page.getByTestId("view-coronal").click();
  expect((await planes(page)).playing).toBe(false);
  const still = await number("axial");

  // The space bar plays the view that was used last.
  const coronal = await number("coronal");
  await page.keyboard.press("Space");
  await expect.poll(() => number("coronal")).not.toBe(coronal);
  expect(await number("axial"), "the other planes rest").toBe(still);
  await page.keyboard.press("Space");
  expect((await planes(page)).playing).toBe(false);

  // From the last slice to the first, or back.
  for (const bounce of [false, true]) {
    await page.keyboard.press("End");
    const last = await number("coronal");
    const next = await page.evaluate(([last, bounce]) => new Promise((done) => {
      window.cuspid.setPlanes({ fps: 5, bounce, playing: true });
      const look = () => {
        const { number } = window.cuspid.view("coronal").ordinal;
        if (number === last) requestAnimationFrame(look);
        else done(number);
      };
      look();
    }), [last, bounce]);
    await setPlanes(page, { playing: false });
    // The first one after the last; a few more where the page was late to look.
    expect(bounce ? last - next : next, `${next} after ${last}`).toBeLessThan(8);
  }
  expectClean(seen, site);
});

test("planes are zoomed together, and a slab shows its borders on the others", async ({ page, site, seen }) => {
  await open(page, site);
  await openFolder(page, phantom(SIZE));
  await page.getByTestId("link-zoom").check();
  await page.getByTestId("view-axial").focus();
  await page.keyboard.press("+");
  const { mm_per_px } = await view(page, "axial");
  for (const name of ["coronal", "sagittal"]) expect((await view(page, name)).mm_per_px).toBeCloseTo(mm_per_px, 9);
  const dashes = page.getByTestId("view-axial").locator("[data-dashed]");
  await expect(dashes).toHaveCount(0);
  await page.getByTestId("slab").fill("30");
  expect((await view(page, "sagittal")).slab_mm).toBe(7);
  await expect(dashes).toHaveCount(4);
  await page.getByTestId("interpolation-cubic").click();
  expect((await view(page, "sagittal")).interpolation).toBe("cubic");
  expectClean(seen, site);
});
