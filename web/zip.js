// Files in one: a zip without compression, dated 1980-01-01 so that equal files make equal zips. Its
// parts stay where they are: the pictures of a large photo are not copied to be put together.
// PKWARE's APPNOTE.TXT, 4.3.7, 4.3.12 and 4.3.16, as src/maps/npz.cc for the native tool.

/**
 * @typedef {object} Entry
 * @property {string} name in ASCII
 * @property {Uint8Array<ArrayBuffer>} bytes
 */

const version = 20;
const date = 0x21;

const crcTable = Uint32Array.from({ length: 256 }, (_, byte) => {
  let remainder = byte;
  for (let bit = 0; bit < 8; ++bit) remainder = remainder >>> 1 ^ (remainder & 1 ? 0xedb88320 : 0);
  return remainder;
});

/** @param {Uint8Array} bytes */
export function crc32(bytes) {
  let crc = 0xffffffff;
  for (const byte of bytes) crc = crc >>> 8 ^ crcTable[(crc ^ byte) & 0xff];
  return ~crc >>> 0;
}

/**
 * Numbers one after the other, little-endian.
 * @param {...[bits: 16 | 32, value: number]} fields
 */
function record(...fields) {
  const bytes = new DataView(new ArrayBuffer(fields.reduce((size, [bits]) => size + bits / 8, 0)));
  let at = 0;
  for (const [bits, value] of fields) {
    if (bits === 16) bytes.setUint16(at, value, true);
    else bytes.setUint32(at, value, true);
    at += bits / 8;
  }
  return new Uint8Array(bytes.buffer);
}

/**
 * @param {Entry[]} entries
 * @param {string} [type]
 */
export function zip(entries, type = 'application/zip') {
  const parts = [];
  const directory = [];
  let offset = 0;
  for (const { name, bytes } of entries) {
    const ascii = new TextEncoder().encode(name);
    /** @type {[16 | 32, number][]} */
    const shared = [
      [16, version], [16, 0], [16, 0], [16, 0], [16, date], [32, crc32(bytes)], [32, bytes.length], [32, bytes.length],
      [16, ascii.length], [16, 0],
    ];
    const header = record([32, 0x04034b50], ...shared);
    parts.push(header, ascii, bytes);
    directory.push(
      record([32, 0x02014b50], [16, version], ...shared, [16, 0], [16, 0], [16, 0], [32, 0], [32, offset]), ascii);
    offset += header.length + ascii.length + bytes.length;
  }
  const directorySize = directory.reduce((size, { length }) => size + length, 0);
  const end = record([32, 0x06054b50], [16, 0], [16, 0], [16, entries.length], [16, entries.length],
    [32, directorySize], [32, offset], [16, 0]);
  return new Blob([...parts, ...directory, end], { type });
}
