import { archived } from './job-archive.ts';

/** A program of a job: `map` reads inputs, each later one what a shuffle sorted. */
export interface JobStage {
  /** As people read it: `map`, `round 1`. */
  readonly name: string;
  /** After `rapsheet`, without the wire: `job`, `reduce`, `--round`, `1`. */
  readonly words: readonly string[];
  /** It judges: it gets `--model`. */
  readonly needsModel: boolean;
}

/** How records travel: as binary frames, or as lines of text. */
export type Wire = 'frames' | 'tsv';

/** The command that runs a program of the job on a machine of the cluster, out of the archive. */
export function archivedCommand(words: readonly string[], nodeMemoryMb: number): string[] {
  return [archived('node'), `--max-old-space-size=${nodeMemoryMb}`, archived('program'), ...words];
}

/** The same for a stage. */
export function stageCommand(
  { words, needsModel }: Pick<JobStage, 'words' | 'needsModel'>,
  wire: Wire,
  nodeMemoryMb: number,
): string[] {
  const model = needsModel ? ['--model', archived('model')] : [];
  return archivedCommand([...words, '--wire', wire, ...model], nodeMemoryMb);
}
