import { RapsheetError, systemCode } from '../job/errors.ts';
import { buildServer, type ServerOptions } from './build-server.ts';

export interface StartOptions extends ServerOptions {
  readonly host: string;
  /** 0 takes any that is free. */
  readonly port: number;
}

export interface RunningServer {
  readonly url: string;
  /** Takes no more requests, ends the jobs under way, and waits for the answers that are due. */
  close(): Promise<void>;
}

/** Listens; an address or port that cannot be had is one line that says what to do. */
export async function startServer(options: StartOptions): Promise<RunningServer> {
  const app = await buildServer(options);
  const { host, port } = options;
  try {
    const url = await app.listen({ host, port });
    return { url, close: () => app.close() };
  } catch (cause) {
    await app.close();
    throw cannotListen(host, port, cause);
  }
}

function cannotListen(host: string, port: number, cause: unknown): RapsheetError {
  const place = host.includes(':') ? `[${host}]:${port}` : `${host}:${port}`;
  const [why, option] = REASONS[systemCode(cause)] ?? ['cannot be listened on', '--host or --port'];
  return new RapsheetError('PORT_IN_USE', `${place} ${why}`, {
    cause,
    hint: `choose another with ${option}`,
  });
}

const REASONS: Readonly<Record<string, readonly [why: string, option: string]>> = {
  EADDRINUSE: ['is in use', '--port'],
  EACCES: ['may not be used by this user', '--port'],
  EADDRNOTAVAIL: ['is no address of this machine', '--host'],
  ENOTFOUND: ['is no address of this machine', '--host'],
  EAI_AGAIN: ['is no address of this machine', '--host'],
};
