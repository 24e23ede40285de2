/**
 * Makes dist/dictionary.bin: text that is likely to occur in anybody's source code, which both ends of
 * a link hold before their first message. In zstd's format, so that the other end notices another
 * one; the same bytes on every platform, because it is named by its SHA-256.
 *
 * The sources are packages pinned in package-lock.json that ship source text under a licence that asks
 * for its notice only: TypeScript, JavaScript, Python, Java, Swift, C++, SCSS, HTML, Markdown, JSON. npm
 * has next to no source of Rust, Go, C#, Kotlin, PHP, Ruby or C: they get what all languages share.
 *
 * How it chooses, for each language on its own: five characters in a row (a gram) are worth the share of
 * 4-kB pieces that have them, averaged over the packages so that none speaks for all. Fragments worth
 * most for their length are taken first; a gram that was taken is worth nothing from then on. The most
 * frequent fragments stand last, nearest to the data.
 */
import { createHash } from "node:crypto";
import { readFileSync, readdirSync } from "node:fs";
import { join } from "node:path";
import { encodeLines } from "./src/wire/lines.ts";

/** The compressor's tree has 2^15 positions, its hash table as many more; beyond this there was no gain. */
const CONTENT_BYTES = 64 * 1024;
const GRAM_CHARS = 5;
const FRAGMENT_GRAMS = 40;
const PIECE_CHARS = 4096;
/** A gram must be in this many pieces, and so many are added to each package: few pieces prove little. */
const FEW_PIECES = 3;
/** Each sweep takes what is worth this much of what the sweep before took. */
const SWEEP_FACTOR = 0.8;
const LEAST_WORTH = 0.001;
const TABLE_SIZE = 2 ** 20;
const MAX_PACKAGE_CHARS = 250_000;

const licences = ["MIT", "ISC", "BSD-2-Clause", "BSD-3-Clause"];

/** Each language's share of the bytes, and where its text comes from. */
const languages = [
  {
    share: 0.34,
    files: /(?<!\.d|\.test)\.tsx?$/,
    folders: [
      "zod/src/v4/classic",
      "zod/src/v4/core",
      "ajv/lib",
      "@tanstack/query-core/src",
      "@tanstack/react-query/src",
      "htmlparser2/src",
    ],
  },
  { share: 0.23, files: /\.js$/, folders: ["eslint/lib", "undici/lib", "node-gyp/lib"] },
  { share: 0.12, files: /\.py$/, folders: ["node-gyp/gyp"] },
  { share: 0.09, files: /\.java$/, folders: ["@capacitor/android/capacitor"] },
  { share: 0.06, files: /\.swift$/, folders: ["@capacitor/ios/Capacitor"] },
  { share: 0.05, files: /\.(h|cc)$/, folders: ["node-addon-api"] },
  { share: 0.05, files: /\.s?css$/, folders: ["spectre.css/src", "html5-boilerplate/dist"] },
  { share: 0.02, files: /\.html$/, folders: ["spectre.css/docs", "html5-boilerplate/dist"] },
  { share: 0.03, files: /(?<!CHANGELOG)\.md$/, folders: ["eslint", "undici", "zod", "node-gyp"] },
  { share: 0.01, files: /^package\.json$/, folders: ["ajv", "eslint", "node-gyp", "zod"] },
];

/**
 * The second part of zstd's dictionary format: how often characters, offsets and lengths occur. The first message
 * need not say it, and the compressor weighs its choices by it. Counted by zstd itself (ZDICT_finalizeDictionary at
 * level 9, over the content below) in 605 pieces of 2,000 characters as they travel, from the middle of source files of all packages but
 * those that the benchmarks hold out. Written down because another version of zstd would count otherwise; they are
 * made anew when the content changes much.
 */
