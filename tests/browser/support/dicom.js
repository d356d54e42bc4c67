// A DICOM writer of the tests' own, so that what a journey checks was not made by the code it checks.
// Explicit little endian, 16-bit, one frame a file; native, or with a frame that was compressed elsewhere.

const LONG = new Set(["OB", "OW", "SQ", "UN", "UT"]);
const TEXT_PAD = { UI: 0 };

/** An element in explicit little endian. */
export function element(group, number, vr, value) {
  let bytes = Buffer.isBuffer(value) ? value : Buffer.from(String(value), "utf8");
  if (bytes.length % 2) bytes = Buffer.concat([bytes, Buffer.from([TEXT_PAD[vr] ?? 0x20])]);
  const head = Buffer.alloc(LONG.has(vr) ? 12 : 8);
  head.writeUInt16LE(group, 0);
  head.writeUInt16LE(number, 2);
  head.write(vr, 4, "latin1");
  if (LONG.has(vr)) head.writeUInt32LE(bytes.length, 8);
  else head.writeUInt16LE(bytes.length, 6);
  return Buffer.concat([head, bytes]);
}

/** Pixel data of one fragment, behind an empty offset table. */
function fragment(frame) {
  const item = (number, bytes) => {
    const head = Buffer.alloc(8);
    head.writeUInt16LE(0xfffe, 0);
    head.writeUInt16LE(number, 2);
    head.writeUInt32LE(bytes.length, 4);
    return Buffer.concat([head, bytes]);
  };
  const head = Buffer.from([0xe0, 0x7f, 0x10, 0x00, 0x4f, 0x42, 0, 0, 0xff, 0xff, 0xff, 0xff]);
  const even = frame.length % 2 ? Buffer.concat([frame, Buffer.alloc(1)]) : frame;
  return Buffer.concat([head, item(0xe000, Buffer.alloc(0)), item(0xe000, even), item(0xe0dd, Buffer.alloc(0))]);
}

export function u16(value) {
  const bytes = Buffer.alloc(2);
  bytes.writeUInt16LE(value);
  return bytes;
}

/** The stored value of a voxel of every series made here: each position has its own neighbourhood. */
export function storedValue(i, j, k) {
  return ((i * 37 + j * 101 + k * 977) % 4096) - 1024;
}

/**
 * One slice of a series. `text` may hold patient strings, by the names below; `coded` is `{ syntax, frame }`. With
 * `masked`, 13 bits are stored and the others are not empty, so that a slice has to be decoded. `table` is a modality's
 * table, with an entry for each stored value from -1024 on, in the place of slope and intercept. `frame` is the frame of
 * reference.
 */
export function slice({ columns, rows, spacing, origin, uid, k, text = {}, coded, masked = false, table, frame = `${uid}.4`, modality = "CT" }) {
  const position = [origin[0], origin[1], origin[2] + k * spacing[2]];
  const pixels = Buffer.alloc(columns * rows * 2);
  for (let j = 0; j < rows; j++) {
    for (let i = 0; i < columns; i++) {
      const value = storedValue(i, j, k) & 0xffff;
      pixels.writeUInt16LE(masked ? (value & 0x1fff) | 0x4000 : value, (j * columns + i) * 2);
    }
  }
  const sop = "1.2.840.10008.5.1.4.1.1.2";
  const instance = `${uid}.1.${k + 1}`;
  const meta = Buffer.concat([
    element(0x0002, 0x0001, "OB", Buffer.from([0, 1])),
    element(0x0002, 0x0002, "UI", sop),
    element(0x0002, 0x0003, "UI", instance),
    element(0x0002, 0x0010, "UI", coded?.syntax ?? "1.2.840.10008.1.2.1"),
    element(0x0002, 0x0012, "UI", "1.2.3.4"),
  ]);
  const length = Buffer.alloc(4);
  length.writeUInt32LE(meta.length);
  return Buffer.concat([
    Buffer.alloc(128), Buffer.from("DICM"), element(0x0002, 0x0000, "UL", length), meta,
    element(0x0008, 0x0005, "CS", "ISO_IR 192"),
    element(0x0008, 0x0016, "UI", sop),
    element(0x0008, 0x0018, "UI", instance),
    element(0x0008, 0x0020, "DA", text.studyDate ?? "20260102"),
    element(0x0008, 0x0060, "CS", modality),
    element(0x0008, 0x0080, "LO", text.institution ?? ""),
    element(0x0008, 0x0090, "PN", text.referrer ?? ""),
    element(0x0008, 0x1030, "LO", text.study ?? ""),
    element(0x0008, 0x103e, "LO", text.series ?? "Test series"),
    element(0x0010, 0x0010, "PN", text.name ?? ""),
    element(0x0010, 0x0020, "LO", text.id ?? ""),
    element(0x0010, 0x0030, "DA", text.birthDate ?? ""),
    element(0x0010, 0x0040, "CS", "O"),
    element(0x0010, 0x4000, "LT", text.comment ?? ""),
    element(0x0018, 0x0050, "DS", spacing[2]),
    element(0x0020, 0x000d, "UI", `${uid}.2`),
    element(0x0020, 0x000e, "UI", `${uid}.3`),
    element(0x0020, 0x0011, "IS", 1),
    element(0x0020, 0x0013, "IS", k + 1),
    element(0x0020, 0x0032, "DS", position.join("\\")),
    element(0x0020, 0x0037, "DS", "1\\0\\0\\0\\1\\0"),
    element(0x0020, 0x0052, "UI", frame),
    element(0x0028, 0x0002, "US", u16(1)),
    element(0x0028, 0x0004, "CS", "MONOCHROME2"),
    element(0x0028, 0x0010, "US", u16(rows)),
    element(0x0028, 0x0011, "US", u16(columns)),
    element(0x0028, 0x0030, "DS", `${spacing[1]}\\${spacing[0]}`),
    element(0x0028, 0x0100, "US", u16(16)),
    element(0x0028, 0x0101, "US", u16(masked ? 13 : 16)),
    element(0x0028, 0x0102, "US", u16(masked ? 12 : 15)),
    element(0x0028, 0x0103, "US", u16(1)),
    ...(table ? [modalityTable(table)] : [element(0x0028, 0x1052, "DS", "-10"), element(0x0028, 0x1053, "DS", "2")]),
    coded ? fragment(coded.frame) : element(0x7fe0, 0x0010, "OW", pixels),
  ]);
}

