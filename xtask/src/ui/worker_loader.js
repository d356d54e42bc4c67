// Starts a decode worker; made by `cargo xtask build`.
import init from "{{bindings}}";

// Fetches the decoder of JPEG XL: called by the worker for such a frame, and for no other. What failed is tried again,
// under another fragment, since some browsers remember a script that they could not get.
let attempts = 0;
let decoder = null;
self.loadJpegXl = async () => {
  decoder ??= (async () => {
    const module = await import(`{{jpeg_xl_bindings}}#${++attempts}`);
    await module.default({ module_or_path: "{{jpeg_xl_wasm}}" });
    return module;
  })();
  try {
    return await decoder;
  } catch (error) {
    decoder = null;
    throw error;
  }
};

// Messages may come before the module is ready; it gets them then, in their order. The page compiles the module once for
// all of its workers and sends it in the first message; where it could not, that is empty.
const early = [];
let compiled = null;
const given = new Promise((resolve) => {
  if (self.name === "waits-for-module") compiled = resolve;
  else resolve();
});
const keep = (event) => {
  event.stopImmediatePropagation();
  if (compiled) {
    compiled(event.data.module);
    compiled = null;
  } else {
    early.push(event);
  }
};
self.addEventListener("message", keep);

await init({ module_or_path: (await given) ?? "{{wasm}}" });
self.removeEventListener("message", keep);
for (const { data, ports } of early) {
  self.dispatchEvent(new MessageEvent("message", { data, ports: [...ports] }));
}
