// Starts the page; made by `cargo xtask build`.
import init from "{{bindings}}";

init({ module_or_path: "{{wasm}}" }).catch((error) => {
  console.error(error);
  // Shown when the page's module can't run at all: no WebAssembly SIMD, or a broken download.
  document.documentElement.dataset.start = "failed";
});
