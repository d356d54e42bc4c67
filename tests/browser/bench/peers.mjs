// Other viewers, by their own harness: a folder with `build.mjs` and `bench.mjs`, beside this checkout or where
// CUSPID_PEERS says. It is copied before npm writes into it.
import { execFileSync } from "node:child_process";
import fs from "node:fs";
import path from "node:path";
import { executablePath } from "../support/chromium.js";
import { root, target } from "../support/programs.js";

/** Copies and builds the harness; null where there is none. */
export function preparePeers(names) {
  const source = path.resolve(root, process.env.CUSPID_PEERS ?? "../shared/bench-peers");
  if (!fs.existsSync(path.join(source, "bench.mjs"))) return null;
  const folder = path.join(target, "bench-peers");
  fs.cpSync(source, folder, { recursive: true, filter: (file) => !file.includes("node_modules") });
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
  const args = ["bench.mjs", "--series", series, "--peers", name, "--repeat", "1", "--quiet", "--out", out];
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
    renderer_empty_mb: run.init_renderer_mb,
    renderer_peak_mb: run.mem_load?.renderer,
    gpu_peak_mb: run.mem_load?.gpu,
    error: run.error ?? run.load?.error ?? run.scroll?.error ?? run.vol?.error,
  };
}
