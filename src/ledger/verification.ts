import type { FinishedProof } from '../platform/proof/index.js';

/** The result of `till ledger verify`: the state of the chains, and each rule that does not hold with the rows that break it. */
export function verificationOf({ holds, checks }: FinishedProof): Readonly<Record<string, unknown>> {
  const detailOf = (name: string) => checks.find((check) => check.name === name)?.detail ?? {};
  const { checkpoint, head: checkpointHead } = detailOf('rows_are_as_sealed');
  const { sealed, head, waiting, altered, uncovered } = detailOf('ledger_chain_intact');
  const failed = checks.filter((check) => !check.holds).map(({ name, rule, detail }) => ({ name, rule, detail }));
  return { intact: holds, sealed, head, waiting, altered, uncovered, checkpoint, checkpointHead, failed };
}

/** The rules that do not hold, as a message. */
export function complaintOf({ checks }: FinishedProof): string {
  const failed = checks.filter(({ holds }) => !holds);
  return failed
    .map(({ name, rule, detail }) => `${name} does not hold (${rule}): ${JSON.stringify(detail)}`)
    .join('\n');
}
