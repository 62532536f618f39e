import { next, type TransitionTable } from '../../shared/state-machine.js';

export const differenceStates = ['open', 'explained', 'resolved'] as const;
export type DifferenceState = (typeof differenceStates)[number];
export type DifferenceAction = 'explain' | 'resolve' | 'reopen';

/** Only Till reopens a difference: it is back, or its amounts have changed. */
const steps = {
  open: { explain: 'explained', resolve: 'resolved' },
  explained: { resolve: 'resolved', reopen: 'open' },
  resolved: { reopen: 'open' },
} as const satisfies TransitionTable<DifferenceState, DifferenceAction>;

/** @throws InvalidTransition */
export function differenceTransition(state: DifferenceState, action: DifferenceAction): DifferenceState {
  return next<DifferenceState, DifferenceAction>('A difference', steps, state, action);
}
