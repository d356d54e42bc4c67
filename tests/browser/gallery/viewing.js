// The viewer: the phantom, real anatomy, views, presets, measurements, warnings, several series, help.
import fs from "node:fs";
import path from "node:path";
import { testData } from "../support/programs.js";
import { open, openFolder, seriesOf, show } from "../support/viewer.js";

const VIEWS = ["axial", "coronal", "sagittal", "volume"];
const data = testData();

/** Waits until what is on screen was drawn. */
async function drawn(page) {
  for (const view of VIEWS) {
    if (await page.getByTestId(`view-${view}`).isVisible()) await page.evaluate((name) => window.cuspid.frame(name), view);
  }
  await page.evaluate(() => new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(done))));
}

/** Shows a sheet of the side panel on a phone; on a desk all are shown. */
async function sheet(page, phone, name) {
  if (phone) await page.locator(".panel-bar").getByRole("button", { name }).click();
}

async function eachView(page, phone, look, name) {
  for (const view of VIEWS) {
    if (phone) await page.locator(".view-switcher").getByRole("button", { name: view === "volume" ? "3D" : view }).click();
    else await page.getByTestId(`view-${view}`).getByRole("button").click();
    await drawn(page);
    await look(page, `${name}-${view}`);
    if (!phone) await page.getByTestId(`view-${view}`).getByRole("button").click();
  }
}

async function tissues(page, phone, look, name) {
  if (phone) await page.locator(".view-switcher").getByRole("button", { name: "3D" }).click();
  else await page.getByTestId("mode-volume").click();
  for (const preset of ["teeth", "teeth-nerve", "soft-tissue", "airway", "skin", "bone"]) {
    await sheet(page, phone, "Display");
    await page.getByTestId(`volume-preset-${preset}`).click();
    await sheet(page, phone, "Display");
    await drawn(page);
    await look(page, `${name}-tissue-${preset}`);
  }
  for (const rendering of ["surface", "maximum", "average", "composite"]) {
    await sheet(page, phone, "Display");
    await page.getByTestId(`volume-rendering-${rendering}`).click();
    await sheet(page, phone, "Display");
    await drawn(page);
    await look(page, `${name}-rendering-${rendering}`);
  }
  if (!phone) await page.getByTestId("mode-mpr").click();
}

/** Turned planes with a slab, and slices side by side. */
async function slices(page, phone, look, name) {
  if (phone) await page.locator(".view-switcher").getByRole("button", { name: "axial" }).click();
  await page.evaluate(() => window.cuspid.setPlanes({ turns_deg: [8, -12, 25] }));
  await page.evaluate(() => window.cuspid.setView("sagittal", { slab_mm: 6 }));
  if (!phone) await page.getByTestId("view-axial").hover();
  await drawn(page);
  await look(page, `${name}-oblique`);
  if (phone) {
    await sheet(page, phone, "Display");
    await look(page, `${name}-oblique-panel`);
    await sheet(page, phone, "Display");
  }
  await page.evaluate(() => window.cuspid.setPlanes({ turns_deg: [0, 0, 0] }));
  await page.evaluate(() => window.cuspid.setView("sagittal", { slab_mm: 0 }));
  if (phone) await page.locator(".view-switcher").getByRole("button", { name: "Grid" }).click();
  else await page.getByTestId("mode-grid").click();
  await page.evaluate((columns) => window.cuspid.setView("grid", { columns }), phone ? 2 : 4);
  await page.evaluate(() => window.cuspid.frame("grid"));
  await drawn(page);
  await look(page, `${name}-grid`);
  if (phone) await page.locator(".view-switcher").getByRole("button", { name: "axial" }).click();
  else await page.getByTestId("mode-mpr").click();
}

/** The 3D view with everything that can be dragged in it, and its panel. */
async function cut(page, phone, look) {
  if (phone) await page.locator(".view-switcher").getByRole("button", { name: "3D" }).click();
  else await page.getByTestId("mode-volume").click();
  await sheet(page, phone, "Display");
  await page.getByTestId("curve-toggle").click();
  await page.getByTestId("curve").getByRole("slider").nth(2).focus();
  await look(page, "curve");
  await page.getByTestId("curve-toggle").click();
  await page.getByTestId("clip-box").check();
  await page.getByTestId("clip-slider-0-high").fill("0.3");
  await page.getByTestId("clip-plane-add").click();
  await page.getByTestId("inset-axial").click();
  await page.getByTestId("inset-axial").scrollIntoViewIfNeeded();
  await look(page, "clip-panel");
  await sheet(page, phone, "Display");
  await page.evaluate(() => window.cuspid.setView("volume", { azimuth_deg: 40, elevation_deg: 25 }));
  await drawn(page);
  await look(page, "clip-handles");
  if (phone) await page.locator(".view-switcher").getByRole("button", { name: "axial" }).click();
  else await page.getByTestId("mode-mpr").click();
  await page.keyboard.press("b");
  await drawn(page);
  await look(page, "crop");
  await page.keyboard.press("c");
  await page.keyboard.press("r");
}

