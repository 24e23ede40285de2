import { onAbort } from "../../../src/base/abort.ts";
import type { Upstream, UpstreamAnswer } from "../../../src/gateway/upstreams/upstream.ts";
import type { CompletionRequest } from "../../../src/wire/messages.ts";
import type { OracleAnswers } from "./oracleAnswers.ts";

/** As many as the window's settings ask for when they say nothing. */
export const maxTokens = 96;

/** The oracle behind no network: its tokens come in the turn in which they are due. */
export class OracleUpstream implements Upstream {
  readonly name = "the oracle";
  readonly #answers: OracleAnswers;

  constructor(answers: OracleAnswers) {
    this.#answers = answers;
  }

  async *complete(request: CompletionRequest, signal: AbortSignal): UpstreamAnswer {
    signal.throwIfAborted();
    const waiting: string[] = [];
    const said = { all: false };
    let changed = Promise.withResolvers<undefined>();
    const notify = () => {
      changed.resolve(undefined);
      changed = Promise.withResolvers();
    };
    const answer = this.#answers.begin(request.before, maxTokens, {
      token: (text) => {
        waiting.push(text);
        notify();
      },
      end: () => {
        said.all = true;
        notify();
      },
    });
    const abort = onAbort(signal, () => {
      answer.dispose();
      notify();
    });
    try {
      for (;;) {
        signal.throwIfAborted();
        const text = waiting.shift();
        if (text !== undefined) yield text;
        else if (said.all) return { stop: "done", usage: undefined };
        else await changed.promise;
      }
    } finally {
      abort.dispose();
      answer.dispose();
    }
  }

  dispose(): void {
    // It holds nothing.
  }
}
