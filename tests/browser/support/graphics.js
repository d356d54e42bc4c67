// The page's graphics devices, within reach of a journey: to lose them, as a driver that is reset does.

/** Keeps every device and context that the page gets from now on. Before the page is opened. */
export async function keepDevices(page) {
  await page.addInitScript(() => {
    window.__devices = [];
    window.__notices = 0;
    if (window.GPUAdapter) {
      const request = GPUAdapter.prototype.requestDevice;
      GPUAdapter.prototype.requestDevice = async function (...options) {
        const device = await request.apply(this, options);
        window.__devices.push(() => device.destroy());
        return device;
      };
    }
    const getContext = HTMLCanvasElement.prototype.getContext;
    HTMLCanvasElement.prototype.getContext = function (kind, ...options) {
      const context = getContext.call(this, kind, ...options);
      if (kind === "webgl2" && context && !context.__kept) {
        context.__kept = true;
        const extension = context.getExtension("WEBGL_lose_context");
        window.__devices.push(() => extension.loseContext());
      }
      return context;
    };
    new MutationObserver(() => {
      if (document.body?.textContent.includes("The graphics were reset")) window.__notices += 1;
    }).observe(document, { childList: true, subtree: true, characterData: true });
  });
}

/** How many devices the page has had. */
export const devices = (page) => page.evaluate(() => window.__devices.length);

/** Ends the device in use. */
export const loseDevice = (page) => page.evaluate(() => window.__devices.at(-1)());

/** How often each view was drawn. */
export const draws = (page) => page.evaluate(() => window.cuspid.renderer().draws);

/** Waits until nothing was drawn for `frames` frames, and answers how often each view was drawn until then. */
export function drawsAtRest(page, frames = 40) {
  return page.evaluate(async (frames) => {
    const text = () => JSON.stringify(window.cuspid.renderer().draws);
    // A picture may take longer than all these frames: whoever looks at the 3D view waits for the whole of it.
    const isSeen = () => document.querySelector('[data-testid="view-volume"]')?.offsetParent;
    const isWhole = () => !isSeen() || window.cuspid.renderer().volume.full_quality;
    let [seen, still] = [text(), 0];
    while (still < frames) {
      await new Promise(requestAnimationFrame);
      const now = text();
      still = now === seen && isWhole() ? still + 1 : 0;
      seen = now;
    }
    return JSON.parse(seen);
  }, frames);
}

/** Has the page take its graphics device, which is a program here, for a graphics card. Before the page is opened. */
export async function likeGraphicsCard(page) {
  await page.addInitScript(() => {
    if (window.GPUAdapterInfo) {
      Object.defineProperty(GPUAdapterInfo.prototype, "isFallbackAdapter", { get: () => false });
    }
    const read = WebGL2RenderingContext.prototype.getParameter;
    const NAMES = [0x1f01, 0x9246];
    WebGL2RenderingContext.prototype.getParameter = function (name) {
      return NAMES.includes(name) ? "A graphics card" : read.call(this, name);
    };
  });
}
