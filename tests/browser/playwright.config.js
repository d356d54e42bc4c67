// Browser journeys against the real server, in Debian's Chromium and Firefox, with software graphics.
import { defineConfig } from "@playwright/test";
import { browserOptions } from "./support/chromium.js";
import { firefoxOptions } from "./support/firefox.js";

export default defineConfig({
  testDir: "journeys",
  outputDir: "../../target/browser-tests/results",
  globalSetup: "./support/setup.js",
  // Each test has a server and a page of its own, so that the last ones of a file need not wait for each other.
  fullyParallel: true,
  workers: 2,
  retries: 0,
  forbidOnly: Boolean(process.env.CI),
  timeout: 480_000,
  expect: { timeout: 30_000 },
  reporter: [["list"], ["json", { outputFile: "../../target/browser-tests/report.json" }]],
  use: {
    trace: "off",
    screenshot: "only-on-failure",
    viewport: { width: 1440, height: 900 },
    locale: "en-GB",
  },
  projects: [
    { name: "webgpu", use: browserOptions({ webgpu: true }) },
    // What depends on the graphics tier runs on WebGL2 too.
    { name: "webgl2", grep: /@gpu/, use: browserOptions({ webgpu: false }) },
    // Pictures and the main path in the other engine, on WebGL2 too.
    { name: "firefox", grep: /@firefox/, use: firefoxOptions() },
  ],
});