const entropyTables = Buffer.from(
  [
    "QxCgItQ5lOrIZxiGYRiGYRiGYQAQy6rmk2RFkXFEZle2X9tly2sl1aXaxh5LatfY6jGwugHtJiGhxBGyWZVbjeKKrwmT",
    "AAAQGCSWSoUCaUgysAcEgMiQIp4YE6cSaZYEMYxSCCFjDDGEAAAYERkZEAAAAABEk0p2MYeMAQAAAAAAAAAAAAAA",
  ].join(""),
  "base64",
);

/** The dictionary, and the packages it was made from: their notices must go with it. */
export function buildDictionary(root) {
  const modules = join(root, "node_modules");
  const taken = new Uint8Array(TABLE_SIZE);
  const picks = languages.flatMap(({ share, files, folders }) => {
    const packages = folders.map((folder) => readTexts(join(modules, folder), files));
    const picked = pickFragments(packages, Math.floor(CONTENT_BYTES * share), taken);
    return picked.map(({ text, worth }) => ({ text, likely: worth * share }));
  });
  picks.sort((a, b) => a.likely - b.likely || (a.text < b.text ? -1 : 1));
  const content = Buffer.from(picks.map(({ text }) => text).join(""), "latin1");
  return {
    bytes: inZstdFormat(content.subarray(-CONTENT_BYTES)),
    packages: sourcePackages(modules),
  };
}

/** Magic number, id, entropy tables, the three offsets to begin with, content (RFC 8878, section 5). */
function inZstdFormat(content) {
  const hash = createHash("sha256").update(entropyTables).update(content).digest();
  // Ids below 2^15 and from 2^31 on are given out by a registrar.
  const id = ((hash.readUInt32LE(0) & 0x7fffffff) | 0x8000) >>> 0;
  const numbers = (...values) =>
    Buffer.from(values.flatMap((n) => [n, n >>> 8, n >>> 16, n >>> 24]));
  return Buffer.concat([numbers(0xec30a437, id), entropyTables, numbers(1, 4, 8), content]);
}

function sourcePackages(modules) {
  const folders = languages.flatMap((language) => language.folders);
  const names = folders.map((folder) => /^(@[^/]+\/)?[^/]+/.exec(folder)[0]);
  for (const name of names) {
    const { license } = JSON.parse(readFileSync(join(modules, name, "package.json"), "utf8"));
    if (!licences.includes(license)) throw new Error(`${name} is under ${license}`);
  }
  return [...new Set(names)].sort();
}

/**
 * The texts of a folder in the order of their paths, as they travel, a character for each byte; of a large folder every
 * second, third, ... file.
 */
function readTexts(folder, files) {
  const texts = readdirSync(folder, { recursive: true })
    .map((path) => path.replaceAll("\\", "/"))
    .filter((path) => !path.includes("node_modules/") && files.test(path.split("/").at(-1)))
    .sort()
    .map((path) => readFileSync(join(folder, path), "utf8").replaceAll("\r\n", "\n"))
    .map((text) => Buffer.from(encodeLines(text)).toString("latin1"));
  if (texts.length === 0) throw new Error(`${folder} has no source text`);
  const chars = texts.reduce((sum, text) => sum + text.length, 0);
  const step = Math.ceil(chars / MAX_PACKAGE_CHARS);
  return texts.filter((_, index) => index % step === 0);
}

/**
 * Fragments of up to `budgetBytes` in all, with what they were worth. `taken` marks the grams of earlier
 * languages and gets those of this one.
 */
function pickFragments(packages, budgetBytes, taken) {
  const sources = packages.map((texts) => texts.map((text) => ({ text, grams: gramsOf(text) })));
  const worths = gramWorths(sources, taken);
  const all = sources.flat().map(({ text, grams }) => {
    const known = new Float32Array(grams.length);
    for (let at = 0; at < grams.length; at++) known[at] = worths[grams[at]];
    return { text, grams, known, mostWorth: Infinity };
  });
  const picks = [];
  let leftBytes = budgetBytes;
  for (let least = 1; least > LEAST_WORTH; least *= SWEEP_FACTOR) {
    for (const source of all.filter(({ mostWorth }) => mostWorth >= least)) {
      for (const [from, to] of fragmentsWorth(least, source, worths)) {
        const text = source.text.slice(from, to + GRAM_CHARS - 1);
        for (const gram of source.grams.subarray(from, to)) taken[gram] = 1;
        picks.push({ text, worth: least });
        leftBytes -= text.length;
        if (leftBytes <= 0) return picks;
      }
    }
  }
  return picks;
}

