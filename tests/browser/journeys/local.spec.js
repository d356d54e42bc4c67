// Opening and reading without an account: files, folders, zips and junk, views, presets and measurements.
// Nothing of it may leave the page.
import { inspect, phantom } from "../support/programs.js";
import { position, series as makeSeries, storedValue } from "../support/dicom.js";
import { expect, test } from "../support/test.js";
import { colours, difference, expectClean, network, open, openFiles, openFolder, probe, seriesOf, snapshot, workersComplete } from "../support/viewer.js";
import { zip } from "../support/zip.js";

const PLANES = ["axial", "coronal", "sagittal"];

/** Voxels spread over a volume, its corners included. */
function someVoxels([columns, rows, slices]) {
  const last = [columns - 1, rows - 1, slices - 1];
  const voxels = [[0, 0, 0], last, [last[0], 0, 0], [0, last[1], 0], [0, 0, last[2]]];
  for (let n = 1; n < 40; n++) voxels.push([(n * 7919) % columns, (n * 104729) % rows, (n * 1299709) % slices]);
  return voxels;
}

test("a series from shuffled files: geometry, exact probes, no request @gpu @firefox", async ({ page, site, seen }) => {
  await open(page, site);
  await workersComplete(page, seen);
  const before = seen.requests.length;
  const { files, geometry } = makeSeries();
  const [found] = await openFiles(page, files);

  expect(found.dims).toEqual([geometry.columns, geometry.rows, geometry.count]);
  expect(found.spacing_mm.map((mm) => Number(mm.toFixed(6)))).toEqual(geometry.spacing);
  expect(found.origin_mm.map((mm) => Number(mm.toFixed(6)))).toEqual(geometry.origin);
  const voxels = someVoxels(found.dims);
  const probes = await probe(page, voxels.map((voxel) => position(geometry, voxel)));
  for (const [n, voxel] of voxels.entries()) {
    const stored = storedValue(...voxel);
    expect(probes[n]).toMatchObject({ voxel, stored, value: stored * 2 - 10, unit: "HU" });
  }

  await expect(page.getByTestId("series-list")).toBeVisible();
  for (const view of PLANES) {
    await expect(page.getByTestId(`view-${view}`)).toBeVisible();
    expect(colours(await snapshot(page, view)), view).toBeGreaterThan(16);
  }
  expect(network(seen, before), "requests between opening and saving").toEqual([]);
  expectClean(seen, site);
});

test("a volume with a modality's table: probes have the stored value of the file and the table's output", async ({ page, site, seen }) => {
  await open(page, site);
  // Several stored values share an output, so that the one does not follow from the other.
  const table = Array.from({ length: 4096 }, (_, n) => (n >> 3) * 5 + 100);
  const { files, geometry } = makeSeries({ table });
  const [found] = await openFiles(page, files);
  const voxels = someVoxels(found.dims);
  const probes = await probe(page, voxels.map((voxel) => position(geometry, voxel)));
  for (const [n, voxel] of voxels.entries()) {
    const stored = storedValue(...voxel);
    expect(probes[n]).toMatchObject({ voxel, stored, value: table[stored + 1024], unit: "GV" });
  }
  expectClean(seen, site);
});

