// The part of the page that comes later: accounts, saving, sharing. Fetched once the page takes input, by everybody.
import { series as makeSeries } from "../support/dicom.js";
import { expect, test } from "../support/test.js";
import { expectClean, open, openFiles, ready } from "../support/viewer.js";

const PART = /^\/assets\/page-(webgpu|webgl2)-later-[0-9a-f]+\.wasm$/;

test("the rest of the page is one file, the same for everybody, and comes once", async ({ page, site, seen }) => {
  await open(page, site);
  const parts = () => site.gate.requests.filter(({ url }) => PART.test(url));
  expect(parts().map(({ method, headers }) => [method, headers.cookie])).toEqual([["GET", undefined]]);

  await page.goto(`${site.url}/sign-up`);
  await expect(page.getByTestId("password")).toBeVisible();
  // Its name is made of its content, so the browser keeps it.
  expect(parts().length).toBe(1);
  expectClean(seen, site);
});

test("without the rest of the page a scan opens; a sentence says what is missing, and the next try has it @gpu", async ({ page, site, seen }) => {
  site.gate.onRequest = ({ url }) => (PART.test(url) ? "drop" : undefined);
  await page.goto(site.url);
  await ready(page);
  const [found] = await openFiles(page, makeSeries().files);

  await page.getByTestId("share-scan").click();
  const dialog = page.locator("dialog[open]");
  await expect(dialog.getByTestId("error")).toContainText("could not be loaded");
  const asked = site.gate.requests.filter(({ url }) => PART.test(url)).length;
  expect(asked).toBeGreaterThan(0);

  site.gate.onRequest = null;
  await dialog.getByRole("button", { name: "Try again" }).click();
  await expect(dialog.getByTestId("share-create")).toBeVisible();
  const [still] = await page.evaluate(() => window.cuspid.series());
  expect(still.uid).toBe(found.uid);
  expectClean(seen, site, [/Failed to load resource/, /net::ERR/, /Failed to fetch/]);
});

test("a save that lacks the rest of the page says so, and goes on when asked again", async ({ page, site, seen }) => {
  site.gate.onRequest = ({ url }) => (PART.test(url) ? "drop" : undefined);
  await page.goto(site.url);
  await ready(page);
  await openFiles(page, makeSeries().files);
  await page.getByTestId("save-scan").click();
  await expect(page.getByTestId("error")).toContainText("could not be loaded");

  site.gate.onRequest = null;
  await page.getByTestId("error").getByRole("button", { name: "Try again" }).click();
  // Nobody is signed in: the next thing is the question who it is.
  await expect(page.getByTestId("password")).toBeVisible();
  expectClean(seen, site, [/Failed to load resource/, /net::ERR/, /Failed to fetch/]);
});
