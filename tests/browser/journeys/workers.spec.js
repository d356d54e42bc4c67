// A worker that traps or hangs under a file: it is replaced, the file or slice is named, and the rest goes on.
// What a codec would have to do wrong for that is done here from outside, in the worker's own script.
import { position, series as makeSeries, storedValue } from "../support/dicom.js";
import { expect, test } from "../support/test.js";
import { expectClean, open, openFiles, probe, seriesOf, show } from "../support/viewer.js";

const VICTIM = "IM0006";

/** Puts a script before the worker's own. */
async function tamper(page, script) {
  await page.route(/\/assets\/decode-[0-9a-f]+\.js/, async (route) => {
    const response = await route.fetch();
    const headers = response.headers();
    delete headers["content-encoding"];
    delete headers["content-length"];
    await route.fulfill({ response, headers, body: `${script}\n${await response.text()}` });
  });
}

/** Runs before the worker sees a message that asks for the victim's pixels. */
function onDecode(act) {
  return `self.addEventListener("message", (event) => {
    const body = String(event.data?.body);
    if (body.includes("DecodeFrame") && body.includes("${VICTIM}")) { ${act} }
  });`;
}

/** Bytes that no module of 32 bits can hold: it panics, which traps it in the part that runs after an await. */
const TRAP = `
  delete self.ReadableStreamBYOBReader;
  Blob.prototype.arrayBuffer = () => Promise.resolve(new ArrayBuffer(2 ** 31));
  const files = [{ name: "x", blob: 0, entry: null }];
  event.data.body = JSON.stringify({ ReadHeaders: { files, whole_below: 0 } });`;
const HANG = "for (;;);";
/** An answer, but not the slice that was asked for. */
const LIE = "event.data.body = JSON.stringify({ PhantomSlice: { size: 8, slice: 0 } });";

/** The slice that the victim holds, and that every other one is exact. */
async function expectOthers(page, geometry, missing) {
  const voxels = [];
  for (let k = 0; k < geometry.count; k++) if (k !== missing) voxels.push([5, 7, k], [40, 30, k]);
  const probes = await probe(page, voxels.map((voxel) => position(geometry, voxel)));
  for (const [n, voxel] of voxels.entries()) {
    expect(probes[n]).toMatchObject({ voxel, stored: storedValue(...voxel) });
  }
}

const sliceOf = (files) => files.findIndex(({ name }) => name === VICTIM);

for (const [what, act, says] of [
  ["traps", TRAP, /stopped/],
  ["hangs", HANG, /too long/],
  ["answers nonsense", LIE, /not understood/],
]) {
  test(`a worker that ${what} in a slice costs that slice`, async ({ page, site, seen }) => {
    await tamper(page, onDecode(act));
    await open(page, site);
    const { files, geometry } = makeSeries({ masked: true });
    await openFiles(page, files);
    const [found] = await page.evaluate(() => window.cuspid.series());
    expect(found.dims).toEqual([geometry.columns, geometry.rows, geometry.count]);
    const failed = found.warnings.filter(({ code }) => code === "decode-failed");
    expect(failed).toHaveLength(1);
    expect(failed[0].files).toEqual([VICTIM]);
    expect(failed[0].message).toMatch(says);
    // The slice's place in the volume follows from how the series was shuffled.
    await expectOthers(page, geometry, (sliceOf(files) * 7) % geometry.count);

    // The pool is whole again: another drop opens without a word.
    await page.unroute(/\/assets\/decode-[0-9a-f]+\.js/);
    const again = makeSeries({ prefix: "AGAIN", uid: "1.2.826.0.1.3680043.9.9999.8", masked: true });
    await page.getByTestId("file-input").setInputFiles(again.files);
    await page.waitForFunction(() => window.cuspid.series().some(({ uid }) => uid.includes("9999.8")));
    const second = (await seriesOf(page)).find(({ uid }) => uid.includes("9999.8"));
    await show(page, second.id);
    expect(second.warnings).toEqual([]);
    await expectOthers(page, again.geometry, -1);
    expectClean(seen, site, [/panicked|unreachable|RuntimeError/]);
  });
}

test("a worker that traps in a header costs that file", async ({ page, site, seen }) => {
  // The first bytes of the victim come back as a buffer that no module of 32 bits can hold.
  await tamper(page, `
    const part = Blob.prototype.slice;
    Blob.prototype.slice = function (...range) {
      return Object.assign(part.apply(this, range), { victim: this.victim || this.name === "${VICTIM}" });
    };
    delete self.ReadableStreamBYOBReader;
    const read = Blob.prototype.arrayBuffer;
    Blob.prototype.arrayBuffer = function () {
      const mine = this.victim || this.name === "${VICTIM}";
      // Later than what was asked for before, as a read is.
      return mine ? new Promise((done) => setTimeout(() => done(new ArrayBuffer(2 ** 31)), 100)) : read.call(this);
    };`);
  await open(page, site);
  const { files, geometry } = makeSeries();
  const [found] = await openFiles(page, files);
  expect(found.dims).toEqual([geometry.columns, geometry.rows, geometry.count]);
  expect(found.rejected).toEqual([expect.objectContaining({ file: VICTIM, code: "malformed" })]);
  expect(found.rejected[0].message).toMatch(/could not be read.*stopped/);
  expect(found.warnings.map(({ code }) => code)).toEqual(["missing-slices"]);
  await expectOthers(page, geometry, (sliceOf(files) * 7) % geometry.count);
  expectClean(seen, site, [/panicked|unreachable|RuntimeError/]);
});
