import { createPublicKey, verify } from 'node:crypto';
import { expect, it } from 'vitest';
import { Webhook } from 'standardwebhooks';
import { newSecret, publicKeyOf, signedHeaders, signerOf } from './signature.js';

it('is the one of the example in the specification', () => {
  const message = { id: 'msg_p5jXN8AQM9LWM0D4loKWxJek', timestamp: 1614265330, body: '{"test": 2432232314}' };
  const headers = signedHeaders(message, [signerOf('whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw')]);
  expect(headers['webhook-signature'].split(' ')[0]).toBe('v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE=');
});

it('fits each of the secrets that are in use, and no other', () => {
  const [old, young, other] = [newSecret(), newSecret(), newSecret()];
  const message = { id: 'evt_1', timestamp: Math.floor(Date.now() / 1000), body: '{"type":"ünïcödé"}' };
  const headers = signedHeaders(message, [young, old].map(signerOf));
  for (const secret of [old, young])
    expect(new Webhook(secret).verify(message.body, headers)).toEqual({ type: 'ünïcödé' });
  expect(() => new Webhook(other).verify(message.body, headers)).toThrow('No matching signature');
});

it('is verified by the public key alone, which node:crypto reads', () => {
  const [secret, other] = [newSecret(), newSecret()];
  const message = { id: 'evt_1', timestamp: 1614265330, body: '{"type":"ünïcödé"}' };
  const headers = signedHeaders(message, [signerOf(secret)]);
  const [, signature] = headers['webhook-signature'].split(' ').map((one) => one.split(','));
  expect(signature![0]).toBe('v1a');
  const fits = (key: string) => {
    expect(key).toMatch(/^whpk_[A-Za-z0-9+/]{43}=$/);
    const x = Buffer.from(key.slice('whpk_'.length), 'base64').toString('base64url');
    const publicKey = createPublicKey({ key: { kty: 'OKP', crv: 'Ed25519', x }, format: 'jwk' });
    const content = Buffer.from(`${message.id}.${message.timestamp}.${message.body}`);
    return verify(null, content, publicKey, Buffer.from(signature![1]!, 'base64'));
  };
  expect([fits(publicKeyOf(secret)), fits(publicKeyOf(other))]).toEqual([true, false]);
});