/** A sequence of one item, from elements. */
export function sequence(group, number, ...elements) {
  const item = Buffer.concat(elements);
  const head = Buffer.alloc(8);
  head.writeUInt16LE(0xfffe, 0);
  head.writeUInt16LE(0xe000, 2);
  head.writeUInt32LE(item.length, 4);
  return element(group, number, "SQ", Buffer.concat([head, item]));
}

/** Modality LUT Sequence (PS3.3 C.11.1) for values from -1024 on. */
function modalityTable(entries) {
  return sequence(0x0028, 0x3000,
    element(0x0028, 0x3002, "SS", Buffer.concat([entries.length, -1024 & 0xffff, 16].map(u16))),
    element(0x0028, 0x3004, "LO", "US"),
    element(0x0028, 0x3006, "OW", Buffer.concat(entries.map(u16))),
  );
}

/**
 * A flat image as a Playwright file payload. `extra` are elements of the caller's own as `[group, number, buffer]`;
 * they are put in their places.
 */
export function image({
  columns, rows, pixels, bits = 8, samples = 1, photometric = "MONOCHROME2", modality = "OT", frames = 1, name = "", extra = [],
  uid = "1.2.826.0.1.3680043.9.9999.8", file = "image.dcm",
}) {
  const sop = "1.2.840.10008.5.1.4.1.1.7";
  const meta = Buffer.concat([
    element(0x0002, 0x0001, "OB", Buffer.from([0, 1])),
    element(0x0002, 0x0002, "UI", sop),
    element(0x0002, 0x0003, "UI", `${uid}.1`),
    element(0x0002, 0x0010, "UI", "1.2.840.10008.1.2.1"),
    element(0x0002, 0x0012, "UI", "1.2.3.4"),
  ]);
  const length = Buffer.alloc(4);
  length.writeUInt32LE(meta.length);
  const one = (group, number, vr, value) => [group, number, element(group, number, vr, value)];
  const elements = [
    one(0x0008, 0x0005, "CS", "ISO_IR 192"),
    one(0x0008, 0x0016, "UI", sop),
    one(0x0008, 0x0018, "UI", `${uid}.1`),
    one(0x0008, 0x0060, "CS", modality),
    one(0x0008, 0x103e, "LO", `${modality} image`),
    one(0x0010, 0x0010, "PN", name),
    one(0x0020, 0x000d, "UI", `${uid}.2`),
    one(0x0020, 0x000e, "UI", `${uid}.3`),
    one(0x0020, 0x0013, "IS", 1),
    one(0x0028, 0x0002, "US", u16(samples)),
    one(0x0028, 0x0004, "CS", photometric),
    one(0x0028, 0x0008, "IS", frames),
    one(0x0028, 0x0010, "US", u16(rows)),
    one(0x0028, 0x0011, "US", u16(columns)),
    one(0x0028, 0x0100, "US", u16(bits > 8 ? 16 : 8)),
    one(0x0028, 0x0101, "US", u16(bits)),
    one(0x0028, 0x0102, "US", u16(bits - 1)),
    one(0x0028, 0x0103, "US", u16(0)),
    one(0x7fe0, 0x0010, "OW", pixels),
    ...extra,
  ].sort((a, b) => a[0] - b[0] || a[1] - b[1]);
  return {
    name: file,
    mimeType: "application/octet-stream",
    buffer: Buffer.concat([
      Buffer.alloc(128), Buffer.from("DICM"), element(0x0002, 0x0000, "UL", length), meta, ...elements.map((entry) => entry[2]),
    ]),
  };
}

/** A small series as Playwright file payloads, its slices in shuffled order, and its geometry. */
export function series({
  prefix = "IM", text, uid = "1.2.826.0.1.3680043.9.9999.7", columns = 48, rows = 40, count = 40, coded, masked = false, table,
  spacing = [0.5, 0.5, 0.4], origin = [-11.75, -9.75, -7.8], frame, modality,
} = {}) {
  const geometry = { columns, rows, spacing, origin };
  const order = Array.from({ length: count }, (_, n) => (n * 7) % count);
  const files = order.map((k, n) => ({
    name: `${prefix}${String(n + 1).padStart(4, "0")}`,
    mimeType: "application/octet-stream",
    buffer: slice({ ...geometry, uid, k, text, coded, masked, table, frame, modality }),
  }));
  return { files, geometry: { ...geometry, count } };
}

/** The patient position of a voxel's centre, LPS, mm. */
export function position({ origin, spacing }, [i, j, k]) {
  return [origin[0] + i * spacing[0], origin[1] + j * spacing[1], origin[2] + k * spacing[2]];
}
