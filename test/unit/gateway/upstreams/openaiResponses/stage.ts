import type { TestContext } from "node:test";
import { OpenaiResponses } from "../../../../../src/gateway/upstreams/openaiResponses/openaiResponses.ts";
import type { ResponsesSettings } from "../../../../../src/gateway/upstreams/upstream.ts";
import type { ChatQuestion, ChatTurn } from "../../../../../src/wire/chat.ts";
import { OpenaiDouble } from "../../../../helpers/openaiDouble/openaiDouble.ts";
import type { DoubleScript } from "../../../../helpers/openaiDouble/switches.ts";
import { ManualClock } from "../../../../helpers/manualClock.ts";
import { key, never } from "../upstreamFixture.ts";

/** The double, an upstream that asks it, a clock that stands still, and what was logged. */
export interface Stage {
  readonly double: OpenaiDouble;
  readonly upstream: OpenaiResponses;
  readonly clock: ManualClock;
  readonly log: string[];
}

/** Makes them, and takes them down after the test. `url` is another way to the double. */
export async function setStage(
  t: TestContext,
  script: DoubleScript = {},
  change: Partial<ResponsesSettings> = {},
): Promise<Stage> {
  const double = await new OpenaiDouble(script).listen();
  const clock = new ManualClock();
  const log: string[] = [];
  const note = (line: string) => void log.push(line);
  const settings: ResponsesSettings = {
    ...{ kind: "openai-responses", url: double.url, model: "tiny", apiKey: key },
    ...{ firstTextTimeoutMs: 60_000, maxTokens: 32, lanes: "on", interrupts: false },
    ...change,
  };
  const upstream = new OpenaiResponses({
    ...{ settings, base: new URL(settings.url), apiKey: key, clock },
    log: { debug: note, info: note, warn: note },
  });
  t.after(async () => {
    upstream.dispose();
    await double.close();
  });
  return { double, upstream, clock, log };
}

/** A question of a conversation; turns are the person's and the model's in turn. */
export function question(...texts: readonly string[]): ChatQuestion {
  const turns = texts.map((text, index): ChatTurn => ({
    role: index % 2 === 0 ? "user" : "assistant",
    text,
  }));
  return { conversation: "one", instructions: "Be brief.", turns };
}

/** What is answered, whole. */
export async function chatted(
  { upstream }: Stage,
  asked: ChatQuestion,
  signal: AbortSignal = never,
): Promise<string> {
  let text = "";
  for await (const piece of upstream.chat(asked, signal)) text += piece;
  return text;
}
