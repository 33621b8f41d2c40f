import { addressScope, parseAddress } from '../../bytes/ip-address.ts';
import { startServer } from '../../server/start-server.ts';
import type { Arguments } from '../arguments.ts';
import { EXIT_DONE, type Command } from '../command.ts';
import { chosenModel, MODEL_OPTION } from '../model-options.ts';
import { packageVersion } from '../package-version.ts';

const DEFAULT_HOST = '127.0.0.1';
const DEFAULT_PORT = 8080;
const DEFAULT_MAX_UPLOAD_MIB = 1024;

/** `rapsheet serve` */
export const serveCommand: Command = {
  options: {
    host: {
      value: 'ADDRESS',
      help: `address to listen on (default ${DEFAULT_HOST}: this machine only)`,
    },
    port: { value: 'N', help: `port to listen on (default ${DEFAULT_PORT}; 0: any that is free)` },
    'max-upload': {
      value: 'MIB',
      help: `largest capture taken, in MiB (default ${DEFAULT_MAX_UPLOAD_MIB})`,
    },
    ...MODEL_OPTION,
  },
  examples: [
    ['rapsheet serve --port 9000', `open http://${DEFAULT_HOST}:9000 and drop a capture`],
    [
      "curl -T capture.pcap -X POST -H 'content-type: application/octet-stream' 'http://127.0.0.1:8080/v1/captures?wait=true'",
      'the verdicts of a capture, as JSON',
    ],
  ],
  run: runServe,
};

async function runServe(args: Arguments): Promise<number> {
  args.expect();
  const host = args.text('host') ?? DEFAULT_HOST;
  const debug = args.flag('debug');
  const port = args.integer('port', { min: 0, max: 65_535 }) ?? DEFAULT_PORT;
  const maxUploadMiB = args.integer('max-upload', { min: 1 }) ?? DEFAULT_MAX_UPLOAD_MIB;
  const server = await startServer({
    host,
    port,
    model: chosenModel(args),
    maxUploadBytes: maxUploadMiB * 2 ** 20,
    version: packageVersion(),
    onUnexpected: (error) => {
      const { message, stack } = error instanceof Error ? error : new Error(String(error));
      say(`unexpected error: ${debug ? (stack ?? message) : message}`);
    },
  });
  say(`listening on ${server.url} (Ctrl-C ends it)`);
  if (!isLoopback(host)) {
    say(`there is no login: whoever reaches ${server.url} can use it`);
  }
  await stopSignal();
  say('stopping');
  await server.close();
  return EXIT_DONE;
}

/** A second signal ends the process at once, as signals do. */
function stopSignal(): Promise<void> {
  return new Promise((resolve) => {
    process.once('SIGINT', () => resolve());
    process.once('SIGTERM', () => resolve());
  });
}

function isLoopback(host: string): boolean {
  const words = parseAddress(host);
  return host === 'localhost' || (words !== undefined && addressScope(words) === 'loopback');
}

function say(line: string): void {
  process.stderr.write(`rapsheet: ${line}\n`);
}