test("the phantom from a folder: the same values as inspect reads, views, modes and window presets @gpu @firefox", async ({ page, site, seen }) => {
  const folder = phantom(96);
  const { series: [inspected] } = inspect(folder);
  await open(page, site);
  await workersComplete(page, seen);
  const before = seen.requests.length;
  const [found] = await openFolder(page, folder);
  expect(found.dims).toEqual(inspected.dims);
  expect(found.dims).toEqual([96, 96, 96]);

  // The whole range of each inspected slice is there, voxel by voxel.
  for (const k of [0, 48, 95]) {
    const range = await page.evaluate(({ dims, spacing_mm, origin_mm, k }) => {
      let [min, max] = [Infinity, -Infinity];
      for (let j = 0; j < dims[1]; j++) {
        for (let i = 0; i < dims[0]; i++) {
          const { stored } = window.cuspid.probe([
            origin_mm[0] + i * spacing_mm[0], origin_mm[1] + j * spacing_mm[1], origin_mm[2] + k * spacing_mm[2],
          ]);
          min = Math.min(min, stored);
          max = Math.max(max, stored);
        }
      }
      return { min, max };
    }, { ...found, k });
    const name = inspected.order[k];
    const instance = inspected.instances.find(({ file }) => file === name);
    expect(range, name).toEqual({ min: instance.min, max: instance.max });
  }

  // Presets change what a plane looks like; a mode changes what is on screen.
  const looks = [];
  for (const preset of ["bone", "soft-tissue"]) {
    await page.getByTestId("window-preset").selectOption(preset);
    await page.evaluate(() => window.cuspid.frame("axial"));
    looks.push(await snapshot(page, "axial"));
  }
  expect(difference(...looks)).toBeGreaterThan(0.02);

  await page.getByTestId("mode-volume").click();
  await expect(page.getByTestId("view-volume")).toBeVisible();
  await expect.poll(() => page.evaluate(() => window.cuspid.mode())).toBe("volume");
  await page.evaluate(() => window.cuspid.frame("volume"));
  const front = await snapshot(page, "volume");
  expect(colours(front)).toBeGreaterThan(64);
  await page.evaluate(() => window.cuspid.setView("volume", { azimuth_deg: 60, elevation_deg: 20 }));
  await page.evaluate(() => window.cuspid.frame("volume"));
  expect(difference(front, await snapshot(page, "volume"))).toBeGreaterThan(0.05);
  await page.getByTestId("mode-mpr").click();
  await expect.poll(() => page.evaluate(() => window.cuspid.mode())).toBe("mpr");

  expect(network(seen, before), "requests between opening and saving").toEqual([]);
  expectClean(seen, site);
});

test("wheel, crosshair, double click and the measuring tools", async ({ page, site, seen }) => {
  await open(page, site);
  const { files, geometry } = makeSeries();
  await openFiles(page, files);
  const cell = page.getByTestId("view-axial");
  const box = await cell.boundingBox();
  const view = () => page.evaluate(() => window.cuspid.view("axial"));

  const start = await view();
  await page.mouse.move(box.x + box.width / 2, box.y + box.height / 2);
  await page.mouse.wheel(0, 300);
  await expect.poll(async () => (await view()).center_mm[2]).not.toBe(start.center_mm[2]);

  await cell.dblclick({ position: { x: box.width / 3, y: box.height / 3 } });
  await expect.poll(async () => (await cell.boundingBox()).width).toBeGreaterThan(box.width * 1.5);
  await cell.dblclick({ position: { x: box.width / 3, y: box.height / 3 } });
  await expect.poll(async () => Math.round((await cell.boundingBox()).width)).toBe(Math.round(box.width));

  // A length from one point of the screen to another, in millimetres of the patient.
  await page.getByTestId("tool-length").click();
  const across = 120;
  await page.mouse.move(box.x + box.width / 2 - across / 2, box.y + box.height / 2);
  await page.mouse.down();
  await page.mouse.move(box.x + box.width / 2, box.y + box.height / 2 + 4, { steps: 4 });
  await page.mouse.move(box.x + box.width / 2 + across / 2, box.y + box.height / 2, { steps: 4 });
  await page.mouse.up();
  const measured = () => page.evaluate(() => window.cuspid.measurements());
  await expect.poll(async () => (await measured()).length).toBe(1);
  const [length] = await measured();
  expect(length.kind).toBe("length");
  expect(length.value).toBeCloseTo(across * (await view()).mm_per_px, 1);

  // The same by a script, with a known answer.
  const from = position(geometry, [4, 4, 10]);
  const to = position(geometry, [10, 12, 10]);
  await page.evaluate(([a, b]) => window.cuspid.addMeasurement({ kind: "length", points_mm: [a, b] }), [from, to]);
  await expect.poll(async () => (await measured()).length).toBe(2);
  expect((await measured())[1].value).toBeCloseTo(5, 6);
  await page.evaluate(([a, b, c]) => window.cuspid.addMeasurement({ kind: "angle", points_mm: [a, b, c] }), [
    position(geometry, [10, 4, 10]), position(geometry, [4, 4, 10]), position(geometry, [4, 10, 10]),
  ]);
  await expect.poll(async () => (await measured()).length).toBe(3);
  expect((await measured())[2].value).toBeCloseTo(90, 6);

  await page.getByTestId("tool-probe").click();
  await page.mouse.click(box.x + box.width / 2, box.y + box.height / 2);
  await expect.poll(async () => (await measured()).length).toBe(4);
  await page.keyboard.press("Control+z");
  await expect.poll(async () => (await measured()).length).toBe(3);

  expectClean(seen, site);
});

