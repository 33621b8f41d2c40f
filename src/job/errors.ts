/** Everything a broken world can be, in the words of the doors. Bad data is no error: it is counted. */
export type ErrorCode =
  /** No INPUT was given. */
  | 'NO_INPUT'
  /** A file or folder that is not there. */
  | 'NOT_FOUND'
  /** There, but the system refuses to give it. */
  | 'CANNOT_READ'
  /** A named file that is no capture or log that is read. */
  | 'NOT_A_CAPTURE'
  /** A named file without a byte in it, or inputs in which nothing could be read. */
  | 'EMPTY_INPUT'
  | 'LABELS_INVALID'
  /** An address that no input shows. */
  | 'HOST_NOT_FOUND'
  | 'RECIPE_INVALID'
  | 'MODEL_CORRUPT'
  /** The model was trained on other features than this version computes. */
  | 'SCHEMA_MISMATCH'
  | 'PORT_IN_USE'
  | 'CANNOT_WRITE'
  /** A cluster, or a program on one of its machines, could not do its part. */
  | 'JOB_FAILED'
  /** Too few hosts or captures for what was asked. */
  | 'TOO_LITTLE_DATA';

export interface RapsheetErrorOptions {
  /** What to do next, as an order without a full stop: `name a capture, a log or a folder`. */
  readonly hint?: string;
  readonly cause?: unknown;
}

/** A broken world, told in one line. The command line adds exit status 2, the server a status and a body. */
export class RapsheetError extends Error {
  readonly code: ErrorCode;
  readonly hint: string;

  constructor(code: ErrorCode, message: string, options: RapsheetErrorOptions = {}) {
    super(message, options.cause === undefined ? undefined : { cause: options.cause });
    this.name = 'RapsheetError';
    this.code = code;
    this.hint = options.hint ?? '';
  }

  /** The whole story in one line: what is wrong, and what to do next. */
  get line(): string {
    return (this.hint === '' ? this.message : `${this.message}: ${this.hint}`).replace(/\s+/g, ' ');
  }
}

/** The system's own code (`ENOENT`, `EACCES` …), or `''`. */
export function systemCode(error: unknown): string {
  if (!(error instanceof Error) || !('code' in error)) return '';
  return typeof error.code === 'string' ? error.code : '';
}

/** A failed read as a `RapsheetError` about `path`. */
export function readError(path: string, cause: unknown): RapsheetError {
  if (cause instanceof RapsheetError) return cause;
  const code = systemCode(cause);
  if (code === 'ENOENT' || code === 'ENOTDIR') {
    return new RapsheetError('NOT_FOUND', `${path}: no such file or folder`, { cause });
  }
  return new RapsheetError('CANNOT_READ', `${path}: cannot be read (${reasonOf(cause)})`, {
    cause,
  });
}

/** A failed write as a `RapsheetError` about `path`. */
export function writeError(path: string, cause: unknown): RapsheetError {
  if (cause instanceof RapsheetError) return cause;
  return new RapsheetError('CANNOT_WRITE', `${path}: cannot be written (${reasonOf(cause)})`, {
    hint: 'choose another place with -o',
    cause,
  });
}

const SYSTEM_REASONS: Readonly<Record<string, string>> = {
  EACCES: 'permission denied',
  EPERM: 'not permitted',
  EISDIR: 'it is a folder',
  ENOENT: 'its folder does not exist',
  ENOTDIR: 'part of its path is a file',
  ENOSPC: 'the disk is full',
  EDQUOT: 'the quota is used up',
  EROFS: 'the file system is read-only',
  EMFILE: 'too many open files',
  ENAMETOOLONG: 'the name is too long',
  ELOOP: 'symbolic links go round in a circle',
  EIO: 'input/output error',
};

function reasonOf(cause: unknown): string {
  const code = systemCode(cause);
  return SYSTEM_REASONS[code] ?? (cause instanceof Error ? code || cause.message : String(cause));
}
