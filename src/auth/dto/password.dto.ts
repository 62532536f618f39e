import { NewPassword } from '../new-password.js';

export class PasswordDto {
  @NewPassword()
  readonly password: string;
}
