import { featureNames } from '../host/feature-schema.ts';
import type { JobOutputKind } from '../job/cluster/stages.ts';
import { known, type Column } from '../report/column.ts';
import type { Verdict } from '../score/verdict.ts';

/** What a line of a job holds, by what the job is for. */
interface VectorRow {
  readonly host: string;
  /** Missing is absent, or `null` where JSON had no word for it. */
  readonly features: Readonly<Record<string, number | null>>;
}

interface ProfileRow {
  readonly host: string;
  readonly profile: string;
}

const VERDICTS: readonly Column<Verdict>[] = [
  { name: 'host', type: 'text', meaning: 'address; * for a crowd that floods one target', read: (v) => v.host },
  { name: 'start', type: 'timeUs', meaning: 'begin of its first flow', read: (v) => v.window.startUs },
  { name: 'end', type: 'timeUs', meaning: 'begin of its last flow', read: (v) => v.window.endUs },
  { name: 'label', type: 'text', meaning: 'family', read: (v) => v.label },
  { name: 'detail', type: 'text', meaning: 'what kind within the family', read: (v) => known(v.detail) },
  { name: 'probability', type: 'number', meaning: 'of the label', read: (v) => v.probability },
  { name: 'attack_score', type: 'number', meaning: 'probability of any attack', read: (v) => v.attackScore },
  { name: 'prediction_set', type: 'texts', meaning: 'families that cannot be ruled out', read: (v) => v.predictionSet },
  { name: 'source_proven', type: 'flag', meaning: 'a handshake was completed', read: (v) => v.sourceProven },
  { name: 'attack', type: 'texts', meaning: 'MITRE ATT&CK techniques', read: (v) => v.attack },
  { name: 'reasons', type: 'texts', meaning: 'why, strongest first', read: (v) => v.reasons.map(({ text }) => text) },
  { name: 'evidence', type: 'texts', meaning: 'flows and channels to look at', read: (v) => v.evidence.map(({ text }) => text) },
  { name: 'flows', type: 'integer', meaning: 'flows it took part in', read: (v) => v.observed.flows },
  { name: 'packets', type: 'integer', meaning: 'packets of those', read: (v) => v.observed.packets },
  { name: 'bytes', type: 'integer', meaning: 'bytes of those', read: (v) => v.observed.bytes },
  { name: 'missing', type: 'texts', meaning: 'facts that the input cannot show', read: (v) => v.missing },
  { name: 'model', type: 'text', meaning: 'name and version', read: (v) => v.model },
  { name: 'schema', type: 'text', meaning: 'hash of the features', read: (v) => v.schema },
]; // prettier-ignore

const VECTORS: readonly Column<VectorRow>[] = [
  { name: 'host', type: 'text', meaning: 'address', read: (row) => row.host },
  ...featureNames.map((name): Column<VectorRow> => ({
    name,
    type: 'number',
    meaning: 'a feature, as src/host/README.md tells',
    read: ({ features }) => features[name] ?? null,
  })),
];

const PROFILES: readonly Column<ProfileRow>[] = [
  { name: 'host', type: 'text', meaning: 'address; empty for what the whole input shows', read: (row) => row.host }, // prettier-ignore
  { name: 'profile', type: 'text', meaning: 'encoded, in base64', read: (row) => row.profile },
];

/** The columns of a table of a job's lines. */
export function jobColumns(result: JobOutputKind): readonly Column<unknown>[] {
  const columns = { verdicts: VERDICTS, vectors: VECTORS, profiles: PROFILES }[result];
  // A line of a job is a row of its kind.
  return columns as readonly Column<unknown>[];
}
