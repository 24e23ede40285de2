import { type CompletionRequest } from "../../wire/messages.ts";
import { enough, extentOf, restOfLine } from "../extent.ts";
import { type Fitted, fitToRestOfLine } from "./closers.ts";
import { cutAtEcho } from "./echo.ts";
import { cutAtSpecialToken } from "./specialTokens.ts";

/** From a model's raw text to what is worth showing at the cursor; undefined when nothing is. */
export function tidy(
  text: string,
  request: Pick<CompletionRequest, "before" | "after">,
): Fitted | undefined {
  const clean = cutAtEcho(cutAtSpecialToken(text), request.after);
  const whole = (enough(clean, extentOf(request)) ?? clean).trimEnd();
  const rest = restOfLine(request.after);
  const fitted = fitToRestOfLine(whole, rest);
  const isNothingNew = fitted.text.trim() === "" || fitted.text.trim() === rest.trim();
  return isNothingNew ? undefined : fitted;
}
