import { Module } from '@nestjs/common';
import { DeadLettersController } from './dead-letters.controller.js';
import { DeadLettersModule } from './dead-letters.module.js';

@Module({ imports: [DeadLettersModule], controllers: [DeadLettersController] })
export class DeadLettersApiModule {}
