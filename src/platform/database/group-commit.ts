import { AsyncResource } from 'node:async_hooks';

/** One use case of a group: runs with what the group gives each of its members. */
export type Member<Given, T> = (given: Given) => Promise<T>;

interface Waiting<Given> {
  readonly member: Member<Given, unknown>;
  readonly done: (result: PromiseSettledResult<unknown>) => void;
}

/** More would make one refusal dear for many. */
const MAX_MEMBERS = 32;

/**
 * Group commit: what arrives while the lanes are busy waits, and goes together when one is free. The busier it is, the
 * larger the groups; when it is quiet, everyone goes at once and alone. (H.-A. Schwarz is no source here: the technique is
 * that of database logs, Gray and Reuter, Transaction Processing, section 9.4.7, applied to use cases.)
 */
export class GroupCommit<Given> {
  private waiting: Waiting<Given>[] = [];
  private free: number;

  /** `together` runs members and answers what came of each; should it throw, they all fail with its error. */
  constructor(
    private readonly together: (members: readonly Member<Given, unknown>[]) => Promise<PromiseSettledResult<unknown>[]>,
    lanes: number,
  ) {
    this.free = lanes;
  }

  /** Runs the member with a group, in the asynchronous context of its caller. */
  join<T>(member: Member<Given, T>): Promise<T> {
    return new Promise<T>((resolve, reject) => {
      this.waiting.push({
        member: AsyncResource.bind(member),
        done: (result) => (result.status === 'fulfilled' ? resolve(result.value as T) : reject(result.reason as Error)),
      });
      this.depart();
    });
  }

  private depart(): void {
    if (this.free === 0 || this.waiting.length === 0) return;
    this.free--;
    const group = this.waiting.splice(0, MAX_MEMBERS);
    void this.serve(group).finally(() => {
      this.free++;
      this.depart();
    });
  }

  private async serve(group: readonly Waiting<Given>[]): Promise<void> {
    const results = await this.together(group.map(({ member }) => member)).catch((reason: unknown) =>
      group.map((): PromiseSettledResult<unknown> => ({ status: 'rejected', reason })),
    );
    group.forEach(({ done }, index) => done(results[index]!));
  }
}
