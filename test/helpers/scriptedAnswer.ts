/** What the events of one answer are made from. */
export interface EventOptions {
  readonly path: string;
  readonly body: Readonly<Record<string, unknown>>;
  readonly tokens: readonly string[];
  readonly counted: { readonly inputTokens: number; readonly cachedTokens: number };
  readonly stop: "done" | "limit" | "filtered";
  readonly isSuffixIgnored: boolean;
  readonly countsUnasked: boolean;
}

/** An answer in the words of a real server: what comes first, one event per token, then what comes last. */
export interface Events {
  readonly mediaType: string;
  /** What stands before the data of an event. */
  readonly dataPrefix: string;
  readonly begin: string;
  readonly tokens: readonly string[];
  /** The event that says why the text is over. */
  readonly finish: string;
  /** What comes behind that. */
  readonly end: string;
  readonly error: (error: unknown) => string;
}
