// The server's throughput, by `server_bench`.
import { execFileSync } from "node:child_process";
import { program } from "../support/programs.js";

export function measureServer() {
  const text = execFileSync(program("server_bench"), { encoding: "utf8" }).trim();
  return { text };
}
