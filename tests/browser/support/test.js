// The test of every journey: a server of its own for each file, and a watched page.
import { test as base } from "@playwright/test";
import { firefoxInstallable, firefoxMissing } from "./firefox.js";
import { Site } from "./server.js";
import { watch } from "./viewer.js";

export { expect } from "@playwright/test";

export const test = base.extend({
  /** Firefox is not on every machine: a failure where `CI` is set and set-up could have installed it. */
  browserIsThere: [async ({ browserName }, use) => {
    const missing = browserName === "firefox" ? firefoxMissing() : null;
    if (missing && process.env.CI && firefoxInstallable()) throw new Error(missing);
    base.skip(missing !== null, missing ?? "");
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
