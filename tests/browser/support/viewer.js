// What a journey does in the viewer: the buttons where a person would press them, `window.cuspid` to read
// and to wait.
import fs from "node:fs";
import path from "node:path";
import { expect } from "@playwright/test";
import { PNG } from "pngjs";

/** Notes everything a page should never do: console errors, exceptions, policy violations, foreign requests. */
export async function watch(page) {
  const seen = { errors: [], violations: [], requests: [] };
  page.on("console", (message) => {
    if (message.type() === "error") seen.errors.push(message.text());
  });
  page.on("pageerror", (error) => seen.errors.push(String(error)));
  page.on("request", (request) => seen.requests.push({ method: request.method(), url: request.url() }));
  await page.exposeFunction("__violation", (text) => seen.violations.push(text));
  await page.addInitScript(() => {
    document.addEventListener("securitypolicyviolation", (event) => {
      window.__violation(`${event.effectiveDirective}: ${event.blockedURI} (${event.sourceFile}:${event.lineNumber})`);
    });
  });
  return seen;
}

/** Requests that a page made of the network; its own blobs are not that. */
export function network(seen, from = 0) {
  return seen.requests.slice(from).filter(({ url }) => !url.startsWith("blob:") && !url.startsWith("data:"));
}

/** Nothing that a page should never do has happened. `allowed` are errors that a journey provokes. */
export function expectClean(seen, site, allowed = []) {
  expect(seen.violations, "content security policy").toEqual([]);
  const errors = seen.errors.filter((text) => !allowed.some((pattern) => pattern.test(text)));
  expect(errors, "console errors").toEqual([]);
  const foreign = network(seen).filter(({ url }) => !url.startsWith(`${site.url}/`));
  expect(foreign, "requests to other origins").toEqual([]);
}

/** Opens a page of the app and waits until it takes input and has fetched all of itself. */
export async function open(page, site, path = "/") {
  await page.goto(site.url + path);
  await ready(page);
  await page.waitForFunction(() => performance.getEntriesByName("cuspid:page-complete").length > 0);
}

function isFirefox(page) {
  return page.context().browser()?.browserType().name() === "firefox";
}

/** Waits until the decode workers have fetched all of themselves: in Firefox that may be after the page has. */
export async function workersComplete(page, seen) {
  if (!isFirefox(page)) return;
  const asked = (pattern) => seen.requests.filter(({ url }) => pattern.test(url)).length;
  await expect.poll(() => asked(/\/worker-\w+\.js$/) - asked(/\/decode-\w+\.js$/)).toBe(0);
}

export async function ready(page) {
  await page.waitForFunction(() => window.cuspid?.ready, null, { timeout: 60_000 });
  await page.evaluate(() => window.cuspid.ready);
}

/** Waits until reading has ended, and answers the series found. */
export async function seriesOf(page, count = 1) {
  await page.waitForFunction((least) => window.cuspid.series().length >= least, count, { timeout: 120_000 });
  return page.evaluate(() => window.cuspid.series());
}

/** Shows a series and waits until its volume is complete and drawn. */
export async function show(page, id) {
  await page.evaluate((wanted) => window.cuspid.show(wanted), id);
}

/** Gives files to the file input and shows the first series. */
export async function openFiles(page, files) {
  await page.getByTestId("file-input").setInputFiles(files);
  const series = await seriesOf(page);
  await show(page, series[0].id);
  return series;
}

/** Gives a folder to the folder input and shows the first series. Firefox's WebDriver gives an input no folders: there
 * it is the folder's files, all at once. */
export async function openFolder(page, folder) {
  if (isFirefox(page)) {
    return openFiles(page, fs.readdirSync(folder).map((name) => path.join(folder, name)));
  }
  await page.getByTestId("folder-input").setInputFiles(folder);
  const series = await seriesOf(page);
  await show(page, series[0].id);
  return series;
}

/** Probes at patient positions (LPS, mm). */
export function probe(page, positions) {
  return page.evaluate((list) => list.map((position) => window.cuspid.probe(position)), positions);
}

/** SHA-256 of one slice's stored values as 16-bit little endian, read voxel by voxel through `probe`. */
export function sliceHash(page, { dims, spacing_mm, origin_mm, direction }, k) {
  const geometry = { dims, spacing_mm, origin_mm, direction, k };
  return page.evaluate(async ({ dims, spacing_mm, origin_mm, direction, k }) => {
    const bytes = new DataView(new ArrayBuffer(dims[0] * dims[1] * 2));
    const at = (axis, step) => direction[axis * 3 + step];
    for (let j = 0; j < dims[1]; j++) {
      for (let i = 0; i < dims[0]; i++) {
        const position = [0, 1, 2].map(
          (n) =>
            origin_mm[n] + i * spacing_mm[0] * at(0, n) + j * spacing_mm[1] * at(1, n) + k * spacing_mm[2] * at(2, n),
        );
        const { voxel, stored } = window.cuspid.probe(position);
        if (voxel[0] !== i || voxel[1] !== j || voxel[2] !== k) throw new Error(`${[i, j, k]} was read as ${voxel}`);
        bytes.setUint16((j * dims[0] + i) * 2, stored & 0xffff, true);
      }
    }
    const hash = new Uint8Array(await crypto.subtle.digest("SHA-256", bytes.buffer));
    return [...hash].map((byte) => byte.toString(16).padStart(2, "0")).join("");
  }, geometry);
}

/** A view as `cuspid.snapshot` gives it, decoded: { width, height, data (RGBA) }; only the picture by default. */
export async function snapshot(page, view, { overlay = false, scale = 1 } = {}) {
  const text = await page.evaluate(async ([name, options]) => {
    const bytes = new Uint8Array(await (await window.cuspid.snapshot(name, options)).arrayBuffer());
    let binary = "";
    for (let n = 0; n < bytes.length; n += 0x8000) binary += String.fromCharCode(...bytes.subarray(n, n + 0x8000));
    return btoa(binary);
  }, [view, { overlay, scale }]);
  return PNG.sync.read(Buffer.from(text, "base64"));
}

/** How many colours a picture has: one means that nothing was drawn. */
export function colours(image) {
  const found = new Set();
  for (let n = 0; n < image.data.length; n += 4) found.add(image.data.readUInt32LE(n));
  return found.size;
}

/** The share of pixels that differ at all between two pictures of the same size. */
export function difference(left, right) {
  expect([left.width, left.height]).toEqual([right.width, right.height]);
  let differing = 0;
  for (let n = 0; n < left.data.length; n += 4) {
    if (left.data.readUInt32LE(n) !== right.data.readUInt32LE(n)) differing += 1;
  }
  return differing / (left.width * left.height);
}
