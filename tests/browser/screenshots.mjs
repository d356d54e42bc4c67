// Screenshots of every page at desk and phone size, into target/screenshots: `node screenshots.mjs [desk|phone]`.
import fs from "node:fs";
import path from "node:path";
import { chromium } from "@playwright/test";
import { chromiumArgs, executablePath, ignoreDefaultArgs } from "./support/chromium.js";
import { visitAll, visitLink } from "./support/pages.js";
import { target } from "./support/programs.js";
import { Site } from "./support/server.js";

const SIZES = { desk: { width: 1440, height: 900 }, phone: { width: 390, height: 844 } };
const folder = path.join(target, "screenshots");
fs.mkdirSync(folder, { recursive: true });

const browser = await chromium.launch({ executablePath, ignoreDefaultArgs, args: chromiumArgs({ webgpu: true }) });
try {
  for (const [size, viewport] of Object.entries(SIZES)) {
    if (process.argv[2] && process.argv[2] !== size) continue;
    const site = await Site.open();
    try {
      const look = (page) => async (name) => {
        const file = path.join(folder, `${name}-${size}.png`);
        await page.screenshot({ path: file });
        console.log(path.relative(process.cwd(), file));
      };
      const context = await browser.newContext({ viewport, hasTouch: size === "phone" });
      const page = await context.newPage();
      page.on("console", (message) => message.type() === "error" && console.error("console:", message.text()));
      const url = await visitAll(page, site, look(page));
      const elsewhere = await browser.newContext({ viewport, hasTouch: size === "phone" });
      const other = await elsewhere.newPage();
      await visitLink(other, url, look(other));
    } finally {
      await site.close();
    }
  }
} finally {
  await browser.close();
}
