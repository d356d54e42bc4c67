// JPEG XL: its decoder is fetched when the first such scan is opened, and for no other.
import fs from "node:fs";
import path from "node:path";
import { position, series as makeSeries } from "../support/dicom.js";
import { root } from "../support/programs.js";
import { expect, test } from "../support/test.js";
import { expectClean, network, open, openFiles, probe, seriesOf } from "../support/viewer.js";

const DECODER = /^\/assets\/jpeg-xl-[0-9a-f]+\.(js|wasm)$/;
const [COLUMNS, ROWS] = [61, 43];

/** A series whose slices are all the same frame, compressed by libjxl (`viewer-wasm/tests/codecs/make.py`). */
function jpegXlSeries() {
  const frame = fs.readFileSync(path.join(root, "viewer-wasm/tests/codecs/grey12.jxl"));
  const coded = { syntax: "1.2.840.10008.1.2.4.110", frame };
  return makeSeries({ columns: COLUMNS, rows: ROWS, count: 5, prefix: "XL", uid: "1.2.826.0.1.3680043.9.9999.8", coded });
}

/** The picture that was compressed, as `make.py` draws it with 12 bits. */
function pixel(x, y) {
  if (x >= 8 && x < 30 && y >= 6 && y < 18) return (3 << 12) / 4;
  const curves = (Math.floor((x * x * 3 + y * y * 5 + x * y * 7) / 16) << 12) >> 8;
  const noise = ((x * 73 + y * 151) ^ (x * y * 31)) & ((1 << 12 >> 5) - 1);
  return (curves + noise) % (1 << 12);
}

async function expectPicture(page, geometry) {
  const voxels = [[0, 0, 0], [COLUMNS - 1, ROWS - 1, 4], [9, 7, 2], [31, 5, 1], [60, 0, 3], [17, 40, 4]];
  const probes = await probe(page, voxels.map((voxel) => position(geometry, voxel)));
  for (const [n, [x, y]] of voxels.entries()) expect(probes[n], `${x}, ${y}`).toMatchObject({ stored: pixel(x, y) });
}

/** What the server was asked for since, as paths. */
const asked = (site, from) => site.gate.requests.slice(from).map(({ method, url }) => `${method} ${url}`);

test("the decoder of JPEG XL comes with the first scan that needs it, and nothing else leaves the page", async ({ page, site, seen }) => {
  await open(page, site);
  const before = site.gate.requests.length;
  await openFiles(page, makeSeries().files);
  expect(asked(site, before), "a scan that is not JPEG XL").toEqual([]);

  const { files, geometry } = jpegXlSeries();
  await openFiles(page, files);
  await expectPicture(page, geometry);
  const fetched = asked(site, before);
  expect(fetched.filter((line) => !DECODER.test(line.replace(/^GET /, "")))).toEqual([]);
  expect(new Set(fetched).size, "bindings and module").toBe(2);
  expect(network(seen).filter(({ url }) => !url.startsWith(`${site.url}/`))).toEqual([]);

  // All slices of all workers are read with what was fetched once.
  const after = site.gate.requests.length;
  await openFiles(page, files);
  await expectPicture(page, geometry);
  expect(asked(site, after)).toEqual([]);
  expectClean(seen, site);
});

test("without its decoder a JPEG XL scan says so, and reads the next time", async ({ page, site, seen }) => {
  await open(page, site);
  site.gate.onRequest = ({ url }) => (DECODER.test(url) ? "drop" : undefined);
  const { files, geometry } = jpegXlSeries();
  await page.getByTestId("file-input").setInputFiles(files);
  await seriesOf(page);
  await expect(page.getByTestId("error")).toContainText("JPEG XL");

  site.gate.onRequest = null;
  await openFiles(page, files);
  await expectPicture(page, geometry);
  expectClean(seen, site, [/Failed to load resource/, /net::ERR/]);
});
