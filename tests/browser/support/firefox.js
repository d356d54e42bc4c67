// How Firefox is started: Debian's, over WebDriver BiDi, on a screen of its own that nobody sees. Headless it has
// no WebGL.
import { spawn } from "node:child_process";
import fs from "node:fs";

const executablePath = process.env.CUSPID_FIREFOX ?? "/usr/bin/firefox-esr";
const SCREEN = "/usr/bin/Xvfb";

/** Where the number of the screen is, for the processes that run the tests. */
const DISPLAY = "CUSPID_TEST_DISPLAY";

// Nothing but this machine can be reached, whatever a page asks for: names and addresses other than its own go
// to a proxy that is not there.
const QUIET = {
  "network.proxy.type": 1,
  "network.proxy.socks": "127.0.0.1",
  "network.proxy.socks_port": 9,
  "network.proxy.socks5_remote_dns": true,
};

/**
 * The `use` section of a Playwright project. Firefox for Linux has WebGL2 as it comes; with WebGPU turned on by its
 * preferences, version 153 crashes in its own compositor when the software device fills a canvas.
 */
export function firefoxOptions() {
  return {
    browserName: "firefox",
    // Playwright's name for a Firefox that is not its own build.
    channel: "moz-firefox",
    headless: false,
    launchOptions: {
      executablePath,
      env: { ...process.env, DISPLAY: process.env[DISPLAY] ?? "", MOZ_ENABLE_WAYLAND: "0" },
      firefoxUserPrefs: QUIET,
    },
  };
}

/** What this machine lacks to run Firefox, as a sentence that says what to do; null if it lacks nothing. */
export function firefoxMissing() {
  const absent = [executablePath, SCREEN].filter((file) => !fs.existsSync(file));
  if (absent.length === 0) return null;
  return `Firefox is not tested: this machine lacks ${absent.join(" and ")}. `
    + "Run: sudo apt-get update && sudo apt-get install -y firefox-esr xvfb libegl1";
}

/** Whether `cargo xtask test` could have installed what is missing. */
export function firefoxInstallable() {
  return process.getuid?.() === 0 && fs.existsSync("/usr/bin/apt-get");
}

/** Starts the screen, and answers what ends it. */
export async function startScreen() {
  // It takes a display that is free and writes its number to the fourth stream.
  const screen = spawn(SCREEN, ["-displayfd", "3", "-screen", "0", "1600x1200x24", "-nolisten", "tcp"], {
    stdio: ["ignore", "ignore", "ignore", "pipe"],
  });
  process.env[DISPLAY] = await new Promise((resolve, reject) => {
    let text = "";
    screen.once("error", reject);
    screen.once("exit", (code, signal) => reject(new Error(`${SCREEN} did not start (exit ${code ?? signal})`)));
    screen.stdio[3].setEncoding("utf8").on("data", (chunk) => {
      text += chunk;
      if (text.endsWith("\n")) resolve(`:${text.trim()}`);
    });
  });
  return () => screen.kill();
}
