import { Body, Controller, Header, HttpCode, Post, UseGuards } from '@nestjs/common';
import { ApiCreatedResponse, ApiOkResponse, ApiTags } from '@nestjs/swagger';
import { Public } from '../platform/access/index.js';
import { Idempotent } from '../platform/idempotency/index.js';
import { normalizeEmail, presentUser, UserView } from '../users/index.js';
import { AuthService } from './auth.service.js';
import { LoginDto } from './dto/login.dto.js';
import { RegisterDto } from './dto/register.dto.js';
import { LoginView } from './login.view.js';
import { RegistrationTurnsGuard } from './registration-turns.guard.js';

@ApiTags('auth')
@Public({ ignoresToken: true })
@Controller('v1/auth')
export class AuthController {
  constructor(private readonly auth: AuthService) {}

  @Post('register')
  @UseGuards(RegistrationTurnsGuard)
  @Idempotent({ required: false, anonymousScope: emailIn })
  @ApiCreatedResponse({ type: UserView })
  async register(@Body() body: RegisterDto): Promise<UserView> {
    return presentUser(await this.auth.register(body));
  }

  /** Not idempotent by key: that would keep tokens in the database, and signing in again does no harm. */
  @Post('login')
  @HttpCode(200)
  @Header('Cache-Control', 'no-store')
  @ApiOkResponse({ type: LoginView })
  login(@Body() body: LoginDto): Promise<LoginView> {
    return this.auth.login(body);
  }
}

/** The address in a body that nobody has checked yet. */
function emailIn(body: unknown): string | undefined {
  const { email } = (body ?? {}) as { email?: unknown };
  return typeof email === 'string' ? normalizeEmail(email) : undefined;
}
