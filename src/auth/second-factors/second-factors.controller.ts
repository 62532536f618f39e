import { Controller, Get, Header, Post } from '@nestjs/common';
import { ApiBearerAuth, ApiCreatedResponse, ApiOkResponse, ApiTags } from '@nestjs/swagger';
import {
  BeforeSecondFactor,
  type Caller,
  CurrentCaller,
  RequireRecentSignIn,
  SignedIn,
} from '../../platform/access/index.js';
import { Operation } from '../../platform/openapi/index.js';
import { SecondFactorsService } from './second-factors.service.js';
import { RecoveryCodesView, SecondFactorsView } from './second-factors.view.js';

/** The second factors of the caller. Making recovery codes is not idempotent by key, which would store them. */
@ApiTags('auth')
@ApiBearerAuth()
@SignedIn()
@Controller('v1/auth/mfa')
export class SecondFactorsController {
  constructor(private readonly factors: SecondFactorsService) {}

  @Get()
  @Operation('listSecondFactors', 'List my second factors')
  @BeforeSecondFactor()
  @ApiOkResponse({ type: SecondFactorsView })
  list(@CurrentCaller() { userId }: Caller): Promise<SecondFactorsView> {
    return this.factors.list(userId);
  }

  /** Makes ten new recovery codes; the old ones end. */
  @Post('recovery-codes')
  @Operation('replaceRecoveryCodes', 'Make ten new recovery codes', {
    description: 'The old ones end.',
    refuses: ['no_such_factor'],
  })
  @RequireRecentSignIn()
  @Header('Cache-Control', 'no-store')
  @ApiCreatedResponse({ type: RecoveryCodesView })
  async replaceRecoveryCodes(@CurrentCaller() { userId }: Caller): Promise<RecoveryCodesView> {
    return { recoveryCodes: await this.factors.replaceRecoveryCodes(userId) };
  }
}
