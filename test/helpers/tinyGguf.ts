/**
 * Writes small GGUF files of the llama architecture: random weights, a vocabulary of the 256 bytes and a few
 * control tokens. They say nothing sensible, but are evaluated by the real library as any model is.
 */
import { writeFile } from "node:fs/promises";

/** What the model is like; by default it can fill in and its words depend on all of its context. */
export interface TinyModel {
  /** Other weights for another seed. */
  readonly seed?: number;
  /** Which of the tokens for filling in the vocabulary has. */
  readonly infill?: "all" | "without middle" | "none";
  /**
   * What it says, over and over, whatever it is asked: each byte is followed by the next, so that none may occur
   * twice. `endsWith` ends it instead: with its end token, or with another control token.
   */
  readonly says?: { readonly text: string; readonly endsWith?: "end" | "file" };
  readonly layers?: number;
}

const width = 64;
const heads = 2;
const innerWidth = 128;
const contextTokens = 8_192;

const control = [
  "<|endoftext|>",
  "<fim_pre>",
  "<fim_suf>",
  "<fim_mid>",
  "<file>",
  "<bos>",
] as const;
type Control = (typeof control)[number];
const controlId = (name: Control): number => 256 + control.indexOf(name);
const vocabularySize = 256 + control.length;

/** Writes the file. */
export async function writeTinyGguf(path: string, model: TinyModel = {}): Promise<void> {
  await writeFile(path, tinyGguf(model));
}

function tinyGguf(model: TinyModel): Buffer {
  const tensors = tensorsOf(model);
  const metadata = metadataOf(model);
  const head = new Bytes();
  head.raw(Buffer.from("GGUF"));
  head.uint32(3);
  head.uint64(tensors.length);
  head.uint64(metadata.length);
  for (const [key, value] of metadata) head.keyValue(key, value);
  let offset = 0;
  for (const { name, shape, values } of tensors) {
    head.string(name);
    head.uint32(shape.length);
    for (const size of shape) head.uint64(size);
    head.uint32(0); // F32
    head.uint64(offset);
    offset += aligned(values.byteLength);
  }
  const body = tensors.map(({ values }) => padded(Buffer.from(values.buffer)));
  return Buffer.concat([padded(head.whole()), ...body]);
}

type Value = string | { uint32: number } | { float32: number } | boolean | string[] | number[];

function metadataOf({ infill = "all", layers = 2 }: TinyModel): [string, Value][] {
  const names = control.map((name) => (infill === "none" ? name.replace("fim", "no") : name));
  const tokens = [...byteNames(), ...names];
  const fim: [string, Value][] = [
    ["tokenizer.ggml.fim_pre_token_id", { uint32: controlId("<fim_pre>") }],
    ["tokenizer.ggml.fim_suf_token_id", { uint32: controlId("<fim_suf>") }],
    ["tokenizer.ggml.fim_mid_token_id", { uint32: controlId("<fim_mid>") }],
  ];
  return [
    ["general.architecture", "llama"],
    ["general.name", "tiny"],
    ["llama.context_length", { uint32: contextTokens }],
    ["llama.embedding_length", { uint32: width }],
    ["llama.block_count", { uint32: layers }],
    ["llama.feed_forward_length", { uint32: innerWidth }],
    ["llama.attention.head_count", { uint32: heads }],
    ["llama.attention.head_count_kv", { uint32: heads }],
    ["llama.attention.layer_norm_rms_epsilon", { float32: 1e-5 }],
    ["llama.rope.dimension_count", { uint32: width / heads }],
    ["llama.vocab_size", { uint32: vocabularySize }],
    ["tokenizer.ggml.model", "gpt2"],
    ["tokenizer.ggml.pre", "default"],
    ["tokenizer.ggml.tokens", tokens],
    ["tokenizer.ggml.token_type", tokens.map((_, id) => (id < 256 ? 1 : 3))],
    ["tokenizer.ggml.merges", ["\u0100 \u0101"]], // the loader wants one; these two bytes are in no text
    ["tokenizer.ggml.bos_token_id", { uint32: controlId("<bos>") }],
    ["tokenizer.ggml.eos_token_id", { uint32: controlId("<|endoftext|>") }],
    ["tokenizer.ggml.add_bos_token", false],
    ...fim.slice(0, { all: 3, "without middle": 2, none: 0 }[infill]),
  ];
}

/** The names that byte-level vocabularies give the 256 bytes: themselves where they can be seen. */
function byteNames(): string[] {
  let hidden = 0;
  return Array.from({ length: 256 }, (_, byte) => {
    const isSeen = (byte > 0x20 && byte < 0x7f) || (byte > 0xa0 && byte !== 0xad && byte <= 0xff);
    return String.fromCodePoint(isSeen ? byte : 256 + hidden++);
  });
}

