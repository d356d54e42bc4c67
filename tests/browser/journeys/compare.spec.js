// Two scans side by side: each is what it is alone, both are at the same place in the same scale, and nothing is taken for
// registered that is not.
import { series as makeSeries } from "../support/dicom.js";
import { devices, draws, drawsAtRest, keepDevices } from "../support/graphics.js";
import { expect, test } from "../support/test.js";
import { colours, difference, expectClean, open, probe, seriesOf, show, snapshot } from "../support/viewer.js";

const UID = "1.2.826.0.1.3680043.9.9999.9";
const FRAME = `${UID}.77`;
const JANE = { name: "Doe^Jane", id: "J1", birthDate: "19700102" };

const before = (more = {}) => makeSeries({
  prefix: "A", uid: `${UID}.1`, count: 44, text: { ...JANE, series: "Before", studyDate: "20250301" }, ...more,
}).files;
/** Other voxels at another place, in a volume that reaches further down and less far up. */
const after = (more = {}) => makeSeries({
  prefix: "B", uid: `${UID}.2`, columns: 40, rows: 52, count: 30, spacing: [0.6, 0.4, 0.5], origin: [-9, -12, -10],
  text: { ...JANE, series: "After", studyDate: "20260301" }, ...more,
}).files;

const view = (page, name) => page.evaluate((name) => window.cuspid.view(name), name);
const setView = (page, name, state) => page.evaluate(([name, state]) => window.cuspid.setView(name, state), [name, state]);
const compare = (page, beside) => page.evaluate((beside) => window.cuspid.compare(beside), beside);
const comparison = (page) => page.evaluate(() => window.cuspid.comparison());
const setComparison = (page, state) => page.evaluate((state) => window.cuspid.setComparison(state), state);
const held = (page) => page.evaluate(() => window.cuspid.renderer().held_beside);
const minus = (a, b) => a.map((n, at) => n - b[at]);

/** Gives the page both series and shows the first. */
async function openBoth(page, site, first, second) {
  await open(page, site);
  await page.getByTestId("file-input").setInputFiles([...first, ...second]);
  const list = await seriesOf(page, 2);
  const [a, b] = ["Before", "After"].map((name) => list.find(({ description }) => description === name));
  await page.evaluate(() => document.querySelector("dialog[open]")?.close());
  await show(page, a.id);
  return [a, b];
}

function expectNear(found, expected, label) {
  for (const [at, n] of expected.entries()) expect(found[at], `${label} ${at}`).toBeCloseTo(n, 6);
}

/** Two pictures of one volume that was read twice: the half floats on the device are about the middle of the values that
 * came first, so that a pixel in many thousands may be a grey level off. */
function expectSame(found, expected, label) {
  expect(difference(found, expected), label).toBeLessThan(1e-4);
  let most = 0;
  for (let n = 0; n < found.data.length; n += 1) most = Math.max(most, Math.abs(found.data[n] - expected.data[n]));
  expect(most, `${label}, grey levels`).toBeLessThanOrEqual(1);
}

/** Wheel notches over one of the sides; `down` scrolls on. */
async function wheel(page, testid, notches, key) {
  const box = await page.getByTestId(testid).boundingBox();
  await page.mouse.move(box.x + box.width / 2, box.y + box.height / 2);
  if (key) await page.keyboard.down(key);
  for (let n = 0; n < Math.abs(notches); n += 1) await page.mouse.wheel(0, Math.sign(notches) * 100);
  if (key) await page.keyboard.up(key);
}

