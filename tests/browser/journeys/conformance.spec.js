// Every file of the conformance data through the decode worker that ships: what the native reader makes of each, to
// the last value, and what the manifest says.
import { execFileSync } from "node:child_process";
import fs from "node:fs";
import path from "node:path";
import { inspect, program, testData } from "../support/programs.js";
import { openReader, readAll } from "../support/reader.js";
import { expect, test } from "../support/test.js";
import { network, open } from "../support/viewer.js";

/** How long a broken file may take, and how much memory the worker has afterwards. */
const BROKEN = { ms: 2_000, memory: 256 << 20 };
const JPEG_XL = /^1\.2\.840\.10008\.1\.2\.4\.11[012]$/;

const folder = testData();

function natively(files) {
  const options = { encoding: "utf8", maxBuffer: 1 << 28 };
  const lines = execFileSync(program("readings"), [folder, ...files], options).trim().split("\n");
  return lines.map((line) => JSON.parse(line));
}

/** Differences between two readings; lossy JPEG XL may round otherwise on another machine. */
function differences(worker, native, lossy) {
  const found = [];
  const same = (what, a, b) => {
    if (JSON.stringify(a) !== JSON.stringify(b)) found.push(`${worker.file}: ${what}: ${JSON.stringify(a)?.slice(0, 300)}, natively ${JSON.stringify(b)?.slice(0, 300)}`);
  };
  same("outcome", worker.outcome, native.outcome);
  if (lossy) same("frames", worker.slices.length, native.slices.length);
  else same("slices", worker.slices, native.slices);
  same("entries", worker.entries.length, native.entries.length);
  worker.entries.forEach((entry, n) => found.push(...differences(entry, native.entries[n], false)));
  return found;
}

/** Whether stored values are those of the manifest. `null`: its hash is over values that a slice does not have. */
function asExpected({ whole }, { pixels }) {
  if (!whole?.sha256) return null;
  if (whole.sha256 === pixels.sha256) return true;
  const tolerance = pixels.tolerance_max_abs ?? 0;
  const near = (a, b, by) => Math.abs(a - b) <= by;
  return tolerance > 0 && near(whole.min, pixels.min, tolerance) && near(whole.max, pixels.max, tolerance) && near(whole.mean, pixels.mean, 0.1);
}

/** What is wrong with the reading of a file of an `expected_class`. */
function ofClass(reading, file) {
  const wrong = [];
  const opened = reading.outcome.Instance && reading.slices.every(({ decoded }) => decoded);
  if (file.expected_class === "open" && !opened) wrong.push("should open");
  if (file.expected_class === "refuse" && opened) wrong.push("should be refused");
  const refusal = reading.outcome.Rejected?.message;
  if (refusal && !refusal.endsWith(".")) wrong.push(`not a plain sentence: ${refusal}`);
  if (reading.ms > BROKEN.ms) wrong.push(`took ${reading.ms} ms`);
  if (reading.memory > BROKEN.memory) wrong.push(`left ${reading.memory} bytes of memory`);
  return wrong;
}

