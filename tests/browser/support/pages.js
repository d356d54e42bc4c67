// Every page, each brought to the state a person sees it in: for accessibility checks and screenshots.
import fs from "node:fs";
import path from "node:path";
import { person, signUp } from "./account.js";
import { phantom } from "./programs.js";
import { save, share } from "./sharing.js";
import { open, openFolder, ready, seriesOf, show } from "./viewer.js";

/** A link in the top bar; on a phone it is behind the menu button. */
export async function go(page, href) {
  const link = page.locator(`a[href="${href}"]`).first();
  if (!(await link.isVisible())) await page.locator(".top-bar-more-button").click();
  await link.click();
}

/** The way in for a person without an account, wherever the bar keeps it. */
export async function toSignUp(page) {
  const button = page.getByTestId("sign-up").first();
  if (!(await button.isVisible())) await page.locator(".top-bar-more-button").click();
}

/** Visits all pages in one session, calling `look(name)` on each. The scan is a phantom of `size` voxels on a side. */
export async function visitAll(page, site, look, size = 200) {
  await open(page, site);
  await look("empty");
  await page.goto(`${site.url}/sign-in`);
  await ready(page);
  await look("sign-in");
  await page.goto(`${site.url}/recover`);
  await ready(page);
  await look("recover");
  await page.goto(`${site.url}/sign-up`);
  await ready(page);
  await look("sign-up");

  await open(page, site);
  await openFolder(page, phantom(size));
  await look("viewer");
  await page.evaluate(() => window.cuspid.setMode("volume"));
  await page.evaluate(() => window.cuspid.frame("volume"));
  await look("volume");
  await page.evaluate(() => window.cuspid.setMode("mpr"));
  await page.evaluate(() => window.cuspid.setMode("compare"));
  await page.getByTestId("compare-chooser").waitFor();
  await look("compare");
  const other = phantom(96);
  await page.getByTestId("compare-file-input").setInputFiles(fs.readdirSync(other).map((name) => path.join(other, name)));
  await page.waitForFunction(() => window.cuspid.comparison() !== null);
  await look("compared");
  await page.evaluate(() => window.cuspid.compare(null));

  await toSignUp(page);
  await signUp(page, person("pages-owner"));
  await save(page);
  await look("saved");
  await page.getByTestId("share-scan").click();
  await page.getByTestId("share-create").waitFor();
  await look("share");
  await page.keyboard.press("Escape");
  const url = await share(page, { note: "for the lab" });
  await go(page, "/scans");
  await page.getByTestId("scan-open").first().waitFor();
  await look("scans");
  await go(page, "/links");
  await page.getByTestId("share-revoke").first().waitFor();
  await look("links");
  await go(page, "/audit");
  await page.getByTestId("audit-list").waitFor();
  await look("audit");
  return url;
}

/** The link's page, as its recipient sees it. */
export async function visitLink(page, url, look) {
  await page.goto(url);
  await ready(page);
  const [series] = await seriesOf(page);
  await show(page, series.id);
  await look("shared");
}
