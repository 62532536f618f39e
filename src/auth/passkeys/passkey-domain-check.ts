import { Injectable, type OnApplicationBootstrap } from '@nestjs/common';
import { Config } from '../../platform/config/index.js';
import { logFailure } from '../../platform/database/index.js';
import { Logger } from '../../platform/logging/index.js';
import { PasskeysRepository } from './passkeys.repository.js';
import { passkeySettings } from './passkeys.settings.js';

/** Warns at the start of the api when there are passkeys of another domain: no browser offers them, so their owners can't sign in with them. */
@Injectable()
export class PasskeyDomainCheck implements OnApplicationBootstrap {
  private readonly rpId: string;

  constructor(
    private readonly repository: PasskeysRepository,
    private readonly logger: Logger,
    config: Config,
  ) {
    this.rpId = config.of(passkeySettings).rpId;
  }

  /** The start does not wait for it. */
  onApplicationBootstrap(): void {
    void this.check().catch((error: unknown) =>
      logFailure(this.logger, 'the domains of passkeys were not checked', error),
    );
  }

  async check(): Promise<void> {
    for (const { rpId, passkeys } of await this.repository.ofOtherDomains(this.rpId)) {
      this.logger.warn(
        `${passkeys} passkeys were made for ${rpId} and work for it alone, but PASSKEY_RP_ID is ${this.rpId}: set it back, or let their owners add new ones`,
        { rpId, passkeys },
      );
    }
  }
}
