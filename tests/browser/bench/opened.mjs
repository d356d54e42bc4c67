// A browser of its own with a scan open: the files given to the page as a person would.
import fs from "node:fs";
import os from "node:os";
import path from "node:path";
import { chromium } from "@playwright/test";
import { chromiumArgs, executablePath, ignoreDefaultArgs } from "../support/chromium.js";
import { followPeak, resident } from "../support/memory.js";
import { Server } from "../support/server.js";
import { ready, seriesOf, show } from "../support/viewer.js";

/** Edge of the views that are measured, in pixels. */
export const SIDE = 512;

/** Resident MiB of the browser's processes once they have stopped to grow or shrink. */
export async function settled(page, profile) {
  let before = resident(profile);
  for (let turn = 0; turn < 20; turn++) {
    await page.waitForTimeout(250);
    const now = resident(profile);
    if (["renderer", "gpu-process"].every((kind) => Math.abs(now[kind] - before[kind]) < 1)) return now;
    before = now;
  }
  return before;
}

function dicomFiles(folder) {
  const files = fs.readdirSync(folder).filter((name) => name.endsWith(".dcm")).sort().map((name) => path.join(folder, name));
  // What is measured is reading from memory, not from the disk.
  for (const file of files) fs.readFileSync(file);
  return files;
}

/** Opens a folder in place of what is open, and answers milliseconds from the drop: `{ first_image, volume_ready, ... }`. */
export async function openInstead(page, folder) {
  const files = dicomFiles(folder);
  const marked = () => page.evaluate(() => performance.getEntriesByName("cuspid:first-volume-rendering").length);
  const before = await marked();
  await page.getByTestId("file-input").setInputFiles(files);
  while ((await marked()) === before) await page.waitForTimeout(50);
  return page.evaluate(() => window.cuspid.timings());
}

/**
 * Opens a folder of DICOM files in a fresh browser with a server of its own, and hands what is then there to `use`:
 * the page, the series, the folder of the browser's profile, and the memory of the empty page (`empty`) and while the
 * volume was being read (`peak`), in MiB for each kind of process.
 */
export async function withScan(folder, { webgpu, unlimitedFrames }, use) {
  const profile = fs.mkdtempSync(path.join(os.tmpdir(), "cuspid-bench-"));
  const server = new Server(path.join(profile, "server"));
  const port = await server.start();
  const context = await chromium.launchPersistentContext(path.join(profile, "browser"), {
    executablePath, ignoreDefaultArgs,
    args: chromiumArgs({ webgpu, unlimitedFrames }),
    viewport: { width: 1440, height: 1200 },
  });
  try {
    const page = context.pages()[0];
    await page.goto(`http://localhost:${port}/`);
    await ready(page);
    const files = dicomFiles(folder);
    const empty = resident(profile);
    const peak = followPeak(profile);
    await page.getByTestId("file-input").setInputFiles(files);
    const [series] = await seriesOf(page);
    await show(page, series.id);
    return await use({ page, series, profile, empty, peak: peak.stop() });
  } finally {
    await context.close();
    await server.stop();
    fs.rmSync(profile, { recursive: true, force: true });
  }
}

/** Changes the window until a view's cell is 512 pixels wide and high. */
export async function fitCell(page, view) {
  for (let attempt = 0; attempt < 8; attempt++) {
    const box = await page.getByTestId(`view-${view}`).boundingBox();
    const [dx, dy] = [SIDE - Math.round(box.width), SIDE - Math.round(box.height)];
    if (dx === 0 && dy === 0) return;
    const { width, height } = page.viewportSize();
    await page.setViewportSize({ width: width + dx, height: height + dy });
    await page.evaluate(() => new Promise((resolve) => requestAnimationFrame(() => requestAnimationFrame(resolve))));
  }
  throw new Error(`the cell of ${view} cannot be made ${SIDE} pixels square`);
}
