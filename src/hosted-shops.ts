import { existsSync } from 'node:fs';
import type { NestFastifyApplication } from '@nestjs/platform-fastify';
import { backupSettings } from './backup/backup.settings.js';
import { grpcSettings } from './grpc/grpc.settings.js';
import { type Config, DEFAULT_SHOP, InvalidConfig, variableNames } from './platform/config/index.js';
import { version } from './platform/build/index.js';
import { createLogger, createRequestLogger, Logger } from './platform/logging/index.js';
import {
  heapFlag,
  type HostKind,
  placesInHeap,
  ShopEnvironments,
  ShopHost,
  shopsSettings,
  usualPlaces,
} from './platform/shops/index.js';
import { loadConfig, sections } from './settings.js';

type Source = Readonly<Record<string, string | undefined>>;

/** Settings of modules that are about the whole process or the whole database. */
const ofProcess = [backupSettings, grpcSettings].flatMap(({ variables }) => Object.keys(variables));

/** Variables that a shop may have otherwise than the process. */
const settable = new Set(
  variableNames(sections)
    .filter((name) => !ofProcess.includes(name))
    .flatMap((name) => [name, `${name}_FILE`]),
);

export interface HostedShops {
  readonly environment: Source;
  /** The name of the process in lines of the log. */
  readonly processName: string;
  /** Makes the application of a further shop, which does not listen. */
  createApp(config: Config): Promise<NestFastifyApplication>;
  /** Whether each shop runs all the time, or from its first request on. */
  readonly startsAll: boolean;
}

/** The further shops of a process with `SHOPS=all`; `undefined` for a process that serves one. */
export function hostShops(config: Config, { environment, processName, ...parts }: HostedShops): ShopHost | undefined {
  const settings = config.of(shopsSettings);
  if (!settings.all) return undefined;
  assertPossible(config, settings.directory);
  const environments = environmentsOf(config, environment);
  const fields = { process: processName, version };
  const logger = new Logger(
    createLogger(config.logLevel, undefined, fields),
    createRequestLogger(config.logLevel, fields),
  );
  const places = placesOf(parts.startsAll ? 'worker' : 'api', settings.inMemory, logger);
  return new ShopHost({ config, settings, places, environments, loadConfig, logger, ...parts });
}

/** A heap that is full ends the process, and so all of its shops; a larger number than fits may be right where few shops are busy. */
function placesOf(kind: HostKind, inMemory: number | undefined, logger: Logger): number {
  if (inMemory !== undefined && inMemory > placesInHeap(kind)) {
    const message = `SHOPS_IN_MEMORY is more than the heap has room for: set NODE_OPTIONS to ${heapFlag(kind, inMemory)} or more, or leave it out`;
    logger.warn(message, { places: inMemory, fit: placesInHeap(kind) });
  }
  return inMemory ?? usualPlaces(kind);
}

/** @throws InvalidConfig */
function assertPossible({ shop }: Config, directory: string | undefined): void {
  const problems = [
    ...(shop === undefined ? [] : [`SHOPS: can't be all where SHOP names one (${shop}); leave one of the two out`]),
    ...(directory === undefined || existsSync(directory)
      ? []
      : [`SHOPS_SETTINGS_DIRECTORY: there is no folder ${directory}`]),
  ];
  if (problems.length > 0) throw new InvalidConfig(problems);
}

/**
 * The environment of a command. Where all shops are served together, a command about one of them has its settings, as the processes do.
 * @throws InvalidConfig
 */
export function environmentOfCommand(environment: Source): Source {
  if (environment['SHOPS'] !== 'all') return environment;
  const { SHOPS: _, SHOP: shop, ...rest } = environment;
  if (!shop || shop === DEFAULT_SHOP) return environment;
  const ofShop = environmentsOf(loadConfig({ ...environment, SHOP: undefined }), environment).of(shop);
  const others = Object.entries(rest).filter(([name]) => !settable.has(name));
  return Object.fromEntries([...others, ...Object.entries(ofShop).filter(([, value]) => value !== undefined)]);
}

function environmentsOf(config: Config, environment: Source): ShopEnvironments {
  const names = { all: variableNames(sections), ofProcess };
  return new ShopEnvironments(environment, config.of(shopsSettings), config.http.publicUrl, names);
}