test("every file of the manifest reads in the worker as it does natively, and as the manifest says", async ({ page, site, seen }) => {
  test.skip(!folder, "No test data: set CUSPID_TEST_DATA to the folder with MANIFEST.json. Nothing was checked.");
  const manifest = JSON.parse(fs.readFileSync(path.join(folder, "MANIFEST.json"), "utf8"));
  const files = manifest.files.map((file) => file.path);
  const broken = manifest.files.filter((file) => file.expected_class).map((file) => file.path);
  const script = await openReader(page, site);
  const readings = await readAll(page, script, folder, files, broken);
  // Once more what was slow while the machine was busy: what is slow by itself is so again.
  const slow = readings.filter(({ file, ms }) => ms > BROKEN.ms && broken.includes(file)).map(({ file }) => file);
  for (const again of slow.length ? await readAll(page, script, folder, slow, slow) : []) {
    readings[files.indexOf(again.file)] = again;
  }

  const wrong = readings.filter(({ failure }) => failure).map(({ file, failure }) => `${file}: ${failure}`);
  const native = natively(files);
  const counts = { exact: 0, near: 0, elsewhere: 0, names: 0 };
  for (const [n, file] of manifest.files.entries()) {
    const reading = readings[n];
    if (reading.failure) continue;
    wrong.push(...differences(reading, native[n], JPEG_XL.test(file.transfer_syntax) && file.pixels?.tolerance_max_abs > 0));
    if (file.expected_class) wrong.push(...ofClass(reading, file).map((what) => `${file.path}: ${what}`));
    if (file.expected_patient_name !== undefined) {
      const name = reading.outcome.Instance?.identity.patient_name ?? reading.outcome.Rejected?.patient_name;
      counts.names++;
      if (name !== file.expected_patient_name) wrong.push(`${file.path}: the name is ${name}`);
    }
    if (!file.pixels?.sha256 || (file.path.startsWith("malformed/") && file.expected_class !== "open")) continue;
    const expected = asExpected(reading, file);
    if (expected === false) wrong.push(`${file.path}: ${JSON.stringify(reading.whole)} instead of ${JSON.stringify(file.pixels)}`);
    // Colour, floats and long integers: equal to the native reader's, which the native suite holds against the manifest.
    else if (expected === null) counts.elsewhere++;
    else if (reading.whole.sha256 === file.pixels.sha256) counts.exact++;
    else counts.near++;
  }
  const most = (key) => Math.max(...readings.filter(({ file }) => broken.includes(file)).map((reading) => reading[key] ?? 0));
  console.log(`${files.length} files: ${JSON.stringify(counts)}; broken ones at most ${most("ms").toFixed(0)} ms and ${most("memory") >> 20} MiB`);
  expect(wrong.slice(0, 40), `${wrong.length} findings`).toEqual([]);
  expect(counts.exact).toBeGreaterThan(700);
  expect(counts.names).toBeGreaterThanOrEqual(22);
  const foreign = network(seen).filter(({ url }) => !url.startsWith(`${site.url}/`));
  expect(foreign, "requests to other origins").toEqual([]);
});

/** What page and `inspect` both say of a drop, in one form and order. What only decoding tells is left out. */
function drop({ series, rejected }, prefix) {
  const inside = (file) => (file.startsWith(prefix) ? file.slice(prefix.length) : file);
  const warnings = (list) => list
    .filter(({ code }) => code !== "decode-failed")
    .map(({ code, files }) => `${code}: ${files.map(inside).sort().join(", ")}`)
    .sort();
  const lines = series.map((one) => JSON.stringify([
    one.uid, one.description, one.modality, one.dims, one.spacing_mm, one.spacing_known, one.origin_mm,
    [...one.direction].flat(), warnings(one.warnings),
  ]));
  const refused = rejected
    .filter(({ message }) => !message.startsWith("The image could not be decoded"))
    .map(({ file, code, message, patient_name }) => `${inside(file)}: ${code}, ${message}, ${patient_name}`);
  return { series: lines.sort(), refused: refused.sort() };
}

test("every folder of series opens in the page with the geometry and the warnings that inspect finds", async ({ page, site }) => {
  test.skip(!folder, "No test data: set CUSPID_TEST_DATA to the folder with MANIFEST.json. Nothing was checked.");
  const manifest = JSON.parse(fs.readFileSync(path.join(folder, "MANIFEST.json"), "utf8"));
  await open(page, site);
  await page.evaluate(() => {
    const input = document.createElement("input");
    Object.assign(input, { type: "file", id: "conformance", webkitdirectory: true, hidden: true });
    document.body.append(input);
  });
  const wrong = [];
  const folders = Object.keys(manifest.series_folders);
  for (const name of folders) {
    await page.locator("#conformance").setInputFiles(path.join(folder, name));
    const found = await page.evaluate(async () => {
      const files = [...document.querySelector("#conformance").files];
      const series = await window.cuspid.openFiles(files).catch((error) => error);
      return Array.isArray(series)
        ? { series, rejected: series[0]?.rejected ?? [] }
        : { series: [], rejected: series.rejected ?? [] };
    });
    const ours = drop(found, `${path.basename(name)}/`);
    const native = drop(inspect(path.join(folder, name)), "");
    if (JSON.stringify(ours) !== JSON.stringify(native)) {
      wrong.push(`${name}: ${JSON.stringify(ours)}\n  natively ${JSON.stringify(native)}`);
    }
  }
  console.log(`${folders.length} folders`);
  expect(wrong.slice(0, 10), `${wrong.length} folders differ`).toEqual([]);
});
