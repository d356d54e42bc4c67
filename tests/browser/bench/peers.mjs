// Other viewers, by their own harness: a folder with `build.mjs` and `bench.mjs`, beside this checkout or where
// CUSPID_PEERS says. It is copied before npm writes into it.
import { execFileSync } from "node:child_process";
import fs from "node:fs";
import path from "node:path";
import { executablePath } from "../support/chromium.js";
import { root, target } from "../support/programs.js";

/** Frames of their volume rendering: some take half a minute each without a graphics card. */
const TURNED = 5;
/** The harness' switches for frames as fast as they come. */
const UNLIMITED = /'--disable-frame-rate-limit', '--disable-gpu-vsync'/;

/** Copies and builds the harness; null where there is none. With `paced` its frames come 60 times a second, like ours. */
export function preparePeers(names, paced) {
  const source = path.resolve(root, process.env.CUSPID_PEERS ?? "../shared/bench-peers");
  if (!fs.existsSync(path.join(source, "bench.mjs"))) return null;
  const folder = path.join(target, "bench-peers");
  fs.cpSync(source, folder, { recursive: true, filter: (file) => !file.includes("node_modules") });
  fs.cpSync(path.join(import.meta.dirname, "peers"), path.join(folder, "peers"), { recursive: true });
  if (paced) {
    const script = path.join(folder, "bench.mjs");
    const text = fs.readFileSync(script, "utf8");
    if (!UNLIMITED.test(text)) throw new Error("the peers' harness no longer sets its frame rate where it did");
    fs.writeFileSync(script, text.replace(UNLIMITED, ""));
  }
  const run = (command, args) => execFileSync(command, args, { cwd: folder, stdio: ["ignore", "inherit", "inherit"], env: { ...process.env, PLAYWRIGHT_SKIP_BROWSER_DOWNLOAD: "1" } });
  if (!fs.existsSync(path.join(folder, "node_modules/.package-lock.json"))) {
    run("npm", ["ci", "--no-audit", "--no-fund", "--loglevel=error"]);
  }
  const missing = names.filter((name) => !fs.existsSync(path.join(folder, `dist/${name}.html`)));
  if (missing.length > 0) run("node", ["build.mjs", missing.join(",")]);
  return folder;
}

/** One run of one viewer on a series of the data folder, as our figures are named. */
export function measurePeer(folder, name, data, series) {
  const out = path.join(folder, `run-${name}.json`);
  const args = ["bench.mjs", "--series", series, "--peers", name, "--repeat", "1", "--vol", String(TURNED), "--quiet", "--out", out];
  execFileSync("node", args, {
    cwd: folder, stdio: ["ignore", "ignore", "inherit"], env: { ...process.env, CBCT_DATA: data, CHROMIUM: executablePath },
  });
  const [run] = JSON.parse(fs.readFileSync(out, "utf8")).runs;
  return {
    version: run.version,
    first_image_ms: run.load?.first_ms,
    volume_ready_ms: run.load?.full_ms,
    scroll_ms: run.scroll?.med_ms,
    volume_frame_ms: run.vol?.med_ms,
    // They draw the same while the camera moves and when it rests.
    moving_frame_ms: run.vol?.med_ms,
    renderer_empty_mb: run.init_renderer_mb,
    renderer_peak_mb: run.mem_load?.renderer,
    gpu_peak_mb: run.mem_load?.gpu,
    gpu_whole_run_mb: run.mem_all?.gpu,
    error: run.error ?? run.load?.error ?? run.scroll?.error ?? run.vol?.error,
  };
}
