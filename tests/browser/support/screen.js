// What a screen shows of the views.
import { expect } from "@playwright/test";
import { PNG } from "pngjs";
import { colours, snapshot } from "./viewer.js";

export const PLANES = ["axial", "coronal", "sagittal"];

/** The pixels of a view's cell on the screen, without what lies over the picture. */
export async function onScreen(page, name) {
  const cell = page.getByTestId(`view-${name}`);
  const visibility = (value) => cell.evaluate((element, value) => {
    for (const child of element.children) child.style.visibility = value;
  }, value);
  await visibility("hidden");
  // Two frames: the page is laid out in one and composed after the next.
  await page.evaluate(() => new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(done))));
  const image = PNG.sync.read(await page.screenshot({ clip: await cell.boundingBox(), caret: "initial" }));
  await visibility("");
  return image;
}

/** The brightest value of a view's upper half, its edge left out: progress is shown below the middle. */
export async function brightest(page, name) {
  const { width, height, data } = await onScreen(page, name);
  let most = 0;
  for (let y = 4; y < height / 2; y++) {
    for (let n = (y * width + 4) * 4; n < (y * width + width - 4) * 4; n += 4) most = Math.max(most, data[n]);
  }
  return most;
}

/** No pixel, away from the cell's rounded or focused edge, is more than two grey levels off. */
export async function expectTheSame(page, label, names = PLANES) {
  for (const name of names) {
    const [shown, file] = [await onScreen(page, name), await snapshot(page, name)];
    expect([shown.width, shown.height], label).toEqual([file.width, file.height]);
    expect(colours(file), `${label}: ${name} is a picture`).toBeGreaterThan(20);
    let most = 0;
    for (let y = 4; y < file.height - 4; y++) {
      for (let n = (y * file.width + 4) * 4; n < (y * file.width + file.width - 4) * 4; n++) {
        most = Math.max(most, Math.abs(shown.data[n] - file.data[n]));
      }
    }
    expect(most, `${label}: ${name}, grey levels off`).toBeLessThanOrEqual(2);
  }
}

/** What the page did: in Firefox a screenshot's driver asks for a style of its own, which the page's policy refuses. */
export const withoutDriver = (seen) => ({
  ...seen,
  violations: seen.violations.filter((text) => !/^style-src-elem: inline .*%20eval:/.test(text)),
});
