// A drop with files made to do harm among sound ones: each is named with a reason, the sound ones open, and what
// stands in a name is shown as text.
import zlib from "node:zlib";
import { position, series as makeSeries, slice, storedValue } from "../support/dicom.js";
import { expect, test } from "../support/test.js";
import { expectClean, open, openFiles, probe } from "../support/viewer.js";
import { zip } from "../support/zip.js";

const MARKUP = "<img src=x onerror=window.__pwned=1>";
/** Without the sign that parts the forms of a name. */
const NAME = "<blink>Jane</blink>";
const GEOMETRY = { columns: 48, rows: 40, spacing: [0.5, 0.5, 0.4], origin: [0, 0, 0], uid: "1.2.826.0.1.3680043.9.9999.6", k: 0 };

/** A sound slice with some bytes replaced. */
function broken(find, replacement) {
  const bytes = slice(GEOMETRY);
  const at = bytes.indexOf(find);
  if (at < 0) throw new Error("nothing to break");
  replacement.copy(bytes, at + find.length);
  return bytes;
}

const us = (group, element) => Buffer.from([group & 255, group >> 8, element & 255, element >> 8, 0x55, 0x53, 2, 0]);

/** Sequences in sequences, never closed. */
function nested(depth) {
  const level = Buffer.from([0x29, 0, 0x10, 0x10, 0x53, 0x51, 0, 0, 255, 255, 255, 255, 0xfe, 0xff, 0, 0xe0, 255, 255, 255, 255]);
  const start = slice(GEOMETRY);
  return Buffer.concat([start.subarray(0, start.indexOf(us(0x0028, 0x0002))), ...Array(depth).fill(level)]);
}

/** Archives that share their bytes: the second directory entry points at the first file. */
function overlapping() {
  const bytes = zip([{ name: "a", buffer: slice(GEOMETRY) }, { name: "b", buffer: slice({ ...GEOMETRY, k: 1 }) }]);
  const second = bytes.lastIndexOf(Buffer.from("PK\x01\x02", "latin1"));
  bytes.writeUInt32LE(0, second + 42);
  return bytes;
}

test("hostile files in a drop cost nothing but themselves", async ({ page, site, seen }) => {
  const bomb = zip([{ name: "zeros", buffer: Buffer.alloc(64 << 20) }]);
  const hostile = {
    "large.dcm": broken(us(0x0028, 0x0010), Buffer.from([255, 255])),
    "nothing.dcm": broken(us(0x0028, 0x0011), Buffer.from([0, 0])),
    "bits.dcm": broken(us(0x0028, 0x0100), Buffer.from([7, 0])),
    "deep.dcm": nested(20_000),
    "cut.dcm": slice(GEOMETRY).subarray(0, 300),
    "program.exe": Buffer.concat([Buffer.from("MZ"), Buffer.alloc(5000, 0x90)]),
    "page.html": Buffer.from("<html><script>window.__pwned = 2</script>"),
    "empty.dcm": Buffer.alloc(0),
    "overlapping.zip": overlapping(),
    "nested.zip": zip([{ name: "inner.zip", buffer: bomb }]),
    "bomb.zip": bomb,
    "inflate.dcm": Buffer.concat([
      slice(GEOMETRY).subarray(0, 132),
      Buffer.from("\x02\0\x10\0UI\x16\x001.2.840.10008.1.2.1.99", "latin1"),
      zlib.deflateRawSync(Buffer.alloc(80 << 20)),
    ]),
  };
  const { files, geometry } = makeSeries({ text: { name: `${NAME}\u202e\n Doe`, series: MARKUP } });
  const names = Object.keys(hostile);
  await open(page, site);
  const [found] = await openFiles(page, [
    ...names.map((name) => ({ name, mimeType: "application/octet-stream", buffer: hostile[name] })),
    ...files.slice(1),
    // One of the slices comes from an archive, under a name that leads elsewhere.
    { name: "travel.zip", mimeType: "application/zip", buffer: zip([{ name: "../../../etc/IM", buffer: files[0].buffer }]) },
  ]);

  expect(found.dims).toEqual([geometry.columns, geometry.rows, geometry.count]);
  expect(found.warnings).toEqual([]);
  const probes = await probe(page, Array.from({ length: geometry.count }, (_, k) => position(geometry, [7, 9, k])));
  for (const [k, one] of probes.entries()) expect(one.stored).toBe(storedValue(7, 9, k));

  const rejected = found.rejected.map(({ file }) => file.split("/")[0]).sort();
  expect(rejected).toEqual(names.sort());
  for (const { message } of found.rejected) expect(message).toMatch(/^[A-Z].*\.$/s);
  expect(JSON.stringify(found.rejected)).not.toContain("..");

  // Markup is text, and the override and the line break are gone.
  await expect(page.getByText(MARKUP).first()).toBeVisible();
  await expect(page.getByText(`${NAME} Doe`).first()).toBeVisible();
  await expect(page.locator("blink")).toHaveCount(0);
  expect(await page.evaluate(() => window.__pwned)).toBeUndefined();
  expectClean(seen, site);
});
