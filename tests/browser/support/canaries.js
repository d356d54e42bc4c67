// Words planted in a scan, and the search for them in everything a server keeps.
import fs from "node:fs";
import path from "node:path";

/** A patient whose every word can be looked for. */
export const PATIENT = {
  name: "QUIVERLEAF^MARGUERITE",
  id: "PID-7F3K-QUOKKA",
  birthDate: "19470813",
  institution: "Zephyrwold Dental Institute",
  referrer: "OSTRICHFEATHER^HJALMAR",
  study: "Wisdom tooth before extraction KUMQUAT",
  series: "Mandible HALLOUMI",
  comment: "allergic to XYLOPHONE latex",
};

/** The patient's words as they could turn up: whole, and the parts of the names. */
export function words(patient, more = []) {
  const values = Object.values(patient);
  const parts = values.flatMap((value) => value.split(/[\^ ]/)).filter((part) => part.length >= 8);
  return [...new Set([...values, ...parts, ...more])];
}

/** Each form in which a word could be stored. */
function forms(word) {
  const utf8 = Buffer.from(word, "utf8");
  const utf16 = Buffer.from(word, "utf16le");
  const found = new Map([["UTF-8", utf8], ["UTF-16LE", utf16], ["UTF-16BE", Buffer.from(utf16).swap16()]]);
  // In base64 a word looks different at each of three alignments; the characters at its ends depend on the
  // neighbours and are left out.
  for (const [label, bytes] of [["UTF-8", utf8], ["UTF-16LE", utf16]]) {
    for (const shift of [0, 1, 2]) {
      const text = Buffer.concat([Buffer.alloc(shift), bytes]).toString("base64").replace(/=+$/, "");
      const inner = text.slice(shift === 0 ? 0 : shift + 1, text.length - 1);
      if (inner.length < 6) continue;
      found.set(`base64 of ${label} at ${shift}`, Buffer.from(inner));
      found.set(`base64url of ${label} at ${shift}`, Buffer.from(inner.replaceAll("+", "-").replaceAll("/", "_")));
    }
  }
  for (const [label, bytes] of [["UTF-8", utf8]]) found.set(`hex of ${label}`, Buffer.from(bytes.toString("hex")));
  return found;
}

/** All files below a folder. */
export function filesBelow(folder) {
  return fs.readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => path.join(entry.parentPath ?? entry.path, entry.name));
}

/** Where any of the words is found: in the bytes or the name of a file, or in a text. */
export function findWords(wanted, { folder, texts = {} }) {
  const places = Object.entries(texts).map(([place, content]) => [place, Buffer.from(content)]);
  for (const file of folder ? filesBelow(folder) : []) {
    places.push([file, Buffer.concat([fs.readFileSync(file), Buffer.from(file)])]);
  }
  const hits = [];
  for (const word of wanted) {
    for (const [form, bytes] of forms(word)) {
      for (const [place, content] of places) {
        if (content.includes(bytes)) hits.push(`${word} as ${form} in ${place}`);
      }
    }
  }
  return hits;
}
