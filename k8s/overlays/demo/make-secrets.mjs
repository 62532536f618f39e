/**
 * Makes the Secret till-secrets through the Kubernetes API, unless it is there: the password of the database, the key that signs access
 * tokens and the password of the first administrator. Nobody chooses them, and no file has them.
 */
import { generateKeyPairSync, randomBytes } from 'node:crypto';
import { readFileSync } from 'node:fs';

const ACCOUNT = process.env.SERVICE_ACCOUNT ?? '/var/run/secrets/kubernetes.io/serviceaccount';
const api = process.env.KUBERNETES_API ?? 'https://kubernetes.default.svc';
const read = (name) => readFileSync(`${ACCOUNT}/${name}`, 'utf8').trim();

const random = () => randomBytes(24).toString('hex');
const password = random();
const { privateKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' });
const secret = {
  apiVersion: 'v1',
  kind: 'Secret',
  metadata: { name: 'till-secrets', labels: { 'app.kubernetes.io/name': 'till', 'app.kubernetes.io/part-of': 'till' } },
  type: 'Opaque',
  stringData: {
    DATABASE_URL: `postgres://till:${password}@postgres:5432/till`,
    JWT_PRIVATE_KEY: privateKey.export({ type: 'pkcs8', format: 'pem' }),
    'database-password': password,
    'admin-password': random(),
  },
};

// The certificate authority is that of NODE_EXTRA_CA_CERTS.
const response = await fetch(`${api}/api/v1/namespaces/${read('namespace')}/secrets`, {
  method: 'POST',
  headers: { Authorization: `Bearer ${read('token')}`, 'Content-Type': 'application/json' },
  body: JSON.stringify(secret),
});
if (response.status === 409) console.log('The Secret till-secrets is there already; nothing was changed.');
else if (response.ok) console.log('Made the Secret till-secrets.');
else throw new Error(`The Kubernetes API refused the Secret: ${response.status} ${await response.text()}`);
