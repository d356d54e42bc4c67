// The 3D view by hand: what its handles, buttons, keys and editor do to its state, and that what is drawn over it lies
// where the picture has it.
import { phantom } from "../support/programs.js";
import { expect, test } from "../support/test.js";
import { difference, expectClean, open, openFolder, snapshot } from "../support/viewer.js";

// A rendering in software takes its time for each pixel.
test.use({ viewport: { width: 900, height: 700 } });

const SIZE = 96;
const EDGE_MM = 80;
const VOXEL_MM = EDGE_MM / SIZE;

const seenView = (page) => page.evaluate(() => window.cuspid.view("volume"));
const setView = (page, change) => page.evaluate((state) => window.cuspid.setView("volume", state), change);
const close = (a, b, within) => Math.abs(a - b) <= within;
const distance = (a, b) => Math.hypot(...a.map((n, at) => n - b[at]));

/** Opens the phantom and shows the 3D view alone, from the front. */
async function show3d(page, site) {
  await open(page, site);
  await openFolder(page, phantom(SIZE));
  await page.getByTestId("mode-volume").click();
  await setView(page, { standard: "front", mm_per_px: 0.15 });
}

/** Drags the middle of an element by some pixels. */
async function drag(page, testid, [x, y]) {
  const box = await page.getByTestId(testid).boundingBox();
  const from = [box.x + box.width / 2, box.y + box.height / 2];
  await page.mouse.move(...from);
  await page.mouse.down();
  await page.mouse.move(from[0] + x / 2, from[1] + y / 2);
  await page.mouse.move(from[0] + x, from[1] + y);
  await page.mouse.up();
}

/** The middle of the metal of the phantom's filling, from the values of its voxels. */
function filling(page) {
  return page.evaluate((step) => {
    const [sum, at] = [[0, 0, 0], (n) => (n + 0.5) * step - 40];
    let count = 0;
    for (let k = 36; k < 56; k++) {
      for (let j = 0; j < 96; j++) {
        for (let i = 48; i < 96; i++) {
          const point = [at(i), at(j), at(k)];
          if ((window.cuspid.probe(point)?.value ?? 0) < 2950) continue;
          point.forEach((n, axis) => (sum[axis] += n));
          count += 1;
        }
      }
    }
    return { count, middle: sum.map((n) => n / count) };
  }, VOXEL_MM);
}

/** The middle of what is bright in a picture, in its pixels. */
function brightMiddle(image) {
  let [x, y, count] = [0, 0, 0];
  for (let at = 0; at < image.width * image.height; at++) {
    if (image.data[at * 4] < 128) continue;
    x += (at % image.width) + 0.5;
    y += Math.floor(at / image.width) + 0.5;
    count += 1;
  }
  return { count, middle: [x / count, y / count] };
}

test("a measurement is drawn where the picture has what was measured @gpu @firefox", async ({ page, site, seen }) => {
  await show3d(page, site);
  const { count, middle } = await filling(page);
  expect(count).toBeGreaterThan(20);
  await page.evaluate((at) => window.cuspid.addMeasurement({ kind: "probe", points_mm: [at] }), middle);
  const mark = page.getByTestId("view-volume").locator("[data-measurement] circle");
  for (const state of [
    { standard: "front" },
    { standard: "left" },
    { azimuth_deg: -35, elevation_deg: 40 },
    { azimuth_deg: 60, elevation_deg: -25, perspective: true },
    { standard: "bottom", perspective: true },
  ]) {
    // Through this window metal alone is to be seen.
    await setView(page, { perspective: false, rendering: "maximum", window: { center: 2900, width: 10 }, ...state });
    const picture = brightMiddle(await snapshot(page, "volume"));
    expect(picture.count, "metal is to be seen").toBeGreaterThan(20);
    const drawn = [Number(await mark.getAttribute("cx")), Number(await mark.getAttribute("cy"))];
    const { mm_per_px } = await seenView(page);
    const apart = distance(picture.middle, drawn) * mm_per_px;
    test.info().annotations.push({ type: "projected", description: `${JSON.stringify(state)} ${apart.toFixed(3)} mm apart` });
    expect(apart, JSON.stringify(state)).toBeLessThan(0.75 * VOXEL_MM);
  }
  expectClean(seen, site);
});

