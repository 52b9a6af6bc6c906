// Several OpenID providers in one process, on loopback: for each path one issuer with its own client, accounts and claims, as told on standard input.
// The clock can be set (POST /clock), and somebody signs in by `?account=` on the address of an interaction, or says no with `?deny=1`.
import { createServer } from "node:http";
import { text } from "node:stream/consumers";

let offset = 0;
const Clock = globalThis.Date;
globalThis.Date = class extends Clock {
  constructor(...told) {
    super(...(told.length ? told : [Clock.now() + offset]));
  }
  static now() {
    return Clock.now() + offset;
  }
};
for (const say of ["warn", "info", "log"]) console[say] = () => {};
const { default: Provider } = await import("oidc-provider");

const told = JSON.parse(await text(process.stdin));
const issuers = Object.entries(told.issuers).map(([path, of]) => [path, made(path, of)]);

function made(path, { client, accounts, in_id_token, auth_method }) {
  const names = [...new Set(Object.values(accounts).flatMap((claims) => Object.keys(claims)))];
  const provider = new Provider(told.base + path, {
    clients: [client],
    jwks: { keys: told.keys },
    cookies: { keys: ["tests"] },
    clientAuthMethods: [auth_method],
    claims: { openid: ["sub", ...names] },
    conformIdTokenClaims: !in_id_token,
    pkce: { required: () => true },
    features: {
      devInteractions: { enabled: false },
      rpInitiatedLogout: {
        enabled: true,
        logoutSource: (ctx, form) => {
          ctx.body = `<!doctype html><title>Provider</title>${form}<button form="op.logoutForm" name="logout" value="yes">Yes</button>`;
        },
      },
    },
    interactions: { url: (_, interaction) => `${path}/interaction/${interaction.uid}` },
    findAccount: (_, id) => accounts[id] && { accountId: id, claims: () => ({ sub: id, ...accounts[id] }) },
    async loadExistingGrant({ oidc }) {
      const grant = new provider.Grant({ clientId: oidc.client.clientId, accountId: oidc.session.accountId });
      grant.addOIDCScope("openid profile email");
      await grant.save();
      return grant;
    },
  });
  return provider;
}

// Without an account in the address it is a page to choose one on, for real browsers.
async function interact(provider, request, response, asked, of) {
  const account = asked.searchParams.get("account");
  if (!account && !asked.searchParams.has("deny")) {
    const links = [...Object.keys(of.accounts).map((name) => [`account=${encodeURIComponent(name)}`, name]), ["deny=1", "no"]];
    const list = links.map(([how, name]) => `<li><a href="?${how}">${name}</a>`).join("");
    return response.writeHead(200, { "content-type": "text/html" }).end(`<!doctype html><title>Provider</title><ul>${list}</ul>`);
  }
  const result = asked.searchParams.has("deny") ? { error: "access_denied" } : { login: { accountId: account } };
  return provider.interactionFinished(request, response, result, { mergeWithLastSubmission: false });
}

const server = createServer(async (request, response) => {
  if (request.url === "/clock") {
    offset = Number(await text(request)) - Clock.now();
    return response.end();
  }
  const asked = new URL(request.url, told.base);
  const [path, provider] = issuers.find(([path]) => asked.pathname.startsWith(`${path}/`)) ?? [];
  if (!provider) return response.writeHead(404).end();
  request.originalUrl = request.url;
  request.url = request.url.slice(path.length);
  if (request.url.startsWith("/interaction/")) return interact(provider, request, response, asked, told.issuers[path]).catch(() => response.writeHead(500).end());
  return provider.callback()(request, response);
});
server.listen(0, "127.0.0.1", () => process.stdout.write(`${server.address().port}\n`));
