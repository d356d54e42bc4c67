// The empty page, drops, reading, and a browser without graphics.
import { phantom } from "../support/programs.js";
import { open } from "../support/viewer.js";

/** A drag that hovers over the page. */
const hover = (page) => page.getByTestId("drop-zone").dispatchEvent("dragover", { dataTransfer: null });

export default async function opening({ site, phone, visitor, look }) {
  const page = await visitor();
  await open(page, site);
  await look(page, "empty");
  if (phone) {
    await look(page, "empty-whole", { fullPage: true });
    await page.locator(".top-bar-more-button").click();
    await look(page, "menu");
    await page.locator(".top-bar-more-button").click();
  }
  await hover(page);
  await look(page, "drag-over");
  await open(page, site);

  await page.getByTestId("file-input").setInputFiles([
    { name: "letter to the orthodontist.docx", mimeType: "", buffer: Buffer.from("PK nothing") },
    { name: "scan-0001.dcm", mimeType: "", buffer: Buffer.alloc(0) },
    { name: "Thumbs.db", mimeType: "", buffer: Buffer.from("nothing") },
  ]);
  await page.getByTestId("rejected").waitFor();
  await look(page, "only-junk");

  await open(page, site);
  await page.getByTestId("folder-input").setInputFiles(phantom(400));
  await page.locator(".progress").waitFor();
  await look(page, "reading");
  await page.locator(".workbench").waitFor({ timeout: 120_000 });
  await look(page, "filling");
  await page.getByTestId("series-list").waitFor({ state: "attached" });
  await page.getByRole("button", { name: "Cancel" }).click({ timeout: 20_000 }).catch(() => {});
  await look(page, "cancelled");
  if (phone) {
    await page.locator(".panel-bar").getByRole("button", { name: "Series" }).click();
    await look(page, "cancelled-sheet");
  }

  const blind = await visitor();
  await blind.addInitScript(() => {
    Object.defineProperty(navigator, "gpu", { value: undefined });
    const plain = HTMLCanvasElement.prototype.getContext;
    HTMLCanvasElement.prototype.getContext = function (kind, ...rest) {
      return /webgl|webgpu/.test(kind) ? null : plain.call(this, kind, ...rest);
    };
    if (window.OffscreenCanvas) OffscreenCanvas.prototype.getContext = () => null;
  });
  await blind.goto(site.url);
  await blind.locator(".steps").waitFor();
  await look(blind, "no-graphics");

}