test("cube, buttons and keys look from the sides of the patient", async ({ page, site, seen }) => {
  await show3d(page, site);
  const looks = async (standard) => expect.poll(async () => (await seenView(page)).standard).toBe(standard);
  await setView(page, { azimuth_deg: 30, elevation_deg: 20 });
  for (const side of ["front", "left", "top"]) await expect(page.getByTestId(`cube-${side}`)).toBeVisible();
  await expect(page.getByTestId("cube-right")).toHaveCount(0);
  await page.getByTestId("cube-left").click();
  await looks("left");
  for (const side of ["back", "right", "top", "bottom", "front"]) {
    await page.getByTestId(`look-${side}`).click();
    await looks(side);
  }
  for (const [key, side] of [["P", "back"], ["S", "top"], ["R", "right"], ["A", "front"]]) {
    await page.keyboard.press(`Shift+${key}`);
    await looks(side);
  }
  await page.emulateMedia({ reducedMotion: "reduce" });
  await page.getByTestId("look-left").click();
  expect((await seenView(page)).standard, "without a turn").toBe("left");

  const flat = await seenView(page);
  await page.getByTestId("volume-perspective").check();
  const deep = await seenView(page);
  expect(flat.eye_mm).toBeNull();
  expect(deep.eye_mm).toBeGreaterThan(50);
  expect(deep.mm_per_px).toBe(flat.mm_per_px);
  await page.getByTestId("volume-perspective").uncheck();
  expect((await seenView(page)).eye_mm).toBeNull();
  expectClean(seen, site);
});

test("the clip box follows its handles, its sliders and undo @gpu @firefox", async ({ page, site, seen }) => {
  await show3d(page, site);
  const whole = await snapshot(page, "volume");
  await page.getByTestId("clip-box").check();
  const { mm_per_px } = await seenView(page);

  // The patient's left is on the right of the screen: the upper face of the columns, dragged to the left.
  await drag(page, "clip-face-0-high", [-90, 30]);
  let { clip } = await seenView(page);
  expect(close(clip.high[0], 1 - (90 * mm_per_px) / EDGE_MM, 0.002), `${clip.high}`).toBe(true);
  expect([clip.low, clip.high[1], clip.high[2]]).toEqual([[0, 0, 0], 1, 1]);
  const cut = await snapshot(page, "volume");
  expect(difference(whole, cut)).toBeGreaterThan(0.002);

  await drag(page, "clip-face-2-high", [10, 60]);
  ({ clip } = await seenView(page));
  expect(close(clip.high[2], 1 - (60 * mm_per_px) / EDGE_MM, 0.002), `${clip.high}`).toBe(true);
  await page.keyboard.press("Control+z");
  ({ clip } = await seenView(page));
  expect(clip.high[2]).toBe(1);
  expect(clip.high[0]).toBeLessThan(1);
  await page.keyboard.press("Control+y");
  expect((await seenView(page)).clip.high[2]).toBeLessThan(1);

  await page.getByTestId("clip-slider-1-low").fill("0.3");
  expect((await seenView(page)).clip.low[1]).toBe(0.3);
  await page.getByTestId("clip-reset").click();
  ({ clip } = await seenView(page));
  expect(clip).toEqual({ low: [0, 0, 0], high: [1, 1, 1], planes: [null, null, null] });
  expectClean(seen, site);
});

test("free clip planes are added, moved, turned, flipped and removed", async ({ page, site, seen }) => {
  await show3d(page, site);
  const before = await seenView(page);
  await page.getByTestId("clip-plane-add").click();
  const first = async () => (await seenView(page)).clip.planes[0];
  let plane = await first();
  expect(distance(plane.normal, before.normal.map((n) => -n))).toBeLessThan(1e-9);
  expect(plane.point_mm).toEqual(before.center_mm);

  // Its normal points at the viewer: up is away from the viewer, which is to posterior.
  await drag(page, "clip-plane-move-0", [0, -40]);
  plane = await first();
  expect(close(plane.point_mm[1] - before.center_mm[1], 40 * before.mm_per_px, 0.01)).toBe(true);
  // From the side it follows the pointer along its normal.
  await setView(page, { standard: "left" });
  await drag(page, "clip-plane-move-0", [-50, 12]);
  const moved = await first();
  expect(close(moved.point_mm[1] - plane.point_mm[1], -50 * before.mm_per_px, 0.01), `${moved.point_mm}`).toBe(true);

  await drag(page, "clip-plane-turn-0", [40, -62]);
  const turned = await first();
  expect(turned.normal[2]).toBeGreaterThan(0.5);
  expect(close(Math.hypot(...turned.normal), 1, 1e-9)).toBe(true);
  await page.getByTestId("clip-plane-flip-0").click();
  expect(distance((await first()).normal, turned.normal.map((n) => -n))).toBeLessThan(1e-9);
  await page.getByTestId("clip-plane-depth-0").fill("10");
  plane = await first();
  const depth = plane.normal.reduce((sum, n, at) => sum + n * (before.center_mm[at] - plane.point_mm[at]), 0);
  expect(close(depth, 10, 1e-6)).toBe(true);
  await page.getByTestId("clip-plane-add").click();
  await page.getByTestId("clip-plane-add").click();
  await expect(page.getByTestId("clip-plane-add")).toBeDisabled();
  await page.getByTestId("clip-plane-remove-1").click();
  expect((await seenView(page)).clip.planes.map((plane) => plane !== null)).toEqual([true, false, true]);
  expectClean(seen, site);
});

