import { onAbort } from "../base/abort.ts";
import type { Emitter } from "../base/emitter.ts";

/**
 * Waits until something is so: asked at once, and whenever there is news. Throws what the question throws, or the signal's reason when
 * it fires first.
 */
export async function until<News>(
  isSo: () => boolean,
  onNews: Emitter<News>["on"],
  signal: AbortSignal,
): Promise<void> {
  const settled = Promise.withResolvers<undefined>();
  const look = () => {
    try {
      if (isSo()) settled.resolve(undefined);
    } catch (error) {
      settled.reject(error);
    }
  };
  const watch = onNews(look);
  const abort = onAbort(signal, () => {
    settled.reject(signal.reason as Error);
  });
  look();
  try {
    await settled.promise;
  } finally {
    watch.dispose();
    abort.dispose();
  }
}
