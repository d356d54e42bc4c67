// Every page at desk and at phone size: accessible, inside the screen, and useful where graphics are missing.
import AxeBuilder from "@axe-core/playwright";
import { visitAll, visitLink } from "../support/pages.js";
import { expect, test } from "../support/test.js";
import { expectClean, open } from "../support/viewer.js";

const SIZES = { desk: { width: 1440, height: 900 }, phone: { width: 390, height: 844 } };

for (const [size, viewport] of Object.entries(SIZES)) {
  test(`all pages at ${size} size: accessible, nothing wider than the screen`, async ({ page, browser, site, seen }) => {
    test.setTimeout(600_000);
    await page.setViewportSize(viewport);
    const found = [];
    const look = (where) => async (name) => {
      const { violations } = await new AxeBuilder({ page: where }).withTags(["wcag2a", "wcag2aa", "wcag21a", "wcag21aa"]).analyze();
      for (const { id, nodes } of violations) found.push(`${name}: ${id}: ${nodes.map(({ target }) => target.join(" ")).join(", ")}`);
      const overflow = await where.evaluate(() => document.documentElement.scrollWidth - document.documentElement.clientWidth);
      if (overflow > 0) found.push(`${name}: ${overflow} px wider than the screen`);
    };
    const url = await visitAll(page, site, look(page), 96);
    const context = await browser.newContext({ viewport, hasTouch: size === "phone" });
    const other = await context.newPage();
    await visitLink(other, url, look(other));
    await context.close();
    expect(found).toEqual([]);
    expectClean(seen, site);
  });
}

test("without WebGPU and WebGL2 the page says what to do", async ({ page, site, seen }) => {
  await page.addInitScript(() => {
    Object.defineProperty(navigator, "gpu", { value: undefined });
    const plain = HTMLCanvasElement.prototype.getContext;
    HTMLCanvasElement.prototype.getContext = function (kind, ...rest) {
      return /webgl|webgpu/.test(kind) ? null : plain.call(this, kind, ...rest);
    };
    if (window.OffscreenCanvas) OffscreenCanvas.prototype.getContext = () => null;
  });
  await page.goto(site.url);
  await expect(page.locator("main")).toContainText(/WebGPU|WebGL|graphics/i);
  expect(seen.violations).toEqual([]);
});

test("headers of the page", async ({ page, site }) => {
  const answer = await page.goto(site.url);
  const headers = answer.headers();
  const policy = headers["content-security-policy"];
  for (const rule of ["default-src 'none'", "script-src 'self' 'wasm-unsafe-eval'", "connect-src 'self'", "frame-ancestors 'none'", "form-action 'none'"]) {
    expect(policy).toContain(rule);
  }
  expect(policy).not.toContain("unsafe-inline");
  expect(headers["cross-origin-opener-policy"]).toBe("same-origin");
  expect(headers["cross-origin-embedder-policy"]).toBe("require-corp");
  expect(headers["referrer-policy"]).toBe("no-referrer");
  expect(headers["x-content-type-options"]).toBe("nosniff");
  await open(page, site);
});