test("the crop tool cuts the volume to a rectangle on a plane, and planes show inside", async ({ page, site, seen }) => {
  await show3d(page, site);
  await page.getByTestId("mode-mpr").click();
  await page.getByTestId("tool-crop").click();
  const box = await page.getByTestId("view-axial").boundingBox();
  const axial = await page.evaluate(() => window.cuspid.view("axial"));
  const [from, to] = [[-90, -70], [60, 80]];
  const middle = [box.x + box.width / 2, box.y + box.height / 2];
  await page.mouse.move(middle[0] + from[0], middle[1] + from[1]);
  await page.mouse.down();
  await page.mouse.move(middle[0], middle[1], { steps: 2 });
  await page.mouse.move(middle[0] + to[0], middle[1] + to[1], { steps: 2 });
  await page.mouse.up();
  const share = (axis, px) => (axial.center_mm[axis] + px * axial.mm_per_px) / EDGE_MM + 0.5;
  const { clip } = await seenView(page);
  for (const axis of [0, 1]) {
    expect(close(clip.low[axis], share(axis, from[axis]), 0.004), `low ${clip.low}`).toBe(true);
    expect(close(clip.high[axis], share(axis, to[axis]), 0.004), `high ${clip.high}`).toBe(true);
  }
  expect([clip.low[2], clip.high[2]]).toEqual([0, 1]);
  // Its lower side is a handle of its own; on the coronal plane the same box has its height.
  await drag(page, "crop-axial-0.5-1", [3, -25]);
  const lower = await seenView(page);
  expect(close(lower.clip.high[1], share(1, to[1] - 25), 0.004), `${lower.clip.high}`).toBe(true);
  expect(lower.clip.high[0]).toBe(clip.high[0]);
  await page.keyboard.press("Control+z");
  await page.keyboard.press("Control+z");
  expect((await seenView(page)).clip.high).toEqual([1, 1, 1]);
  await page.getByTestId("tool-crosshair").click();

  await page.getByTestId("inset-axial").click();
  const shown = (await seenView(page)).insets;
  expect(shown.map((inset) => inset !== null)).toEqual([true, false, false]);
  expect(close(shown[0].point_mm[2], axial.center_mm[2], 1e-6)).toBe(true);
  await page.getByTestId("view-axial").focus();
  await page.keyboard.press("ArrowDown");
  const scrolled = await page.evaluate(() => window.cuspid.view("axial"));
  await expect.poll(async () => (await seenView(page)).insets[0].point_mm[2]).toBeCloseTo(scrolled.center_mm[2], 6);
  await page.getByTestId("inset-axial").click();
  expect((await seenView(page)).insets).toEqual([null, null, null]);
  expectClean(seen, site);
});

