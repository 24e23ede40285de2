/// <reference lib="dom" />
/** The chat's page: Markdown that grows without jumps and can do nothing, marks, keys, and what a screen reader hears. */
import assert from "node:assert/strict";
import { after, before, describe, it } from "node:test";
import { freshSeed, seededRandom } from "../helpers/randomness.ts";
import { photograph } from "./photograph.ts";
import { exchangeWith, LoneChatPage } from "./loneChatPage.ts";
import { seriousFindings } from "./accessibility.ts";

const answer = `# Two ways

First **bold**, then \`code\`, a [link](https://example.com/a) and one [further down][d].

\`\`\`ts
export const one = "1"; // a comment
\`\`\`

1. a list

   \`\`\`python
   def two(): return 2
   \`\`\`
2. its end

| a | b |
|---|---|
| 1 | 2 |

> a quotation

~~~
no language
~~~

[d]: https://example.com/d
`;

const hostile: Readonly<Record<string, string>> = {
  "a script": "<script>globalThis.hacked = 1</script>",
  "a handler":
    '<img src=x onerror="globalThis.hacked = 1">\n\n<b onclick="globalThis.hacked=1">b</b>',
  "SVG and MathML":
    "<svg onload=hacked()><a xlink:href=javascript:alert(1)>a</a></svg><math><mi//xlink:href=javascript:1>",
  "a frame and a form":
    '<iframe src="https://evil.example"></iframe><form action="https://evil.example"><input></form>',
  "a style": "<style>body{display:none}</style><p style='position:fixed'>p</p>",
  "links that run":
    "[a](javascript:globalThis.hacked=1) [b](command:workbench.action.quit) [c](vscode://x/y) [d](data:text/html,<script>1</script>) [e](file:///etc/passwd) <javascript:alert(1)>",
  "links in entities":
    "[a](&#106;avascript:alert(1)) [b](java\nscript:alert(1)) [c](\u0001javascript:alert(1))",
  "remote images": "![a](https://evil.example/a.png) ![b][i]\n\n[i]: https://evil.example/b.png",
  "markup in the language of a fence": '```"><img src=x onerror=hacked()>\ncode\n```',
  "markup in code":
    "```html\n<img src=x onerror=globalThis.hacked=1><script>globalThis.hacked=1</script>\n```",
  "a table with handlers": "| <img src=x onerror=hacked()> |\n|---|\n| [x](command:x) |",
  "one line of a megabyte": "x".repeat(1_000_000),
  "a megabyte of brackets": "[".repeat(500_000) + "](".repeat(250_000),
  "a megabyte of stars": "*a **b ".repeat(140_000),
  "a megabyte of quotations": ">".repeat(1_000_000),
  "a megabyte of list marks": "- ".repeat(500_000),
  "a megabyte of lines of backticks": "`".repeat(1_000).concat("\n").repeat(1_000),
  "a line of a megabyte in code": `\`\`\`js\n${"a(".repeat(500_000)}\n\`\`\``,
};

/** What of a page could do something, and whether something was done. */
const harmIn = (page: LoneChatPage) =>
  page.page.evaluate(() => ({
    ran: "hacked" in globalThis,
    elements: [
      ...document.querySelectorAll(
        "main .text > div:not(.code) :is(svg,math), main :is(script,img,iframe,form,input,style,object)",
      ),
    ].length,
    handlers: [...document.querySelectorAll("main *")].flatMap((each) =>
      [...each.attributes]
        .filter(({ name }) => /^(on|style|src)/.test(name))
        .map(({ name }) => name),
    ),
    links: [...document.querySelectorAll("main [href]")].map((each) => each.getAttribute("href")),
  }));

