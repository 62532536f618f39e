import { Body, Controller, Delete, Get, Header, HttpCode, Param, Req } from '@nestjs/common';
import { ApiBearerAuth, ApiNoContentResponse, ApiOkResponse, ApiTags } from '@nestjs/swagger';
import type { FastifyRequest } from 'fastify';
import { type Caller, CurrentCaller, RequirePermission, SignedIn } from '../platform/access/index.js';
import { IdPipe } from '../platform/http/index.js';
import { signInAddress } from '../platform/throttling/index.js';
import type { UserId } from '../shared/ids.js';
import { Operation } from '../platform/openapi/index.js';
import { EraseAccountDto } from './dto/erase-account.dto.js';
import { ErasureService } from './erasure.service.js';
import { ExportService } from './export.service.js';
import { PersonExportView } from './person-export.view.js';

const ERASED =
  'Nothing that is stored names the person any more; what the worker still holds follows within two minutes';
const FILE = ['Content-Disposition', 'attachment; filename="personal-data.json"'] as const;

@ApiTags('users')
@ApiBearerAuth()
@Controller('v1/users')
export class PrivacyController {
  constructor(
    private readonly erasure: ErasureService,
    private readonly exports: ExportService,
  ) {}

  @Get('me/export')
  @Operation('exportMyData', 'Read everything that is stored about me', { refuses: ['account_erased'] })
  @SignedIn()
  @Header(...FILE)
  @ApiOkResponse({ type: PersonExportView, description: 'Everything that is stored about the caller' })
  exportMe(@CurrentCaller() caller: Caller): Promise<PersonExportView> {
    return this.exports.read(caller, caller.userId);
  }

  /** Refused while an order is open or money is due. What bookkeeping needs stays, under a pseudonym. */
  @Delete('me')
  @Operation('eraseMyAccount', 'Erase my account', {
    description: 'Refused while an order is open or money is due. What bookkeeping needs stays, under a pseudonym.',
    refuses: ['erasure_blocked', 'last_admin'],
  })
  @SignedIn()
  @HttpCode(204)
  @ApiNoContentResponse({ description: ERASED })
  eraseMe(
    @CurrentCaller() caller: Caller,
    @Body() { password }: EraseAccountDto,
    @Req() request: FastifyRequest,
  ): Promise<void> {
    return this.erasure.eraseOwn(caller, password, signInAddress(request));
  }

  @Get(':id/export')
  @Operation('exportPersonalData', 'Read everything that is stored about a person', {
    description: 'The caller holds all permissions that the account has.',
    refuses: ['account_erased'],
  })
  @RequirePermission('users:export')
  @Header(...FILE)
  @ApiOkResponse({ type: PersonExportView, description: 'Everything that is stored about the person' })
  exportPerson(@CurrentCaller() caller: Caller, @Param('id', IdPipe('usr')) id: UserId): Promise<PersonExportView> {
    return this.exports.read(caller, id);
  }

  /** The same for somebody who asked the shop. The caller holds all permissions that the account has. */
  @Delete(':id')
  @Operation('eraseAccount', 'Erase the account of somebody who asked the shop', {
    description:
      'The caller holds all permissions that the account has. Refused while an order is open or money is due.',
    refuses: ['erasure_blocked', 'last_admin', 'own_erasure', 'account_erased'],
  })
  @RequirePermission('users:erase')
  @HttpCode(204)
  @ApiNoContentResponse({ description: ERASED })
  erasePerson(@CurrentCaller() caller: Caller, @Param('id', IdPipe('usr')) id: UserId): Promise<void> {
    return this.erasure.erase(caller, id);
  }
}