test("each side shows what its scan shows alone, at the same place @gpu @firefox", async ({ page, site, seen }) => {
  const [a, b] = await openBoth(page, site, before({ frame: FRAME }), after({ frame: FRAME }));
  const window_ = { center: 400, width: 5000 };
  const states = Object.fromEntries(Object.entries({ axial: [1, -2, 1.2], coronal: [0.5, -1.5, -2], sagittal: [-1, 2, -1.1] })
    .map(([name, center_mm]) => [name, { center_mm, mm_per_px: 0.041, window: window_ }]));

  // Each alone in the place of one side.
  const alone = {};
  for (const [label, { id }] of [["first", a], ["second", b]]) {
    await show(page, id);
    await page.evaluate(() => window.cuspid.setMode("compare"));
    for (const [name, state] of Object.entries(states)) {
      await page.getByTestId(`compare-plane-${name}`).click();
      await setView(page, name, state);
      alone[`${label} ${name}`] = await snapshot(page, name);
    }
    await compare(page, null);
  }

  await show(page, a.id);
  await compare(page, b.id);
  expect(await comparison(page)).toMatchObject({
    id: b.id, plane: "axial", linked: true, offset_mm: [0, 0, 0], alignment: "same-frame", patients: "same",
    same_unit: true, lengths_compare: true,
  });
  await expect(page.getByTestId("compare-alignment")).toHaveText("Same frame of reference");
  for (const [name, state] of Object.entries(states)) {
    await setComparison(page, { plane: name });
    // One side is moved, the other follows.
    await setView(page, name === "coronal" ? "compare" : name, state);
    for (const side of [name, "compare"]) {
      const at = await view(page, side);
      expectNear(at.center_mm, state.center_mm, `${side}, ${name}`);
      expect(at.mm_per_px).toBeCloseTo(state.mm_per_px, 9);
      expect(at.window).toEqual(window_);
    }
    const [left, right] = [await snapshot(page, name), await snapshot(page, "compare")];
    expect(colours(right), `${name} beside`).toBeGreaterThan(20);
    expectSame(left, alone[`first ${name}`], `${name}, the first`);
    expectSame(right, alone[`second ${name}`], `${name}, the second`);
  }

  // What is on screen is what the snapshots say.
  await setComparison(page, { plane: "axial" });
  await drawsAtRest(page);
  await expect(page.getByTestId("compare-side")).toContainText("After · 2026-03-01");
  await expect(page.getByTestId("view-axial")).toContainText("Before · 2025-03-01");
  for (const side of ["view-axial", "compare-axial"]) await expect(page.getByTestId(side)).toContainText("Doe, Jane");
  const withText = await snapshot(page, "compare", { overlay: true, scale: 2 });
  const plain = await snapshot(page, "compare", { scale: 2 });
  expect(difference(withText, plain), "what is written on it").toBeGreaterThan(0);
  expectClean(seen, site);
});

