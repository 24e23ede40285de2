import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { withoutSecrets } from "../../../../src/engine/indexing/secrets.ts";

/** How a password stands in files of all kinds. In pieces, so that nothing takes them for one that is real. */
const password = ["S3cret", "Pass99"].join("");
const plain = ["Hunter", "2024"].join("");
const token = ["abc123", "def456"].join("");
const basic = Buffer.from(`jane:${password}`).toString("base64");

const secrets: readonly (readonly [text: string, secret: string])[] = [
  [`password: ${password}`, password],
  [`password: ${plain}`, plain],
  [`  jwt_secret: ${token} # of last year`, token],
  [`DB_PASSWORD=${password}`, password],
  [`DB_PASS=${plain}`, plain],
  [`export API_TOKEN=${token}`, token],
  [`spring.datasource.password = ${password}`, password],
  ["password = P@ssw0rd", "P@ssw0rd"],
  [`API_KEY: \${API_KEY:-${token}}`, token],
  [`Server=x;Password=${password};Encrypt=true`, password],
  [`"Server=x;Pwd=${plain};Encrypt=true"`, plain],
  [`<add key="Password" value="${password}"/>`, password],
  [`<password>${password}</password>`, password],
  [`- name: DB_PASSWORD\n  value: ${password}`, password],
  [`{ "name": "API_TOKEN", "value": "${token}" }`, token],
  [`Authorization: Bearer ${token}ghi789`, token],
  [`headers: { Authorization: "Basic ${basic}" }`, basic],
  [`curl -H 'Authorization: Bearer ${token}' https://house.org`, token],
  [`curl -u admin:${password} https://house.org`, password],
  [`mysql --password ${password} --batch`, password],
  [`mysql --password=${password} --batch`, password],
  [`pwd = "${password}"`, password],
  [`const PASSWORD: &str = "${password}";`, password],
  [`settings["password"] = "${password}"`, password],
  [`password = b'${password}'`, password],
  [`builder.withPassword("${password}")`, password],
  [`if (password === "${password}") open();`, password],
  ['const password = "correct-horse-battery"', "correct-horse-battery"],
  ['password = "S3cret Pass99"', "S3cret"],
];

const harmless = [
  "password: string",
  "password: Argon2Hash",
  "token: Uint8Array;",
  "privateKey: Uint8Array | string,",
  "const token = tokens[at]",
  "token: nextToken()",
  "token: a1b2c3d4e5(x)",
  "token = token12;",
  "token = base64url",
  "password = options.password",
  "private_key: ed25519.Ed25519PrivateKey",
  'key: "Enter"',
  "secret=process.env.S3_KEY2",
  "password: ${DB_PASSWORD_2}",
  "PASSWORD=$(cat /run/x1y2z3)",
  "password_file=/run/secrets/db1pass2x3",
  'const TOKEN_ROUTE = "/oauth2/v2.0/token";',
  "tokenUrl: https://house.org/v1/oauth2x3",
  "TOKEN_A = 0x00ab12cd",
  "token_from: 2024-01-01T00:00:00Z",
  "if (token == x1y2z3w4) return;",
  "parseKey(x509PrivateKeyRSA4096)",
  'passwordHint: "Use 8 characters"',
  'password: "Must have 8 characters at least"',
  'autocomplete: "current-password"',
  'password: "login.form.password"',
  "secret: my-tls-cert",
  "docker run -u 1000:1000 image",
  "headers: { Authorization: `Bearer ${token1}` }",
  'culture="neutral" publicKeyToken="b77a5c561934e089"',
];

describe("secrets by their names", () => {
  for (const [text, secret] of secrets) {
    it(`are blanked in ${text}`, () => {
      const clean = withoutSecrets(`before();\n${text}\nafter();\n`);
      assert.ok(!clean.includes(secret), clean);
      assert.ok(clean.startsWith("before();\n") && clean.endsWith("\nafter();\n"));
    });
  }

  for (const text of harmless) {
    it(`are not seen in ${text}`, () => {
      assert.equal(withoutSecrets(`${text}\n`), `${text}\n`);
    });
  }

  for (const part of ["token", "token:", "token=", "token ", "pass=/a", "password:a "]) {
    it(`take no longer to look for than a text is long, such as one of ${part}`, () => {
      const startedAt = performance.now();
      withoutSecrets(part.repeat(400_000 / part.length));
      assert.ok(performance.now() - startedAt < 5_000);
    });
  }
});
