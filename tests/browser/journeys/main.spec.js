// The main job, whole: open, read, sign up, save, share, open the link elsewhere, revoke.
import fs from "node:fs";
import path from "node:path";
import { person, signUp } from "../support/account.js";
import { findWords, PATIENT, words } from "../support/canaries.js";
import { position, series as makeSeries, storedValue } from "../support/dicom.js";
import { inspect, phantom, testData } from "../support/programs.js";
import { linkParts, recipient, save, share } from "../support/sharing.js";
import { expect, test } from "../support/test.js";
import { colours, difference, expectClean, network, open, openFiles, openFolder, probe, seriesOf, show, sliceHash, snapshot } from "../support/viewer.js";

const JAW = "dental/vhm-jaw-series";
const data = testData();

/** A view at a fixed place and window, so that two browsers show the same; only the picture of it. */
async function sameView(page, { dims, spacing_mm, origin_mm }, view) {
  const center_mm = origin_mm.map((mm, n) => mm + (dims[n] / 2) * spacing_mm[n]);
  const change = view === "volume"
    ? { center_mm, azimuth_deg: 25, elevation_deg: 10, mm_per_px: 0.3 }
    : { center_mm, window: { center: 500, width: 3000 }, mm_per_px: 0.3 };
  await page.evaluate(([name, state]) => window.cuspid.setView(name, state), [view, change]);
  await page.evaluate((name) => window.cuspid.frame(name), view);
  return snapshot(page, view);
}

async function journey({ page, browser, site, seen, folder, checkPixels }) {
  await open(page, site);
  const before = seen.requests.length;
  const [mine] = await openFolder(page, folder);
  await checkPixels(page, mine);
  expect(network(seen, before), "requests between opening and saving").toEqual([]);

  const user = person("owner");
  await signUp(page, user);
  await save(page);
  const url = await share(page);
  const { id, secret } = linkParts(url);
  expect(secret).toMatch(/^[\w-]{43}$/);

  const other = await recipient(browser, url);
  // The secret is out of the address bar before anything else happens.
  expect(other.page.url()).not.toContain(secret);
  const [theirs] = await seriesOf(other.page);
  await show(other.page, theirs.id);
  await expect(other.page.getByTestId("shared-badge").first()).toBeVisible();
  await expect(other.page.getByTestId("save-scan")).toHaveCount(0);
  await checkPixels(other.page, theirs);
  for (const view of ["axial", "coronal", "sagittal", "volume"]) {
    const [own, shared] = [await sameView(page, mine, view), await sameView(other.page, theirs, view)];
    expect(colours(own), view).toBeGreaterThan(32);
    expect(difference(own, shared), `${view}: shared against own`).toBe(0);
  }
  expectClean(other.seen, site);

  // Attack 10: the fragment is in no request, whole or in part.
  const fragment = [secret, secret.slice(0, 16), secret.slice(-16), encodeURIComponent(`#v1.${secret}`)];
  for (const { method, url: asked, headers, body } of site.gate.requests) {
    const text = `${method} ${asked}\n${JSON.stringify(headers)}\n`;
    for (const piece of fragment) {
      expect(text).not.toContain(piece);
      expect(body.includes(piece)).toBe(false);
    }
  }

  await page.locator('a[href="/links"]').first().click();
  await expect(page.getByTestId("share-list")).toBeVisible();
  await page.getByTestId("share-revoke").first().click();
  await expect(page.getByTestId("share-revoke")).toHaveCount(0);

  const asked = site.gate.requests.length;
  const late = await recipient(browser, url);
  await expect(late.page.getByTestId("error").first()).toBeVisible();
  expect(await late.page.evaluate(() => window.cuspid.series())).toEqual([]);
  const answers = site.gate.requests.slice(asked).filter(({ url: path }) => path.includes(`/links/${id}/`));
  expect(answers.map(({ status }) => status)).toContain(410);
  expect(answers.every(({ status }) => status === 410)).toBe(true);

  await page.locator('a[href="/audit"]').first().click();
  const log = page.getByTestId("audit-list");
  await expect(log).toBeVisible();
  await expect(log).toContainText(user.email);
  await expect(log).toContainText("127.0.0.1");
  for (const action of ["signed-up", "scan-upload-begun", "scan-saved", "share-created", "link-opened", "share-revoked"]) {
    await expect(log.locator(`[data-action=${action}]`), action).not.toHaveCount(0);
  }
  await expect(page.getByTestId("audit-verdict")).toBeVisible();
  expectClean(seen, site);
  await late.context.close();
  await other.context.close();
}

test("real anatomy: saved, shared, seen elsewhere pixel for pixel, revoked @data", async ({ page, browser, site, seen }) => {
  test.skip(!data, "no test data beside this checkout");
  const manifest = JSON.parse(fs.readFileSync(path.join(data, "MANIFEST.json"), "utf8"));
  const [stack] = manifest.series_folders[JAW].series[0].stacks;
  const sha256 = new Map(manifest.files.map((file) => [file.path, file.pixels?.sha256]));
  await journey({
    page, browser, site, seen,
    folder: path.join(data, JAW),
    async checkPixels(viewer, series) {
      expect(series.dims).toEqual([stack.columns, stack.rows, stack.slices]);
      for (const k of [0, 63, stack.slices - 1]) {
        expect(await sliceHash(viewer, series, k), `slice ${k}`).toBe(sha256.get(stack.sorted_files[k]));
      }
    },
  });
});

