import { Controller, Get } from '@nestjs/common';
import { ApiBearerAuth, ApiOkResponse, ApiTags } from '@nestjs/swagger';
import { RequirePermission } from '../platform/access/index.js';
import { ProofService } from './proof.service.js';
import { ProofView } from './proof.view.js';

@ApiTags('ledger')
@ApiBearerAuth()
@Controller('v1/ledger/proof')
export class ProofController {
  constructor(private readonly proof: ProofService) {}

  /** Recomputes every registered rule from the rows, in one snapshot. */
  @Get()
  @RequirePermission('ledger:read')
  @ApiOkResponse({ type: ProofView })
  read(): Promise<ProofView> {
    return this.proof.prove();
  }
}
