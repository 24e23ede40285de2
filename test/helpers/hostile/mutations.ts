/** Conversations that were right once, changed at random: the seed decides how. */
import type { HostileInput } from "./attack.ts";
import { goodConversation, helloWith, lastPing, lastPong } from "./conversation.ts";
import { messagesOf, opcodes, upgradeRequest, webSocketFrame } from "./webSocketBytes.ts";

type Random = () => number;
type Mutation = (payloads: Uint8Array[], random: Random) => void;

const below = (random: Random, count: number): number => Math.floor(random() * count);
const oddBytes = [0x00, 0x7f, 0x80, 0xff, 0xfe, 0xf8, 0xa0, 0xc3, 0x8c, 0x90];
const hugeNumber = Uint8Array.of(0xff, 0xff, 0xff, 0xff, 0x0f);

const good = goodConversation();

/** Changes one payload behind the hello, or now and then the hello itself. */
function change(
  payloads: Uint8Array[],
  random: Random,
  make: (payload: Uint8Array, at: number) => Uint8Array,
): void {
  const index = random() < 0.05 ? 0 : below(random, payloads.length);
  const payload = payloads[index] ?? new Uint8Array();
  payloads[index] = make(payload, below(random, payload.length));
}

const spliced = (payload: Uint8Array, at: number, removed: number, put: Uint8Array): Uint8Array =>
  Buffer.concat([payload.subarray(0, at), put, payload.subarray(at + removed)]);

const mutations: readonly Mutation[] = [
  (payloads, random) => {
    change(payloads, random, (payload, at) =>
      spliced(payload, at, 1, Uint8Array.of((payload[at] ?? 0) ^ (1 << below(random, 8)))),
    );
  },
  (payloads, random) => {
    change(payloads, random, (payload, at) =>
      spliced(payload, at, 1, Uint8Array.of(oddBytes[below(random, oddBytes.length)] ?? 0)),
    );
  },
  (payloads, random) => {
    change(payloads, random, (payload, at) => payload.subarray(0, at));
  },
  (payloads, random) => {
    change(payloads, random, (payload, at) => {
      const noise = Uint8Array.from({ length: 1 + below(random, 40) }, () => below(random, 256));
      return spliced(payload, at, 0, noise);
    });
  },
  (payloads, random) => {
    change(payloads, random, (payload, at) => spliced(payload, at, 1, hugeNumber));
  },
  (payloads, random) => {
    change(payloads, random, (payload, at) => spliced(payload, 0, 1, Uint8Array.of(at)));
  },
  (payloads, random) => void payloads.splice(below(random, payloads.length), 1),
  (payloads, random) => {
    const from = below(random, payloads.length);
    payloads.splice(below(random, payloads.length), 0, payloads[from] ?? hugeNumber);
  },
  (payloads, random) => {
    const [from, to] = [below(random, payloads.length), below(random, payloads.length)];
    [payloads[from], payloads[to]] = [payloads[to] ?? hugeNumber, payloads[from] ?? hugeNumber];
  },
  (payloads, random) => {
    const [payload] = payloads.splice(below(random, payloads.length), 1);
    change(payloads, random, (other, at) => spliced(other, at, 0, payload ?? hugeNumber));
  },
];

/** One conversation, mostly its beginning, with one to four changes; now and then the socket's frames are changed too. */
export function mutatedInput(token: string, index: number, random: Random): HostileInput {
  const payloads = good.slice(0, 2 + below(random, good.length));
  const hello = random() < 0.1 ? helloWith(random() < 0.5 ? "zstd" : "deflate") : payloads[0];
  payloads[0] = hello ?? hugeNumber;
  for (let count = 1 + below(random, 4); count > 0; count--) {
    mutations[below(random, mutations.length)]?.(payloads, random);
  }
  const name = `mutation ${index}`;
  if (random() < 0.85) {
    const bytes = [upgradeRequest(token), messagesOf(...payloads, lastPing)];
    return { name, bytes, answer: lastPong };
  }
  return { name, bytes: [upgradeRequest(token), ...oddSocketBytes(payloads, random)] };
}

/** The last payload in a frame of the socket that is changed; or the bytes of all of them. */
function oddSocketBytes(payloads: readonly Uint8Array[], random: Random): Buffer[] {
  const all = messagesOf(...payloads);
  if (random() < 0.5) {
    const at = below(random, all.length);
    all[at] = below(random, 256);
    return [all.subarray(0, random() < 0.5 ? all.length : below(random, all.length))];
  }
  const last = payloads.at(-1) ?? hugeNumber;
  const form = {
    opcode: random() < 0.5 ? opcodes.binary : below(random, 16),
    isFinal: random() < 0.7,
    reserved: random() < 0.7 ? 0 : below(random, 8),
    isMasked: random() < 0.8,
    ...(random() < 0.3 ? { claimedBytes: below(random, 2 ** 33) } : {}),
  };
  return [all, webSocketFrame(last, form), webSocketFrame(lastPing)];
}
