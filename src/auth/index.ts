export { Accounts } from './accounts.js';
export { AccountsCliModule } from './accounts.cli.module.js';
export { authSettings } from './auth.settings.js';
export { AuthModule } from './auth.module.js';
export { AuthService } from './auth.service.js';
export { PasswordsService } from './passwords/passwords.service.js';
export { MailedTokensModule } from './mailed-tokens/mailed-tokens.module.js';
export type { MailedTokenPurpose } from './mailed-tokens/mailed-token.entity.js';
export { type IssuedToken, MailedTokensService } from './mailed-tokens/mailed-tokens.service.js';
