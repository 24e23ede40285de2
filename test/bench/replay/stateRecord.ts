/** Ghost text that the editor put on the screen, or took off it where it is empty. */
export interface GhostChange {
  readonly at: number;
  readonly ghost: string;
}

/** What was seen and known of one state: the text after a key. Times are the stage's, in ms. */
export interface StateRecord {
  readonly keyAt: number;
  /** The cursor after the key, in UTF-16 units from the start of the file. */
  readonly cursor: number;
  /** Whether the text before the cursor is that of the final file; else there is a slip of the finger in it. */
  readonly isOnPath: boolean;
  /** What was left on the screen in the turn of the key. */
  readonly kept: string;
  /** When the core was asked for this state, and when it had its first text for it. */
  readonly askedAt: number | undefined;
  readonly answeredAt: number | undefined;
  /** What the editor did to the ghost text before the next key. */
  readonly changes: readonly GhostChange[];
}

/** What was on the screen just before the next key. */
export const lastGhost = ({ kept, changes }: StateRecord): string => changes.at(-1)?.ghost ?? kept;
