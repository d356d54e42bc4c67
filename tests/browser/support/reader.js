// The decode worker that ships, asked as the page's pool asks it. These functions run in a page of the server's own;
// its messages are those of `web-ui/worker/src/messages.rs`.
import path from "node:path";
import { unpacked } from "./packed.js";

/** Starts the real worker, and says when asked how much memory its modules have. */
const measured = (worker) => `
  const instantiate = WebAssembly.instantiateStreaming.bind(WebAssembly);
  const memories = [];
  WebAssembly.instantiateStreaming = async (...given) => {
    const made = await instantiate(...given);
    memories.push(made.instance.exports.memory);
    return made;
  };
  self.addEventListener("message", (event) => {
    if (!event.data.measure) return;
    event.stopImmediatePropagation();
    self.postMessage({ id: event.data.id, memory: memories.reduce((sum, { buffer }) => sum + buffer.byteLength, 0) });
  });
  await import(${JSON.stringify(worker)});
`;

/**
 * Opens a page that is nothing but an address of the server. The address of a worker's script for it: the real one with
 * the measuring before it, under the headers that the server sends with the real one.
 */
export async function openReader(page, site) {
  const html = await (await page.request.get(site.url)).text();
  const [, worker] = html.match(/name="cuspid-worker" content="([^"]+)"/);
  const script = `${worker}?measured`;
  site.gate.onRequest = (request) => {
    if (request.url === script) delete request.headers["accept-encoding"];
  };
  site.gate.onAnswer = ({ url }) => (url === script ? Buffer.from(measured(worker)) : undefined);
  await page.goto(site.url + worker);
  return script;
}

/**
 * Reads files in two workers at once. Of each: `{ file, outcome, slices, entries, ms, memory, failure }`, the first four as
 * the program `readings` has them. `alone` are read by a worker of their own.
 */
export async function readAll(page, script, folder, files, alone) {
  await page.evaluate(() => {
    const input = document.createElement("input");
    Object.assign(input, { type: "file", multiple: true });
    document.body.replaceChildren(input);
  });
  await page.evaluate(`globalThis.unpacked = ${unpacked}`);
  await page.locator("input").setInputFiles(files.map((file) => path.join(folder, file)));
  return page.evaluate(inPage, { script, files, alone });
}

