/// <reference lib="dom" />
/** The chat's page when it is hidden and shown again, which makes it anew: nothing of what was there is lost. */
import assert from "node:assert/strict";
import { after, before, describe, it } from "node:test";
import { exchangeWith, LoneChatPage } from "./loneChatPage.ts";

void describe("The chat's page that is shown again", () => {
  let lone: LoneChatPage;
  before(async () => {
    lone = await LoneChatPage.open();
  });
  after(() => lone.close());

  void it("has at once what had come of an answer, and goes on with it", async () => {
    const text = lone.page.locator(".answer.coming .text");
    const exchange = exchangeWith("Half of **it**", { state: "coming" });
    await lone.say({ type: "conversation", exchanges: [exchange] });
    await lone.page.locator(".answer").waitFor();
    assert.equal(await text.innerText(), "Half of it");
    await lone.say({ type: "text", exchangeId: "one", text: " and more" });
    await text.getByText("Half of it and more").waitFor();
  });
});