test("hands on either side move both @gpu", async ({ page, site, seen }) => {
  const [, b] = await openBoth(page, site, before({ frame: FRAME }), after({ frame: FRAME }));
  await compare(page, b.id);
  const both = async () => [await view(page, "axial"), await view(page, "compare")];
  const same = async () => {
    await drawsAtRest(page, 5);
    const [left, right] = await both();
    expectNear(right.center_mm, left.center_mm, "centre");
    expect(right.mm_per_px).toBeCloseTo(left.mm_per_px, 9);
    expect(right.window).toEqual(left.window);
    return left;
  };
  const start = await same();
  await wheel(page, "view-axial", 3);
  await expect.poll(async () => (await view(page, "compare")).center_mm[2]).not.toBeCloseTo(start.center_mm[2], 3);
  // Three slices of the first scan.
  expect(Math.abs(minus((await same()).center_mm, start.center_mm)[2])).toBeCloseTo(3 * 0.4, 6);
  await wheel(page, "compare-axial", -2);
  await expect.poll(async () => Math.abs((await view(page, "axial")).center_mm[2] - start.center_mm[2])).toBeLessThan(1);
  expect(Math.abs(minus((await same()).center_mm, start.center_mm)[2])).toBeCloseTo(Math.abs(3 * 0.4 - 2 * 0.5), 6);

  await wheel(page, "compare-axial", -2, "Control");
  await expect.poll(async () => (await view(page, "axial")).mm_per_px).toBeLessThan(start.mm_per_px);
  await same();
  const box = await page.getByTestId("compare-axial").boundingBox();
  const drag = async (button, key) => {
    if (key) await page.keyboard.down(key);
    await page.mouse.move(box.x + 200, box.y + 300);
    await page.mouse.down({ button });
    await page.mouse.move(box.x + 240, box.y + 330, { steps: 3 });
    await page.mouse.up({ button });
    if (key) await page.keyboard.up(key);
  };
  const zoomed = await same();
  await drag("left", "Shift");
  await expect.poll(async () => (await view(page, "axial")).center_mm[0]).toBeCloseTo(zoomed.center_mm[0] - 40 * zoomed.mm_per_px, 4);
  await same();
  await drag("right");
  await expect.poll(async () => (await view(page, "axial")).window.width).not.toBe(zoomed.window.width);
  await same();

  // What is measured on the second side belongs to it.
  const marks = (testid) => page.getByTestId(testid).locator("[data-measurement]");
  await page.getByTestId("tool-length").click();
  await drag("left");
  await expect(marks("compare-axial")).toHaveCount(1);
  await expect(marks("view-axial")).toHaveCount(0);
  expect(await page.evaluate(() => window.cuspid.measurements())).toEqual([]);
  await page.keyboard.press("Delete");
  await expect(marks("compare-axial")).toHaveCount(0);
  await page.getByTestId("tool-crosshair").click();

  // Where one scan has nothing it shows nothing, and says so.
  await setView(page, "axial", { center_mm: [0, 0, 8] });
  await expect(page.getByTestId("compare-axial")).toContainText("outside this scan");
  expect(colours(await snapshot(page, "compare"))).toBe(1);
  await expect(page.getByTestId("view-axial")).not.toContainText("outside");
  expectClean(seen, site);
});

test("scans without a common frame are aligned by hand, and say so", async ({ page, site, seen }) => {
  const [, b] = await openBoth(page, site, before(), after());
  await page.getByTestId("series-list").getByTestId("compare-series").click();
  await page.waitForFunction(() => window.cuspid.comparison() !== null);
  const start = await comparison(page);
  expect(start).toMatchObject({ id: b.id, alignment: "centres", linked: true });
  // Middle voxel on middle voxel.
  expectNear(start.offset_mm, minus([3, -1.6, -2.5], [0.25, 0.25, 1]), "offset");
  await expect(page.getByTestId("compare-alignment")).toContainText("not registered");

  await page.getByTestId("compare-link").click();
  const [left, right] = [await view(page, "axial"), await view(page, "compare")];
  await wheel(page, "compare-axial", 4);
  await expect.poll(async () => (await comparison(page)).alignment).toBe("by-hand");
  await drawsAtRest(page, 5);
  expectNear((await view(page, "axial")).center_mm, left.center_mm, "the first rests");
  const moved = minus((await view(page, "compare")).center_mm, right.center_mm);
  expect(Math.abs(moved[2])).toBeCloseTo(4 * 0.5, 6);
  // A zoom about any place keeps the relation.
  await wheel(page, "compare-axial", -1, "Control");
  await drawsAtRest(page, 5);
  expectNear((await comparison(page)).offset_mm, start.offset_mm.map((n, at) => n + moved[at]), "offset by hand");

  await page.getByTestId("compare-link").click();
  await expect(page.getByTestId("compare-alignment")).toHaveText("Aligned by hand, not registered");
  await wheel(page, "view-axial", 5);
  await drawsAtRest(page, 5);
  const offset = minus((await view(page, "compare")).center_mm, (await view(page, "axial")).center_mm);
  expectNear(offset, start.offset_mm.map((n, at) => n + moved[at]), "offset kept");
  // The other planes have it too.
  await page.getByTestId("compare-plane-sagittal").click();
  await drawsAtRest(page, 5);
  expectNear(minus((await view(page, "compare")).center_mm, (await view(page, "sagittal")).center_mm), offset, "sagittal");
  await page.getByTestId("compare-realign").click();
  expect((await comparison(page)).alignment).toBe("centres");
  expectNear((await comparison(page)).offset_mm, start.offset_mm, "offset as it was");
  expectClean(seen, site);
});

