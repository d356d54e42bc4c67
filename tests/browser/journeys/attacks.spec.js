// Stored blobs that were tampered with (attacks 2 to 5): a sentence, and nothing on screen.
import fs from "node:fs";
import path from "node:path";
import { person, signUp } from "../support/account.js";
import { filesBelow } from "../support/canaries.js";
import { series as makeSeries } from "../support/dicom.js";
import { save, share } from "../support/sharing.js";
import { expect, test } from "../support/test.js";
import { open, openFiles, ready, seriesOf, show } from "../support/viewer.js";

/** A sealed segment on the wire and on disk, as docs/FORMAT.md says. */
const SEGMENT = 256 * 1024;

/** The files of the stored parts, largest first. */
function blobFiles(site) {
  return filesBelow(path.join(site.data, "parts"))
    .map((file) => ({ file, size: fs.statSync(file).size }))
    .sort((a, b) => b.size - a.size);
}

/** Saves a scan of several segments, answers a link to it. */
async function savedAndShared(page, site) {
  await open(page, site);
  // Large enough for several segments: noise does not compress.
  const { files } = noisySeries();
  await openFiles(page, files);
  await signUp(page, person("attacked-owner"));
  await save(page);
  return share(page);
}

function noisySeries() {
  const made = makeSeries({ columns: 160, rows: 160 });
  let state = 0x2545f491;
  for (const { buffer } of made.files) {
    // The pixel data is the last element.
    const start = buffer.length - made.geometry.columns * made.geometry.rows * 2;
    for (let at = start; at < buffer.length; at++) {
      state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
      buffer[at] = state >>> 24;
    }
  }
  return made;
}

/** Opens the link in a fresh browser and expects a sentence and no picture. */
async function expectRefused(browser, url, what) {
  const context = await browser.newContext();
  const page = await context.newPage();
  await page.goto(url);
  await ready(page);
  const sentence = page.getByTestId("error").first();
  await expect(sentence, what).toBeVisible({ timeout: 60_000 });
  expect((await sentence.innerText()).trim().length, what).toBeGreaterThan(20);
  await expect.poll(() => page.evaluate(() => window.cuspid.series()), { message: `${what}: nothing may stay open` }).toEqual([]);
  await expect(page.getByTestId("view-axial")).toHaveCount(0);
  await context.close();
}

const TAMPERINGS = [
  ["one bit flipped (2)", (bytes) => {
    const changed = Buffer.from(bytes);
    changed[Math.floor(changed.length / 2)] ^= 1;
    return changed;
  }],
  ["two segments swapped (3)", (bytes) => {
    const [a, b] = [bytes.subarray(0, SEGMENT), bytes.subarray(SEGMENT, 2 * SEGMENT)];
    return Buffer.concat([b, a, bytes.subarray(2 * SEGMENT)]);
  }],
  ["cut at a segment's end (4)", (bytes) => bytes.subarray(0, SEGMENT)],
  ["a segment appended (5)", (bytes) => Buffer.concat([bytes, bytes.subarray(0, SEGMENT)])],
];

test("tampered blobs are refused with a sentence", async ({ page, browser, site }) => {
  const url = await savedAndShared(page, site);
  const largest = blobFiles(site)[0];
  const original = fs.readFileSync(largest.file);
  expect(original.length, "the frames fill more than two segments").toBeGreaterThan(2 * SEGMENT);
  for (const [what, tamper] of TAMPERINGS) {
    fs.writeFileSync(largest.file, tamper(original));
    await expectRefused(browser, url, what);
  }
  // Put back, it opens: what was refused was the tampering.
  fs.writeFileSync(largest.file, original);
  const context = await browser.newContext();
  const whole = await context.newPage();
  await whole.goto(url);
  await ready(whole);
  const [series] = await seriesOf(whole);
  await show(whole, series.id);
  await context.close();
});

test("every blob is protected, not only the frames", async ({ page, browser, site }) => {
  const url = await savedAndShared(page, site);
  const files = blobFiles(site);
  expect(files.length).toBeGreaterThan(2);
  for (const { file } of files) {
    const original = fs.readFileSync(file);
    const changed = Buffer.from(original);
    changed[Math.min(40, changed.length - 1)] ^= 0x80;
    fs.writeFileSync(file, changed);
    const context = await browser.newContext();
    const opened = await context.newPage();
    await opened.goto(url);
    await ready(opened);
    // The identity blob is not part of this link: the scan opens. Any other: a sentence.
    const outcome = await Promise.race([
      opened.getByTestId("error").first().waitFor({ timeout: 60_000 }).then(() => "refused"),
      seriesOf(opened).then(([series]) => show(opened, series.id)).then(() => "opened", () => "refused"),
    ]);
    const asked = site.gate.requests.filter(({ method, url: path }) => method === "GET" && /\/blobs\//.test(path));
    const served = asked.some(({ answer }) => answer && answer.length === changed.length && answer.equals(changed));
    expect(outcome, file).toBe(served ? "refused" : "opened");
    fs.writeFileSync(file, original);
    await context.close();
  }
});
