import { Controller, Get, Query } from '@nestjs/common';
import { ApiBearerAuth, ApiOkResponse, ApiTags } from '@nestjs/swagger';
import { RequirePermission } from '../platform/access/index.js';
import { Operation } from '../platform/openapi/index.js';
import { ProofQuery } from './dto/proof.query.js';
import { ProofService } from './proof.service.js';
import { ProofView } from './proof.view.js';

@ApiTags('ledger')
@ApiBearerAuth()
@Controller('v1/ledger/proof')
export class ProofController {
  constructor(private readonly proof: ProofService) {}

  /** Recomputes every registered rule from the rows, in one snapshot. Concurrent requests share one run. */
  @Get()
  @Operation('readProof', 'Prove that orders, payments, stock and ledger agree', {
    description: 'Recomputes every rule from the rows, in one snapshot. Concurrent requests share one run.',
    refuses: ['proof_busy'],
  })
  @RequirePermission('ledger:read')
  @ApiOkResponse({ type: ProofView })
  read(@Query() { full }: ProofQuery): Promise<ProofView> {
    return this.proof.prove(full === 'true');
  }
}
