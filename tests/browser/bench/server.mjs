// The server's throughput beside the disk's and nginx's, by `server_bench`.
import { execFileSync } from "node:child_process";
import { program } from "../support/programs.js";

export function measureServer() {
  const report = JSON.parse(execFileSync(program("server_bench"), { encoding: "utf8", maxBuffer: 1 << 24 }));
  const shown = (number) => (number === null || number === undefined ? "-" : number.toFixed(number < 10 ? 2 : 0));
  const columns = ["connections", "raw_mb_s", "upload_mb_s", "upload_of_raw", "download_mb_s", "nginx_mb_s", "download_of_nginx"];
  const rows = report.figures.map((figures) => columns.map((column) => shown(figures[column])));
  const lines = [columns, columns.map(() => "---"), ...rows].map((cells) => `| ${cells.join(" | ")} |`);
  return { ...report, text: `parts of ${report.part_bytes} bytes, MB/s\n\n${lines.join("\n")}` };
}
