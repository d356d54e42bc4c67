// Before the first journey: series that several of them open.
import fs from "node:fs";
import { phantom, program, workFolder } from "./programs.js";

export default function setup() {
  fs.mkdirSync(workFolder, { recursive: true });
  program("sync-server");
  phantom(96);
}
