// How Chromium is started, for tests and benchmarks alike.

const QUIET = [
  "--headless=new",
  "--no-sandbox",
  "--disable-quic",
  "--no-first-run",
  "--disable-background-networking",
  "--disable-component-update",
  "--disable-sync",
  // Nothing but this machine can be reached, whatever a page asks for.
  "--host-resolver-rules=MAP * ~NOTFOUND, EXCLUDE 127.0.0.1, EXCLUDE localhost",
];

// All four are needed for a WebGPU canvas on the software device; without the first there is WebGL2 alone.
const SOFTWARE_WEBGPU = "--enable-unsafe-webgpu";
const SOFTWARE_GRAPHICS = [
  "--enable-features=Vulkan",
  "--use-vulkan=swiftshader",
  "--use-angle=swiftshader",
  "--ignore-gpu-blocklist",
];

export const executablePath = process.env.CUSPID_CHROMIUM ?? "/usr/bin/chromium";

/** Playwright's default arguments that would turn the graphics off. */
export const ignoreDefaultArgs = ["--headless", "--headless=old", "--disable-gpu"];

/** Arguments of the command line. */
export function chromiumArgs({ webgpu, unlimitedFrames = false }) {
  const args = [...QUIET, ...SOFTWARE_GRAPHICS];
  if (webgpu) args.push(SOFTWARE_WEBGPU);
  if (unlimitedFrames) args.push("--disable-frame-rate-limit", "--disable-gpu-vsync");
  return args;
}

/** The `use` section of a Playwright project. */
export function browserOptions({ webgpu }) {
  return {
    browserName: "chromium",
    launchOptions: { executablePath, ignoreDefaultArgs, args: chromiumArgs({ webgpu }) },
  };
}
