import { RapsheetError, systemCode } from '../job/errors.ts';
import { buildServer, type ServerOptions } from './build-server.ts';

export interface StartOptions extends ServerOptions {
  readonly host: string;
  readonly port: number;
}

export interface RunningServer {
  readonly url: string;
  /** Stops taking requests and waits for those under way. */
  close(): Promise<void>;
}

/** Listens; a port that is taken or not ours is one line that says what to do. */
export async function startServer(options: StartOptions): Promise<RunningServer> {
  const app = await buildServer(options);
  const { host, port } = options;
  try {
    const url = await app.listen({ host, port });
    return { url, close: () => app.close() };
  } catch (cause) {
    await app.close();
    const reason = systemCode(cause);
    const why =
      reason === 'EADDRINUSE'
        ? 'is in use'
        : reason === 'EACCES'
          ? 'may not be used by this user'
          : 'cannot be listened on';
    throw new RapsheetError('PORT_IN_USE', `${host}:${port} ${why}`, {
      cause,
      hint: 'choose another with --port',
    });
  }
}
