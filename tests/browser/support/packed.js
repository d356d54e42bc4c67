/**
 * A slice's 16-bit values as the worker sends them: as they are, or packed to twelve bits (`viewer_wasm::volume::twelve`
 * says how). On its own, so that it can be handed to a page.
 */
export function unpacked(buffer, packing, Values) {
  if (!packing) return new Values(buffer);
  const { least, len } = packing;
  const bytes = new Uint8Array(buffer);
  if (bytes.length !== len + Math.ceil(len / 2)) throw new Error(`${bytes.length} bytes for ${len} values`);
  return Values.from({ length: len }, (_, i) => {
    const at = 3 * Math.floor(i / 2);
    const above = i % 2 ? (bytes[at + 1] >> 4) + 16 * bytes[at + 2] : bytes[at] + 256 * (bytes[at + 1] & 15);
    return least + above;
  });
}