interface Tensor {
  readonly name: string;
  readonly shape: readonly number[];
  readonly values: Float32Array;
}

function tensorsOf({ seed = 1, layers = 2, says }: TinyModel): Tensor[] {
  const next = gaussian(seed);
  const random = (name: string, columns: number, rows: number, scale: number): Tensor => ({
    name,
    shape: [columns, rows],
    values: Float32Array.from({ length: columns * rows }, () => next() * scale),
  });
  const ones = (name: string): Tensor => ({
    name,
    shape: [width],
    values: new Float32Array(width).fill(1),
  });
  const scale = says ? 0 : 1 / Math.sqrt(width);
  const blocks = Array.from({ length: layers }, (_, layer) => {
    const name = (part: string) => `blk.${layer}.${part}.weight`;
    return [
      ones(name("attn_norm")),
      ...["attn_q", "attn_k"].map((part) => random(name(part), width, width, 4 * scale)),
      ...["attn_v", "attn_output"].map((part) => random(name(part), width, width, 2 * scale)),
      ones(name("ffn_norm")),
      ...["ffn_gate", "ffn_up"].map((part) => random(name(part), width, innerWidth, scale)),
      random(name("ffn_down"), innerWidth, width, scale),
    ];
  });
  const embedding = random("token_embd.weight", width, vocabularySize, 1);
  const output = random("output.weight", width, vocabularySize, says ? 0.01 : 1);
  if (says) teach(embedding.values, output.values, says);
  return [embedding, ...blocks.flat(), ones("output_norm.weight"), output];
}

/** Makes a token's embedding the output row of what follows it. All tokens that are not in the text are one. */
function teach(
  embedding: Float32Array,
  output: Float32Array,
  { text, endsWith }: NonNullable<TinyModel["says"]>,
): void {
  const bytes = [...Buffer.from(text)];
  const [first = 0] = bytes;
  const last =
    endsWith === undefined ? first : controlId(endsWith === "end" ? "<|endoftext|>" : "<file>");
  const rowOf = (token: number) => embedding.subarray(token * width, (token + 1) * width);
  const follows = (follower: number, token: number) => {
    for (const [i, value] of rowOf(token).entries())
      output[follower * width + i] = (output[follower * width + i] ?? 0) + value;
  };
  for (const [at, byte] of bytes.entries()) follows(bytes[at + 1] ?? last, byte);
  const strange = vocabularySize - 1;
  follows(first, strange);
  for (let token = 0; token < vocabularySize; token++)
    if (!bytes.includes(token)) rowOf(token).set(rowOf(strange));
}

/** Normally distributed numbers, the same ones for the same seed. */
function gaussian(seed: number): () => number {
  let state = seed >>> 0;
  const uniform = () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return (((mixed ^ (mixed >>> 14)) >>> 0) + 1) / 2 ** 32;
  };
  return () => Math.sqrt(-2 * Math.log(uniform())) * Math.cos(2 * Math.PI * uniform());
}

const alignment = 32;
const aligned = (bytes: number): number => Math.ceil(bytes / alignment) * alignment;
const padded = (bytes: Buffer): Buffer =>
  Buffer.concat([bytes, Buffer.alloc(aligned(bytes.length) - bytes.length)]);

/** The numbers and strings of a GGUF head. */
class Bytes {
  readonly #parts: Buffer[] = [];

  raw(bytes: Buffer): void {
    this.#parts.push(bytes);
  }

  uint32(value: number): void {
    const bytes = Buffer.alloc(4);
    bytes.writeUInt32LE(value);
    this.raw(bytes);
  }

  uint64(value: number): void {
    const bytes = Buffer.alloc(8);
    bytes.writeBigUInt64LE(BigInt(value));
    this.raw(bytes);
  }

  string(text: string): void {
    const bytes = Buffer.from(text);
    this.uint64(bytes.length);
    this.raw(bytes);
  }

  keyValue(key: string, value: Value): void {
    this.string(key);
    if (typeof value === "boolean") {
      this.uint32(7);
      this.raw(Buffer.from([Number(value)]));
    } else if (typeof value === "string") {
      this.uint32(8);
      this.string(value);
    } else if (Array.isArray(value)) {
      this.uint32(9);
      this.uint32(typeof value[0] === "string" ? 8 : 5);
      this.uint64(value.length);
      for (const item of value) if (typeof item === "string") this.string(item);
      for (const item of value) if (typeof item === "number") this.uint32(item);
    } else if ("uint32" in value) {
      this.uint32(4);
      this.uint32(value.uint32);
    } else {
      const bytes = Buffer.alloc(4);
      bytes.writeFloatLE(value.float32);
      this.uint32(6);
      this.raw(bytes);
    }
  }

  whole(): Buffer {
    return Buffer.concat(this.#parts);
  }
}
