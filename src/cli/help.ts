import { COMMON_OPTIONS } from './arguments.ts';
import type { Command, CommandEntry } from './command.ts';
import type { Options } from './option.ts';

/** The help of one command. */
export function commandHelp(entry: CommandEntry, command: Command): string {
  const usage = ['rapsheet', entry.name, entry.usage, '[OPTIONS]'].filter(Boolean).join(' ');
  const examples = command.examples.flatMap(([line, meaning]) => [`  ${line}`, `      ${meaning}`]);
  return [
    `${entry.summary.charAt(0).toUpperCase()}${entry.summary.slice(1)}.`,
    '',
    `Usage: ${usage}`,
    '',
    'Options:',
    ...optionLines({ ...command.options, ...COMMON_OPTIONS }),
    '',
    command.examples.length === 1 ? 'Example:' : 'Examples:',
    ...examples,
    '',
    ...(command.more === undefined ? [] : [...command.more, '']),
  ].join('\n');
}

/** The help of the whole program. */
export function programHelp(commands: readonly CommandEntry[]): string {
  const shown = commands.filter(({ isInner = false }) => !isInner);
  const rows = shown.map(({ name, usage, summary }) => [`${name} ${usage}`, summary] as const);
  return [
    'rapsheet reads network traffic and says what kind of host every host in it is.',
    '',
    'Usage: rapsheet COMMAND [ARGUMENTS] [OPTIONS]',
    '',
    'Commands:',
    ...aligned(rows),
    '',
    'INPUT is a capture (pcap, pcapng), a log (Zeek, Suricata, flow tables, firewalls, Windows events, clouds, web servers …),',
    'a folder of them, a pattern, or - for standard input; gzip, zstd or lz4 around it does not matter.',
    '',
    'Example:',
    '  rapsheet label capture.pcap',
    '      who in this capture is worth a look, and why',
    '',
    'rapsheet COMMAND --help tells more. Exit status: 0 done, 1 found what --fail-on asked for, 2 failed.',
    '',
  ].join('\n');
}

function optionLines(options: Options): string[] {
  return aligned(
    Object.entries(options).map(([name, { short, value, help }]) => [
      `${short === undefined ? '    ' : `-${short}, `}--${name}${value === undefined ? '' : ` ${value}`}`,
      help,
    ]),
  );
}

/** Words of a list in lines of at most 100 characters, indented. */
export function wrapped(words: readonly string[]): string[] {
  const lines: string[] = [];
  let line = '';
  for (const word of words) {
    const longer = line === '' ? word : `${line} ${word}`;
    if (longer.length > 98 && line !== '') {
      lines.push(`  ${line}`);
      line = word;
    } else line = longer;
  }
  return line === '' ? lines : [...lines, `  ${line}`];
}

/** Two columns, indented. */
export function aligned(rows: readonly (readonly [string, string])[]): string[] {
  const width = Math.max(...rows.map(([left]) => left.length));
  return rows.map(([left, right]) => `  ${left.padEnd(width)}  ${right}`);
}
