// One run of ours: a fresh browser, the files given to the page as a person would, figures from `window.cuspid`.
import fs from "node:fs";
import os from "node:os";
import path from "node:path";
import { chromium } from "@playwright/test";
import { chromiumArgs, executablePath, ignoreDefaultArgs } from "../support/chromium.js";
import { followPeak, resident } from "../support/memory.js";
import { Server } from "../support/server.js";
import { ready, seriesOf, show } from "../support/viewer.js";

const SIDE = 512;
const SCROLLED = 100;
const TURNED = 12;

/** Changes the window until a view's cell is 512 pixels wide and high. */
async function fitCell(page, view) {
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

async function scroll(page, series) {
  return page.evaluate(async ({ origin_mm, spacing_mm, dims, count }) => {
    const { center_mm } = window.cuspid.view("coronal");
    const times = [];
    for (let n = 0; n < count; n++) {
      const slice = Math.floor((dims[1] - count) / 2) + n;
      await window.cuspid.setView("coronal", { center_mm: [center_mm[0], origin_mm[1] + slice * spacing_mm[1], center_mm[2]] });
      times.push(await window.cuspid.frame("coronal"));
    }
    return times;
  }, { ...series, count: SCROLLED });
}

async function rotate(page) {
  return page.evaluate(async (count) => {
    const times = [];
    for (let n = 0; n < count; n++) {
      await window.cuspid.setView("volume", { azimuth_deg: 6 * n, elevation_deg: 10 });
      times.push(await window.cuspid.frame("volume"));
    }
    return times;
  }, TURNED);
}

const median = (values) => [...values].sort((a, b) => a - b)[values.length >> 1];

export async function measureOurs(folder, { webgpu, unlimitedFrames }) {
  const profile = fs.mkdtempSync(path.join(os.tmpdir(), "cuspid-bench-"));
  const data = path.join(profile, "server");
  const server = new Server(data);
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
    const files = fs.readdirSync(folder).filter((name) => name.endsWith(".dcm")).sort().map((name) => path.join(folder, name));
    // What is measured is reading from memory, not from the disk.
    for (const file of files) fs.readFileSync(file);
    const empty = resident(profile);
    const peak = followPeak(profile);
    await page.getByTestId("file-input").setInputFiles(files);
    const [series] = await seriesOf(page);
    await show(page, series.id);
    const timings = await page.evaluate(() => window.cuspid.timings());
    const loaded = peak.stop();

    await fitCell(page, "coronal");
    const scrolled = await scroll(page, series);
    await page.evaluate(() => window.cuspid.setMode("volume"));
    await fitCell(page, "volume");
    await page.evaluate(() => window.cuspid.frame("volume"));
    const turned = await rotate(page);
    return {
      first_image_ms: timings.first_image,
      volume_ready_ms: timings.volume_ready,
      first_volume_rendering_ms: timings.first_volume_rendering,
      scroll_ms: median(scrolled),
      volume_frame_ms: median(turned),
      renderer_empty_mb: empty.renderer,
      renderer_peak_mb: loaded.renderer,
      gpu_peak_mb: loaded["gpu-process"],
      renderer: await page.evaluate(() => window.cuspid.renderer()),
    };
  } finally {
    await context.close();
    await server.stop();
    fs.rmSync(profile, { recursive: true, force: true });
  }
}
