// The worker's module in Node: what a browser gives it is played by a few lines here, and its messages go in and out
// without a browser between, so that what is timed is the worker's own work on one thread.
import fs from "node:fs";
import path from "node:path";
import { pathToFileURL } from "node:url";

/** A file in memory, as much of `Blob` as the worker uses. */
class MemoryFile {
  constructor(bytes) { this.bytes = bytes; }
  get size() { return this.bytes.length; }
  slice(start, end) { return new MemoryFile(this.bytes.subarray(start, end)); }
  /** No stream of bytes: the worker asks for the whole then. */
  stream() { return new ReadableStream(); }
  arrayBuffer() { return Promise.resolve(this.copy()); }
  copy() { return this.bytes.buffer.slice(this.bytes.byteOffset, this.bytes.byteOffset + this.bytes.length); }
}

class MemoryReader {
  readAsArrayBuffer(file) { return file.copy(); }
}

/** Starts the module of a folder with `worker.js` and `worker.wasm`. */
export async function startWorker(folder) {
  const waiting = new Map();
  const answered = (message) => {
    waiting.get(message.id)?.(message);
    waiting.delete(message.id);
  };
  globalThis.Blob = MemoryFile;
  globalThis.FileReaderSync = MemoryReader;
  globalThis.DedicatedWorkerGlobalScope = class { static [Symbol.hasInstance](scope) { return scope === globalThis; } };
  globalThis.postMessage = answered;
  const bindings = await import(pathToFileURL(path.join(folder, "worker.js")));
  const module = await bindings.default({ module_or_path: fs.readFileSync(path.join(folder, "worker.wasm")) });
  let last = 0;
  return {
    /** Bytes of the module's memory, which never shrinks. */
    memory: () => module.memory.buffer.byteLength,
    /** A request, or its JSON, with its files (as bytes); the reply and the buffers that came with it. */
    ask(request, files = [], buffers = []) {
      const id = ++last;
      const blobs = files.map((bytes) => new MemoryFile(bytes));
      return new Promise((resolve, reject) => {
        waiting.set(id, (message) => {
          const { Ok: reply, Err: failure } = JSON.parse(message.body);
          if (failure) reject(new Error(JSON.stringify(failure)));
          else resolve({ reply, buffers: message.buffers });
        });
        const body = typeof request === "string" ? request : JSON.stringify(request);
        globalThis.onmessage({ data: { id, body, blobs, buffers } });
      });
    },
  };
}
