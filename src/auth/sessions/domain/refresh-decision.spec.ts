import { expect, it } from 'vitest';
import { frozen } from '../../../../test/support/frozen.js';
import { decideRefresh, GRACE_SECONDS, MAX_CHILDREN, type PresentedToken } from './refresh-decision.js';

const used = (change: Partial<PresentedToken>): PresentedToken =>
  frozen({ usedSecondsAgo: 1, children: 1, isOlder: false, isRepeat: false, isRepeatable: true, ...change });

it.each<[string, PresentedToken, string]>([
  ['a new token', used({ usedSecondsAgo: null, children: 0 }), 'rotate'],
  ['a token that was used a moment ago', used({}), 'rotate'],
  ['a token at the end of the grace time', used({ usedSecondsAgo: GRACE_SECONDS }), 'rotate'],
  ['a token after the grace time', used({ usedSecondsAgo: GRACE_SECONDS + 0.1 }), 'reuse'],
  ['a token whose successor was used', used({ isOlder: true }), 'reuse'],
  ['a repeat of the first use, much later', used({ usedSecondsAgo: 3600, children: 9, isRepeat: true }), 'repeat'],
  ['a repeat of a first use that an earlier release served', used({ isRepeat: true, isRepeatable: false }), 'rotate'],
  ['a repeat of the first use, whose answer was used', used({ isOlder: true, isRepeat: true }), 'reuse'],
  ['a token with as many successors as allowed', used({ children: MAX_CHILDREN }), 'reuse'],
])('%s', (_, token, decision) => expect(decideRefresh(token)).toBe(decision));
