// The real server on a free port, with a data folder of its own, behind a gate that records every request.
import { spawn } from "node:child_process";
import fs from "node:fs";
import os from "node:os";
import path from "node:path";
import { Gate } from "./gate.js";
import { program } from "./programs.js";

/** A server process. It is ended by its own process object, never by name. */
export class Server {
  #process = null;

  constructor(data) {
    this.data = data;
    this.log = "";
  }

  /** Starts it and waits until it answers; the port it took. */
  async start() {
    const args = ["serve", "--listen", "127.0.0.1:0", "--data", this.data];
    if (process.env.CUSPID_TEST_UI) args.push("--ui", process.env.CUSPID_TEST_UI);
    const child = spawn(program("sync-server"), args, { stdio: ["ignore", "pipe", "pipe"] });
    this.#process = child;
    return new Promise((resolve, reject) => {
      const failed = (why) => reject(new Error(`the server did not start (${why}):\n${this.log}`));
      child.once("error", failed);
      child.once("exit", (code, signal) => failed(`exit ${code ?? signal}`));
      const read = (chunk) => {
        this.log += chunk;
        const found = this.log.slice(this.startedAt ?? 0).match(/http:\/\/127\.0\.0\.1:(\d+)/);
        if (found) resolve(Number(found[1]));
      };
      this.startedAt = this.log.length;
      child.stdout.setEncoding("utf8").on("data", read);
      child.stderr.setEncoding("utf8").on("data", read);
    });
  }

  /** Ends it: politely, or as a power cut would. */
  async stop(signal = "SIGTERM") {
    const child = this.#process;
    this.#process = null;
    if (!child || child.exitCode !== null) return;
    const ended = new Promise((resolve) => child.once("exit", resolve));
    child.kill(signal);
    await ended;
  }
}

/** A server and the gate before it: `url` is what a browser opens, and stays the same over restarts. */
export class Site {
  static async open() {
    const site = new Site();
    site.data = fs.mkdtempSync(path.join(os.tmpdir(), "cuspid-journey-"));
    site.server = new Server(site.data);
    site.gate = new Gate(await site.server.start());
    await site.gate.listen();
    site.url = `http://localhost:${site.gate.port}`;
    return site;
  }

  /** Starts the server again after it was stopped or killed. */
  async restart() {
    await this.server.stop();
    this.gate.backend = await this.server.start();
  }

  async close() {
    await this.gate.close();
    await this.server.stop();
    fs.rmSync(this.data, { recursive: true, force: true });
  }
}
