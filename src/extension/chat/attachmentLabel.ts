import type { Attachment } from "../../chat/conversation.ts";
import type { Translate } from "../translate.ts";

/** What an attachment is called for people: `src/a.ts, lines 3-9`. A problem has the same place as its lines. */
export function labelOf({ kind, path, firstLine, lastLine }: Attachment, t: Translate): string {
  if (kind === "file") return path;
  const place =
    firstLine === lastLine
      ? t("{0}, line {1}", path, firstLine)
      : t("{0}, lines {1}-{2}", path, firstLine, lastLine);
  return kind === "problem" ? t("Problem: {0}", place) : place;
}
