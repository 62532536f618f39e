import { Module } from '@nestjs/common';
import { LoadShedding } from './load-shedding.js';

/** For a process that serves clients. */
@Module({ providers: [LoadShedding], exports: [LoadShedding] })
export class SheddingModule {}
