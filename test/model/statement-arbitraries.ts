import { type Arbitrary, array, boolean, constant, constantFrom, nat, oneof, option, record } from 'fast-check';
import { type DifferenceCommand, type StatementCommand, statementViews } from './commands.js';
import { broken } from './request-arbitraries.js';

const mishap = option(broken, { nil: undefined, freq: 2 });

export const statement: Arbitrary<StatementCommand> = record({
  do: constant('statement' as const),
  day: constantFrom(-1, 0, 0, 0, 1),
  shows: constantFrom('all' as const, ...statementViews),
  pays: boolean(),
  times: constantFrom(1, 1, 2),
  fault: mishap,
});

export const difference: Arbitrary<DifferenceCommand> = record({
  do: constant('settle' as const),
  difference: nat({ max: 3 }),
  as: constantFrom('explained' as const, 'resolved' as const, 'posted' as const, 'posted' as const),
  fault: mishap,
});

/** Statements of one day, one after another, and people who see to what they find: differences come, go and come back. */
export const statements: Arbitrary<(StatementCommand | DifferenceCommand)[]> = array(
  oneof({ weight: 3, arbitrary: statement.map((made) => ({ ...made, day: 0 })) }, { weight: 1, arbitrary: difference }),
  { minLength: 3, maxLength: 6, size: 'max' },
);
