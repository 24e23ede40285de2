/** Text to insert at the cursor and how many UTF-16 units after the cursor it takes the place of. */
export interface Fitted {
  readonly text: string;
  readonly replaceAfterChars: number;
}
