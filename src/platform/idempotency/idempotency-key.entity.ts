import { Column, Entity, PrimaryColumn } from 'typeorm';

/** The response to a request with an idempotency key. */
@Entity('idempotency_keys')
export class IdempotencyKeyEntity {
  @PrimaryColumn('text')
  readonly key: string;

  @PrimaryColumn('uuid')
  readonly callerId: string;

  @PrimaryColumn('text')
  readonly route: string;

  /** SHA-256 of the request's canonical JSON. */
  @Column('bytea')
  readonly fingerprint: Buffer;

  @Column('smallint')
  readonly status: number;

  /** As it was sent, byte for byte. */
  @Column('text')
  readonly body: string;

  @Column({ type: 'timestamptz', default: () => 'now()', insert: false })
  readonly createdAt: Date;

  /** It shows something in progress, so a repeat gets the present state instead. */
  @Column('boolean', { default: false })
  readonly provisional: boolean;
}
