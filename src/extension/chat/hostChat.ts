import * as vscode from "vscode";
import { type Disposable, DisposableStore } from "../../base/disposable.ts";
import type { HostTurn } from "../../chat/hostConversation.ts";
import type { ChatParts } from "./chatParts.ts";
import { hostQuestion, nothingToAnswer } from "./hostQuestion.ts";
import { readAnswer } from "./readAnswer.ts";

/** A guess: the gateway does not say what its model can read and write. */
const limitTokens = { input: 32_000, output: 8_000 };
const charsPerToken = 4;

/** Offers the gateway's model to the editor's own chat and to other extensions, where the editor has such a thing. */
export function registerHostChat(parts: ChatParts): Disposable {
  const { link, source } = parts;
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
        provideLanguageModelChatResponse: async (...[, messages, , progress, token]) => {
          const question = hostQuestion(messages.map(turnOf), Number.MAX_SAFE_INTEGER); // whole, or not at all
          if (!question) throw new Error(nothingToAnswer());
          await readAnswer({ source, question: question.json, token }, (piece) => {
            if (piece.kind === "text")
              progress.report(new vscode.LanguageModelTextPart(piece.text));
          });
        },
        provideTokenCount: (_model, text) => {
          const chars = typeof text === "string" ? text.length : turnOf(text).text.length;
          return Promise.resolve(Math.ceil(chars / charsPerToken));
        },
      }),
    );
  }
  if (typeof chat?.createChatParticipant === "function") {
    const handler: vscode.ChatRequestHandler = async (...asked) => {
      const { participant } = await import("./chat.ts");
      return participant(parts)(...asked);
    };
    store.add(chat.createChatParticipant("slipstream.participant", handler));
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

/** Parts that are no text (images, tools) are not for this model. */
function turnOf({ role, content }: vscode.LanguageModelChatRequestMessage): HostTurn {
  const text = content
    .map((part) => (part instanceof vscode.LanguageModelTextPart ? part.value : ""))
    .join("");
  const isAnswer = role === vscode.LanguageModelChatMessageRole.Assistant;
  return { role: isAnswer ? "assistant" : "user", text };
}