async function measure(page, box) {
  const at = (x, y) => [box.x + box.width * x, box.y + box.height * y];
  await page.getByTestId("tool-length").click();
  await page.mouse.move(...at(0.3, 0.4));
  await page.mouse.down();
  await page.mouse.move(...at(0.55, 0.45), { steps: 3 });
  await page.mouse.up();
  await page.getByTestId("tool-angle").click();
  for (const point of [at(0.35, 0.7), at(0.5, 0.6), at(0.7, 0.72)]) await page.mouse.click(...point);
  await page.getByTestId("tool-probe").click();
  await page.mouse.click(...at(0.62, 0.35));
}

export default async function viewing({ site, phone, visitor, look }) {
  const page = await visitor();
  await open(page, site);
  await page.getByTestId("open-demo").click();
  const [demo] = await seriesOf(page);
  await show(page, demo.id);
  await drawn(page);
  await look(page, "demo");
  await eachView(page, phone, look, "demo");
  await tissues(page, phone, look, "demo");
  await slices(page, phone, look, "demo");
  await cut(page, phone, look);

  if (phone) await page.locator(".view-switcher").getByRole("button", { name: "axial" }).click();
  for (const preset of ["teeth", "soft-tissue"]) {
    await sheet(page, phone, "Display");
    await page.getByTestId("window-preset").selectOption(preset);
    if (preset === "teeth") await look(page, "display-panel");
    await sheet(page, phone, "Display");
    await drawn(page);
    await look(page, `window-${preset}`);
  }
  await page.keyboard.press("i");
  await drawn(page);
  await look(page, "inverted");
  await page.keyboard.press("i");
  await page.keyboard.press("r");
  await sheet(page, phone, "Display");
  await page.getByLabel("Slab thickness").fill("12");
  await page.getByRole("button", { name: "Brightest" }).click();
  await drawn(page);
  await look(page, "slab");
  await sheet(page, phone, "Display");
  await page.keyboard.press("r");

  await measure(page, await page.getByTestId("view-axial").boundingBox());
  await sheet(page, phone, "Measurements");
  await drawn(page);
  await look(page, "measured");
  await sheet(page, phone, "Measurements");
  await look(page, "measured-on-image");
  if (!phone) await page.getByTestId("view-axial").hover();
  await page.getByTestId("export-axial").click();
  await page.getByTestId("export-save").waitFor();
  await look(page, "export");
  await page.keyboard.press("Escape");
  await page.getByRole("button", { name: "Open", exact: true }).click();
  await look(page, "open-menu");
  await page.keyboard.press("Escape");
  await page.keyboard.press("?");
  await page.locator("dialog[open]").waitFor();
  await look(page, "help");
  await page.keyboard.press("Escape");
  if (!phone) {
    await page.getByRole("button", { name: "Side panel" }).click();
    await drawn(page);
    await look(page, "no-panel");
  }
  if (!data) return;

  for (const [name, folder] of [
    ["missing-slice", "series/phantom-missing-slice"],
    ["no-spacing", "series/phantom-no-pixel-spacing"],
    ["several", "series/mixed-folder"],
  ]) {
    if (!fs.existsSync(path.join(data, folder))) continue;
    await open(page, site);
    await openFolder(page, path.join(data, folder));
    await page.waitForFunction(() => document.querySelector(".series-picture img"), null, { timeout: 60_000 });
    await drawn(page);
    await look(page, name);
    if (!phone) continue;
    await sheet(page, phone, "Series");
    await look(page, `${name}-sheet`);
  }

  await open(page, site);
  const [jaw] = await openFolder(page, path.join(data, "dental/vhm-jaw-series"));
  await show(page, jaw.id);
  await drawn(page);
  await look(page, "anatomy");
  await eachView(page, phone, look, "anatomy");
  await tissues(page, phone, look, "anatomy");
}