/* global document, Worker, crypto, unpacked */
async function inPage({ script, files, alone }) {
  const LIMIT_MS = 30_000;
  const WHOLE_BELOW = 4 << 20;

  /** A worker, and one task at a time for it. */
  class Reader {
    async start() {
      this.worker = new Worker(script, { type: "module" });
      this.waiting = null;
      this.next = 1;
      this.worker.onmessage = ({ data }) => this.waiting?.resolve(data);
      this.worker.onerror = (event) => {
        event.preventDefault();
        this.waiting?.reject(new Error(`the worker died: ${event.message}`));
      };
      await this.#answer("start");
    }

    stop() {
      this.worker.terminate();
    }

    /** The reply's body and buffers; throws what a task failed with. */
    async ask(request, file) {
      const answer = this.#answer("the answer");
      this.worker.postMessage({ id: this.next++, body: JSON.stringify(request), blobs: [file], buffers: [] });
      const { body, buffers } = await answer;
      const { Ok: reply, Err: failure } = JSON.parse(body);
      return { reply, failure, buffers };
    }

    async memory() {
      const answer = this.#answer("the measure");
      this.worker.postMessage({ id: this.next++, measure: true });
      return (await answer).memory;
    }

    #answer(what) {
      return new Promise((resolve, reject) => {
        this.waiting = { resolve, reject };
        setTimeout(() => reject(new Error(`${what} took too long`)), LIMIT_MS);
      });
    }
  }

  const hex = async (bytes) => {
    const digest = new Uint8Array(await crypto.subtle.digest("SHA-256", bytes));
    return Array.from(digest, (byte) => byte.toString(16).padStart(2, "0")).join("");
  };

  /** The least and greatest value but the padding, as the worker should have said. */
  const rangeOf = (values, { padding, padding_limit: limit }) => {
    const [from, to] = padding === null ? [Infinity, -Infinity] : [Math.min(padding, limit ?? padding), Math.max(padding, limit ?? padding)];
    let [least, greatest] = [Infinity, -Infinity];
    for (const value of values) {
      if (from <= value && value <= to) continue;
      if (value < least) least = value;
      if (value > greatest) greatest = value;
    }
    return least <= greatest ? [least, greatest] : null;
  };

  /** All frames of an image, up to the first that cannot be decoded; and the whole of its stored values. */
  async function decode(reader, ref, file, instance) {
    const { attributes } = instance;
    const signed = attributes.signed;
    const Values = signed ? Int16Array : Uint16Array;
    const wholeBits = attributes.samples === "integer" && attributes.samples_per_pixel === 1 && attributes.bits_allocated <= 16;
    const slices = [];
    const stored = [];
    let [sum, count, min, max] = [0, 0, Infinity, -Infinity];
    for (let frame = 0; frame < attributes.frames; frame++) {
      // Stored values, also where a table would be put between them and a volume.
      const flat = Boolean(attributes.display?.modality_lut);
      const request = { DecodeFrame: { file: ref, instance, frame, value_type: signed ? "i16" : "u16", flat } };
      const { reply, failure, buffers } = await reader.ask(request, file);
      if (failure) {
        slices.push({ failed: failure.Decode ?? JSON.stringify(failure) });
        return { slices };
      }
      const { Slice: facts } = reply;
      const values = unpacked(buffers[0], facts.packing, Values);
      slices.push({ decoded: { sha256: await hex(values), clipped: facts.clipped } });
      const range = rangeOf(values, attributes);
      if (JSON.stringify(range) !== JSON.stringify(facts.range)) throw new Error(`range ${facts.range}, not ${range}`);
      for (const value of values) sum += value;
      count += values.length;
      [min, max] = [Math.min(min, ...(range ?? [])), Math.max(max, ...(range ?? []))];
      if (wholeBits) stored.push(attributes.bits_allocated === 16 ? values : Uint8Array.from(values, (value) => value & 255));
    }
    const sha256 = wholeBits ? await hex(await new Blob(stored).arrayBuffer()) : null;
    return { slices, whole: { sha256, min, max, mean: sum / count } };
  }

  async function read(reader, file, ref) {
    const { reply, failure, buffers } = await reader.ask({ ReadHeaders: { files: [ref], whole_below: WHOLE_BELOW } }, file);
    if (failure) throw new Error(JSON.stringify(failure));
    const [outcome] = reply.Headers;
    const reading = { file: ref.name, outcome, slices: [], entries: [] };
    if (outcome.Instance) {
      const [instance, ready] = outcome.Instance;
      reading.outcome = { Instance: instance };
      Object.assign(reading, await decode(reader, ref, file, instance));
      if (ready) {
        const sha256 = await hex(unpacked(buffers[ready.buffer], ready.facts.packing, Uint16Array));
        if (sha256 !== reading.slices[0]?.decoded?.sha256) throw new Error("the slice that came with the header is another");
      }
    }
    for (const entry of outcome.Zip ?? []) {
      reading.entries.push(await read(reader, file, { ...ref, name: `${ref.name}/${entry.name}`, entry }));
    }
    return reading;
  }

  const input = document.querySelector("input");
  const apart = new Set(alone);
  const readings = [];
  let next = 0;
  async function work() {
    let reader = null;
    while (next < files.length) {
      const at = next++;
      const name = files[at];
      if (apart.has(name)) {
        reader?.stop();
        reader = null;
      }
      try {
        if (!reader) {
          reader = new Reader();
          await reader.start();
        }
        const began = performance.now();
        const reading = await read(reader, input.files[at], { name, blob: 0, entry: null });
        readings[at] = { ...reading, ms: performance.now() - began, memory: await reader.memory() };
      } catch (error) {
        readings[at] = { file: name, failure: String(error.message ?? error) };
        reader?.stop();
        reader = null;
      }
      if (apart.has(name)) {
        reader?.stop();
        reader = null;
      }
    }
    reader?.stop();
  }
  await Promise.all([work(), work()]);
  return readings;
}
