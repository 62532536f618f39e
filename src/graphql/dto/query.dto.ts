import { IsString, MaxLength, ValidateIf } from 'class-validator';
import { IsJsonObject } from '../../platform/http/index.js';

/** The specification lets clients send null for what they leave out. */
const IfGiven = (): PropertyDecorator => ValidateIf((_, value: unknown) => value !== undefined && value !== null);

/** A request by the GraphQL-over-HTTP specification. */
export class QueryDto {
  @IfGiven()
  @IsString()
  @MaxLength(100_000)
  readonly query?: string | null;

  @IfGiven()
  @IsString()
  @MaxLength(200)
  readonly operationName?: string | null;

  @IfGiven()
  @IsJsonObject()
  readonly variables?: Readonly<Record<string, unknown>> | null;

  @IfGiven()
  @IsJsonObject()
  readonly extensions?: Readonly<Record<string, unknown>> | null;
}
