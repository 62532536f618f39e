export { Accounts } from './accounts.js';
export { AccountsCliModule } from './accounts.cli.module.js';
export { AuthModule } from './auth.module.js';
export { AuthService } from './auth.service.js';
