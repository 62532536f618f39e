import { IsText } from '../../platform/http/index.js';

/** The longest message, in code points. */
const MAX_LENGTH = 4000;

export class PostOrderMessageDto {
  @IsText({ max: MAX_LENGTH, blank: false })
  readonly text: string;
}
