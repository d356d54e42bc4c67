// Opening and closing a scan again and again leaves nothing behind.
import fs from "node:fs";
import { expect, test } from "../support/test.js";
import { expectClean, open } from "../support/viewer.js";

const CYCLES = 50;
const SETTLED = 10;
const SIZE = 200;
// A volume of that size is 16 MB on each side: a leak of one in twenty would show.
const GROWTH_MB = 48;

/** Resident MB of the page's and the graphics process, largest of each kind. */
async function resident(client) {
  const { processInfo } = await client.send("SystemInfo.getProcessInfo");
  const of = (type) => Math.max(0, ...processInfo.filter((process) => process.type === type).map(({ id }) => {
    const status = fs.readFileSync(`/proc/${id}/status`, "utf8");
    return Number(/VmRSS:\s+(\d+)/.exec(status)?.[1] ?? 0) / 1024;
  }));
  return { renderer: of("renderer"), gpu: of("GPU") };
}

// Smaller views, since it is fifty times waited for all of them to be drawn.
test.use({ viewport: { width: 1240, height: 600 } });

test("memory stays where it is over fifty scans", async ({ page, site, seen, browser }) => {
  test.setTimeout(900_000);
  await page.addInitScript(() => {
    window.__memories = [];
    const { Memory, instantiate, instantiateStreaming } = WebAssembly;
    const keep = (made) => {
      const memory = (made.instance ?? made).exports.memory;
      if (memory instanceof Memory) window.__memories.push(memory);
      return made;
    };
    WebAssembly.instantiate = async (...given) => keep(await instantiate.apply(WebAssembly, given));
    WebAssembly.instantiateStreaming = async (...given) => keep(await instantiateStreaming.apply(WebAssembly, given));
  });
  await open(page, site);
  const client = await browser.newBrowserCDPSession();
  const inPage = await page.context().newCDPSession(page);
  const measured = [];
  for (let cycle = 1; cycle <= CYCLES; cycle += 1) {
    await page.evaluate(async (size) => {
      const [series] = await window.cuspid.openDemo(size);
      await window.cuspid.show(series.id);
    }, SIZE);
    await page.getByRole("button", { name: "Open", exact: true }).click();
    await page.getByRole("button", { name: "Close this scan" }).click();
    await page.getByTestId("open-demo").waitFor();
    if (cycle % 10 !== 0) continue;
    await inPage.send("HeapProfiler.collectGarbage");
    const wasm = await page.evaluate(() => window.__memories.reduce((sum, memory) => sum + memory.buffer.byteLength, 0) / 2 ** 20);
    measured.push({ cycle, wasm, ...(await resident(client)) });
  }
  for (const at of measured) test.info().annotations.push({ type: "memory", description: JSON.stringify(at) });
  console.log(measured.map((at) => JSON.stringify(at)).join("\n"));
  const [settled, last] = [measured.find(({ cycle }) => cycle === SETTLED), measured.at(-1)];
  expect(last.wasm, "the module's memory").toBeLessThanOrEqual(settled.wasm + 4);
  expect(last.renderer, "the page's process").toBeLessThan(settled.renderer + GROWTH_MB);
  expect(last.gpu, "the graphics process").toBeLessThan(settled.gpu + GROWTH_MB);
  expectClean(seen, site);
});
