import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { wholeAnswer } from "../../../helpers/handUpstream.ts";
import { arrange, never } from "./upstreamFixture.ts";

void describe("the failure of a chat", () => {
  for (const chars of [4_000, 20_000])
    void it(`quotes nothing of a turn of ${chars} characters, the beginning included`, async (t) => {
      const { upstream, server } = await arrange(t, "openai-compatible");
      const begin = "my password is hunter2-hunter2";
      const body = { error: { message: `cannot tokenize: "${begin}..."` } };
      server.script = { outcome: { kind: "status", status: 500, body } };
      const text = `${begin} and ${"x".repeat(chars)}`;
      const turns = [{ role: "user", text }] as const;
      const answer = upstream.chat?.({ conversation: "c", instructions: "", turns }, never);
      assert.ok(answer);
      await assert.rejects(wholeAnswer(answer), (error) => {
        assert.doesNotMatch(String(error), /hunter2|password/);
        return true;
      });
    });
});
