/** What a model may predict, with the MITRE ATT&CK techniques a verdict of that family carries. */
export const FAMILIES = {
  benign: [],
  backscatter: [],
  scan: ['T1595', 'T1046'],
  bruteforce: ['T1110'],
  dos: ['T1498', 'T1499'],
  webattack: ['T1190', 'T1595.002'],
  exploit: ['T1210', 'T1190'],
  c2: ['T1071', 'T1573'],
  tunnel: ['T1572', 'T1071.004'],
  exfil: ['T1041', 'T1048'],
  lateral: ['T1021'],
  spam: ['T1566'],
  mining: ['T1496'],
} as const satisfies Record<string, readonly string[]>;

export type Family = keyof typeof FAMILIES;
export const FAMILY_NAMES = Object.keys(FAMILIES) as readonly Family[];

/** Families that raise no alarm. */
export const CALM_FAMILIES: readonly Family[] = ['benign', 'backscatter'];