/** A number below TABLE_SIZE for each gram, by its first character; 0 where a run goes on. */
function gramsOf(text) {
  const grams = new Int32Array(Math.max(0, text.length - GRAM_CHARS + 1));
  let previous = 0;
  for (let at = 0; at < grams.length; at++) {
    let hash = 0x811c9dc5;
    for (let k = at; k < at + GRAM_CHARS; k++) {
      hash = Math.imul(hash ^ text.charCodeAt(k), 0x01000193);
    }
    const gram = (hash ^ (hash >>> 15)) & (TABLE_SIZE - 1);
    grams[at] = gram === previous ? 0 : gram;
    previous = gram;
  }
  return grams;
}

function gramWorths(sources, taken) {
  const worths = new Float32Array(TABLE_SIZE);
  const inPieces = new Int32Array(TABLE_SIZE);
  const lastPiece = new Int32Array(TABLE_SIZE);
  let piece = 0;
  for (const texts of sources) {
    const chars = texts.reduce((sum, { grams }) => sum + grams.length, 0);
    const share = 1 / (chars / PIECE_CHARS + FEW_PIECES) / sources.length;
    for (const { grams } of texts) {
      for (let at = 0; at < grams.length; at++) {
        if (at % PIECE_CHARS === 0) piece++;
        const gram = grams[at];
        if (lastPiece[gram] === piece) continue;
        lastPiece[gram] = piece;
        inPieces[gram]++;
        worths[gram] += share;
      }
    }
  }
  for (let gram = 0; gram < TABLE_SIZE; gram++) {
    if (gram === 0 || taken[gram] || inPieces[gram] < FEW_PIECES) worths[gram] = 0;
  }
  return worths;
}

/**
 * The ranges of grams in a source that are worth `least` a gram or more, widened to where that ends.
 * What is handed out becomes worthless in `worths`; the source's own copy is brought up to date only
 * where it matters, for it can only be too high.
 */
function* fragmentsWorth(least, source, worths) {
  const { grams, known } = source;
  const wanted = least * FRAGMENT_GRAMS;
  const update = (from, to) => {
    let sum = 0;
    for (let at = Math.max(0, from); at < to; at++) sum += known[at] = worths[grams[at]];
    return sum;
  };
  let sum = 0;
  let mostLeft = 0;
  for (let at = 0; at < grams.length; at++) {
    sum += known[at] - (at < FRAGMENT_GRAMS ? 0 : known[at - FRAGMENT_GRAMS]);
    if (sum < wanted) {
      if (sum > mostLeft) mostLeft = sum;
      continue;
    }
    const start = at + 1 - FRAGMENT_GRAMS;
    sum = update(start, at + 1);
    if (sum < wanted) {
      if (sum > mostLeft) mostLeft = sum;
      continue;
    }
    const [from, to] = widened(grams, worths, { from: Math.max(0, start), to: at + 1, least });
    for (let k = from; k < to; k++) worths[grams[k]] = 0;
    yield [from, to];
    at = Math.max(at, to - 1);
    sum = update(at + 1 - FRAGMENT_GRAMS, at + 1);
  }
  source.mostWorth = mostLeft / FRAGMENT_GRAMS;
}

function widened(grams, worths, { from, to, least }) {
  while (to < grams.length && worths[grams[to]] >= least) to++;
  while (from > 0 && worths[grams[from - 1]] >= least) from--;
  while (worths[grams[from]] === 0) from++;
  while (worths[grams[to - 1]] === 0) to--;
  return [from, to];
}
