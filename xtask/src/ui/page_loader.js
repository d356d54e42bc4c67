// Starts the page that this browser can draw; made by `cargo xtask build`.

// Having the interface is not enough: it has to give a device.
async function hasWebGpu() {
  try {
    const adapter = await navigator.gpu?.requestAdapter({ powerPreference: "high-performance" });
    const device = await adapter?.requestDevice();
    device?.destroy();
    return Boolean(device);
  } catch {
    return false;
  }
}

async function start() {
  const [bindings, wasm] = (await hasWebGpu())
    ? ["{{webgpu_js}}", "{{webgpu_wasm}}"]
    : ["{{webgl2_js}}", "{{webgl2_wasm}}"];
  const module = fetch(wasm);
  const { default: init } = await import(bindings);
  await init({ module_or_path: module });
}

start().catch((error) => {
  console.error(error);
  // Shown when the page's module can't run at all: no WebAssembly SIMD, or a broken download.
  document.documentElement.dataset.start = "failed";
});
