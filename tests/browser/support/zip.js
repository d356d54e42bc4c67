// Writes a zip with deflated entries, by the format's own description.
import zlib from "node:zlib";

/** @param {{ name: string, buffer: Buffer }[]} files */
export function zip(files) {
  const local = [];
  const central = [];
  let offset = 0;
  for (const { name, buffer } of files) {
    const packed = zlib.deflateRawSync(buffer);
    const label = Buffer.from(name, "utf8");
    const common = Buffer.alloc(26);
    common.writeUInt16LE(20, 0); // version
    common.writeUInt16LE(0x0800, 2); // names are UTF-8
    common.writeUInt16LE(8, 4); // deflate
    common.writeUInt32LE(0x00210000, 6); // 1980-01-01
    common.writeUInt32LE(zlib.crc32 ? zlib.crc32(buffer) : crc32(buffer), 10);
    common.writeUInt32LE(packed.length, 14);
    common.writeUInt32LE(buffer.length, 18);
    common.writeUInt16LE(label.length, 22);
    local.push(Buffer.from("PK\x03\x04", "latin1"), common, label, packed);
    const tail = Buffer.alloc(14);
    tail.writeUInt32LE(offset, 10);
    central.push(Buffer.from("PK\x01\x02\x14\x00", "latin1"), common, tail, label);
    offset += 30 + label.length + packed.length;
  }
  const directory = Buffer.concat(central);
  const end = Buffer.alloc(22);
  end.write("PK\x05\x06", "latin1");
  end.writeUInt16LE(files.length, 8);
  end.writeUInt16LE(files.length, 10);
  end.writeUInt32LE(directory.length, 12);
  end.writeUInt32LE(offset, 16);
  return Buffer.concat([...local, directory, end]);
}

function crc32(buffer) {
  let crc = ~0;
  for (const byte of buffer) {
    crc ^= byte;
    for (let bit = 0; bit < 8; bit++) crc = (crc >>> 1) ^ (crc & 1 ? 0xedb88320 : 0);
  }
  return ~crc >>> 0;
}
