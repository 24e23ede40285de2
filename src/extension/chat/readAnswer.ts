import type * as vscode from "vscode";
import { Failure } from "../../base/failure.ts";
import type { ChatSource } from "../../chat/source.ts";
import type { Piece } from "../../wire/messages.ts";

/** What is asked, and who may cancel it. */
export interface CancellableQuestion {
  readonly source: ChatSource;
  readonly question: string;
  readonly token: vscode.CancellationToken;
}

/** Asks and hands the pieces on as they come. False where the editor or the person cancels; throws the failure of any other end. */
export async function readAnswer(
  { source, question, token }: CancellableQuestion,
  heard: (piece: Piece) => void,
): Promise<boolean> {
  const abort = new AbortController();
  const listener = token.onCancellationRequested(() => {
    abort.abort(new Failure("superseded", "cancelled in the editor"));
  });
  try {
    for await (const piece of source(question, abort.signal)) heard(piece);
    return true;
  } catch (error) {
    if (abort.signal.aborted) return false;
    throw error;
  } finally {
    listener.dispose();
  }
}
