// Before the first journey: series that several of them open, and the screen that Firefox draws on.
import fs from "node:fs";
import { firefoxMissing, startScreen } from "./firefox.js";
import { phantom, program, workFolder } from "./programs.js";

export default async function setup({ projects }) {
  fs.mkdirSync(workFolder, { recursive: true });
  program("sync-server");
  phantom(96);
  if (!projects.some(({ use }) => use.browserName === "firefox")) return undefined;
  const missing = firefoxMissing();
  if (!missing) return startScreen();
  console.log(missing);
  return undefined;
}
