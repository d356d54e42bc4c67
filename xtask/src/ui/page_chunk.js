// Fetches the part of the page that comes later; made by `cargo xtask build`. A fetch that fails is tried again the next
// time it is asked for. Without cookies: this is the same file for everybody.
let later = null;
async function fetchLater() {
  const response = fetch("{{later}}", { credentials: "omit" });
  await WebAssembly.instantiateStreaming(response, { __wasm_split: wasm });
}
const {{imports}} = {
  async __wasm_split_load_later(callback, data) {
    let there = true;
    try {
      await (later ??= fetchLater());
    } catch (error) {
      console.error(error);
      later = null;
      there = false;
    }
    wasm.__indirect_function_table.get(callback)(data, there);
  },
};
