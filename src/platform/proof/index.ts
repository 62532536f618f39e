export { findBroken, findBrokenIn, together } from './broken-rows.js';
export { type Finding, type ProofCheck, ProofChecks } from './proof-checks.js';
export { ProofModule } from './proof.module.js';
export { ProofRunner } from './proof-runner.js';
export { type FinishedProof, ProofRuns } from './proof-runs.js';
export { Checkpointer } from './checkpointer.js';
export { type Proof, Prover } from './prover.js';
export { type Kept, ProofScope } from './proof-scope.js';
export { type ProvenTable, sealedColumns } from './proven-table.js';
