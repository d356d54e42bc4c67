// Memory of Chromium's processes, from /proc.
import fs from "node:fs";

const read = (file) => {
  try {
    return fs.readFileSync(file, "utf8");
  } catch {
    return "";
  }
};

const pids = () => fs.readdirSync("/proc").filter((name) => /^\d+$/.test(name)).map(Number);
const commandLine = (pid) => read(`/proc/${pid}/cmdline`).replaceAll("\0", " ");
const kind = (pid) => /--type=(\S+)/.exec(commandLine(pid))?.[1] ?? "browser";

function parents() {
  const known = new Map();
  for (const pid of pids()) {
    const stat = read(`/proc/${pid}/stat`);
    known.set(pid, Number(stat.slice(stat.lastIndexOf(")") + 2).split(" ")[1]));
  }
  return known;
}

/** The processes of the browser with this profile folder: { renderer: [pids], "gpu-process": [pids] }. */
export function processes(profile) {
  const known = parents();
  const own = (pid) => commandLine(pid).includes(profile) && kind(pid) === "browser";
  const below = (pid) => {
    for (let at = pid; at > 1; at = known.get(at) ?? 0) if (own(at)) return true;
    return false;
  };
  const found = { renderer: [], "gpu-process": [] };
  for (const pid of known.keys()) if (found[kind(pid)] && below(pid)) found[kind(pid)].push(pid);
  return found;
}

const megabytes = (pid, field) => Number(new RegExp(`${field}:\\s+(\\d+)`).exec(read(`/proc/${pid}/status`))?.[1] ?? 0) / 1024;

/** Resident MiB now of the largest process of each kind. */
export function resident(profile) {
  return largest(profile, "VmRSS");
}

function largest(profile, field) {
  const found = processes(profile);
  return Object.fromEntries(Object.entries(found).map(([name, list]) => [name, Math.max(0, ...list.map((pid) => megabytes(pid, field)))]));
}

/** Follows the peak from now on: the kernel's high-water mark, reset here and read often, since it was seen to fall. */
export function followPeak(profile) {
  for (const list of Object.values(processes(profile))) {
    for (const pid of list) {
      try {
        fs.writeFileSync(`/proc/${pid}/clear_refs`, "5");
      } catch {
        // Without the right to reset it, the mark is that of the whole life: an upper bound.
      }
    }
  }
  const peak = {};
  const take = () => {
    for (const [name, value] of Object.entries(largest(profile, "VmHWM"))) peak[name] = Math.max(peak[name] ?? 0, value);
  };
  const timer = setInterval(take, 100);
  return {
    stop() {
      clearInterval(timer);
      take();
      return peak;
    },
  };
}
