import { type DynamicModule, Global, type INestApplicationContext, Module } from '@nestjs/common';
import { getStorageToken } from '@nestjs/throttler';
import type { WindowStorage } from './window-storage.js';

/** The windows of the process that hosts this shop; absent where the shop is the process's own. */
export const PROCESS_WINDOWS = Symbol('windows of the process');

/** What counts for all shops of a process together: the windows of its default shop. */
@Global()
@Module({})
export class ProcessWindowsModule {
  static of(windows: WindowStorage): DynamicModule {
    const provider = { provide: PROCESS_WINDOWS, useValue: windows };
    return { module: ProcessWindowsModule, providers: [provider], exports: [PROCESS_WINDOWS] };
  }
}

/** The windows of an application, for those of further shops in its process. */
export function windowsOf(app: INestApplicationContext): WindowStorage {
  return app.get<WindowStorage>(getStorageToken(), { strict: false });
}
