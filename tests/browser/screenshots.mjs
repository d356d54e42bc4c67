// Screenshots of every page and state at desk and phone size, into target/screenshots, to be looked at:
// `node screenshots.mjs [desk|phone] [room ...]`, rooms being the files of gallery/. Each is checked for accessibility
// and for being wider than the screen.
import fs from "node:fs";
import path from "node:path";
import AxeBuilder from "@axe-core/playwright";
import { chromium } from "@playwright/test";
import account from "./gallery/account.js";
import keeping from "./gallery/keeping.js";
import links from "./gallery/links.js";
import opening from "./gallery/opening.js";
import viewing from "./gallery/viewing.js";
import { chromiumArgs, executablePath, ignoreDefaultArgs } from "./support/chromium.js";
import { target } from "./support/programs.js";
import { Site } from "./support/server.js";

const SIZES = { desk: { width: 1440, height: 900 }, phone: { width: 390, height: 844 } };
const ROOMS = { opening, viewing, account, keeping, links };

const asked = process.argv.slice(2);
const sizes = Object.keys(SIZES).filter((size) => !asked.some((word) => word in SIZES) || asked.includes(size));
const rooms = Object.keys(ROOMS).filter((room) => !asked.some((word) => word in ROOMS) || asked.includes(room));
const failures = [];
const folder = path.join(target, "screenshots");
fs.mkdirSync(folder, { recursive: true });

/** What a room gets: pages of the wanted size, and a camera. */
function studio(browser, site, size, room) {
  return {
    site,
    phone: size === "phone",
    /** A fresh browser profile; `options` go to its context. */
    async visitor(options = {}) {
      const context = await browser.newContext({ viewport: SIZES[size], hasTouch: size === "phone", locale: "en-GB", ...options });
      const page = await context.newPage();
      page.on("pageerror", (error) => console.error(`${room} ${size}: ${error}`));
      return page;
    },
    async look(page, name, { fullPage = false } = {}) {
      const file = path.join(folder, `${room}-${name}-${size}.png`);
      await page.screenshot({ path: file, fullPage });
      console.log(path.relative(process.cwd(), file));
      const { violations } = await new AxeBuilder({ page }).withTags(["wcag2a", "wcag2aa", "wcag21a", "wcag21aa"]).analyze();
      for (const { id, nodes } of violations) {
        failures.push(`${room} ${size} ${name}: ${id}: ${nodes.map(({ target }) => target.join(" ")).join(", ")}`);
      }
      const over = await page.evaluate(() => document.documentElement.scrollWidth - document.documentElement.clientWidth);
      if (over > 0) failures.push(`${room} ${size} ${name}: ${over} px wider than the screen`);
    },
  };
}

const browser = await chromium.launch({ executablePath, ignoreDefaultArgs, args: chromiumArgs({ webgpu: true }) });
try {
  for (const size of sizes) {
    for (const room of rooms) {
      const site = await Site.open();
      try {
        await ROOMS[room](studio(browser, site, size, room));
      } catch (error) {
        failures.push(`${room} ${size}: ${error.stack}`);
      } finally {
        await Promise.all(browser.contexts().map((context) => context.close()));
        await site.close();
      }
    }
  }
} finally {
  await browser.close();
}
for (const failure of failures) console.error(failure);
process.exitCode = failures.length ? 1 : 0;
