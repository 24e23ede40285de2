/**
 * What the core does at a key, in processor time: the edit is noted, what is known is looked up, a request is begun or
 * kept, and the editor is given its answer. In documents of three sizes, with answers that come at once.
 *   --keys N   keys in each document (default 2000)
 */
import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { parseArgs } from "node:util";
import { systemClock } from "../../src/base/clock.ts";
import { Completer } from "../../src/completion/completer.ts";
import type { CompletionSource } from "../../src/completion/source.ts";
import { snapshotRange } from "../../src/context/snapshot.ts";
import { LocalDocuments } from "../../src/wire/localDocuments.ts";
import { seededRandom } from "../helpers/randomness.ts";
import { settled } from "../helpers/settled.ts";
import type { Figures } from "./report.ts";
import { spread } from "./spread.ts";

const sizesKb = [12, 132, 674];
const seed = 3;
const typingErrorShare = 0.03;
const warmUpKeys = 1_000;

export async function run(options: string[]): Promise<Figures> {
  const { values } = parseArgs({
    args: options,
    options: { keys: { type: "string", default: "2000" } },
  });
  const source = await readFile(
    join(import.meta.dirname, "../../src/wire/documentSender.ts"),
    "utf8",
  );
  const figures: Record<string, Figures> = {};
  for (const sizeKb of sizesKb) {
    const text = source.repeat(Math.ceil((sizeKb * 1024) / source.length)).slice(0, sizeKb * 1024);
    figures[`of${sizeKb}Kb`] = await typeIn(text, source, Number(values.keys));
  }
  return figures;
}

/** Types a source into the middle of a document, with a typing error now and then. */
async function typeIn(document: string, typed: string, keys: number): Promise<Figures> {
  const typist = new Typist(document, typed);
  const random = seededRandom(seed);
  const cpuMs: number[] = [];
  for (let key = 0; key < keys + warmUpKeys; key++) {
    const before = process.cpuUsage();
    await typist.key(random() < typingErrorShare);
    const { user, system } = process.cpuUsage(before);
    if (key >= warmUpKeys) cpuMs.push((user + system) / 1_000);
  }
  const { requests } = typist;
  typist.dispose();
  return { cpuMs: spread(cpuMs), requestsPer100Keys: (requests / (keys + warmUpKeys)) * 100 };
}

const documentKey = "bench";
const name = {
  key: documentKey,
  path: "bench/file.ts",
  languageId: "typescript",
  isConfined: false,
};
const answerChars = 240;

class Typist {
  requests = 0;
  readonly #documents = new LocalDocuments();
  readonly #completer: Completer;
  readonly #typed: string;
  #offset: number;
  #version = 1;
  #typedChars = 0;
  #wrongChars = 0;

  constructor(document: string, typed: string) {
    this.#typed = typed;
    this.#offset = Math.floor(document.length / 2);
    this.#documents.open(name, this.#version, document);
    const source: CompletionSource = ({ ahead }) => this.#answer(ahead?.text.length ?? 0);
    this.#completer = new Completer({
      source,
      clock: systemClock,
      draftPatienceMs: () => 0,
      hasDrafts: () => true,
      maySpeculate: () => true,
      syntaxOf: () => undefined,
    });
  }

  async key(isWrong: boolean): Promise<void> {
    if (this.#wrongChars > 0) {
      this.#wrongChars--;
      this.#edit(-1, "");
    } else if (isWrong) {
      this.#wrongChars++;
      this.#edit(0, "~");
    } else this.#edit(0, this.#typed.charAt(this.#typedChars++ % this.#typed.length));
    this.#completer.edited(documentKey);
    const text = this.#documents.get(documentKey)?.text;
    if (!text) throw new Error("the document is not open");
    const at = this.#offset;
    const { from, to } = snapshotRange(at);
    const ask = this.#completer.ask(
      {
        documentKey,
        path: name.path,
        languageId: name.languageId,
        isConfined: false,
        version: this.#version,
        offset: at,
        before: text.slice(from, at) ?? "",
        after: text.slice(at, Math.min(text.length, to)) ?? "",
      },
      systemClock.now(),
    );
    void ask.wait(new AbortController().signal);
    await settled();
  }

  dispose(): void {
    this.#completer.dispose();
    this.#documents.dispose();
  }

  #edit(move: number, text: string): void {
    const edit = { offset: this.#offset + move, deletedChars: -move, text };
    this.#documents.edit(documentKey, ++this.#version, [edit]);
    this.#offset += move + text.length;
  }

  async *#answer(aheadChars: number): ReturnType<CompletionSource> {
    this.requests++;
    const from = this.#typedChars + aheadChars;
    for (let at = from; at < from + answerChars; at += 4) {
      yield { kind: "text", origin: "remote", text: this.#typed.slice(at, at + 4) } as const;
    }
    const timings = { draftMs: undefined, firstRemoteMs: 0, totalMs: 0 };
    await Promise.resolve();
    yield { kind: "end", timings } as const;
  }
}
