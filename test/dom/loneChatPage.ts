/// <reference lib="dom" />
/** The chat's page alone in a browser, with its real policy, and a test in the place of the extension. */
import { readFileSync } from "node:fs";
import * as http from "node:http";
import { once } from "node:events";
import type { AddressInfo } from "node:net";
import { join } from "node:path";
import type { Browser, Page } from "playwright-core";
import ts from "typescript";
import { buildPage } from "../../esbuild.mjs";
import type { FromView, ShownExchange, ToView, ViewTexts } from "../../src/chat/viewMessages.ts";
import { webviewPage } from "../../src/extension/webviewPage.ts";
import { launchBrowser, openPage } from "../editor/workbench.ts";

const repository = join(import.meta.dirname, "../..");

declare global {
  var saidByView: FromView[];
}

/** The page, what it has said, and what it asked for outside. */
export class LoneChatPage {
  readonly page: Page;
  /** Addresses that were asked for, but the page's own. */
  readonly asked: string[] = [];
  readonly #browser: Browser;
  readonly #server: http.Server;

  private constructor(browser: Browser, page: Page, server: http.Server) {
    this.#browser = browser;
    this.page = page;
    this.#server = server;
  }

  static async open(language = "en"): Promise<LoneChatPage> {
    await buildPage({ folder: "chat", name: "chatPage" });
    const html = webviewPage({
      script: "/chatPage.js",
      style: "/chatPage.css",
      source: "'self'",
      nonce: "onlyOurs",
      language,
      title: "Slipstream",
      texts: textsIn(language),
    });
    const server = http.createServer((request, response) => {
      const [, name] = /^\/(chatPage\.(?:js|css))$/.exec(request.url ?? "") ?? [];
      const type = name === "chatPage.js" ? "text/javascript" : name ? "text/css" : "text/html";
      response.setHeader("Content-Type", `${type}; charset=utf-8`);
      response.end(name ? readFileSync(join(repository, "dist", name)) : html);
    });
    server.listen(0, "127.0.0.1");
    await once(server, "listening");
    const browser = await launchBrowser();
    const { page } = await openPage(browser);
    const lone = new LoneChatPage(browser, page, server);
    await page.addInitScript(() => {
      globalThis.saidByView = [];
      const api = {
        postMessage: (message: FromView) => globalThis.saidByView.push(message),
        getState: (): unknown => JSON.parse(sessionStorage.getItem("state") ?? "null"),
        setState: (state: unknown) => {
          sessionStorage.setItem("state", JSON.stringify(state));
        },
      };
      Object.assign(globalThis, { acquireVsCodeApi: () => api });
    });
    const origin = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
    page.on("request", (request) => {
      const url = request.url();
      if (!/^\/(chatPage\.(js|css))?$/.test(url.slice(origin.length))) lone.asked.push(url);
    });
    await page.goto(origin);
    await lone.#isReady();
    return lone;
  }

  /** Hides it and shows it again, as the editor does: another page, with what the one before has kept. */
  async showAgain(): Promise<void> {
    await this.page.reload();
    await this.#isReady();
  }

  async #isReady(): Promise<void> {
    await this.page.waitForFunction(() => globalThis.saidByView.length > 0);
  }

  /** Says something to the page. */
  say(message: ToView): Promise<void> {
    return this.page.evaluate((value) => {
      window.postMessage(value);
    }, message);
  }

  /** Shows one question with this answer, and waits until it is drawn. */
  async show(text: string, answer: Partial<ShownExchange["answer"]> = {}): Promise<void> {
    await this.say({ type: "conversation", exchanges: [exchangeWith(text, answer)] });
    await this.page.locator(".answer:not(.coming)").waitFor();
  }

  said(): Promise<readonly FromView[]> {
    return this.page.evaluate(() => globalThis.saidByView);
  }

  async close(): Promise<void> {
    await this.#browser.close();
    this.#server.close();
  }
}

/** A question whose answer has this text. */
export const exchangeWith = (
  text: string,
  answer: Partial<ShownExchange["answer"]> = {},
): ShownExchange => ({
  id: "one",
  question: "What is this?",
  attachments: [],
  answer: { text, state: "whole", marks: [], ...answer },
});

/** The view's texts as the sources have them, in a language of l10n/. */
function textsIn(language: string): ViewTexts {
  const path = join(repository, "src/extension/chat/viewTexts.ts");
  const bundle = join(repository, `l10n/bundle.l10n.${language}.json`);
  const translated =
    language === "en" ? {} : (JSON.parse(readFileSync(bundle, "utf8")) as Record<string, string>);
  const file = ts.createSourceFile(path, readFileSync(path, "utf8"), ts.ScriptTarget.Latest);
  const texts: Record<string, string> = {};
  const visit = (node: ts.Node): void => {
    if (ts.isPropertyAssignment(node) && ts.isCallExpression(node.initializer)) {
      const [text] = node.initializer.arguments;
      if (text && ts.isStringLiteral(text))
        texts[node.name.getText(file)] = translated[text.text] ?? text.text;
    }
    ts.forEachChild(node, visit);
  };
  visit(file);
  return texts as ViewTexts;
}
