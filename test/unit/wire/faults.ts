import type { Draw } from "./editedDocuments.ts";

/** What is done to a payload on its way. */
export type Fault = "lost" | "repeated" | "swapped" | "flipped" | "cut";

const kinds: readonly Fault[] = ["lost", "repeated", "swapped", "flipped", "cut"];

/** Payloads as a broken transport brings them: about one of `every` suffers one fault. */
export function damaged(
  payloads: readonly Uint8Array[],
  { draw, every }: { readonly draw: Draw; readonly every: number },
): readonly Uint8Array[] {
  const arrived: Uint8Array[] = [];
  let late: Uint8Array | undefined;
  for (const payload of payloads) {
    const fault = draw(every) === 0 ? kinds[draw(kinds.length)] : undefined;
    if (fault === "swapped" && !late) {
      late = payload;
      continue;
    }
    if (fault === "flipped") arrived.push(flipped(payload, draw));
    else if (fault === "cut") arrived.push(payload.subarray(0, draw(payload.length)));
    else if (fault === "repeated") arrived.push(payload, payload);
    else if (fault !== "lost") arrived.push(payload);
    if (late) arrived.push(late);
    late = undefined;
  }
  return late ? [...arrived, late] : arrived;
}

function flipped(payload: Uint8Array, draw: Draw): Uint8Array {
  const copy = Uint8Array.from(payload);
  const at = draw(copy.length);
  copy[at] = (copy[at] ?? 0) ^ (1 << draw(8));
  return copy;
}
