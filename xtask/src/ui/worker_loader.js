// Starts a decode worker; made by `cargo xtask build`.
import init from "{{bindings}}";

// Messages may come before the module is ready; it gets them then, in their order.
const early = [];
const keep = (event) => {
  event.stopImmediatePropagation();
  early.push(event);
};
self.addEventListener("message", keep);

await init({ module_or_path: "{{wasm}}" });
self.removeEventListener("message", keep);
for (const { data, ports } of early) {
  self.dispatchEvent(new MessageEvent("message", { data, ports: [...ports] }));
}
