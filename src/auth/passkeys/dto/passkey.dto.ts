import { ApiProperty } from '@nestjs/swagger';
import { IsJsonObject, IsText } from '../../../platform/http/index.js';
import { WantsCookies } from '../../cookies/wants-cookies.js';

const FROM_BROWSER = {
  type: 'object',
  additionalProperties: true,
  description: 'What `PublicKeyCredential.toJSON()` returns',
} as const;

export class PasskeyNameDto {
  @ApiProperty({ description: 'By which its owner knows it', example: 'Work laptop' })
  @IsText({ min: 1, max: 100, blank: false })
  readonly name: string;
}

export class AddPasskeyDto extends PasskeyNameDto {
  @ApiProperty(FROM_BROWSER)
  @IsJsonObject()
  readonly credential: object;
}

export class PasskeyProofDto {
  @ApiProperty(FROM_BROWSER)
  @IsJsonObject()
  readonly credential: object;
}

export class PasskeySignInDto extends PasskeyProofDto {
  @WantsCookies()
  readonly cookie?: boolean;
}
