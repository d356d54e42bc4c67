// Our own programs, and where test data is.
import { execFileSync } from "node:child_process";
import fs from "node:fs";
import path from "node:path";
import { fileURLToPath } from "node:url";

export const root = path.resolve(path.dirname(fileURLToPath(import.meta.url)), "../../..");
export const target = path.resolve(root, process.env.CARGO_TARGET_DIR ?? "target");
export const programs = process.env.CUSPID_PROGRAMS ?? path.join(target, "release");
/** Those that no person is given: what they write, draw and read is what journeys compare with. */
const testPrograms = process.env.CUSPID_TEST_PROGRAMS ?? programs;
const TESTS_OWN = ["phantom", "reference", "readings"];

/** A folder below the build's, for what tests make; it is not removed, so that a failure can be looked at. */
export const workFolder = path.join(target, "browser-tests");

/** The full path of one of our programs. */
export function program(name) {
  const found = path.join(TESTS_OWN.includes(name) ? testPrograms : programs, name);
  if (!fs.existsSync(found)) throw new Error(`${found} is missing: run \`cargo xtask test\`, which builds it`);
  return found;
}

/** What `inspect` says about files or folders. */
export function inspect(...paths) {
  const options = { encoding: "utf8", maxBuffer: 1 << 28 };
  return JSON.parse(execFileSync(program("inspect"), paths, options));
}

/** Writes the synthetic phantom as a DICOM series, once, and answers its folder. */
export function phantom(size, transferSyntax = "explicit-le") {
  const folder = path.join(workFolder, `phantom-${size}-${transferSyntax}`);
  if (!fs.existsSync(folder)) {
    const unfinished = `${folder}.${process.pid}`;
    fs.mkdirSync(unfinished, { recursive: true });
    execFileSync(program("phantom"), [
      "--size", String(size), "--transfer-syntax", transferSyntax, "--out", unfinished,
    ]);
    fs.renameSync(unfinished, folder);
  }
  return folder;
}

/** The conformance data, which is not part of the repository; in CI it has to be there. */
export function testData() {
  const folder = path.resolve(root, process.env.CUSPID_TEST_DATA ?? "../shared/data");
  if (fs.existsSync(path.join(folder, "MANIFEST.json"))) return folder;
  if (process.env.CI) throw new Error(`the test data is not at ${folder}; set CUSPID_TEST_DATA`);
  return null;
}
