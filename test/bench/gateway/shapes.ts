/** How the model's server answers in a shape of the load. */
export interface Script {
  readonly firstMs: number;
  readonly tokenMs: number;
  readonly tokens: number;
}

/** One shape of the load: so many streams at once, each asking again as soon as it is answered. */
export interface Shape {
  readonly name: "c1" | "c50" | "c500" | "max";
  readonly streams: number;
  readonly script: Script;
  /** What is counted; before that as much again at most, to warm up. */
  readonly runMs: number;
}

/** Those that peers were measured with: one stream, many, very many, and as many requests as go through. */
export const shapes: readonly Shape[] = [
  { name: "c1", streams: 1, script: { firstMs: 20, tokenMs: 5, tokens: 10 }, runMs: 6_000 },
  { name: "c50", streams: 50, script: { firstMs: 50, tokenMs: 50, tokens: 20 }, runMs: 6_000 },
  { name: "c500", streams: 500, script: { firstMs: 50, tokenMs: 50, tokens: 20 }, runMs: 8_000 },
  { name: "max", streams: 50, script: { firstMs: 0, tokenMs: 0, tokens: 16 }, runMs: 4_000 },
];

/** A thousand people at once: each is answered after 50 ms, all of it in one go. */
export const crowd = { requests: 1_000, script: { firstMs: 50, tokenMs: 0, tokens: 16 } } as const;