test("values in different units have a window each", async ({ page, site, seen }) => {
  const [, b] = await openBoth(page, site, before(), after({ modality: "MR" }));
  await compare(page, b.id);
  expect(await comparison(page)).toMatchObject({ same_unit: false });
  await expect(page.getByTestId("compare-doubts")).toContainText("a window for each");
  await setView(page, "axial", { window: { center: 111, width: 2222 } });
  expect((await view(page, "compare")).window).not.toEqual({ center: 111, width: 2222 });
  await setView(page, "compare", { window: { center: 333, width: 4444 } });
  expect((await view(page, "axial")).window).toEqual({ center: 111, width: 2222 });
  await expect(page.getByTestId("compare-axial")).toContainText("GV");
  await expect(page.getByTestId("view-axial")).toContainText("HU");
  expectClean(seen, site);
});

test("scans of two people are not compared by mistake", async ({ page, site, seen }) => {
  const stranger = { name: "Roe^Richard", id: "R1", series: "After" };
  await openBoth(page, site, before({ frame: FRAME }), after({ frame: FRAME, text: stranger }));
  await page.getByTestId("mode-compare").click();
  const chooser = page.getByTestId("compare-chooser");
  await expect(chooser).toContainText("Of other people");
  await chooser.getByRole("button", { name: /After/ }).click();
  const question = page.getByTestId("compare-people");
  for (const text of ["Two different people", "Doe, Jane", "1970-01-02", "Roe, Richard"]) await expect(question).toContainText(text);
  await page.getByTestId("compare-people-back").click();
  await expect(question).toBeHidden();
  await expect.poll(() => held(page)).toBeNull();

  await chooser.getByRole("button", { name: /After/ }).click();
  await page.getByTestId("compare-people-accept").click();
  await expect(question).toBeHidden();
  // It stays written, on both pictures too, and their frames of reference count for nothing.
  await expect(page.getByTestId("compare-doubts")).toContainText("Different people");
  for (const side of ["view-axial", "compare-axial"]) await expect(page.getByTestId(side)).toContainText("Not the patient");
  expect(await comparison(page)).toMatchObject({ patients: "different", alignment: "centres" });
  expectClean(seen, site);
});

test("closing brings back what was there, and gives the memory back @gpu", async ({ page, site, seen }) => {
  const [a, b] = await openBoth(page, site, before({ frame: FRAME }), after({ frame: FRAME }));
  await setView(page, "coronal", { center_mm: [1, 2, 3], mm_per_px: 0.05 });
  const planes = async () => Promise.all(["axial", "coronal", "sagittal"].map((name) => view(page, name)));
  const earlier = await planes();
  for (let round = 0; round < 3; round += 1) {
    await compare(page, b.id);
    expect((await held(page)).bytes).toBe(40 * 52 * 30 * 2);
    expect((await page.evaluate(() => window.cuspid.renderer().held)).bytes, "the first stays").toBe(48 * 40 * 44 * 2);
    await wheel(page, "compare-axial", 2);
    await wheel(page, "view-axial", -2, "Control");
    await drawsAtRest(page, 5);
    await page.getByTestId("compare-close").click();
    await expect.poll(() => held(page)).toBeNull();
    expect(await page.evaluate(() => window.cuspid.mode())).toBe("mpr");
    await drawsAtRest(page);
    (await planes()).forEach((plane, at) => {
      expectNear(plane.center_mm, earlier[at].center_mm, "centre as it was");
      expect(plane.mm_per_px).toBeCloseTo(earlier[at].mm_per_px, 9);
    });
  }
  const rest = await draws(page);
  await wheel(page, "view-axial", 2);
  await drawsAtRest(page, 10);
  expect((await draws(page)).compare, "nothing is drawn for a side that is closed").toBe(rest.compare);
  expect(await comparison(page)).toBeNull();

  // Another drop ends it, as closing the scan does.
  await compare(page, b.id);
  await page.evaluate(() => window.cuspid.openDemo(32));
  await page.waitForFunction(() => window.cuspid.mode() === "mpr");
  await expect.poll(() => held(page)).toBeNull();
  expect(a.id).not.toBe(b.id);
  expectClean(seen, site);
});

