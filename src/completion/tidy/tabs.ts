import { lineBefore } from "../extent.ts";
import { widthOfStep } from "./indentation.ts";
import { indentationOf, linesAbove, linesBelow } from "./lines.ts";
import type { Place } from "./place.ts";

type Style = "tabs" | "spaces";

/** Their tools want tabs; spaces there align, or are no indentation at all. */
const tabbedLanguages: ReadonlySet<string> = new Set(["go", "makefile"]);

/**
 * Gives a text's further lines the kind of indentation that the document has. The nearest indented line
 * decides: the cursor's, then those above, then those below, then the text's own first. One space alone
 * says nothing: comments are aligned by it. Nor do more of them near lines with tabs, where they may align too; and where tools want tabs no space does.
 */
export function useDocumentIndentation(text: string, { before, after, languageId }: Place): string {
  if (!/\n[ \t]/.test(text)) return text;
  const made = (lineBefore(before) + text).split("\n");
  const begun = made.slice(0, 1).filter((line) => line.trim() !== "");
  const further = made.slice(1);
  const around = [...linesAbove(before, 50), ...linesBelow(after, 20)];
  const isTabbed = tabbedLanguages.has(languageId);
  const style =
    isTabbed && [...begun, ...around].some(hasTab)
      ? "tabs"
      : (styleOf(begun) ?? styleAround(around) ?? styleOf(further));
  if (style === "spaces" && isTabbed) return text;
  if (further.every((line) => (styleOf([line]) ?? style) === style)) return text;
  const unit =
    style === "tabs" ? widthOfText(further) : widthOfStep([...begun, ...linesAbove(before, 20)]);
  const changed = further.map((line) => reindented(line, style, unit));
  return [text.split("\n", 1)[0], ...changed].join("\n");
}

function styleAround(lines: readonly string[]): Style | undefined {
  const nearest = styleOf(lines);
  return nearest === "spaces" && lines.some(hasTab) ? undefined : nearest;
}

const hasTab = (line: string): boolean => indentationOf(line).includes("\t");

function styleOf(lines: readonly string[]): Style | undefined {
  for (const line of lines) {
    if (hasTab(line)) return "tabs";
    if (indentationOf(line).length >= 2) return "spaces";
  }
  return undefined;
}

function reindented(line: string, style: Style | undefined, unit: number): string {
  const blanks = indentationOf(line);
  if (style === "spaces") return blanks.replaceAll("\t", " ".repeat(unit)) + line.trimStart();
  if (hasTab(line)) return line;
  const tabs = Math.floor(blanks.length / unit);
  return "\t".repeat(tabs) + " ".repeat(blanks.length % unit) + line.trimStart();
}

/** The step of a text that is indented by spaces: its least indentation, or what all of them share. */
function widthOfText(lines: readonly string[]): number {
  const widths = lines.map((line) => indentationOf(line).length).filter((width) => width >= 2);
  const least = Math.min(...widths);
  if (least <= 4) return least;
  const shared = widths.reduce(greatestShared);
  return shared >= 2 ? shared : 4;
}

const greatestShared = (a: number, b: number): number => (b === 0 ? a : greatestShared(b, a % b));
