import { Global, Module } from '@nestjs/common';
import { Checkpointer } from './checkpointer.js';
import { CheckpointsRepository } from './checkpoints.repository.js';
import { FactsRepository } from './facts.repository.js';
import { OwnersCheck } from './owners-check.js';
import { ProofChecks } from './proof-checks.js';
import { ProofRunner } from './proof-runner.js';
import { ProofRuns } from './proof-runs.js';
import { Prover } from './prover.js';
import { RowCounts } from './row-counts.js';
import { SealsCheck } from './seals-check.js';
import { TablesRepository } from './tables.repository.js';

@Global()
@Module({
  providers: [
    ProofChecks,
    ProofRunner,
    ProofRuns,
    Prover,
    Checkpointer,
    SealsCheck,
    OwnersCheck,
    RowCounts,
    TablesRepository,
    FactsRepository,
    CheckpointsRepository,
  ],
  exports: [ProofChecks, ProofRunner, ProofRuns],
})
export class ProofModule {}
