import { describe, expect, it } from 'vitest';
import { settingsOfShops } from '../test/support/shops.js';
import { environmentOfCommand } from './hosted-shops.js';

const ofProcess = {
  NODE_ENV: 'test',
  PATH: '/bin',
  DATABASE_URL: 'postgres://till@db/till',
  REDIS_URL: 'redis://redis',
  PUBLIC_URL: 'https://api.shops.example',
  MAIL_FROM: 'Till <all@till.example>',
  BACKUP_DIRECTORY: '/backups',
  SHOPS: 'all',
};

describe('The environment of a command', () => {
  it('is that of the process without a shop', () => {
    const { SHOPS: _, ...rest } = ofProcess;
    expect(environmentOfCommand({ ...rest, SHOP: 'north' })).toEqual({ ...rest, SHOP: 'north' });
    expect(environmentOfCommand(ofProcess)).toEqual(ofProcess);
    expect(environmentOfCommand({ ...ofProcess, SHOP: 'default' })).toEqual({ ...ofProcess, SHOP: 'default' });
  });

  it('has the settings of the shop that it is about, and none that modules of the process have', async () => {
    const directory = await settingsOfShops({ north: { MAIL_FROM: 'North <shop@north.example>' } });
    const environment = { ...ofProcess, SMTP_URL: 'smtp://mail', SHOP: 'north', SHOPS_SETTINGS_DIRECTORY: directory };
    expect(environmentOfCommand(environment)).toEqual({
      NODE_ENV: 'test',
      PATH: '/bin',
      DATABASE_URL: 'postgres://till@db/till',
      DATABASE_POOL_SIZE: '4',
      REDIS_URL: 'redis://redis',
      PUBLIC_URL: 'https://north.api.shops.example',
      MAIL_FROM: 'North <shop@north.example>',
      BACKUP_DIRECTORY: '/backups',
      SHOP: 'north',
    });
  });
});
