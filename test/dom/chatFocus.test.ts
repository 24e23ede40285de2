/// <reference lib="dom" />
/** What a person has the keyboard, the mouse or a selection on in the chat's page stays while the rest changes. */
import assert from "node:assert/strict";
import { after, before, beforeEach, describe, it } from "node:test";
import { exchangeWith, LoneChatPage } from "./loneChatPage.ts";
import { nestedMarkdown } from "./nestedMarkdown.ts";

const longLine = `const one = "${"1".repeat(300)}";`;
const nested = nestedMarkdown(longLine);

void describe("In the chat's page", () => {
  let lone: LoneChatPage;
  before(async () => {
    lone = await LoneChatPage.open();
    await lone.page.emulateMedia({ reducedMotion: "reduce" }); // text is drawn as it comes
  });
  after(() => lone.close());

  const focused = () =>
    lone.page.evaluate(() => {
      const node = document.activeElement;
      return node === document.body ? "nothing" : (node?.ariaLabel ?? node?.textContent);
    });
  /** An answer of which this much has come is shown in the place of the one before. */
  const begin = async (text: string) => {
    const exchanges = [exchangeWith(text, { state: "coming" })];
    await lone.page.evaluate(() => document.querySelector(".answer")?.remove());
    await lone.say({ type: "conversation", exchanges });
    await lone.page.locator(".answer.coming").waitFor();
  };
  /** More of the answer comes, and is drawn. */
  const add = async (text: string, last: string) => {
    await lone.say({ type: "text", exchangeId: "one", text });
    await lone.page.locator(".answer .text", { hasText: last }).waitFor();
  };

  void describe("while a list grows", () => {
    const code = () => lone.page.locator(".code").first();
    beforeEach(() => begin(nested.slice(0, nested.indexOf("   - within"))));

    void it("the code in it keeps the keyboard", async () => {
      const copy = code().getByRole("button", { name: "Copy" });
      await copy.focus();
      for (const line of nested.slice(nested.indexOf("   - within")).match(/.*\n/g) ?? []) {
        await lone.say({ type: "text", exchangeId: "one", text: line });
        await lone.page.evaluate(() => new Promise(requestAnimationFrame));
        assert.equal(await focused(), "Copy", line);
      }
      await lone.page.locator(".answer .text", { hasText: "Fourth" }).waitFor();
      await lone.page.keyboard.press("Enter");
      assert.deepEqual((await lone.said()).at(-1), {
        type: "code",
        action: "copy",
        text: longLine,
        languageId: "ts",
      });
    });

    void it("what is selected and scrolled in it stays so", async () => {
      await code()
        .locator("pre")
        .evaluate((pre) => {
          pre.scrollLeft = 100;
          getSelection()?.selectAllChildren(pre);
        });
      await add("   - within\n2. Second\n", "Second");
      const after = await code()
        .locator("pre")
        .evaluate((pre) => [pre.scrollLeft, getSelection()?.toString().trim()]);
      assert.deepEqual(after, [100, longLine]);
    });

    void it("a word that is selected in the line that grows stays so", async () => {
      await add("2. Second", "Second");
      await lone.page
        .locator("li")
        .last()
        .evaluate((item) => {
          getSelection()?.setBaseAndExtent(item.firstChild ?? item, 0, item.firstChild ?? item, 6);
        });
      await add(" and **more**", "more");
      assert.equal(await lone.page.evaluate(() => getSelection()?.toString()), "Second");
    });

    void it("a button is pressed whose mouse button goes up in a later frame", async () => {
      const said = (await lone.said()).length;
      await code().getByRole("button", { name: "Copy" }).hover();
      await lone.page.mouse.down();
      await add("2. Second\n", "Second");
      await lone.page.mouse.up();
      const [message] = (await lone.said()).slice(said);
      assert.equal(message?.type === "code" && message.text, longLine);
    });
  });

  for (const [what, code, link] of [
    ["code that looks like a link's address", "interface A {\n  [key: string]: number\n}", ""],
    ["a link whose address is further down", "code", "\n[d]: https://example.com/d\n"],
  ] as const) {
    void it(`an answer with ${what} stays as it is at its end and later`, async () => {
      const text = `A [link][d].\n\n\`\`\`ts\n${code}\n\`\`\`\n\nIts end.\n${link}`;
      await begin("A [link][d].");
      await add(text.slice("A [link][d].".length), "Its end.");
      await lone.page.locator(".text > *").evaluateAll((nodes) => {
        for (const node of nodes) Object.assign(node, { isFirst: true });
      });
      await lone.page.getByRole("button", { name: "Copy" }).focus();
      for (const marks of [[], ["retracted" as const]]) {
        await lone.say({ type: "answer", exchange: exchangeWith(text, { marks }) });
        await lone.page
          .locator(`.answer${marks.length > 0 ? ".retracted" : ":not(.coming)"}`)
          .waitFor();
        assert.equal(await focused(), "Copy");
        const areFirst = await lone.page
          .locator(".text > *")
          .evaluateAll((nodes) => nodes.map((node) => "isFirst" in node));
        assert.deepEqual(areFirst, [true, true, true]);
      }
      const count = await lone.page.locator(".text a").count();
      assert.equal(count, link === "" ? 0 : 1);
    });
  }

  void it("the keyboard stays with an answer that is called bad", async () => {
    await lone.show("Wrong.");
    await lone.page.getByRole("button", { name: "Bad Answer" }).press("Enter");
    assert.deepEqual((await lone.said()).at(-1), { type: "retract", exchangeId: "one" });
    const marks = ["retracted" as const];
    for (const more of [[], ["cached" as const]]) {
      const answer = exchangeWith("Wrong.", { marks: [...marks, ...more] });
      await lone.say({ type: "answer", exchange: answer });
      await lone.page.locator(".mark").nth(more.length).waitFor();
      assert.equal(await focused(), more.length === 0 ? "Ask Again" : "Ask Afresh");
    }
  });

  void it("the keyboard goes to the next question when an answer is asked for again", async () => {
    await lone.show("Wrong.");
    await lone.page.getByRole("button", { name: "Ask Again" }).press("Enter");
    const exchange = { ...exchangeWith("", { state: "coming" }), id: "two" };
    await lone.say({ type: "conversation", exchanges: [exchange] });
    await lone.page.locator(".answer.coming").waitFor();
    assert.equal(await focused(), "Ask about your code");
  });

  void it("what stands above the next question stays as it is, and what no longer belongs there goes", async () => {
    const [first, second] = ["one", "two"].map((id) => ({
      ...exchangeWith(`Answer ${id}:\n\n\`\`\`ts\n${id}();\n\`\`\`\n`),
      id,
    }));
    assert.ok(first && second);
    const copy = lone.page.getByRole("button", { name: "Copy" });
    await lone.say({ type: "conversation", exchanges: [] });
    await lone.say({ type: "conversation", exchanges: [first] });
    await copy.focus();
    await lone.say({ type: "conversation", exchanges: [first, second] });
    await lone.page.getByText("Answer two").waitFor();
    assert.equal(await focused(), "Copy");
    const edited = { ...first, question: "Another question" };
    await lone.say({ type: "conversation", exchanges: [edited, second] });
    await lone.page.getByText("Another question").waitFor();
    assert.equal(await copy.count(), 2);
    await lone.say({ type: "conversation", exchanges: [second] });
    await lone.page.getByText("Answer one").waitFor({ state: "detached" });
    assert.equal(await copy.count(), 1);
    await lone.say({ type: "conversation", exchanges: [] });
    await lone.page.getByText("Answer two").waitFor({ state: "detached" });
    assert.ok(await lone.page.locator(".empty").isVisible());
  });

  void it("the keyboard is not taken from what another conversation leaves there", async () => {
    await lone.show("One.");
    await lone.page.locator("main").focus();
    await lone.show("Two.");
    await lone.page.getByText("Two.").waitFor();
    assert.equal(await focused(), "Conversation");
  });
});
