import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { ProductsService } from '../../../src/catalog/index.js';
import { Reconciler } from '../../../src/payments/index.js';
import { demoProducts } from '../../../src/seed/demo-products.js';
import { encodeId } from '../../../src/shared/ids.js';
import { Authenticator } from '../../support/authenticator.js';
import type { OrderBody, PageBody, PaymentBody, PlacedOrderBody } from '../../support/bodies.js';
import { examplesOf } from '../../support/examples.js';
import { CLIENT, startIdentityProvider, type TestIdentityProvider } from '../../support/identity-provider.js';
import type { OpenApi } from '../../support/openapi.js';
import { admin, api, finance, scenario, shopper } from '../../support/scenario.js';

const REDIRECT_URI = 'https://shop.example/arrived';

let provider: TestIdentityProvider;
let examples: ReturnType<typeof examplesOf>;
scenario({
  people: ['shopper', 'finance', 'admin'],
  unchecked: true,
  env: async () => {
    provider = await startIdentityProvider({ redirectUri: REDIRECT_URI });
    const client = { clientId: CLIENT.id, clientSecret: CLIENT.secret, redirectUris: [REDIRECT_URI] };
    return { OIDC_PROVIDERS: JSON.stringify([{ id: 'acme', name: 'Acme', issuer: provider.issuer, ...client }]) };
  },
});
afterAll(() => provider?.close());
beforeAll(async () => {
  examples = examplesOf(api, (await api.request<OpenApi>('GET /openapi.json')).body);
  // As the demo of `npm start` has it.
  const mug = demoProducts.find(({ sku }) => sku === 'MUG-RED')!;
  await api.app.get(ProductsService).create(mug);
});

interface Tokens {
  readonly accessToken: string;
  readonly refreshToken: string;
}

/** Gives the newest mail of a purpose this token, which the example's stands for. */
async function mailed(purpose: string) {
  const token = `the token of ${purpose}`;
  const change = `UPDATE mailed_tokens m SET user_id = u.id, token_hash = sha256($2::bytea), expires_at = now() + interval '1 hour'
    FROM users u WHERE (u.email = m.email OR u.id = m.user_id) AND m.id = (SELECT id FROM mailed_tokens WHERE purpose = $1 ORDER BY id DESC LIMIT 1)`;
  await api.sql(change, [purpose, Buffer.from(token)]);
  return { members: { token } };
}

const [OLD_PASSWORD, NEW_PASSWORD] = ['seven loud blue herons', 'nine quiet green otters'];

/** Gives the person of the examples the password again that they have, after one of them changed it. */
async function withOldPassword(): Promise<void> {
  const credentials = { email: 'ada@shop.example', password: NEW_PASSWORD };
  const { accessToken: token } = (await api.request<Tokens>('POST /v1/auth/login', { body: credentials })).body;
  const body = { currentPassword: NEW_PASSWORD, newPassword: OLD_PASSWORD };
  await api.request('POST /v1/auth/password/change', { token, body });
}

