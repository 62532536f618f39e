import { Injectable } from '@nestjs/common';
import { HostResolver, TargetRefused } from './host-resolver.js';
import { urlRefused } from './webhook-endpoints.errors.js';

/** Checks URLs of endpoints when they are saved. Each connection checks them again, because the answers of a name server change. */
@Injectable()
export class TargetCheck {
  constructor(private readonly hosts: HostResolver) {}

  /** Returns the URL as it is stored. @throws ValidationFailed for what is no URL, or leads to where nothing may be sent */
  async check(text: string): Promise<string> {
    if (!URL.canParse(text)) throw urlRefused('must be a URL such as https://shop.example/webhooks');
    const url = new URL(text);
    if (url.protocol !== 'https:' && url.protocol !== 'http:') throw urlRefused('must be an https URL');
    if (url.username || url.password) throw urlRefused('must have no user and password: the signature says who sends');
    if (url.hash) throw urlRefused('must have no fragment, which is never sent');
    await this.hosts.addressesOf(url).catch((error: unknown) => {
      throw error instanceof TargetRefused ? urlRefused(error.message) : error;
    });
    return url.href;
  }
}