void describe("The chat's page", () => {
  let lone: LoneChatPage;
  before(async () => {
    lone = await LoneChatPage.open();
  });
  after(() => lone.close());

  const markup = () => lone.page.locator(".answer .text").evaluate((node) => node.innerHTML);

  void it("shows the same in the end in whatever pieces an answer came", async () => {
    await lone.show(answer);
    const whole = await markup();
    assert.match(whole, /example\.com\/d/);
    const seed = freshSeed();
    console.log(`seed ${seed}`);
    const random = seededRandom(seed);
    for (let times = 0; times < 5; times++) {
      await lone.say({ type: "conversation", exchanges: [exchangeWith("", { state: "coming" })] });
      for (let at = 0; at < answer.length;) {
        const chars = 1 + Math.floor(random() * 60);
        await lone.say({ type: "text", exchangeId: "one", text: answer.slice(at, at + chars) });
        at += chars;
        if (random() < 0.3) await lone.page.evaluate(() => new Promise(requestAnimationFrame));
      }
      await lone.say({ type: "answer", exchange: exchangeWith(answer) });
      await lone.page.locator(".answer:not(.coming)").waitFor();
      assert.equal(await markup(), whole);
    }
  });

  void it("leaves what stands before the last block as it is, where it is", async () => {
    await lone.say({ type: "conversation", exchanges: [exchangeWith("", { state: "coming" })] });
    const settled = "One.\n\n```ts\nconst two = 2;\n```\n\nThree.\n\n";
    await lone.say({ type: "text", exchangeId: "one", text: `${settled}- four` });
    await lone.page.getByText("four").waitFor();
    const positions = () =>
      lone.page.locator(".answer .text > *").evaluateAll((nodes) =>
        nodes.slice(0, 3).map((node) => {
          const isFirst = !("mark" in node);
          Object.assign(node, { mark: true });
          return { isFirst, top: (node as HTMLElement).offsetTop, text: node.textContent };
        }),
      );
    const first = await positions();
    for (let at = 0; at < 30; at++) {
      await lone.say({
        type: "text",
        exchangeId: "one",
        text: at % 7 === 0 ? "\n- five" : " word",
      });
      await lone.page.evaluate(() => new Promise(requestAnimationFrame));
      const now = await positions();
      assert.deepEqual(
        now,
        first.map((each) => ({ ...each, isFirst: false })),
      );
    }
  });

  void it("keeps the keyboard on a button of code that is still coming", async () => {
    await lone.say({ type: "conversation", exchanges: [exchangeWith("", { state: "coming" })] });
    await lone.say({ type: "text", exchangeId: "one", text: "```ts\nconst one" });
    const copy = lone.page.getByRole("button", { name: "Copy" });
    await copy.focus();
    await lone.say({ type: "text", exchangeId: "one", text: " = 1;\nconst two = 2;\n" });
    await lone.page.waitForFunction(() =>
      document.querySelector("code")?.textContent.includes("2;"),
    );
    assert.equal(await copy.evaluate((node) => node === document.activeElement), true);
    await lone.page.keyboard.press("Enter");
    assert.deepEqual((await lone.said()).at(-1), {
      type: "code",
      action: "copy",
      text: "const one = 1;\nconst two = 2;",
      languageId: "ts",
    });
  });

  for (const [what, text] of Object.entries(hostile)) {
    void it(`lets ${what} do nothing`, async () => {
      const startedAt = performance.now();
      await lone.show(text);
      const tookMs = performance.now() - startedAt;
      if (tookMs > 1_000) console.log(`${what}: ${Math.round(tookMs)} ms`);
      const { ran, elements, handlers, links } = await harmIn(lone);
      assert.equal(ran, false);
      assert.equal(elements, 0);
      assert.deepEqual(handlers, []);
      for (const link of links) assert.match(link ?? "", /^https?:/);
      assert.deepEqual(lone.asked, []);
      assert.equal(await lone.page.locator("textarea").isVisible(), true);
    });
  }

  void it("draws a megabyte that streams as one line without standing still", async () => {
    await lone.say({ type: "conversation", exchanges: [exchangeWith("", { state: "coming" })] });
    await lone.page.evaluate(() => {
      const gaps: number[] = [];
      let last = performance.now();
      const look = (now: number) => {
        gaps.push(now - last);
        last = now;
        requestAnimationFrame(look);
      };
      requestAnimationFrame(look);
      Object.assign(globalThis, { gaps });
    });
    const piece = "*a* [b](c) `d` ".repeat(1_092);
    for (let at = 0; at < 64; at++) {
      await lone.say({ type: "text", exchangeId: "one", text: piece });
      await lone.page.waitForTimeout(25);
    }
    await lone.say({ type: "answer", exchange: exchangeWith(piece.repeat(64)) });
    await lone.page.locator(".answer:not(.coming)").waitFor();
    const gaps = await lone.page.evaluate(() => (globalThis as unknown as { gaps: number[] }).gaps);
    const longest = Math.max(...gaps);
    console.log(`${gaps.length} frames, the longest ${Math.round(longest)} ms`);
    assert.ok(longest < 5_000, `${longest} ms`);
  });

  void it("shows each mark, and offers to ask afresh what came from a cache", async () => {
    await lone.show("Old.", { marks: ["cached", "shortened", "withheld", "retracted"] });
    const marks = await lone.page.locator(".mark").allTextContents();
    assert.deepEqual(marks, [
      "From the cache",
      "Shortened context: the oldest turns were left out",
      "Without attached code that may not be sent any more",
      "Retracted: not told to the model again",
    ]);
    assert.equal(await lone.page.getByRole("button", { name: "Bad Answer" }).count(), 0);
    await lone.show("Old.", { marks: ["cached"] });
    await lone.page.getByRole("button", { name: "Ask Afresh" }).click();
    await lone.page.getByRole("button", { name: "Bad Answer" }).click();
    assert.deepEqual((await lone.said()).slice(-2), [
      { type: "askAgain", exchangeId: "one" },
      { type: "retract", exchangeId: "one" },
    ]);
  });

  void it("says to a screen reader that an answer comes, and what it was", async () => {
    await lone.say({ type: "conversation", exchanges: [exchangeWith("", { state: "coming" })] });
    const spoken = lone.page.locator("[aria-live=polite]");
    await lone.page.waitForFunction(
      () => document.querySelector(".spoken")?.textContent === "The answer is coming",
    );
    await lone.say({ type: "answer", exchange: exchangeWith("It is two.") });
    await lone.page.waitForFunction(() =>
      document.querySelector(".spoken")?.textContent.includes("It is two."),
    );
    assert.equal(await spoken.textContent(), "The answer is complete. It is two.");
  });

  void it("hears nothing but what the extension may say", async () => {
    await lone.show("Stays.");
    await lone.page.evaluate(() => {
      for (const value of [7, null, { type: "conversation" }, { type: "text", exchangeId: 1 }])
        window.postMessage(value);
    });
    await lone.say({ type: "chips", chips: [{ id: "c", label: "src/a.ts" }] });
    await lone.page.getByText("src/a.ts").waitFor();
    assert.match(await markup(), /Stays/);
  });

  void it("shows text as it comes, and moves nothing, where motion is to be reduced", async () => {
    const { page } = lone;
    const text = "word ".repeat(800);
    await page.emulateMedia({ reducedMotion: "reduce" });
    try {
      await lone.say({ type: "conversation", exchanges: [exchangeWith("", { state: "coming" })] });
      await page.locator(".answer.coming").waitFor();
      const seen = await page.evaluate((piece) => {
        const shown = document.querySelector(".answer .text");
        const lengths: number[] = [];
        return new Promise<number[]>((done) => {
          const look = () => {
            lengths.push(shown?.textContent.trim().length ?? 0);
            if (lengths.at(-1) === piece.trim().length) done(lengths);
          };
          if (shown) new MutationObserver(look).observe(shown, { childList: true, subtree: true });
          window.postMessage({ type: "text", exchangeId: "one", text: piece });
        });
      }, text);
      assert.deepEqual(seen, [text.trim().length]);
      const moving = await page.evaluate(() =>
        [...document.querySelectorAll("*")]
          .filter((each) => {
            const { transitionDuration, animationName } = getComputedStyle(each);
            return transitionDuration !== "0s" || animationName !== "none";
          })
          .map(({ outerHTML }) => outerHTML),
      );
      assert.deepEqual(moving, []);
    } finally {
      await page.emulateMedia({ reducedMotion: null });
    }
  });

  void it("has no serious finding of axe", async () => {
    await lone.show(answer, { marks: ["cached", "shortened"] });
    await lone.say({ type: "readiness", readiness: "no-model", model: "" });
    await lone.say({ type: "chips", chips: [{ id: "c", label: "src/a.ts" }] });
    assert.deepEqual(await seriousFindings(lone.page.mainFrame()), []);
  });
});

void describe("The chat's page in Simplified Chinese", () => {
  void it("has no English text of its own left", async () => {
    const lone = await LoneChatPage.open("zh-cn");
    try {
      await lone.show("```\n1\n```", { marks: ["cached", "shortened", "retracted"] });
      await lone.say({ type: "readiness", readiness: "no-model", model: "" });
      await lone.say({ type: "chips", chips: [{ id: "c", label: "1.ts" }] });
      await lone.page.getByText("1.ts").waitFor();
      const words = await lone.page.evaluate(() => {
        const named = [...document.querySelectorAll("[aria-label],[placeholder]")];
        const names = named.flatMap((each) => [each.ariaLabel, each.getAttribute("placeholder")]);
        return [document.body.innerText, ...names].join(" ").replace("What is this?", "");
      });
      assert.deepEqual(words.replaceAll("1.ts", "").match(/[a-z]{3,}/gi), null);
      await lone.page.setViewportSize({ width: 420, height: 700 });
      await photograph(lone.page, "chat-zh-cn");
    } finally {
      await lone.close();
    }
  });
});