test("the phantom: saved, shared, seen elsewhere pixel for pixel, revoked", async ({ page, browser, site, seen }) => {
  const folder = phantom(96);
  const { series: [inspected] } = inspect(folder);
  const hash = new Map(inspected.instances.map(({ file, sha256_pixels }) => [file, sha256_pixels]));
  await journey({
    page, browser, site, seen, folder,
    async checkPixels(viewer, series) {
      for (const k of [0, 40, 95]) {
        expect(await sliceHash(viewer, series, k), `slice ${k}`).toBe(hash.get(inspected.order[k]));
      }
    },
  });
});

test("the server keeps no word of the patient, in any form (attack 1)", async ({ page, browser, site, seen }) => {
  const user = person("canary-owner");
  const note = "call back GRAPEFRUIT about the crown";
  const linkPassword = "Pelican-tundra-MARZIPAN-4";
  const { files, geometry } = makeSeries({ prefix: "QUIVERLEAF_EXPORT_", text: PATIENT });
  await open(page, site);
  const [mine] = await openFiles(page, files);
  await expect(page.getByTestId("view-axial")).toContainText("QUIVERLEAF");
  await signUp(page, user);
  await save(page);
  const url = await share(page, { password: linkPassword, identity: true, note });
  const { secret } = linkParts(url);

  const other = await recipient(browser, url);
  await other.page.getByTestId("shared-password").fill(linkPassword);
  await other.page.getByTestId("shared-open").click();
  const [theirs] = await seriesOf(other.page);
  await show(other.page, theirs.id);
  await expect(other.page.getByTestId("view-axial")).toContainText("QUIVERLEAF");
  const voxel = [9, 8, 7];
  expect((await probe(other.page, [position(geometry, voxel)]))[0].stored).toBe(storedValue(...voxel));
  expect(theirs.dims).toEqual(mine.dims);
  await other.context.close();

  // The owner reads the name in the list of saved scans: it is there, sealed.
  await page.locator('a[href="/scans"]').first().click();
  await expect(page.getByTestId("scan-list")).toContainText("QUIVERLEAF");

  await site.server.stop();
  const wanted = words(PATIENT, [note, "GRAPEFRUIT", linkPassword, "MARZIPAN", user.password, secret, files[0].name, "QUIVERLEAF_EXPORT_"]);
  // The search itself works: it finds the words in what was never meant to be sealed.
  expect(findWords(wanted, { texts: { plant: `${PATIENT.name} ${Buffer.from(`x${PATIENT.id}y`).toString("base64")}` } }).length).toBeGreaterThan(1);
  const sent = site.gate.requests.map(({ method, url: asked, headers, body }) => Buffer.concat([Buffer.from(`${method} ${asked} ${JSON.stringify(headers)}`), body]));
  const answered = site.gate.requests.map(({ answer }) => answer ?? Buffer.alloc(0));
  const texts = { "the server's log": site.server.log, requests: Buffer.concat(sent), answers: Buffer.concat(answered) };
  expect(findWords(wanted, { folder: site.data, texts })).toEqual([]);
  expectClean(seen, site);
});

test("a link without the identity shows no name", async ({ page, browser, site, seen }) => {
  const { files } = makeSeries({ text: PATIENT });
  await open(page, site);
  await openFiles(page, files);
  await signUp(page, person("nameless-owner"));
  await save(page);
  const other = await recipient(browser, await share(page));
  const [theirs] = await seriesOf(other.page);
  await show(other.page, theirs.id);
  const everything = await other.page.evaluate(() => document.documentElement.outerHTML + JSON.stringify(window.cuspid.series()));
  expect(findWords(words(PATIENT), { texts: { "the recipient's page": everything } })).toEqual([]);
  expectClean(other.seen, site);
  await other.context.close();
  expectClean(seen, site);
});

test("a saved scan opens from the list in a fresh browser, with the same pixels", async ({ page, browser, site, seen }) => {
  const user = person("returning-owner");
  const { files, geometry } = makeSeries({ text: PATIENT });
  await open(page, site);
  await openFiles(page, files);
  await signUp(page, user);
  await save(page);
  const context = await browser.newContext();
  const later = await context.newPage();
  await open(later, site);
  await later.getByTestId("sign-in").first().click();
  await later.getByTestId("email").fill(user.email);
  await later.getByTestId("password").fill("not-the-right-password-9");
  await later.locator("form").getByTestId("sign-in").click();
  await expect(later.getByTestId("error").first()).toBeVisible();
  await later.getByTestId("password").fill(user.password);
  await later.locator("form").getByTestId("sign-in").click();
  await expect(later.getByTestId("sign-out")).toBeVisible({ timeout: 60_000 });
  await later.locator('a[href="/scans"]').first().click();
  await later.getByTestId("scan-open").first().click();
  const [saved] = await seriesOf(later);
  await show(later, saved.id);
  const voxels = [[0, 0, 0], [47, 39, 39], [20, 10, 30]];
  const probes = await probe(later, voxels.map((voxel) => position(geometry, voxel)));
  expect(probes.map(({ stored }) => stored)).toEqual(voxels.map((voxel) => storedValue(...voxel)));
  await expect(later.getByTestId("view-axial")).toContainText("QUIVERLEAF");
  await context.close();
  expectClean(seen, site);
});
