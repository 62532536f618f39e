import { expect, it } from 'vitest';
import { Webhook } from 'standardwebhooks';
import { newSecret, signedHeaders } from './signature.js';

it('is the one of the example in the specification', () => {
  const message = { id: 'msg_p5jXN8AQM9LWM0D4loKWxJek', timestamp: 1614265330, body: '{"test": 2432232314}' };
  const headers = signedHeaders(message, ['whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw']);
  expect(headers['webhook-signature']).toBe('v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE=');
});

it('fits each of the secrets that are in use, and no other', () => {
  const [old, young, other] = [newSecret(), newSecret(), newSecret()];
  const message = { id: 'evt_1', timestamp: Math.floor(Date.now() / 1000), body: '{"type":"ünïcödé"}' };
  const headers = signedHeaders(message, [young, old]);
  for (const secret of [old, young])
    expect(new Webhook(secret).verify(message.body, headers)).toEqual({ type: 'ünïcödé' });
  expect(() => new Webhook(other).verify(message.body, headers)).toThrow('No matching signature');
});
