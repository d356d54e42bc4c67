// One series of 200 slices of 200×200 in each compressed transfer syntax, and uncompressed to compare with.
import { execFileSync } from "node:child_process";
import fs from "node:fs";
import path from "node:path";
import { program } from "../support/programs.js";

/** What the peers' harness calls its series, and what ours is written as where there is no harness. */
export const VARIANTS = [
  { name: "native", theirs: "S", ours: "explicit-le" },
  { name: "deflated", theirs: "S-deflate", ours: "deflated" },
  { name: "RLE", theirs: "S-rle", ours: "rle" },
  { name: "JPEG lossless", theirs: "S-jpegll", ours: "jpeg-lossless" },
  { name: "JPEG-LS", theirs: "S-jpegls", ours: "jpeg-ls" },
  { name: "JPEG 2000", theirs: "S-j2k" },
  { name: "HTJ2K", theirs: "S-htj2k" },
  { name: "JPEG 8 bit", theirs: "S-jpeg8", lossy: true },
];

/** The harness's series in `$CBCT_DATA`, or below `folder` where its generator writes them once. */
export function theirSeries(harness, folder) {
  const data = process.env.CBCT_DATA ?? path.join(folder, "cbct");
  const there = () => VARIANTS.every(({ theirs }) => fs.existsSync(path.join(data, theirs)));
  if (!there()) {
    const python = path.join(folder, "cbct-python");
    const run = (command, args) => execFileSync(command, args, { cwd: harness, stdio: ["ignore", "inherit", "inherit"], env: { ...process.env, CBCT_DATA: data } });
    run("python3", ["-m", "venv", python]);
    run(path.join(python, "bin/pip"), ["install", "--quiet", "numpy", "pydicom", "python-gdcm", "imagecodecs"]);
    run(path.join(python, "bin/python"), ["gen_cbct.py", "S"]);
    run(path.join(python, "bin/python"), ["gen_cbct.py", "S", "--variants"]);
  }
  return { data, folderOf: ({ theirs }) => path.join(data, theirs) };
}

/** Our phantom, in the syntaxes that it can be written in. */
export function ourSeries(folder) {
  const data = path.join(folder, "data");
  return {
    data,
    folderOf({ ours }) {
      if (!ours) return null;
      const series = path.join(data, `phantom-200-${ours}`);
      if (!fs.existsSync(series)) {
        const unfinished = `${series}.unfinished`;
        fs.rmSync(unfinished, { recursive: true, force: true });
        fs.mkdirSync(unfinished, { recursive: true });
        execFileSync(program("phantom"), ["--size", "200", "--transfer-syntax", ours, "--out", unfinished]);
        fs.renameSync(unfinished, series);
      }
      return series;
    },
  };
}

export function filesOf(series) {
  return fs.readdirSync(series).filter((name) => name.endsWith(".dcm")).sort().map((name) => fs.readFileSync(path.join(series, name)));
}
