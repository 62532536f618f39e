import { InvalidTransition } from './errors.js';

/** For each state, the actions it allows and the state each leads to. */
export type TransitionTable<State extends string, Action extends string> = Readonly<
  Record<State, Readonly<Partial<Record<Action, State>>>>
>;

/**
 * The state that `action` leads to from `state`.
 * @throws InvalidTransition when the table has no such step
 */
export function next<State extends string, Action extends string>(
  what: string,
  table: TransitionTable<State, Action>,
  state: State,
  action: Action,
): State {
  const to = table[state][action];
  if (!to) throw new InvalidTransition(what, state, action);
  return to;
}
