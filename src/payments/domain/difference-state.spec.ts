import { describe, expect, it } from 'vitest';
import { InvalidTransition } from '../../shared/errors.js';
import {
  type DifferenceAction,
  type DifferenceState,
  differenceStates,
  differenceTransition,
} from './difference-state.js';

const allowed: readonly [DifferenceState, DifferenceAction, DifferenceState][] = [
  ['open', 'explain', 'explained'],
  ['open', 'resolve', 'resolved'],
  ['explained', 'resolve', 'resolved'],
  ['explained', 'reopen', 'open'],
  ['resolved', 'reopen', 'open'],
];
const actions = ['explain', 'resolve', 'reopen'] as const;
const forbidden = differenceStates
  .flatMap((state) => actions.map((action) => [state, action] as const))
  .filter(([state, action]) => !allowed.some(([from, by]) => from === state && by === action));

describe('A difference', () => {
  it.each(allowed)('that is %s is by %s %s', (state, action, to) => {
    expect(differenceTransition(state, action)).toBe(to);
  });
  it.each(forbidden)('that is %s refuses %s', (state, action) => {
    expect(() => differenceTransition(state, action)).toThrow(InvalidTransition);
  });
});
