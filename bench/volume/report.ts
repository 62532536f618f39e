import { round, table } from '../terminal/table.js';
import type { VolumeFigures } from './volume.js';

/** What the run says in one JSON line. */
export function summarise({ orders, costs, proofs, balanced, databaseSize }: VolumeFigures) {
  return {
    orders,
    databaseSize,
    costs: costs.map(({ name, emptyMs, fullMs, ratio }) => ({
      name,
      emptyMs: round(emptyMs, 3),
      fullMs: round(fullMs, 3),
      ratio: round(ratio, 3),
    })),
    proofSeconds: {
      incremental: round(proofs.incremental, 2),
      full: round(proofs.full, 1),
      sealing: round(proofs.sealing, 1),
    },
    ledgerBalanced: balanced,
  };
}

export type VolumeSummary = ReturnType<typeof summarise>;

export function print({ orders, databaseSize, costs, proofSeconds, ledgerBalanced }: VolumeSummary): string {
  return table([
    [`with ${orders} orders (${databaseSize}), beside an empty database`, 'median ms'],
    ...costs.map(({ name, emptyMs, fullMs, ratio }) => [`  ${name}`, `${fullMs} / ${emptyMs} = ${ratio}`] as const),
    ['proof', `${proofSeconds.incremental} s incremental, ${proofSeconds.full} s full`],
    ['proof of the worker, with all rows sealed for the first time', `${proofSeconds.sealing} s`],
    ['ledger', ledgerBalanced ? 'balanced' : 'NOT BALANCED'],
  ]);
}

/** What is wrong with what was measured, in plain words; how fast it was is for the reader to judge. */
export function complaints({ ledgerBalanced }: VolumeSummary): string[] {
  return ledgerBalanced ? [] : ['The ledger does not balance.'];
}