test("the curve editor changes the transfer function it shows @gpu", async ({ page, site, seen }) => {
  await show3d(page, site);
  await page.getByTestId("volume-preset-teeth").click();
  await page.getByTestId("curve-toggle").click();
  const start = await seenView(page);
  expect(start.custom).toBeNull();
  const before = await snapshot(page, "volume");
  const picture = page.getByTestId("curve");
  await picture.scrollIntoViewIfNeeded();
  const points = picture.getByRole("slider");
  await expect(points).toHaveCount(start.points.length);
  const pointBox = async (at) => {
    const box = await points.nth(at).boundingBox();
    return [box.x + box.width / 2, box.y + box.height / 2];
  };

  // A point dragged up is more opaque, and the picture shows it.
  const [x, y] = await pointBox(2);
  await page.mouse.move(x, y);
  await page.mouse.down();
  await page.mouse.move(x, y - 25);
  await page.mouse.up();
  let now = await seenView(page);
  expect(now.custom[2].opacity).toBeGreaterThan(start.points[2].opacity + 0.05);
  expect(close(now.custom[2].value, start.points[2].value, 12)).toBe(true);
  expect(difference(before, await snapshot(page, "volume"))).toBeGreaterThan(0.01);
  await page.keyboard.press("Control+z");
  expect((await seenView(page)).custom, "undone").toBeNull();

  // Two presses beside the points add one; out of the picture it is gone.
  const box = await picture.boundingBox();
  await page.mouse.dblclick(box.x + box.width * 0.25, box.y + box.height * 0.4);
  now = await seenView(page);
  expect(now.custom).toHaveLength(start.points.length + 1);
  const [low, added] = [start.points[0].value, now.custom[0].value];
  expect(added).toBeLessThan(low);
  const at = await pointBox(0);
  await page.mouse.move(...at);
  await page.mouse.down();
  await page.mouse.move(at[0], box.y - 60, { steps: 3 });
  await page.mouse.up();
  expect((await seenView(page)).custom).toHaveLength(start.points.length);

  // With keys and fields.
  await points.nth(1).focus();
  await page.keyboard.press("Shift+ArrowRight");
  now = await seenView(page);
  expect(now.custom[1].value).toBe(start.points[1].value + 100);
  await page.getByTestId("curve-opacity").fill("35");
  await page.getByTestId("curve-opacity").press("Enter");
  await page.getByTestId("curve-colour").fill("#ff0000");
  now = await seenView(page);
  expect(now.custom[1]).toMatchObject({ opacity: 0.35, color: [1, 0, 0] });
  await points.nth(1).focus();
  await page.keyboard.press("Delete");
  expect((await seenView(page)).custom).toHaveLength(start.points.length - 1);
  await page.getByTestId("curve-reset").click();
  expect((await seenView(page)).custom).toBeNull();
  for (let count = start.points.length; count < 16; count++) await page.getByTestId("curve-add").click();
  await expect(page.getByTestId("curve-add")).toBeDisabled();
  expect((await seenView(page)).custom).toHaveLength(16);

  // What belongs to a way of rendering is there with it alone.
  await page.getByTestId("volume-rendering-surface").click();
  await page.getByTestId("volume-surface").fill("1200");
  await expect(picture).toHaveCount(0);
  expect(await seenView(page)).toMatchObject({ rendering: "surface", surface_value: 1200 });
  await page.getByTestId("volume-rendering-average").click();
  await expect(page.getByTestId("volume-depth")).toHaveCount(0);
  expect((await seenView(page)).rendering).toBe("average");
  expectClean(seen, site);
});

test("scripts set and read the whole look, and wrong ones change nothing", async ({ page, site, seen }) => {
  await show3d(page, site);
  const custom = [{ value: 200, color: [1, 0.5, 0], opacity: 0 }, { value: 900, color: [1, 1, 1], opacity: 0.8 }];
  await setView(page, {
    standard: "top", rendering: "surface", surface_value: 800, custom, occlusion: 0.4, eye_mm: 300, insets: ["coronal"],
    clip: { high: [1, 0.5, 1], planes: [{ point_mm: [0, 0, 5], normal: [0, 0, 2] }] },
  });
  const view = await seenView(page);
  expect(view).toMatchObject({
    standard: "top", azimuth_deg: 0, elevation_deg: 90, rendering: "surface", surface_value: 800, custom, points: custom,
    occlusion: 0.4, eye_mm: 300,
    clip: { low: [0, 0, 0], high: [1, 0.5, 1], planes: [{ point_mm: [0, 0, 5], normal: [0, 0, 1] }, null, null] },
  });
  expect(view.insets.map((inset) => inset !== null)).toEqual([false, true, false]);
  for (const wrong of [
    { standard: "sideways" }, { rendering: "mip" }, { clip: { low: [0.9, 0, 0], high: [0.2, 1, 1] } }, { insets: ["pano"] },
    { custom: [] }, { eye_mm: -3 }, { clip: { planes: [{ point_mm: [0, 0, 0], normal: [0, 0, 0] }] } }, { nonsense: 1 },
  ]) {
    const code = await setView(page, wrong).then(() => null, (failure) => failure.message);
    expect(code, JSON.stringify(wrong)).toBeTruthy();
  }
  expect(await seenView(page)).toEqual(view);
  await setView(page, { custom: null, clip: null, eye_mm: null, insets: [], preset: "bone" });
  expect(await seenView(page)).toMatchObject({ custom: null, eye_mm: null, rendering: "composite", insets: [null, null, null] });
  expectClean(seen, site);
});
