/// <reference lib="dom" />
/** What the screen showed, frame by frame: noted in the page, where no message to this process comes in between. */
import type { Page } from "playwright-core";

/** The cursor's line in one frame. */
export interface Frame {
  /** Milliseconds on the page's clock. */
  readonly at: number;
  /** The line as a person reads it, ghost text and its further lines included. */
  readonly whole: string;
  /** The ghost text in it; empty when there is none. */
  readonly ghost: string;
}

/** All frames of a time, and when keys were pressed in it, on the same clock. */
export interface Recording {
  readonly frames: readonly Frame[];
  readonly keysAt: readonly number[];
}

interface Recorder extends Recording {
  readonly frames: Frame[];
  readonly keysAt: number[];
  readonly stop: () => void;
}

declare global {
  var slipstreamRecorder: Recorder | undefined;
}

/** Notes every frame from now on, until `recorded`. */
export async function recordFrames(page: Page): Promise<void> {
  await page.evaluate(() => {
    const frames: Frame[] = [];
    const keysAt: number[] = [];
    const plain = (text: string) => text.replaceAll("\u00a0", " ");
    const cursorLine = () => {
      const cursor = document.querySelector<HTMLElement>(".cursors-layer .cursor");
      const lines = document.querySelectorAll<HTMLElement>(".view-lines .view-line");
      return [...lines].find(({ style }) => style.top === cursor?.style.top);
    };
    const textsOf = (root: ParentNode | undefined, selector: string) =>
      [...(root?.querySelectorAll(selector) ?? [])].map((each) => each.textContent);
    const look = () => {
      const line = cursorLine();
      const first = textsOf(line, ".ghost-text-decoration").join("");
      const others = textsOf(document, ".suggest-preview-text .view-line");
      const whole = plain([line?.textContent ?? "", ...others].join("\n"));
      frames.push({ at: performance.now(), whole, ghost: plain([first, ...others].join("\n")) });
    };
    // A message comes after the frame is drawn; in the frame itself the editor may not have drawn yet.
    const drawn = new MessageChannel();
    let isOver = false;
    const next = () => {
      drawn.port2.postMessage(undefined);
      if (!isOver) requestAnimationFrame(next);
    };
    drawn.port1.onmessage = look;
    const pressed = (event: KeyboardEvent) => void keysAt.push(event.timeStamp);
    addEventListener("keydown", pressed, true);
    requestAnimationFrame(next);
    const stop = () => {
      isOver = true;
      removeEventListener("keydown", pressed, true);
    };
    globalThis.slipstreamRecorder = { frames, keysAt, stop };
  });
}

/** What was noted since `recordFrames`, which ends with this. */
export async function recorded(page: Page): Promise<Recording> {
  return page.evaluate(() => {
    const recorder = globalThis.slipstreamRecorder;
    recorder?.stop();
    return { frames: recorder?.frames ?? [], keysAt: recorder?.keysAt ?? [] };
  });
}

/** The frames between the first key and the last. */
export function whileTyping({ frames, keysAt }: Recording): readonly Frame[] {
  const first = keysAt.at(0) ?? Infinity;
  const last = keysAt.at(-1) ?? -Infinity;
  return frames.filter(({ at }) => at >= first && at <= last);
}

/** What the frames showed one after the other, each once: for a failure's message. */
export function changesIn(frames: readonly Frame[]): string {
  const shown = frames.map(({ whole, ghost }) => JSON.stringify({ whole, ghost }));
  return shown.filter((each, at) => each !== shown[at - 1]).join("\n");
}
