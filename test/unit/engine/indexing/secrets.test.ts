import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { withoutSecrets } from "../../../../src/engine/indexing/secrets.ts";
import { IndexedFolder } from "../../../helpers/indexedFolder.ts";
import { seededRandom } from "../../../helpers/randomness.ts";

const random = seededRandom(20_26);
const digits = "0123456789";
const letters = "abcdefghijklmnopqrstuvwxyz";
const upper = letters.toUpperCase();
const some = (chars: number, alphabet: string): string =>
  Array.from({ length: chars }, () => alphabet.charAt(Math.floor(random() * alphabet.length))).join(
    "",
  );
const word = (chars: number) => some(chars, letters + upper + digits);

/** Made here, so that no file holds one: what it is, how it stands in a file, what must not be learned of it. */
const secrets: readonly (readonly [string, string, string])[] = (() => {
  const make = (what: string, before: string, secret: string, after: string) =>
    [what, before + secret + after, secret] as const;
  const key = [1, 2, 3, 4, 5].map(() => some(64, letters + upper + digits + "+/")).join("\n");
  const armour = (edge: string) => `-----${edge} RSA PRIVATE KEY-----`;
  return [
    make("a GitHub token", 'const auth = "', `ghp_${word(36)}`, '";'),
    make("a fine-grained GitHub token", "token: ", `github_pat_${word(82)}`, ""),
    make("a GitLab token", "x = '", `glpat-${word(20)}`, "'"),
    make(
      "a Slack token",
      'slack("',
      `xoxb-${some(11, digits)}-${some(12, digits)}-${word(24)}`,
      '")',
    ),
    make("an npm token", "//registry.npmjs.org/:_authToken=", `npm_${word(36)}`, ""),
    make("an OpenAI key", 'new Client("', `sk-proj-${word(74)}T3BlbkFJ${word(74)}`, '")'),
    make("an Anthropic key", 'key: "', `sk-ant-api03-${word(93)}AA`, '",'),
    make("a SendGrid key", 'mail("', `SG.${word(22)}.${word(43)}`, '")'),
    make("an AWS key", 'aws_secret_access_key = "', some(40, letters + upper + digits), '"'),
    make("an AWS key's id", 'id("', `AKIA${some(16, upper + "234567")}`, '")'),
    make("a private key", `${armour("BEGIN")}\n`, key, `\n${armour("END")}`),
    make("a password in an address", 'get("', `https://jane:${word(12)}@intern.house.org/x`, '")'),
    make("a database's password", 'open("', `postgres://jane:${word(14)}@db.house.org/x`, '")'),
    make("a password by its name", 'const dbPassword = "', `tr0ub4dor&${word(4)}1`, '";'),
    make("a key by its name", '"apiKey": "', `${some(12, letters)}${some(4, digits)}`, '",'),
    make("a token by its name in Go", 'authToken := "', `a1${word(14)}`, '"'),
    make("a long hexadecimal number", 'sign("', some(64, "0123456789abcdef"), '")'),
    make("a web token", 'accept("', `eyJ${word(33)}.eyJ${word(60)}.${word(43)}`, '")'),
  ];
})();

describe("secrets in what is learned", () => {
  for (const [what, text, secret] of secrets) {
    it(`are blanked to the end of their line: ${what}`, () => {
      const clean = withoutSecrets(`before();\n${text}\nafter();\n`);
      for (const part of secret.match(/[A-Za-z0-9&]{6,}/g) ?? [])
        assert.ok(!clean.includes(part), `${part} is left in ${clean}`);
      assert.ok(clean.startsWith("before();\n") && clean.endsWith("\nafter();\n"));
      assert.equal(clean.length, text.length + "before();\n\nafter();\n".length);
    });

    it(`are never suggested in another file, in whole or in part: ${what}`, async () => {
      const project = new IndexedFolder();
      try {
        const path = project.write("src/a.ts", `${text}\n`);
        await project.learned();
        const check = () => {
          // What is typed of it is in the open document, and may be copied there.
          for (let typed = 1; typed <= text.indexOf(secret) + 3; typed += 1) {
            const answer = project.answer(text.slice(0, typed)) ?? "";
            const isSecret = (part: string) => part.length > 3 && secret.includes(part);
            const parts = answer.match(/[A-Za-z0-9]{4,}/g) ?? [];
            assert.deepEqual(parts.filter(isSecret), [], `behind ${text.slice(0, typed)}`);
          }
        };
        check();
        project.write("src/a.ts", `saved();\n${text}\n`);
        await project.changed(path);
        check();
      } finally {
        project.dispose();
      }
    });
  }

  const harmless = [
    'const password = readPassword("Your password: ");',
    'type Token = { kind: "identifier"; text: string };',
    'import { veryLongFunctionName2 } from "../some/long/path/v3/to/a/module_with_a_name.ts";',
    'const url = "https://example.org/a/b/c?token=abc&page=2";',
    "export const secretSource: SecretSource = createSecretSource(options);",
    'apiKey: process.env["API_KEY"],',
    "test_that_utf8_is_converted_to_utf16_and_back_without_loss();",
  ];
  for (const line of harmless) {
    it(`are not seen in ${line}`, () => {
      assert.equal(withoutSecrets(line), line);
    });
  }

  it("leave the ends of lines where they were, whatever the text", () => {
    const text = secrets.map(([, each]) => each).join("\r\n\n");
    const clean = withoutSecrets(text);
    assert.equal(clean.split("\n").length, text.split("\n").length);
    assert.equal(clean.length, text.length);
  });
});
