/**
 * `npm run screenshots`: the pictures of the README, made anew in a real editor on the sample project. Ghost text is the
 * embedded engine's; what a model says is scripted. Each picture is taken in every theme into dist/screenshots/, for
 * people to compare; the ones of the README go to media/screenshots/ as well.
 */
import { copyFileSync, mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import type { Page } from "playwright-core";
import { scratchFolder } from "../editor/workbench.ts";
import { llamaServerPages, ollamaPages } from "../helpers/modelServerPages.ts";
import { seededRandom } from "../helpers/randomness.ts";
import { ScriptedChat } from "../helpers/scriptedChat.ts";
import { ScriptedUpstream } from "../helpers/scriptedUpstream.ts";
import { listenOnUsualPort } from "../helpers/usualPort.ts";
import { openChatWindow, openByName, runCommand } from "./chatWindow.ts";
import { knowing } from "./knowingModel.ts";
import { openModelWindow } from "./modelWindow.ts";
import { type Clip, photograph } from "./photograph.ts";
import { typeLikeAPerson, waitForGhostText } from "./typist.ts";

const repository = join(import.meta.dirname, "../..");
/** What the README shows: the theme in which each picture is best. */
const best = ["ghost-text-light", "chat-dark", "latency-light", "connect-dark"];
const themes = {
  light: { title: "Light 2026", kind: "vs" },
  dark: { title: "Dark 2026", kind: "vs-dark" },
  "high-contrast": { title: "Default High Contrast", kind: "hc-black" },
};
/** Code, pages and charts take the colours of a new theme one after the other. */
const repaintMs = 1_000;
/** Of this height, an editor has whole lines only. */
const size = { width: 1060, height: 593 };
const random = seededRandom(7);

const sample = (name: string): string =>
  readFileSync(join(repository, "media/sample/web", name), "utf8");
const files = { "client.ts": sample("client.ts"), "orders.ts": sample("orders.ts") };
const settings = {
  // A line that is being typed is never right.
  "js/ts.validate.enabled": false,
  "editor.renderLineHighlight": "none",
  "editor.stickyScroll.enabled": false,
  "editor.scrollbar.horizontal": "hidden",
  "files.autoSave": "afterDelay",
  "window.commandCenter": false,
  "window.title": "${activeEditorShort}",
};
/** The sample's own folder, so that its name may be seen. */
const shop = (): string => {
  const folder = join(scratchFolder(), "shop");
  mkdirSync(folder);
  return folder;
};

/** Takes one picture in each theme. */
async function inEachTheme(
  window: { readonly page: Page; readonly folder: string },
  name: string,
  clip?: Clip,
): Promise<void> {
  const { page, folder } = window;
  mkdirSync(join(folder, ".vscode"), { recursive: true });
  for (const [theme, { title, kind }] of Object.entries(themes)) {
    const chosen = JSON.stringify({ "workbench.colorTheme": title });
    writeFileSync(join(folder, ".vscode", "settings.json"), chosen);
    await page.locator(`.monaco-workbench.${kind}`).waitFor();
    await page.waitForTimeout(repaintMs);
    const picture = `${name}-${theme}`;
    const path = await photograph(page, picture, clip);
    if (best.includes(picture))
      copyFileSync(path, join(repository, "media/screenshots", `${name}.png`));
  }
}

async function ghostText(): Promise<void> {
  const window = await openModelWindow({ folder: shop(), files, settings });
  const { page } = window;
  await page.setViewportSize(size);
  await page.keyboard.press("Control+b");
  const head =
    "\nexport async function refundOrder(client: Client, order: Order): Promise<Order> {\n";
  await typeLikeAPerson(page, head, random);
  await typeLikeAPerson(page, "if (order.status ", random);
  await waitForGhostText(page, (text) => text.includes("throw"));
  for (let line = 0; line < 2; line++) await page.keyboard.press("Control+ArrowDown");
  await inEachTheme(window, "ghost-text");
  await window.close();
}

async function connectModel(): Promise<void> {
  const llama = new ScriptedUpstream({ tokens: [] });
  llama.pageFor = llamaServerPages("qwen2.5-coder-1.5b-q8_0.gguf");
  const ollama = new ScriptedUpstream({ tokens: [] });
  ollama.pageFor = ollamaPages({
    "qwen2.5-coder:7b": ["completion", "insert"],
    "codestral:22b": ["completion", "insert"],
    "llama3.2:3b": ["completion", "tools"],
  });
  await listenOnUsualPort(llama);
  await listenOnUsualPort(ollama);
  const window = await openModelWindow({ folder: shop(), files, settings });
  const { page } = window;
  await page.setViewportSize(size);
  await page.keyboard.press("Control+b");
  const known = page.locator(".quick-input-list .monaco-list-row", { hasText: "fills in code" });
  // A busy machine says in half a second only that the servers are there, not what their models can do.
  for (let tries = 0; tries < 10 && !(await known.first().isVisible()); tries++) {
    await page.keyboard.press("Escape");
    await runCommand(page, "Connect a Model");
    await page
      .locator(".quick-input-list .monaco-list-row", { hasText: "codestral:22b" })
      .waitFor();
    await page.waitForTimeout(repaintMs);
  }
  await known.first().waitFor();
  await page.mouse.move(size.width / 2, size.height / 2); // off the title, which would be explained
  await inEachTheme(window, "connect");
  await window.close();
  await llama.close();
  await ollama.close();
}

const question = "Can an order be cancelled twice?";
const answer = `Yes: \`cancelOrder\` refuses only what is **shipped**. What is cancelled already is sent once more. One line ends that:

\`\`\`ts
if (order.status === "cancelled") return order;
\`\`\`

A test that fails without it:

\`\`\`ts
it("sends nothing for a cancelled order", async () => {
  const order = orderWith({ status: "cancelled" });
  const client = clientThatFails();
  assert.equal(await cancelOrder(client, order), order);
});
\`\`\`
`;

async function chat(): Promise<void> {
  const model = await new ScriptedChat().listen();
  model.script = { pieces: answer.match(/[^]{1,8}/g) ?? [], pieceMs: 5 };
  const window = await openChatWindow(files, model.url, { settings, folder: shop() });
  const { page, view } = window;
  await page.setViewportSize({ width: 940, height: 688 });
  await openByName(page, "orders.ts");
  await page.keyboard.press("Control+End");
  for (let line = 0; line < 4; line++) await page.keyboard.press("Shift+ArrowUp");
  await runCommand(page, "Ask");
  await view.focused();
  const edge = await page.locator(".part.sidebar").boundingBox();
  if (edge) {
    const y = edge.y + edge.height / 2;
    await page.mouse.move(edge.x + edge.width, y);
    await page.mouse.down();
    await page.mouse.move(560, y, { steps: 8 });
    await page.mouse.up();
  }
  await view.ask(question);
  await view.whole("A test that fails");
  await inEachTheme(window, "chat");
  await window.close();
  model.close();
}

const typed = `export async function refundOrder(client: Client, order: Order): Promise<Order> {
  if (order.status !== "paid") throw new Error("Only what is paid can be refunded.");
  const refund = await client.post<Refund>("/refunds", { orderId: order.id });
  const lines = order.lines.filter((line) => refund.skus.includes(line.sku));
  const paidCents = orderTotalCents(order) - refund.amountCents;
  const note = customerNote(order.customerId, refund);
  await client.post("/notes", { orderId: order.id, note });
  if (paidCents > 0) return client.put<Order>(orderPath(order), { ...order, lines });
  for (const line of order.lines) await client.delete(reservationPath(line));
  return client.put<Order>(orderPath(order), { ...order, status: "cancelled" });
}`;
/** How much of a line is typed before the rest of it is awaited and taken. */
const typedChars = 7;

async function latency(): Promise<void> {
  const lines = typed.split("\n");
  const model = new ScriptedUpstream({});
  await model.listen();
  const known = knowing(lines, {});
  model.tokensFor = (body) => {
    model.script = { firstTextMs: 25 + 60 * random(), tokenMs: 0 };
    return known(body);
  };
  const window = await openModelWindow({
    folder: shop(),
    files,
    modelUrl: model.url,
    settings: {
      ...settings,
      "slipstream.speculation": true,
      "editor.autoClosingBrackets": "never",
    },
  });
  const { page } = window;
  await page.setViewportSize({ width: 1480, height: 1000 });
  await page.keyboard.press("Control+b");
  await runCommand(page, "Show Latency");
  const panel = page.frameLocator("iframe.webview").frameLocator("iframe#active-frame");
  await panel.getByRole("button", { name: "Pause" }).waitFor();
  await page.locator(".editor-group-container").first().locator(".view-lines").click();
  await page.keyboard.press("Control+End");
  await page.keyboard.press("Enter");
  for (const line of lines) {
    const begin = line.trim().slice(0, typedChars);
    await typeLikeAPerson(page, begin, random);
    if (begin === line) break;
    await waitForGhostText(page, (text) => text !== "" && line.trim() === `${begin}${text}`);
    await page.keyboard.press("Tab");
    await waitForGhostText(page, (text) => text === "");
    await page.keyboard.press("End");
    await page.keyboard.press("Enter");
  }
  const from = await page.locator("iframe.webview").boundingBox();
  const to = await panel.locator("table").first().boundingBox();
  if (!from || !to) throw new Error("the panel is not there");
  const clip = { ...from, height: to.y + to.height + 12 - from.y };
  await inEachTheme(window, "latency", clip);
  await window.close();
  await model.close();
}

const wanted = process.argv.slice(2);
mkdirSync(join(repository, "media/screenshots"), { recursive: true });
for (const take of [ghostText, connectModel, chat, latency])
  if (wanted.length === 0 || wanted.includes(take.name)) await take();
