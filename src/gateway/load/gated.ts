import type { Disposable } from "../../base/disposable.ts";
import { unread, type UpstreamAnswer } from "../upstreams/upstream.ts";

/**
 * An answer behind a gate: it begins once it has its place, and gives the place back when it is over, read to its end or left.
 * `onFailed` hears with what it failed.
 */
export function gated(
  entering: Disposable | Promise<Disposable>,
  begin: () => UpstreamAnswer,
  onFailed: (thrown: unknown) => void = () => undefined,
): UpstreamAnswer {
  if (entering instanceof Promise) return late(entering, begin, onFailed);
  return watched(begin(), entering, onFailed);
}

async function* late(
  entering: Promise<Disposable>,
  begin: () => UpstreamAnswer,
  onFailed: (thrown: unknown) => void,
): UpstreamAnswer {
  const slot = await entering;
  try {
    return yield* begin();
  } catch (thrown) {
    onFailed(thrown);
    throw thrown;
  } finally {
    slot.dispose();
  }
}

/** Without a generator around it: this is the way that nearly all requests take. */
function watched(
  answer: UpstreamAnswer,
  slot: Disposable,
  onFailed: (thrown: unknown) => void,
): UpstreamAnswer {
  const over = () => {
    slot.dispose();
  };
  const failed = (thrown: unknown) => {
    slot.dispose();
    onFailed(thrown);
    throw thrown;
  };
  const self: UpstreamAnswer = {
    next: () =>
      answer.next().then((result) => {
        if (result.done === true) over();
        return result;
      }, failed),
    return: (value) => answer.return(value).finally(over),
    throw: (thrown) => answer.throw(thrown).finally(over),
    [Symbol.asyncIterator]: () => self,
    [Symbol.asyncDispose]: async () => {
      await self.return(unread);
    },
  };
  return self;
}
