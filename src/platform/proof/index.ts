export { type Finding, type ProofCheck, ProofChecks } from './proof-checks.js';
export { ProofModule } from './proof.module.js';
