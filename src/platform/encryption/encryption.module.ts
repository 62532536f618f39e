import { Global, Module } from '@nestjs/common';
import { Encryption } from './encryption.js';

/** Encryption of secrets for every module. */
@Global()
@Module({ providers: [Encryption], exports: [Encryption] })
export class EncryptionModule {}
