import { startServer } from '../../server/start-server.ts';
import type { Arguments } from '../arguments.ts';
import { EXIT_DONE, type Command } from '../command.ts';
import { chosenModel, MODEL_OPTION } from '../model-options.ts';
import { packageVersion } from '../package-version.ts';

/** `rapsheet serve` */
export const serveCommand: Command = {
  options: {
    host: { value: 'ADDRESS', help: 'address to listen on (default 127.0.0.1: this machine only)' },
    port: { value: 'N', help: 'port to listen on (default 8080; 0: any that is free)' },
    'max-upload': { value: 'MB', help: 'largest capture taken, in megabytes (default 1024)' },
    ...MODEL_OPTION,
  },
  examples: [
    ['rapsheet serve --port 9000', 'open http://127.0.0.1:9000 and drop a capture'],
    [
      "curl --data-binary @capture.pcap -H 'content-type: application/octet-stream' 'http://127.0.0.1:8080/v1/captures?wait=true'",
      'the verdicts of a capture, as JSON',
    ],
  ],
  run: runServe,
};

async function runServe(args: Arguments): Promise<number> {
  args.expect();
  const server = await startServer({
    model: chosenModel(args),
    host: args.text('host') ?? '127.0.0.1',
    port: args.integer('port', { min: 0, max: 65_535 }) ?? 8080,
    maxUploadBytes: (args.integer('max-upload', { min: 1 }) ?? 1024) * 1e6,
    version: packageVersion(),
  });
  process.stderr.write(`rapsheet listens on ${server.url} (Ctrl-C ends it)\n`);
  await new Promise<void>((stop) => {
    process.once('SIGINT', stop);
    process.once('SIGTERM', stop);
  });
  await server.close();
  return EXIT_DONE;
}
