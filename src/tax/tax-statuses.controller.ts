import { Body, Controller, Get, Param, Patch } from '@nestjs/common';
import { ApiBearerAuth, ApiOkResponse, ApiTags } from '@nestjs/swagger';
import { type Caller, CurrentCaller, OwnOr } from '../platform/access/index.js';
import { IdPipe } from '../platform/http/index.js';
import { Operation } from '../platform/openapi/index.js';
import type { UserId } from '../shared/ids.js';
import { ChangeTaxStatusDto } from './dto/change-tax-status.dto.js';
import { presentTaxStatus } from './tax-status.presenter.js';
import { TaxStatusView } from './tax-status.view.js';
import { TaxStatusesService } from './tax-statuses.service.js';

@ApiTags('tax')
@ApiBearerAuth()
@Controller('v1/users/:id/tax-status')
export class TaxStatusesController {
  constructor(private readonly statuses: TaxStatusesService) {}

  @Get()
  @Operation('readTaxStatus', "Read a customer's VAT id and exemption")
  @OwnOr('tax_statuses:read')
  @ApiOkResponse({ type: TaxStatusView })
  read(@Param('id', IdPipe('usr')) id: UserId, @CurrentCaller() caller: Caller) {
    return this.statuses.read(caller, id).then(presentTaxStatus);
  }

  @Patch()
  @Operation('changeTaxStatus', "Change a customer's VAT id or exemption", {
    description:
      'Members that are absent stay as they are. Customers name their VAT id; whoever has `tax_statuses:write` confirms it, and grants an exemption to somebody else.',
    refuses: ['recent_sign_in_required', 'forbidden'],
  })
  @OwnOr('tax_statuses:write')
  @ApiOkResponse({ type: TaxStatusView })
  change(@Param('id', IdPipe('usr')) id: UserId, @Body() body: ChangeTaxStatusDto, @CurrentCaller() caller: Caller) {
    return this.statuses.change(caller, id, body).then(presentTaxStatus);
  }
}