test("a lost device comes back on both sides @gpu", async ({ page, site, seen }) => {
  await keepDevices(page);
  const [, b] = await openBoth(page, site, before({ frame: FRAME }), after({ frame: FRAME }));
  // With WebGPU both draw with one device; with WebGL2 the second has another.
  const first = (await devices(page)) - 1;
  const shared = await page.evaluate(() => window.cuspid.renderer().tier === "webgpu");
  await compare(page, b.id);
  await drawsAtRest(page);
  const look = async () => [await snapshot(page, "axial"), await snapshot(page, "compare")];
  const screens = async () => [
    (await page.getByTestId("view-axial").screenshot()).toString("base64"),
    (await page.getByTestId("compare-axial").screenshot()).toString("base64"),
  ];
  const [drawn, shown] = [await look(), await screens()];
  expect((await devices(page)) - 1 === first, "no device of its own").toBe(shared);
  for (const device of shared ? ["both"] : ["first", "second"]) {
    const known = await devices(page);
    if (device === "first") await page.evaluate((at) => window.__devices[at](), first);
    else await page.evaluate((at) => window.__devices[at](), first + (shared ? 0 : 1));
    await expect.poll(() => devices(page)).toBeGreaterThan(known);
    await expect(page.getByText("The graphics were reset").first()).toBeHidden();
    await drawsAtRest(page);
    const [again, seenAgain] = [await look(), await screens()];
    [0, 1].forEach((side) => {
      expect(difference(again[side], drawn[side]), `${device} lost, side ${side}`).toBe(0);
      expect(seenAgain[side] === shown[side], `${device} lost, side ${side} on screen`).toBe(true);
    });
  }
  await expect(page.getByTestId("error")).toBeHidden();
  expectClean(seen, site, [/lost/i, /destroyed/i, /CONTEXT_LOST/]);
});

test("files are opened beside the scan that stays", async ({ page, site, seen }) => {
  await open(page, site);
  await page.getByTestId("file-input").setInputFiles(before({ frame: FRAME }));
  const [a] = await seriesOf(page);
  await show(page, a.id);
  await page.getByTestId("mode-compare").click();
  await expect(page.getByTestId("compare-chooser")).toBeVisible();
  await page.getByTestId("compare-file-input").setInputFiles(after({ frame: FRAME }));
  await page.waitForFunction(() => window.cuspid.comparison() !== null);
  expect(await comparison(page)).toMatchObject({ id: null, dims: [40, 52, 30], alignment: "same-frame", patients: "same" });
  expect((await page.evaluate(() => window.cuspid.series())).map(({ description }) => description)).toEqual(["Before"]);
  // Probes are still those of the open scan.
  const [probed] = await probe(page, [[0.25, 0.25, 1]]);
  expect(probed.voxel).toEqual([24, 20, 22]);

  // A script's files, in place of those.
  const files = after().map(({ name, buffer }) => ({ name, bytes: [...buffer] }));
  await page.evaluate((list) => window.cuspid.compare(list.map(({ name, bytes }) => new File([new Uint8Array(bytes)], name))), files);
  expect(await comparison(page)).toMatchObject({ id: null, alignment: "centres" });
  expectClean(seen, site);
});
