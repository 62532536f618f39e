export { findBroken, findBrokenIn, together } from './broken-rows.js';
export { type Finding, type ProofCheck, ProofChecks } from './proof-checks.js';
export { ProofModule } from './proof.module.js';
export { type Kept, ProofScope } from './proof-scope.js';
export { type ProvenTable, sealedColumns } from './proven-table.js';