test("two series in a zip, among junk: the good ones open, the rest is named", async ({ page, site, seen }) => {
  await open(page, site);
  const first = makeSeries({ prefix: "study/a/IM", uid: "1.2.826.0.1.3680043.9.9999.1" });
  const second = makeSeries({ prefix: "study/b/IM", uid: "1.2.826.0.1.3680043.9.9999.2", count: 20 });
  const junk = [
    { name: "study/readme.txt", buffer: Buffer.from("not an image") },
    { name: "study/empty.dcm", buffer: Buffer.alloc(0) },
    { name: "study/cut.dcm", buffer: first.files[0].buffer.subarray(0, 300) },
  ];
  const archive = zip([...first.files, ...junk, ...second.files]);
  await page.getByTestId("file-input").setInputFiles([
    { name: "export.zip", mimeType: "application/zip", buffer: archive },
    { name: "notes.pdf", mimeType: "application/pdf", buffer: Buffer.from("%PDF-1.4 nothing") },
  ]);
  const found = await seriesOf(page, 2);
  expect(found.map(({ dims }) => dims[2]).sort((a, b) => a - b)).toEqual([20, 40]);
  const small = found.find(({ dims }) => dims[2] === 20);
  await page.evaluate((id) => window.cuspid.show(id), small.id);
  const voxel = [3, 5, 7];
  const [value] = await probe(page, [position(second.geometry, voxel)]);
  expect(value).toMatchObject({ voxel, stored: storedValue(...voxel) });
  // What was left out is listed with its name.
  await expect(page.getByTestId("rejected")).toContainText("notes.pdf");
  await expect(page.getByTestId("rejected")).toContainText("cut.dcm");
  expectClean(seen, site);
});

test("a folder of nothing but junk says so", async ({ page, site, seen }) => {
  await open(page, site);
  await page.getByTestId("file-input").setInputFiles([
    { name: "a.txt", mimeType: "text/plain", buffer: Buffer.from("hello") },
  ]);
  await expect(page.getByTestId("error").first()).toBeVisible();
  expectClean(seen, site);
});

test("a missing slice is said on the image", async ({ page, site, seen }) => {
  await open(page, site);
  const { files } = makeSeries();
  // The slice of k = 20 is left out: it was written as the file whose turn it was.
  const without = files.filter((_, n) => (n * 7) % 40 !== 20);
  const [found] = await openFiles(page, without);
  expect(JSON.stringify(found.warnings)).toContain("missing-slices");
  await expect(page.getByTestId("warnings").first()).toBeVisible();
  expectClean(seen, site);
});

test("the built-in phantom opens by one click @gpu", async ({ page, site, seen }) => {
  await open(page, site);
  const before = seen.requests.length;
  await page.getByTestId("open-demo").click();
  const [demo] = await seriesOf(page);
  await page.evaluate((id) => window.cuspid.show(id), demo.id);
  const middle = await probe(page, [demo.origin_mm.map((mm, n) => mm + (demo.dims[n] / 2) * demo.spacing_mm[n])]);
  expect(middle[0].unit).toBe("GV");
  expect(colours(await snapshot(page, "volume"))).toBeGreaterThan(64);
  expect(await page.evaluate(() => window.cuspid.renderer().tier)).toBe(test.info().project.name);
  expect(network(seen, before)).toEqual([]);
  expectClean(seen, site);
});

