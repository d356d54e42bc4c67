// One run of ours: the scan opened in a fresh browser, figures from `window.cuspid`.
import { median } from "./figures.mjs";
import { turnByHand } from "./moving.mjs";
import { fitCell, openInstead, settled, withScan } from "./opened.mjs";

const SCROLLED = 100;
const SCROLLED_SLOWLY = 30;
const PAUSE_MS = 60;
const TURNED = 12;

/**
 * Draws one slice after the other, each once, while the browser puts the one before on the screen: without a graphics card
 * both are work of the same processor. With a pause, what is measured is drawing a slice again when nothing else is left to do.
 */
async function scroll(page, series, count, pause_ms, [view, axis] = ["coronal", 1]) {
  return page.evaluate(async ({ origin_mm, spacing_mm, dims, count, pause_ms, view, axis }) => {
    const center_mm = [...window.cuspid.view(view).center_mm];
    const times = [];
    for (let n = 0; n < count; n++) {
      const slice = Math.floor((dims[axis] - count) / 2) + n;
      center_mm[axis] = origin_mm[axis] + slice * spacing_mm[axis];
      const set = window.cuspid.setView(view, { center_mm });
      const ms = await window.cuspid.frame(view);
      await set;
      if (pause_ms > 0) await new Promise((resolve) => setTimeout(resolve, pause_ms));
      times.push(pause_ms > 0 ? await window.cuspid.frame(view) : ms);
    }
    return times;
  }, { ...series, count, pause_ms, view, axis });
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

export function measureOurs(folder, options) {
  return withScan(folder, options, async ({ page, series, profile, empty, peak }) => {
    const timings = await page.evaluate(() => {
      const at = (name) => performance.getEntriesByName(`cuspid:${name}`).at(-1).startTime;
      return { ...window.cuspid.timings(), first_picture: at("first-picture") - at("files-received") };
    });
    await fitCell(page, "coronal");
    const scrolled = await scroll(page, series, SCROLLED, 0);
    const scrolledAlone = await scroll(page, series, SCROLLED_SLOWLY, PAUSE_MS);
    const sagittalAlone = await scroll(page, series, SCROLLED_SLOWLY, PAUSE_MS, ["sagittal", 0]);
    await page.evaluate(() => window.cuspid.setMode("volume"));
    await fitCell(page, "volume");
    await page.evaluate(() => window.cuspid.frame("volume"));
    const turned = await rotate(page);
    const moved = await turnByHand(page);
    const held = await settled(page, profile);
    await page.evaluate(() => window.cuspid.setMode("mpr"));
    const second = await openInstead(page, folder);
    return {
      first_picture_ms: timings.first_picture,
      first_image_ms: timings.first_image,
      volume_ready_ms: timings.volume_ready,
      second_image_ms: second.first_image,
      second_ready_ms: second.volume_ready,
      first_volume_rendering_ms: timings.first_volume_rendering,
      scroll_ms: median(scrolled),
      scroll_alone_ms: median(scrolledAlone),
      scroll_sagittal_alone_ms: median(sagittalAlone),
      volume_frame_ms: median(turned),
      ...moved,
      renderer_empty_mb: empty.renderer,
      renderer_peak_mb: peak.renderer,
      gpu_empty_mb: empty["gpu-process"],
      gpu_peak_mb: peak["gpu-process"],
      gpu_held_mb: held["gpu-process"],
      renderer: await page.evaluate(() => window.cuspid.renderer()),
    };
  });
}
