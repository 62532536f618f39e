import { ApiProperty, ApiPropertyOptional } from '@nestjs/swagger';

export class HealthCheckView {
  @ApiProperty({ enum: ['up', 'down'] })
  readonly status: 'up' | 'down';

  @ApiProperty({ type: 'integer', description: 'Milliseconds' })
  readonly responseTime: number;

  @ApiPropertyOptional({ description: 'Why it is down, in words' })
  readonly reason?: string | undefined;
}

export class HealthChecksView {
  @ApiProperty({ type: HealthCheckView })
  readonly database: HealthCheckView;

  @ApiProperty({ type: HealthCheckView })
  readonly redis: HealthCheckView;
}

/** Whether a process can serve, and the state of its servers. */
export class HealthView {
  /** `degraded`: everything works, without Redis. Events reach their consumers without a queue, and limits count per process. */
  @ApiProperty({ enum: ['ok', 'degraded', 'unavailable'] })
  readonly status: 'ok' | 'degraded' | 'unavailable';

  @ApiProperty({ type: [String], description: 'Why it is not ok, in words' })
  readonly reasons: readonly string[];

  @ApiProperty({ type: HealthChecksView })
  readonly checks: HealthChecksView;
}

/** The process runs. */
export class LiveView {
  @ApiProperty({ enum: ['ok'] })
  readonly status: 'ok';
}
