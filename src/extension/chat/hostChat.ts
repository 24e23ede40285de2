import * as vscode from "vscode";
import { type Disposable, DisposableStore } from "../../base/disposable.ts";
import { Failure } from "../../base/failure.ts";
import type { ChatSource } from "../../chat/source.ts";
import { chatInstructions } from "../../chat/tasks.ts";
import type { ChatTurn } from "../../wire/chat.ts";
import { chatNextSteps, sentenceOf } from "../failureSentences.ts";
import type { ChatParts } from "./chatParts.ts";
import { t } from "../l10n.ts";

/** A guess: the gateway does not say what its model can read and write. */
const limitTokens = { input: 32_000, output: 8_000 };
const charsPerToken = 4;

/** Offers the gateway's model to the editor's own chat and to other extensions, where the editor has such a thing. */
export function registerHostChat({ link, source }: ChatParts): Disposable {
  const store = new DisposableStore();
  // An editor made of VS Code may lack them.
  const chat = vscode.chat as typeof vscode.chat | undefined;
  const lm = vscode.lm as typeof vscode.lm | undefined;
  if (typeof lm?.registerLanguageModelChatProvider === "function") {
    const changed = store.add(new vscode.EventEmitter<void>());
    store.add(
      link.onState(() => {
        changed.fire();
      }),
    );
    store.add(
      lm.registerLanguageModelChatProvider("slipstream", {
        onDidChangeLanguageModelChatInformation: changed.event,
        provideLanguageModelChatInformation: () => models(link),
        provideLanguageModelChatResponse: (...[, messages, , progress, token]) =>
          answer({ source, turns: messages.map(turnOf), token }, (text) => {
            progress.report(new vscode.LanguageModelTextPart(text));
          }),
        provideTokenCount: (_model, text) => {
          const chars = typeof text === "string" ? text.length : turnOf(text).text.length;
          return Promise.resolve(Math.ceil(chars / charsPerToken));
        },
      }),
    );
  }
  if (typeof chat?.createChatParticipant === "function") {
    store.add(
      chat.createChatParticipant(
        "slipstream.participant",
        async (request, context, stream, token) => {
          const turns = [...context.history.map(turnOfHistory), userTurn(request.prompt)];
          try {
            await answer({ source, turns, token }, (text) => {
              stream.markdown(text);
            });
            return {};
          } catch (error) {
            return { errorDetails: { message: sentenceOf(Failure.from(error), t, chatNextSteps) } };
          }
        },
      ),
    );
  }
  return store;
}

function models(link: ChatParts["link"]): vscode.LanguageModelChatInformation[] {
  const { state } = link;
  if (state.kind !== "ready" || state.welcome.session === "") return [];
  const name = state.welcome.upstream;
  return [
    {
      id: "slipstream",
      name,
      family: "slipstream",
      version: "1",
      maxInputTokens: limitTokens.input,
      maxOutputTokens: limitTokens.output,
      capabilities: {},
    },
  ];
}

interface Question {
  readonly source: ChatSource;
  readonly turns: readonly ChatTurn[];
  readonly token: vscode.CancellationToken;
}

/** Asks and hands the text on as it comes; ends quietly where the editor cancels. */
async function answer(
  { source, turns, token }: Question,
  add: (text: string) => void,
): Promise<void> {
  const abort = new AbortController();
  const listener = token.onCancellationRequested(() => {
    abort.abort(new Failure("superseded", "the editor cancelled"));
  });
  const conversation = crypto.randomUUID();
  const question = JSON.stringify({ conversation, instructions: chatInstructions, turns });
  try {
    for await (const piece of source(question, abort.signal)) {
      if (piece.kind === "text") add(piece.text);
    }
  } catch (error) {
    if (!abort.signal.aborted) throw error;
  } finally {
    listener.dispose();
  }
}

const userTurn = (text: string): ChatTurn => ({ role: "user", text });

/** Parts that are no text (images, tools) are not for this model. */
function turnOf({ role, content }: vscode.LanguageModelChatRequestMessage): ChatTurn {
  const text = content
    .map((part) => (part instanceof vscode.LanguageModelTextPart ? part.value : ""))
    .join("");
  const isAnswer = role === vscode.LanguageModelChatMessageRole.Assistant;
  return { role: isAnswer ? "assistant" : "user", text };
}

function turnOfHistory(turn: vscode.ChatRequestTurn | vscode.ChatResponseTurn): ChatTurn {
  if (turn instanceof vscode.ChatRequestTurn) return userTurn(turn.prompt);
  const text = turn.response
    .map((part) => (part instanceof vscode.ChatResponseMarkdownPart ? part.value.value : ""))
    .join("");
  return { role: "assistant", text };
}
