/**
 * Makes two Secrets through the Kubernetes API, unless they are there: till-passwords, with the password of the database and of the first
 * administrator, and till-secrets, with the variables of Till's processes. Nobody chooses them, and no file has them.
 */
import { generateKeyPairSync, randomBytes } from 'node:crypto';
import { readFileSync } from 'node:fs';

const ACCOUNT = process.env.SERVICE_ACCOUNT ?? '/var/run/secrets/kubernetes.io/serviceaccount';
const api = process.env.KUBERNETES_API ?? 'https://kubernetes.default.svc';
const read = (name) => readFileSync(`${ACCOUNT}/${name}`, 'utf8').trim();
const secrets = `${api}/api/v1/namespaces/${read('namespace')}/secrets`;

/** Returns the response's body. The certificate authority is that of NODE_EXTRA_CA_CERTS. */
async function ask(url, init, ...alsoFine) {
  const headers = { Authorization: `Bearer ${read('token')}`, 'Content-Type': 'application/json' };
  const response = await fetch(url, { ...init, headers });
  const body = await response.json();
  if (response.ok || alsoFine.includes(response.status)) return { status: response.status, body };
  throw new Error(`The Kubernetes API refused: ${response.status} ${body.message}`);
}

async function make(name, stringData) {
  const labels = { 'app.kubernetes.io/name': 'till', 'app.kubernetes.io/part-of': 'till' };
  const secret = { apiVersion: 'v1', kind: 'Secret', metadata: { name, labels }, type: 'Opaque', stringData };
  const { status } = await ask(secrets, { method: 'POST', body: JSON.stringify(secret) }, 409);
  console.log(status === 409 ? `The Secret ${name} is there already.` : `Made the Secret ${name}.`);
}

const random = () => randomBytes(24).toString('hex');
await make('till-passwords', { database: random(), administrator: random() });
// Of an earlier run, which may have been interrupted.
const { body } = await ask(`${secrets}/till-passwords`);
const password = Buffer.from(body.data.database, 'base64').toString();
const { privateKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' });
await make('till-secrets', {
  DATABASE_URL: `postgres://till:${password}@postgres:5432/till`,
  // PostgreSQL and Redis are in this namespace.
  REQUIRE_TLS: 'no',
  ENCRYPTION_KEYS: `till:${randomBytes(32).toString('base64')}`,
  JWT_PRIVATE_KEY: privateKey.export({ type: 'pkcs8', format: 'pem' }),
});
