import { type CompletionRequest } from "../../wire/messages.ts";
import { cutAt } from "../cut.ts";
import { extentOf, lineBefore, restOfLine } from "../extent.ts";
import { type Fitted, fitToRestOfLine } from "./closers.ts";
import { cutAtEcho } from "./echo.ts";
import { cutAtSpecialToken } from "./specialTokens.ts";

/** From a model's raw text to what is worth showing at the cursor; undefined when nothing is. */
export function tidy(
  text: string,
  request: Pick<CompletionRequest, "before" | "after">,
): Fitted | undefined {
  if (text.trim() === "") return undefined;
  const clean = cutAtEcho(cutAtSpecialToken(text), request);
  const place = { languageId: "", ...request };
  const cut = cutAt({ text: clean, isDone: true }, place, extentOf(place, undefined), undefined);
  const whole = clean.slice(0, cut.endChars);
  const rest = restOfLine(request.after);
  const isSpaceWanted = /^[^\s)\];,]/.test(rest);
  const trimmed = isSpaceWanted ? whole : whole.trimEnd();
  const fitted = fitBody(trimmed, rest, request) ?? fitToRestOfLine(trimmed, rest);
  const isNothingNew = fitted.text.trim() === "" || fitted.text.trim() === rest.trim();
  return isNothingNew ? undefined : fitted;
}

const bracketPairs = new Set(["()", "[]", "{}"]);

/** A line for between brackets that stand side by side: the closing one goes to a line of its own below. */
function fitBody(
  text: string,
  rest: string,
  { before }: Pick<CompletionRequest, "before">,
): Fitted | undefined {
  const body = /^\r?\n(.*\S.*)$/.exec(text)?.[1];
  const line = lineBefore(before);
  const around = line.trimEnd().slice(-1) + rest.trimStart().slice(0, 1);
  if (body === undefined || !bracketPairs.has(around)) return undefined;
  const fitted = fitToRestOfLine(body, rest);
  if (fitted.replaceAfterChars > 0 || fitted.text.trim() === "") return undefined;
  const indentation = /^\s*/.exec(line)?.[0] ?? "";
  return { text: `\n${fitted.text.trimEnd()}\n${indentation}`, replaceAfterChars: 0 };
}