describe('The example of each body is taken as it is', () => {
  it('of the catalogue, of orders and of payments', async () => {
    const { token } = admin;
    const product = await examples.send('createProduct', { token });
    await examples.send('changeProduct', { token, id: product.id });
    await examples.send('adjustStock', { token, id: product.id });
    await examples.send('quoteOrder', { token: shopper.token });
    const placed = await examples.send<PlacedOrderBody>('placeOrder', { token: shopper.token });
    expect(placed).toMatchObject({ status: 'confirmed', paymentStatus: 'paid' });
    await examples.send('postOrderMessage', { token: shopper.token, id: placed.id });
    await examples.send('fulfillOrder', { token, id: placed.id });
    await examples.send('quoteRefund', { token: finance.token, id: placed.payment!.id });
    await examples.send('refundPayment', { token: finance.token, id: placed.payment!.id });

    const place = async () =>
      (
        await api.place(
          shopper,
          placed.lines.map(({ productId }) => ({ productId, quantity: 1 })),
        )
      ).body;
    const unpaid = await place();
    await examples.send<PaymentBody>('payOrder', { token: shopper.token, id: unpaid.id });
    await examples.send('requestCancellation', { token, id: unpaid.id });
    await examples.send('quoteCancellation', { token: shopper.token, id: (await place()).id });
    await examples.send<OrderBody>('cancelOrder', { token: shopper.token, id: (await place()).id });
    const held = (await api.pay(shopper, await place(), { capture: 'manual' })).body;
    await examples.send('capturePayment', { token, id: held.id });
    const approval = await examples.send('requestApproval', {
      token: finance.token,
      members: { paymentId: placed.payment!.id },
    });
    await examples.send('decideApproval', { token, id: approval.id });
  });

  it('of the ledger, of store credit and of what providers report', async () => {
    const { token } = admin;
    await examples.send('reverseTransaction', { token, id: (await examples.send('postTransaction', { token })).id });
    await examples.send('grantStoreCredit', { token, id: shopper.id });
    await examples.send('transferStoreCredit', { token, id: shopper.id, members: { toUserId: finance.id } });
    await api.sql('UPDATE sandbox.operations SET amount = 1');
    const run = await api.app.get(Reconciler).run('sandbox', new Date().toISOString().slice(0, 10), () => undefined);
    const id = encodeId('rcn', run.id);
    const found = await api.get<PageBody<{ id: string }>>(`/v1/reconciliations/${id}/differences`, admin);
    await examples.send('resolveDifference', { token, id, members: { differenceId: found.body.data[0]!.id } });
    const [unknown] = await api.sql(
      `UPDATE reconciliation_differences SET reason = 'unknown_kind', effect = 5
       WHERE id = (SELECT id FROM reconciliation_differences WHERE settlement_id IS NOT NULL LIMIT 1) RETURNING id`,
    );
    await examples.send('postDifference', {
      token,
      id,
      members: { differenceId: encodeId('rcd', unknown!['id'] as never) },
    });
    expect(examples.unsent()).not.toContain('postDifference');
  });

  it('of people, keys, promotions, exports and webhooks', async () => {
    const { token } = admin;
    await examples.send('createExport', { token });
    await examples.send('createRole', { token });
    await examples.send('changeRole', { token, id: 'returns_desk' });
    const made = await examples.send('createUser', { token });
    await examples.send('changeUser', { token, id: made.id });
    await examples.send('changeTaxStatus', { token, id: made.id });
    await examples.send('rotateApiKey', { token, id: (await examples.send('createApiKey', { token })).id });
    await examples.send('changePromotion', { token, id: (await examples.send('createPromotion', { token })).id });
    const method = await examples.send('createShippingMethod', { token });
    await examples.send('changeShippingMethod', { token, id: method.id });
    const { id } = await examples.send('createWebhookEndpoint', { token, members: { url: 'https://1.1.1.1/' } });
    await examples.send('changeWebhookEndpoint', { token, id });
    await examples.send('rotateWebhookSecret', { token, id });
    await examples.send('replayEvents', { token, id });
    expect(examples.unsent()).not.toContain('replayEvents');
  });

  it('of signing in', async () => {
    await examples.send('register');
    const first = await examples.send<Tokens>('signIn');
    await api.request('POST /v1/auth/email/verification', { token: first.accessToken });
    await examples.send('confirmEmail', await mailed('email_verification'));
    await examples.send('signInAgain', { token: first.accessToken });
    await examples.send('changeMe', { token: first.accessToken });
    const refreshed = await examples.send<Tokens>('refreshTokens', { members: { refreshToken: first.refreshToken } });
    await examples.send('signOut', { members: { refreshToken: refreshed.refreshToken } });
    let { accessToken: token } = await examples.send<Tokens>('signIn');

    provider.knows('ada', { email: 'ada@acme.test', email_verified: true });
    provider.knows('grace', { email: 'grace@acme.test', email_verified: true });
    const arrival = async (begun: { authorizationUrl: string; flow: string }, who: string) => ({
      flow: begun.flow,
      callback: await provider.signIn(begun.authorizationUrl, who),
    });
    const begun = await examples.send<Parameters<typeof arrival>[0]>('beginSignInAtProvider', { id: 'acme' });
    await examples.send('completeSignInAtProvider', { id: 'acme', members: await arrival(begun, 'grace') });
    const linking = await examples.send<Parameters<typeof arrival>[0]>('beginLinkingIdentity', { token });
    await examples.send('linkIdentity', { token, members: await arrival(linking, 'ada') });

    const { secret } = (await api.request<{ secret: string }>('POST /v1/auth/mfa/totp', { token })).body;
    const code = new Authenticator(secret).codeAt(Date.now() / 1000);
    const added = await examples.send<Tokens & { recoveryCodes: string[] }>('confirmAuthenticator', {
      token,
      members: { code },
    });
    const half = await examples.send<{ mfaToken: string }>('signIn');
    const proof = { mfaToken: half.mfaToken, code: added.recoveryCodes[0] };
    token = (await examples.send<Tokens>('passSecondFactor', { members: proof })).accessToken;
    await api.request('DELETE /v1/auth/mfa/totp', { token });

    token = (await examples.send<Tokens>('signIn')).accessToken;
    await examples.send('changeMyEmail', { token });
    await examples.send('confirmEmailChange', await mailed('email_change'));
    await api.sql(
      `INSERT INTO mailed_tokens (id, purpose, email, user_id, token_hash, expires_at)
       SELECT gen_random_uuid(), 'email_change_undo', email, user_id, sha256($1::bytea), now() + interval '1 hour' FROM former_emails`,
      [Buffer.from('a token that undoes')],
    );
    await examples.send('undoEmailChange', { members: { token: 'a token that undoes' } });
    await api.sql(
      `INSERT INTO mailed_tokens (id, purpose, email, user_id, token_hash, expires_at, added_at)
       SELECT gen_random_uuid(), 'access_undo', u.email, u.id, sha256($1::bytea), now() + interval '1 hour', now()
       FROM former_emails f JOIN users u ON u.id = f.user_id`,
      [Buffer.from('a token that undoes more')],
    );
    await examples.send('undoAddedAccess', { members: { token: 'a token that undoes more' } });

    await examples.send('requestPasswordReset');
    await examples.send('resetPassword', await mailed('password_reset'));
    await withOldPassword();
    await examples.send('changePassword', { token: (await examples.send<Tokens>('signIn')).accessToken });
    const iris = { email: 'iris@shop.example', password: OLD_PASSWORD };
    await api.post('/v1/auth/register', { body: { ...iris, name: 'Iris' } });
    const { accessToken } = (await api.request<Tokens>('POST /v1/auth/login', { body: iris })).body;
    await examples.send('eraseMyAccount', { token: accessToken });
    expect(examples.unsent()).not.toContain('eraseMyAccount');
  });

  it('and none is left out', () => {
    // A device makes these bodies, and renames what it made; openapi.spec.ts has one.
    const ofDevices = ['addPasskey', 'renamePasskey', 'signInAgainWithPasskey', 'signInWithPasskey'];
    const missing = examples.unsent().filter((name) => !ofDevices.includes(name));
    expect(missing, 'Send the example of each operation above, and add it to src/api-examples.ts').toEqual([]);
  });
});

it('The example of each parameter of a query is taken as it is', async () => {
  for (const { operationId, line } of examples.queries()) {
    const response = await api.request(line, { token: admin.token });
    expect({ operationId, line, status: response.status }).toEqual({ operationId, line, status: 200 });
  }
  expect(examples.queries().length).toBeGreaterThan(10);
});
