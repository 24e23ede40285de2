/** Where a text would be inserted. */
export interface Place {
  /** The document's text left of the cursor, from its start or from anywhere in it. */
  readonly before: string;
  /** The document's text right of the cursor, to its end or to anywhere in it. */
  readonly after: string;
  /** The editor's language id, such as `typescript`. */
  readonly languageId: string;
  /** Whether the document's lines end with `\r\n`; missing where the text alone tells. */
  readonly hasCrLf?: boolean;
}