test("a double click makes a view full size and leaves the crosshair; reset puts everything back", async ({ page, site, seen }) => {
  await open(page, site);
  await openFiles(page, makeSeries().files);
  const place = () => page.evaluate(() => window.cuspid.view("coronal").center_mm);
  const before = await place();
  const axial = page.getByTestId("view-axial");
  const box = await axial.boundingBox();
  await page.mouse.dblclick(box.x + box.width * 0.3, box.y + box.height * 0.3);
  await expect(page.getByTestId("view-coronal")).toBeHidden();
  expect(await place()).toEqual(before);
  await page.mouse.dblclick(box.x + box.width, box.y + box.height * 0.4);
  await expect(page.getByTestId("view-coronal")).toBeVisible();
  expect(await place()).toEqual(before);

  await page.mouse.click(box.x + box.width * 0.3, box.y + box.height * 0.3);
  expect(await place()).not.toEqual(before);
  await page.keyboard.press("x");
  await page.getByRole("slider", { name: "Slab thickness" }).fill("5");
  const crosshair = axial.locator("[data-part=crosshair]");
  await expect(crosshair).toHaveCount(0);
  await page.getByTitle("Reset", { exact: true }).click();
  await expect(crosshair).toHaveCount(2);
  expect(await place()).toEqual(before);
  for (const view of PLANES) expect(await page.evaluate((name) => window.cuspid.view(name).slab_mm, view)).toBe(0);
  expectClean(seen, site);
});

test("a stopped reading says so on the image, and can be begun again", async ({ page, site, seen }) => {
  await open(page, site);
  // Compressed slices, so that Cancel comes while they are decoded.
  await page.evaluate(() => {
    new MutationObserver((_, observer) => {
      const count = document.querySelector(".progress-counts")?.textContent ?? "";
      const cancel = document.querySelector(".progress button");
      const phase = document.querySelector(".progress-phase")?.textContent ?? "";
      if (cancel && phase.startsWith("Reading slices") && /^[1-9]/.test(count)) {
        observer.disconnect();
        cancel.click();
      }
    }).observe(document.body, { childList: true, subtree: true, characterData: true });
  });
  await page.getByTestId("folder-input").setInputFiles(phantom(200, "jpeg-ls"));
  await expect(page.getByTestId("view-axial")).toContainText("Reading was stopped", { timeout: 60_000 });
  await expect(page.getByTestId("save-scan")).toBeDisabled();
  await page.getByRole("button", { name: "Read it again" }).click();
  await expect(page.getByTestId("save-scan")).toBeEnabled({ timeout: 120_000 });
  await expect(page.getByTestId("view-axial")).not.toContainText("Reading was stopped");
  expectClean(seen, site);
});

test("a reading stopped while its preview is taken over says so, and can be begun again", async ({ page, site, seen }) => {
  await open(page, site);
  // Whoever waits for the device goes on waiting: a preview is not taken over before its first picture is drawn.
  await page.evaluate(() => {
    const { onSubmittedWorkDone } = GPUQueue.prototype;
    const gate = new Promise((resolve) => (window.__release = resolve));
    GPUQueue.prototype.onSubmittedWorkDone = async function () {
      await gate;
      return onSubmittedWorkDone.call(this);
    };
  });
  // Named in their order, so that there is a preview.
  const { files, geometry } = makeSeries({ count: 64 });
  const named = files.map((file, n) => ({ ...file, name: `IM${String((n * 7) % 64).padStart(4, "0")}` }));
  await page.getByTestId("file-input").setInputFiles(named);
  const cancel = page.locator(".progress button");
  await expect(page.locator(".progress-phase")).toContainText("Reading slices");
  await expect(page.getByTestId("view-axial")).toContainText("Preview");
  await cancel.click();
  await page.evaluate(() => window.__release());
  await expect(page.getByTestId("view-axial")).toContainText("Reading was stopped");
  await expect(page.getByTestId("view-axial")).not.toContainText("Preview");
  await expect(page.getByTestId("save-scan")).toBeDisabled();
  await page.getByRole("button", { name: "Read it again" }).click();
  await expect(page.getByTestId("save-scan")).toBeEnabled({ timeout: 120_000 });
  await expect(page.getByTestId("view-axial")).not.toContainText("Reading was stopped");
  const voxels = someVoxels([geometry.columns, geometry.rows, 64]);
  const probes = await probe(page, voxels.map((voxel) => position(geometry, voxel)));
  expect(probes.map(({ stored }) => stored)).toEqual(voxels.map((voxel) => storedValue(...voxel)));
  expectClean(seen, site);
});
