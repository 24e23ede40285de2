import assert from "node:assert/strict";
import { afterEach, beforeEach, it } from "node:test";
import { localProfile } from "../../../src/link/linkProfile.ts";
import { wholeHashOf } from "../../../src/wire/contentId.ts";
import { StuckSocket } from "../stuckSocket.ts";
import type { MakePair } from "../socketPairs.ts";
import { end as ended, PlainClientEnd } from "./clientEnd.ts";

const window = { beforeChars: 300, afterChars: 300, pieceChars: 1_000 };
const profile = { ...localProfile, window };
const text = Array.from({ length: 1_000 }, (_, at) => `line number ${at}\n`).join("");
/** As long as the client waits between two pieces: each must have been answered before the next. */
const stepMs = 10;
const middle = text.indexOf("line number 500\n");

/** PROTOCOL.md sections 5.1, 5.4 and 8.7 at the client: what it sends when nobody waits. */
export function describeBulk(makePair: MakePair): void {
  let end: PlainClientEnd;
  let socket: StuckSocket;
  beforeEach(async () => {
    const pair = await makePair();
    socket = new StuckSocket(pair.client);
    const stuck: MakePair = () => Promise.resolve({ ...pair, client: socket });
    end = await PlainClientEnd.welcomed(stuck, { profile });
  });
  afterEach(() => {
    end.dispose();
  });

  const kinds = () => end.said().map(({ kind }) => kind);
  const fills = () => end.said().flatMap((said) => (said.kind === "fill" ? [said] : []));

  /** Asks in the middle and answers it, so that nothing else is under way. */
  async function asked(): Promise<void> {
    end.begin(end.asked.askAt(text, middle));
    const { stream } = await end.nthAsk(1);
    end.gateway.say(ended(stream));
    await end.gateway.until(() => kinds().length >= 2);
  }

  /** Lets time pass on a link whose gateway answers each ping. */
  async function pass(totalMs: number): Promise<void> {
    const { gateway, clock } = end;
    for (let at = 0; at < totalMs; at += stepMs) {
      clock.advance(Math.min(stepMs, totalMs - at));
      await gateway.until(() => gateway.frames.length === socket.sentCount);
      const last = gateway.received.filter((said) => said.kind === "ping").at(-1);
      if (last) gateway.say({ kind: "pong", nonce: last.nonce });
      await socket.heard(gateway.saidCount);
    }
  }

  it("sends what stands round the cursor first", async () => {
    await asked();
    const [open] = end.said();
    assert.ok(open?.kind === "open");
    assert.equal(open.text, text.slice(middle - 300, middle + 300));
    assert.deepEqual([open.lengthChars, open.offset], [text.length, middle - 300]);
    const [ask] = end.asks();
    assert.ok(ask?.request && ask.request.before.length > 250);
  });

  it("sends the rest in pieces of one packet, the nearest first, until it is whole", async () => {
    await asked();
    await pass(2_000);
    await end.gateway.until(
      () => fills().reduce((sum, fill) => sum + fill.text.length, 600) === text.length,
    );
    assert.ok(fills().every((fill) => fill.text.length <= 1_000));
    const distances = fills().map(({ offset, text: piece }) =>
      offset > middle ? offset - middle : middle - offset - piece.length,
    );
    assert.deepEqual(
      distances,
      [...distances].sort((a, b) => a - b),
    );
    end.begin(end.asked.askAt(text, middle));
    const { request } = await end.nthAsk(2);
    assert.equal(`${request?.before ?? ""}${request?.after ?? ""}`, text);
  });

  it("sends no piece for 40 ms after an ask, and one every 10 ms then", async () => {
    await asked();
    end.clock.advance(39);
    await end.arrived();
    assert.equal(fills().length, 0);
    end.clock.advance(39);
    await end.arrived();
    assert.equal(fills().length, 0, "the ask of arrived() began it anew");
    await pass(61);
    assert.equal(fills().length, 3);
  });

  it("sends no piece while anything is unsent", async () => {
    await asked();
    socket.unsentBytes = 1;
    await pass(200);
    assert.equal(fills().length, 0);
    socket.unsentBytes = 0;
    await pass(10);
    assert.equal(fills().length, 1);
  });

  it("puts the ask of a key before the pieces that are left, however much that is", async () => {
    const whole = "const value = 1;\n".repeat(61_680);
    assert.ok(whole.length > 1_048_000);
    end.begin(end.asked.askAt(whole, 500_000));
    const { stream } = await end.nthAsk(1);
    end.gateway.say(ended(stream));
    await pass(100);
    await end.gateway.until(() => fills().length === 7);
    for (let key = 0; key < 5; key++) {
      const before = end.said().length;
      end.begin(end.asked.type("x", 500_000 + key));
      const { stream: asking } = await end.nthAsk(key + 2);
      const added = end.said().slice(before);
      assert.deepEqual(
        added.map(({ kind }) => kind),
        ["edit"],
        "the key's frame is the next one",
      );
      end.gateway.say(ended(asking));
      end.clock.advance(39); // a person types on: the bulk waits
    }
    await end.arrived();
    assert.equal(fills().length, 7);
  });

  it("sends edits that nothing was asked about after 300 ms", async () => {
    await end.ask("a█");
    end.asked.type("b", 1);
    end.clock.advance(299);
    await end.arrived();
    end.asked.type("c", 2);
    end.clock.advance(299);
    await end.gateway.until(() => true);
    assert.ok(end.said().every((said) => said.kind !== "edit" || said.isAsk));
    end.clock.advance(1);
    await end.gateway.until(() => end.said().some((said) => said.kind === "edit" && !said.isAsk));
    const edit = end.said().find((said) => said.kind === "edit" && !said.isAsk);
    assert.equal(edit?.kind === "edit" && Buffer.from(edit.bytes.subarray(-2)).toString(), "bc");
  });

  it("proves a whole text when nothing has happened for 3 s, once", async () => {
    await end.ask("const a = █;\n");
    end.gateway.say(ended(1));
    const verifies = () => end.said().filter(({ kind }) => kind === "verify");
    await pass(2_999);
    assert.deepEqual(verifies(), []);
    await pass(1);
    await end.gateway.until(() => verifies().length === 1);
    assert.deepEqual(verifies(), [
      { kind: "verify", document: 1, hash: Buffer.from(wholeHashOf("const a = ;\n")) },
    ]);
    await pass(10_000);
    assert.equal(verifies().length, 1);
    end.asked.type("1", 10);
    await pass(3_000);
    await end.gateway.until(() => verifies().length === 2);
  });

  it("opens the document anew in idle time where the gateway's text was found to differ", async () => {
    const { text: answer } = await end.ask("const a = █;\n");
    end.gateway.say({ kind: "resync", document: 1 }, ended(1));
    await answer();
    await pass(500);
    await end.gateway.until(() => kinds().filter((kind) => kind === "open").length === 2);
    end.begin(end.asked.type("1", 10));
    const { request } = await end.nthAsk(2);
    assert.equal(request?.before, "const a = 1");
    assert.equal(kinds().filter((kind) => kind === "open").length, 2);
  });
}
