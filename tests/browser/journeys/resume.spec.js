// The server goes away in the middle of a save, and comes back: the scan stays open, and the save goes on.
import { person, signUp } from "../support/account.js";
import { phantom } from "../support/programs.js";
import { save, saved, share } from "../support/sharing.js";
import { expect, test } from "../support/test.js";
import { open, openFolder, probe, ready, seriesOf, show } from "../support/viewer.js";

const PART = /\/scans\/[\w-]+\/blobs\/\w+\/parts\/\d+$/;

/** Parts that the server acknowledged, as "role/index". */
function acknowledged(requests) {
  return requests
    .filter(({ method, url, status }) => method === "PUT" && PART.test(url) && (status === 201 || status === 204))
    .map(({ url }) => url.split("/blobs/")[1]);
}

test("a server that is killed in mid-save, and restarted", async ({ page, site }) => {
  await open(page, site);
  // Some parts of 8 MiB: 160 voxels cubed are 8 MB before packing.
  const [mine] = await openFolder(page, phantom(256));
  await signUp(page, person("patient-owner"));

  // Killed the moment that the first part of the frames is on its way.
  let killed = null;
  site.gate.onRequest = ({ method, url }) => {
    if (killed === null && method === "PUT" && /\/blobs\/frames\/parts\/1$/.test(url)) {
      killed = site.server.stop("SIGKILL");
      return "drop";
    }
    return null;
  };
  await expect(page.getByTestId("save-scan")).toBeEnabled();
  await page.getByTestId("save-scan").click();
  await expect.poll(() => killed !== null, { timeout: 120_000 }).toBe(true);
  await killed;
  await expect(page.getByTestId("saving-status")).toBeVisible();
  const before = acknowledged(site.gate.requests);

  // The scan is still there to be read while the server is not.
  const middle = mine.origin_mm.map((mm, n) => mm + (mine.dims[n] / 2) * mine.spacing_mm[n]);
  expect((await probe(page, [middle]))[0]).toMatchObject({ voxel: mine.dims.map((n) => n / 2) });

  const from = site.gate.requests.length;
  await site.restart();
  await saved(page);
  // What was acknowledged before is not sent again.
  const after = acknowledged(site.gate.requests.slice(from));
  expect(before.length).toBeGreaterThan(0);
  expect(after.filter((part) => before.includes(part))).toEqual([]);

  const url = await share(page);
  const context = await page.context().browser().newContext();
  const other = await context.newPage();
  await other.goto(url);
  await ready(other);
  const [theirs] = await seriesOf(other);
  await show(other, theirs.id);
  expect((await probe(other, [middle]))[0].stored).toBe((await probe(page, [middle]))[0].stored);
  await context.close();
});

test("after a reload the same folder goes on where the save stopped", async ({ page, site }) => {
  const user = person("reloading-owner");
  const folder = phantom(256);
  await open(page, site);
  await openFolder(page, folder);
  await signUp(page, user);
  site.gate.onRequest = ({ method, url }) => (method === "PUT" && /\/blobs\/frames\/parts\/[1-9]/.test(url) ? "drop" : null);
  await page.getByTestId("save-scan").click();
  await expect.poll(() => acknowledged(site.gate.requests).includes("frames/parts/0"), { timeout: 120_000 }).toBe(true);

  await open(page, site);
  site.gate.onRequest = null;
  const from = site.gate.requests.length;
  await openFolder(page, folder);
  // The keys were in memory only: the password opens them again.
  await page.getByTestId("sign-in").first().click();
  await page.locator("form").getByTestId("password").fill(user.password);
  await page.locator("form").getByTestId("sign-in").click();
  await expect(page.getByTestId("sign-out")).toBeVisible();
  await save(page);
  const begun = site.gate.requests.filter(({ method, url, status }) => method === "POST" && /\/api\/v1\/scans$/.test(url) && status === 201);
  expect(begun.length, "one scan, not two").toBe(1);
  expect(acknowledged(site.gate.requests.slice(from))).not.toContain("frames/parts/0");
});
