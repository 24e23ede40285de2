import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { systemClock } from "../../src/base/clock.ts";
import { createUpstream } from "../../src/gateway/upstreams/createUpstream.ts";
import type { ResponsesSettings } from "../../src/gateway/upstreams/upstream.ts";
import { startLocalGateway } from "../helpers/localGateway.ts";
import { OpenaiDouble } from "../helpers/openaiDouble/openaiDouble.ts";
import { openLink } from "../helpers/openLink.ts";
import { textOf } from "../helpers/requests.ts";

const key = "sk-test-0123456789abcdef";

const settingsFor = (url: string) =>
  ({
    ...{ kind: "openai-responses", url, model: "tiny", apiKey: key, lanes: "on" },
    ...{ interrupts: false, firstTextTimeoutMs: 10_000, maxTokens: 32 },
  }) as const satisfies ResponsesSettings;

describe("the gateway before OpenAI's API", () => {
  it("opens its socket when it starts, answers over it, and lets it go when it ends", async (t) => {
    const double = await new OpenaiDouble({ tokens: ["remote", " text"] }).listen();
    t.after(() => double.close());
    const child = await startLocalGateway({ upstream: settingsFor(double.url) }, (action) => {
      t.after(action);
    });
    await double.until(() => double.sessions.length === 1);
    assert.equal(double.records.length, 0);
    const { ask, link } = await openLink(await child.dial());
    assert.equal(await textOf(ask("const a = █;\n")), "remote text");
    const [record] = double.records;
    assert.equal(record?.transport, "socket");
    assert.equal(double.connections, 1);
    link.dispose();
    child.endInput();
    await double.until(() => double.openConnections === 0);
  });

  it("keeps many answers at a time apart, those that are given up among them", async (t) => {
    const double = await new OpenaiDouble({ tokenMs: 2 }).listen();
    double.tokensFor = (body) => {
      const name = /file path=\\"(\w+)/.exec(JSON.stringify(body["input"]))?.[1] ?? "?";
      return Array.from({ length: 6 }, (_, index) => `${name}.${index} `);
    };
    const upstream = createUpstream(settingsFor(double.url), systemClock);
    t.after(async () => {
      upstream.dispose();
      await double.close();
    });
    const outcomes = await Promise.all(
      Array.from({ length: 60 }, async (_, at) => {
        const controller = new AbortController();
        const place = { languageId: "typescript", snippets: [], isConfined: false };
        const request = { ...place, path: `f${at}`, before: "const a = ", after: ";\n" };
        let text = "";
        try {
          for await (const piece of upstream.complete(request, controller.signal)) {
            text += piece;
            if (at % 3 === 0) controller.abort(at);
          }
          return text;
        } catch (reason) {
          return reason;
        }
      }),
    );
    outcomes.forEach((outcome, at) => {
      const whole = Array.from({ length: 6 }, (_, index) => `f${at}.${index} `).join("");
      assert.equal(outcome, at % 3 === 0 ? at : whole);
    });
    assert.ok(double.connections <= 8, `${double.connections} sockets`);
    const names = new Set(double.records.map(({ lane }) => lane));
    assert.ok(names.size <= 6, [...names].join());
  });
});
