/**
 * Tries to read a secret from the lengths of frames, as CRIME did: where a guess stands in one compression context with
 * the secret, the right guess makes the frame shorter. The attacker may try as often as it likes, on new connections.
 */
import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { describe, it } from "node:test";
import { encodingOf } from "../../../src/link/linkProfile.ts";
import { Outbox } from "../../../src/link/outbox.ts";
import { encodeClientMessage } from "../../../src/wire/codec.ts";
import { type Dictionary, dictionaryOf } from "../../../src/wire/dictionary.ts";
import type { CompressionKind } from "../../../src/wire/messages.ts";
import { ManualClock } from "../../helpers/manualClock.ts";
import { freshSeed, seededRandom } from "../../helpers/randomness.ts";

const alphabet = "0123456789abcdef";
const secretChars = 12;
const label = 'const apiKey = "';

type Random = () => number;
const textOf = (random: Random, count: number): string =>
  Array.from({ length: count }, () => alphabet[Math.floor(random() * alphabet.length)]).join("");

/** What stands round the secret in the victim's file, and what an attacker knows of it. */
const fileWith = (secret: string): string =>
  `// settings\n${label}${secret}";\nexport { apiKey };\n`;

/** A fill of a document, as bulk is sent. */
const fill = (document: number, text: string): Uint8Array =>
  encodeClientMessage({ kind: "fill", document, offset: 0, text });

/** One connection as it is shipped, of whose frames nothing but their lengths are seen. */
class Wire {
  readonly #outbox: Outbox;
  #done = Promise.withResolvers<undefined>();
  #lengthBytes = 0;

  constructor(kind: CompressionKind, dictionary: Dictionary | undefined, isPadded: boolean) {
    const send = (frame: Uint8Array) => {
      this.#lengthBytes += frame.length;
      this.#done.resolve(undefined);
    };
    const nothing = () => undefined;
    const socket = { unsentBytes: 0, send, close: nothing, terminate: nothing, listen: nothing };
    this.#outbox = new Outbox(socket, new ManualClock(), "window", this.#done.reject);
    this.#outbox.settle(encodingOf(kind, dictionary, isPadded));
  }

  /** The length of the frame that this becomes, in bytes. */
  async lengthOf(payload: Uint8Array): Promise<number> {
    const before = this.#lengthBytes;
    this.#done = Promise.withResolvers();
    this.#outbox.send(payload);
    await this.#done.promise;
    return this.#lengthBytes - before;
  }

  dispose(): void {
    this.#outbox.dispose();
  }
}

/** Sends the victim's text, then the attacker's, and gives the lengths of all frames together, in bytes. */
type Attempt = (victim: string, attacker: string) => Promise<number>;

interface Surrounding {
  readonly before: string;
  /** How much of what is known already goes before the guess. */
  readonly reachChars: number;
  readonly after: string;
}

interface Setting {
  readonly kind: CompressionKind;
  readonly dictionary: Dictionary | undefined;
  readonly isPadded: boolean;
}

/** The victim's text on one connection, the attacker's on another. */
const apart =
  ({ kind, dictionary, isPadded }: Setting): Attempt =>
  async (victim, attacker) => {
    const [a, b] = [new Wire(kind, dictionary, isPadded), new Wire(kind, dictionary, isPadded)];
    const sum = (await a.lengthOf(fill(1, victim))) + (await b.lengthOf(fill(1, attacker)));
    a.dispose();
    b.dispose();
    return sum;
  };

/** Both on one connection, and so in one context. */
const together =
  ({ kind, dictionary, isPadded }: Setting): Attempt =>
  async (victim, attacker) => {
    const wire = new Wire(kind, dictionary, isPadded);
    const sum = (await wire.lengthOf(fill(1, victim))) + (await wire.lengthOf(fill(2, attacker)));
    wire.dispose();
    return sum;
  };

/**
 * Guesses character by character and gives what it has. For each candidate it compares the lengths with those of a
 * context of its own that holds no secret, so that only what depends on the secret counts, in several surroundings, so
 * that part of a byte counts too. A position without one shortest candidate is not recovered.
 */
async function recover(
  secret: string,
  attempt: Attempt,
  around: readonly Surrounding[],
): Promise<number> {
  const victim = fileWith(secret);
  const control = fileWith("?".repeat(secretChars));
  let known = "";
  for (let at = 0; at < secretChars; at++) {
    const scores = new Map<string, number>();
    for (const candidate of alphabet) {
      let score = 0;
      for (const { before, reachChars, after } of around) {
        const guess = `${before}${(label + known).slice(-reachChars)}${candidate}${after}`;
        score += (await attempt(victim, guess)) - (await attempt(control, guess));
      }
      scores.set(candidate, score);
    }
    const least = Math.min(...scores.values());
    const best = [...scores].filter(([, score]) => score === least);
    const [found] = best.length === 1 ? (best[0] ?? []) : [];
    if (found === undefined || found !== secret[at]) break;
    known += found;
  }
  return known.length;
}

function readDictionary(): Dictionary | undefined {
  try {
    return dictionaryOf(readFileSync(new URL("../../../dist/dictionary.bin", import.meta.url)));
  } catch {
    return undefined; // not built
  }
}

const dictionary = readDictionary();
const bestKind: CompressionKind = dictionary ? "zstd-dictionary" : "zstd";
/** What goes before and behind a guess, in characters that no secret has: long enough to be compressed. */
function surroundings(random: Random, count: number): Surrounding[] {
  const noise = (chars: number) =>
    Array.from({ length: chars }, () => String.fromCharCode(0x47 + Math.floor(random() * 20))).join(
      "",
    );
  return Array.from({ length: count }, (_, index) => ({
    before: noise(28 + (index % 8)), // so few that zstd leaves them as they are
    reachChars: 10 + (index % 8),
    after: noise(6),
  }));
}

describe("a secret and the lengths of frames", () => {
  const seed = Number(process.env["SEED"] ?? freshSeed());
  const random = seededRandom(seed);
  const secret = textOf(random, secretChars);

  for (const kind of [bestKind, "deflate"] as const) {
    const setting = { kind, dictionary, isPadded: false };

    it(`${kind}: nothing of it is recovered from another connection, padded or not`, async (t) => {
      t.diagnostic(`seed ${seed}`);
      for (const isPadded of [false, true]) {
        const found = await recover(
          secret,
          apart({ ...setting, isPadded }),
          surroundings(random, 4),
        );
        assert.equal(found, 0, `padded: ${isPadded}`);
      }
    });

    it(`${kind}: it is recovered where the context is shared, so this attack works`, async (t) => {
      const tries = surroundings(random, 16);
      const found = await recover(secret, together(setting), tries);
      t.diagnostic(`seed ${seed}: ${found} of ${secretChars} characters`);
      const padded = await recover(secret, together({ ...setting, isPadded: true }), tries);
      t.diagnostic(`padded, with as many tries: ${padded} of ${secretChars} characters`);
      assert.ok(found >= 10, `${found} characters`);
    });
  }
});
