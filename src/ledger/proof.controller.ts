import { Controller, Get } from '@nestjs/common';
import { ApiBearerAuth, ApiTags } from '@nestjs/swagger';
import { RequirePermission } from '../platform/access/index.js';
import { ProofService } from './proof.service.js';

@ApiTags('ledger')
@ApiBearerAuth()
@Controller('v1/ledger/proof')
export class ProofController {
  constructor(private readonly proof: ProofService) {}

  /** Recomputes every registered rule from the rows, in one snapshot. */
  @Get()
  @RequirePermission('ledger:read')
  read() {
    return this.proof.prove();
  }
}
