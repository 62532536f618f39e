import { lookup } from 'node:dns/promises';
import { isIP } from 'node:net';
import { setTimeout as delay } from 'node:timers/promises';
import { Injectable } from '@nestjs/common';
import { Config } from '../platform/config/index.js';
import { refusalOf, schemeRefusalOf } from './domain/target.js';
import { webhookEndpointSettings } from './webhook-endpoints.settings.js';

const DNS_TIMEOUT_MS = 5000;

/** Nothing may be sent to this host. */
export class TargetRefused extends Error {}

/** Finds the addresses of hosts, and refuses those that are none of the receivers' business: an event must not reach the inside of a network. */
@Injectable()
export class HostResolver {
  private readonly allowed: readonly string[];

  constructor(config: Config) {
    this.allowed = config.of(webhookEndpointSettings).allowedNetworks;
  }

  /** Returns the addresses to connect to; an address in the URL is its own. @throws TargetRefused if any of them is refused */
  async addressesOf(url: URL): Promise<readonly string[]> {
    this.refuse(schemeRefusalOf(url.protocol, this.allowed));
    const host = url.hostname.replace(/^\[|\]$/g, '');
    const addresses = isIP(host) ? [host] : await this.inTime(host);
    this.refuse(refusalOf(url, addresses, this.allowed));
    return addresses;
  }

  private refuse(refusal: string | undefined): void {
    if (refusal !== undefined) throw new TargetRefused(refusal);
  }

  /** The system's answer, without any judgement. */
  async resolve(host: string): Promise<readonly string[]> {
    return (await lookup(host, { all: true })).map(({ address }) => address);
  }

  private async inTime(host: string): Promise<readonly string[]> {
    const timer = new AbortController();
    const late = delay(DNS_TIMEOUT_MS, [], { signal: timer.signal, ref: false });
    late.catch(() => undefined);
    const found = this.resolve(host).catch(() => []);
    return Promise.race([found, late]).finally(() => timer.abort());
  }
}
