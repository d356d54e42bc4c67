/**
 * A slice's 16-bit values as the worker sends them: as they are, or packed to twelve bits (`viewer_wasm::volume::twelve`
 * says how). On its own, so that it can be handed to a page.
 */
export function unpacked(buffer, packing, Values) {
  if (!packing) return new Values(buffer);
  const { least, len } = packing;
  const bytes = new Uint8Array(buffer);
  if (bytes.length !== Math.ceil(len / 32) * 48) throw new Error(`${bytes.length} bytes for ${len} values`);
  return Values.from({ length: len }, (_, i) => {
    const block = Math.floor(i / 32) * 48;
    const upper = (bytes[block + 32 + (i % 16)] >> (i % 32 < 16 ? 0 : 4)) & 15;
    return least + bytes[block + (i % 32)] + 256 * upper;
  });
}
