import * as vscode from "vscode";
import { type Disposable, DisposableStore } from "../../base/disposable.ts";
import type { Chat } from "./chat.ts";
import type { ChatParts } from "./chatParts.ts";
import { registerHostChat } from "./hostChat.ts";

/** Registers all that chat shows. What does the work is loaded and made when somebody first uses it. */
export function registerChat(parts: ChatParts): Disposable {
  const store = new DisposableStore();
  let made: Chat | undefined;
  const chat = async () => {
    const module = await import("./chat.ts");
    return (made ??= store.add(new module.Chat(parts)));
  };
  const actions: Record<string, (used: Chat) => Promise<unknown>> = {
    "slipstream.ask": (used) => used.ask(),
    "slipstream.explainSelection": (used) => used.askAboutSelection("explain"),
    "slipstream.fixSelection": (used) => used.askAboutSelection("fix"),
    "slipstream.writeTests": (used) => used.askAboutSelection("tests"),
    "slipstream.editSelection": (used) => used.edit(),
    "slipstream.acceptEdit": (used) => used.acceptEdit(),
    "slipstream.refuseEdit": (used) => used.refuseEdit(),
    "slipstream.newChat": (used) => used.begin(),
    "slipstream.chatHistory": (used) => used.showHistory(),
    "slipstream.exportChat": (used) => used.export(),
  };
  for (const [name, action] of Object.entries(actions)) {
    store.add(vscode.commands.registerCommand(name, async () => action(await chat())));
  }
  store.add(
    vscode.window.registerWebviewViewProvider("slipstream.chat", {
      resolveWebviewView: async (view) => {
        (await chat()).view.resolve(view);
      },
    }),
  );
  store.add(registerHostChat(parts));
  return store;
}
