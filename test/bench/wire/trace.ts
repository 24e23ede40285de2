import { readFile } from "node:fs/promises";
import { promisify } from "node:util";
import { gunzip } from "node:zlib";
import * as z from "zod/mini";
import type { Edit } from "../../../src/wire/edit.ts";

/** One transaction of an editing session. */
export interface TraceStep {
  readonly edits: readonly Edit[];
  /** The cursor behind the last insertion; undefined where nothing was inserted: then nothing is asked. */
  readonly askAt: number | undefined;
  /** Whether a second or more went by before it: the recordings have whole seconds. */
  readonly isAfterPause: boolean;
}

/** An editing session: a text and what was done to it. */
export interface Trace {
  readonly name: string;
  readonly start: string;
  readonly steps: readonly TraceStep[];
}

const format = z.object({
  startContent: z.string(),
  txns: z.array(
    z.object({ time: z.string(), patches: z.array(z.tuple([z.number(), z.number(), z.string()])) }),
  ),
});

/** Reads a recording in the `.json.gz` format of the editing-traces collection; positions there count code points. */
export async function readTrace(file: string): Promise<Trace> {
  const json = (await promisify(gunzip)(await readFile(file))).toString();
  if (/[\ud800-\udfff]|\\ud[89a-f]/i.test(json)) {
    throw new Error(
      `${file} has characters beyond the BMP: its positions would have to be converted`,
    );
  }
  const { startContent, txns } = format.parse(JSON.parse(json));
  const steps = txns.map(({ time, patches }, index) =>
    stepOf(
      patches.map(([offset, deletedChars, text]) => ({ offset, deletedChars, text })),
      Date.parse(time) - Date.parse(txns[index - 1]?.time ?? time) >= 1_000,
    ),
  );
  return { name: file.replace(/.*\//, ""), start: startContent, steps };
}

/** A session made from a text: typed from its beginning, with a slip of the finger now and then. */
export function typedTrace(name: string, text: string, random: () => number): Trace {
  const steps: TraceStep[] = [];
  for (let at = 0; at < text.length; at++) {
    if (random() < 0.03) {
      steps.push(stepOf([{ offset: at, deletedChars: 0, text: "x" }]));
      steps.push(stepOf([{ offset: at, deletedChars: 1, text: "" }]));
    }
    const isLineStart = text.charAt(at - 1) === "\n";
    steps.push(stepOf([{ offset: at, deletedChars: 0, text: text.charAt(at) }], isLineStart));
  }
  return { name, start: "", steps };
}

function stepOf(edits: readonly Edit[], isAfterPause = false): TraceStep {
  const last = edits.findLast(({ text }) => text !== "");
  // A request is each transaction that inserts text; its cursor is where the last edit ended.
  const end = edits.at(-1);
  return { isAfterPause, edits, askAt: last && end ? end.offset + end.text.length : undefined };
}

/** The text after an edit. */
export const edited = (text: string, { offset, deletedChars, text: put }: Edit): string =>
  text.slice(0, offset) + put + text.slice(offset + deletedChars);
