import { describe, expect, it } from 'vitest';
import { notNow } from '../../../test/support/sql-states.js';
import { DatabaseUnavailable, isConnectionUseless, isUnavailable } from './errors.js';

const withCode = (message: string, code: string) => Object.assign(new Error(message), { code });

describe('The database is unavailable', () => {
  it.each([
    ['when it refuses connections', withCode('', 'ECONNREFUSED')],
    ['when it breaks them off', withCode('read ECONNRESET', 'ECONNRESET')],
    ['when it has ended them', new Error('This socket has been ended by the other party')],
    ['when it ends them while we write', withCode('This socket has been ended by the other party', 'EPIPE')],
    ['when it has broken them off before we write', withCode('write EPIPE', 'EPIPE')],
    ['when it vanishes', withCode('read ETIMEDOUT', 'ETIMEDOUT')],
    ['when its name is not known just now', withCode('getaddrinfo EAI_AGAIN db', 'EAI_AGAIN')],
    ['when the socket was closed by us', withCode('write after end', 'ERR_STREAM_WRITE_AFTER_END')],
    [
      'when a transaction has lost its connection',
      new Error('Query runner already released. Cannot run queries anymore.'),
    ],
    ['when they are terminated', new Error('Connection terminated unexpectedly')],
    ['when none comes in time', new Error('timeout exceeded when trying to connect')],
    [
      "when a connection can't be used any more",
      new Error('Client has encountered a connection error and is not queryable'),
    ],
    ['when this process may open no more connections', withCode('connect EMFILE', 'EMFILE')],
    ['when this machine has no free port to connect from', withCode('connect EADDRNOTAVAIL', 'EADDRNOTAVAIL')],
    ['when it shuts down', withCode('terminating connection due to administrator command', '57P01')],
    ['when it has too many clients', withCode('sorry, too many clients already', '53300')],
    [
      'when a node of a cluster that the statement needs goes away',
      withCode('failure on connection marked as essential: 192.0.2.1:5432', 'XX000'),
    ],
  ])('%s', (_, error) => {
    expect(isUnavailable(error)).toBe(true);
  });

  it.each([
    ['an error that says extended', new Error('The extended protocol was misused')],
    ['an error that says appended', new Error('Nothing was appended')],
    ['an error that says recommended', new Error('A value is recommended')],
    ['an error that says suspended', new Error('Received unexpected portalSuspended message from backend.')],
    ['a constraint that was violated', withCode('duplicate key value, the connection timeout was 3', '23505')],
    ['what PostgreSQL itself did not expect', withCode('cache lookup failed for relation 1', 'XX000')],
    ['a name of five capitals', withCode('an error', 'EPERM')],
    ['something that is no error', 'ECONNREFUSED'],
  ])('but not for %s', (_, error) => {
    expect(isUnavailable(error)).toBe(false);
  });
});

describe('Every SQLSTATE of the classes that say "not now"', () => {
  it.each(notNow)('%s is an outage that says when to come back', (code) => {
    const error = withCode('refused', code);
    expect(isUnavailable(error)).toBe(true);
    expect(new DatabaseUnavailable(error).retryAfterSeconds).toBeGreaterThan(0);
  });

  it('is no reason to give up the connection, unless it is lost or its server became read-only', () => {
    const useless = notNow.filter((code) => isConnectionUseless(withCode('refused', code)));
    expect(useless).toEqual(['25006', '25P03', '25P04', '53300', '57014', '57P01', '57P02', '57P03', '57P04', '57P05']);
  });
});
