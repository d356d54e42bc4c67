// The test of every journey: a server of its own for each file, and a watched page.
import { test as base } from "@playwright/test";
import { firefoxMissing } from "./firefox.js";
import { Site } from "./server.js";
import { watch } from "./viewer.js";

export { expect } from "@playwright/test";

export const test = base.extend({
  /** Firefox is not on every machine; the set-up has said so in words. */
  browserIsThere: [async ({ browserName }, use) => {
    if (browserName === "firefox") base.skip(firefoxMissing() !== null, firefoxMissing() ?? "");
    await use();
  }, { auto: true }],
  /** A server with an empty data folder, gone after the test. */
  site: async ({}, use) => {
    const site = await Site.open();
    await use(site);
    await site.close();
  },
  /** What the page did that it never should. */
  seen: async ({ page }, use) => {
    await use(await watch(page));
  },
});
