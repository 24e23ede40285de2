import assert from "node:assert/strict";
import { afterEach, beforeEach, it } from "node:test";
import { settled } from "../settled.ts";
import type { MakePair } from "../socketPairs.ts";
import { ended, PlainGatewayEnd } from "./gatewayEnd.ts";

/** PROTOCOL.md section 8.6 at the gateway. */
export function describeCredit(makePair: MakePair): void {
  let end: PlainGatewayEnd;
  beforeEach(async () => {
    end = await PlainGatewayEnd.greeted(makePair);
  });
  afterEach(() => {
    end.dispose();
  });

  const kib = "x".repeat(1024);
  const sentKib = (stream: number): number => {
    let talking = 0;
    let chars = 0;
    for (const message of end.client.received) {
      if (message.kind === "text") talking = message.stream;
      if ((message.kind === "text" || message.kind === "more") && talking === stream)
        chars += message.text.length;
    }
    return chars / 1024;
  };
  /** Waits until that much of a stream has come, and makes sure that no more does. */
  async function assertSent(stream: number, sizeKib: number): Promise<void> {
    await end.client.until(() => sentKib(stream) >= sizeKib);
    await settled();
    await end.said();
    assert.equal(sentKib(stream), sizeKib);
  }
  const grant = (stream: number, sizeKib: number): void => {
    end.client.say({ kind: "credit", stream, sizeBytes: sizeKib * 1024 });
  };

  it("stops after 64 KiB that were not granted, and goes on as far as is granted", async () => {
    end.typist.ask();
    const ask = await end.desk.ask(1);
    for (let each = 0; each < 200; each++) ask.text(kib);
    ask.end();
    await assertSent(1, 64);
    grant(1, 10);
    await assertSent(1, 74);
    for (let sent = 84; sent < 200; sent += 10) {
      grant(1, 10);
      await assertSent(1, sent);
    }
    grant(1, 6);
    await assertSent(1, 200);
    await end.client.until(() => end.client.received.some(({ kind }) => kind === "end"));
    assert.deepEqual((await end.said()).at(-1), ended(1));
  });

  it("does not read on from its source while it may not send", async () => {
    end.typist.ask();
    const ask = await end.desk.ask(1);
    for (let each = 0; each < 1_000; each++) ask.text(kib);
    await assertSent(1, 64);
    assert.ok(ask.unreadCount >= 1_000 - 66, `${ask.unreadCount} left`);
  });

  it("counts bytes of UTF-8", async () => {
    end.typist.ask();
    const ask = await end.desk.ask(1);
    for (let each = 0; each < 100; each++) ask.text("é".repeat(1024));
    await assertSent(1, 32);
  });

  it("gives each stream its own", async () => {
    end.typist.ask();
    end.typist.ask();
    const [full, other] = [await end.desk.ask(1), await end.desk.ask(2)];
    for (let each = 0; each < 100; each++) full.text(kib);
    await assertSent(1, 64);
    other.text("free");
    other.end();
    await end.client.until(() => end.client.received.some(({ kind }) => kind === "end"));
    await assertSent(1, 64);
  });

  it("never lets more than 64 KiB pile up, however much is granted", async () => {
    end.typist.ask();
    const ask = await end.desk.ask(1);
    for (let each = 0; each < 5; each++) grant(1, 4_000_000);
    await end.said();
    for (let each = 0; each < 100; each++) ask.text(kib);
    await assertSent(1, 64);
  });

  for (const [what, stop] of [
    [
      "cancelled",
      () => {
        end.typist.cancel(1);
      },
    ],
    ["superseded", () => end.typist.open("x", { document: 1 }).ask(1)],
    [
      "left",
      () => {
        end.client.vanish();
      },
    ],
  ] as const) {
    it(`stops a stream that waits for credit when it is ${what}`, async () => {
      end.typist.ask();
      const ask = await end.desk.ask(1);
      for (let each = 0; each < 100; each++) ask.text(kib);
      await assertSent(1, 64);
      stop();
      await end.desk.until(() => ask.isStopped);
      assert.ok(ask.signal.aborted);
    });
  }
}
