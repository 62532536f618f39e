import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { permissionsOf } from '../platform/access/index.js';
import { newId } from '../shared/ids.js';
import { VerifiedTokens } from './verified-tokens.js';

const caller = { userId: newId<'usr'>(), permissions: permissionsOf(['support']) };
const verified = { caller, sessionId: newId<'ses'>(), accessVersion: 3, authenticatedAt: 0 };
const START = 1_800_000_000;
let tokens: VerifiedTokens;

beforeEach(() => {
  vi.useFakeTimers({ now: START * 1000 });
  tokens = new VerifiedTokens();
});
afterEach(() => vi.useRealTimers());

describe('VerifiedTokens', () => {
  it('knows a token until the second it expires', () => {
    tokens.remember('token', verified, START + 900);
    vi.setSystemTime((START + 900) * 1000 - 1);
    expect(tokens.find('token')).toMatchObject(verified);
    vi.setSystemTime((START + 900) * 1000);
    expect(tokens.find('token')).toBeUndefined();
    expect(tokens.size).toBe(0);
  });

  it('does not know a token that differs anywhere', () => {
    tokens.remember('head.claims.signature', verified, START + 900);
    for (const other of ['head.claims.signaturf', 'Head.claims.signature', 'head.claims.signature ', '']) {
      expect(tokens.find(other)).toBeUndefined();
    }
  });

  it('forgets the first comers when there are too many', () => {
    for (let n = 0; n < 10_005; n++) tokens.remember(`token ${n}`, verified, START + 900);
    expect(tokens.size).toBe(10_000);
    expect(tokens.find('token 4')).toBeUndefined();
    expect(tokens.find('token 5')).toMatchObject(verified);
  });
});
